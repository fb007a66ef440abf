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

from gfmd_sim.compiled import compiled, filled, inner
from gfmd_sim.pairs import Person, trust_of
from gfmd_sim.partnering.willingness import (
    PartnerParameters,
    Pool,
    count_bits,
    who_is_willing,
)
from gfmd_sim.streams import pair_uniform

IntArray = NDArray[np.int32]


@inner
def in_order(people: IntArray, solution: int, pool: Pool) -> IntArray:
    """People in the order in which they try: by falling support, by lot among equals (and not by
    place in the list).

    Sorted by gaps that shrink (Shell 1959; gaps of Ciura 2001, grown by 2.25).
    """
    n = people.shape[0]
    support, lot, order = np.empty(n), np.empty(n), np.empty(n, np.int32)
    for k in range(n):
        support[k] = pool.support[people[k], solution]
        me = pool.person[people[k]]
        lot[k] = pair_uniform(pool.key, me, me, pool.stage)
        order[k] = k
    gap = 1
    while gap < n // 3:
        gap = int(2.25 * gap) + 1
    while gap > 0:
        for k in range(gap, n):
            one, place = order[k], k
            while place >= gap:
                other = order[place - gap]
                tied = support[one] == support[other]
                is_later = lot[one] > lot[other] or (lot[one] == lot[other] and one > other)
                if support[one] < support[other] or (tied and is_later):
                    break
                order[place] = other
                place -= gap
            order[place] = one
        gap = int(gap / 2.25)
    for k in range(n):
        order[k] = people[order[k]]
    return order


@inner
def _grow(
    founder: Person,
    free: IntArray,
    n_free: int | np.int64,
    needs: int,
    pool: Pool,
    p: PartnerParameters,
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
        best, best_new, best_other, best_trust = np.int64(-1), -1, False, -1.0
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
                better = trust > best_trust
                if trust == best_trust:  # by lot
                    me, one, two = pool.person[founder], pool.person[person], pool.person[best]
                    better = pair_uniform(pool.key, me, one, pool.stage) < pair_uniform(
                        pool.key, me, two, pool.stage
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
def found_partnerships(
    solution: int,
    supporters: IntArray,
    spare: IntArray,
    needs: int,
    pool: Pool,
    p: PartnerParameters,
) -> IntArray:
    """Let the supporters try in their order to gather partners; what they found, one a row."""
    out = filled((p.per_solution, p.largest), -1, np.int32)
    able = np.empty_like(supporters)
    n = 0
    for person in supporters:
        able[n] = person  # stays if he has capacity to spare, else the next takes his place
        n += spare[person] > 0
    order = in_order(able[:n], solution, pool)
    is_free = filled(spare.shape[0], False, np.bool_)
    for person in order:
        is_free[person] = True
    # nobody is asked about a pair twice: who has tried, and to whom he was willing
    tried, n_tried = np.empty_like(order), 0
    willing = np.empty((n, spare.shape[0]), np.bool_)  # touched as far as people try
    luck, free = np.empty(n), np.empty_like(order)
    formed = 0
    for k in range(n):
        founder = np.int64(order[k])
        if formed == p.per_solution:
            break
        if not is_free[founder]:
            continue
        n_yes = who_is_willing(founder, order[k + 1 :], needs, pool, p, luck, free)
        for person in order:
            willing[n_tried, person] = False
        n_free = np.int64(0)
        for person in free[:n_yes]:
            willing[n_tried, person] = True
            free[n_free] = person  # stays if he is free
            n_free += is_free[person]
        for t in range(n_tried):
            if willing[t, founder] and is_free[tried[t]]:
                free[n_free] = tried[t]
                n_free += 1
        tried[n_tried] = founder
        n_tried += 1
        members = _grow(founder, free, n_free, needs, pool, p)
        if members.shape[0] > 0:
            for a in range(members.shape[0]):
                out[formed, a] = members[a]
                spare[members[a]] -= 1
                is_free[members[a]] = False  # one partnership a solution
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
    return found_partnerships(solution, supporters, spare, needs, pool, p)
