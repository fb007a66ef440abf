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
from gfmd_sim.pairs import trust_of
from gfmd_sim.partnering.willingness import (
    FloatArray,
    PartnerParameters,
    Pool,
    count_bits,
    who_is_willing,
)
from gfmd_sim.streams import pair_uniform

IntArray = NDArray[np.int32]


@compiled
def _luck(i: int, j: int, pool: Pool) -> float:
    """The luck of a pair, or of one person: ties go by lot, and not by place in the list."""
    return pair_uniform(pool.key, pool.person[i], pool.person[j], pool.stage)


@compiled
def _lots(people: IntArray, pool: Pool) -> FloatArray:
    """Each person's own luck: who comes first among equals."""
    lot = np.empty(people.shape[0])
    for a in range(people.shape[0]):
        lot[a] = _luck(people[a], people[a], pool)
    return lot


@compiled
def _grow(
    founder: int, free: IntArray, n_free: int, needs: int, pool: Pool, p: PartnerParameters
) -> IntArray:
    """The partnership that ``founder`` can gather, or nothing.

    The first ``n_free`` of ``free`` are willing to work with him; the rest of it is room.
    """
    members = np.empty(p.largest, np.int32)
    members[0] = founder
    n = 1
    missing = needs & ~pool.resources[founder] if p.resources_count else 0
    is_mixed = False
    luck = np.empty(n_free)
    while missing or n < p.smallest or not is_mixed:
        best, best_new, best_other, best_trust = -1, -1, False, -1.0
        for person in free[:n_free]:
            new = count_bits(missing & pool.resources[person])
            if missing and new == 0:
                continue
            other = not is_mixed and pool.group[person] != pool.group[founder]
            trust = 0.0
            for member in members[:n]:
                trust += trust_of(pool.pairs, member, person)
            better = new > best_new or (new == best_new and other and not best_other)
            if new == best_new and other == best_other:
                better = trust > best_trust or (
                    trust == best_trust
                    and _luck(founder, person, pool) < _luck(founder, best, pool)
                )
            if better:
                best, best_new, best_other, best_trust = person, new, other, trust
        if best < 0 or n == p.largest:
            return members[:0]
        members[n] = best
        n += 1
        is_mixed = is_mixed or pool.group[best] != pool.group[founder]
        missing &= ~pool.resources[best]
        n_free = who_is_willing(best, free[:n_free].copy(), needs, pool, p, luck, free)
    return members[:n]


@compiled
def _found(
    order: IntArray,
    supporters: IntArray,
    spare: IntArray,
    needs: int,
    pool: Pool,
    p: PartnerParameters,
) -> IntArray:
    """Let people try in this order to gather partners; what they found, one a row."""
    out = np.full((p.per_solution, p.largest), -1, np.int32)
    others = supporters[spare[supporters] > 0]
    is_free = np.zeros(spare.shape[0], np.bool_)
    is_free[others] = True
    # nobody is asked about a pair twice: a row for each says who has tried and found him willing
    trial_of = np.full(spare.shape[0], -1, np.int32)
    willing = np.zeros((spare.shape[0], 4), np.bool_)
    says_yes = np.zeros(spare.shape[0], np.bool_)  # to him who tries now
    luck = np.empty(others.shape[0])
    asked, free = np.empty_like(others), np.empty_like(others)
    tried, formed = 0, 0
    for founder in order:
        if formed == p.per_solution:
            break
        if not is_free[founder]:
            continue
        if tried == willing.shape[1]:
            more = np.zeros((spare.shape[0], 2 * tried), np.bool_)
            more[:, :tried] = willing
            willing = more
        n_asked = 0
        for person in others:
            asked[n_asked] = person  # stays if he has not tried, else the next takes his place
            n_asked += trial_of[person] < 0
        n_yes = who_is_willing(founder, asked[:n_asked], needs, pool, p, luck, free)
        for person in free[:n_yes]:
            says_yes[person] = True
            willing[person, tried] = True
        n_free = 0
        for person in others:
            free[n_free] = person
            earlier = trial_of[person]
            n_free += willing[founder, earlier] if earlier >= 0 else says_yes[person]
        for person in asked[:n_asked]:
            says_yes[person] = False
        trial_of[founder] = tried
        tried += 1
        members = _grow(founder, free, n_free, needs, pool, p)
        n = members.shape[0]
        if n > 0:
            out[formed, :n] = members
            for member in members:
                spare[member] -= 1
                is_free[member] = False  # one partnership a solution
            others = others[is_free[others]]
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
    order = np.lexsort((_lots(supporters, pool), -pool.support[supporters, solution]))
    return _found(supporters[order], supporters, spare, needs, pool, p)
