"""Figures of a comparison, each a pure function: frame -> picture, finding, table.

A figure's title says what the data say, also where they say nothing. Intervals are always drawn.
"""

from __future__ import annotations

import itertools
import math
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from markupsafe import Markup
from numpy.typing import NDArray

from gfmd_sim.experiments.compare import (
    BASELINE,
    CANNOT_TELL,
    DOES_NOT_MATTER,
    MATTERS,
    TOO_RARE,
    UNTOLD,
)
from gfmd_sim.language import number, percent, plural, signed, told, translator
from gfmd_sim.reports.look import ACCENT, BAND, DOT, FAINT, INK, LINE, PAPER, SOFT, WARM, group_mark
from gfmd_sim.reports.svg import (
    GOLDEN,
    Canvas,
    Scale,
    decimals,
    scale_over,
    step_of,
    text_width,
)
from gfmd_sim.reports.words import (
    VERDICTS,
    MeasureWords,
    design_name,
    measure_words,
    row_name,
    said,
)
from gfmd_sim.scenario.agenda import Language

WIDTH = 1080.0
FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class DataTable:
    """The numbers behind a figure, as text; columns from ``first_number`` on are numbers."""

    header: list[str]
    rows: list[list[str]]
    first_number: int = 1


@dataclass(frozen=True)
class Figure:
    """A picture with the sentence it proves and the numbers it draws."""

    id: str
    title: str
    picture: Markup
    table: DataTable
    caption: str = ""
    subtitle: str = ""
    notes: tuple[str, ...] = field(default_factory=tuple)


@dataclass(frozen=True)
class Effect:
    """One design's paired difference from the baseline in one measure."""

    design: str
    mean: float
    difference: float
    low: float
    high: float
    smallest: float
    verdict: str
    more_replicates: int
    n: int

    @property
    def sign(self) -> int:
        """1 or -1 where the difference matters, else 0."""
        return 0 if self.verdict != MATTERS else 1 if self.difference > 0 else -1


def effects_of(frame: pd.DataFrame, measure: str) -> dict[str, Effect]:
    """One measure's rows of a comparison, by design."""
    return {
        str(row["design"]): Effect(
            design=str(row["design"]),
            mean=float(row["mean"]),
            difference=float(row["difference"]),
            low=float(row["low"]),
            high=float(row["high"]),
            smallest=float(row["smallest_effect"]),
            verdict=str(row["verdict"]),
            more_replicates=int(row.get("more_replicates", 0)),
            n=int(row["n"]),
        )
        for row in frame[frame["measure"] == measure].to_dict("records")
    }


def digits_for(smallest: float) -> int:
    """Decimals that show a smallest effect of interest with two digits."""
    return 3 if smallest <= 0 else min(max(0, 1 - math.floor(math.log10(smallest))), 5)


def interval(low: float, high: float, language: Language, digits: int) -> str:
    """``−0.04 to −0.02``, signed."""
    _ = translator(language)
    if not math.isfinite(low + high):
        return _("no interval")
    return _("{low} to {high}").format(
        low=signed(low, language, digits), high=signed(high, language, digits)
    )


def tick_labels(
    scale: Scale, language: Language, about: int = 5, *, sign: bool = False, share: bool = False
) -> list[tuple[float, str]]:
    """Round values of a scale, written as the language writes them."""
    step = step_of(scale.low, scale.high, about)
    digits = decimals(step)
    out = []
    for value in scale.ticks(about):
        if share:
            label = percent(value, language, max(0, digits - 2))
        else:
            label = (signed if sign else number)(value, language, digits)
        out.append((value, label))
    return out


# -- one measure: every run, and the paired difference -------------------------------------------


