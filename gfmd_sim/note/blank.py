"""Nothing is written down: the null answer."""

from __future__ import annotations

import numpy as np

from gfmd_sim.note.write import IntArray
from gfmd_sim.records import Reports


def blank(reports: Reports, capacity: int) -> IntArray:
    """No items."""
    return np.zeros(0, dtype=np.int32)
