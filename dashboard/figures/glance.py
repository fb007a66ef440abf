"""All effects at a glance: a row a design, a column a measure, 1 is the smallest that matters."""

from __future__ import annotations

import math

import pandas as pd

from dashboard.figures import Shown
from dashboard.language import Words
from gfmd_sim.experiments.compare import UNTOLD, Comparison
from gfmd_sim.language import told
from gfmd_sim.reports.figures import Effect, digits_for, interval, verdict_colour, verdict_mark
from gfmd_sim.reports.findings import cells_of
from gfmd_sim.reports.look import BAND, DOT, FAINT, INK, LINE, SOFT
from gfmd_sim.reports.svg import Canvas, Scale, decimals, scale_over, step_of
from gfmd_sim.reports.words import VERDICTS, design_name, measure_words, row_name, said

WIDTH, LEFT, GAP = 1180.0, 225.0, 24.0
ROW, HEAD = 78.0, 66.0  # large: it is read from the back of a room
MOST_UNITS = 8.0  # an axis reaches at most so many times the smallest effect


def glance(comparison: Comparison, words: Words) -> Shown:
    """Every design's difference from the baseline in every measure, with its interval."""
    language = words.engine
    cells = cells_of(comparison)
    measures = list(cells)
    designs = [d for d in next(iter(cells.values())) if d != comparison.baseline]
    effects = [cells[m][d] for m in measures for d in designs]
    clear = sum(e.verdict not in UNTOLD for e in effects)
    base = design_name(comparison.baseline, language)
    finding = words.many(
        "Against {baseline}: {clear} of {n} answer is clear",
        "Against {baseline}: {clear} of {n} answers are clear",
        len(effects),
        baseline=base,
        clear=words.number(clear, 0),
    )
    canvas = Canvas(WIDTH, HEAD + ROW * len(designs) + 36, finding)
    width = (WIDTH - LEFT - GAP * (len(measures) - 1)) / len(measures)
    rows = []
    for k, m in enumerate(measures):
        start = LEFT + k * (width + GAP)
        x = _units([cells[m][d] for d in designs], start, start + width)
        bottom = HEAD + ROW * len(designs)
        about = measure_words(m, language)
        canvas.text(start + width / 2, 22, about.name, size=20, weight=600, anchor="middle")
        canvas.rect(x(-1), HEAD - 16, x(1) - x(-1), bottom - HEAD + 16, BAND)
        for top, end in _beside_numbers(len(designs)):
            canvas.line(x(0), top, x(0), end, INK, 1.2)
        digits = digits_for(cells[m][designs[0]].smallest)
        for units in (-1, 1):
            value = words.signed(units * cells[m][designs[0]].smallest, digits)
            canvas.text(x(units), HEAD - 22, value, size=14.5, colour=SOFT,
                        anchor="end" if units < 0 else "start")  # fmt: skip
        for row, d in enumerate(designs):
            _cell(canvas, cells[m][d], x, HEAD + ROW * (row + 0.5), words)
    for row, d in enumerate(designs):
        y = HEAD + ROW * (row + 0.5)
        lines = two_lines(row_name(d, language), 23)
        for i, line in enumerate(lines):
            canvas.text(0, y + 6 + 22 * (i - (len(lines) - 1) / 2), line, size=18.5, weight=600)
        if row:
            canvas.line(0, y - ROW / 2, WIDTH, y - ROW / 2, FAINT)
        rows += [_numbers(cells[m][d], m, d, words) for m in measures]
    canvas.text(WIDTH, HEAD + ROW * len(designs) + 24, words("shaded: too small to matter"),
                size=15.5, colour=SOFT, anchor="end")  # fmt: skip
    return Shown(
        id="glance",
        finding=finding,
        markup=str(canvas.markup()),
        header=[words("Design"), words("Measure"), words("Mean"), words("Difference"),
                words("95% interval"), words("Verdict")],
        rows=rows,
        first_number=2,
        caption=words(
            "Bars hold the differences at once with a chance of 95%. Filled: it matters; open and "
            "dashed: cannot be told yet; grey: too small to matter."
        ),
    )  # fmt: skip


def _beside_numbers(n_rows: int) -> list[tuple[float, float]]:
    """The pieces of a line down the picture that crosses no row's number: top and end of each."""
    middles = [HEAD + ROW * (row + 0.5) for row in range(n_rows)]
    tops = [HEAD - 16, *(y - 5 for y in middles)]
    return list(zip(tops, [*(y - 27 for y in middles), HEAD + ROW * n_rows], strict=True))


