"""Seats drawn by lot: what happens when nobody plans."""

from __future__ import annotations

import numpy as np

from gfmd_sim.records import Seating
from gfmd_sim.seating.room import Room, chunk


def random(room: Room) -> Seating:
    """Everybody draws a number; tables are filled in that order."""
    order = room.present[np.argsort(room.luck(), kind="stable")]
    return chunk(order, room.sizes)
