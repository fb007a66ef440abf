"""Every table mirrors the room: people are sorted by who they are and dealt out like cards.

Exact for the first attribute (every table holds the floor or the ceiling of its fair share), near
for the further ones. Left out: encounters, which ``balanced_fresh`` and the optimiser look after.
"""

from __future__ import annotations

from gfmd_sim.records import Seating
from gfmd_sim.seating.room import Room


def balanced(room: Room) -> Seating:
    """Deal out people sorted by profile."""
    return room.deal(room.by_profile())