def effects(
    frame: pd.DataFrame, runs: pd.DataFrame, measure: str, baseline: str, language: Language
) -> Figure:
    """One measure under every design: all runs as dots, and the difference from the baseline.

    Parameters
    ----------
    frame, runs
        As in :class:`~gfmd_sim.experiments.compare.Comparison`.
    """
    _ = translator(language)
    cells = list(effects_of(frame, measure).values())
    words = measure_words(measure, language)
    smallest = cells[0].smallest
    digits = digits_for(smallest)
    names = [row_name(e.design, language) for e in cells]
    title = effect_title(cells, words, language)

    top, row_height = 58.0, 42.0
    bottom = top + row_height * len(cells)
    canvas = Canvas(WIDTH, bottom + 52, title)
    values = [_values(runs, e.design, measure) for e in cells]
    means = [_mean_and_half(runs, e.design, measure) for e in cells]
    limits = [v for mean, half in means for v in (mean - half, mean + half)]
    every = [*np.concatenate(values).tolist(), *limits]
    left = scale_over(every, 214, 520, least=max(smallest, 1e-6))
    right = _scale_of(cells, smallest, 560, 880)

    canvas.text(214, 22, _("Every run, and the mean"), size=14, weight=600)
    canvas.text(214, 40, words.scale, size=12.5, colour=SOFT)
    against = _("Difference from {design}").format(design=design_name(baseline, language))
    against = wrapped(against, 62, 1)[0]
    canvas.text(560, 22, against, size=14, weight=600)
    canvas.text(560, 40, _("on the same luck, with the 95% interval"), size=12.5, colour=SOFT)
    canvas.rect(right(-smallest), top - 6, right(smallest) - right(-smallest), bottom - top + 6,
                BAND)  # fmt: skip
    canvas.axis(left, bottom, tick_labels(left, language), top - 6)
    canvas.axis(right, bottom, tick_labels(right, language, 6, sign=True))
    canvas.line(right(0), top - 6, right(0), bottom, INK, 1)
    canvas.text(right(0), bottom + 40, _("shaded: too small to matter"), size=12.5, colour=SOFT,
                anchor="middle")  # fmt: skip

    swarms = _swarms(values)
    for k, (effect, name, mine, swarm) in enumerate(zip(cells, names, values, swarms, strict=True)):
        y = top + row_height * (k + 0.5)
        if k:
            canvas.line(0, y - row_height / 2, WIDTH, y - row_height / 2, FAINT, 1)
        lines = wrapped(name, 26) if len(name) < 50 else wrapped(name, 33, 3)
        leading, size = (17, 15.0) if len(name) < 50 else (13.5, 12.0)
        for at, text in enumerate(lines):
            drop = 5 + leading * (at - (len(lines) - 1) / 2)
            bold = 600 if effect.verdict == BASELINE else 400
            canvas.text(0, y + drop, text, size=size, weight=bold)
        canvas.dots(zip(map(left, mine), y + 15 * swarm, strict=True), DOT)
        mean, half = means[k]
        if math.isfinite(half):
            canvas.line(left(mean - half), y, left(mean + half), y, INK, 5)
        if math.isfinite(mean):
            canvas.line(left(mean), y - 14, left(mean), y + 14, INK, 2.4)
        _difference(canvas, right, y, effect, name, language, digits)
    return Figure(
        id=f"effects-{_slug(measure)}",
        title=title,
        subtitle=words.meaning,
        picture=canvas.markup(),
        table=effects_table(cells, language, names),
    )