def _units(effects: list[Effect], start: float, end: float) -> Scale:
    limits = [abs(v) / e.smallest for e in effects for v in (e.low, e.high) if math.isfinite(v)]
    bound = min(max([1.8, *limits]) * 1.08, MOST_UNITS)
    return Scale(-bound, bound, start, end)


def _cell(canvas: Canvas, e: Effect, x: Scale, y: float, words: Words) -> None:
    colour, digits = verdict_colour(e), digits_for(e.smallest)
    shape, fill = verdict_mark(e)

    def at(value: float) -> float:
        return x(max(x.low, min(x.high, value / e.smallest)))

    low, high = (v if math.isfinite(v) else s * math.inf for v, s in ((e.low, -1), (e.high, 1)))
    dash = "5 4" if e.verdict in UNTOLD else ""
    canvas.line(at(low), y + 10, at(high), y + 10, colour, 3.6, dash=dash)
    for end in (low, high):
        if abs(end / e.smallest) <= x.high:
            canvas.line(at(end), y + 3, at(end), y + 17, colour, 2)
    verdict = said(VERDICTS, e.verdict, words.engine)
    tip = told(verdict, words.signed(e.difference, digits), words.engine)
    canvas.mark(shape, at(e.difference), y + 10, 8, fill, stroke=colour, width=2, tip=tip)
    canvas.text((x.start + x.end) / 2, y - 10, words.signed(e.difference, digits), size=18.5,
                anchor="middle", weight=700 if e.sign else 400, halo=True)  # fmt: skip


def _numbers(e: Effect, measure: str, design: str, words: Words) -> list[str]:
    digits = digits_for(e.smallest)
    return [
        row_name(design, words.engine), measure_words(measure, words.engine).name,
        words.number(e.mean, digits), words.signed(e.difference, digits),
        interval(e.low, e.high, words.engine, digits), said(VERDICTS, e.verdict, words.engine),
    ]  # fmt: skip


def two_lines(text: str, width: int) -> list[str]:
    """``text`` in one or two lines of at most ``width`` characters, cut where it is longer."""
    if len(text) <= width:
        return [text]
    at = text.rfind(" ", 0, width)
    at = at if at > 0 else width
    rest = text[at:].strip()
    return [text[:at], rest if len(rest) <= width else rest[: width - 1] + "…"]


def first_runs(
    runs: pd.DataFrame, measures: list[str], names: dict[str, str], words: Words
) -> Shown:
    """The runs so far as dots, before there are enough for intervals: no means, no claims."""
    n = int(runs["replicate"].nunique())
    finding = words.many(
        "{n} run of each design so far; intervals follow",
        "{n} runs of each design so far; intervals follow",
        n,
    )
    labels = list(names)
    canvas = Canvas(WIDTH, HEAD + 44 * len(labels) + 30, finding)
    width = (WIDTH - LEFT - GAP * (len(measures) - 1)) / len(measures)
    bottom = HEAD + 44 * len(labels)
    for k, m in enumerate(measures):
        start = LEFT + k * (width + GAP)
        x = scale_over(runs[m], start + 4, start + width - 4, least=1e-3)
        about = measure_words(m, words.engine)
        canvas.text(start + width / 2, 22, about.name, size=20, weight=600, anchor="middle")
        digits = decimals(step_of(x.low, x.high, 3))
        for value in x.ticks(3):
            canvas.line(x(value), HEAD - 10, x(value), bottom, FAINT)
            canvas.text(x(value), bottom + 20, words.number(value, digits), size=14.5,
                        colour=SOFT, anchor="middle")  # fmt: skip
        for row, d in enumerate(labels):
            y = HEAD + 44 * (row + 0.5)
            mine = runs.loc[runs["design"] == d, m]
            canvas.line(start, y, start + width, y, LINE)
            canvas.dots([(x(v), y) for v in mine if math.isfinite(v)], DOT, 7)
    for row, d in enumerate(labels):
        canvas.text(0, HEAD + 44 * (row + 0.5) + 5, names[d][:26], size=17.5, weight=600)
    rows = [
        [names[str(r["design"])], str(r["replicate"]), *(words.number(float(r[m]), 3) for m in measures)]
        for r in runs.to_dict("records")
    ]  # fmt: skip
    header = [words("Design"), words("Replicate"),
              *(measure_words(m, words.engine).name for m in measures)]  # fmt: skip
    return Shown(id="first", finding=finding, markup=str(canvas.markup()), header=header, rows=rows)
