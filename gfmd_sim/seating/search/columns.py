"""Every table that can be made of the units of a few tables, and what each would cost.

A unit is a single delegate or a group kept together. The tables that units can make are the columns of
a set partitioning problem (:mod:`cover`). Holders of values are counted in lanes of eight bits, eight values a word,
so that one addition says whether a table is in balance.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.compiled import inlined, inner
from gfmd_sim.seating.search.fits import lowest_bit
from gfmd_sim.seating.search.problem import IntArray
from gfmd_sim.seating.search.state import HARD_UNIT, REPEAT_UNIT, State

MOST_UNITS = 63
"""Units are bits of a word."""
MOST_TABLES = 24
MOST_COLUMNS = 6000
WORTH = 32 * REPEAT_UNIT // 1000
"""What a thousandth of a seat out of balance costs: 32 encounters a seat, so that balance comes first."""

_ONE = np.uint64(1)
_TOP = np.uint64(0x8080808080808080)
Words = NDArray[np.uint64]


class Deal(NamedTuple):
    """Units of the tables that deal anew, and the tables they can make. U units, S sorts of table.

    Tables are of one sort where it does not matter which of them people sit at. Costs are packed
    encounters, with excess at ``WORTH``; what a unit costs at any table is taken off.
    """

    who: IntArray  # (U, longest) delegates
    length: IntArray  # (U,)
    home: IntArray  # (U,) which of the tables it sits at
    lanes: Words  # (U, W) holders of each value
    due: IntArray  # (U,) cost at any table
    between: IntArray  # (U, U) cost of two units at one table
    sort: IntArray  # (tables,)
    left: IntArray  # (S,) tables of each sort
    room: IntArray  # (S,) seats that are free to take
    base: Words  # (S, W) holders among those who may not be moved
    toll: IntArray  # (S, U) cost with them
    rank: IntArray  # (S,)
    mask: Words  # (columns,) units as bits
    cost: IntArray  # (columns,)
    kind: IntArray  # (columns,) sort of table


def new_deal(s: State) -> Deal:
    """Room for any deal of a state."""
    words = max(1, (s.unit.shape[0] + 6) // 8)
    u, t, c = MOST_UNITS, MOST_TABLES, MOST_COLUMNS

    def whole(*shape: int) -> IntArray:
        return np.zeros(shape, dtype=np.int64)

    def bits(*shape: int) -> Words:
        return np.zeros(shape, dtype=np.uint64)

    return Deal(
        who=whole(u, s.member.shape[2]),
        length=whole(u),
        home=whole(u),
        lanes=bits(u, words),
        due=whole(u),
        between=whole(u, u),
        sort=whole(t),
        left=whole(t),
        room=whole(t),
        base=bits(t, words),
        toll=whole(t, u),
        rank=whole(t),
        mask=bits(c),
        cost=whole(c),
        kind=whole(c),
    )


@inlined
def add_holder(s: State, lanes: Words, i: int) -> None:
    """Count the values of one delegate more."""
    for v in s.value[i]:
        if v < s.unit.shape[0] - 1:
            lanes[v >> 3] += _ONE << np.uint64(8 * (v & 7))


@inner
def pick_up(s: State, d: Deal, r: int, tables: IntArray, owed: IntArray, order: IntArray) -> int:
    """Fill the units and sorts of ``tables``; the number of units, -1 if they are too many.

    ``order`` is a random order of all delegates: units are numbered by it.
    """
    k, found, n_sorts = len(tables), 0, 0
    d.lanes[:] = 0
    d.length[:] = 0
    d.left[:] = 0
    d.base[:] = 0
    d.toll[:] = 0
    at = np.full(s.place.shape[1], -1, dtype=np.int64)
    for z in range(k):
        t = tables[z]
        stuck, c = 0, -1
        for x in range(s.size[r, t]):
            i = s.member[r, t, x]
            at[i] = z
            stuck += not s.free[r, i]
        for y in range(z):
            o = tables[y]
            whole = stuck == 0 and d.room[d.sort[y]] == s.size[r, o]
            if whole and s.size[r, o] == s.size[r, t] and s.rank[r, o] == s.rank[r, t]:
                c = d.sort[y]
        if c < 0:
            c = n_sorts
            n_sorts += 1
            d.room[c] = s.size[r, t] - stuck
            d.rank[c] = s.rank[r, t]
        d.sort[z] = c
        d.left[c] += 1
    for i in order:
        z = at[i]
        if z < 0:
            continue
        if not s.free[r, i]:
            add_holder(s, d.base[d.sort[z]], i)
            continue
        b, u = s.block[r, i], -1
        if b >= 0:
            for w in range(found):
                if s.block[r, d.who[w, 0]] == b:
                    u = w
        if u < 0:
            if found == MOST_UNITS:
                return -1
            u = found
            found += 1
            d.home[u] = z
            d.due[u] = owed[b] * WORTH if b >= 0 else 0
        d.who[u, d.length[u]] = i
        d.length[u] += 1
        add_holder(s, d.lanes[u], i)
    price_units(s, d, r, tables, found)
    return found


@inner
def price_units(s: State, d: Deal, r: int, tables: IntArray, n_units: int) -> None:
    """Fill what units cost with each other, and with those who may not be moved."""
    for u in range(n_units):
        for w in range(u):
            packed = 0
            same = d.home[u] == d.home[w]
            for x in range(d.length[u]):
                i = d.who[u, x]
                for y in range(d.length[w]):
                    packed += s.up[s.meet[i, d.who[w, y]] - np.uint8(same)]
            d.between[u, w] = packed
            d.between[w, u] = packed
        for z in range(len(tables)):
            if d.room[d.sort[z]] == s.size[r, tables[z]]:
                continue
            for x in range(s.size[r, tables[z]]):
                j = s.member[r, tables[z], x]
                if not s.free[r, j]:
                    for y in range(d.length[u]):
                        same = d.home[u] == z
                        d.toll[d.sort[z], u] += s.up[s.meet[d.who[u, y], j] - np.uint8(same)]


@inlined
def excess_of(s: State, rank: int, m: int, held: Any, beyond: Any) -> int:
    """Excess in thousandths of word ``m`` of lanes; ``beyond`` has the top bits of those beyond their share."""
    total = 0
    while beyond:
        lane = lowest_bit(beyond) - 7
        v = 8 * m + (lane >> 3)
        h = np.int64(held >> np.uint64(lane) & np.uint64(255))
        total += s.unit[v] * max(h - s.high[rank, v], s.low[rank, v] - h)
        beyond &= beyond - _ONE
    return int(total)


@inner
def list_columns(s: State, d: Deal, n_units: int, budget: int, most: int) -> tuple[int, int]:
    """Fill ``mask``, ``cost`` and ``kind`` with every table that costs at most ``budget``.

    Returns their number, -1 if more than there is room for or than ``most`` steps find; and the steps.
    """
    n_words, longest = d.lanes.shape[1], d.who.shape[1] + 1
    chosen = np.zeros(longest, dtype=np.int64)
    open_ = np.zeros(longest, dtype=np.uint64)
    taken = np.zeros(longest, dtype=np.uint64)
    held = np.zeros((longest, n_words), dtype=np.uint64)
    seats = np.zeros(longest, dtype=np.int64)
    spent = np.zeros(longest, dtype=np.int64)
    above = np.zeros(n_words, dtype=np.uint64)
    below = np.zeros(n_words, dtype=np.uint64)
    fits = np.zeros(longest, dtype=np.uint64)
    goes = np.zeros(n_units, dtype=np.uint64)
    for u in range(n_units):
        for z in range(d.length[u], longest):
            fits[z] |= _ONE << np.uint64(u)
        for w in range(u + 1, n_units):
            if d.between[u, w] < HARD_UNIT and d.between[u, w] <= budget:
                goes[u] |= _ONE << np.uint64(w)
    found = steps = 0
    for c in range(len(d.left)):
        if d.left[c] == 0:
            break
        above[:] = 0
        below[:] = _TOP
        for v in range(s.unit.shape[0] - 1):
            lane = np.uint64(8 * (v & 7))
            above[v >> 3] += np.uint64(127 - s.high[d.rank[c], v]) << lane
            below[v >> 3] -= np.uint64(s.low[d.rank[c], v]) << lane
        at = 0
        for m in range(n_words):
            held[0, m] = d.base[c, m]
        seats[0] = d.room[c]
        open_[0] = fits[seats[0]]
        while at >= 0:
            if open_[at] == 0:
                at -= 1
                continue
            lowest = open_[at] & (~open_[at] + _ONE)
            open_[at] ^= lowest
            u = int(lowest_bit(lowest))
            steps += 1
            if steps > most:
                return -1, steps
            cost = spent[at] + d.toll[c, u] - d.due[u]
            for y in range(at):
                cost += d.between[chosen[y], u]
            left = seats[at] - d.length[u]
            excess = 0
            for m in range(n_words):
                word = held[at, m] + d.lanes[u, m]
                held[at + 1, m] = word
                beyond = (word + above[m]) & _TOP
                if left == 0:  # before it is full a table is short of much
                    beyond |= ~(word + below[m]) & _TOP
                excess += excess_of(s, d.rank[c], m, word, beyond)
            if left == 0:
                cost += WORTH * excess
                if cost <= budget:
                    if found == MOST_COLUMNS:
                        return -1, steps
                    d.mask[found] = taken[at] | lowest
                    d.cost[found] = cost
                    d.kind[found] = c
                    found += 1
                continue
            if cost + WORTH * excess > budget:
                continue
            open_[at + 1] = open_[at] & goes[u] & fits[left]
            if open_[at + 1] == 0:
                continue
            taken[at + 1] = taken[at] | lowest
            spent[at + 1] = cost
            seats[at + 1] = left
            chosen[at] = u
            at += 1
    return found, steps