def _difference(
    canvas: Canvas, x: Scale, y: float, effect: Effect, name: str, language: Language, digits: int
) -> None:
    word = said(VERDICTS, effect.verdict, language)
    if effect.verdict == BASELINE:
        canvas.mark("diamond", x(0), y, 5, PAPER)
        canvas.text(896, y + 5, word, size=14, colour=SOFT)
        return
    colour = verdict_colour(effect)
    size = signed(effect.difference, language, digits)
    limits = f"({interval(effect.low, effect.high, language, digits)})"
    if math.isfinite(effect.low + effect.high):
        dash = "4 3" if effect.verdict in UNTOLD else ""
        canvas.line(x(effect.low), y, x(effect.high), y, colour, 3, dash=dash)
        for end in (effect.low, effect.high):
            canvas.line(x(end), y - 10, x(end), y + 10, colour, 1.6)
    if math.isfinite(effect.difference):
        shape, fill = verdict_mark(effect)
        canvas.mark(shape, x(effect.difference), y, 5, fill, stroke=colour, width=2,
                    tip=told(name, f"{size} {limits}, {word}", language))  # fmt: skip
    bold = 600 if effect.verdict == MATTERS else 400
    canvas.text(896, y - 3, f"{size} {limits}", size=13.5, weight=bold)
    canvas.text(896, y + 13, word, size=12.5, weight=bold, colour=colour)


def verdict_colour(effect: Effect) -> str:
    """Blue for more, vermillion for less, grey where it does not matter."""
    if effect.sign:
        return ACCENT if effect.sign > 0 else WARM
    return SOFT if effect.verdict in (DOES_NOT_MATTER, BASELINE) else INK


def verdict_mark(effect: Effect) -> tuple[str, str]:
    """Shape and fill that say the verdict without colour."""
    if effect.sign:
        return ("triangle", ACCENT) if effect.sign > 0 else ("triangle_down", WARM)
    return ("circle", SOFT) if effect.verdict == DOES_NOT_MATTER else ("circle", PAPER)


def effect_title(cells: Sequence[Effect], words: MeasureWords, language: Language) -> str:
    """What one measure's rows say, in a sentence."""
    _, n_ = translator(language), plural(language)
    others = [e for e in cells if e.verdict != BASELINE]
    matter = [e for e in others if e.sign]
    undecided = sum(e.verdict == CANNOT_TELL for e in others)
    if matter:
        largest = max(matter, key=lambda e: abs(e.difference))
        return n_(
            "{measure}: {n} of {all} designs makes a difference: {design}, {difference}",
            "{measure}: {n} of {all} designs make a difference; the largest: {design}, {difference}",
            len(matter),
        ).format(
            measure=words.name,
            n=len(matter),
            all=len(others),
            design=design_name(largest.design, language),
            difference=signed(largest.difference, language, digits_for(largest.smallest)),
        )
    if undecided:
        return n_(
            "{measure}: no difference is sure to matter; {n} of {all} designs needs more replicates",
            "{measure}: no difference is sure to matter; {n} of {all} designs need more replicates",
            undecided,
        ).format(measure=words.name, n=undecided, all=len(others))
    if any(e.verdict == TOO_RARE for e in others):
        return _("{measure}: too rare here to tell the designs apart").format(measure=words.name)
    return _("{measure}: no design makes a difference worth having").format(measure=words.name)


def effects_table(cells: Sequence[Effect], language: Language, names: Sequence[str]) -> DataTable:
    """The numbers of one measure."""
    _ = translator(language)
    digits = digits_for(cells[0].smallest)
    out = []
    for name, e in zip(names, cells, strict=True):
        is_base = e.verdict == BASELINE
        paired = (
            [] if is_base else [signed(v, language, digits) for v in (e.difference, e.low, e.high)]
        )
        out.append(
            [
                name,
                number(e.mean, language, digits),
                *(paired or ["", "", ""]),
                said(VERDICTS, e.verdict, language),
                number(e.n, language, 0),
            ]
        )
    header = [
        _("Design"), _("Mean"), _("Difference"), _("Low"), _("High"), _("Verdict"), "n",
    ]  # fmt: skip
    return DataTable(header, out)


# -- two measures against each other --------------------------------------------------------------


