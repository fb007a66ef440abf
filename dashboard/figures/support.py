"""Support of every group through the stages of one roundtable."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dashboard.figures import WIDTH, Shown
from dashboard.language import N_, Words
from gfmd_sim.reports.figures import wrapped
from gfmd_sim.reports.look import DOT, FAINT, INK, LINE, SOFT, group_mark
from gfmd_sim.reports.svg import Canvas, Scale, decimals, scale_over, step_of
from gfmd_sim.reports.words import group_label
from gfmd_sim.scenario.schema import Scenario
from gfmd_sim.setup import SUMMIT

STAGES = {  # in their order within a consultation
    "start": N_("start"),
    "endorse": N_("sitting {n}"),
    "plenary": N_("after the plenary"),
    "return to capitals": N_("after the return to capitals"),
    "measure stability": N_("Summit"),
}
KEYS = ["consultation", "order", "sitting"]
COLUMNS, WIDE, TALL, HEAD = 3, 316.0, 150.0, 58.0


def support_by_group(
    frame: pd.DataFrame, roundtable: int, scenario: Scenario, words: Words
) -> Shown:
    """Mean support of every group through the stages of one roundtable, a panel a group."""
    order = {stage: k for k, stage in enumerate(STAGES)}
    mine = frame[(frame["roundtable"] == roundtable) & frame["stage"].isin(list(order))]
    mine = mine.assign(order=mine["stage"].map(order))
    every = [c for c in mine.columns if c.startswith("support.")]
    runs = mine.groupby([*KEYS, "replicate"], as_index=False)[every].mean().groupby(KEYS)[every]
    mean, low, high = runs.mean(), *(runs.quantile(q) for q in (0.05, 0.95))
    shown = [c for c in every if mean[c].notna().any()]
    labels = {c: group_label(c.removeprefix("support."), scenario, words.engine) for c in shown}
    first, last = (float(mean[shown].iloc[k].max() - mean[shown].iloc[k].min()) for k in (0, -1))
    values = {"n": roundtable, "a": words.number(first, 2), "b": words.number(last, 2)}
    finding = (
        words("Roundtable {n}: the gap between the groups' support shrinks from {a} to {b}", **values)
        if last < first
        else words("Roundtable {n}: the gap between the groups' support does not shrink: {a}, then "
                   "{b}", **values)
    )  # fmt: skip
    rows = -(-len(shown) // COLUMNS)
    canvas = Canvas(WIDTH, rows * (TALL + HEAD + 34) - 6, finding)
    limits = np.concatenate([t[shown].to_numpy().ravel() for t in (low, high)])
    groups = [c.removeprefix("support.") for c in shown]
    for k, c in enumerate(shown):
        left = 44 + (k % COLUMNS) * (WIDE + 38)
        top = HEAD + (k // COLUMNS) * (TALL + HEAD + 34)
        x = Scale(0, max(len(mean) - 1, 1), left + 8, left + WIDE - 8)
        y = scale_over(limits, top + TALL, top, least=0.1)
        mark = group_mark(c.removeprefix("support."), groups)
        canvas.mark(mark.shape, left + 9, top - 24, 7.5, mark.colour)
        canvas.text(left + 26, top - 18, wrapped(labels[c], 34, 1)[0], size=16, weight=600)
        _ground(canvas, mean, x, y, left, words)
        band = [(x(j), y(v)) for j, v in enumerate(high[c])]
        band += [(x(j), y(v)) for j, v in reversed(list(enumerate(low[c])))]
        canvas.area(band, "#dfe5eb")
        for other in shown:
            if other != c:
                canvas.polyline([(x(j), y(v)) for j, v in enumerate(mean[other])], DOT, 1.1)
        path = [(x(j), y(v)) for j, v in enumerate(mean[c])]
        canvas.polyline(path, INK, 4.4)
        canvas.polyline(path, mark.colour, 3)
        for spot in path:
            canvas.mark(mark.shape, *spot, 4.4, mark.colour, width=0.9)
        for j, side in ((0, "start"), (-1, "end")):
            told = words.number(float(mean[c].iloc[j]), 2)
            canvas.text(path[j][0] + (-6 if j == 0 else 6), path[j][1] + (24 if j == 0 else -13),
                        told, size=15, weight=600, anchor=side, halo=True)  # fmt: skip
    table = [
        [labels[c], words("Summit") if int(at[0]) == SUMMIT else words.number(int(at[0]), 0),
         words(STAGES[list(STAGES)[int(at[1])]], n=int(at[2])),
         *(words.number(float(t.loc[at, c]), 3) for t in (mean, low, high))]
        for c in shown for at in mean.index
    ]  # fmt: skip
    return Shown(
        id="support",
        finding=finding,
        markup=str(canvas.markup()),
        header=[words("Group"), words("Consultation"), words("Stage"), words("Mean"), words("Low"),
                words("High")],
        rows=table,
        first_number=3,
        caption=words(
            "Mean support of all solutions of the roundtable, from the start over every sitting, "
            "plenary and return to capitals to the Summit. Shaded: nine in ten runs. Thin lines: the "
            "other groups."
        ),
    )  # fmt: skip


def _ground(
    canvas: Canvas, mean: pd.DataFrame, x: Scale, y: Scale, left: float, words: Words
) -> None:
    """Levels of support, and where each consultation begins."""
    digits = decimals(step_of(y.low, y.high, 4))
    for value in y.ticks(4):
        canvas.line(left, y(value), left + WIDE, y(value), FAINT)
        canvas.text(left - 6, y(value) + 4, words.number(value, digits), size=13, colour=SOFT,
                    anchor="end")  # fmt: skip
    at = mean.index.get_level_values("consultation").to_numpy()
    for c in sorted(set(at) - {0}):
        here = np.flatnonzero(at == c)
        canvas.line(x(here[0] - 0.5), y(y.low), x(here[0] - 0.5), y(y.high), LINE)
        label = words("Summit") if c == SUMMIT else words("Cons. {n}", n=int(c))
        middle, side = (x(here[0]) + x(here[-1])) / 2, "middle"
        if c == SUMMIT:
            middle, side = left + WIDE + 11, "end"
        canvas.text(middle, y(y.low) + 20, label, size=13.5, colour=SOFT, anchor=side)
