"""Moves, what each would change, and how it is made: swaps of seats, of groups, of whole schedules."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.compiled import inlined, inner
from gfmd_sim.seating.search.state import REPEAT_UNIT, SHIFT, State, muffled, price

_HALF = 1 << 43


@inlined
def balance_change(s: State, r: int, a: int, b: int) -> int:
    """Change of excess at both tables if ``a`` and ``b`` swap seats in sitting ``r``."""
    t, w = s.place[r, a], s.place[r, b]
    change = 0
    for x in range(s.value.shape[1]):
        va, vb = s.value[a, x], s.value[b, x]
        if va != vb:
            change += s.fewer[r, t, va] + s.more[r, t, vb] + s.fewer[r, w, vb] + s.more[r, w, va]
    return change


@inlined
def parting_change(s: State, r: int, a: int, b: int) -> int:
    """Packed change of the pairs' cost if ``a`` and ``b`` left their tables; never above 0."""
    t, w = s.place[r, a], s.place[r, b]
    change = 0
    at, bt = s.seat[r, a], s.seat[r, b]
    for x in range(s.size[r, t]):
        if x != at:
            change += s.down[s.meet[a, s.member[r, t, x]]]
    for x in range(s.size[r, w]):
        if x != bt:
            change += s.down[s.meet[b, s.member[r, w, x]]]
    return change


@inlined
def joining_change(s: State, r: int, a: int, b: int) -> int:
    """Packed change of the pairs' cost if each then joined the other's table; never below 0."""
    t, w = s.place[r, a], s.place[r, b]
    change = 0
    at, bt = s.seat[r, a], s.seat[r, b]
    for x in range(s.size[r, t]):
        if x != at:
            change += s.up[s.meet[b, s.member[r, t, x]]]
    for x in range(s.size[r, w]):
        if x != bt:
            change += s.up[s.meet[a, s.member[r, w, x]]]
    return change


@inner
def hard_change(s: State, r: int, a: int, b: int) -> int:
    """Change of broken tables (accessibility, languages) if ``a`` and ``b`` swap seats."""
    t, w = s.place[r, a], s.place[r, b]
    change = 0
    if s.denied.shape[0]:
        change += int(s.denied[a, w]) + int(s.denied[b, t])
        change -= int(s.denied[a, t]) + int(s.denied[b, w])
    if s.speaks.shape[1]:
        change += muffled(s, r, t, a, b) - muffled(s, r, t, -1, -1)
        change += muffled(s, r, w, b, a) - muffled(s, r, w, -1, -1)
    return change


@inlined
def count_meetings(s: State, r: int, t: int, at: int, leaves: int, joins: int) -> None:
    """Meetings once seat ``at`` of table ``t`` goes from one to another who is not at the table."""
    for z in range(s.size[r, t]):
        if z != at:
            y = s.member[r, t, z]
            s.meet[leaves, y] -= 1
            s.meet[y, leaves] -= 1
            s.meet[joins, y] += 1
            s.meet[y, joins] += 1


@inlined
def apply_swap(s: State, r: int, a: int, b: int) -> None:
    """Swap seats and bring the counts up to date; ``total`` is the caller's."""
    for leaves, joins in ((a, b), (b, a)):
        count_meetings(s, r, s.place[r, leaves], s.seat[r, leaves], leaves, joins)
    swap_seats(s, r, a, b)


@inlined
def swap_seats(s: State, r: int, a: int, b: int) -> None:
    """Swap seats and bring the tables' counts up to date, but not the meetings."""
    t, w = s.place[r, a], s.place[r, b]
    at, bt = s.seat[r, a], s.seat[r, b]
    s.member[r, t, at] = b
    s.member[r, w, bt] = a
    s.place[r, a], s.place[r, b] = w, t
    s.seat[r, a], s.seat[r, b] = bt, at
    for x in range(s.value.shape[1]):
        va, vb = s.value[a, x], s.value[b, x]
        if va != vb:
            s.held[r, t, va] -= 1
            s.held[r, t, vb] += 1
            s.held[r, w, vb] -= 1
            s.held[r, w, va] += 1
            for u in (t, w):
                for v in (va, vb):
                    price(s, r, u, v)
    for c in range(s.speaks.shape[1]):
        d = np.int16(s.speaks[a, c]) - np.int16(s.speaks[b, c])
        s.heard[r, t, c] -= d
        s.heard[r, w, c] += d


@inlined
def unpack(packed: int) -> tuple[int, int]:
    """A packed change as (hard, encounters)."""
    hard = (packed + _HALF) >> SHIFT
    return hard, packed - (hard << SHIFT)


@inner
def may_swap_schedules(s: State, a: int, b: int) -> bool:
    """Whether both are single, free and present at the same sittings."""
    for r in range(s.place.shape[0]):
        if s.place[r, a] < 0 and s.place[r, b] < 0:
            continue
        if not (s.free[r, a] and s.free[r, b]) or s.block[r, a] >= 0 or s.block[r, b] >= 0:
            return False
    return True


