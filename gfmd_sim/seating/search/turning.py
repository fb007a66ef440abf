"""Plans that turn into themselves: where nothing is to be balanced, symmetry makes a search small.

Delegates stand in rings that all turn by one step from one sitting to the next, so only the first of
every ``order`` sittings is searched for; a few may stand still. Pairs then come in orbits, which meet or
do not meet as a whole. That is how designs are found that no search without symmetry reaches,
such as thirty at tables of five over six sittings (the method: Kramer and Mesner 1976, "t-designs on
hypergraphs", Discrete Math. 15:263).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.compiled import compiled, inner
from gfmd_sim.seating.search.first import luck
from gfmd_sim.seating.search.problem import IntArray, Plan
from gfmd_sim.streams import philox, unit


class Orbits(NamedTuple):
    """Pairs of n delegates under a rotation."""

    turned: IntArray  # (n,) who comes to stand where he stood
    of: NDArray[np.int32]  # (n, n) the orbit of each pair; the diagonal is of no use
    length: IntArray  # (K,) pairs in each orbit
    times: IntArray  # (K,) how often each of them meets if one does in a sitting and its rotations


def orbits(n: int, order: int) -> Orbits:
    """Rings of ``order``; the last ``n % order`` delegates stand still."""
    turned = np.arange(n)
    rings = turned[: n - n % order].reshape(-1, order)
    turned[: n - n % order] = np.roll(rings, -1, axis=1).ravel()
    of = np.full((n, n), -1, dtype=np.int32)
    length: list[int] = []
    for i in range(n):
        for j in range(i):
            x, y, pairs = i, j, 0
            while of[x, y] < 0:
                of[x, y] = of[y, x] = len(length)
                x, y, pairs = int(turned[x]), int(turned[y]), pairs + 1
            if pairs:
                length.append(pairs)
    lengths = np.array(length, dtype=np.int64)
    return Orbits(turned, of, lengths, order // lengths)


@inner
def count_table(
    o: Orbits, met: IntArray, row: NDArray[np.int16], seat: int, who: int, sign: int
) -> int:
    """Count one's meetings at a table's seat in or out; the change in encounters lost."""
    change = 0
    for z in range(row.shape[0]):
        if z != seat:
            k = o.of[who, row[z]]
            before = max(0, met[k] - 1)
            met[k] += sign * o.times[k]
            change += o.length[k] * (max(0, met[k] - 1) - before)
    return change


@compiled
def anneal_orbits(
    o: Orbits,
    member: NDArray[np.int16],
    first: IntArray,
    key: NDArray[np.uint32],
    stage: int,
    first_step: int,
    n_steps: int,
    hot: float,
    cooling: float,
) -> NDArray[np.int16]:
    """Anneal sittings of which all others are rotations; the best met, shape (sittings, n).

    ``member`` holds the delegates table by table, the table t from place ``first[t]`` on.
    """
    sittings, n = member.shape
    q = first.shape[0] - 1
    table = np.empty(n, dtype=np.int64)
    met = np.zeros(o.length.shape[0], dtype=np.int64)
    lost = 0
    for t in range(q):
        table[first[t] : first[t + 1]] = t
    for r in range(sittings):
        for t in range(q):
            for x in range(first[t], first[t + 1]):
                row = member[r, first[t] : x]
                lost += count_table(o, met, row, -1, member[r, x], 1)
    best, best_lost = member.copy(), lost
    k0, k1, c3 = np.uint64(key[0]), np.uint64(key[1]), np.uint64(key[2])
    temperature = hot
    for step in range(first_step, first_step + n_steps):
        w0, w1, w2, w3 = philox(
            np.uint64(step & 0xFFFFFFFF), np.uint64(step >> 32), np.uint64(stage), c3, k0, k1
        )
        temperature *= cooling
        r = int((w0 * np.uint64(sittings)) >> np.uint64(32))
        x = int((w1 * np.uint64(n)) >> np.uint64(32))
        y = int((w2 * np.uint64(n)) >> np.uint64(32))
        t, w = table[x], table[y]
        if t == w:
            continue
        here, there = member[r, first[t] : first[t + 1]], member[r, first[w] : first[w + 1]]
        at, to = x - first[t], y - first[w]
        i, j = member[r, x], member[r, y]
        change = count_table(o, met, here, at, i, -1) + count_table(o, met, there, to, j, -1)
        change += count_table(o, met, here, at, j, 1) + count_table(o, met, there, to, i, 1)
        if change > 0 and change > -temperature * math.log(unit(w3)):
            count_table(o, met, here, at, j, -1)
            count_table(o, met, there, to, i, -1)
            count_table(o, met, here, at, i, 1)
            count_table(o, met, there, to, j, 1)
            continue
        member[r, x], member[r, y] = j, i
        lost += change
        if lost < best_lost:
            best_lost = lost
            best[:] = member
    return best


def turning_plan(
    sizes: tuple[int, ...],
    sittings: int,
    order: int,
    seed: int,
    key: NDArray[np.uint32],
    stage: int,
    first_step: int,
    n_steps: int,
    cooling: float,
    spare: int = 0,
) -> Plan | None:
    """A plan whose sittings come in rotations of ``order``, which must divide ``sittings``.

    With ``spare`` it is made for so many delegates more, all tables full, and as many who never meet
    then leave: a design less some points. None if there are none such.
    """
    if spare:
        full = (max(sizes),) * len(sizes)
        whole = turning_plan(full, sittings, order, seed, key, stage, first_step, n_steps, cooling)
        return None if whole is None else without(whole, spare)
    n = sum(sizes)
    o = orbits(n, order)
    places = np.argsort(luck(seed, n, sittings // order, first_step), axis=0).T
    # One layout whatever the shape: for another the kernel would be compiled again.
    start = np.ascontiguousarray(places, dtype=np.int16)
    first = np.concatenate([[0], np.cumsum(sizes)])
    member = anneal_orbits(o, start, first, key, stage, first_step, n_steps, HOT * order, cooling)
    table = np.repeat(np.arange(len(sizes), dtype=np.int16), sizes)
    plan = np.empty((sittings, n), dtype=np.int16)
    for r, row in enumerate(member):
        who = row.astype(np.int64)
        for k in range(order):
            plan[r * order + k, who] = table
            who = o.turned[who]
    return plan


def without(plan: Plan, spare: int) -> Plan | None:
    """The plan less so many delegates of whom no two ever meet, larger tables first; None if none.

    Seats are as before; all tables must be of one size.
    """
    met = (plan[:, :, None] == plan[:, None, :]).any(axis=0)

    def strangers(chosen: list[int], left: NDArray[np.int64]) -> list[int] | None:
        if len(chosen) == spare:
            return chosen
        for i in left.tolist():
            found = strangers([*chosen, i], left[(left > i) & ~met[i, left]])
            if found is not None:
                return found
        return None

    gone = strangers([], np.arange(plan.shape[1]))
    if gone is None:
        return None
    rest = np.delete(plan, gone, axis=1)
    for row in rest:
        rank = np.argsort(np.argsort(-np.bincount(row), kind="stable"), kind="stable")
        row[:] = rank[row]
    return rest


HOT, COLD = 1.2, 0.2
"""Temperatures from and to, in encounters of one sitting."""
