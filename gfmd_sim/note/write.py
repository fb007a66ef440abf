"""Writing the note: a rule chooses items, and every account reported of them comes along."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.records import Reports, SummaryNote

IntArray = NDArray[np.int32]
NoteRule = Callable[[Reports, int], IntArray]
"""(reports, capacity) -> items, at most ``capacity`` of those reported, the first ones first."""


def times_reported(reports: Reports, n_items: int) -> tuple[IntArray, IntArray]:
    """By how many tables each item was reported, and how often it was voiced there."""
    place = reports.sitting.astype(np.int64) * 100_000 + reports.table
    once = np.unique(np.stack([reports.item.astype(np.int64), place]), axis=1)
    tables = np.bincount(once[0], minlength=n_items).astype(np.int32)
    voiced = np.bincount(reports.item, weights=reports.n_voiced, minlength=n_items)
    return tables, voiced.astype(np.int32)


def write_note(
    reports: Reports, rule: NoteRule, capacity: int, roundtable: int, consultation: int
) -> SummaryNote:
    """The note that ``rule`` makes of a plenary's reports."""
    items = rule(reports, capacity)
    kept = np.isin(reports.item, items)
    mine = reports.where(kept)
    accounts = np.unique(mine.account[mine.account >= 0])
    return SummaryNote(roundtable, consultation, items, accounts, mine)
