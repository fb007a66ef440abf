"""Swap annealing over all sittings at once, with the change of cost in O(table size).

Kirkpatrick, Gelatt, Vecchi 1983, "Optimization by simulated annealing", Science 220:671. Three
moves: two delegates swap seats in one sitting; a together group swaps with as many others; two
delegates swap their whole schedules. The last keeps the pattern of encounters and is what makes
zero-repeat templates useful. Costs are whole numbers, so nothing drifts.

A state is changed in place by the kernels; everything it needs is in it.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from gfmd_sim.seating.search.problem import Arrays, Encounters, IntArray, Plan
from gfmd_sim.streams import philox, unit

HARD_UNIT = 1 << 44
"""One broken hard constraint in a pair's packed cost."""
REPEAT_UNIT = 1 << 16
"""One lost encounter in a pair's packed cost; one repeated meeting (the tie-break) is 1."""
_SHIFT = 44
_HALF = 1 << 43


class State(NamedTuple):
    """A plan with everything that is counted along. T sittings, n delegates, q tables."""

    place: Plan  # (T, n) table, -1 absent
    seat: NDArray[np.int16]  # (T, n) place within the table's row of ``member``
    member: NDArray[np.int16]  # (T, q, largest) who sits there
    size: NDArray[np.int16]  # (T, q)
    held: NDArray[np.int16]  # (T, q, V + 1) holders of each value
    more: NDArray[np.int32]  # (T, q, V + 1) balance cost of one holder more, in thousandths
    fewer: NDArray[np.int32]  # (T, q, V + 1) ... of one fewer
    heard: NDArray[np.int16]  # (T, q, C) who can follow each channel
    meet: NDArray[np.uint8]  # (n, n) kind * 32 + meetings
    value: NDArray[np.int16]  # (n, A)
    rank: NDArray[np.int16]  # (T, q) row of low and high
    low: NDArray[np.int16]  # (rows, V + 1)
    high: NDArray[np.int16]  # (rows, V + 1)
    unit: IntArray  # (V + 1,)
    up: IntArray  # (256,) packed cost of one meeting more
    down: IntArray  # (256,) ... of one fewer
    free: NDArray[np.bool_]  # (T, n) may be moved
    mover: NDArray[np.int16]  # (T, n) the movable, first ``n_movers``
    n_movers: NDArray[np.int64]  # (T,)
    denied: NDArray[np.bool_]  # (n, q), or (0, 0) where everything is allowed
    speaks: NDArray[np.bool_]  # (n, C)
    channel: NDArray[np.bool_]  # (q, C)
    block: NDArray[np.int32]  # (T, n)
    group: NDArray[np.int32]  # (B, longest)
    special: NDArray[np.bool_]  # (n,) some pair of his is apart or does not count
    near: NDArray[np.int16]  # (n, L) delegates of like profile
    total: IntArray  # (3,) hard, balance in thousandths, packed encounters
    best: IntArray  # (3,) the same of the best plan so far
    best_place: Plan  # (T, n)


def pair_tables(encounters: Encounters) -> tuple[IntArray, IntArray]:
    """Packed cost of one meeting more and one fewer, by kind * 32 + meetings."""
    cost = np.zeros((8, 33), dtype=np.int64)
    for m in range(33):
        repeats = int(encounters.cost(m) * REPEAT_UNIT) + m * (m - 1) // 2
        cost[0, m] = repeats
        cost[1, m] = m * HARD_UNIT
        # A meeting that does not count takes the place of one that would.
        cost[3, m] = m * REPEAT_UNIT
    up = np.zeros(256, dtype=np.int64)
    down = np.zeros(256, dtype=np.int64)
    for kind in range(8):
        for m in range(32):
            up[kind * 32 + m] = cost[kind, m + 1] - cost[kind, m]
            if m:
                down[kind * 32 + m] = cost[kind, m - 1] - cost[kind, m]
    return up, down


