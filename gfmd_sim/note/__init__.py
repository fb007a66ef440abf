"""What does the summary note keep? One published answer a file.

A rule maps the points reported in a plenary to the items the note holds, the first ones first.
"""

from __future__ import annotations

from gfmd_sim.note.blank import blank
from gfmd_sim.note.every_point import every_point
from gfmd_sim.note.fair_share import fair_share
from gfmd_sim.note.most_reported import most_reported
from gfmd_sim.note.write import NoteRule, write_note

RULES: dict[str, NoteRule] = {
    "most_reported": most_reported,
    "fair_share": fair_share,
    "every_point": every_point,
    "blank": blank,
}

__all__ = ["RULES", "NoteRule", "write_note"]
