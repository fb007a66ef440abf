"""Who approves what: support above a bar and, if asked for, knowledge of what lies behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.accounts import Topics
from gfmd_sim.compiled import compiled, filled
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
def _count(
    approves: Mask, voters: Mask, group: NDArray[np.int32], n_groups: int, small_group: int
) -> tuple[FloatArray, FloatArray, FloatArray, NDArray[np.int32]]:
    """Shares of approval overall, by group and by bloc; and each group's bloc, -1 without voters."""
    n_solutions = approves.shape[1]
    yes, size = filled((n_groups, n_solutions), 0.0, np.float64), filled(n_groups, 0.0, np.float64)
    for i in range(voters.shape[0]):
        if voters[i]:
            size[group[i]] += 1.0
            for m in range(n_solutions):
                yes[group[i], m] += approves[i, m]
    bloc = filled(n_groups, -1, np.int32)
    n_blocs = 0
    for g in range(n_groups):
        if size[g] > 0.0 and size[g] >= small_group:
            bloc[g] = n_blocs
            n_blocs += 1
    n_large = n_blocs
    for g in range(n_groups):
        if 0.0 < size[g] < small_group:
            bloc[g] = n_large
            n_blocs = n_large + 1
    overall, by_group = filled(n_solutions, 0.0, np.float64), yes.copy()
    by_bloc = filled((n_blocs, n_solutions), 0.0, np.float64)
    bloc_size = filled(n_blocs, 0.0, np.float64)
    n_voters = 0.0
    for g in range(n_groups):
        n_voters += size[g]
        for m in range(n_solutions):
            overall[m] += yes[g, m]
            by_group[g, m] /= size[g]
        if bloc[g] >= 0:
            bloc_size[bloc[g]] += size[g]
            for m in range(n_solutions):
                by_bloc[bloc[g], m] += yes[g, m]
    for m in range(n_solutions):
        if n_voters > 0.0:
            overall[m] /= n_voters
        for b in range(n_blocs):
            by_bloc[b, m] /= bloc_size[b]
    return overall, by_group, by_bloc, bloc


def count_ballot(
    approves: Mask, voters: Mask, group: NDArray[np.int32], groups: list[str], small_group: int
) -> Ballot:
    """Count the votes of those who are there."""
    overall, by_group, by_bloc, bloc = _count(approves, voters, group, len(groups), small_group)
    members: list[list[str]] = [[] for _ in by_bloc]
    for name, b in zip(groups, bloc.tolist(), strict=True):
        if b >= 0:
            members[b].append(name)
    return Ballot(overall, by_group, by_bloc, tuple("+".join(names) for names in members))
