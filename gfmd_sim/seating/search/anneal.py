"""Swap annealing over all sittings at once, with the change of cost in O(table size).

Kirkpatrick, Gelatt, Vecchi 1983, "Optimization by simulated annealing", Science 220:671. Three
moves: two delegates swap seats in one sitting; a together group swaps with as many others; two
delegates swap their whole schedules. The last keeps the pattern of encounters and is what makes
zero-repeat templates useful.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.compiled import compiled, inner
from gfmd_sim.seating.search.moves import (
    apply_schedules,
    apply_swap,
    balance_change,
    hard_change,
    joining_change,
    may_swap_schedules,
    parting_change,
    schedule_change,
    swap_groups,
    unpack,
)
from gfmd_sim.seating.search.problem import IntArray
from gfmd_sim.seating.search.state import REPEAT_UNIT, State, better, note_best
from gfmd_sim.streams import philox, unit


@inner
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


@compiled
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
            a = int(np.int64(s.mover[r, (w0 * np.uint64(s.n_movers[r])) >> np.uint64(32)]))
        whole = float((w1 * np.uint64(2654435769)) & np.uint64(0xFFFFFFFF)) < schedule_below
        # Two candidates, and the one that harms balance less: most swaps fail for balance alone.
        one, two = w2 >> np.uint64(16), w2 & np.uint64(65535)
        if w1 < near_below and width:
            b = int(np.int64(s.near[a, (one * np.uint64(width)) >> np.uint64(16)]))
            other = int(np.int64(s.near[a, (two * np.uint64(width)) >> np.uint64(16)]))
        else:
            b = int(np.int64(s.mover[r, (one * np.uint64(s.n_movers[r])) >> np.uint64(16)]))
            other = int(np.int64(s.mover[r, (two * np.uint64(s.n_movers[r])) >> np.uint64(16)]))
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