def tradeoff(
    frame: pd.DataFrame,
    baseline: str,
    language: Language,
    across: str = "convergence",
    up: str = "partnerships",
) -> Figure:
    """Differences in two measures against each other, with both intervals."""
    _ = translator(language)
    xs, ys = effects_of(frame, across), effects_of(frame, up)
    wx, wy = measure_words(across, language), measure_words(up, language)
    title = tradeoff_title(xs, ys, wx, wy, language)
    sx, sy = (next(iter(e.values())).smallest for e in (xs, ys))
    height = 520.0
    canvas = Canvas(WIDTH, height + 66, title)
    x = _scale_of(xs.values(), sx, 120, 1040)
    y = _scale_of(ys.values(), sy, height, 34)
    canvas.rect(x(-sx), y(sy), x(sx) - x(-sx), y(-sy) - y(sy), BAND)
    canvas.axis(x, height, tick_labels(x, language, 7, sign=True))
    for value, label in tick_labels(y, language, 6, sign=True):
        canvas.text(108, y(value) + 4, label, size=12.5, colour=SOFT, anchor="end")
    canvas.line(x(0), 34, x(0), height, LINE, 1.2)
    canvas.line(120, y(0), 1040, y(0), LINE, 1.2)
    below = _("{measure}: difference").format(measure=wx.name)
    canvas.text(1040, height + 44, f"{below} →", size=13.5, anchor="end", weight=600)
    beside = _("{measure}: difference, {scale}").format(measure=wy.name, scale=wy.scale)
    canvas.text(40, 20, f"↑ {beside}", size=13.5, weight=600)
    canvas.text(1040, 20, _("shaded: too small to matter in both"), size=12.5, colour=SOFT,
                anchor="end")  # fmt: skip

    points = {d: (x(xs[d].difference), y(ys[d].difference)) for d in xs if d in ys}
    points = {d: p for d, p in points.items() if all(map(math.isfinite, p))}
    names = {d: row_name(d, language) for d in xs}
    for d, (cx, cy) in points.items():
        colour = _pair_colour(xs[d], ys[d])
        for low, high in [(x(xs[d].low), x(xs[d].high))]:
            if math.isfinite(low + high):
                canvas.line(low, cy, high, cy, colour, 2.2)
        for low, high in [(y(ys[d].low), y(ys[d].high))]:
            if math.isfinite(low + high):
                canvas.line(cx, low, cx, high, colour, 2.2)
    for d, (cx, cy) in points.items():
        shape, fill = (
            ("diamond", PAPER) if d == baseline else ("circle", _pair_colour(xs[d], ys[d]))
        )
        canvas.mark(shape, cx, cy, 6.5, fill, tip=names[d])
    boxes = [(cx - 9, cy - 9, cx + 9, cy + 9) for cx, cy in points.values()]
    for d, (cx, cy) in points.items():
        colour = INK if d == baseline else _pair_colour(xs[d], ys[d])
        _place_label(canvas, names[d], cx, cy, boxes, colour)
    dx, dy = digits_for(sx), digits_for(sy)
    rows = [
        [
            names[d],
            signed(xs[d].difference, language, dx),
            interval(xs[d].low, xs[d].high, language, dx),
            signed(ys[d].difference, language, dy),
            interval(ys[d].low, ys[d].high, language, dy),
        ]
        for d in points
    ]
    span = _("95% interval")
    return Figure(
        id="tradeoff",
        title=title,
        picture=canvas.markup(),
        table=DataTable([_("Design"), wx.name, span, wy.name, span], rows),
        caption=_(
            "Each point is a design; the cross is its 95% interval in both measures; the diamond "
            "at zero is the baseline ({design})."
        ).format(design=design_name(baseline, language)),
    )


def _scale_of(effects: Iterable[Effect], smallest: float, start: float, end: float) -> Scale:
    limits = [v for e in effects for v in (e.low, e.high)]
    return scale_over([*limits, -1.5 * smallest, 1.5 * smallest], start, end, pad=0.06)


