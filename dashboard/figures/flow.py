"""The journey of every point from the tables to the Summit, a strand each, and where it was lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboard.figures import WIDTH, Shown
from dashboard.figures.network import first_run
from dashboard.language import N_, Words
from gfmd_sim.language import told
from gfmd_sim.reports.look import ACCENT, INK, LINE, SOFT, WARM
from gfmd_sim.reports.svg import Canvas

HALF = 0.5
STATIONS = (
    N_("At the tables"),
    N_("In the plenary"),
    N_("In the note"),
    N_("Voiced in consultation 3"),
    N_("Known at the Summit"),
)
FATES = (
    N_("never voiced early"),
    N_("at the table: not reported"),
    N_("in the plenary: not noted"),
    N_("in the note: not voiced again"),
    N_("on the last stretch: known by too few"),
    N_("arrived: known by half at the Summit"),
)

LOSSES = (
    N_("before the first tables speak"),
    N_("between table and plenary"),
    N_("between plenary and note"),
    N_("between note and consultation 3"),
    N_("between consultation 3 and Summit"),
)


def reached(row: Mapping[str, Any]) -> int:
    """How many stations a point passed: 0 never voiced early, 5 known by half at the Summit."""
    early = [c for c in (1, 2) if f"voiced_{c}" in row]
    passed = (
        any(row[f"voiced_{c}"] for c in early),
        any(row[f"reported_{c}"] for c in early),
        any(row[f"noted_{c}"] for c in early),
        bool(row.get("voiced_3")),
        row["known_at_end"] >= HALF,
    )
    return next((k for k, ok in enumerate(passed) if not ok), len(passed))


def points_flow(
    frame: pd.DataFrame, roundtable: int, agenda: Mapping[int, Any], words: Words
) -> Shown | None:
    """Every point of one roundtable in the first run as a strand through five stations.

    Returns
    -------
    None if there is no point. Points known by half at the Summit although they were lost on the way
    count where they were lost: people may know them from the start.
    """
    mine = first_run(frame)
    mine = mine[mine["roundtable"] == roundtable] if len(mine) else mine
    if not len(mine):
        return None
    records = sorted(
        mine.to_dict("records"), key=lambda r: (-reached(r), -float(r["known_at_end"]))
    )
    labels = {e.id: e.label.in_(words.engine) for _, e in agenda[roundtable].items()}
    levels = [reached(r) for r in records]
    n, arrived = len(records), levels.count(len(STATIONS))
    lost = [levels.count(k) for k in range(len(STATIONS))]
    worst = max(range(len(lost)), key=lambda k: lost[k])
    values = {
        "n": roundtable,
        "arrived": words.number(arrived, 0),
        "all": words.number(n, 0),
        "unsaid": words.number(lost[0], 0),
        "where": words(LOSSES[worst]),
    }
    finding = (
        words("Roundtable {n}: {arrived} of {all} points arrive at the Summit, {unsaid} were raised at no "
              "table; the largest loss comes {where}", **values)
        if lost[0]
        else words("Roundtable {n}: {arrived} of {all} points arrive at the Summit; the largest loss comes "
                   "{where}", **values)
    )  # fmt: skip
    thick = min(9.0, 330 / n)
    step, left, top = 205.0, 20.0, 66.0
    floor = top + n * thick + 46
    beneath = floor + max(lost[1:]) * thick + 26  # where those lie that nobody voiced
    bottom = beneath + lost[0] * thick + (30 if lost[0] else 0)
    canvas = Canvas(WIDTH, bottom + 12, finding)
    for k, name in enumerate(STATIONS):
        x = left + step * k
        canvas.text(x, 22, words(name), size=15, weight=600)
        canvas.text(x, 44, words.number(sum(v > k for v in levels), 0), size=20, weight=600,
                    colour=ACCENT)  # fmt: skip
        canvas.line(x - 4, top - 8, x - 4, bottom, LINE, 1)
    sunk = [0] * len(STATIONS)
    for k, (row, level) in enumerate(zip(records, levels, strict=True)):
        y = top + thick * (k + 0.5)
        is_in = level == len(STATIONS)
        tip = told(
            f"{labels.get(str(row['item']), row['item'])}, {row['account']}",
            words(FATES[level]),
            words.engine,
        )
        path = [(left, y), (left + step * max(level - 1, 0) + (95 if is_in else 0), y)]
        if not is_in:
            x = left + step * max(level - 1, 0)
            down = (floor if level else beneath) + thick * (sunk[level] + 0.5)
            sunk[level] += 1
            if level == 0:
                path = [(left, down), (left + 60, down)]
            else:
                path += _bend(x, y, x + step * 0.62, down)
        canvas.polyline(path, ACCENT if is_in else WARM, max(thick - 1.4, 1.0))
        canvas.mark("circle", *path[-1], max(min(thick / 2, 4), 1.6), ACCENT if is_in else WARM,
                    stroke=INK, width=0.8, tip=tip)  # fmt: skip
    for k, count in enumerate(lost):
        if count:
            x = left + step * max(k - 1, 0) + (70 if k == 0 else step * 0.62 + 12)
            at = (floor if k else beneath) + thick * count / 2
            canvas.text(
                x, at + 2, words.number(count, 0), size=17, weight=600, colour=WARM, halo=True
            )
            short = words("lost") if k else words("never voiced early")
            canvas.text(x, at + 19, short, size=12.5, colour=SOFT, halo=True)
    rows = [
        [labels.get(str(r["item"]), str(r["item"])), str(r["account"]),
         *(str(r.get(f"voiced_{c}", "")) for c in (1, 2, 3)),
         words.percent(float(r["known_at_start"])), words.percent(float(r["known_at_end"])),
         words(FATES[level])]
        for r, level in zip(records, levels, strict=True)
    ]  # fmt: skip
    return Shown(
        id="flow",
        finding=finding,
        markup=str(canvas.markup()),
        header=[words("Point"), words("Account"), words("Voiced in 1"), words("in 2"),
                words("in 3"), words("Known at the start"), words("at the Summit"),
                words("Where its journey ended")],
        rows=rows,
        first_number=99,
        caption=words(
            "The first run. Every strand is a point: one account of an item; rest on its end for "
            "which. Blue ones arrive, the others bend down where they are lost."
        ),
    )  # fmt: skip


def _bend(x1: float, y1: float, x2: float, y2: float) -> list[tuple[float, float]]:
    """A soft fall from one height to another."""
    shares = [k / 14 for k in range(1, 15)]
    return [(x1 + (x2 - x1) * s, y1 + (y2 - y1) * s * s * (3 - 2 * s)) for s in shares]
