"""What does the room hear of the tables? One published answer a file.

A rule maps what was said at every table of a consultation to the points reported.
"""

from __future__ import annotations

from gfmd_sim.plenary.everything import everything
from gfmd_sim.plenary.silent import silent
from gfmd_sim.plenary.strongest_points import strongest_points
from gfmd_sim.plenary.tables import PlenaryRule

__all__ = ["RULES", "PlenaryRule"]

RULES: dict[str, PlenaryRule] = {
    "strongest_points": strongest_points,
    "everything": everything,
    "silent": silent,
}
