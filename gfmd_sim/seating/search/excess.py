"""Seats out of balance that no plan can avoid: what groups and fixed seats force. All are proofs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gfmd_sim.seating.search.arrays import Arrays
from gfmd_sim.seating.search.problem import IntArray


def group_excess(a: Arrays) -> IntArray:
    """Excess that each together group costs at the table which suits it best, shape (T, B).

    In thousandths; 0 where it has a fixed seat. Several at one table cost no less than each by itself.
    """
    found = np.zeros(a.length.shape, dtype=np.int64)
    if a.low.shape[2] == 0:
        return found
    sittings = len(found)
    shares = np.concatenate([a.low, a.high], axis=2).reshape(sittings, -1)
    rows = np.concatenate([a.size, a.present, a.fixed, shares], axis=1)
    for r in range(sittings):
        if r > 0 and (rows[r] == rows[r - 1]).all():
            found[r] = found[r - 1]
            continue
        for b in range(len(a.member)):
            members = [i for i in a.member[b] if i >= 0 and a.present[r, i] and a.fixed[r, i] < 0]
            if len(members) > 1:
                fits = a.size[r] >= len(members)
                least = forced_excess(a, r, holders(a, members), len(members))[fits]
                found[r, b] = least.min(initial=least.max(initial=0))
    return found


def excess_bound(a: Arrays) -> int:
    """Excess that together groups and fixed seats force, in thousandths.

    In each sitting the larger of two: what those who sit at one table cost at least by
    :func:`forced_excess`, whoever else sits there; and :func:`lumped_excess`.
    """
    if a.low.shape[2] == 0:
        return 0
    total = 0
    for r, forced in enumerate(group_excess(a).sum(axis=1).tolist()):
        for t in np.unique(a.fixed[r][a.fixed[r] >= 0]):
            members = np.flatnonzero(a.fixed[r] == t).tolist()
            forced += int(forced_excess(a, r, holders(a, members), len(members))[t])
        total += max(forced, lumped_excess(a, r))
    return total


def lumped_excess(a: Arrays, r: int) -> int:
    """Excess in a sitting because holders of a value come in groups, in thousandths.

    Of a group no table can use more than its floor to reach it, so the floors of all tables can be
    more than the groups reach: 28 holders are too few for one at each of 25 tables if five pairs of them
    are kept together. And of a group larger than any ceiling some are too many wherever it sits.
    """
    blocks = [b for b in range(len(a.member)) if a.length[r, b] > 1]
    lumps = np.array(
        [holders(a, [i for i in a.member[b] if i >= 0 and a.present[r, i]]) for b in blocks],
        dtype=np.int64,
    ).reshape(len(blocks), a.low.shape[2])
    single = holders(a, np.flatnonzero(a.present[r] & (a.block[r] < 0)))
    low, high = a.low[r].astype(np.int64), a.high[r].astype(np.int64)
    reached = single + np.minimum(lumps, low.max(axis=0)).sum(axis=0)
    lacking = np.maximum(low.sum(axis=0) - reached, 0)
    over = np.maximum(lumps - high.max(axis=0), 0).sum(axis=0)
    return int((lacking + over) @ a.unit)


def holders(a: Arrays, people: Sequence[int] | IntArray) -> IntArray:
    """How many of these hold each value, shape (V,)."""
    return np.bincount(a.value[people].ravel(), minlength=a.low.shape[2] + 1)[:-1]


def forced_excess(a: Arrays, r: int, held: IntArray, seated: IntArray | int) -> IntArray:
    """Least excess of each table once ``seated`` people are there, in thousandths, shape (q,).

    They may hold more of a value than its ceiling, and they may leave too few seats for the floors
    of the others. ``held``: holders of each value, shape (V,), or (q, V) where tables differ.
    """
    forced = np.maximum(held - a.high[r], 0) @ a.unit
    short = np.maximum(a.low[r] - held, 0)
    left = a.size[r].astype(np.int64) - seated
    for column in range(a.value.shape[1]):
        mine = np.unique(a.value[:, column])
        mine = mine[mine < a.low.shape[2]]
        if len(mine):
            lacking = np.maximum(short[:, mine].sum(axis=1) - left, 0)
            forced = forced + lacking * a.unit[mine[0]]
    return np.asarray(forced, dtype=np.int64)
