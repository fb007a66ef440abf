"""The groups take turns: each group's most reported item, then each group's next, until full.

A protected share for small groups; left out: weighing groups by size.
"""

from __future__ import annotations

import numpy as np

from gfmd_sim.note.most_reported import ranking
from gfmd_sim.note.write import IntArray
from gfmd_sim.records import Reports


def fair_share(reports: Reports, capacity: int) -> IntArray:
    """``capacity`` items, taken from the groups in turn."""
    lists = [ranking(reports.where(reports.group == g)).tolist() for g in np.unique(reports.group)]
    kept: list[int] = []
    while len(kept) < capacity and any(lists):
        for wishes in lists:
            while wishes and wishes[0] in kept:
                wishes.pop(0)
            if wishes and len(kept) < capacity:
                kept.append(wishes.pop(0))
    return np.array(kept, dtype=np.int32)
