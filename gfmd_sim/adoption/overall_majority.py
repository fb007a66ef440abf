"""A share of all who are there, whatever their group: one person, one vote."""

from __future__ import annotations

from gfmd_sim.adoption.ballot import Ballot
from gfmd_sim.scenario.schema import Adoption

_ROUNDING = 1e-12


def overall_majority(ballot: Ballot, adoption: Adoption) -> list[str]:
    """Adopted where ``share_overall`` of all approve."""
    return [
        "" if overall >= adoption.share_overall - _ROUNDING else "overall"
        for overall in ballot.overall
    ]
