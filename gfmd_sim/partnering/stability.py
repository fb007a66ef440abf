"""Would a member gain by leaving? The core idea of stable coalitions (Hajdukova 2006, a survey).

A member would leave for another partnership of the same roundtable if it has room, all of its
members are willing to take him, and he would then have more willing partners with no fewer of the
needs covered than now. Left out: leaving in groups.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.compiled import compiled, filled
from gfmd_sim.partnering.willingness import Mask, PartnerParameters, Pool, is_willing


@compiled
def stable(
    members: NDArray[np.int32],
    solution: NDArray[np.int32],
    needs: NDArray[np.int64],
    pool: Pool,
    p: PartnerParameters,
) -> Mask:
    """Which partnerships no member would leave.

    ``members`` has a partnership a row, padded with -1; ``solution`` its solution; ``needs``
    (n_solutions,) sets of resources.
    """
    n = members.shape[0]
    size = filled(n, 0, np.int64)
    for a in range(n):
        for i in members[a]:
            if i >= 0:
                size[a] += 1
    out = filled(n, True, np.bool_)
    for a in range(n):
        for b in range(n):
            if a == b or size[b] >= p.largest or size[b] <= size[a] - 1:
                continue
            for i in members[a][: size[a]]:
                wanted = True
                for j in members[b][: size[b]]:
                    if i == j or not is_willing(
                        np.int64(i), np.int64(j), needs[solution[b]], pool, p
                    ):
                        wanted = False
                        break
                if wanted:
                    out[a] = False
    return out
