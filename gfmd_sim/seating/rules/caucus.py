"""Birds of a feather: one group, or one region, at a table.

Groups too few for a table of their own share one with others of their kind. ``caucus_first`` does
so in a consultation's first sitting only and mixes afterwards, the usual order of group meetings
before a plenary debate.
"""

from __future__ import annotations

import numpy as np

from gfmd_sim.records import Seating
from gfmd_sim.seating.room import IntArray, Room, table_sizes
from gfmd_sim.seating.rules.balanced import balanced


def tables_of_one(room: Room, code: IntArray) -> Seating:
    """Tables of people with the same ``code``; those too few for a table sit together."""
    smallest, largest = room.smallest, room.largest
    shuffled = room.in_random_order()
    tables: list[IntArray] = []
    leftover: list[int] = []
    for value in np.unique(code[room.present]):
        members = shuffled[code[shuffled] == value]
        if len(members) < smallest:
            leftover.extend(members.tolist())
        else:
            tables.extend(_split(members, smallest, largest))
    if leftover:
        rest = np.array(leftover, dtype=np.int32)
        if len(rest) >= smallest or not tables:
            tables.extend(_split(rest, min(smallest, len(rest)), largest))
        else:
            for i in rest:
                least = min(range(len(tables)), key=lambda t: (len(tables[t]), t))
                tables[least] = np.append(tables[least], i).astype(np.int32)
    return Seating.from_tables(tables)


def _split(members: IntArray, smallest: int, largest: int) -> list[IntArray]:
    sizes = table_sizes(len(members), smallest, largest)
    return np.split(members, np.cumsum(sizes)[:-1])


def caucus(room: Room) -> Seating:
    """One group a table."""
    return tables_of_one(room, room.delegates.group)


def regional(room: Room) -> Seating:
    """One region a table."""
    return tables_of_one(room, room.delegates.code["region"])


def caucus_first(room: Room) -> Seating:
    """One group a table in a consultation's first sitting, balanced tables in the later ones."""
    return caucus(room) if room.sitting == 1 else balanced(room)
