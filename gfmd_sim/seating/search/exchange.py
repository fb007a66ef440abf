"""Exchanges that leave every table's balance as it is: swaps, rings of three, two for two.

Once a plan is balanced, twenty-four of twenty-five swaps would spoil that. So for every seat the
delegates who could take it are kept as a set of bits (he may replace her without her table going
beyond its fair shares), and only exchanges whose every member fits are proposed: two who fit each
other's seats, or three who fit in a ring: the cyclic exchanges of Thompson and Orlin 1989, "The theory
of cyclic transfers", MIT OR 200-89; Ahuja, Orlin, Sharma 2003, Oper. Res. Lett. 31:185. Where a swap does
not fit, a second one between the same tables may make up for it. Here they are annealed.

Few are accepted. So what anybody would pay at any table is kept (``bill``), as in Fiduccia
and Mattheyses 1982, "A linear-time heuristic for improving network partitions": the change that an
exchange brings is a sum of a few of these, and only an accepted one costs work.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numba import njit, types
from numba.extending import intrinsic, overload
from numpy.typing import NDArray

from gfmd_sim.seating.search.arrays import Arrays
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
_FOURS = np.uint64(0x4444444444444444)
_EIGHTS = np.uint64(0x8888888888888888)
FORBIDDEN = 1 << 24
"""Toll of two who may not meet: more than anything is accepted at, and a table of them fits into 32 bits."""
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
    toll: NDArray[
        np.int32
    ]  # (T, n, n) what meeting in that sitting costs, others being as they are
    bill: NDArray[
        np.int32
    ]  # (T, q, n) the tolls of all at the table for one who is or would be there
    mark: Bits  # (n, M) four bits a value: 1 where he holds it
    spare: Bits  # (T, q, M) four bits a value: holders above the fewest, and 4
    lid: Bits  # (T, q, M) four bits a value: 3 less what lies between fewest and most


def lowest_bit(word: int) -> int:
    """Number of the lowest bit that is set; the word must not be 0."""
    return (int(word) & -int(word)).bit_length() - 1


@intrinsic
def _lowest_bit(typingctx: Any, word: Any) -> Any:
    """:func:`lowest_bit` as the processor has it."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.cttz(args[0], context.get_constant(types.boolean, True))

    return types.int64(types.uint64), codegen


_by_processor: Any = _lowest_bit


@overload(lowest_bit, strict=False)
def _choose_lowest_bit(word: Any) -> Callable[..., Any]:
    return lambda word: _by_processor(word)