@inner
def schedule_change(s: State, a: int, b: int) -> int:
    """Packed change of the pairs' cost if ``a`` and ``b`` swap whole schedules."""
    change = 0
    for y in range(s.meet.shape[0]):
        if y in (a, b):
            continue
        ka, kb = s.meet[a, y] >> 5, s.meet[b, y] >> 5
        if ka == kb:
            continue
        ma, mb = s.meet[a, y] & 31, s.meet[b, y] & 31
        if ma == mb:
            continue
        step = 1 if mb > ma else -1
        m = ma
        while m != mb:
            if step > 0:
                change += s.up[ka * 32 + m] + s.down[kb * 32 + m + 1]
            else:
                change += s.down[ka * 32 + m] + s.up[kb * 32 + m - 1]
            m += step
    return change


@inner
def apply_schedules(s: State, a: int, b: int) -> None:
    """Swap whole schedules; ``total`` is the caller's."""
    for r in range(s.place.shape[0]):
        if s.place[r, a] >= 0 and s.place[r, a] != s.place[r, b]:
            swap_seats(s, r, a, b)
        elif s.place[r, a] >= 0:
            t, x, y = s.place[r, a], s.seat[r, a], s.seat[r, b]
            s.member[r, t, x], s.member[r, t, y] = b, a
            s.seat[r, a], s.seat[r, b] = y, x
    for y in range(s.meet.shape[0]):
        if y != a and y != b:
            ma, mb = s.meet[a, y] & 31, s.meet[b, y] & 31
            s.meet[a, y] = (s.meet[a, y] & 224) | mb
            s.meet[b, y] = (s.meet[b, y] & 224) | ma
            s.meet[y, a] = s.meet[a, y]
            s.meet[y, b] = s.meet[b, y]


@inner
def gather(
    place: NDArray[np.int16],
    row: NDArray[np.int16],
    free: NDArray[np.bool_],
    block: NDArray[np.int32],
    group: NDArray[np.int32],
    first: int,
    wanted: int,
    start: int,
    out: NDArray[np.int64],
) -> int:
    """Collect movable units of one table beginning with ``first``'s, until ``wanted`` are reached.

    ``row`` holds the table's members; all arrays are of one sitting. A unit is a single delegate or a
    whole together group. Returns how many were collected, -1 if the first may not be moved.
    """
    n_out = 0
    size = row.shape[0]
    span = 1
    while span < size:
        span *= 2
    i = first
    for x in range(-1, span):
        if x >= 0:
            # Exclusive or walks through all places in an order that depends on ``start``.
            z = (start & (span - 1)) ^ x
            if z >= size:
                continue
            i = row[z]
        if not free[i]:
            if x < 0:
                return -1
            continue
        seen = False
        for y in range(n_out):
            seen = seen or out[y] == i
        if seen:
            continue
        b = block[i]
        if b < 0:
            out[n_out] = i
            n_out += 1
        else:
            length = 0
            for y in range(group.shape[1]):
                j = group[b, y]
                length += j >= 0 and place[j] >= 0
            if x < 0 or n_out + length <= wanted:
                for y in range(group.shape[1]):
                    j = group[b, y]
                    if j >= 0 and place[j] >= 0:
                        out[n_out] = j
                        n_out += 1
        if n_out >= wanted:
            break
    return n_out


@inner
def swap_groups(
    s: State,
    r: int,
    a: int,
    b: int,
    start: int,
    threshold: float,
    w_balance: float,
    w_hard: float,
    mine: NDArray[np.int64],
    yours: NDArray[np.int64],
) -> bool:
    """Swap the units of ``a`` and ``b``, filled up to the same number; undo it if too costly."""
    t, w = s.place[r, a], s.place[r, b]
    row_t, row_w = s.member[r, t, : s.size[r, t]], s.member[r, w, : s.size[r, w]]
    place, free, block = s.place[r], s.free[r], s.block[r]
    n_mine = gather(place, row_t, free, block, s.group, a, 1, start, mine)
    n_yours = gather(place, row_w, free, block, s.group, b, 1, start, yours)
    if 0 < n_mine < n_yours:
        n_mine = gather(place, row_t, free, block, s.group, a, n_yours, start, mine)
    elif 0 < n_yours < n_mine:
        n_yours = gather(place, row_w, free, block, s.group, b, n_mine, start, yours)
    if n_mine <= 0 or n_yours != n_mine:
        return False
    hard, balance, rest = 0, 0, 0
    for x in range(2 * n_mine):
        undo = x >= n_mine
        if x == n_mine and w_hard * hard + w_balance * balance + rest / REPEAT_UNIT <= threshold:
            s.total[0] += hard
            s.total[1] += balance
            s.total[2] += rest
            return True
        y = 2 * n_mine - 1 - x if undo else x
        i, j = mine[y], yours[y]
        if not undo:
            balance += balance_change(s, r, i, j)
            h, e = unpack(parting_change(s, r, i, j) + joining_change(s, r, i, j))
            hard += h
            rest += e
            if s.denied.shape[0] or s.speaks.shape[1]:
                hard += hard_change(s, r, i, j)
        apply_swap(s, r, i, j)
    return False
