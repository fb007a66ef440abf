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
    return fill_up(room.opening.table_of(len(room.delegates)), room.present, room.smallest)
