"""How far can it go? Long runs of the search, and plans without repeats with the best labels.

    python -m tests.benchmarks.seating.limits [--rosters d40,d64k8] [--seconds 240] [--seed 1]

For each roster: pairs met by a balanced plan after 10, 20, 40, ... seconds of CPU time (which other
programs do not slow down), and the fewest seats out of balance among labellings of a template in
which nobody meets twice. Between the two ends of that scale lies what balance costs.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from gfmd_sim.seating.search import SeatingProblem, solve, warm_up
from gfmd_sim.seating.search.anneal import anneal
from gfmd_sim.seating.search.arrays import compile_problem
from gfmd_sim.seating.search.plan import labelled
from gfmd_sim.seating.search.problem import Standing
from gfmd_sim.seating.search.state import new_state
from gfmd_sim.streams import Decision, Streams, stage_word
from tests.benchmarks.seating.bench_search import problems

LABEL_STEPS = 5_000_000


def long_run(p: SeatingProblem, seconds: float, seed: int) -> list[str]:
    """Cost at doubling times, then the plan at the end."""
    warm_up()
    told: list[str] = []
    marks = [10.0 * 2**k for k in range(20)]
    began = time.process_time()

    def progress(now: Standing) -> None:
        spent = time.process_time() - began
        while marks[0] <= spent:
            # Cost is excess and encounters lost together; once balanced it is the latter alone.
            told.append(f"{marks.pop(0):g} s: cost {now.cost:.0f}")

    found = solve(
        p, None, seed=seed, progress=progress, should_stop=lambda: out_of_time(began, seconds)
    )
    share = 100 * found.distinct / found.bound_distinct
    told.append(
        f"{time.process_time() - began:.0f} s: {found.excess:g} seats out of balance, "
        f"{found.distinct} of {found.bound_distinct} ({share:.1f}%), {found.steps:.2g} steps"
    )
    return told


def out_of_time(began: float, seconds: float) -> bool:
    """Whether so much CPU time has gone."""
    return time.process_time() - began > seconds


def best_labels(p: SeatingProblem, seed: int) -> float | None:
    """Fewest seats out of balance found among labellings of a plan without repeats."""
    a = compile_problem(p)
    plan = labelled(a, p.table_sizes, seed, 0)
    if plan is None:
        return None
    s = new_state(a, p.encounters, plan)
    hot, cold = 2.0, 0.3
    anneal(
        s,
        Streams(seed).key,
        stage_word(Decision.SEAT_SEARCH),
        0,
        LABEL_STEPS,
        hot,
        (cold / hot) ** (1 / LABEL_STEPS),
        1.0,
        0.0,
        10.0,
        0.3,
        1.0,
        False,
        np.zeros(3, dtype=np.int64),
    )
    return float(s.best[1]) / 1000


def main() -> None:
    """Print what was reached."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rosters", default="d40,d60,d64k8,d100")
    parser.add_argument("--seconds", type=float, default=240.0)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    for name in asked.rosters.split(","):
        p = problems()[name]
        print(f"{name}: no repeats, best labels: {best_labels(p, asked.seed)} seats out of balance")
        for line in long_run(p, asked.seconds, asked.seed):
            print(f"{name}: {line}", flush=True)


if __name__ == "__main__":
    main()
