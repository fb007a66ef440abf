"""Every table mirrors the room as closely as can be, and as few pairs as possible meet again.

The seating search of :mod:`gfmd_sim.seating.search`, one sitting at a time: it starts from the rule
``balanced_fresh`` and knows who has met, not who will come. Left out: planning several sittings
ahead, as ``run.py seat plan`` does (its plans are read by the rule ``plan``).
"""

from __future__ import annotations

from gfmd_sim.records import Seating
from gfmd_sim.seating.room import Room
from gfmd_sim.seating.rules.balanced_fresh import balanced_fresh


def optimised(room: Room) -> Seating:
    """Seats swapped until balance, then fresh faces, cannot easily be bettered."""
    # Only who uses the search waits until it is loaded.
    from gfmd_sim.seating.search.next_sitting import improve

    return improve(room, balanced_fresh(room))
