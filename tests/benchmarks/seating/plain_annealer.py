"""A plain swap annealer, as one would write it in an afternoon: the baseline of the search.

Two delegates of one sitting change places; the cost is the weighted seats out of balance, less the
pairs who meet. Temperature falls geometrically over the time given. Nothing in it is shared with
the search but the problem's arrays; compiled as the search is, so that the method is compared and
not the language.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from numba import njit

from gfmd_sim.seating.search.arrays import Arrays
from gfmd_sim.seating.search.problem import Plan

CHUNK = 50_000
HOT, COLD = 1.0, 0.1
BALANCE = 2.0
"""What one seat out of balance weighs, in pairs."""


@njit(cache=True)
def off(held: Any, low: Any, high: Any, unit: Any) -> int:
    """Thousandths of seats out of balance at one table."""
    total = 0
    for v in range(len(unit)):
        total += unit[v] * max(0, low[v] - held[v], held[v] - high[v])
    return total


@njit(cache=True)
def swaps(
    place: Any,
    met: Any,
    held: Any,
    value: Any,
    low: Any,
    high: Any,
    unit: Any,
    now: Any,
    best: Any,
    best_place: Any,
    luck: Any,
    temperature: float,
    n_steps: int,
) -> None:
    """Propose swaps at one temperature. ``now`` and ``best`` hold excess and distinct pairs."""
    sittings, n = place.shape
    for _ in range(n_steps):
        r, a, b = int(luck.random() * sittings), int(luck.random() * n), int(luck.random() * n)
        t, w = place[r, a], place[r, b]
        if t == w:
            continue
        excess = -off(held[r, t], low[r, t], high[r, t], unit)
        excess -= off(held[r, w], low[r, w], high[r, w], unit)
        for x in range(value.shape[1]):
            held[r, t, value[a, x]] -= 1
            held[r, t, value[b, x]] += 1
            held[r, w, value[b, x]] -= 1
            held[r, w, value[a, x]] += 1
        excess += off(held[r, t], low[r, t], high[r, t], unit)
        excess += off(held[r, w], low[r, w], high[r, w], unit)
        pairs = 0
        for y in range(n):
            if y != a and y != b:
                if place[r, y] == t:
                    pairs += (met[b, y] == 0) - (met[a, y] == 1)
                elif place[r, y] == w:
                    pairs += (met[a, y] == 0) - (met[b, y] == 1)
        cost = BALANCE * excess / 1000 - pairs
        if cost > 0 and luck.random() >= np.exp(-cost / temperature):
            for x in range(value.shape[1]):
                held[r, t, value[a, x]] += 1
                held[r, t, value[b, x]] -= 1
                held[r, w, value[b, x]] += 1
                held[r, w, value[a, x]] -= 1
            continue
        for y in range(n):
            if y != a and y != b:
                gain = (place[r, y] == w) - (place[r, y] == t)
                met[a, y] += gain
                met[y, a] += gain
                met[b, y] -= gain
                met[y, b] -= gain
        place[r, a], place[r, b] = w, t
        now[0] += excess
        now[1] += pairs
        if now[0] < best[0] or (now[0] == best[0] and now[1] > best[1]):
            best[:] = now
            best_place[:] = place


def plain_annealing(a: Arrays, start: Plan, seconds: float, seed: int) -> Plan:
    """The best plan met in the time, seats out of balance first."""
    place = start.astype(np.int64)
    sittings, n = place.shape
    met = sum((row[:, None] == row).astype(np.int64) for row in place)
    np.fill_diagonal(met, 0)
    held = np.zeros((sittings, a.size.shape[1], a.low.shape[2] + 1), dtype=np.int64)
    for r in range(sittings):
        for i in range(n):
            held[r, place[r, i], a.value[i]] += 1
    limits = a.low.astype(np.int64), a.high.astype(np.int64), a.unit.astype(np.int64)
    gap = np.maximum(np.maximum(limits[0] - held[..., :-1], held[..., :-1] - limits[1]), 0)
    now = np.array([int((gap * limits[2]).sum()), int((met > 0).sum()) // 2])
    best, best_place = now.copy(), place.copy()
    values, generator = a.value.astype(np.int64), np.random.default_rng(seed)
    told = (place, met, held, values, *limits, now, best, best_place, generator)
    swaps(*told, HOT, 0)
    began = time.perf_counter()
    while (share := (time.perf_counter() - began) / seconds) < 1:
        swaps(*told, HOT * (COLD / HOT) ** share, CHUNK)
    return best_place.astype(np.int16)
