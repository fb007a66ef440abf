"""A note without limit: everything reported is kept. What a lossless channel would do."""

from __future__ import annotations

from gfmd_sim.note.most_reported import ranking
from gfmd_sim.note.write import IntArray
from gfmd_sim.records import Reports


def every_point(reports: Reports, capacity: int) -> IntArray:
    """All reported items, whatever ``capacity`` says."""
    return ranking(reports)