def tradeoff_title(
    xs: Mapping[str, Effect],
    ys: Mapping[str, Effect],
    wx: MeasureWords,
    wy: MeasureWords,
    language: Language,
) -> str:
    """Whether what is gained in one measure is lost in the other."""
    _ = translator(language)
    pairs = {d: (xs[d], ys[d]) for d in xs if d in ys and xs[d].verdict != BASELINE}
    words = {"one": wx.name.lower(), "other": wy.name.lower()}
    traded = [d for d, (a, b) in pairs.items() if a.sign * b.sign < 0]
    if traded:
        return _("A trade-off between {one} and {other}: {designs}").format(
            **words, designs=", ".join(design_name(d, language) for d in traded)
        )
    signs = [s for a, b in pairs.values() for s in (a.sign, b.sign)]
    if any(s > 0 for s in signs):
        return _("No trade-off: gains in {one} or {other} cost nothing in the other").format(
            **words
        )
    if any(s < 0 for s in signs):
        return _("No trade-off: what is lost in {one} or {other} is not won in the other").format(
            **words
        )
    if any(UNTOLD & {a.verdict, b.verdict} for a, b in pairs.values()):
        return _("Whether {one} and {other} pull apart cannot be told yet").format(**words)
    return _("All designs end up in the same place in {one} and {other}").format(**words)


def _pair_colour(a: Effect, b: Effect) -> str:
    signs = {a.sign, b.sign} - {0}
    if len(signs) == 1:
        return ACCENT if signs == {1} else WARM
    return INK if signs or UNTOLD & {a.verdict, b.verdict} else SOFT


def _place_label(
    canvas: Canvas,
    words: str,
    x: float,
    y: float,
    boxes: list[tuple[float, float, float, float]],
    colour: str,
) -> None:
    """Write a label near a point where it hides no other label or point."""
    width, size = text_width(words, 14) + 6, 14.0
    spots = []
    for distance in (0, 18, 36, 56, 78, 102):
        for side in (1, -1):
            for rise in (-12, 20) if distance == 0 else (-12 - distance, 20 + distance):
                spots.append((x + 11 if side > 0 else x - 11 - width, y + rise))
    for left, base in spots:
        box = (left, base - size, left + width, base + 4)
        inside = box[0] >= 60 and box[2] <= WIDTH and box[1] >= 24 and box[3] <= canvas.height - 60
        if inside and not any(_overlap(box, other) for other in boxes):
            break
    else:
        left, base = spots[0]
        box = (left, base - size, left + width, base + 4)
    boxes.append(box)
    if abs(base - y) > 21:
        canvas.line(x, y, left if left > x else left + width, base - 4, SOFT, 0.8)
    canvas.text(left, base, words, size=size, colour=colour, weight=600, halo=True)