def new_fits(a: Arrays) -> Fits:
    """Room for the sets of one problem; :func:`fit_all` fills them."""
    sittings, n = a.present.shape
    q, n_values = a.size.shape[1], a.low.shape[2]
    n_attributes, words = a.value.shape[1], -(-n // 64)
    holders = np.zeros((n_values + 1, words), dtype=np.uint64)
    for i in range(n):
        for v in a.value[i]:
            holders[v, i >> 6] |= np.uint64(1 << (i & 63))
    mark = np.zeros((n, -(-n_values // 16)), dtype=np.uint64)
    for i in range(n):
        for v in a.value[i][a.value[i] < n_values].tolist():
            mark[i, v >> 4] += np.uint64(1 << 4 * (v & 15))
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
        toll=np.zeros((sittings, n, n), dtype=np.int32),
        bill=np.zeros((sittings, q, n), dtype=np.int32),
        mark=mark,
        spare=np.zeros((sittings, q, mark.shape[1]), dtype=np.uint64),
        lid=np.zeros((sittings, q, mark.shape[1]), dtype=np.uint64),
    )


@njit(cache=True)
def room_for_pairs(s: State, f: Fits, r: int, t: int) -> None:
    """Fill ``spare`` and ``lid`` of a table; where it is far out of balance no pair fits."""
    for m in range(f.mark.shape[1]):
        f.spare[r, t, m] = _FOURS
        f.lid[r, t, m] = _NONE
    for v in range(f.low.shape[2]):
        m, shift = v >> 4, np.uint64(4 * (v & 15))
        wide = int(f.high[r, t, v] - f.low[r, t, v])
        # Spare 4 with a lid of 8: whatever changes, some bit tells that it does not fit.
        above = int(s.held[r, t, v] - f.low[r, t, v]) if wide < 4 else 0
        f.spare[r, t, m] |= np.uint64(above) << shift
        f.lid[r, t, m] |= np.uint64(3 - wide if wide < 4 else 8) << shift


@njit(cache=True)
def fit_all(s: State, f: Fits) -> None:
    """Fill sets, tolls and bills for the state's plan. Where a table is out of balance it may stay so."""
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
    for r in range(sittings):
        for i in range(n):
            for j in range(n):
                others = s.meet[i, j] - (
                    i != j and s.place[r, i] >= 0 and s.place[r, i] == s.place[r, j]
                )
                f.toll[r, i, j] = min(s.up[others], FORBIDDEN)
        for t in range(s.size.shape[1]):
            for i in range(n):
                bill = 0
                for z in range(s.size[r, t]):
                    if s.member[r, t, z] != i:
                        bill += f.toll[r, i, s.member[r, t, z]]
                f.bill[r, t, i] = bill


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
    room_for_pairs(s, f, r, t)


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


@njit(cache=True, inline="always")
def replace(s: State, f: Fits, r: int, t: int, at: int, leaves: int, joins: int) -> None:
    """Give a seat to another; ``place`` and ``seat`` are the caller's."""
    for z in range(s.size[r, t]):
        if z != at:
            y = s.member[r, t, z]
            settle(s, f, r, leaves, y, -1)
            settle(s, f, r, joins, y, 1)
    before, after = f.toll[r, leaves], f.toll[r, joins]
    bill = f.bill[r, t]
    mine, yours = bill[leaves], bill[joins]
    between = after[leaves]
    for i in range(bill.shape[0]):
        bill[i] += after[i] - before[i]
    bill[leaves] = mine + between
    bill[joins] = yours - between
    s.member[r, t, at] = joins
    if not (s.denied.shape[0] and s.denied[leaves, t]):
        f.may[r, t, leaves >> 6] |= _ONE << np.uint64(leaves & 63)
    f.may[r, t, joins >> 6] &= ~(_ONE << np.uint64(joins & 63))
    for x in range(s.value.shape[1]):
        s.held[r, t, s.value[leaves, x]] -= 1
        s.held[r, t, s.value[joins, x]] += 1
    for c in range(s.speaks.shape[1]):
        s.heard[r, t, c] += np.int16(s.speaks[joins, c]) - np.int16(s.speaks[leaves, c])


@njit(cache=True, inline="always")
def trade(s: State, f: Fits, r: int, a: int, b: int) -> None:
    """Two change places."""
    ta, at = int(s.place[r, a]), int(s.seat[r, a])
    tb, bt = int(s.place[r, b]), int(s.seat[r, b])
    replace(s, f, r, tb, bt, b, a)
    replace(s, f, r, ta, at, a, b)
    s.place[r, a], s.seat[r, a] = tb, bt
    s.place[r, b], s.seat[r, b] = ta, at


@njit(cache=True, inline="always")
def pair_fits(s: State, f: Fits, r: int, a: int, c: int, b: int, d: int) -> bool:
    """Whether the tables of ``a`` and ``b`` stay in balance if ``a`` and ``c`` change places with ``b`` and ``d``."""
    ta, tb = s.place[r, a], s.place[r, b]
    for m in range(f.mark.shape[1]):
        more = f.mark[b, m] + f.mark[d, m] - f.mark[a, m] - f.mark[c, m]
        one, other = f.spare[r, ta, m] + more, f.spare[r, tb, m] - more
        if one & other & _FOURS != _FOURS:
            return False
        if (one + f.lid[r, ta, m] | other + f.lid[r, tb, m]) & _EIGHTS:
            return False
    return True


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
    the state must be recounted before those are made again. Half of the proposals are swaps, a quarter
    rings, a quarter two for two (rings too where tables differ in what they have).
    """
    sittings, n = s.place.shape
    people = np.uint64(n)
    k0, k1, c3 = np.uint64(key[0]), np.uint64(key[1]), np.uint64(key[2])
    c2 = np.uint64(stage)
    pairs_too = s.speaks.shape[1] == 0 and s.denied.shape[0] == 0
    for step in range(first_step, first_step + n_steps):
        w0, w1, w2, w3 = philox(np.uint64(step & 0xFFFFFFFF), np.uint64(step >> 32), c2, c3, k0, k1)
        temperature *= cooling
        r = step % sittings
        a = int(np.int64((w0 * people) >> _WORD))
        if not s.free[r, a] or s.block[r, a] >= 0:
            continue
        ta = int(s.place[r, a])
        start = int(np.int64(((w1 & _LANE) * people) >> _HALF_WORD))
        kind = int(w2 & np.uint64(3))
        b = c = d = -1
        bill, toll = f.bill[r], f.toll[r]
        if kind == 3 and pairs_too:
            b = start
            tb = int(s.place[r, b])
            if not s.free[r, b] or s.block[r, b] >= 0 or tb == ta:
                continue
            if (f.takers[r, a, b >> 6] & f.seats[r, a, b >> 6]) >> np.uint64(b & 63) & _ONE:
                continue
            c = int(s.member[r, ta, int(w2 >> _HALF_WORD) % int(s.size[r, ta])])
            if c == a or not s.free[r, c] or s.block[r, c] >= 0:
                continue
            at = int(w1 >> _HALF_WORD) % int(s.size[r, tb])
            for _ in range(s.size[r, tb]):
                at = at + 1 if at + 1 < s.size[r, tb] else 0
                z = int(s.member[r, tb, at])
                if z != b and s.free[r, z] and s.block[r, z] < 0 and pair_fits(s, f, r, a, c, b, z):
                    d = z
                    break
            if d < 0:
                continue
            change = int(bill[ta, b]) + bill[ta, d] + bill[tb, a] + bill[tb, c]
            change -= int(bill[ta, a]) + bill[ta, c] + bill[tb, b] + bill[tb, d]
            change += 2 * (int(toll[a, c]) + toll[b, d])
            change -= 2 * (int(toll[a, b]) + toll[b, c] + toll[a, d] + toll[c, d])
        elif kind & 1:
            # a takes b's seat, b takes c's, c takes a's.
            b = pick(f.seats[r, a], f.seats[r, a], start)
            if b < 0:
                continue
            start = int(np.int64(((w1 >> _HALF_WORD) * people) >> _HALF_WORD))
            c = pick(f.seats[r, b], f.takers[r, a], start)
            if c < 0:
                continue
            tb, tc = int(s.place[r, b]), int(s.place[r, c])
            change = (
                int(bill[tb, a])
                - bill[tb, b]
                + bill[tc, b]
                - bill[tc, c]
                + bill[ta, c]
                - bill[ta, a]
            )
            change -= int(toll[a, b]) + toll[b, c] + toll[c, a]
        else:
            b = pick(f.takers[r, a], f.seats[r, a], start)
            if b < 0:
                continue
            tb = int(s.place[r, b])
            change = (
                int(bill[tb, a]) - bill[tb, b] + bill[ta, b] - bill[ta, a] - 2 * int(toll[a, b])
            )
        if change > 0:
            heat = temperature * REPEAT_UNIT
            if change > HOPELESS * heat or change > -heat * math.log(unit(w3)):
                continue
        if d >= 0:
            trade(s, f, r, a, b)
            trade(s, f, r, c, d)
        elif c >= 0:
            at, bt = int(s.seat[r, a]), int(s.seat[r, b])
            tc, ct = int(s.place[r, c]), int(s.seat[r, c])
            replace(s, f, r, tb, bt, b, a)
            s.place[r, a], s.seat[r, a] = tb, bt
            replace(s, f, r, tc, ct, c, b)
            s.place[r, b], s.seat[r, b] = tc, ct
            replace(s, f, r, ta, at, a, c)
            s.place[r, c], s.seat[r, c] = ta, at
            fit_table(s, f, r, tc)
        else:
            trade(s, f, r, a, b)
        fit_table(s, f, r, ta)
        fit_table(s, f, r, tb)
        s.total[2] += change
        if better(s.total, s.best):
            note_best(s)
            if not better(target, s.best):
                return step + 1 - first_step
    return n_steps
