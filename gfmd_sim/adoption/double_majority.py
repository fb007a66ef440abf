"""Two thirds of all and half of every group: no bloc is outvoted.

Source: qualified majorities of UN bodies, the shape of the Council of the EU's double majority; the
numbers are assumptions [A] and levers. Left out: bargaining over packages.
"""

from __future__ import annotations

from gfmd_sim.adoption.ballot import Ballot
from gfmd_sim.scenario.schema import Adoption

_ROUNDING = 1e-12


def double_majority(ballot: Ballot, adoption: Adoption) -> list[str]:
    """Adopted where ``share_overall`` of all and ``share_each_group`` of every bloc approve."""
    reasons = []
    for overall, shares in zip(ballot.overall.tolist(), ballot.by_bloc.T.tolist(), strict=True):
        reason = "" if overall >= adoption.share_overall - _ROUNDING else "overall"
        if not reason:
            for bloc, share in zip(ballot.blocs, shares, strict=True):
                if share < adoption.share_each_group - _ROUNDING:
                    reason = f"group:{bloc}"
                    break
        reasons.append(reason)
    return reasons
