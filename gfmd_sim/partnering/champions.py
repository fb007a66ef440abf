"""Champions gather partners: greedily by resources still missing, then by trust.

For each adopted solution the supporters with the highest support and spare capacity start; every
pair inside must be willing; a partnership forms once the needs are covered by enough members from
two groups or more. Source: coalition formation by entrepreneurs (Kingdon 1984; Ansell, Gash 2008
on collaborative governance), the greedy rule is an assumption [A]. Left out: negotiation of shares.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from gfmd_sim.partnering.willingness import Mask, PartnerParameters, Pool, is_willing

IntArray = NDArray[np.int32]


@njit(cache=True, nogil=True)
def _newly_covered(j: int, needs: Mask, covered: Mask, resources: Mask) -> int:
    count = 0
    for r in range(needs.shape[0]):
        if needs[r] and not covered[r] and resources[j, r]:
            count += 1
    return count


@njit(cache=True, nogil=True)
def _grow(
    champion: int,
    candidates: IntArray,
    spare: IntArray,
    needs: Mask,
    pool: Pool,
    p: PartnerParameters,
) -> IntArray:
    """The partnership this champion can gather, or an empty array."""
    members = np.empty(p.largest, np.int32)
    members[0] = champion
    n = 1
    covered = np.zeros(needs.shape[0], np.bool_)
    missing = 0
    for r in range(needs.shape[0]):
        if not p.resources_count or not needs[r] or pool.resources[champion, r]:
            covered[r] = True
        else:
            missing += 1
    is_mixed = False
    willing = np.empty(candidates.shape[0], np.int32)
    n_willing = 0
    for j in candidates:
        if j != champion and spare[j] > 0 and is_willing(champion, j, needs, pool, p):
            willing[n_willing] = j
            n_willing += 1
    while missing > 0 or n < p.smallest or not is_mixed:
        if n == p.largest or n_willing == 0:
            return members[:0]
        best, best_new, best_other, best_trust = -1, -1, False, -1.0
        for k in range(n_willing):
            j = willing[k]
            new = _newly_covered(j, needs, covered, pool.resources)
            if missing > 0 and new == 0:
                continue
            other = not is_mixed and pool.group[j] != pool.group[champion]
            trust = 0.0
            for i in members[:n]:
                trust += pool.trust[i, j]
            better = new > best_new or (
                new == best_new
                and ((other and not best_other) or (other == best_other and trust > best_trust))
            )
            if better:
                best, best_new, best_other, best_trust = k, new, other, trust
        if best < 0:
            return members[:0]
        joined = willing[best]
        members[n] = joined
        n += 1
        is_mixed = is_mixed or pool.group[joined] != pool.group[champion]
        for r in range(needs.shape[0]):
            if needs[r] and not covered[r] and pool.resources[joined, r]:
                covered[r] = True
                missing -= 1
        kept = 0
        for k in range(n_willing):
            j = willing[k]
            if j != joined and is_willing(joined, j, needs, pool, p):
                willing[kept] = j
                kept += 1
        n_willing = kept
    return members[:n]


@njit(cache=True, nogil=True)
def champions(
    solution: int,
    supporters: IntArray,
    spare: IntArray,
    needs: Mask,
    pool: Pool,
    p: PartnerParameters,
) -> IntArray:
    """Partnerships for one adopted solution, one a row, padded with -1; champion first.

    ``supporters`` are those who approve; ``spare`` (n,), how many more partnerships each can join,
    is used up in place.
    """
    out = np.full((p.per_solution, p.largest), -1, np.int32)
    formed = 0
    support = np.empty(supporters.shape[0])
    for k in range(supporters.shape[0]):
        support[k] = pool.support[supporters[k], solution]
    for place in np.argsort(-support, kind="mergesort"):
        if formed == p.per_solution:
            break
        champion = supporters[place]
        if spare[champion] == 0:
            continue
        members = _grow(champion, supporters, spare, needs, pool, p)
        if members.shape[0] > 0:
            for k in range(members.shape[0]):
                out[formed, k] = members[k]
                spare[members[k]] -= 1
            formed += 1
    return out[:formed]
