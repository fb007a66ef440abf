"""Seated by what they think: alike together (enclaves, Sunstein 2002), or as mixed as can be.

People are ordered along the first principal axis of support at this roundtable.
"""

from __future__ import annotations

import numpy as np

from gfmd_sim.records import Seating
from gfmd_sim.seating.room import IntArray, Room, chunk


def by_opinion(room: Room) -> IntArray:
    """Those present, ordered along the main axis on which their support differs."""
    support = room.support[room.present]
    centred = support - support.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    axis = axes[:, -1]
    axis = axis if axis[np.argmax(np.abs(axis))] > 0 else -axis
    return room.present[np.lexsort((room.luck(), np.round(centred @ axis, 12)))]


def like_minded(room: Room) -> Seating:
    """Neighbours in opinion share a table."""
    return chunk(by_opinion(room), room.sizes)


def opinion_diverse(room: Room) -> Seating:
    """Every table has its share of every shade of opinion."""
    return room.deal(by_opinion(room))