def near_profiles(value: NDArray[np.int16], unit_: IntArray, width: int = 16) -> NDArray[np.int16]:
    """For each delegate others with few and light differences, shape (n, width)."""
    n, n_attributes = value.shape
    width = min(width, n - 1)
    out = np.empty((n, width), dtype=np.int16)
    if width == 0:
        return out
    weight = np.append(unit_, 0)
    ring = np.arange(n)
    if n > 400:
        # In a long list the neighbours in sorted order share the profile.
        order = (
            np.lexsort(tuple(value[:, a] for a in range(n_attributes))) if n_attributes else ring
        )
        at = np.empty(n, dtype=np.int64)
        at[order] = ring
        hops = np.array([h for k in range(1, width) for h in (k, -k)][:width])
        out[:] = order[(at[:, None] + hops[None, :]) % n]
        return out
    for i in range(n):
        differ = value != value[i]
        heavy = np.where(differ, np.maximum(weight[value], weight[value[i]]), 0).sum(axis=1)
        turn = (ring - i) % n
        ranked = np.lexsort((turn, heavy))
        out[i] = ranked[ranked != i][:width]
    return out


def unmet(a: Arrays) -> NDArray[np.uint8]:
    """``State.meet`` with nobody seated, shape (n, n)."""
    return (a.kind << 5).astype(np.uint8)


def new_state(
    a: Arrays,
    encounters: Encounters,
    plan: Plan,
    width: int = 16,
    earlier: NDArray[np.uint8] | None = None,
) -> State:
    """The state of ``plan``; its best is the plan itself.

    ``width`` is the number of neighbours in profile that are looked up, ``earlier`` how often each
    pair has met before the first sitting, shape (n, n), at most 31 with the sittings.
    """
    sittings, n = a.present.shape
    q = a.size.shape[1]
    shares = np.concatenate([a.low, a.high], axis=2).reshape(sittings * q, -1)
    rows, rank = np.unique(shares, axis=0, return_inverse=True)
    n_values = a.low.shape[2]
    low = np.zeros((len(rows), n_values + 1), dtype=np.int16)
    high = np.full((len(rows), n_values + 1), 32000, dtype=np.int16)
    low[:, :-1], high[:, :-1] = rows[:, :n_values], rows[:, n_values:]
    up, down = pair_tables(encounters)
    free = a.present & (a.fixed < 0)
    mover = np.zeros((sittings, n), dtype=np.int16)
    for r in range(sittings):
        found = np.flatnonzero(free[r])
        mover[r, : len(found)] = found
    s = State(
        place=plan.astype(np.int16).copy(),
        seat=np.full((sittings, n), -1, dtype=np.int16),
        member=np.full((sittings, q, int(a.size.max())), -1, dtype=np.int16),
        size=a.size.copy(),
        held=np.zeros((sittings, q, n_values + 1), dtype=np.int16),
        more=np.zeros((sittings, q, n_values + 1), dtype=np.int32),
        fewer=np.zeros((sittings, q, n_values + 1), dtype=np.int32),
        heard=np.zeros((sittings, q, a.speaks.shape[1]), dtype=np.int16),
        meet=unmet(a),
        value=a.value,
        rank=rank.reshape(sittings, q).astype(np.int16),
        low=low,
        high=high,
        unit=np.append(a.unit, 0).astype(np.int64),
        up=up,
        down=down,
        free=free,
        mover=mover,
        n_movers=free.sum(axis=1).astype(np.int64),
        denied=np.zeros((0, 0), dtype=np.bool_) if a.allowed.all() else ~a.allowed,
        speaks=a.speaks,
        channel=a.channel,
        block=a.block,
        group=a.member,
        special=(a.kind.astype(np.int64).sum(axis=1) != 2),
        near=near_profiles(a.value, a.unit, width),
        total=np.zeros(3, dtype=np.int64),
        best=np.zeros(3, dtype=np.int64),
        best_place=plan.astype(np.int16).copy(),
    )
    recount(s, unmet(a) if earlier is None else unmet(a) + earlier)
    s.best[:] = s.total
    return s


def load(s: State, a: Arrays, plan: Plan) -> None:
    """Put another plan into the state, keeping the best so far."""
    s.place[:] = plan
    recount(s, unmet(a))
    note_best(s)


