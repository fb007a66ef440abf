"""GroupSelect, the tool that citizens' assemblies use, as one method of the benchmark.

It is no dependency: ``pip install git+https://github.com/sortitionfoundation/groupselect-lib`` in an
environment of its own, on ``PYTHONPATH`` while the benchmark runs. Without it the method is left out.
"""

from __future__ import annotations

import importlib.util
import time

import numpy as np

from gfmd_sim.seating.search import SeatingProblem, check
from gfmd_sim.seating.search.problem import Plan

ATTEMPTS = 20
"""Plans it compares in one call; calls are repeated until time is up."""


def is_installed() -> bool:
    """Whether the library is there."""
    return importlib.util.find_spec("groupselect") is not None


def group_select(p: SeatingProblem, seconds: float, seed: int) -> Plan:
    """The best plan of as many calls as fit in the time, seats out of balance first.

    The last call may run beyond it. All attributes are to be spread ("diversify").
    """
    import groupselect

    people = np.stack([np.unique(v, return_inverse=True)[1] for v in p.attributes.values()], axis=1)
    best: Plan | None = None
    least = (np.inf, 0.0)
    began, turn = time.perf_counter(), 0
    while best is None or time.perf_counter() - began < seconds:
        found = groupselect.allocate_numpy(
            people,
            dict.fromkeys(range(people.shape[1]), groupselect.FieldMode.Diversify),
            [max(sizes) for sizes in p.table_sizes],
            settings={"n_attempts": ATTEMPTS, "seed": 1000 * seed + turn},
        )
        turn += 1
        plan = np.full((p.n_sittings, p.n), -1, dtype=np.int16)
        for r, sitting in enumerate(found.ensemble):
            for t, members in enumerate(sorted(sitting, key=len, reverse=True)):
                plan[r, list(members)] = t
        judged = check(p, plan)
        if (judged.excess, -judged.distinct) < least:
            best, least = plan, (judged.excess, -judged.distinct)
    return best
