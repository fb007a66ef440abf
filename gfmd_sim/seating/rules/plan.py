"""The organiser's own plan, from a file; absences are filled up."""

from __future__ import annotations

import numpy as np

from gfmd_sim.errors import SeatingError, Sentence
from gfmd_sim.records import Seating
from gfmd_sim.seating.room import Room, fill_up


def plan(room: Room) -> Seating:
    """The plan's tables for this sitting; delegates it leaves out go to the smallest tables.

    Raises
    ------
    SeatingError
        If the plan has nobody for this sitting.
    """
    if not room.plan:
        raise SeatingError(
            "the seating plan has no tables for this sitting",
            given=Sentence(
                "roundtable {roundtable}, consultation {consultation}, sitting {sitting}",
                roundtable=room.roundtable,
                consultation=room.consultation,
                sitting=room.sitting,
            ),
            remedy="add rows for it, or plan fewer sittings",
            key="seating.plan",
        )
    table_of = np.array([room.plan.get(i, -1) for i in room.delegates.id], dtype=np.int32)
    return fill_up(table_of, room.in_random_order(), room.smallest)
