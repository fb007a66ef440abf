"""Support of every group through the stages of one roundtable."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dashboard.figures import WIDTH, Shown
from dashboard.language import Words
from gfmd_sim.reports.look import FAINT, INK, SOFT, group_mark
from gfmd_sim.reports.svg import Canvas, Scale, decimals, scale_over, step_of
from gfmd_sim.reports.words import group_label
from gfmd_sim.scenario.schema import Scenario


def support_by_group(
    frame: pd.DataFrame, roundtable: int, scenario: Scenario, words: Words
) -> Shown:
    """Mean support of every group through the stages of one roundtable."""
    mine = frame[frame["roundtable"] == roundtable]
    order = {"start": 0, "endorse": 1, "plenary": 2, "return to capitals": 3,
             "measure stability": 4}  # fmt: skip
    mine = mine[mine["stage"].isin(list(order))]
    mine = mine.assign(order=mine["stage"].map(order))
    keys = ["consultation", "order", "sitting"]
    groups = [c.removeprefix("support.") for c in mine.columns if c.startswith("support.")]
    columns = [f"support.{g}" for g in groups]
    means = mine.groupby(keys, as_index=False)[columns].mean().sort_values(keys)
    groups = [g for g in groups if means[f"support.{g}"].notna().any()]
    first = {g: float(means[f"support.{g}"].iloc[0]) for g in groups}
    last = {g: float(means[f"support.{g}"].iloc[-1]) for g in groups}
    gap_first = max(first.values()) - min(first.values())
    gap_last = max(last.values()) - min(last.values())
    finding = (
        words("Roundtable {n}: the gap between the groups' support shrinks from {a} to {b}",
              n=roundtable, a=words.number(gap_first, 2), b=words.number(gap_last, 2))
        if gap_last < gap_first
        else words("Roundtable {n}: the gap between the groups' support does not shrink: {a}, then "
                   "{b}", n=roundtable, a=words.number(gap_first, 2), b=words.number(gap_last, 2))
    )  # fmt: skip
    canvas = Canvas(WIDTH, 400, finding)
    x = Scale(0, max(len(means) - 1, 1), 60, 820)
    values = means[[f"support.{g}" for g in groups]].to_numpy().ravel()
    y = scale_over(values, 340, 20, least=0.1)
    digits = decimals(step_of(y.low, y.high, 5))
    for value in y.ticks(5):
        canvas.line(60, y(value), 820, y(value), FAINT)
        canvas.text(50, y(value) + 4, words.number(value, digits), size=12.5, colour=SOFT,
                    anchor="end")  # fmt: skip
    for c in sorted(set(means["consultation"]) - {0}):
        at = np.flatnonzero(means["consultation"] == c)
        canvas.line(x(at[0]) - 10, 352, x(at[-1]) + 10, 352, INK, 1.4)
        label = words("Summit") if c == 4 else words("Consultation {n}", n=int(c))
        canvas.text((x(at[0]) + x(at[-1])) / 2, 374, label, size=13.5, anchor="middle", weight=600)
    used: list[float] = []
    for g in sorted(groups, key=lambda g: -last[g]):
        mark = group_mark(g, groups)
        path = [(x(k), y(v)) for k, v in enumerate(means[f"support.{g}"])]
        canvas.polyline(path, mark.colour, 2.6)
        for px, py in path:
            canvas.mark(mark.shape, px, py, 4.2, mark.colour)
        at_y = path[-1][1]
        while any(abs(at_y - u) < 19 for u in used):
            at_y += 3
        used.append(at_y)
        canvas.text(836, at_y + 5, group_label(g, scenario, words.engine), size=14, weight=600)
    rows = [
        [group_label(g, scenario, words.engine), words.number(first[g], 3),
         words.number(last[g], 3), words.signed(last[g] - first[g], 3)]
        for g in groups
    ]  # fmt: skip
    return Shown(
        id="support",
        finding=finding,
        markup=str(canvas.markup()),
        header=[words("Group"), words("At the start"), words("At the Summit"), words("Change")],
        rows=rows,
        caption=words(
            "Mean support of all solutions of the roundtable, after every sitting, plenary and "
            "return to capitals; mean of all runs."
        ),
    )
