"""What became of the solutions: adopted or why not, delivered or a speech."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from dashboard.figures import WIDTH, Shown
from dashboard.language import Words
from gfmd_sim.reports.look import ACCENT, BAND, DOT, INK, SOFT, WARM
from gfmd_sim.reports.run_figures import reason_words
from gfmd_sim.reports.svg import Canvas, Scale, text_width
from gfmd_sim.scenario.schema import Scenario

CLEAR = 0.055  # a part that holds a number


def fates(
    frame: pd.DataFrame, roundtable: int, scenario: Scenario, agenda: Mapping[int, Any],
    words: Words,
) -> Shown | None:  # fmt: skip
    """In what share of the runs each solution is adopted, and what stopped it in the others."""
    mine = frame[frame["roundtable"] == roundtable] if frame is not None and len(frame) else None
    if mine is None or not len(mine):
        return None
    reasons = mine["reason"].fillna("").astype(str).where(~mine["is_adopted"].astype(bool), "")
    share = pd.crosstab(mine["solution"], reasons, normalize="index")
    stopped = [r for r in share.columns if r]
    stopped.sort(key=lambda r: -float(share[r].sum()))
    order = ["", *stopped]
    share = share.reindex(columns=order, fill_value=0.0)
    labels = {s.id: s.label.in_(words.engine) for s in agenda[roundtable].solutions}
    names = [s for s in labels if s in share.index]
    names.sort(key=lambda s: -float(share.loc[s, ""]))
    in_words = {r: reason_words(r, scenario, words.engine) for r in order}
    if stopped:
        finding = words(
            "Roundtable {n}: {share} of the solutions are adopted; what stops most others: {reason}",
            n=roundtable, share=words.percent(float(share[""].mean())),
            reason=in_words[stopped[0]],
        )  # fmt: skip
    else:
        finding = words("Roundtable {n}: every solution is adopted", n=roundtable)
    tints = {r: (ACCENT, WARM, DOT, BAND)[min(k, 3)] for k, r in enumerate(order)}
    x = Scale(0, 1, 330, 1060)
    lines, cursor = 0, 0.0
    places = []
    for r in order:
        wide = text_width(in_words[r], 13.5) + 46
        if cursor + wide > WIDTH:
            lines, cursor = lines + 1, 0.0
        places.append((cursor, 16 + 24 * lines, r))
        cursor += wide
    top = 44 + 24 * lines
    canvas = Canvas(WIDTH, top + 36 * len(names) + 30, finding)
    for at, y, r in places:
        canvas.mark("square", at + 8, y - 5, 7, tints[r])
        canvas.text(at + 22, y, in_words[r], size=13.5)
    for k, solution in enumerate(names):
        y = top + 36 * k
        canvas.text(0, y + 20, labels[solution][:46], size=14.5, weight=600)
        done = 0.0
        for r in order:
            part = float(share.loc[solution, r])
            if part <= 0:
                continue
            canvas.rect(x(done), y + 4, x(done + part) - x(done) - 1.5, 24, tints[r])
            if part >= CLEAR:
                pale = tints[r] in (DOT, BAND)
                canvas.text(x(done + part / 2), y + 21, words.percent(part), size=13, weight=600,
                            anchor="middle", colour="#16202a" if tints[r] == DOT else
                            INK if pale else "#ffffff")  # fmt: skip
            done += part
    for v in (0, 0.5, 1):
        canvas.text(x(v), top + 36 * len(names) + 20, words.percent(v), size=12.5, colour=SOFT,
                    anchor="middle")  # fmt: skip
    rows = [[labels[s], *(words.percent(float(share.loc[s, r]), 1) for r in order)] for s in names]
    n = int(mine["replicate"].nunique())
    return Shown(
        id="fates",
        finding=finding,
        markup=str(canvas.markup()),
        header=[words("Solution"), *(in_words[r] for r in order)],
        rows=rows,
        caption=words.many("Share of {n} run.", "Shares of {n} runs.", n),
    )


def chain(runs: pd.DataFrame, words: Words) -> Shown:
    """Of the solutions put to the vote: adopted, delivered, and those that stay speeches."""
    delivered, adopted = (
        runs[c].to_numpy(float) * by for c, by in (("share_delivered", 100), ("solutions", 100))
    )
    speeches = adopted - delivered

    def told(values: Any) -> tuple[float, float, float]:
        known = values[np.isfinite(values)]
        if not len(known):
            return float("nan"), float("nan"), float("nan")
        low, high = np.quantile(known, [0.05, 0.95])
        return float(known.mean()), float(low), float(high)

    steps = [
        (words("put to the vote"), (100.0, 100.0, 100.0), DOT),
        (words("adopted"), told(adopted), ACCENT),
        (words("adopted and delivered"), told(delivered), ACCENT),
        (words("adopted, but speeches only"), told(speeches), WARM),
    ]
    finding = words(
        "{speeches} of 100 solutions are adopted without a full chain to deliver them",
        speeches=words.number(steps[3][1][0], 0),
    )
    canvas = Canvas(WIDTH, 46 * len(steps) + 20, finding)
    x = Scale(0, 100, 330, 980)
    for k, (name, (mean, low, high), colour) in enumerate(steps):
        y = 46 * k + 10
        canvas.text(0, y + 21, name, size=15.5, weight=600)
        canvas.rect(x(0), y + 3, x(mean) - x(0), 26, colour)
        canvas.line(x(low), y + 16, x(high), y + 16, INK, 2.2)
        canvas.text(x(max(mean, high)) + 12, y + 22, words.number(mean, 0), size=17, weight=600)
    rows = [[name, *(words.number(v, 1) for v in values)] for name, values, _ in steps]
    return Shown(
        id="chain",
        finding=finding,
        markup=str(canvas.markup()),
        header=[words("Of 100 put to the vote"), words("Mean"), words("Low"), words("High")],
        rows=rows,
        caption=words(
            "All roundtables. Delivery takes somebody who implements, somebody who funds and a state "
            "that sponsors. The thin lines hold nine in ten runs."
        ),
    )
