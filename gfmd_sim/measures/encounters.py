"""Encounters: who sat at a table with whom, how often, and the most that could have been.

What is left out: the bounds here need table sizes only; those that also use who must or may never
meet belong to the seating search.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gfmd_sim.compiled import compiled
from gfmd_sim.measures.labels import codes_of
from gfmd_sim.pairs import Pairs, other_at

IntArray = NDArray[np.int32]


def meetings(tables: ArrayLike) -> IntArray:
    """How often each pair shared a table, symmetric with an empty diagonal, shape (n, n).

    ``tables``: the table of each delegate in each sitting, shape (n_sittings, n); below 0: not
    seated.
    """
    table = np.asarray(tables)
    if table.ndim != 2:
        raise ValueError(f"tables must have shape (n_sittings, n), not {table.shape}")
    n = table.shape[1]
    is_small = max(n, int(table.max(initial=0)), len(table)) < 2**15
    dtype = np.int16 if is_small else np.int32  # half the bytes, twice as fast
    counts = np.zeros((n, n), dtype=dtype)
    alone = (-1 - np.arange(n)).astype(dtype)  # who is not seated shares a place with nobody
    for sitting in np.maximum(table, -1).astype(dtype):
        place = np.where(sitting < 0, alone, sitting)
        counts += place[:, None] == place
    np.fill_diagonal(counts, 0)
    return counts.astype(np.int32)


class Met(NamedTuple):
    """``distinct`` pairs met, ``total`` meetings, distinct pairs met ``across`` groups."""

    distinct: int
    total: int
    across: int


def count_encounters(pairs: Pairs, group: IntArray, n: int) -> Met:
    """How many of the first ``n`` people have met, and how often."""
    return Met(*_count_encounters(pairs, group, n))


@compiled
def _count_encounters(pairs: Pairs, group: IntArray, n: int) -> tuple[int, int, int]:
    distinct, total, across = 0, 0, 0
    for i in range(n):
        for k in range(pairs.meetings.shape[1]):
            if pairs.meetings[i, k] > 0:
                j = other_at(pairs, i, k)
                if i < j < n:
                    distinct += 1
                    total += int(pairs.meetings[i, k])
                    across += group[i] != group[j]
    return distinct, total, across


@dataclass(frozen=True, slots=True)
class Encounters:
    """What a seating made of its chances to meet.

    ``distinct``: pairs that met at least once. ``total``: meetings of pairs, repeats included.
    ``repeats``: total - distinct. ``repeated_pairs``: sum over pairs of C(meetings, 2), which
    grows faster the more often the same pair meets. ``most``: meetings of the pair that met most.
    ``fewest_met``: people met by the delegate who met the fewest. ``share_met``: distinct over all
    C(n, 2) pairs, NaN for fewer than two people.
    """

    distinct: int
    total: int
    repeats: int
    repeated_pairs: int
    most: int
    fewest_met: int
    share_met: float


def encounters(counts: ArrayLike) -> Encounters:
    """Totals of a matrix from :func:`meetings`."""
    met = np.asarray(counts)
    n = met.shape[0]
    by_person = np.count_nonzero(met, axis=1)
    distinct = int(by_person.sum()) // 2
    total = int(met.sum(dtype=np.int64)) // 2
    squares = int(np.square(met, dtype=np.int64).sum()) // 2
    return Encounters(
        distinct=distinct,
        total=total,
        repeats=total - distinct,
        repeated_pairs=(squares - total) // 2,
        most=int(met.max(initial=0)),
        fewest_met=int(by_person.min(initial=n)),
        share_met=distinct / (n * (n - 1) / 2) if n > 1 else float("nan"),
    )


def distinct_across(counts: ArrayLike, labels: ArrayLike) -> int:
    """Distinct pairs met whose labels differ; people without a label (below 0) do not count."""
    codes, _ = codes_of(labels)
    is_across = (codes[:, None] != codes) & (codes[:, None] >= 0) & (codes >= 0)
    return int(np.count_nonzero((np.asarray(counts) > 0) & is_across)) // 2


def distinct_bound(sizes: Sequence[Sequence[int]], n: int) -> int:
    """The most distinct pairs that tables of these sizes allow ``n`` people to meet.

    The least of: all C(n, 2) pairs; all meetings M = sum of C(size, 2); and, where everybody sits in
    every sitting, for each sitting b: its own pairs and of every other sitting those that are not
    forced repeats of it. A table of b with more people than the other sitting has tables must put
    some of them together again (pigeonhole). No seating exceeds it; not every value is attained.

    Parameters
    ----------
    sizes
        The table sizes of each sitting.
    n
        How many people there are.

    Raises
    ------
    ValueError
        If a sitting seats more than ``n``.
    """
    if any(sum(sitting) > n for sitting in sizes):
        raise ValueError(f"a sitting seats more than {n} people")
    pairs = [sum(s * (s - 1) // 2 for s in sitting) for sitting in sizes]
    best = min(n * (n - 1) // 2, sum(pairs))
    if all(sum(sitting) == n for sitting in sizes):
        forced = {
            (a, b): max(_overlap(a, len(b)), _overlap(b, len(a)))
            for a in set(map(tuple, sizes))
            for b in set(map(tuple, sizes))
        }
        for b, base in enumerate(sizes):
            others = sum(
                pairs[r] - forced[tuple(base), tuple(sizes[r])] for r in range(len(sizes)) if r != b
            )
            best = min(best, pairs[b] + others)
    return best


def _overlap(sizes: Sequence[int], n_places: int) -> int:
    """The fewest pairs of one sitting that stay together when each table spreads over places."""
    together = 0
    for size in sizes:
        each, more = divmod(size, n_places)
        together += more * (each + 1) * each // 2 + (n_places - more) * each * (each - 1) // 2
    return together


def repeated_bound(total: int, n: int) -> int:
    """The least sum over pairs of C(meetings, 2) at ``total`` meetings among ``n`` people.

    A convex cost is least when the meetings are spread evenly over the P = C(n, 2) pairs: with
    q, x = divmod(total, P), x pairs meet q + 1 times and P - x meet q times.
    """
    all_pairs = n * (n - 1) // 2
    if all_pairs == 0:
        if total:
            raise ValueError("nobody can meet among fewer than two people")
        return 0
    q, x = divmod(total, all_pairs)
    return (all_pairs - x) * (q * (q - 1) // 2) + x * (q * (q + 1) // 2)
