"""Seats drawn by lot: what happens when nobody plans."""

from __future__ import annotations

from gfmd_sim.records import Seating
from gfmd_sim.seating.room import Room, chunk


def random(room: Room) -> Seating:
    """Everybody draws a number; tables are filled in that order."""
    return chunk(room.in_random_order(), room.sizes)
