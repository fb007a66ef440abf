"""What was said at each table of a sitting, counted from the log."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.accounts import Topics
from gfmd_sim.compiled import compiled
from gfmd_sim.records import Reports, Seating
from gfmd_sim.talk.kernel import TalkLog

IntArray = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class SittingRecord:
    """One sitting of a consultation, as the plenary needs it."""

    sitting: int
    seating: Seating
    log: TalkLog
    mentions: IntArray  # (n_tables, n_accounts) how often each account was voiced
    raised_by: IntArray  # (n_tables, n_accounts) delegate who voiced it first, -1: nobody
    endorsed: NDArray[np.bool_]  # (n_tables, n_solutions)


PlenaryRule = Callable[[Sequence[SittingRecord], Topics, IntArray, int], Reports]
"""(sittings, topics, group of each delegate, points a table may report) -> reports."""


@compiled
def most_voiced(
    mentions: IntArray,
    raised_by: IntArray,
    item: IntArray,
    group: IntArray,
    sitting: int,
    n_points: int,
    n: int,
    out: IntArray,
) -> int:
    """The ``n_points`` most voiced accounts of each table in one sitting; ties by number.

    A report is a column of ``out``, from its column ``n``, as in
    :class:`~gfmd_sim.records.Reports`. Returns the column after the last.
    """
    n_tables, n_accounts = mentions.shape
    for t in range(n_tables):
        left = mentions[t].copy()
        for _ in range(min(n_points, n_accounts)):
            best = 0
            for a in range(1, n_accounts):
                if left[a] > left[best]:
                    best = a
            if left[best] == 0:
                break
            out[0, n], out[1, n], out[2, n], out[3, n] = best, item[best], sitting, t
            out[4, n], out[5, n], out[6, n] = group[raised_by[t, best]], mentions[t, best], 0
            left[best] = 0
            n += 1
    return n


def strongest(
    sittings: Sequence[SittingRecord], topics: Topics, group: IntArray, n_points: int
) -> Reports:
    """The reports of each table's ``n_points`` most voiced accounts."""
    if not sittings or topics.n_accounts == 0 or n_points == 0:
        return Reports.none()
    room = sum(len(s.mentions) for s in sittings) * min(n_points, topics.n_accounts)
    out = np.empty((7, room), np.int32)
    n = 0
    for s in sittings:
        n = most_voiced(s.mentions, s.raised_by, topics.item, group, s.sitting, n_points, n, out)
    return Reports(out[:, :n])
