"""Two tables deal their people anew: mends the last seats out of balance where groups move whole.

Swaps of single seats, or of one group with as many others, no longer help then: what a table has
too much of sits in a group that fits nowhere else unless others move too. So every exchange of a few
units (a single delegate or a group) between a table in trouble and another is looked at, and the
best is made unless it costs more than chance allows. Equally good ones carry the trouble to tables
where it can be mended.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.compiled import borrowing, inner
from gfmd_sim.seating.search.moves import apply_swap, hard_change, unpack
from gfmd_sim.seating.search.problem import IntArray
from gfmd_sim.seating.search.state import REPEAT_UNIT, State, better, note_best
from gfmd_sim.streams import philox, unit

MOST_SEATS = 16
"""Larger tables have too many exchanges to look through."""
MOST_UNITS = 4
"""Units a table gives at most."""
MOST_SETS = 3000
"""Sets of units of one table at most."""
FEW = 8
"""Encounters lost beyond the target that can wait until balance is reached."""
HEAT = 1.0
"""Mean of what an exchange may cost, in encounters."""
FIRM = 4.0
"""Encounters that a seat out of balance is worth."""


class Sets(NamedTuple):
    """Scratch of :func:`redeal`: the sets of units that either of two tables could give, and more."""

    seats: IntArray  # (2, MOST_SETS) the seats of each set as bits
    width: IntArray  # (2, MOST_SETS) how many they are
    gone: NDArray[np.int16]  # (2, MOST_SETS, V + 1) their holders of each value
    units: IntArray  # (MOST_SETS,) how many units each set has
    number: IntArray  # (MOST_SEATS,) unit of each seat
    off: IntArray  # (T * q, 2) sitting and table of those in trouble
    quiet: IntArray  # (V + 1,) excess of the two tables by value


def new_sets(s: State) -> Sets:
    """Scratch for one problem."""
    sittings, q = s.size.shape
    n_values = s.low.shape[1]
    return Sets(
        seats=np.zeros((2, MOST_SETS), dtype=np.int64),
        width=np.zeros((2, MOST_SETS), dtype=np.int64),
        gone=np.zeros((2, MOST_SETS, n_values), dtype=np.int16),
        units=np.zeros(MOST_SETS, dtype=np.int64),
        number=np.zeros(MOST_SEATS, dtype=np.int64),
        off=np.zeros((sittings * q, 2), dtype=np.int64),
        quiet=np.zeros(n_values, dtype=np.int64),
    )


@inner
def off_balance(s: State, r: int, t: int) -> int:
    """Excess of a table, in thousandths."""
    k, total = s.rank[r, t], 0
    for v in range(s.unit.shape[0]):
        c = s.held[r, t, v]
        total += s.unit[v] * max(0, s.low[k, v] - c, c - s.high[k, v])
    return int(total)


@inner
def spare_excess(s: State, r: int, t: int, owed: IntArray) -> int:
    """Excess of a table beyond what the groups there cost at any table (``owed``, shape (T, B))."""
    excess = off_balance(s, r, t)
    for x in range(s.size[r, t]):
        b = s.block[r, s.member[r, t, x]]
        if excess > 0 and b >= 0:
            is_first = True
            for y in range(x):
                is_first = is_first and s.block[r, s.member[r, t, y]] != b
            excess -= owed[r, b] if is_first else 0
    return excess


@inner
def meets_again(s: State, r: int, t: int) -> bool:
    """Whether two at a table meet elsewhere too, or may not meet."""
    for x in range(s.size[r, t]):
        for y in range(x):
            if s.down[s.meet[s.member[r, t, x], s.member[r, t, y]]] < 0:
                return True
    return False


@inner
def units_of(s: State, r: int, t: int, number: NDArray[np.int64]) -> int:
    """Number the movable units of a table: ``number[x]`` of the seat x, -1 where it may not be moved."""
    found = 0
    for x in range(s.size[r, t]):
        i = s.member[r, t, x]
        number[x] = -1
        if not s.free[r, i]:
            continue
        b = s.block[r, i]
        if b >= 0:
            for y in range(x):
                if s.block[r, s.member[r, t, y]] == b:
                    number[x] = number[y]
        if number[x] < 0:
            number[x] = found
            found += 1
    return found


@inner
def choices(s: State, r: int, t: int, sets: Sets, side: int) -> int:
    """Every set of up to ``MOST_UNITS`` units of a table, none included: their number. Side 0 or 1 of ``sets``."""
    seats, gone, width = sets.seats[side], sets.gone[side], sets.width[side]
    number, units = sets.number, sets.units
    n_units = units_of(s, r, t, number)
    found = 1
    seats[0] = 0
    width[0] = 0
    gone[0] = 0
    units[0] = 0
    for u in range(n_units):
        mask, length = 0, 0
        for x in range(s.size[r, t]):
            if number[x] == u:
                mask |= 1 << x
                length += 1
        for k in range(found):
            if units[k] == MOST_UNITS or found == MOST_SETS:
                continue
            if 2 * (width[k] + length) > s.size[r, t] + 1:
                continue
            seats[found] = seats[k] | mask
            width[found] = width[k] + length
            units[found] = units[k] + 1
            for v in range(gone.shape[1]):
                gone[found, v] = gone[k, v]
            for x in range(s.size[r, t]):
                if mask >> x & 1:
                    for v in s.value[s.member[r, t, x]]:
                        gone[found, v] += 1
            found += 1
    return found


@inner
def exchanged(s: State, r: int, t: int, w: int, mine: int, yours: int) -> tuple[int, int]:
    """Make an exchange of two sets of seats, as many each; the change of (hard, encounters)."""
    hard, rest = 0, 0
    x = y = 0
    fussy = s.denied.shape[0] > 0 or s.speaks.shape[1] > 0
    while mine >> x:
        if mine >> x & 1:
            while not yours >> y & 1:
                y += 1
            a = int(np.int64(s.member[r, t, x]))
            b = int(np.int64(s.member[r, w, y]))
            packed = 0
            for z in range(s.size[r, t]):
                if z != x:
                    j = s.member[r, t, z]
                    packed += s.down[s.meet[a, j]] + s.up[s.meet[b, j]]
            for z in range(s.size[r, w]):
                if z != y:
                    j = s.member[r, w, z]
                    packed += s.down[s.meet[b, j]] + s.up[s.meet[a, j]]
            h, e = unpack(packed)
            hard += h
            rest += e
            if fussy:
                hard += hard_change(s, r, a, b)
            apply_swap(s, r, a, b)
            y += 1
        x += 1
    return hard, rest


@borrowing
def redeal(
    s: State,
    sets: Sets,
    owed: IntArray,
    key: NDArray[np.uint32],
    stage: int,
    first_step: int,
    n_steps: int,
    target: IntArray,
) -> int:
    """Look at ``n_steps`` exchanges; stop when the best reaches ``target``. Returns how many.

    As long as there is more excess than ``target`` has, it is what counts; encounters then get one
    turn in four once many are lost. It also stops where no table is in trouble, beyond what its groups
    cost at any table (``owed``, shape (T, B)).

    """
    sittings, q = s.size.shape
    n_values = s.low.shape[1]
    k0, k1, c3 = np.uint64(key[0]), np.uint64(key[1]), np.uint64(key[2])
    seats, width, gone, off, quiet = sets.seats, sets.width, sets.gone, sets.off, sets.quiet
    per_excess = FIRM * REPEAT_UNIT / 1000
    few = target[2] + FEW * REPEAT_UNIT
    looked = 0
    while looked < n_steps:
        step = first_step + looked
        w0, w1, w2, w3 = philox(
            np.uint64(step & 0xFFFFFFFF), np.uint64(step >> 32), np.uint64(stage), c3, k0, k1
        )
        unbalanced = s.total[1] > target[1] and (s.total[2] < few or w3 & np.uint64(3) > 0)
        n_off = 0
        for r in range(sittings):
            for t in range(q):
                if (spare_excess(s, r, t, owed) > 0) if unbalanced else meets_again(s, r, t):
                    off[n_off, 0], off[n_off, 1] = r, t
                    n_off += 1
        if n_off == 0:
            break
        looked += 1
        pick = int((w0 * np.uint64(n_off)) >> np.uint64(32))
        r, t = off[pick]
        w = int(np.int64((w1 * np.uint64(q)) >> np.uint64(32)))
        if w == t or s.size[r, w] == 0:
            continue
        mine = choices(s, r, t, sets, 0)
        yours = choices(s, r, w, sets, 1)
        before = off_balance(s, r, t) + off_balance(s, r, w)
        kt, kw = s.rank[r, t], s.rank[r, w]
        # Of equally good ones the one met first from a random place on.
        turn = int((w2 * np.uint64(mine)) >> np.uint64(32))
        other_turn = int((w3 * np.uint64(yours)) >> np.uint64(32))
        luck = (w1 * np.uint64(2654435769)) & np.uint64(0xFFFFFFFF)
        heat = -HEAT * REPEAT_UNIT * math.log(unit(luck))
        least = heat / per_excess + 1.0 if unbalanced else heat + 1.0
        one = other = then = -1
        for v in range(n_values):
            c, d = s.held[r, t, v], s.held[r, w, v]
            quiet[v] = s.unit[v] * (
                max(0, s.low[kt, v] - c, c - s.high[kt, v])
                + max(0, s.low[kw, v] - d, d - s.high[kw, v])
            )
        for x in range(mine):
            i = x + turn if x + turn < mine else x + turn - mine
            if width[0, i] == 0:
                continue
            roof = before + int(least if unbalanced else (least + REPEAT_UNIT) / per_excess)
            for y in range(yours):
                j = y + other_turn if y + other_turn < yours else y + other_turn - yours
                if width[0, i] != width[1, j]:
                    continue
                if looked == n_steps:
                    return looked
                looked += 1
                excess = 0
                for v in range(n_values - 1):
                    more = gone[1, j, v] - gone[0, i, v]
                    if more:
                        c, d = s.held[r, t, v] + more, s.held[r, w, v] - more
                        excess += s.unit[v] * (
                            max(0, s.low[kt, v] - c, c - s.high[kt, v])
                            + max(0, s.low[kw, v] - d, d - s.high[kw, v])
                        )
                    else:
                        excess += quiet[v]
                    if excess > roof:
                        break
                if excess > roof:
                    continue
                hard, rest = exchanged(s, r, t, w, seats[0, i], seats[1, j])
                exchanged(s, r, t, w, seats[0, i], seats[1, j])
                change = per_excess * (excess - before) + rest
                if hard > 0 or change > heat:
                    continue
                if unbalanced:
                    change = float(excess - before)
                if change < least:
                    least, one, other, then = change, i, j, excess
        if one >= 0:
            hard, rest = exchanged(s, r, t, w, seats[0, one], seats[1, other])
            s.total[0] += hard
            s.total[1] += then - before
            s.total[2] += rest
            if better(s.total, s.best):
                note_best(s)
                if not better(target, s.best):
                    break
    return looked
