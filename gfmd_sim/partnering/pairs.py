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
    p_willing,
    who_is_willing,
)


@compiled
def match_greedily(
    first: IntArray, other: IntArray, value: FloatArray, capacity: IntArray, most: int
) -> IntArray:
    """Pairs (first, other) in falling order of ``value`` (0 or less: never), within capacity."""
    out = np.empty((min(most, first.shape[0]), 2), np.int32)
    formed = 0
    for k in np.argsort(-value, kind="mergesort"):
        if formed == out.shape[0] or value[k] <= 0.0:
            break
        i, j = first[k], other[k]
        if capacity[i] > 0 and capacity[j] > 0:
            capacity[i] -= 1
            capacity[j] -= 1
            out[formed, 0], out[formed, 1] = i, j
            formed += 1
    return out[:formed]


@compiled
def _doubled(column: np.ndarray) -> np.ndarray:
    out = np.empty(2 * column.shape[0], column.dtype)
    out[: column.shape[0]] = column
    return out


@compiled
def _willing_pairs(
    people: IntArray, needs: int, pool: Pool, p: PartnerParameters
) -> tuple[IntArray, IntArray, FloatArray]:
    """All pairs of them who are willing, and the chance that they had been."""
    first = np.empty(max(people.shape[0], 1), np.int32)
    other, value = np.empty_like(first), np.empty(first.shape[0])
    luck, willing = np.empty(people.shape[0]), np.empty(people.shape[0], np.int32)
    n = 0
    for a in range(people.shape[0]):
        i = people[a]
        n_willing = who_is_willing(i, people[a + 1 :], needs, pool, p, luck, willing)
        for j in willing[:n_willing]:
            if n == first.shape[0]:
                first, other, value = _doubled(first), _doubled(other), _doubled(value)
            first[n], other[n], value[n] = i, j, p_willing(i, j, needs, pool, p)
            n += 1
    return first[:n], other[:n], value[:n]


def pairs(
    solution: int,
    supporters: IntArray,
    spare: IntArray,
    needs: int,
    pool: Pool,
    p: PartnerParameters,
) -> IntArray:
    """Pairs of willing supporters, the likeliest first, at most ``per_solution``."""
    people = supporters[spare[supporters] > 0]
    capacity = np.minimum(spare, 1)  # one partnership a solution
    matched = match_greedily(*_willing_pairs(people, needs, pool, p), capacity, p.per_solution)
    out = np.full((len(matched), max(p.largest, 2)), -1, dtype=np.int32)
    out[:, :2] = matched
    spare[matched] -= 1
    return out