@njit(cache=True, inline="always")
def price(s: State, r: int, t: int, v: int) -> None:
    """Refresh what one holder of ``v`` more or fewer costs at a table."""
    k = s.rank[r, t]
    c, lo, hi, u = s.held[r, t, v], s.low[k, v], s.high[k, v], s.unit[v]
    s.more[r, t, v] = u if c >= hi else (-u if c < lo else 0)
    s.fewer[r, t, v] = u if c <= lo else (-u if c > hi else 0)


@njit(cache=True)
def recount(s: State, before: NDArray[np.uint8]) -> None:
    """Fill everything that is counted along from ``place``; ``before`` is ``meet`` with nobody seated."""
    sittings, n = s.place.shape
    q = s.size.shape[1]
    s.held[:] = 0
    s.heard[:] = 0
    for i in range(n):
        for j in range(n):
            s.meet[i, j] = before[i, j]
    s.total[:] = 0
    fill = np.zeros(q, dtype=np.int64)
    for r in range(sittings):
        fill[:] = 0
        for i in range(n):
            t = s.place[r, i]
            if t < 0:
                continue
            s.member[r, t, fill[t]] = i
            s.seat[r, i] = fill[t]
            fill[t] += 1
            for v in s.value[i]:
                s.held[r, t, v] += 1
            for c in range(s.speaks.shape[1]):
                s.heard[r, t, c] += s.speaks[i, c]
            if s.denied.shape[0] and s.denied[i, t]:
                s.total[0] += 1
        for t in range(q):
            k = s.rank[r, t]
            for v in range(s.unit.shape[0]):
                short = s.low[k, v] - s.held[r, t, v]
                over = s.held[r, t, v] - s.high[k, v]
                s.total[1] += s.unit[v] * max(0, short, over)
                price(s, r, t, v)
            s.total[0] += muffled(s, r, t, -1, -1)
            packed = 0
            for x in range(s.size[r, t]):
                for y in range(x):
                    i, j = s.member[r, t, x], s.member[r, t, y]
                    packed += s.up[s.meet[i, j]]
                    s.meet[i, j] += 1
                    s.meet[j, i] += 1
            s.total[0] += packed >> _SHIFT
            s.total[2] += packed & (HARD_UNIT - 1)


@njit(cache=True)
def muffled(s: State, r: int, t: int, leaves: int, joins: int) -> int:
    """How many at a table cannot follow its best channel, after one has left and one has joined."""
    n_channels = s.speaks.shape[1]
    if n_channels == 0:
        return 0
    best = 0
    for c in range(n_channels):
        if s.channel[t, c]:
            h = s.heard[r, t, c]
            if leaves >= 0:
                h += np.int16(s.speaks[joins, c]) - np.int16(s.speaks[leaves, c])
            best = max(best, h)
    return int(s.size[r, t] - best)


@njit(cache=True, inline="always")
def better(one: IntArray, other: IntArray) -> bool:
    """Lexicographic comparison of (hard, balance, encounters)."""
    for k in range(3):
        if one[k] != other[k]:
            return bool(one[k] < other[k])
    return False


@njit(cache=True, inline="always")
def note_best(s: State) -> None:
    """Keep the present plan if it is better than the best so far."""
    if better(s.total, s.best):
        s.best[:] = s.total
        s.best_place[:] = s.place


@njit(cache=True, inline="always")
def balance_change(s: State, r: int, a: int, b: int) -> int:
    """Change of excess at both tables if ``a`` and ``b`` swap seats in sitting ``r``."""
    t, w = s.place[r, a], s.place[r, b]
    change = 0
    for x in range(s.value.shape[1]):
        va, vb = s.value[a, x], s.value[b, x]
        if va != vb:
            change += s.fewer[r, t, va] + s.more[r, t, vb] + s.fewer[r, w, vb] + s.more[r, w, va]
    return change


@njit(cache=True, inline="always")
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


@njit(cache=True, inline="always")
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


@njit(cache=True)
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


