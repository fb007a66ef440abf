"""Exchanges that leave every table's balance as it is, annealed: swaps, rings of three, two for two.

:mod:`offers` finds them. What anybody would pay at any table is kept along, so what an exchange changes
is a sum of a few bills, and only one that is made costs work. Cyclic exchanges: Ahuja, Orlin, Sharma 2003,
Oper. Res. Lett. 31:185.

The temperature is higher than annealing alone could do with, as no plan may be worse than the best by
more than a little: the record-to-record travel of Dueck 1993, "New optimization heuristics", J. Comput. Phys. 104:86.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.compiled import borrowing, inlined
from gfmd_sim.seating.search.fits import FORBIDDEN, Fits, fit_table
from gfmd_sim.seating.search.offers import pair_offer, ring_offer
from gfmd_sim.seating.search.problem import IntArray
from gfmd_sim.seating.search.state import REPEAT_UNIT, State, better, note_best
from gfmd_sim.streams import philox, unit

SHARE = 1 / 28
"""Of what the best plan loses, a worse one may lose so much more, beside the run's ``room``. Both were tuned together, on lists of 60 to 100."""
_ONE = np.uint64(1)
_LANE = np.uint64(65535)
_HALF_WORD = np.uint64(16)
_WORD = np.uint64(32)


@inlined
def settle(s: State, f: Fits, r: int, i: int, y: int, change: int) -> None:
    """Count a meeting more or fewer of two in sitting ``r``; what they would pay in the others changes."""
    s.meet[i, y] += change
    s.meet[y, i] += change
    for z in range(s.place.shape[0]):
        if z == r:
            continue
        ti, ty = s.place[z, i], s.place[z, y]
        others = s.meet[i, y] - (ti >= 0 and ti == ty)
        toll = np.int32(min(s.up[others], FORBIDDEN))
        rise = toll - f.toll[z, i, y]
        if rise != 0:
            f.toll[z, i, y] = toll
            f.toll[z, y, i] = toll
            if ty >= 0:
                f.bill[z, ty, i] += rise
            if ti >= 0:
                f.bill[z, ti, y] += rise


@inlined
def replace(s: State, f: Fits, r: int, t: int, at: int, leaves: int, joins: int) -> None:
    """Give a seat to another; ``place`` and ``seat`` are the caller's. Inlined where it is called: once."""
    for z in range(s.size[r, t]):
        if z != at:
            y = s.member[r, t, z]
            settle(s, f, r, leaves, y, -1)
            settle(s, f, r, joins, y, 1)
    mine, yours = f.bill[r, t, leaves], f.bill[r, t, joins]
    between = f.toll[r, joins, leaves]
    for i in range(f.bill.shape[2]):
        f.bill[r, t, i] += f.toll[r, joins, i] - f.toll[r, leaves, i]
    f.bill[r, t, leaves] = mine + between
    f.bill[r, t, joins] = yours - between
    s.member[r, t, at] = joins
    if not (s.denied.shape[0] and s.denied[leaves, t]):
        f.may[r, t, leaves >> 6] |= _ONE << np.uint64(leaves & 63)
    f.may[r, t, joins >> 6] &= ~(_ONE << np.uint64(joins & 63))
    for x in range(s.value.shape[1]):
        s.held[r, t, s.value[leaves, x]] -= 1
        s.held[r, t, s.value[joins, x]] += 1
    for c in range(s.speaks.shape[1]):
        s.heard[r, t, c] += np.int16(s.speaks[joins, c]) - np.int16(s.speaks[leaves, c])


@inlined
def dearest_toll(s: State) -> int:
    """The most that anybody's toll can be, however often they meet."""
    kinds = dearest = 0
    for i in range(s.meet.shape[0]):
        for j in range(i):
            kinds |= 1 << (int(s.meet[i, j]) >> 5)
    for kind in range(8):
        for m in range(s.place.shape[0] if kinds >> kind & 1 else 0):
            dearest = max(dearest, min(s.up[32 * kind + m], FORBIDDEN))
    return int(dearest)


@borrowing
def exchange(
    s: State,
    f: Fits,
    key: NDArray[np.uint32],
    stage: int,
    first_step: int,
    n_steps: int,
    temperature: float,
    cooling: float,
    room: float,
    target: IntArray,
) -> int:
    """Give ``n_steps`` seats their chances; stop when the best reaches ``target``. Returns the steps done.

    Hard constraints stay as they are, balance too or better; what ``price`` keeps for other moves does not, so
    the state must be recounted before those are made again. One seat in eight looks for two for two, the
    others for swaps and rings (all where tables differ in what they have). Plans stay within ``room``
    encounters and a ``SHARE`` of the best.
    """
    sittings, n_people = s.place.shape
    people, tables = np.uint64(n_people), np.uint64(s.size.shape[1])
    k0, k1, c3 = np.uint64(key[0]), np.uint64(key[1]), np.uint64(key[2])
    c2 = np.uint64(stage)
    pairs_too = s.speaks.shape[1] == 0 and s.denied.shape[0] == 0
    leaves, joins, table, at = f.moved[0], f.moved[1], f.moved[2], f.moved[3]
    dearest = dearest_toll(s)
    for step in range(first_step, first_step + n_steps):
        w0, w1, w2, w3 = philox(np.uint64(step & 0xFFFFFFFF), np.uint64(step >> 32), c2, c3, k0, k1)
        temperature *= cooling
        r = step % sittings
        a = int(np.int64((w0 * people) >> _WORD))
        if not s.free[r, a] or s.block[r, a] >= 0:
            continue
        ta = int(s.place[r, a])
        start = int(np.int64(((w1 & _LANE) * people) >> _HALF_WORD))
        most = int(-temperature * REPEAT_UNIT * math.log(unit(w3)))
        roof = s.best[2] + int(room * REPEAT_UNIT + SHARE * s.best[2])
        most = max(0, min(most, roof - s.total[2]))
        c = d = -1
        if pairs_too and w2 & np.uint64(7) == 0:
            tb = int(np.int64(((w1 >> _HALF_WORD) * tables) >> _HALF_WORD))
            if tb == ta or s.size[r, tb] < 2:
                continue
            b, d, c, change = pair_offer(s, f, r, a, tb, start, most, dearest)
        else:
            b, c, change = ring_offer(s, f, r, a, start, most)
        if b < 0:
            continue
        leaves[0], joins[0] = b, a
        n = 2
        if d >= 0:
            leaves[1], joins[1], leaves[2], joins[2], leaves[3], joins[3] = a, b, d, c, c, d
            n = 4
        elif c >= 0:
            leaves[1], joins[1], leaves[2], joins[2] = c, b, a, c
            n = 3
        else:
            leaves[1], joins[1] = a, b
        for k in range(n):  # seats as they were before anybody moved
            table[k], at[k] = s.place[r, leaves[k]], s.seat[r, leaves[k]]
        for k in range(n):
            replace(s, f, r, table[k], at[k], leaves[k], joins[k])
        for k in range(n):
            s.place[r, joins[k]], s.seat[r, joins[k]] = table[k], at[k]
        for k in range(3 if n == 3 else 2):  # the tables of the last two are the first two again
            fit_table(s, f, r, table[k])
        s.total[2] += change
        if better(s.total, s.best):
            note_best(s)
            if not better(target, s.best):
                return step + 1 - first_step
    return n_steps
