"""Crowded lists: units whom few tables suit, and the pairs who therefore cannot all meet.

    python -m tests.benchmarks.seating.few_tables [--delegates 200,250,300] [--seeds 2]

A plan with the least excess, where that is what groups cost at any table, has no table that costs more
than its groups do. So whoever moves in a group sits, in every sitting, at one of the tables that cost no
more; all of them are listed here. If fewer than six of a unit's share nobody else, it meets some again:
the least that is lost so, in encounters of the unit with units other than those in the same trouble, is
found by trying every six. These losses add up, and no plan with the least excess has more pairs who meet than the
bound less them.
"""

from __future__ import annotations

import argparse

import numpy as np
from numba import njit

from gfmd_sim.seating.search.arrays import Arrays, compile_problem
from gfmd_sim.seating.search.bounds import bound
from gfmd_sim.seating.search.excess import group_excess, holders
from tests.seating.generators import delegations_and_groups

MOST = 300
"""A unit that more tables suit is not in trouble."""


@njit(cache=True)
def tables_of(first, length, held, clash, low, high, size, owed, weight, per_seat, out):
    """Fill ``out`` with the units of each table that ``first`` can sit at; their number, -1 if too many."""
    n_units, n_values = held.shape
    chosen = np.zeros(size + 1, dtype=np.int64)
    turn = np.zeros(size + 2, dtype=np.int64)
    seats = np.zeros(size + 2, dtype=np.int64)
    spared = np.zeros(size + 2, dtype=np.int64)
    count = np.zeros((size + 2, n_values), dtype=np.int64)
    chosen[0], seats[1], spared[1] = first, length[first], owed[first]
    count[1] = held[first]
    later = owed.sum()
    found, d = 0, 1
    while d >= 1:
        u = turn[d]
        if u == n_units:
            d -= 1
            continue
        turn[d] += 1
        left = size - seats[d] - length[u]
        fits = u != first and left >= 0
        for y in range(d):
            fits = fits and not clash[chosen[y], u]
        if not fits:
            continue
        over = short = 0
        for v in range(n_values):
            h = count[d, v] + held[u, v]
            count[d + 1, v] = h
            over += weight[v] * max(0, h - high[v])
            short += weight[v] * max(0, low[v] - h)
        mine = spared[d] + owed[u]
        if left == 0:
            if over + short <= mine:
                if found == len(out):
                    return -1
                out[found] = -1
                out[found, :d] = chosen[:d]
                out[found, d] = u
                found += 1
        elif over <= later and short <= later + per_seat * left:
            chosen[d], seats[d + 1], spared[d + 1], turn[d + 1] = (
                u,
                seats[d] + length[u],
                mine,
                u + 1,
            )
            d += 1
    return found


def units_of(a: Arrays) -> list[list[int]]:
    """Groups and single delegates."""
    groups = [[int(i) for i in m if i >= 0] for b, m in enumerate(a.member) if a.length[0, b] > 1]
    grouped = {i for members in groups for i in members}
    return groups + [[i] for i in range(a.present.shape[1]) if i not in grouped]


def suiting(a: Arrays, units: list[list[int]]) -> dict[int, set[int]]:
    """The tables of each unit whom few suit, as bits of units."""
    length = np.array([len(u) for u in units])
    held = np.array([holders(a, np.array(u)) for u in units]).astype(np.int64)
    cost = group_excess(a)[0]
    owed = np.array([cost[a.block[0, u[0]]] if len(u) > 1 else 0 for u in units])
    apart = a.kind == 1
    clash = np.array([[apart[np.ix_(u, w)].any() for w in units] for u in units])
    per_seat = int(a.unit.max()) * a.value.shape[1]
    found: dict[int, set[int]] = {}
    for u in range(len(units)):
        mine: set[int] = set()
        for size in np.unique(a.size[0]):
            t = int(np.flatnonzero(a.size[0] == size)[0])
            out = np.empty((MOST, int(size)), dtype=np.int64)
            low, high = a.low[0, t].astype(np.int64), a.high[0, t].astype(np.int64)
            many = tables_of(
                u, length, held, clash, low, high, int(size), owed, a.unit, per_seat, out
            )
            if many < 0 or len(mine) + many > MOST:
                break
            mine |= {sum(1 << int(w) for w in row if w >= 0 and w != u) for row in out[:many]}
        else:
            found[u] = mine
    return found


def disjoint(tables: list[int], most: int) -> int:
    """How many of these share no unit, up to ``most``."""

    def more(begin: int, seen: int, have: int) -> int:
        best = have
        for k in range(begin, len(tables)):
            if best == most:
                break
            if not tables[k] & seen:
                best = max(best, more(k + 1, seen | tables[k], have + 1))
        return best

    return more(0, 0, 0)


def least_again(tables: list[int], lengths: list[int], most: int) -> int:
    """Fewest seats beside somebody met before, over all choices of ``most`` tables."""
    layers = [sum(1 << w for w, k in enumerate(lengths) if k > x) for x in range(max(lengths))]
    best = 1 << 30

    def go(begin: int, seen: int, again: int, have: int) -> None:
        nonlocal best
        if have == most:
            best = again
            return
        for k in range(begin, len(tables)):
            twice = tables[k] & seen
            more = again + sum((twice & layer).bit_count() for layer in layers)
            if more < best:
                go(k, seen | tables[k], more, have + 1)

    go(0, 0, 0, 0)
    return best


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--delegates", default="200,250,300")
    parser.add_argument("--seeds", type=int, default=2)
    asked = parser.parse_args()
    print(
        "| request | bound on pairs | less | units in trouble: tables, of them without a common unit |"
    )
    print("|---|---:|---:|---|", flush=True)
    for n in map(int, asked.delegates.split(",")):
        for seed in range(asked.seeds):
            a = compile_problem(delegations_and_groups(n, seed))
            b, sittings = bound(a), len(a.size)
            if b.excess != int(group_excess(a).sum()):
                print(f"| {n}, seed {seed} | {b.distinct} | | more excess than of groups alone |")
                continue
            units = units_of(a)
            lengths = [len(u) for u in units]
            few = {
                u: (sorted(found), k)
                for u, found in suiting(a, units).items()
                if found and (k := disjoint(sorted(found), sittings)) < sittings
            }
            others = ~sum(1 << u for u in few)
            less = sum(
                lengths[u] * least_again([t & others for t in found], lengths, sittings)
                for u, (found, _) in few.items()
            )
            told = ", ".join(f"{len(found)}, {k}" for found, k in few.values())
            print(f"| {n}, seed {seed} | {b.distinct} | {less} | {told} |", flush=True)


if __name__ == "__main__":
    main()
