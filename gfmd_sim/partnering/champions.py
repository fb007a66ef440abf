"""Champions gather partners: greedily by resources still missing, then by trust.

For each adopted solution the supporters with the highest support and spare capacity start; nobody
takes part in two partnerships for the same solution; every pair inside must be willing; a
partnership forms once the needs are covered by enough members from two groups or more; ties go by
lot. Source: coalition formation by entrepreneurs (Kingdon 1984; Ansell, Gash 2008
on collaborative governance), the greedy rule is an assumption [A]. Left out: negotiation of shares.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.compiled import compiled
from gfmd_sim.partnering.willingness import (
    FloatArray,
    Mask,
    PartnerParameters,
    Pool,
    count_bits,
    is_out_of_reach,
    p_willing,
)
from gfmd_sim.streams import fill_pairs_of, pair_uniform

IntArray = NDArray[np.int32]


@compiled
def _who_is_willing(
    supporters: IntArray, spare: IntArray, needs: int, pool: Pool, p: PartnerParameters
) -> tuple[Mask, FloatArray]:
    """Whether each pair of supporters with spare capacity is willing, symmetric, (n, n).

    And each one's own luck, (n,): who comes first among equals.
    """
    n = supporters.shape[0]
    out = np.zeros((n, n), np.bool_)
    lot = np.empty(n)
    who = np.empty(n, np.uint32)
    for a in range(n):
        who[a] = pool.person[supporters[a]]
    luck = np.empty(n)
    asked = np.empty(n, np.int32)
    for a in range(n):
        fill_pairs_of(pool.key, who[a], who[a:], pool.stage, luck)
        lot[a] = luck[0]
        if spare[supporters[a]] > 0:
            i, n_asked = supporters[a], 0
            for b in range(a + 1, n):
                asked[n_asked] = b  # stays if they may be willing, else the next takes its place
                may_be = not is_out_of_reach(luck[b - a], pool.trust[i, supporters[b]], p)
                n_asked += may_be & (spare[supporters[b]] > 0)
            for b in asked[:n_asked]:
                if luck[b - a] < p_willing(i, supporters[b], needs, pool, p):
                    out[a, b] = True
                    out[b, a] = True
    return out, lot


@compiled
def _luck(i: int, j: int, pool: Pool) -> float:
    """The luck of a pair, or of one person: ties go by lot, and not by place in the list."""
    return pair_uniform(pool.key, pool.person[i], pool.person[j], pool.stage)


@compiled
def _grow(
    champion: int,
    supporters: IntArray,
    willing: Mask,
    needs: int,
    pool: Pool,
    p: PartnerParameters,
) -> IntArray:
    """The partnership that supporter number ``champion`` can gather (their numbers), or nothing."""
    members = np.empty(p.largest, np.int32)
    members[0] = champion
    n = 1
    founder = supporters[champion]
    missing = needs & ~pool.resources[founder] if p.resources_count else 0
    is_mixed = False
    free = np.empty(supporters.shape[0], np.int32)
    n_free = 0
    for b in range(supporters.shape[0]):
        if willing[champion, b]:
            free[n_free] = b
            n_free += 1
    while missing or n < p.smallest or not is_mixed:
        best, best_new, best_other, best_trust = -1, -1, False, -1.0
        for k in range(n_free):
            person = supporters[free[k]]
            new = count_bits(missing & pool.resources[person])
            if missing and new == 0:
                continue
            other = not is_mixed and pool.group[person] != pool.group[founder]
            trust = 0.0
            for b in members[:n]:
                trust += pool.trust[supporters[b], person]
            better = new > best_new or (new == best_new and other and not best_other)
            if new == best_new and other == best_other:
                better = trust > best_trust or (
                    trust == best_trust
                    and _luck(founder, person, pool) < _luck(founder, supporters[best], pool)
                )
            if better:
                best, best_new, best_other, best_trust = free[k], new, other, trust
        if best < 0 or n == p.largest:
            return members[:0]
        members[n] = best
        n += 1
        person = supporters[best]
        is_mixed = is_mixed or pool.group[person] != pool.group[founder]
        missing &= ~pool.resources[person]
        kept = 0
        for k in range(n_free):
            if willing[best, free[k]]:
                free[kept] = free[k]
                kept += 1
        n_free = kept
    return members[:n]


@compiled
def _found(
    order: NDArray[np.intp],
    supporters: IntArray,
    spare: IntArray,
    willing: Mask,
    needs: int,
    pool: Pool,
    p: PartnerParameters,
) -> IntArray:
    """Let supporters try in this order to gather partners; what they found, one a row."""
    out = np.empty((p.per_solution, p.largest), np.int32)
    formed = 0
    for champion in order:
        if formed == p.per_solution:
            break
        members = _grow(champion, supporters, willing, needs, pool, p)
        n = members.shape[0]
        if n > 0:
            for k in range(p.largest):
                out[formed, k] = supporters[members[k]] if k < n else -1
            for k in range(n):
                spare[out[formed, k]] -= 1
                for b in range(supporters.shape[0]):  # one partnership a solution
                    willing[members[k], b] = False
                    willing[b, members[k]] = False
            formed += 1
    return out[:formed]


def champions(
    solution: int,
    supporters: IntArray,
    spare: IntArray,
    needs: int,
    pool: Pool,
    p: PartnerParameters,
) -> IntArray:
    """Partnerships for one adopted solution, one a row, padded with -1; champion first.

    ``supporters`` are those who approve; ``spare`` (n,), how many more partnerships each can join,
    is used up in place.
    """
    willing, lot = _who_is_willing(supporters, spare, needs, pool, p)
    order = np.lexsort((lot, -pool.support[supporters, solution]))
    return _found(order, supporters, spare, willing, needs, pool, p)
