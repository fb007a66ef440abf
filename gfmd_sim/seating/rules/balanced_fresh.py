"""Every table mirrors the room, and as few pairs as possible meet again.

People are sorted by profile and seated a round at a time (one seat a table); within a round each
takes the table where he has met the fewest before. Left out: looking ahead, as the optimiser does.
"""

from __future__ import annotations

import numpy as np

from gfmd_sim.compiled import compiled
from gfmd_sim.pairs import Pairs, meetings_of
from gfmd_sim.records import Seating
from gfmd_sim.seating.room import IntArray, Room


@compiled
def _seat_round_by_round(
    order: IntArray, sizes: IntArray, lottery: IntArray, pairs: Pairs
) -> IntArray:
    """The table of each person of ``order``."""
    n, n_tables = order.shape[0], sizes.shape[0]
    table = np.full(n, -1, np.int32)
    members = np.empty((n_tables, sizes.max()), np.int32)
    filled = np.zeros(n_tables, np.int32)
    # the tables free in this round, in the lottery's order: after each the next one, first that
    # after the end; who meets nobody again takes the first of them and looks no further
    end = n_tables
    following = np.empty(n_tables + 1, np.int32)
    place, seats = 0, 0
    while place < n:
        last, n_free = end, 0
        for k in range(n_tables):
            if sizes[lottery[k]] > seats:
                following[last] = k
                last = k
                n_free += 1
        following[last] = end
        for p in range(place, min(place + n_free, n)):
            before, best, least = end, end, np.int64(1) << 60
            while following[before] != end and least > 0:
                t = lottery[following[before]]
                repeats = np.int64(0)
                for k in range(filled[t]):
                    repeats += meetings_of(pairs, order[p], members[t, k])
                if repeats < least:
                    best, least = before, repeats
                before = following[before]
            t = lottery[following[best]]
            following[best] = following[following[best]]
            table[p] = t
            members[t, filled[t]] = order[p]
            filled[t] += 1
        place += n_free
        seats += 1
    return table


def balanced_fresh(room: Room) -> Seating:
    """Deal out people sorted by profile, each to the table where he has met the fewest."""
    order = room.by_profile()
    table = _seat_round_by_round(order, room.sizes, room.lottery(), room.pairs)
    table_of = np.full(len(room.delegates), -1, dtype=np.int32)
    table_of[order] = table
    return Seating.from_table_of(table_of)
