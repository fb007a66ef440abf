"""The items that most tables reported. Source: the concept note's "note de synthese"; number [A].

Ties go to what was voiced more often, then to the agenda's order. Left out: the drafters' own views.
"""

from __future__ import annotations

import numpy as np

from gfmd_sim.compiled import compiled
from gfmd_sim.note.write import IntArray, times_reported
from gfmd_sim.records import Reports


def ranking(reports: Reports) -> IntArray:
    """All reported items, most reported first."""
    return _ranking(reports.item, reports.sitting, reports.table, reports.n_voiced)


@compiled
def _ranking(item: IntArray, sitting: IntArray, table: IntArray, n_voiced: IntArray) -> IntArray:
    tables, voiced = times_reported(item, sitting, table, n_voiced)
    order = np.empty(tables.shape[0], np.int32)
    n = 0
    for i in range(tables.shape[0]):
        if tables[i] > 0:
            place = n
            while place > 0 and (
                tables[order[place - 1]] < tables[i]
                or (tables[order[place - 1]] == tables[i] and voiced[order[place - 1]] < voiced[i])
            ):
                order[place] = order[place - 1]
                place -= 1
            order[place] = i
            n += 1
    return order[:n]


def most_reported(reports: Reports, capacity: int) -> IntArray:
    """The ``capacity`` items reported by most tables."""
    return ranking(reports)[:capacity]
