"""Trust between people who sit together: an exact step of a growth-and-decay equation.

    dT/dt = S I (1 - T) - Wk (1 - I) T,  I = min(1, attention / (n - 1)) at a table of n
    T(t)  = T* + (T0 - T*) exp(-k t),  k = S I + Wk (1 - I),  T* = S I / k

The (m+1)-th meeting of a pair lasts t = 1/(1+m)^2: repeats add less. Without this, people at fixed
tables come out far more tied than anybody has observed (odds 12.7 against 1.75-8).
Left out: distrust, and trust carried by reputation.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.compiled import compiled, inlined
from gfmd_sim.pairs import CountArray, FloatArray, Tablemates
from gfmd_sim.scenario.schema import Scenario

_MOST_COUNTED = 65_535  # meetings of a pair


class TrustParameters(NamedTuple):
    """The numbers the equation needs, as the kernel takes them."""

    gain: float
    decay: float
    attention: float
    repeats_add_less: bool


def trust_parameters(scenario: Scenario) -> TrustParameters:
    """The scenario's trust block as the kernel takes it."""
    t = scenario.trust
    return TrustParameters(t.gain, t.decay, t.attention, t.repeats_add_less)


@inlined
def after_meeting(trust: float, table_size: int, n_met: int, p: TrustParameters) -> float:
    """Trust after the pair's meeting number ``n_met`` + 1, at a table of ``table_size``."""
    interaction = min(1.0, p.attention / (table_size - 1))
    rate = p.gain * interaction + p.decay * (1.0 - interaction)
    if rate <= 0.0:
        return trust
    time = 1.0 / (1.0 + n_met) ** 2 if p.repeats_add_less else 1.0
    rest = p.gain * interaction / rate
    return float(rest + (trust - rest) * np.exp(-rate * time))


@compiled
def meet_at_tables(
    seat: NDArray[np.int32],
    start: NDArray[np.int32],
    mates: Tablemates,
    trust: FloatArray,
    meetings: CountArray,
    p: TrustParameters,
) -> None:
    """Let every pair at a table meet; ``trust`` and ``meetings`` are those of the pairs' table."""
    for t in range(start.shape[0] - 1):
        begin, n = start[t], start[t + 1] - start[t]
        for s in range(begin, start[t + 1]):
            for r in range(s + 1, start[t + 1]):
                i, j = seat[s], seat[r]
                here, there = mates.place[s, r - begin], mates.place[r, s - begin]
                n_met = meetings[i, here]
                now = after_meeting(mates.trust[s, r - begin], n, n_met, p)
                trust[i, here], trust[j, there] = now, now
                if n_met < _MOST_COUNTED:
                    meetings[i, here] += 1
                    meetings[j, there] += 1
