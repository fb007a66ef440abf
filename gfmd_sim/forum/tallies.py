"""What the tables leave on record, counted: turns, uptake, proposers, endorsements, pledges."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.compiled import compiled, filled, inlined
from gfmd_sim.talk.kernel import TalkLog

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]
Mask = NDArray[np.bool_]


@compiled
def tally(
    log: TalkLog,
    n_accounts: int,
    group: IntArray,
    turns: IntArray,
    seated: IntArray,
    floor_due: FloatArray,
    uptake: NDArray[np.int64],
    taught: IntArray,
    seat: IntArray,
    start: IntArray,
    voiced: IntArray,
    n_raised: IntArray,
    first_proposer: IntArray,
    person: NDArray[np.uint32],
    item: IntArray,
    first_solution: int,
) -> tuple[IntArray, IntArray]:
    """Add one sitting: who was there and what was his share of the floor, turns, uptake (by group of
    speaker and learner), voiced accounts and who first proposed a solution.

    Returns how often each account was voiced at each table, and by whom first (-1: nobody), both
    (n_tables, n_accounts).
    """
    n_tables, n_turns = log.speaker.shape
    mentions = filled((n_tables, n_accounts), 0, np.int32)
    raised_by = filled((n_tables, n_accounts), -1, np.int32)
    for t in range(n_tables):
        for s in range(start[t], start[t + 1]):
            seated[seat[s]] += 1
            floor_due[seat[s]] += n_turns / (start[t + 1] - start[t])
        for turn in range(n_turns):
            speaker, a = log.speaker[t, turn], log.argument[t, turn]
            if speaker < 0:
                continue
            turns[speaker] += 1
            taught[speaker] += log.n_learners[t, turn]
            taken_up = uptake[group[speaker]]
            s, left = start[t], log.learners[t, turn]
            while left:
                taken_up[group[seat[s]]] += np.int64(left & np.uint64(1))
                left >>= np.uint64(1)
                s += 1
            if a >= 0:
                voiced[a] += 1
                if mentions[t, a] == 0:
                    raised_by[t, a] = speaker
                    n_raised[a, group[speaker]] += 1
                mentions[t, a] += 1
    note_proposers(first_proposer, log, person, item, first_solution)
    return mentions, raised_by


@compiled
def endorse_at_tables(
    seat: IntArray, start: IntArray, approves: Mask, share: float, endorsed: Mask
) -> None:
    """Which tables endorse which solutions, into ``endorsed`` (n_tables, n_solutions)."""
    for t in range(start.shape[0] - 1):
        n = start[t + 1] - start[t]
        for m in range(approves.shape[1]):
            yes = 0
            for s in range(start[t], start[t + 1]):
                yes += approves[seat[s], m]
            endorsed[t, m] = yes >= share * n - 1e-9


@inlined
def note_proposers(
    first: IntArray,
    log: TalkLog,
    person: NDArray[np.uint32],
    item: IntArray,
    first_solution: int,
) -> None:
    """Remember who was the first to voice an account of each solution itself.

    The earliest turn of all tables counts; of two in the same turn, the person with the lower key.
    """
    n_tables, n_turns = log.argument.shape
    earliest = np.empty(first.shape[0], np.int64)  # -1: known from an earlier sitting
    for m in range(first.shape[0]):
        earliest[m] = n_turns if first[m] < 0 else -1
    for t in range(n_tables):
        for turn in range(n_turns):
            a = log.argument[t, turn]
            if a >= 0 and item[a] >= first_solution:
                m, who = item[a] - first_solution, log.speaker[t, turn]
                if turn < earliest[m] or (turn == earliest[m] and person[who] < person[first[m]]):
                    first[m], earliest[m] = who, turn


@compiled
def gather_pledges(
    seat: IntArray,
    start: IntArray,
    endorsed: Mask,
    approves: Mask,
    resources: Mask,
    needs: Mask,
    group: IntArray,
    n_groups: int,
    endorsements: IntArray,
    pledges: IntArray,
    first_solution: int,
    sitting: int,
    n: int,
    out: IntArray,
) -> int:
    """Count endorsements and pledges in place, and report each endorsement of a table.

    A report is a column of ``out``, from its column ``n``, as in
    :class:`~gfmd_sim.records.Reports`; its group is the table's largest. Returns the column after
    the last.
    """
    for t in range(start.shape[0] - 1):
        size = filled(n_groups, 0, np.int32)
        for s in range(start[t], start[t + 1]):
            size[group[seat[s]]] += 1
        largest = 0
        for g in range(1, n_groups):
            if size[g] > size[largest]:
                largest = g
        for m in range(endorsed.shape[1]):
            if endorsed[t, m]:
                out[0, n], out[1, n], out[2, n], out[3, n] = -1, first_solution + m, sitting, t
                out[4, n], out[5, n], out[6, n] = largest, 0, 1
                n += 1
                endorsements[m] += 1
                for s in range(start[t], start[t + 1]):
                    if approves[seat[s], m]:
                        for r in range(needs.shape[1]):
                            if needs[m, r] and resources[seat[s], r]:
                                pledges[m, r] += 1
    return n
