"""Nobody reports: the null answer. What was said stays at the tables, and no note has content."""

from __future__ import annotations

from collections.abc import Sequence

from gfmd_sim.accounts import Topics
from gfmd_sim.plenary.tables import IntArray, SittingRecord
from gfmd_sim.records import Reports


def silent(
    sittings: Sequence[SittingRecord], topics: Topics, group: IntArray, n_points: int
) -> Reports:
    """No reports."""
    return Reports.none()
