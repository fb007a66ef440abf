"""Several tables of a sitting deal their people anew: the best way to cover all units by tables.

Where nearly everybody is in a group kept together, few of the tables that groups can make are in
balance, and two tables can hardly ever be mended between themselves; several can. It is an exact cover, sought depth first, the unit next that fewest tables hold
(Knuth 2000, "Dancing links", arXiv:cs/0011047), and cut where it costs more than the best so far.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.compiled import compiled, inner
from gfmd_sim.seating.search.columns import (
    MOST_TABLES,
    MOST_UNITS,
    WORTH,
    Deal,
    list_columns,
    pick_up,
)
from gfmd_sim.seating.search.fits import lowest_bit
from gfmd_sim.seating.search.moves import (
    apply_swap,
    balance_change,
    joining_change,
    parting_change,
    unpack,
)
from gfmd_sim.seating.search.problem import IntArray
from gfmd_sim.seating.search.redeal import meets_again, off_balance, spare_excess
from gfmd_sim.seating.search.state import State, better, note_best
from gfmd_sim.streams import philox

FEW = 500.0
"""Tables that units could make, in the smallest deals; in the largest a hundred times as many."""
MOST_STEPS = 1_000_000
"""Tables looked at in one deal at most."""
MOST_NODES = 4000
"""Tables chosen in one deal at most."""
STEP = 32
"""Tables looked at that count as one step of the search."""
NODE = 4
"""Steps that a table chosen counts for."""
_ONE = np.uint64(1)


@inner
def cover(
    d: Deal, k: int, n_units: int, n_columns: int, roof: int, out: IntArray
) -> tuple[int, int]:
    """Fill ``out`` with the columns of a cheapest way to cover all units, other than the present one.

    Returns its cost, -1 if none costs less than ``roof``, and the tables chosen on the way.
    """
    now = np.zeros(k, dtype=np.uint64)
    for u in range(n_units):
        now[d.home[u]] |= _ONE << np.uint64(u)
    # The columns still to be had at each depth, cheapest first; those of the unit in turn are tried.
    live = np.empty((k + 1, n_columns), dtype=np.int32)
    n_live = np.zeros(k + 1, dtype=np.int64)
    cheapest = np.argsort(d.cost[:n_columns], kind="mergesort")
    for x in range(n_columns):
        live[0, x] = cheapest[x]
    n_live[0] = n_columns
    at = np.full(k + 1, -1, dtype=np.int64)
    turn = np.zeros(k + 1, dtype=np.int64)
    covered = np.zeros(k + 1, dtype=np.uint64)
    spent = np.zeros(k + 1, dtype=np.int64)
    chosen = np.zeros(k, dtype=np.int64)
    many = np.zeros(n_units, dtype=np.int64)
    least = -1
    nodes = depth = 0
    while depth >= 0:
        if at[depth] < 0:
            many[:] = 0
            for x in range(n_live[depth]):
                word = d.mask[live[depth, x]]
                while word:
                    many[lowest_bit(word)] += 1
                    word &= word - _ONE
            fewest = n_columns + 1
            for u in range(n_units):
                if not covered[depth] >> np.uint64(u) & _ONE and many[u] < fewest:
                    fewest, turn[depth] = many[u], u
            at[depth] = 0 if fewest > 0 else n_live[depth]
        f = -1
        while at[depth] < n_live[depth] and f < 0:
            c = live[depth, at[depth]]
            at[depth] += 1
            if d.mask[c] >> np.uint64(turn[depth]) & _ONE and spent[depth] + d.cost[c] < roof:
                f = c
        if f < 0:
            at[depth] = -1
            depth -= 1
            if depth >= 0:
                d.left[d.kind[chosen[depth]]] += 1
            continue
        nodes += 1
        if nodes > MOST_NODES:
            break
        chosen[depth] = f
        total = spent[depth] + d.cost[f]
        if depth == k - 1:
            is_new = False
            for z in range(k):
                is_new = is_new or not (now == d.mask[chosen[z]]).any()
            if is_new:
                for z in range(k):
                    out[z] = chosen[z]
                roof = least = total
            continue
        d.left[d.kind[f]] -= 1
        depth += 1
        covered[depth] = covered[depth - 1] | d.mask[f]
        spent[depth] = total
        rest = 0
        for x in range(n_live[depth - 1]):
            c = live[depth - 1, x]
            if total + d.cost[c] >= roof:
                break
            if not d.mask[c] & covered[depth] and d.left[d.kind[c]] > 0:
                live[depth, rest] = c
                rest += 1
        n_live[depth] = rest
    return least, nodes


@inner
def seat_anew(s: State, d: Deal, r: int, tables: IntArray, n_units: int, columns: IntArray) -> None:
    """Seat everybody as the columns say, by swaps, and count along."""
    k = len(tables)
    goal = np.full(s.place.shape[1], -1, dtype=np.int64)
    is_taken = np.zeros(k, dtype=np.bool_)
    for z in range(k):
        # Of the tables that will do the one where most stay.
        best, most = -1, -1
        for y in range(k):
            if is_taken[y] or d.sort[y] != d.kind[columns[z]]:
                continue
            stay = 0
            for u in range(n_units):
                if d.mask[columns[z]] >> np.uint64(u) & _ONE and d.home[u] == y:
                    stay += d.length[u]
            if stay > most:
                best, most = y, stay
        is_taken[best] = True
        for u in range(n_units):
            if d.mask[columns[z]] >> np.uint64(u) & _ONE:
                for x in range(d.length[u]):
                    goal[d.who[u, x]] = best
    for z in range(k):
        t = tables[z]
        for x in range(s.size[r, t]):
            i = int(np.int64(s.member[r, t, x]))
            if goal[i] == z or goal[i] < 0:
                continue
            j = -1
            for y in range(z + 1, k):
                w = tables[y]
                for q in range(s.size[r, w]):
                    if goal[s.member[r, w, q]] == z and (j < 0 or goal[i] == y):
                        j = int(np.int64(s.member[r, w, q]))
            s.total[1] += balance_change(s, r, i, j)
            hard, rest = unpack(parting_change(s, r, i, j) + joining_change(s, r, i, j))
            s.total[0] += hard
            s.total[2] += rest
            apply_swap(s, r, i, j)


@inner
def units_at(s: State, r: int, t: int) -> int:
    """Movable units of a table."""
    found = 0
    for x in range(s.size[r, t]):
        i = s.member[r, t, x]
        b = s.block[r, i]
        found += s.free[r, i]
        for y in range(x if b >= 0 and s.free[r, i] else 0):
            if s.block[r, s.member[r, t, y]] == b:
                found -= 1
                break
    return found


@inner
def ways(units: int, tables: int) -> float:
    """About how many tables so many units can make: C(units, units / tables)."""
    found, each = 1.0, units / tables
    for x in range(1, int(each + 0.5) + 1):
        found *= (units + 1 - x) / x
    return found


@compiled
def deal_anew(
    s: State,
    d: Deal,
    owed: IntArray,
    key: NDArray[np.uint32],
    stage: int,
    first_step: int,
    n_steps: int,
    target: IntArray,
) -> int:
    """Let tables deal anew for ``n_steps`` steps; stop when the best reaches ``target``. Returns how many.

    A table out of balance (where none is, one of people who meet again) and others by chance. ``owed``
    is the excess of each group at any table, shape (T, B). A cheaper plan is taken, or another of the
    same cost.
    """
    sittings, q = s.size.shape
    n = s.place.shape[1]
    k0, k1, c3 = np.uint64(key[0]), np.uint64(key[1]), np.uint64(key[2])
    off = np.empty((sittings * q, 2), dtype=np.int64)
    tables = np.empty(MOST_TABLES, dtype=np.int64)
    out = np.empty(MOST_TABLES, dtype=np.int64)
    order = np.arange(n)
    done = 0
    while done < n_steps:
        step = first_step + done
        w0, w1, w2, w3 = philox(
            np.uint64(step & 0xFFFFFFFF), np.uint64(step >> 32), np.uint64(stage), c3, k0, k1
        )
        n_off = 0
        for unbalanced in (True, False):
            # Once balance is as good as it can be, tables that must lack something stay as they are.
            is_done = n_off > 0 or (unbalanced and s.total[1] <= target[1])
            for r in range(0 if is_done else sittings):
                for t in range(q):
                    if spare_excess(s, r, t, owed) > 0 if unbalanced else meets_again(s, r, t):
                        off[n_off, 0], off[n_off, 1] = r, t
                        n_off += 1
        if n_off == 0:
            break
        pick = int((w0 * np.uint64(n_off)) >> np.uint64(32))
        r, tables[0] = off[pick]
        luck = w1 << np.uint64(32) | w2
        # Mostly few tables, which is soon done, now and then many.
        most = FEW * 100.0 ** ((w3 & np.uint64(255)) / 256.0)
        k, units = 1, units_at(s, r, tables[0])
        for _ in range(4 * q):
            luck = luck * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)
            t = int(np.int64(((luck >> np.uint64(32)) * np.uint64(q)) >> np.uint64(32)))
            more = units + units_at(s, r, t)
            if (tables[:k] == t).any() or s.size[r, t] == 0 or more > MOST_UNITS:
                continue
            if ways(more, k + 1) > most:
                continue
            tables[k] = t
            k, units = k + 1, more
            if k == MOST_TABLES:
                break
        for x in range(n - 1, 0, -1):
            luck = luck * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)
            y = int(((luck >> np.uint64(32)) * np.uint64(x + 1)) >> np.uint64(32))
            order[x], order[y] = order[y], order[x]
        done += 1
        units = pick_up(s, d, r, tables[:k], owed[r], order)
        if units < 0:
            continue
        budget, dearest = present_cost(s, d, r, tables[:k], units)
        # No table dearer than the dearest is now: listing those takes longer than they are worth.
        columns, looked = list_columns(s, d, units, dearest, MOST_STEPS)
        done += looked // STEP
        if columns > 0:
            least, nodes = cover(d, k, units, columns, budget + 1, out)
            done += nodes * NODE
            if done > n_steps:
                return n_steps
            if least >= 0:
                seat_anew(s, d, r, tables[:k], units, out)
                if better(s.total, s.best):
                    note_best(s)
                    if not better(target, s.best):
                        break
    return min(done, n_steps)


@inner
def present_cost(s: State, d: Deal, r: int, tables: IntArray, n_units: int) -> tuple[int, int]:
    """What the tables cost as they are, counted as the columns are: together, and the dearest."""
    total = dearest = 0
    for z in range(len(tables)):
        cost = off_balance(s, r, tables[z]) * WORTH
        for u in range(n_units):
            if d.home[u] != z:
                continue
            cost += d.toll[d.sort[z], u] - d.due[u]
            for w in range(u):
                if d.home[w] == z:
                    cost += d.between[u, w]
        total += cost
        dearest = max(dearest, cost)
    return int(total), int(dearest)
