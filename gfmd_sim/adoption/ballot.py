"""Who approves what: support above a bar and, if asked for, knowledge of what lies behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.accounts import Topics
from gfmd_sim.compiled import compiled
from gfmd_sim.scenario.schema import Adoption

FloatArray = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Ballot:
    """The count of one roundtable's ballot at the Summit.

    ``overall``: share of the voters who approve, (n_solutions,). ``by_group``: the same by group,
    (n_groups, n_solutions), NaN where a group has no voter. ``by_bloc``: by group, where groups
    under ``small_group`` people count together, (n_blocs, n_solutions). ``blocs`` names them.
    """

    overall: FloatArray
    by_group: FloatArray
    by_bloc: FloatArray
    blocs: tuple[str, ...]


AdoptionRule = Callable[[Ballot, Adoption], list[str]]
"""For each solution why it is not adopted: overall, group:<id>, rule; empty where it is adopted."""


def approvals(
    support: FloatArray, knows: NDArray[np.uint8], topics: Topics, adoption: Adoption
) -> Mask:
    """Who approves which solution, shape (n, n_solutions).

    With ``needs_evidence`` one must also know ``accounts_needed`` accounts of the challenges it
    addresses, and as many of the practices it builds on (or all there are, where fewer exist).
    """
    approves: Mask = support >= adoption.approval
    if adoption.needs_evidence and topics.n_accounts:
        for behind in (topics.addressed, topics.built_on):
            known = knows.astype(np.float64) @ behind.T.astype(np.float64)
            needed = np.minimum(adoption.accounts_needed, behind.sum(axis=1))
            approves &= known >= needed
    return approves


@compiled
def _votes(
    approves: Mask, voters: Mask, group: NDArray[np.int32], n_groups: int
) -> tuple[FloatArray, FloatArray]:
    """Votes for each solution by group, (n_groups, n_solutions), and the voters of each group."""
    yes, size = np.zeros((n_groups, approves.shape[1])), np.zeros(n_groups)
    for i in range(voters.shape[0]):
        if voters[i]:
            size[group[i]] += 1.0
            for m in range(approves.shape[1]):
                yes[group[i], m] += approves[i, m]
    return yes, size


def count_ballot(
    approves: Mask, voters: Mask, group: NDArray[np.int32], groups: list[str], small_group: int
) -> Ballot:
    """Count the votes of those who are there."""
    n_solutions = approves.shape[1]
    yes, size = _votes(approves, voters, group, len(groups))
    n_voters = size.sum()
    with np.errstate(invalid="ignore"):
        by_group = yes / size[:, None]
    small = (size > 0) & (size < small_group)
    large = size >= max(small_group, 1)
    rows = [by_group[g] for g in np.flatnonzero(large)]
    blocs = [groups[g] for g in np.flatnonzero(large)]
    if small.any():
        rows.append(yes[small].sum(axis=0) / size[small].sum())
        blocs.append("+".join(groups[g] for g in np.flatnonzero(small)))
    return Ballot(
        overall=yes.sum(axis=0) / n_voters if n_voters else np.zeros(n_solutions),
        by_group=by_group,
        by_bloc=np.array(rows).reshape(len(rows), n_solutions),
        blocs=tuple(blocs),
    )
