"""Every table mirrors the room: people are sorted by who they are and dealt out like cards.

Exact for the first attribute (every table holds the floor or the ceiling of its fair share), near
for the further ones. Left out: encounters, which ``balanced_fresh`` and the optimiser look after.
"""

from __future__ import annotations

from gfmd_sim.records import Seating
from gfmd_sim.seating.room import IntArray, Room, deal


def by_profile(room: Room) -> IntArray:
    """Those present, sorted by the attributes to balance, in random order within a profile.

    The values of each attribute come in an order drawn by lot for the sitting: who sits one round
    of dealing apart shares a table, and this should not be the same people every time.
    """
    order = room.in_random_order()
    for place in reversed(range(len(room.balance))):
        order = room.sorted_by(place, order)
    return order


def balanced(room: Room) -> Seating:
    """Deal out people sorted by profile."""
    return deal(by_profile(room), room.sizes, room.lottery())
