"""By group: who gains and who loses against the baseline, on the same luck."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from dashboard.figures import WIDTH, Shown
from dashboard.figures.glance import two_lines
from dashboard.language import N_, Words
from gfmd_sim.experiments.compare import Comparison, group_by_world, paired_values
from gfmd_sim.experiments.statistics import reach_of, simultaneous
from gfmd_sim.reports.figures import interval
from gfmd_sim.reports.look import ACCENT, FAINT, INK, PAPER, SOFT, WARM, group_mark
from gfmd_sim.reports.svg import Canvas, decimals, scale_over, step_of
from gfmd_sim.reports.words import design_name, row_name

LEFT, GAP, ROW = 250.0, 28.0, 42.0
WORDS = {  # prefix of the columns -> nothing sure, somebody gains, somebody loses, caption
    "approval": (
        N_("Approval at the Summit: no group is sure to gain or lose"),
        N_("Approval at the Summit: {group} gain most with {design}, {size} points of 100"),
        N_("Approval at the Summit: {group} lose most with {design}, {size} points of 100"),
        N_("Change of the share of a group's delegates who approve a solution, in points of 100."),
    ),
    "voice_share": (
        N_("The floor: no group is sure to gain or lose"),
        N_("The floor: {group} gain most with {design}, {size} points of 100 of a fair share"),
        N_("The floor: {group} lose most with {design}, {size} points of 100 of a fair share"),
        N_("Change of a group's share of the turns over its share of the seats, in points of 100."),
    ),
}


@dataclass(frozen=True)
class Gain:
    """What a design changes for a group, in points of 100, with limits that hold at once."""

    design: str
    group: str
    change: float
    low: float
    high: float

    @property
    def is_sure(self) -> bool:
        """The interval leaves zero out."""
        return self.low > 0 or self.high < 0


def gains_of(comparison: Comparison, prefix: str) -> list[Gain]:
    """Paired differences by design and group; worlds are the units where they were drawn."""
    runs = comparison.runs
    columns = [c for c in runs if str(c).startswith(prefix + ".") and runs[c].notna().any()]
    labels = [str(d) for d in dict.fromkeys(comparison.frame["design"])]
    if not columns or runs["replicate"].nunique() < 4:
        return []
    values, _ = paired_values(runs, labels, columns)
    reach = 100 * reach_of(values[:, 0])
    if runs["world"].nunique() > 1:
        values, _ = group_by_world(runs, values)
    unit = 100 * np.nanmean(values, axis=1)
    at = labels.index(comparison.baseline)
    others = [i for i in range(len(labels)) if i != at]
    cells = (unit[:, others] - unit[:, [at]]).reshape(len(unit), -1)
    found = simultaneous(cells, comparison.level, comparison.seed, np.tile(reach, len(others)))
    names = [(labels[i], str(c).removeprefix(prefix + ".")) for i in others for c in columns]
    return [
        Gain(d, g, *(float(a[k]) for a in (found.mean, found.low, found.high)))
        for k, (d, g) in enumerate(names)
    ]


def gains(
    comparison: Comparison, prefix: str, groups: Mapping[str, str], words: Words
) -> Shown | None:
    """Every group's change under every design; None where the runs do not say."""
    cells = gains_of(comparison, prefix)
    if not cells:
        return None
    nothing, gain, loss, caption = WORDS[prefix]
    sure = [c for c in cells if c.is_sure]
    finding = words(nothing)
    if sure:
        most = max(sure, key=lambda c: abs(c.change))
        finding = words(
            gain if most.change > 0 else loss,
            group=groups[most.group],
            design=design_name(most.design, words.engine),
            size=words.number(abs(most.change), 1),
        )
    designs = list(dict.fromkeys(c.design for c in cells))
    present = list(dict.fromkeys(c.group for c in cells))
    width = (WIDTH - LEFT - GAP * (len(designs) - 1)) / len(designs)
    names = [row_name(d, words.engine) for d in designs]
    head = 67.0 if any(len(n) > int(width / 9) for n in names) else 46.0
    bottom = head + ROW * len(present)
    canvas = Canvas(WIDTH, bottom + 30, finding)
    for row, g in enumerate(present):
        y = head + ROW * (row + 0.5)
        mark = group_mark(g, present)
        canvas.mark(mark.shape, 10, y, 8, mark.colour)
        canvas.text(28, y + 6, groups[g], size=17.5)
    limits = [v for c in cells for v in (c.low, c.change, c.high) if math.isfinite(v)]
    for k, d in enumerate(designs):
        start = LEFT + k * (width + GAP)
        x = scale_over([0.0, *limits], start + 6, start + width - 6)
        lines = two_lines(row_name(d, words.engine), int(width / 9))
        for i, line in enumerate(lines):
            at = head - 28 - 21 * (len(lines) - 1 - i)
            canvas.text(start, at, line, size=17.5, weight=600)
        digits = decimals(step_of(x.low, x.high, 4))
        for value in x.ticks(4):
            canvas.line(x(value), head - 8, x(value), bottom, FAINT)
            canvas.text(x(value), bottom + 20, words.signed(value, digits) if value else "0",
                        size=14.5, colour=SOFT, anchor="middle")  # fmt: skip
        canvas.line(x(0), head - 8, x(0), bottom, INK, 1.2)
        for cell in (c for c in cells if c.design == d):
            y = head + ROW * (present.index(cell.group) + 0.5)
            colour = SOFT if not cell.is_sure else ACCENT if cell.change > 0 else WARM
            shape = (
                "circle" if not cell.is_sure else "triangle" if cell.change > 0 else "triangle_down"
            )
            canvas.line(x(max(cell.low, x.low)), y, x(min(cell.high, x.high)), y, colour, 3.2)
            canvas.mark(shape, x(cell.change), y, 7.5, colour if cell.is_sure else PAPER,
                        stroke=colour, width=2, tip=words.signed(cell.change, 1))  # fmt: skip
    bars = words("Bars are 95% intervals that hold at once.")
    rows = [
        [row_name(c.design, words.engine), groups[c.group], words.signed(c.change, 1),
         interval(c.low, c.high, words.engine, 1),
         words("not sure") if not c.is_sure else words("gains") if c.change > 0 else words("loses")]
        for c in cells
    ]  # fmt: skip
    return Shown(
        id=f"gains-{prefix.replace('_', '-')}",
        finding=finding,
        markup=str(canvas.markup()),
        header=[words("Design"), words("Group"), words("Change"), words("95% interval"),
                words("Verdict")],
        rows=rows,
        first_number=2,
        caption=f"{words(caption)} {bars}",
    )  # fmt: skip
