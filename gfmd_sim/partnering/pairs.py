"""Partners two by two: the pair that wants each other most goes first.

With distinct values that are the same for both (here the chance of being willing), going down the
list greedily gives the one stable matching: nobody could do better with somebody who would do
better too (Abraham, Levavi, Manlove, O'Malley 2008, "The stable roommates problem with globally
ranked pairs"). Left out: partnerships of three and more, and whether resources suffice.
"""

from __future__ import annotations

import numpy as np

from gfmd_sim.compiled import compiled
from gfmd_sim.partnering.champions import IntArray
from gfmd_sim.partnering.willingness import (
    FloatArray,
    PartnerParameters,
    Pool,
    is_willing,
    p_willing,
)


@compiled
def match_greedily(value: FloatArray, capacity: IntArray, most: int) -> IntArray:
    """Pairs (i, j) in falling order of ``value`` (n, n; 0 or less: never), within capacity."""
    n = value.shape[0]
    first = np.empty(n * (n - 1) // 2, np.int32)
    other = np.empty_like(first)
    worth = np.empty(first.shape[0])
    k = 0
    for i in range(n):
        for j in range(i + 1, n):
            first[k], other[k], worth[k] = i, j, value[i, j]
            k += 1
    out = np.empty((min(most, first.shape[0]), 2), np.int32)
    formed = 0
    for k in np.argsort(-worth, kind="mergesort"):
        if formed == out.shape[0] or worth[k] <= 0.0:
            break
        i, j = first[k], other[k]
        if capacity[i] > 0 and capacity[j] > 0:
            capacity[i] -= 1
            capacity[j] -= 1
            out[formed, 0], out[formed, 1] = i, j
            formed += 1
    return out[:formed]


@compiled
def pairs(
    solution: int,
    supporters: IntArray,
    spare: IntArray,
    needs: int,
    pool: Pool,
    p: PartnerParameters,
) -> IntArray:
    """Pairs of willing supporters, the likeliest first, at most ``per_solution``."""
    n = supporters.shape[0]
    value = np.zeros((n, n))
    for a in range(n):
        for b in range(a + 1, n):
            i, j = supporters[a], supporters[b]
            if spare[i] > 0 and spare[j] > 0 and is_willing(i, j, needs, pool, p):
                value[a, b] = p_willing(i, j, needs, pool, p)
    capacity = np.empty(n, np.int32)
    for a in range(n):
        capacity[a] = min(spare[supporters[a]], 1)  # one partnership a solution
    matched = match_greedily(value, capacity, p.per_solution)
    out = np.full((matched.shape[0], max(p.largest, 2)), -1, np.int32)
    for k in range(matched.shape[0]):
        for side in range(2):
            out[k, side] = supporters[matched[k, side]]
            spare[out[k, side]] -= 1
    return out
