"""A plan with everything that is counted along: seats, holders of values, meetings, and what each costs.

A state is changed in place by the kernels; everything they need is in it. Costs are whole numbers,
so nothing drifts.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.compiled import compiled, inlined, inner
from gfmd_sim.seating.search.arrays import Arrays
from gfmd_sim.seating.search.problem import Encounters, IntArray, Plan

HARD_UNIT = 1 << 44
"""One broken hard constraint in a pair's packed cost."""
REPEAT_UNIT = 1 << 16
"""One lost encounter in a pair's packed cost; one repeated meeting (the tie-break) is 1."""
SHIFT = 44
"""The packed cost's bits for encounters; broken hard constraints stand above them."""


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


@inlined
def price(s: State, r: int, t: int, v: int) -> None:
    """Refresh what one holder of ``v`` more or fewer costs at a table."""
    k = s.rank[r, t]
    c, lo, hi, u = s.held[r, t, v], s.low[k, v], s.high[k, v], s.unit[v]
    s.more[r, t, v] = u if c >= hi else (-u if c < lo else 0)
    s.fewer[r, t, v] = u if c <= lo else (-u if c > hi else 0)


@compiled
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
            s.total[0] += packed >> SHIFT
            s.total[2] += packed & (HARD_UNIT - 1)


@inner
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


@inlined
def better(one: IntArray, other: IntArray) -> bool:
    """Lexicographic comparison of (hard, balance, encounters)."""
    for k in range(3):
        if one[k] != other[k]:
            return bool(one[k] < other[k])
    return False


@inlined
def note_best(s: State) -> None:
    """Keep the present plan if it is better than the best so far."""
    if better(s.total, s.best):
        # In loops: slices given to slices would make sentences of errors part of every kernel.
        for k in range(3):
            s.best[k] = s.total[k]
        for r in range(s.place.shape[0]):
            for i in range(s.place.shape[1]):
                s.best_place[r, i] = s.place[r, i]
