"""Each table reports the accounts it voiced most. Source: the concept note's plenary; number [A].

Left out: rapporteurs who report what they like themselves.
"""

from __future__ import annotations

from collections.abc import Sequence

from gfmd_sim.accounts import Topics
from gfmd_sim.plenary.tables import IntArray, SittingRecord, strongest
from gfmd_sim.records import Reports


def strongest_points(
    sittings: Sequence[SittingRecord], topics: Topics, group: IntArray, n_points: int
) -> Reports:
    """The ``n_points`` most voiced accounts of every table."""
    return strongest(sittings, topics, group, n_points)
