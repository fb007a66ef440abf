"""Exchanges that leave every table's balance as it is: swaps and rings of three.

Once a plan is balanced, twenty-four of twenty-five swaps would spoil that. So for every seat the
delegates who could take it are kept as a set of bits (he may replace her without her table going
beyond its fair shares), and only exchanges whose every member fits are proposed: two who fit each
other's seats, or three who fit in a ring. The change of encounters is the sum over the seats, since
they are at different tables: the cyclic exchanges of Thompson and Orlin 1989, "The theory of cyclic
transfers", MIT OR 200-89; Ahuja, Orlin, Sharma 2003, Oper. Res. Lett. 31:185. Here they are annealed.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numba import njit, types
from numba.extending import intrinsic
from numpy.typing import NDArray

from gfmd_sim.seating.search.arrays import Arrays
from gfmd_sim.seating.search.moves import count_meetings
from gfmd_sim.seating.search.problem import IntArray
from gfmd_sim.seating.search.state import REPEAT_UNIT, State, better, muffled, note_best
from gfmd_sim.streams import philox, unit

Bits = NDArray[np.uint64]
_NONE = np.uint64(0)
_ONE = np.uint64(1)
_ALL = ~np.uint64(0)
_LANE = np.uint64(65535)
_HALF_WORD = np.uint64(16)
_WORD = np.uint64(32)
HOPELESS = 16.0
"""A rise of so many temperatures is refused without drawing lots (one in nine million)."""


class Fits(NamedTuple):
    """Who could sit where. T sittings, n delegates, q tables, V values, A attributes, W words."""

    low: NDArray[np.int16]  # (T, q, V) fewest holders that cost no more than now
    high: NDArray[np.int16]  # (T, q, V) most
    holders: Bits  # (V + 1, W) who has the value; last those for whom one is not known
    first: IntArray  # (A + 1,) first value of each attribute
    may: Bits  # (T, q, W) those movable, not at the table, whom nothing forbids to sit there
    takers: Bits  # (T, n, W) who could take his seat
    seats: Bits  # (T, n, W) whose seat he could take
    welcome: Bits  # (A, W) scratch: whose value the table could have once more


@intrinsic
def _lowest_bit(typingctx: Any, word: Any) -> Any:
    """Number of the lowest bit that is set; the word must not be 0."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.cttz(args[0], context.get_constant(types.boolean, True))

    return types.int64(types.uint64), codegen


lowest_bit: Any = _lowest_bit


