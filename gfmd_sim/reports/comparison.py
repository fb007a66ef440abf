"""The report of a comparison: one HTML page that needs nothing but itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup

from gfmd_sim.experiments.compare import (
    BASELINE,
    CANNOT_TELL,
    DOES_NOT_MATTER,
    MATTERS,
    OUT_OF_REACH,
    Comparison,
)
from gfmd_sim.language import listed, number, percent, plural, signed, translator
from gfmd_sim.reports.assumptions import assumptions, who_comes
from gfmd_sim.reports.figures import (
    DataTable,
    Effect,
    Figure,
    by_group,
    digits_for,
    effects,
    interval,
    tradeoff,
    verdict_colour,
    verdict_mark,
)
from gfmd_sim.reports.findings import (
    Cells,
    cells_of,
    findings,
    has_worlds,
    measures_of,
    with_lever_named,
)
from gfmd_sim.reports.page import caveats, render
from gfmd_sim.reports.svg import Canvas
from gfmd_sim.reports.words import (
    VERDICTS,
    design_meaning,
    design_name,
    group_labels,
    measure_words,
    row_name,
    said,
)
from gfmd_sim.scenario.agenda import Language
from gfmd_sim.scenario.schema import Scenario


@dataclass(frozen=True)
class GlanceCell:
    """One verdict in the table at the top."""

    glyph: Markup
    difference: str
    interval: str
    verdict: str
    strong: bool


def comparison_report(
    comparison: Comparison,
    runs: pd.DataFrame,
    scenario: Scenario,
    language: Language,
    *,
    varied: str = "",
    command: str = "",
    sensitivity: object = None,
    n_delegates: int | None = None,
    is_everybody_everywhere: bool = False,
    model: str = "",
) -> str:
    """A comparison as a self-contained HTML page.

    Parameters
    ----------
    runs
        One row a run: ``design, replicate`` and the measures (``comparison.runs``).
    scenario
        What was compared, before levers were set.
    varied
        The lever varied, where it is one alone (``note.p_read``): labels are bare values then.
    command
        The line that repeats the comparison, if there is one.
    sensitivity
        A ``sensitivity.Sensitivity``: what moves the outcomes, as a section of its own.
    n_delegates, is_everybody_everywhere
        How many a delegate list brings, where that is known.
    model
        Which model made the runs (the hash in a manifest), where that is known.
    """
    _, n_ = translator(language), plural(language)
    if varied:
        comparison = with_lever_named(comparison, varied)
        runs = comparison.runs
    cells = cells_of(comparison)
    measures = measures_of(comparison)
    designs = list(next(iter(cells.values())))
    figures = [effects(comparison.frame, runs, m, comparison.baseline, language) for m in measures]
    pair: Figure | None = None
    if {"convergence", "partnerships"} <= set(measures):
        pair = tradeoff(comparison.frame, comparison.baseline, language)
    groups = group_labels(_groups_in(runs), scenario, language)
    group_figures = [
        figure
        for prefix in ("voice_share", "approval")
        if (figure := by_group(runs, prefix, designs, groups, language)) is not None
    ]
    question = scenario.question.in_(language) if scenario.question else ""
    n = int(runs["replicate"].nunique())
    return render(
        "comparison.html.jinja",
        language,
        title=_("Comparison: {scenario}").format(scenario=scenario.name),
        scenario=scenario.name,
        who=who_comes(scenario, n_delegates, language, is_everybody_everywhere),
        question=question,
        findings=findings(comparison, language),
        measures=[measure_words(m, language) for m in measures],
        smallest=[
            number(comparison.smallest_effects[m], language,
                   digits_for(comparison.smallest_effects[m]), trim=True)
            for m in measures
        ],
        baseline=design_name(comparison.baseline, language),
        glance=_glance(cells, comparison.baseline, language),
        key=_key(language),
        figures=figures,
        pair=pair,
        group_figures=group_figures,
        effects=all_effects(comparison, language),
        rooms=assumptions(scenario, language),
        caveats=caveats(language),
        seed=comparison.seed,
        model=model,
        made_of=n_(
            "Scenario {scenario}, {designs}: {n} replicate of each.",
            "Scenario {scenario}, {designs}: {n} replicates of each.",
            n,
        ).format(
            scenario=scenario.name,
            designs=listed([design_name(d, language) for d in designs], language),
            n=number(n, language, 0),
        ),
        command=command,
        sensitivity=sensitivity,
    )  # fmt: skip


def _groups_in(runs: pd.DataFrame) -> list[str]:
    names = [str(c).partition(".") for c in runs.columns]
    return list(dict.fromkeys(g for prefix, _dot, g in names if prefix == "voice_share" and g))


def _glance(
    cells: Cells, baseline: str, language: Language
) -> list[tuple[str, str, list[GlanceCell]]]:
    """A row a design: its name, what it is, and a verdict a measure."""
    designs = [d for d in next(iter(cells.values())) if d != baseline]
    return [
        (
            row_name(d, language),
            design_meaning(d, language),
            [_glance_cell(row[d], language) for row in cells.values()],
        )
        for d in designs
    ]


def _glance_cell(effect: Effect, language: Language) -> GlanceCell:
    digits = digits_for(effect.smallest)
    return GlanceCell(
        glyph=glyph(effect, said(VERDICTS, effect.verdict, language)),
        difference=signed(effect.difference, language, digits),
        interval=interval(effect.low, effect.high, language, digits),
        verdict=said(VERDICTS, effect.verdict, language),
        strong=effect.sign != 0,
    )


def glyph(effect: Effect, label: str) -> Markup:
    """The verdict's mark."""
    canvas = Canvas(20, 20, label)
    shape, fill = verdict_mark(effect)
    canvas.mark(shape, 10, 10, 6, fill, stroke=verdict_colour(effect), width=2)
    return canvas.markup()


