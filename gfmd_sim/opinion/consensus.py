"""Consensus mode: tables try to agree on a value, then members move towards it.

Source: Navajas, Niella, Garbulsky, Bahrami, Sigman 2018, Nature Human Behaviour 2:126-132; the
coefficients are computed from its data: a table of five agrees with probability
logistic(3.134 - .278 range/sd), and members then move by .70 towards the agreed value.
Left out: tables that agree on a value outside their range (10%), members who adopt it exactly.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.compiled import compiled
from gfmd_sim.streams import philox, unit

INTERCEPT = 3.134
SLOPE = -0.278


@compiled
def agree_at_tables(
    seat: NDArray[np.int32],
    start: NDArray[np.int32],
    support: NDArray[np.float64],
    scale: NDArray[np.float64],
    susceptibility: NDArray[np.float64],
    key: NDArray[np.uint32],
    person: NDArray[np.uint32],
    stage: int,
    pull: float,
) -> int:
    """Move support of the tables that agree, in place; returns on how many values tables agreed.

    ``scale`` (n_solutions,) is the standard deviation by which a table's range is measured; ``pull``
    the share of the way to the agreed value that somebody fully open goes. The luck of a table's agreement is that of
    its member with the lowest key.
    """
    n_solutions = support.shape[1]
    n_agreed = 0
    for t in range(start.shape[0] - 1):
        first, last = start[t], start[t + 1]
        spokesman = person[seat[first]]
        for s in range(first, last):
            spokesman = min(spokesman, person[seat[s]])
        for m in range(n_solutions):
            low, high, mean = np.inf, -np.inf, 0.0
            for s in range(first, last):
                value = support[seat[s], m]
                low, high, mean = min(low, value), max(high, value), mean + value
            mean /= last - first
            spread = (high - low) / scale[m] if scale[m] > 0.0 else 0.0
            p_agree = 1.0 / (1.0 + np.exp(-(INTERCEPT + SLOPE * spread)))
            w0, _, _, _ = philox(
                np.uint64(m), np.uint64(spokesman), np.uint64(stage), key[2], key[0], key[1]
            )
            if unit(w0) < p_agree:
                n_agreed += 1
                for s in range(first, last):
                    i = seat[s]
                    support[i, m] += susceptibility[i] * pull * (mean - support[i, m])
    return n_agreed
