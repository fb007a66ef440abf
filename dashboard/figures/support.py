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
    runs = mine.groupby([*keys, "replicate"], as_index=False)[columns].mean().groupby(keys)[columns]
    low, high = (runs.quantile(q).sort_index() for q in (0.05, 0.95))
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
    shown = [f"support.{g}" for g in groups]
    values = np.concatenate([low[shown].to_numpy().ravel(), high[shown].to_numpy().ravel()])
    y = scale_over(values, 340, 20, least=0.1)
    digits = decimals(step_of(y.low, y.high, 5))
    for value in y.ticks(5):
        canvas.line(60, y(value), 820, y(value), FAINT)
        canvas.text(50, y(value) + 4, words.number(value, digits), size=12.5, colour=SOFT,
                    anchor="end")  # fmt: skip
    for c in sorted(set(means["consultation"]) - {0}):
        at = np.flatnonzero(means["consultation"] == c)
        canvas.line(x(at[0]) - 10, 358, x(at[-1]) + 10, 358, INK, 1.4)
        label = words("Summit") if c == 4 else words("Consultation {n}", n=int(c))
        canvas.text((x(at[0]) + x(at[-1])) / 2, 380, label, size=13.5, anchor="middle", weight=600)
    for k, (order_, sitting) in enumerate(zip(means["order"], means["sitting"], strict=True)):
        stage = {1: f"{sitting:.0f}", 2: "P", 3: "R"}.get(int(order_), "")
        canvas.text(x(k), 350, stage, size=11.5, colour=SOFT, anchor="middle")
    labels = _apart({g: y(last[g]) for g in groups}, 19)
    for j, g in enumerate(sorted(groups, key=lambda g: -last[g])):
        mark = group_mark(g, groups)
        path = [(x(k), y(v)) for k, v in enumerate(means[f"support.{g}"])]
        aside = 3.0 * (j - (len(groups) - 1) / 2)
        for (px, _), a, b in zip(path, low[f"support.{g}"], high[f"support.{g}"], strict=True):
            canvas.line(px + aside, y(a), px + aside, y(b), mark.colour, 1.6)
        canvas.polyline(path, mark.colour, 2.6)
        for px, py in path:
            canvas.mark(mark.shape, px, py, 4.2, mark.colour)
        canvas.line(*path[-1], 842, labels[g], mark.colour, 1.6)
        canvas.text(848, labels[g] + 5, group_label(g, scenario, words.engine), size=14, weight=600)
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
            "return to capitals; mean of all runs. Upright lines hold nine in ten runs. Beneath, "
            "numbers are sittings, P the plenary, R the return to capitals."
        ),
    )


def _apart(wanted: dict[str, float], gap: float) -> dict[str, float]:
    """Heights at least ``gap`` apart, in the same order, about the same middle."""
    order = sorted(wanted, key=wanted.__getitem__)
    at: list[float] = []
    for g in order:
        at.append(max(wanted[g], at[-1] + gap) if at else wanted[g])
    back = sum(a - wanted[g] for a, g in zip(at, order, strict=True)) / max(len(at), 1)
    return {g: a - back for a, g in zip(at, order, strict=True)}
