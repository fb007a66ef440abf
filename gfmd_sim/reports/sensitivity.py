"""What a sweep found, as a report: what moves a measure, who decides it, where a lever matters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from gfmd_sim.experiments.analysis import Analysis, TooFewPoints
from gfmd_sim.experiments.given_data import LEAST_DESIGNS
from gfmd_sim.experiments.sensitivity import LUCK
from gfmd_sim.language import divided, listed, number, percent, plural, translator
from gfmd_sim.reports.assumptions import assumptions
from gfmd_sim.reports.comparison import comparison_report
from gfmd_sim.reports.figures import DataTable, Figure
from gfmd_sim.reports.findings import IN_A_SENTENCE
from gfmd_sim.reports.page import caveats, render
from gfmd_sim.reports.sensitivity_figures import (
    factor_words,
    index_of,
    n_known,
    ranking,
    source_words,
    spread_figure,
    valued,
)
from gfmd_sim.reports.sensitivity_regions import region_lines, region_table
from gfmd_sim.reports.words import measure_words
from gfmd_sim.scenario.agenda import Language
from gfmd_sim.scenario.schema import Scenario


@dataclass(frozen=True)
class Sensitivity:
    """The section of a report: lines first, then pictures, then every number."""

    headline: str
    lines: list[str]
    regions: list[str]
    figures: list[Figure] = field(default_factory=list)
    tables: list[tuple[str, DataTable]] = field(default_factory=list)


def sensitivity_report(
    found: Analysis, scenario: Scenario, language: Language, *, seed: int, command: str = ""
) -> str:
    """A sweep's analysis as a self-contained HTML page.

    Where the sweep compares a few designs the page is that of the comparison, with this as a
    section of its own.
    """
    _ = translator(language)
    section = sensitivity(found, language)
    if found.comparison is not None:
        return comparison_report(
            found.comparison, found.comparison.runs, scenario, language, sensitivity=section,
            command=command,
        )  # fmt: skip
    return render(
        "sensitivity.html.jinja",
        language,
        title=_("Sensitivity: {scenario}").format(scenario=scenario.name),
        scenario=scenario.name,
        question=scenario.question.in_(language) if scenario.question else "",
        section=section,
        rooms=assumptions(scenario, language),
        caveats=caveats(language),
        seed=seed,
        command=command,
    )


def sensitivity(found: Analysis, language: Language) -> Sensitivity:
    """An analysis in words, pictures and tables; empty parts where the sweep allows none."""
    _ = translator(language)
    indices, spread = found.tables.get("indices"), found.tables.get("spread")
    regions = found.tables.get("regions")
    lines, figures, tables = [], [], []
    headline = _("What moves the outcomes")
    if indices is not None:
        headline = _headline(indices, language)
        lines += [_line(indices, m, language) for m in dict.fromkeys(indices["measure"])]
        lines.append(_in_brackets(index_of(indices), language))
        figures += [ranking(indices, m, language) for m in dict.fromkeys(indices["measure"])]
        tables.append((_("All indices"), _index_table(indices, language)))
    if found.too_few is not None:
        headline = _("What moves the outcomes cannot be told from so few points")
        lines += _too_few_lines(found.too_few, language)
    if spread is not None and len(spread):
        luck = spread[spread["source"] == LUCK]
        if indices is None:
            lines += [
                _("{measure}: {share} of the spread between runs is luck.").format(
                    measure=measure_words(m, language).name, share=percent(s, language)
                )
                for m, s in zip(luck["measure"], luck["share"], strict=True)
            ]
        else:
            lines += _spread_lines(spread, language)
        figures.append(spread_figure(spread, language))
    if regions is not None and len(regions):
        tables.append((_("All regions looked for"), region_table(regions, language)))
    return Sensitivity(headline, lines, region_lines(regions, language), figures, tables)


def _too_few_lines(points: TooFewPoints, language: Language) -> list[str]:
    """How many points there are, how many that takes, and what to do."""
    _, n_ = translator(language), plural(language)
    told = n_(
        "The sweep sampled {n} point. What each factor explains can be told from {needed} points on.",
        "The sweep sampled {n} points. What each factor explains can be told from {needed} points on.",
        points.n,
    ).format(n=number(points.n, language, 0), needed=number(points.needed, language, 0))
    if points.n_possible >= points.needed:
        do = _("Sweep again with --samples {needed} or more.").format(
            needed=number(points.needed, language, 0)
        )
    else:
        do = _("There are no more than {n} settings: sweep them all with --sampler grid.").format(
            n=number(points.n_possible, language, 0)
        )
    return [
        f"{told} {do}",
        _(
            "Points that were sampled are not held against one another, nor is any of them advised: to compare "
            "designs, name their values, as in compare --vary seating.rule=random,balanced."
        ),
    ]


def _in_brackets(by: str, language: Language) -> str:
    """What the numbers in the lines are."""
    _ = translator(language)
    return {
        "total": _(
            "In brackets: the share of the spread that would go if the factor were known, and its "
            "95% interval."
        ),
        "mu_star": _(
            "In brackets: the mean change when the factor moves by two thirds of its range, in the "
            "measure's own unit, and its 95% interval."
        ),
        "first": _(
            "In brackets: the share of what differs between designs that the factor explains alone, "
            "and its 95% interval."
        ),
    }[by]


def _spread_lines(spread: pd.DataFrame, language: Language) -> list[str]:
    """What the runs' variance is made of, where worlds were drawn besides what was varied."""
    _ = translator(language)
    words = source_words(language)
    if not set(spread["source"]) & {"worlds", "worlds and luck"}:
        return []
    lines = []
    for measure, rows in spread.groupby("measure", sort=False):
        parts = [
            f"{words[r['source']]} {percent(r['share'], language)}" for r in rows.to_dict("records")
        ]
        lines.append(
            _("{measure}: what the spread between runs is made of: {parts}.").format(
                measure=measure_words(str(measure), language).name, parts=listed(parts, language)
            )
        )
    return lines


