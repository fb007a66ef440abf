"""Every table mirrors the room, and as few pairs as possible meet again.

People are sorted by profile and seated a round at a time (one seat a table); within a round each
takes the table where he has met the fewest before. Left out: looking ahead, as the optimiser does.
"""

from __future__ import annotations

import numpy as np

from gfmd_sim.compiled import compiled
from gfmd_sim.records import Seating
from gfmd_sim.seating.room import IntArray, Room


@compiled
def _seat_round_by_round(
    order: IntArray, sizes: IntArray, lottery: IntArray, meetings: np.ndarray
) -> IntArray:
    """The table of each person of ``order``."""
    n, n_tables = order.shape[0], sizes.shape[0]
    table = np.full(n, -1, np.int32)
    members = np.empty((n_tables, sizes.max()), np.int32)
    filled = np.zeros(n_tables, np.int32)
    place, seats = 0, 0
    while place < n:
        free = np.zeros(n_tables, np.bool_)
        n_free = 0
        for t in range(n_tables):
            if sizes[t] > seats:
                free[t] = True
                n_free += 1
        for p in range(place, min(place + n_free, n)):
            best, least = -1, np.int64(1) << 60
            for t in lottery:
                if free[t]:
                    repeats = np.int64(0)
                    for k in range(filled[t]):
                        repeats += np.int64(meetings[order[p], members[t, k]])
                    if repeats < least:
                        best, least = t, repeats
            free[best] = False
            table[p] = best
            members[best, filled[best]] = order[p]
            filled[best] += 1
        place += n_free
        seats += 1
    return table


def balanced_fresh(room: Room) -> Seating:
    """Deal out people sorted by profile, each to the table where he has met the fewest."""
    order = room.by_profile()
    table = _seat_round_by_round(order, room.sizes, room.lottery(), room.meetings)
    table_of = np.full(len(room.delegates), -1, dtype=np.int32)
    table_of[order] = table
    return Seating.from_table_of(table_of)
