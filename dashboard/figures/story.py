"""The workshop's picture: what a design changes, all measures on one scale."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from dashboard import story
from dashboard.figures import Shown
from dashboard.language import Words
from gfmd_sim.experiments.compare import CANNOT_TELL, MATTERS, TOO_RARE, UNTOLD
from gfmd_sim.reports.figures import Effect, digits_for, interval, verdict_colour, verdict_mark
from gfmd_sim.reports.look import BAND, INK, SOFT
from gfmd_sim.reports.svg import Canvas, Scale
from gfmd_sim.reports.words import measure_words

WIDTH, ROW = 640.0, 56.0  # few and large: it is read from the back of a room


def story_headline(effects_: Sequence[Mapping[str, Any]], words: Words, n: int) -> str:
    """What the audience's design does to partnerships, in a sentence."""
    by = {e["measure"]: e for e in effects_}
    e = by["partnerships"]
    if e["low"] == e["high"] == 0:
        return words("Your design is the baseline itself: nothing differs.")
    few, many = sorted((abs(e["low"]), abs(e["high"])))  # how many fewer or more
    values = {
        "size": words.number(abs(e["difference"]), 1),
        "few": words.number(few, 1),
        "many": words.number(many, 1),
    }
    span = interval(e["low"], e["high"], words.engine, 1)
    if n < story.FULL:
        return words("A first estimate from {n} runs; the answer follows.", n=n)
    if e["verdict"] == MATTERS and e["difference"] < 0:
        return words(
            "Your design costs {size} partnerships per 100 delegates ({few} to {many}).", **values
        )
    if e["verdict"] == MATTERS:
        return words(
            "Your design brings {size} more partnerships per 100 delegates ({few} to {many}).",
            **values,
        )
    if e["verdict"] == CANNOT_TELL and (e["high"] < 0 or e["low"] > 0):
        said = (
            words("Your design costs some partnerships, {few} to {many} per 100 delegates; {n} runs do "
                  "not tell whether that is enough to matter.", n=n, **values)
            if e["high"] < 0
            else words("Your design brings some more partnerships, {few} to {many} per 100 delegates; {n} "
                       "runs do not tell whether that is enough to matter.", n=n, **values)
        )  # fmt: skip
        return said
    if e["verdict"] == TOO_RARE:
        return words(
            "Partnerships are too rare here to tell what your design changes ({span} per 100 delegates).",
            span=span,
        )  # fmt: skip
    if e["verdict"] == CANNOT_TELL:
        return words(
            "Whether your design changes the number of partnerships cannot be told from {n} runs "
            "({span} per 100 delegates).",
            n=n, span=span,
        )  # fmt: skip
    return words(
        "For partnerships it makes no difference worth having ({span} per 100 delegates).",
        span=span,
    )


def story_figure(effects_: Sequence[Mapping[str, Any]], words: Words, n: int) -> Shown:
    """All measures' differences on one scale: 1 is the smallest that matters."""
    finding = story_headline(effects_, words, n)
    canvas = Canvas(WIDTH, 58 + ROW * len(effects_), finding)

    def unit(e: Mapping[str, Any], key: str) -> float:
        return float(e[key]) / float(e["smallest_effect"] or 1)

    shown = ("low", "high") if n >= story.FULL else ("difference",)
    limits = [unit(e, key) for e in effects_ for key in shown]
    bound = min(max([2.0, *(abs(v) for v in limits if math.isfinite(v))]) * 1.05, 40.0)
    x = Scale(-bound, bound, 150, 470)
    bottom = 14 + ROW * len(effects_)
    canvas.rect(x(-1), 6, x(1) - x(-1), bottom - 6, BAND)
    canvas.line(x(0), 6, x(0), bottom, INK, 1.4)
    rows = []
    for k, e in enumerate(effects_):
        y = 14 + ROW * (k + 0.5)
        name = measure_words(str(e["measure"]), words.engine).name
        digits = digits_for(float(e["smallest_effect"]))
        known = math.isfinite(e["low"]) and math.isfinite(e["high"]) and n >= story.FULL
        effect = _effect(e, is_known=known)
        clear, colour = bool(effect.sign), verdict_colour(effect)
        canvas.text(0, y + 7, name, size=20, weight=600)
        for end, anchor in ((-1, "end"), (1, "start")):  # the scale: where the band ends
            canvas.text(x(end) + 5 * end, y + 26, words.signed(end * effect.smallest, digits),
                        size=16.5, colour=SOFT, anchor=anchor, halo=True)  # fmt: skip
        if known:
            low, high = (max(-bound, min(bound, unit(e, k_))) for k_ in ("low", "high"))
            dash = "5 4" if effect.verdict in UNTOLD else ""
            canvas.line(x(low), y, x(high), y, colour, 3.6, dash=dash)
            for end in (e["low"], e["high"]):
                if abs(end) <= bound * effect.smallest:
                    at = x(end / (effect.smallest or 1))
                    canvas.line(at, y - 7, at, y + 7, colour, 2)
        shape, fill = verdict_mark(effect)
        at = max(-bound, min(bound, unit(e, "difference")))
        canvas.mark(shape, x(at), y, 8, fill, stroke=colour, width=2)
        size = words.signed(float(e["difference"]), digits)
        span = interval(float(e["low"]), float(e["high"]), words.engine, digits) if known else ""
        canvas.text(484, y + (0 if span else 7), size, size=20, weight=700 if clear else 600)
        canvas.text(484, y + 20, span, size=16.5, colour=SOFT)
        rows.append([name, words.number(float(e["baseline_mean"]), digits),
                     words.number(float(e["mean"]), digits), size, span])  # fmt: skip
    canvas.text(x(0), bottom + 28, words("shaded: too small to matter; open: cannot be told yet"),
                size=16, colour=SOFT, anchor="middle")  # fmt: skip
    return Shown(
        id="story",
        finding=finding,
        markup=str(canvas.markup()),
        header=[words("Measure"), words("Baseline"), words("Your design"), words("Difference"),
                words("95% interval")],
        rows=rows,
    )  # fmt: skip


def _effect(e: Mapping[str, Any], *, is_known: bool) -> Effect:
    """The effect as the comparisons draw it; an estimate tells nothing yet."""
    return Effect(
        design="", n=0, more_replicates=0, mean=e["mean"], difference=e["difference"],
        low=e["low"], high=e["high"], smallest=float(e["smallest_effect"]),
        verdict=e["verdict"] if is_known else CANNOT_TELL,
    )  # fmt: skip
