"""Figures of a sweep's analysis: factors ranked with intervals, and what the spread is made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from gfmd_sim.errors import ScenarioError
from gfmd_sim.experiments.given_data import LEAST_DESIGNS
from gfmd_sim.experiments.sensitivity import LUCK
from gfmd_sim.language import number, percent, translator
from gfmd_sim.reports.figures import WIDTH, DataTable, Figure, tick_labels, wrapped
from gfmd_sim.reports.look import ACCENT, DOT, INK, LINE, SOFT, WARM
from gfmd_sim.reports.svg import Canvas, scale_over
from gfmd_sim.reports.words import measure_words, upper_first
from gfmd_sim.scenario.agenda import Language
from gfmd_sim.scenario.describe import parameter_at

SHOWN = 12
_COLOURS = {"lever": ACCENT, "uncertainty": WARM, "nobody": DOT}
_LEFT, _ROW = 470.0, 40.0


def index_of(indices: pd.DataFrame) -> str:
    """The column that ranks factors: total share, effect of a step, or share alone."""
    return next(k for k in ("total", "mu_star", "first") if k in indices)


def n_known(rows: pd.DataFrame) -> int | None:
    """In how many settings a measure is known, where that is too few to tell what moves it; else None."""
    n = int(rows["n_designs"].iloc[0]) if "n_designs" in rows else LEAST_DESIGNS
    return n if n < LEAST_DESIGNS else None


def factor_words(path: str, language: Language) -> str:
    """What a factor is, in a few words; a group's parameter names the group."""
    _ = translator(language)
    if path == LUCK:
        return _("luck")
    try:
        words = _(parameter_at(path).meaning).split(" (")[0].split(";")[0]
    except ScenarioError:
        return path
    parts = path.split(".")
    return f"{words} ({parts[2].replace('_', ' ')})" if len(parts) == 4 else words


def valued(row: Mapping[Any, Any], by: str, language: Language) -> str:
    """An index with its limits, as the index is read."""
    low, high = float(row[f"{by}_low"]), float(row[f"{by}_high"])
    if by == "mu_star":
        texts = [number(v, language, 3) for v in (float(row[by]), low, high)]
    else:
        texts = [percent(min(max(v, 0.0), 1.0), language) for v in (float(row[by]), low, high)]
    _ = translator(language)
    return _("{value}, {low} to {high}").format(value=texts[0], low=texts[1], high=texts[2])


def ranking(indices: pd.DataFrame, measure: str, language: Language) -> Figure:
    """The factors that move a measure, the strongest first, each with its 95% interval."""
    _ = translator(language)
    by = index_of(indices)
    rows = indices[indices["measure"] == measure].sort_values("rank")
    every = rows.to_dict("records")
    shown = every[:SHOWN]
    shown += [r for r in every[SHOWN:] if r["factor"] == LUCK]
    top, bottom = 46.0, 46.0 + _ROW * len(shown)
    title = _title(every, by, measure, language)
    if n_known(rows) is not None:
        title = _("{measure}: known in too few settings to tell what moves it").format(
            measure=measure_words(measure, language).name
        )
    canvas = Canvas(WIDTH, bottom + 34, title)
    ends = [float(r[f"{by}_high"]) for r in shown]
    x = scale_over([0.0, *ends], _LEFT, WIDTH - 90, pad=0.02)
    canvas.axis(x, bottom, tick_labels(x, language, 6, share=by != "mu_star"), top - 8)
    canvas.line(x(0), top - 8, x(0), bottom, INK, 1)
    legend = 0.0
    for held, words in (
        ("lever", _("the organiser decides")),
        ("uncertainty", _("the world decides")),
        ("nobody", _("luck")),
    ):
        canvas.rect(_LEFT + legend, 6, 14, 14, _COLOURS[held])
        canvas.text(_LEFT + legend + 21, 18, words, size=13.5, colour=SOFT)
        legend += 60 + 7.2 * len(words)
    for k, row in enumerate(shown):
        y = top + _ROW * (k + 0.5)
        name = upper_first(factor_words(str(row["factor"]), language))
        canvas.text(0, y - 1, wrapped(name, 62, 1)[0], size=14)
        if row["factor"] != LUCK:
            canvas.text(0, y + 14, str(row["factor"]), size=11.5, colour=SOFT)
        value = float(row[by])
        if value != value:
            continue
        low, high = max(float(row[f"{by}_low"]), x.low), float(row[f"{by}_high"])
        colour = _COLOURS.get(str(row["held_by"]), SOFT)
        canvas.rect(x(0), y - 9, x(max(value, 0.0)) - x(0), 18, colour)
        canvas.line(x(low), y, x(high), y, INK, 1.8)
        for end in (low, high):
            canvas.line(x(end), y - 6, x(end), y + 6, INK, 1.4)
        text = number(value, language, 3) if by == "mu_star" else percent(max(value, 0), language)
        canvas.text(x(max(high, 0.0)) + 9, y + 5, text, size=13.5, weight=600)
    table = DataTable(
        [_("Factor"), _("Index"), _("Low"), _("High")],
        [
            [factor_words(str(r["factor"]), language),
             *(number(float(r[k]), language, 3) for k in (by, f"{by}_low", f"{by}_high"))]
            for r in every
        ],
    )  # fmt: skip
    caption = _captions(language)[by] + " " + _("Lines are 95% intervals, each by itself.")
    if len(shown) < len(every):
        caption += " " + _("The {n} strongest of {all} factors are shown.").format(
            n=SHOWN, all=len(every)
        )
    return Figure(
        id=f"sensitivity-{measure}",
        title=title,
        picture=canvas.markup(),
        table=table,
        caption=caption,
    )


