"""The items that most tables reported. Source: the concept note's "note de synthese"; number [A].

Ties go to what was voiced more often, then to the agenda's order. Left out: the drafters' own views.
"""

from __future__ import annotations

import numpy as np

from gfmd_sim.note.write import IntArray, times_reported
from gfmd_sim.records import Reports


def ranking(reports: Reports) -> IntArray:
    """All reported items, most reported first."""
    if len(reports.item) == 0:
        return np.zeros(0, dtype=np.int32)
    tables, voiced = times_reported(reports, int(reports.item.max()) + 1)
    order = np.lexsort((np.arange(len(tables)), -voiced, -tables))
    return order[tables[order] > 0].astype(np.int32)


def most_reported(reports: Reports, capacity: int) -> IntArray:
    """The ``capacity`` items reported by most tables."""
    return ranking(reports)[:capacity]
