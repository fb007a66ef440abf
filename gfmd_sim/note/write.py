"""Writing the note: a rule chooses items, and every account reported of them comes along."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.compiled import compiled, filled, inlined
from gfmd_sim.records import Reports, SummaryNote

IntArray = NDArray[np.int32]
NoteRule = Callable[[Reports, int], IntArray]
"""(reports, capacity) -> items, at most ``capacity`` of those reported, the first ones first."""


@inlined
def times_reported(
    item: IntArray, sitting: IntArray, table: IntArray, n_voiced: IntArray
) -> tuple[IntArray, IntArray]:
    """By how many tables each item was reported, and how often it was voiced there."""
    n_items, n_sittings, n_tables = 0, 0, 0
    for k in range(item.shape[0]):
        n_items = max(n_items, item[k] + 1)
        n_sittings = max(n_sittings, sitting[k] + 1)
        n_tables = max(n_tables, table[k] + 1)
    is_counted = filled((n_items, n_sittings, n_tables), False, np.bool_)
    tables, voiced = filled(n_items, 0, np.int32), filled(n_items, 0, np.int32)
    for k in range(item.shape[0]):
        voiced[item[k]] += n_voiced[k]
        if not is_counted[item[k], sitting[k], table[k]]:
            is_counted[item[k], sitting[k], table[k]] = True
            tables[item[k]] += 1
    return tables, voiced


@compiled
def _is_among(item: IntArray, kept: IntArray) -> NDArray[np.bool_]:
    out = filled(item.shape[0], False, np.bool_)
    for k in range(item.shape[0]):
        for i in kept:
            out[k] |= item[k] == i
    return out


def write_note(
    reports: Reports, rule: NoteRule, capacity: int, roundtable: int, consultation: int
) -> SummaryNote:
    """The note that ``rule`` makes of a plenary's reports."""
    items = rule(reports, capacity)
    mine = reports.where(_is_among(reports.item, items))
    return SummaryNote(roundtable, consultation, items, mine.accounts(), mine)