def _captions(language: Language) -> dict[str, str]:
    _ = translator(language)
    return {
        "total": _(
            "Share of the spread that would go if the factor were known, with all its interactions "
            "(Sobol's total index); shares overlap and may add up to more than 100%."
        ),
        "mu_star": _(
            "Mean size of the change when the factor moves by two thirds of its range (Morris), in "
            "the measure's own unit."
        ),
        "first": _("Share of what differs between designs that the factor explains alone."),
    }


def _title(rows: list[dict[Any, Any]], by: str, measure: str, language: Language) -> str:
    """What the ranking proves: a winner where its interval stands clear of the next one's."""
    _ = translator(language)
    name = measure_words(measure, language).name
    known = [r for r in rows if float(r[by]) > 0]
    if not known:
        return _("{measure}: nothing in this sweep moves it").format(measure=name)
    first = factor_words(str(known[0]["factor"]), language)
    if len(known) == 1 or known[0][f"{by}_low"] > known[1][f"{by}_high"]:
        return _("{measure}: {factor} moves it most").format(measure=name, factor=first)
    return _("{measure}: {factor} or {other} moves it most").format(
        measure=name, factor=first, other=factor_words(str(known[1]["factor"]), language)
    )


def source_words(language: Language) -> dict[str, str]:
    """What the sources of the runs' variance are called."""
    _ = translator(language)
    return {
        "designs": _("designs"),
        "worlds": _("what the world decides"),
        "luck": _("luck"),
        "worlds and luck": _("what the world decides, and luck"),
        "designs and luck": _("designs and luck"),
    }


def spread_figure(spread: pd.DataFrame, language: Language) -> Figure:
    """What the runs' variance is made of, a bar a measure."""
    _ = translator(language)
    colours = {"designs": ACCENT, "worlds": WARM, "luck": DOT}
    words = {s: (name, colours.get(s, LINE)) for s, name in source_words(language).items()}
    measures = list(dict.fromkeys(spread["measure"]))
    sources = [s for s in words if s in set(spread["source"])]
    share = spread.set_index(["measure", "source"])["share"]
    title = _("What the spread between runs is made of")
    canvas = Canvas(WIDTH, 46 + 46 * len(measures) + 30, title)
    at = 0.0
    for s in sources:
        canvas.rect(200 + at, 6, 14, 14, words[s][1])
        canvas.text(221 + at, 18, words[s][0], size=13.5, colour=SOFT)
        at += 60 + 7.2 * len(words[s][0])
    x = scale_over([0.0, 1.0], 200, WIDTH - 30, pad=0.0)
    bottom = 46 + 46.0 * len(measures)
    canvas.axis(x, bottom, tick_labels(x, language, 5, share=True), 40)
    for k, m in enumerate(measures):
        y, begin = 46 + 46 * (k + 0.5), 0.0
        canvas.text(0, y + 5, measure_words(m, language).name, size=15, weight=600)
        for s in sources:
            value = float(share.get((m, s), 0.0))
            canvas.rect(x(begin), y - 13, x(begin + value) - x(begin), 26, words[s][1])
            if value > 0.06:
                light = words[s][1] in (ACCENT, WARM)
                canvas.text(
                    x(begin + value / 2), y + 5, percent(value, language), size=13,
                    colour="#ffffff" if light else INK, anchor="middle", weight=600,
                )  # fmt: skip
            begin += value
    rows = [
        [measure_words(m, language).name,
         *(percent(float(share.get((m, s), 0.0)), language, 1) for s in sources)]
        for m in measures
    ]  # fmt: skip
    return Figure(
        id="spread",
        title=title,
        picture=canvas.markup(),
        table=DataTable([_("Measure"), *(words[s][0] for s in sources)], rows),
        caption=_(
            "Shares of the variance over all runs. Designs: how far their means are apart; luck: what "
            "differs between runs of the same design in the same world."
        ),
    )
