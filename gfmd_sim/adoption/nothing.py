"""Nothing is ever adopted: the null answer."""

from __future__ import annotations

from gfmd_sim.adoption.ballot import Ballot
from gfmd_sim.scenario.schema import Adoption


def nothing(ballot: Ballot, adoption: Adoption) -> list[str]:
    """No solution is adopted."""
    return ["rule"] * len(ballot.overall)
