"""Each table reports all it voiced: what a plenary without a clock could do at best."""

from __future__ import annotations

from collections.abc import Sequence

from gfmd_sim.accounts import Topics
from gfmd_sim.plenary.tables import IntArray, SittingRecord, strongest
from gfmd_sim.records import Reports


def everything(
    sittings: Sequence[SittingRecord], topics: Topics, group: IntArray, n_points: int
) -> Reports:
    """Every account that was voiced at a table, whatever ``n_points`` says."""
    return strongest(sittings, topics, group, topics.n_accounts)