def _holder_parts(language: Language) -> dict[str, str]:
    _ = translator(language)
    return {
        "lever": _("{factor} (organisers decide; {value})"),
        "uncertainty": _("{factor} (the world decides; {value})"),
        "nobody": _("luck ({value})"),
        "": _("{factor} ({value})"),
    }


def _line(indices: pd.DataFrame, measure: str, language: Language) -> str:
    """The strongest factor of each holder, strongest first."""
    _ = translator(language)
    name = measure_words(measure, language).name
    by = index_of(indices)
    rows = indices[indices["measure"] == measure]
    if (n := n_known(rows)) is not None:
        return _(
            "{measure}: known in {n} settings; what moves it can be told from {needed} on."
        ).format(
            measure=name, n=number(n, language, 0), needed=number(LEAST_DESIGNS, language, 0)
        )  # fmt: skip
    rows = rows[rows[by] > 0].sort_values("rank")
    rows = rows.groupby("held_by", sort=False).head(1)
    if rows.empty:
        return _("{measure}: nothing in this sweep moves it.").format(measure=name)
    forms = _holder_parts(language)
    parts = [
        forms.get(str(row["held_by"]), forms[""]).format(
            factor=factor_words(str(row["factor"]), language), value=valued(row, by, language)
        )
        for row in rows.to_dict("records")
    ]
    return _("{measure}: moved most by {parts}.").format(
        measure=name, parts=listed(parts, language)
    )


def _headline(indices: pd.DataFrame, language: Language) -> str:
    """Who decides most about which measure, where the intervals do not overlap."""
    _ = translator(language)
    by = index_of(indices)
    leads: dict[str, list[str]] = {"lever": [], "uncertainty": [], "nobody": []}
    for measure, rows in indices[indices["held_by"] != ""].groupby("measure", sort=False):
        best = rows[rows[by].notna()].sort_values("rank").groupby("held_by", sort=False).head(1)
        if len(best) < 2:
            continue
        first, others = best.iloc[0], best.iloc[1:]
        if first[f"{by}_low"] > others[f"{by}_high"].max():
            words = IN_A_SENTENCE.get(str(measure))
            leads[str(first["held_by"])].append(_(words) if words else str(measure))
    forms = {
        "lever": _("organisers decide most about {measures}"),
        "uncertainty": _("the world decides most about {measures}"),
        "nobody": _("luck decides most about {measures}"),
    }
    said = [
        forms[held].format(measures=listed(measures, language))
        for held, measures in leads.items()
        if measures
    ]
    if said:
        return _("Of what was varied, {parts}").format(parts=divided(said, language))
    return _("Who decides most cannot be told yet")


def _index_table(indices: pd.DataFrame, language: Language) -> DataTable:
    """Every index with its limits."""
    _ = translator(language)
    kinds = {
        "first": _("Alone"),
        "total": _("With interactions"),
        "mu_star": _("Mean effect of two thirds of the range"),
        "sigma": _("Spread of the effect"),
    }
    shown = [k for k in kinds if k in indices]
    header = [_("Measure"), _("Factor"), _("Decided by")]
    for k in shown:
        header += [kinds[k], *([_("Low"), _("High")] if f"{k}_low" in indices else [])]
    rows = []
    for row in indices.to_dict("records"):
        cells = [
            measure_words(str(row["measure"]), language).name,
            factor_words(str(row["factor"]), language),
            _held(str(row["held_by"]), language),
        ]
        for k in shown:
            keys = [k, *([f"{k}_low", f"{k}_high"] if f"{k}_low" in indices else [])]
            cells += [number(float(row[key]), language, 3) for key in keys]
        rows.append(cells)
    return DataTable(header, rows, first_number=3)


def _held(holder: str, language: Language) -> str:
    _ = translator(language)
    words: Mapping[str, str] = {
        "lever": _("the organiser decides"),
        "uncertainty": _("the world decides"),
        "nobody": _("luck"),
    }
    return words.get(holder, "")
