"""Nobody moves: the tables of the roundtable's first sitting stay for the whole Forum.

The null answer to "who should sit where next?". Absences and newcomers are filled up.
"""

from __future__ import annotations

from gfmd_sim.records import Seating
from gfmd_sim.seating.room import Room, fill_up
from gfmd_sim.seating.rules.balanced import balanced


def fixed(room: Room) -> Seating:
    """Balanced tables at first, the same ones ever after."""
    if room.opening is None:
        return balanced(room)
    table_of = room.opening.table_of(len(room.delegates))
    return fill_up(table_of, room.in_random_order(), room.smallest)
