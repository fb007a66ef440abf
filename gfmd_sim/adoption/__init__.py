"""When does a solution count as adopted? One published answer a file."""

from __future__ import annotations

from gfmd_sim.adoption.ballot import AdoptionRule, approvals
from gfmd_sim.adoption.double_majority import double_majority
from gfmd_sim.adoption.nothing import nothing
from gfmd_sim.adoption.overall_majority import overall_majority

RULES: dict[str, AdoptionRule] = {
    "double_majority": double_majority,
    "overall_majority": overall_majority,
    "nothing": nothing,
}

__all__ = ["RULES", "AdoptionRule", "approvals"]