@njit(cache=True, inline="always")
def apply_swap(s: State, r: int, a: int, b: int) -> None:
    """Swap seats and bring the counts up to date; ``total`` is the caller's."""
    t, w = s.place[r, a], s.place[r, b]
    at, bt = s.seat[r, a], s.seat[r, b]
    for x in range(s.size[r, t]):
        if x != at:
            y = s.member[r, t, x]
            s.meet[a, y] -= 1
            s.meet[y, a] -= 1
            s.meet[b, y] += 1
            s.meet[y, b] += 1
    for x in range(s.size[r, w]):
        if x != bt:
            y = s.member[r, w, x]
            s.meet[b, y] -= 1
            s.meet[y, b] -= 1
            s.meet[a, y] += 1
            s.meet[y, a] += 1
    swap_seats(s, r, a, b)


@njit(cache=True, inline="always")
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
            price(s, r, t, va)
            price(s, r, t, vb)
            price(s, r, w, va)
            price(s, r, w, vb)
    for c in range(s.speaks.shape[1]):
        d = np.int16(s.speaks[a, c]) - np.int16(s.speaks[b, c])
        s.heard[r, t, c] -= d
        s.heard[r, w, c] += d


@njit(cache=True, inline="always")
def unpack(packed: int) -> tuple[int, int]:
    """A packed change as (hard, encounters)."""
    hard = (packed + _HALF) >> _SHIFT
    return hard, packed - (hard << _SHIFT)


@njit(cache=True)
def may_swap_schedules(s: State, a: int, b: int) -> bool:
    """Whether both are single, free and present at the same sittings."""
    for r in range(s.place.shape[0]):
        if s.place[r, a] < 0 and s.place[r, b] < 0:
            continue
        if not (s.free[r, a] and s.free[r, b]) or s.block[r, a] >= 0 or s.block[r, b] >= 0:
            return False
    return True


@njit(cache=True)
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


@njit(cache=True)
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


@njit(cache=True)
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


@njit(cache=True)
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


@njit(cache=True)
def find_trouble(s: State, sitting: NDArray[np.int16], who: NDArray[np.int16]) -> int:
    """List the movable seats at tables out of balance, or of delegates who meet again."""
    found = 0
    for r in range(s.place.shape[0]):
        for t in range(s.size.shape[1]):
            k = s.rank[r, t]
            off = False
            for v in range(s.unit.shape[0]):
                c = s.held[r, t, v]
                off = off or (s.unit[v] > 0 and (c < s.low[k, v] or c > s.high[k, v]))
            for x in range(s.size[r, t]):
                i = s.member[r, t, x]
                bad = off
                for y in range(s.size[r, t]):
                    bad = bad or (x != y and s.down[s.meet[i, s.member[r, t, y]]] < 0)
                if bad and s.free[r, i]:
                    sitting[found], who[found] = r, i
                    found += 1
    return found


