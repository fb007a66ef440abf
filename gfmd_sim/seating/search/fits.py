"""Who fits whose seat without a table going beyond its fair shares, and what he would pay there.

Once a plan is balanced, twenty-four of twenty-five swaps would spoil that. So for every seat the
delegates who could take it are kept as a set of bits, and what anybody would pay at any table
(``bill``) as in Fiduccia and Mattheyses 1982, "A linear-time heuristic for improving network
partitions". :mod:`offers` looks for exchanges among them, :mod:`exchange` makes them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numba import types
from numba.extending import intrinsic, overload
from numpy.typing import NDArray

from gfmd_sim.compiled import compiled, inlined, inner
from gfmd_sim.seating.search.arrays import Arrays
from gfmd_sim.seating.search.problem import IntArray
from gfmd_sim.seating.search.state import State, muffled

Bits = NDArray[np.uint64]
_NONE = np.uint64(0)
_ONE = np.uint64(1)
_FOURS = np.uint64(0x4444444444444444)
_EIGHTS = np.uint64(0x8888888888888888)
FORBIDDEN = 1 << 24
"""Toll of two who may not meet: more than anything is accepted at, and a table of them fits into 32 bits."""


class Fits(NamedTuple):
    """Who could sit where. T sittings, n delegates, q tables, V values, A attributes, W words."""

    low: NDArray[np.int16]  # (T, q, V) fewest holders that cost no more than now
    high: NDArray[np.int16]  # (T, q, V) most
    holders: Bits  # (V + 1, W) who has the value; last those for whom one is not known
    first: IntArray  # (A + 1,) first value of each attribute
    may: Bits  # (T, q, W) those movable, not at the table, whom nothing forbids to sit there
    takers: Bits  # (T, n, W) who could take his seat
    seats: Bits  # (T, n, W) whose seat he could take
    moved: IntArray  # (4, 4) scratch: who leaves a seat, who joins, its table, its place there
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
        moved=np.zeros((4, 4), dtype=np.int64),
        welcome=np.zeros((n_attributes, words), dtype=np.uint64),
        toll=np.zeros((sittings, n, n), dtype=np.int32),
        bill=np.zeros((sittings, q, n), dtype=np.int32),
        mark=mark,
        spare=np.zeros((sittings, q, mark.shape[1]), dtype=np.uint64),
        lid=np.zeros((sittings, q, mark.shape[1]), dtype=np.uint64),
    )


@inner
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


@compiled
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


@inner
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


@inlined
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
