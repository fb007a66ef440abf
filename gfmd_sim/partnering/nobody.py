"""Nobody founds anything: the null answer. All adopted solutions are only speeches."""

from __future__ import annotations

import numpy as np

from gfmd_sim.partnering.champions import IntArray
from gfmd_sim.partnering.willingness import PartnerParameters, Pool


def nobody(
    solution: int,
    supporters: IntArray,
    spare: IntArray,
    needs: int,
    pool: Pool,
    p: PartnerParameters,
) -> IntArray:
    """No partnership."""
    return np.full((0, p.largest), -1, dtype=np.int32)