def _overlap(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


# -- by group -------------------------------------------------------------------------------------


def by_group(
    runs: pd.DataFrame,
    prefix: str,
    designs: Sequence[str],
    groups: Mapping[str, str],
    language: Language,
) -> Figure | None:
    """A measure of each group under every design; None where the runs do not have it.

    Parameters
    ----------
    prefix
        ``voice_share`` (share of turns over share of seats) or ``approval``.
    groups
        Group id -> what it is called.
    """
    _ = translator(language)
    present = [g for g in groups if f"{prefix}.{g}" in runs and runs[f"{prefix}.{g}"].notna().any()]
    if not present:
        return None
    cells = {(d, g): _mean_and_half(runs, d, f"{prefix}.{g}") for d in designs for g in present}
    is_voice = prefix == "voice_share"
    title = (_voice_title if is_voice else _approval_title)(cells, designs, groups, language)
    columns = min(3, len(present))
    label_width, gap = 190.0, 26.0
    panel = (WIDTH - label_width - gap * (columns - 1)) / columns
    row_height, head = 25.0, 44.0
    block = head + row_height * len(designs) + 46
    canvas = Canvas(WIDTH, block * math.ceil(len(present) / columns), title)
    limits = [v for m, h in cells.values() for v in (m, m - h, m + h)]
    for k, g in enumerate(present):
        column, line = k % columns, k // columns
        start = label_width + column * (panel + gap)
        top = line * block + head
        bottom = top + row_height * len(designs)
        x = scale_over([*limits, *([1.0] if is_voice else [])], start + 6, start + panel - 6)
        mark = group_mark(g, present)
        canvas.mark(mark.shape, start + 12, top - 23, 6.5, mark.colour)
        canvas.text(start + 28, top - 18, groups[g], size=14.5, weight=600)
        canvas.axis(x, bottom, tick_labels(x, language, 4, share=not is_voice), top - 6)
        if is_voice and x.low <= 1 <= x.high:
            canvas.line(x(1), top - 6, x(1), bottom, INK, 1)
        for row, d in enumerate(designs):
            y = top + row_height * (row + 0.5)
            mean, half = cells[d, g]
            name = row_name(d, language)
            if column == 0:
                canvas.text(0, y + 5, wrapped(name, 31, 1)[0], size=13.5)
            if not math.isfinite(mean):
                continue
            if math.isfinite(half):
                canvas.line(x(mean - half), y, x(mean + half), y, INK, 2.4)
                for end in (mean - half, mean + half):
                    canvas.line(x(end), y - 8, x(end), y + 8, INK, 1.4)
            size = f"{number(mean, language, 2)} ± {number(half, language, 3)}"
            tip = told(f"{name}, {groups[g]}", size, language)
            canvas.mark(mark.shape, x(mean), y, 4.6, mark.colour, tip=tip)
    rows = [
        [row_name(d, language), groups[g], number(cells[d, g][0], language, 3),
         number(cells[d, g][0] - cells[d, g][1], language, 3),
         number(cells[d, g][0] + cells[d, g][1], language, 3)]
        for d, g in itertools.product(designs, present)
    ]  # fmt: skip
    caption = (
        _("Share of the turns over share of the seats: at 1 a group speaks as much as it sits.")
        if is_voice
        else _("Share of the group's delegates who approve a solution at the Summit, mean of all.")
    )
    return Figure(
        id=f"groups-{_slug(prefix)}",
        title=title,
        picture=canvas.markup(),
        table=DataTable(
            [_("Design"), _("Group"), _("Mean"), _("Low"), _("High")], rows, first_number=2
        ),
        caption=caption + " " + _("Bars are 95% intervals of each mean taken by itself."),
    )


Cells = Mapping[tuple[str, str], tuple[float, float]]


def _voice_title(
    cells: Cells, designs: Sequence[str], groups: Mapping[str, str], language: Language
) -> str:
    _ = translator(language)
    present = list(dict.fromkeys(g for _d, g in cells))
    swing = {g: np.ptp([cells[d, g][0] for d in designs]) for g in present}
    noise = {g: 2 * max(_known(cells[d, g][1]) for d in designs) for g in present}
    most = max(present, key=lambda g: float(swing[g] - noise[g]))
    if len(designs) > 1 and swing[most] > max(noise[most], 0.1):
        by = sorted(designs, key=lambda d: cells[d, most][0])
        return _(
            "The floor, {group}: from {low} of their share ({low_design}) to {high} ({high_design})"
        ).format(
            group=groups[most].lower(),
            low=percent(cells[by[0], most][0], language),
            low_design=design_name(by[0], language),
            high=percent(cells[by[-1], most][0], language),
            high_design=design_name(by[-1], language),
        )
    base = designs[0]
    if not math.isfinite(max(noise.values())):
        return _("The floor: one run cannot tell which group gets more than its share")
    off = [g for g in present if abs(cells[base, g][0] - 1) > max(_known(cells[base, g][1]), 0.05)]
    if not off:
        return _("Every group gets about its share of the floor, wherever it sits")
    worst = max(off, key=lambda g: abs(cells[base, g][0] - 1))
    return _("The floor, {group}: about {share} of their share, wherever they sit").format(
        group=groups[worst].lower(), share=percent(cells[base, worst][0], language)
    )


def _approval_title(
    cells: Cells, designs: Sequence[str], groups: Mapping[str, str], language: Language
) -> str:
    _ = translator(language)
    present = list(dict.fromkeys(g for _d, g in cells))
    gap = {d: max(cells[d, g][0] for g in present) - min(cells[d, g][0] for g in present)
           for d in designs}  # fmt: skip
    by = sorted(designs, key=lambda d: float(gap[d]))
    noise = 2 * max(_known(half) for _m, half in cells.values())
    if not math.isfinite(noise):
        return _("Approval: one run cannot tell how far the groups are apart")
    if len(designs) > 1 and gap[by[-1]] - gap[by[0]] > max(noise, 0.02):
        return _(
            "Approval: groups are {low} points apart with {low_design}, {high} with {high_design}"
        ).format(
            low=number(100 * gap[by[0]], language, 0),
            low_design=design_name(by[0], language),
            high=number(100 * gap[by[-1]], language, 0),
            high_design=design_name(by[-1], language),
        )
    return _("Approval: groups are about {gap} points apart, wherever they sit").format(
        gap=number(100 * float(np.mean(list(gap.values()))), language, 0)
    )


# -- small helpers --------------------------------------------------------------------------------


def _runs_of(runs: pd.DataFrame, design: str, measure: str) -> pd.DataFrame:
    """The runs of a design that did not fail and have a value, by replicate."""
    mine = runs[runs["design"] == design]
    if "failure" in mine:
        mine = mine[mine["failure"].isna()]
    return mine[np.isfinite(mine[measure].astype(float))].sort_values("replicate")


def _values(runs: pd.DataFrame, design: str, measure: str) -> FloatArray:
    """A measure in all runs of a design, by replicate."""
    return _runs_of(runs, design, measure)[measure].to_numpy(dtype=np.float64)


def _swarms(samples: Sequence[FloatArray]) -> list[FloatArray]:
    """A height in -1 to 1 for every dot: wide where runs are many, as in a sina plot."""
    every = np.concatenate(samples)
    window = float(np.ptp(every)) / 40 if len(every) else 0.0
    crowds = []
    for values in samples:
        ordered = np.sort(values)
        up = np.searchsorted(ordered, values + window, side="right")
        crowds.append((up - np.searchsorted(ordered, values - window)).astype(float))
    most = max((c.max() for c in crowds if len(c)), default=1.0)
    return [
        np.sqrt(c / most) * (2 * ((np.arange(len(c)) * GOLDEN) % 1) - 1) if len(c) else c
        for c in crowds
    ]


def _mean_and_half(runs: pd.DataFrame, design: str, measure: str) -> tuple[float, float]:
    """Mean, and half the width of its 95% interval.

    Where uncertainties were drawn, runs of one world are alike: the worlds are what is counted.
    """
    mine = _runs_of(runs, design, measure)
    if len(mine) == 0:
        return float("nan"), float("nan")
    values = mine[measure].astype(float)
    if "world" in mine and mine["world"].nunique() > 1:
        values = values.groupby(mine["world"]).mean()
    if len(values) == 1:
        return float(values.iloc[0]), float("nan")
    from scipy.stats import t as student_t  # half a second to import

    quantile = float(student_t.ppf(0.975, len(values) - 1))
    return float(values.mean()), quantile * float(values.std(ddof=1)) / math.sqrt(len(values))


def _known(half: float) -> float:
    """Half an interval; without one nothing is sure."""
    return half if math.isfinite(half) else math.inf


def _slug(text: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in text)


def wrapped(text: str, width: int, lines: int = 2) -> list[str]:
    """``text`` on at most so many lines of about so many letters; what is cut off shows as …"""
    return textwrap.wrap(text, width, max_lines=lines, placeholder="…") or [""]