@njit(cache=True)
def anneal(
    s: State,
    key: NDArray[np.uint32],
    stage: int,
    first_step: int,
    n_steps: int,
    temperature: float,
    cooling: float,
    w_balance: float,
    w_balance_step: float,
    w_hard: float,
    p_near: float,
    p_schedule: float,
    focus: bool,
    target: IntArray,
) -> int:
    """Propose ``n_steps`` moves from ``first_step`` on; stop when the best reaches ``target``.

    Temperature is multiplied by ``cooling`` after each step, the weight of balance (for one seat)
    grows by ``w_balance_step``. With ``focus`` seven in eight proposals start from a seat that is in
    trouble: where room is plenty, little is left to mend after the first moments. Returns the number of steps done.
    """
    sittings, n = s.place.shape
    s.size.shape[1]
    width = s.near.shape[1]
    mine = np.empty(2 * s.member.shape[2] + s.group.shape[1] + 2, dtype=np.int64)
    yours = np.empty(2 * s.member.shape[2] + s.group.shape[1] + 2, dtype=np.int64)
    k0, k1, c3 = np.uint64(key[0]), np.uint64(key[1]), np.uint64(key[2])
    c2 = np.uint64(stage)
    n_trouble = 0
    trouble_sitting = np.empty(sittings * n if focus else 0, dtype=np.int16)
    trouble_who = np.empty(sittings * n if focus else 0, dtype=np.int16)
    fussy = s.denied.shape[0] > 0 or s.speaks.shape[1] > 0
    near_below = p_near * 4294967296.0
    schedule_below = p_schedule * 4294967296.0
    for step in range(first_step, first_step + n_steps):
        w0, w1, w2, w3 = philox(np.uint64(step & 0xFFFFFFFF), np.uint64(step >> 32), c2, c3, k0, k1)
        threshold = -temperature * math.log(unit(w3))
        temperature *= cooling
        w_balance += w_balance_step
        wb = w_balance * 0.001
        r = step % sittings
        if s.n_movers[r] < 2:
            continue
        if focus and (step - first_step) & 4095 == 0:
            n_trouble = find_trouble(s, trouble_sitting, trouble_who)
        if n_trouble and w1 & np.uint64(7):
            pick = (w0 * np.uint64(n_trouble)) >> np.uint64(32)
            r, a = int(trouble_sitting[pick]), int(trouble_who[pick])
        else:
            a = s.mover[r, (w0 * np.uint64(s.n_movers[r])) >> np.uint64(32)]
        whole = float((w1 * np.uint64(2654435769)) & np.uint64(0xFFFFFFFF)) < schedule_below
        # Two candidates, and the one that harms balance less: most swaps fail for balance alone.
        one, two = w2 >> np.uint64(16), w2 & np.uint64(65535)
        if w1 < near_below and width:
            b = s.near[a, (one * np.uint64(width)) >> np.uint64(16)]
            other = s.near[a, (two * np.uint64(width)) >> np.uint64(16)]
        else:
            b = s.mover[r, (one * np.uint64(s.n_movers[r])) >> np.uint64(16)]
            other = s.mover[r, (two * np.uint64(s.n_movers[r])) >> np.uint64(16)]
        if (
            not whole
            and s.free[r, other]
            and s.place[r, other] != s.place[r, a]
            and (
                not s.free[r, b]
                or s.place[r, b] == s.place[r, a]
                or balance_change(s, r, a, other) < balance_change(s, r, a, b)
            )
        ):
            b = other
        if a == b:
            continue
        if whole:
            if not may_swap_schedules(s, a, b):
                continue
            balance = 0
            hard, rest = 0, 0
            if s.special[a] or s.special[b]:
                hard, rest = unpack(schedule_change(s, a, b))
            for z in range(sittings):
                if s.place[z, a] >= 0 and s.place[z, a] != s.place[z, b]:
                    balance += balance_change(s, z, a, b)
                    if fussy:
                        hard += hard_change(s, z, a, b)
            if w_hard * hard + wb * balance + rest / REPEAT_UNIT > threshold:
                continue
            apply_schedules(s, a, b)
        else:
            if not s.free[r, b] or s.place[r, a] == s.place[r, b]:
                continue
            if s.block[r, a] >= 0 or s.block[r, b] >= 0:
                start = int(w1 >> np.uint64(3)) & 127
                if swap_groups(s, r, a, b, start, threshold, wb, w_hard, mine, yours):
                    note_best(s)
                continue
            balance = balance_change(s, r, a, b)
            packed = parting_change(s, r, a, b)
            if not fussy:
                # Joining never helps, so what parting cannot pay for is refused here already.
                hard, rest = unpack(packed)
                if w_hard * hard + wb * balance + rest / REPEAT_UNIT > threshold:
                    continue
            hard, rest = unpack(packed + joining_change(s, r, a, b))
            if fussy:
                hard += hard_change(s, r, a, b)
            if w_hard * hard + wb * balance + rest / REPEAT_UNIT > threshold:
                continue
            apply_swap(s, r, a, b)
        s.total[0] += hard
        s.total[1] += balance
        s.total[2] += rest
        if better(s.total, s.best):
            note_best(s)
            if not better(target, s.best):
                return step + 1 - first_step
    return n_steps