def _key(language: Language) -> list[tuple[Markup, str]]:
    """What the marks mean."""
    _ = translator(language)
    rows = [
        (MATTERS, 1.0, _("matters: more")),
        (MATTERS, -1.0, _("matters: less")),
        (DOES_NOT_MATTER, 0.0, _("does not matter: the whole interval is too small")),
        (
            CANNOT_TELL,
            0.0,
            _("cannot be told yet: the interval is too wide, or the outcome too rare"),
        ),
    ]
    return [
        (glyph(Effect("", 0.0, sign, 0.0, 0.0, 0.0, verdict, 0, 0), words), words)
        for verdict, sign, words in rows
    ]


def chance(p: float, language: Language) -> str:
    """A simulated chance: never quite 0 or 100%."""
    if p < 0.005:
        return "<\N{NARROW NO-BREAK SPACE}" + percent(0.01, language)
    if p > 0.995:
        return ">\N{NARROW NO-BREAK SPACE}" + percent(0.99, language)
    return percent(p, language)


def _more(n: int, language: Language) -> str:
    """How many more replicates, as far as that is advice."""
    if n > OUT_OF_REACH:
        return "> " + number(OUT_OF_REACH, language, 0)
    return number(n, language, 0)


def all_effects(comparison: Comparison, language: Language) -> DataTable:
    """Every number of the comparison."""
    _ = translator(language)
    frame = comparison.frame
    counted = has_worlds(comparison, "worse_in_worlds")
    header: Sequence[str] = [
        _("Measure"), _("Design"), _("Mean"), _("Difference"), _("95% interval"), _("Verdict"), _("Chance of being best"),
        _("Practically best"), _("Expected loss"), _("More replicates needed"),
        _("Worlds") if has_worlds(comparison) else _("Replicates"),  # what the numbers of a row are made of
    ]  # fmt: skip
    rows = []
    order = {m: k for k, m in enumerate(measures_of(comparison))}
    by_measure = frame.assign(_at=frame["measure"].map(order)).sort_values("_at", kind="stable")
    for row in by_measure.to_dict("records"):
        digits = digits_for(row["smallest_effect"])
        is_base = row["verdict"] == BASELINE
        cells = [
            measure_words(row["measure"], language).name,
            row_name(row["design"], language),
            number(row["mean"], language, digits),
            "" if is_base else signed(row["difference"], language, digits),
            "" if is_base else interval(row["low"], row["high"], language, digits),
            said(VERDICTS, row["verdict"], language),
            chance(row["p_best"], language),
            chance(row["p_practically_best"], language),
            number(row["expected_loss"], language, digits),
            "" if is_base else _more(int(row["more_replicates"]), language),
            number(row["n"], language, 0),
        ]
        if counted:
            shares = [percent(row[f"{k}_in_worlds"], language) for k in ("better", "worse")]
            cells.append("" if is_base else " / ".join(shares))
        rows.append(cells)
    extra = [_("Better / worse, of the worlds drawn")] if counted else []
    return DataTable([*header, *extra], rows, first_number=2)
