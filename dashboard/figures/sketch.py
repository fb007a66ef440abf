"""Tables seen from above: who sits with whom, at a glance."""

from __future__ import annotations

import math
from collections.abc import Sequence

from gfmd_sim.reports.look import LINE, PAPER, group_mark
from gfmd_sim.reports.svg import Canvas

WIDTH, ROOM = 300.0, 50.0
MOST = 18


def sketch(tables: Sequence[Sequence[str]], groups: Sequence[str], label: str) -> str:
    """An SVG of the tables; every seat is the mark of the delegate's group."""
    shown = tables[:MOST]
    columns = int(WIDTH // ROOM)
    rows = math.ceil(len(shown) / columns)
    canvas = Canvas(WIDTH, rows * ROOM, label)
    for k, table in enumerate(shown):
        x, y = (k % columns + 0.5) * ROOM, (k // columns + 0.5) * ROOM
        canvas.mark("circle", x, y, 8, PAPER, stroke=LINE, width=1.5)
        for seat, group in enumerate(sorted(table, key=list(groups).index)):
            angle = 2 * math.pi * seat / len(table) - math.pi / 2
            mark = group_mark(group, groups)
            canvas.mark(
                mark.shape, x + 16 * math.cos(angle), y + 16 * math.sin(angle), 4, mark.colour,
                width=0.7,
            )  # fmt: skip
    return str(canvas.markup())
