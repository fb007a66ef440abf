"""What no plan can beat: bounds on excess and on encounters.

Distinct pairs: counting of meetings, of pairs that may meet, of each delegate's neighbours, and of
the overlap two sittings must have. Where every table is balanced, pairs of values can only meet so
often: that sharpens the bound for plans without excess; on short lists what balanced tables can be
made of sharpens it more (:mod:`mixes`). All are proofs, none is an estimate.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.seating.search.arrays import Arrays
from gfmd_sim.seating.search.excess import excess_bound
from gfmd_sim.seating.search.mixes import mix_bound
from gfmd_sim.seating.search.problem import Encounters, IntArray


@dataclass(frozen=True, slots=True)
class Bounds:
    """Bounds of one problem.

    Attributes
    ----------
    excess
        Least weighted excess, in thousandths.
    meetings
        Meetings over all sittings, those of tied pairs (kept together) left out; exact.
    counted
        Those of them, at most, that are of pairs that count.
    tied
        Tied pairs that count: they meet in any plan, and what they repeat is no loss.
    pairs
        Pairs that count and may meet.
    distinct
        Distinct encounters at most.
    distinct_balanced
        The same for plans without any excess; at most ``distinct``.
    """

    excess: int
    meetings: int
    counted: int
    tied: int
    pairs: int
    distinct: int
    distinct_balanced: int


def pairs_of(size: int) -> int:
    """C(size, 2)."""
    return size * (size - 1) // 2


@cache
def forced_overlap(one: tuple[int, ...], tables: int, missing: int) -> int:
    """Pairs at a table of sizes ``one`` that must share one of ``tables`` tables too (pigeonhole).

    ``missing`` of those at ``one`` are not there then; they are taken away where it helps most.
    """
    loads: list[int] = []
    for size in one:
        even, rest = divmod(size, tables)
        loads += [even + 1] * rest + [even] * (tables - rest)
    loads.sort(reverse=True)
    for _ in range(missing):
        loads[0] -= 1
        loads.sort(reverse=True)
    return sum(pairs_of(x) for x in loads if x > 1)


def value_pair_bound(a: Arrays, column: int, counts: NDArray[np.bool_]) -> int:
    """Distinct pairs at most if every table is balanced in one attribute: by pair of values.

    In a balanced sitting each value is at its floor or ceiling, so pairs of two values meet only
    so often; over all sittings they cannot be more than there are.
    """
    values = np.unique(a.value[:, column])
    known = [int(v) for v in values if v < a.low.shape[2]]
    if len(known) < len(values):
        return int(counts.sum())
    total = 0
    sittings = a.present.shape[0]
    for x, u in enumerate(known):
        is_u = a.value[:, column] == u
        for v in known[x:]:
            is_v = a.value[:, column] == v
            there = int(counts[np.ix_(is_u, is_v)].sum())
            if u == v:
                there //= 2
            most = 0
            for r in range(sittings):
                if there == 0:
                    break
                on = a.size[r] > 0
                lu, lv = (a.low[r, on, k].astype(np.int64) for k in (u, v))
                hu, hv = (a.high[r, on, k].astype(np.int64) - a.low[r, on, k] for k in (u, v))
                nu = int((is_u & a.present[r]).sum() - lu.sum())
                nv = int((is_v & a.present[r]).sum() - lv.sum())
                if u == v:
                    most += int((lu * (lu - 1) // 2).sum() + np.sort(lu * hu)[::-1][:nu].sum())
                else:
                    most += int((lu * lv).sum() + min(nu, nv))
                    most += int(np.sort(lv * hu)[::-1][:nu].sum())
                    most += int(np.sort(lu * hv)[::-1][:nv].sum())
            total += min(there, most)
    return total


def bound(a: Arrays, across: NDArray[np.int64] | None = None) -> Bounds:
    """All bounds; ``across`` labels the groups if only pairs across them count."""
    sittings, n = a.present.shape
    often = a.present.sum(axis=0).astype(np.int64)
    together = np.zeros((n, n), dtype=np.bool_)
    for members in a.member:
        inside = [int(i) for i in members if i >= 0]
        if len(inside) > 1:
            together[np.ix_(inside, inside)] = True
    counts = np.ones((n, n), dtype=np.bool_)
    np.fill_diagonal(counts, False)
    if across is not None:
        counts &= across[:, None] != across[None, :]
    may = counts & (a.kind != 1)

    all_present = bool(a.present.all())
    forced = np.zeros((n, n), dtype=np.int16)
    anyone = np.flatnonzero((a.fixed >= 0).any(axis=0) | together.any(axis=0))
    if len(anyone):
        part = np.zeros((len(anyone), len(anyone)), dtype=np.int16)
        chance = np.zeros_like(part, dtype=np.bool_)
        for r in range(sittings):
            here = a.present[r, anyone]
            both = here[:, None] & here[None, :]
            at = a.fixed[r, anyone]
            same = (at[:, None] == at[None, :]) & (at[:, None] >= 0)
            same |= together[np.ix_(anyone, anyone)]
            part += (same & both).astype(np.int16)
            apart = (at[:, None] >= 0) & (at[None, :] >= 0) & (at[:, None] != at[None, :])
            chance |= both & ~apart
        forced[np.ix_(anyone, anyone)] = part
        may[np.ix_(anyone, anyone)] &= chance
    if not all_present:
        share = a.present.T.astype(np.float32) @ a.present.astype(np.float32)
        may &= share > 0
    np.fill_diagonal(forced, 0)
    pairs = int(may.sum()) // 2

    per_sitting = []
    for r in range(sittings):
        s_r = sum(pairs_of(int(s)) for s in a.size[r])
        if across is not None:
            # Pairs within a group are fewest when each group is spread evenly over the tables.
            tables = int((a.size[r] > 0).sum())
            for held in np.bincount(across[a.present[r]]):
                even, rest = divmod(int(held), tables)
                s_r -= rest * pairs_of(even + 1) + (tables - rest) * pairs_of(even)
        per_sitting.append(s_r)
    meetings = sum(per_sitting)
    repeated = int(np.maximum(np.where(may, forced, 0) - 1, 0).sum()) // 2
    found = [pairs, meetings - repeated]

    seats = np.zeros(n, dtype=np.int64)
    for r in range(sittings):
        seats += np.where(a.present[r], int(a.size[r].max()) - 1, 0)
    neighbours = np.minimum(seats - np.maximum(forced - 1, 0).sum(axis=1), may.sum(axis=1))
    found.append(int(np.where(often > 0, neighbours, 0).sum()) // 2)
    if across is None:
        sizes = [tuple(int(x) for x in row if x > 0) for row in a.size]
        for b in range(sittings):
            rest = 0
            for r in range(sittings):
                if r != b:
                    gone = int((a.present[b] & ~a.present[r]).sum())
                    back = int((a.present[r] & ~a.present[b]).sum())
                    rest += per_sitting[r] - max(
                        forced_overlap(sizes[b], len(sizes[r]), gone),
                        forced_overlap(sizes[r], len(sizes[b]), back),
                    )
            found.append(per_sitting[b] + rest)
    distinct = max(0, min(found))
    balanced = distinct
    if n <= 400:
        # In a longer list there are far more pairs than meetings, and this says nothing.
        for column in range(a.value.shape[1]):
            balanced = min(balanced, value_pair_bound(a, column, may))
    if n <= 64 and a.value.shape[1]:
        by_mix = mix_bound(a, may, balanced)
        balanced = balanced if by_mix is None else min(balanced, by_mix)
    bound_pairs = np.where(together, forced, 0)
    tied_meetings = int(bound_pairs.sum()) // 2
    tied_counted = int(np.where(may, bound_pairs, 0).sum()) // 2
    everybody = sum(pairs_of(int(s)) for s in a.size.ravel())
    return Bounds(
        excess=excess_bound(a),
        meetings=everybody - tied_meetings,
        counted=meetings - tied_counted,
        tied=int((together & may & (forced > 0)).sum()) // 2,
        pairs=pairs,
        distinct=distinct,
        distinct_balanced=balanced,
    )


def repeat_bound(b: Bounds, encounters: Encounters, balanced: bool) -> Fraction:
    """Least cost of meeting again, in encounters, by convexity.

    Meetings spread evenly over the pairs cost least. Where only some pairs count, the others can
    take up meetings, so nothing is forced.
    """
    if encounters.across is not None:
        return Fraction(0)
    return spread(b.meetings, distinct_free(b, balanced), encounters)


def loss_bound(b: Bounds, encounters: Encounters, balanced: bool) -> Fraction:
    """Least loss: cost of meeting again plus meetings of pairs that do not count."""
    pairs = distinct_free(b, balanced)
    if encounters.across is None:
        return spread(b.meetings, pairs, encounters)
    # Beyond two meetings a pair a square costs more than a meeting that does not count.
    most = min(b.counted, 2 * pairs) if encounters.repeats == "square" else b.counted
    return b.meetings - most + spread(most, pairs, encounters)


def distinct_free(b: Bounds, balanced: bool) -> int:
    """Bound on distinct pairs other than the tied."""
    return max(0, (b.distinct_balanced if balanced else b.distinct) - b.tied)


def spread(meetings: int, pairs: int, encounters: Encounters) -> Fraction:
    """Cost of so many meetings spread evenly over so many pairs."""
    if pairs <= 0 or meetings <= pairs:
        return Fraction(0)
    q, x = divmod(meetings, pairs)
    return (pairs - x) * encounters.cost(q) + x * encounters.cost(q + 1)


def labels(values: list[str]) -> IntArray:
    """Labels of an attribute's values, shape (n,)."""
    return np.unique(np.array(values), return_inverse=True)[1].astype(np.int64)
