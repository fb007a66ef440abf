"""Two measures of every design at once: who is beaten by nobody."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

from dashboard.figures import Shown
from dashboard.figures.glance import two_lines
from dashboard.language import Words
from gfmd_sim.experiments.compare import UNTOLD, Comparison
from gfmd_sim.reports.figures import effects_of, interval
from gfmd_sim.reports.look import ACCENT, DOT, FAINT, INK, LINE, PAPER, SOFT
from gfmd_sim.reports.svg import Canvas, Scale, decimals, scale_over, step_of
from gfmd_sim.reports.words import design_name, measure_words, row_name

WIDTH, LEFT, RIGHT, BOTTOM = 760.0, 66.0, 540.0, 400.0  # it stands beside words, in large type


def front_of(points: Mapping[str, tuple[float, float]]) -> list[str]:
    """Designs that no other beats in one measure without losing in the other, left to right."""
    front = [
        d
        for d, (x, y) in points.items()
        if not any(
            (u >= x and v >= y and (u > x or v > y)) for e, (u, v) in points.items() if e != d
        )
    ]
    return sorted(front, key=lambda d: points[d])


def pareto(
    comparison: Comparison, words: Words, across: str = "convergence", up: str = "partnerships"
) -> Shown:
    """Two measures of every design, all runs behind, the front drawn through the means."""
    language, frame, runs = words.engine, comparison.frame, comparison.runs
    xs, ys = effects_of(frame, across), effects_of(frame, up)
    wx, wy = measure_words(across, language), measure_words(up, language)
    points = {
        d: (xs[d].mean, ys[d].mean)
        for d in xs
        if math.isfinite(xs[d].mean) and math.isfinite(ys[d].mean)
    }
    front = front_of(points)
    names = {d: row_name(d, language) for d in points}
    sure = not any(e.verdict in UNTOLD for d in points for e in (xs[d], ys[d]))
    listed = ", ".join(design_name(d, language) for d in front)
    finding = (
        words("Best in both {one} and {other}: {designs}", one=wx.name.lower(),
              other=wy.name.lower(), designs=listed)
        if len(front) == 1
        else words("Not beaten in both {one} and {other}: {designs}", one=wx.name.lower(),
                   other=wy.name.lower(), designs=listed)
    )  # fmt: skip
    if not sure:
        finding = words("{finding} (by the means; not yet sure)", finding=finding)
    canvas = Canvas(WIDTH, BOTTOM + 62, finding)
    good = runs[runs["failure"].isna()] if "failure" in runs else runs
    x = _scale_without_far(good, points, across, LEFT, RIGHT)
    y = _scale_without_far(good, points, up, BOTTOM, 44)
    for scale, is_x in ((x, True), (y, False)):
        digits = decimals(step_of(scale.low, scale.high, 5))
        for value in scale.ticks(5):
            text = words.number(value, digits)
            if is_x:
                canvas.line(scale(value), 44, scale(value), BOTTOM, FAINT)
                canvas.text(scale(value), BOTTOM + 24, text, size=16, colour=SOFT, anchor="middle")
            else:
                canvas.line(LEFT, scale(value), RIGHT, scale(value), FAINT)
                canvas.text(LEFT - 10, scale(value) + 5, text, size=16, colour=SOFT, anchor="end")
    canvas.text(RIGHT, BOTTOM + 54, f"{wx.name} →", size=18, anchor="end", weight=600)
    canvas.text(0, 22, f"↑ {wy.name}, {wy.scale}", size=18, weight=600)
    for d in points:
        mine = good[good["design"] == d]
        runs_ = zip(mine[across], mine[up], strict=True)
        canvas.dots([(x(_within(x, a)), y(_within(y, b))) for a, b in runs_], DOT, 3.4)
    if len(front) > 1:
        canvas.polyline([(x(points[d][0]), y(points[d][1])) for d in front], ACCENT, 2.6)
    rows = []
    order = sorted(points, key=lambda d: -points[d][1])
    labels = _labels({d: (y(points[d][1]), names[d]) for d in order})
    for d in order:
        px, py = x(points[d][0]), y(points[d][1])
        for low, high, is_x in _mean_limits(good, d, across, up):
            if is_x:
                canvas.line(x(low), py, x(high), py, INK, 2.6)
            else:
                canvas.line(px, y(low), px, y(high), INK, 2.6)
        on = d in front
        lines, at = labels[d]
        canvas.line(px + 9, py, RIGHT + 16, at, LINE, 1.2)
        for i, line in enumerate(lines):
            canvas.text(RIGHT + 22, at + 6 + 22 * (i - (len(lines) - 1) / 2), line, size=18,
                        weight=700 if on else 400, colour=ACCENT if on else INK)  # fmt: skip
        limits = {is_x: (low, high) for low, high, is_x in _mean_limits(good, d, across, up)}
        rows.append(
            [names[d], words.number(points[d][0], 3), _span(limits.get(True), words),
             words.number(points[d][1], 3), _span(limits.get(False), words),
             words("yes") if on else words("no")]
        )  # fmt: skip
    for d in sorted(order, key=lambda d: (d in front, d == comparison.baseline)):  # these on top
        canvas.mark("diamond" if d == comparison.baseline else "circle", x(points[d][0]),
                    y(points[d][1]), 9, ACCENT if d in front else PAPER, tip=names[d])  # fmt: skip
    return Shown(
        id="pareto",
        finding=finding,
        markup=str(canvas.markup()),
        header=[words("Design"), wx.name, words("95% of the mean"), wy.name,
                words("95% of the mean"), words("On the front")],
        rows=rows,
        caption=words(
            "Every dot is a run, far ones at the edge; crosses are the means with their 95% intervals, taken by "
            "themselves; the line joins the designs that none beats in both; the diamond is the "
            "baseline."
        ),
    )  # fmt: skip


def _scale_without_far(
    runs: pd.DataFrame, points: Mapping[str, tuple[float, float]], measure: str, start: float,
    end: float,
) -> Scale:  # fmt: skip
    """A scale for the middle nine tenths of the runs; those beyond are drawn at its edge."""
    values = runs[measure].to_numpy(float)
    values = values[np.isfinite(values)]
    ends = np.quantile(values, [0.05, 0.95]).tolist() if len(values) else []
    is_x = start < end
    means = [p[0 if is_x else 1] for p in points.values()]
    return scale_over([*ends, *means], start, end, pad=0.08, least=1e-3)


def _within(scale: Scale, value: float) -> float:
    """The value, or the edge of the scale that it lies beyond."""
    return max(scale.low, min(scale.high, value))


def _labels(wanted: Mapping[str, tuple[float, str]]) -> dict[str, tuple[list[str], float]]:
    """Lines and heights of the designs' names, from the top down, apart and above the bottom."""
    lines = {d: two_lines(name, 21) for d, (_, name) in wanted.items()}
    half = {d: 11.0 * len(lines[d]) + 3 for d in wanted}
    at: dict[str, float] = {}
    low = -math.inf
    for d, (y, _) in wanted.items():
        at[d] = max(y, low + half[d])
        low = at[d] + half[d]
    low = BOTTOM + 30
    for d in reversed(list(wanted)):
        at[d] = min(at[d], low - half[d])
        low = at[d] - half[d]
    return {d: (lines[d], at[d]) for d in wanted}


def _span(limits: tuple[float, float] | None, words: Words) -> str:
    return "" if limits is None else interval(limits[0], limits[1], words.engine, 3)


def _mean_limits(
    runs: pd.DataFrame, design: str, across: str, up: str
) -> list[tuple[float, float, bool]]:
    """95% limits of both means of a design; worlds are the units where they were drawn."""
    mine = runs[runs["design"] == design]
    if mine["world"].nunique() > 1:
        mine = mine.groupby("world")[[across, up]].mean()
    out = []
    for measure, is_x in ((across, True), (up, False)):
        values = mine[measure].to_numpy(float)
        values = values[np.isfinite(values)]
        if len(values) > 2:
            half = 1.96 * values.std(ddof=1) / math.sqrt(len(values))
            out.append((float(values.mean() - half), float(values.mean() + half), is_x))
    return out
