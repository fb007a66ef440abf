"""What was said at each table of a sitting, counted from the log."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.accounts import Topics
from gfmd_sim.compiled import compiled
from gfmd_sim.records import Reports, Seating
from gfmd_sim.talk.kernel import SILENCE, TalkLog

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
def count_mentions(log: TalkLog, n_accounts: int) -> tuple[IntArray, IntArray]:
    """How often each account was voiced at each table, and by whom first."""
    n_tables, n_turns = log.speaker.shape
    mentions = np.zeros((n_tables, n_accounts), np.int32)
    raised_by = np.full((n_tables, n_accounts), -1, np.int32)
    for t in range(n_tables):
        for turn in range(n_turns):
            a = log.argument[t, turn]
            if a != SILENCE:
                if mentions[t, a] == 0:
                    raised_by[t, a] = log.speaker[t, turn]
                mentions[t, a] += 1
    return mentions, raised_by


@compiled
def most_voiced(mentions: IntArray, n_points: int) -> tuple[IntArray, IntArray]:
    """(table, account) of the ``n_points`` most voiced accounts of each table; ties by number."""
    n_tables, n_accounts = mentions.shape
    table = np.empty(n_tables * min(n_points, n_accounts), np.int32)
    account = np.empty_like(table)
    n = 0
    for t in range(n_tables):
        left = mentions[t].copy()
        for _ in range(min(n_points, n_accounts)):
            best = 0
            for a in range(1, n_accounts):
                if left[a] > left[best]:
                    best = a
            if left[best] == 0:
                break
            table[n], account[n] = t, best
            left[best] = 0
            n += 1
    return table[:n], account[:n]


def strongest(
    sittings: Sequence[SittingRecord], topics: Topics, group: IntArray, n_points: int
) -> Reports:
    """The reports of each table's ``n_points`` most voiced accounts."""
    parts = []
    for s in sittings:
        if topics.n_accounts == 0 or n_points == 0:
            continue
        table, account = most_voiced(s.mentions, n_points)
        parts.append(
            Reports(
                account=account,
                item=topics.item[account],
                sitting=np.full(len(table), s.sitting, dtype=np.int32),
                table=table,
                group=group[s.raised_by[table, account]],
                n_voiced=s.mentions[table, account],
                is_endorsed=np.zeros(len(table), dtype=bool),
            )
        )
    return Reports.join(parts) if parts else Reports.none()