def new_fits(a: Arrays) -> Fits:
    """Room for the sets of one problem; :func:`fit_all` fills them."""
    sittings, n = a.present.shape
    q, n_values = a.size.shape[1], a.low.shape[2]
    n_attributes, words = a.value.shape[1], -(-n // 64)
    holders = np.zeros((n_values + 1, words), dtype=np.uint64)
    for i in range(n):
        for v in a.value[i]:
            holders[v, i >> 6] |= np.uint64(1 << (i & 63))
    first = np.zeros(n_attributes + 1, dtype=np.int64)
    for x in range(n_attributes):
        known = a.value[:, x][a.value[:, x] < n_values]
        first[x + 1] = known.max() + 1 if len(known) else first[x]
    return Fits(
        low=np.zeros((sittings, q, n_values), dtype=np.int16),
        high=np.zeros((sittings, q, n_values), dtype=np.int16),
        holders=holders,
        first=first,
        may=np.zeros((sittings, q, words), dtype=np.uint64),
        takers=np.zeros((sittings, n, words), dtype=np.uint64),
        seats=np.zeros((sittings, n, words), dtype=np.uint64),
        welcome=np.zeros((n_attributes, words), dtype=np.uint64),
    )


@njit(cache=True)
def fit_all(s: State, f: Fits) -> None:
    """Fill the sets for the state's plan. Where a table is out of balance it may stay so."""
    sittings, n = s.place.shape
    f.takers[:] = _NONE
    f.seats[:] = _NONE
    f.may[:] = _NONE
    for r in range(sittings):
        for t in range(s.size.shape[1]):
            k = s.rank[r, t]
            for v in range(f.low.shape[2]):
                c = s.held[r, t, v]
                f.low[r, t, v] = min(s.low[k, v], c)
                f.high[r, t, v] = max(s.high[k, v], c)
            for i in range(n):
                # Groups kept together move as one, which is not for exchanges of single seats.
                forbidden = s.denied.shape[0] > 0 and s.denied[i, t]
                if s.free[r, i] and s.block[r, i] < 0 and s.place[r, i] != t and not forbidden:
                    f.may[r, t, i >> 6] |= _ONE << np.uint64(i & 63)
            fit_table(s, f, r, t)


@njit(cache=True)
def fit_table(s: State, f: Fits, r: int, t: int) -> None:
    """Bring up to date who could take the seats of one table.

    Where it was out of balance and is less so now, it may not fall back.
    """
    n_words, n_attributes, n_values = f.may.shape[2], f.welcome.shape[0], f.low.shape[2]
    k = s.rank[r, t]
    for v in range(n_values):
        c = s.held[r, t, v]
        low, high = min(s.low[k, v], c), max(s.high[k, v], c)
        if low > f.low[r, t, v]:
            s.total[1] -= s.unit[v] * (low - f.low[r, t, v])
            f.low[r, t, v] = low
        if high < f.high[r, t, v]:
            s.total[1] -= s.unit[v] * (f.high[r, t, v] - high)
            f.high[r, t, v] = high
    for w in range(n_words):
        for x in range(n_attributes):
            word = f.holders[n_values, w]
            for v in range(f.first[x], f.first[x + 1]):
                if s.held[r, t, v] < f.high[r, t, v]:
                    word |= f.holders[v, w]
            f.welcome[x, w] = word
    for z in range(s.size[r, t]):
        i = s.member[r, t, z]
        if not s.free[r, i] or s.block[r, i] >= 0:
            continue
        mine, bit = i >> 6, _ONE << np.uint64(i & 63)
        for w in range(n_words):
            word = f.may[r, t, w]
            for x in range(n_attributes):
                v = s.value[i, x]
                if v < n_values and s.held[r, t, v] <= f.low[r, t, v]:
                    word &= f.holders[v, w]
                else:
                    word &= f.welcome[x, w] | f.holders[v, w]
            if s.speaks.shape[1]:
                heard = word
                while heard:
                    j = 64 * w + int(lowest_bit(heard))
                    if muffled(s, r, t, i, j) > 0:
                        word ^= _ONE << np.uint64(j & 63)
                    heard &= heard - _ONE
            changed = f.takers[r, i, w] ^ word
            f.takers[r, i, w] = word
            while changed:
                j = 64 * w + int(lowest_bit(changed))
                f.seats[r, j, mine] ^= bit
                changed &= changed - _ONE


@njit(cache=True, inline="always")
def pick(one: Bits, other: Bits, start: int) -> int:
    """The first in both sets from ``start`` on, going round; -1 if there is none."""
    n_words = one.shape[0]
    w = start >> 6
    word = one[w] & other[w]
    later = word & (_ALL << np.uint64(start & 63))
    if later:
        return 64 * w + int(lowest_bit(later))
    for _ in range(n_words - 1):
        w += 1
        if w == n_words:
            w = 0
        there = one[w] & other[w]
        if there:
            return 64 * w + int(lowest_bit(there))
    if word:
        return 64 * (start >> 6) + int(lowest_bit(word))
    return -1


@njit(cache=True, inline="always")
def replacing_change(s: State, r: int, leaves: int, joins: int) -> int:
    """Packed change of the pairs' cost at a table where one takes another's seat."""
    t = s.place[r, leaves]
    change: int = 0
    for z in range(s.size[r, t]):
        y = s.member[r, t, z]
        if y != leaves:
            change += s.down[s.meet[leaves, y]] + s.up[s.meet[joins, y]]
    return change


@njit(cache=True, inline="always")
def replace(s: State, f: Fits, r: int, t: int, at: int, leaves: int, joins: int) -> None:
    """Give a seat to another; ``place`` and ``seat`` are the caller's."""
    count_meetings(s, r, t, at, leaves, joins)
    s.member[r, t, at] = joins
    if not (s.denied.shape[0] and s.denied[leaves, t]):
        f.may[r, t, leaves >> 6] |= _ONE << np.uint64(leaves & 63)
    f.may[r, t, joins >> 6] &= ~(_ONE << np.uint64(joins & 63))
    for x in range(s.value.shape[1]):
        s.held[r, t, s.value[leaves, x]] -= 1
        s.held[r, t, s.value[joins, x]] += 1
    for c in range(s.speaks.shape[1]):
        s.heard[r, t, c] += np.int16(s.speaks[joins, c]) - np.int16(s.speaks[leaves, c])


@njit(cache=True)
def exchange(
    s: State,
    f: Fits,
    key: NDArray[np.uint32],
    stage: int,
    first_step: int,
    n_steps: int,
    temperature: float,
    cooling: float,
    target: IntArray,
) -> int:
    """Propose ``n_steps`` exchanges; stop when the best reaches ``target``. Returns the steps done.

    Hard constraints stay as they are, balance too or better; what ``price`` keeps for other moves does not, so
    the state must be recounted before those are made again. Half of the proposals are rings.
    """
    sittings, n = s.place.shape
    people = np.uint64(n)
    k0, k1, c3 = np.uint64(key[0]), np.uint64(key[1]), np.uint64(key[2])
    c2 = np.uint64(stage)
    for step in range(first_step, first_step + n_steps):
        w0, w1, w2, w3 = philox(np.uint64(step & 0xFFFFFFFF), np.uint64(step >> 32), c2, c3, k0, k1)
        temperature *= cooling
        r = step % sittings
        a = int(np.int64((w0 * people) >> _WORD))
        if not s.free[r, a] or s.block[r, a] >= 0:
            continue
        start = int(np.int64(((w1 & _LANE) * people) >> _HALF_WORD))
        ring = (w2 & _ONE) == _ONE
        c = -1
        if ring:
            # a takes b's seat, b takes c's, c takes a's.
            b = pick(f.seats[r, a], f.seats[r, a], start)
            if b < 0:
                continue
            start = int(np.int64(((w1 >> _HALF_WORD) * people) >> _HALF_WORD))
            c = pick(f.seats[r, b], f.takers[r, a], start)
            if c < 0:
                continue
            change = replacing_change(s, r, b, a) + replacing_change(s, r, c, b)
            change += replacing_change(s, r, a, c)
        else:
            b = pick(f.takers[r, a], f.seats[r, a], start)
            if b < 0:
                continue
            change = replacing_change(s, r, a, b) + replacing_change(s, r, b, a)
        if change > 0:
            heat = temperature * REPEAT_UNIT
            if change > HOPELESS * heat or change > -heat * math.log(unit(w3)):
                continue
        ta, at = int(s.place[r, a]), int(s.seat[r, a])
        tb, bt = int(s.place[r, b]), int(s.seat[r, b])
        replace(s, f, r, tb, bt, b, a)
        s.place[r, a], s.seat[r, a] = tb, bt
        if ring:
            tc, ct = int(s.place[r, c]), int(s.seat[r, c])
            replace(s, f, r, tc, ct, c, b)
            s.place[r, b], s.seat[r, b] = tc, ct
            replace(s, f, r, ta, at, a, c)
            s.place[r, c], s.seat[r, c] = ta, at
            fit_table(s, f, r, tc)
        else:
            replace(s, f, r, ta, at, a, b)
            s.place[r, b], s.seat[r, b] = ta, at
        fit_table(s, f, r, ta)
        fit_table(s, f, r, tb)
        s.total[2] += change
        if better(s.total, s.best):
            note_best(s)
            if not better(target, s.best):
                return step + 1 - first_step
    return n_steps
