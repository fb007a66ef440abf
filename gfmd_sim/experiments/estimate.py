"""What a sweep will take, before it is begun."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

import numpy as np

from gfmd_sim.experiments.design import Plan
from gfmd_sim.experiments.queue import cores
from gfmd_sim.experiments.runs import Runs
from gfmd_sim.experiments.simulator import Simulator
from gfmd_sim.experiments.worker import run_chunk

BYTES_A_VALUE = 5.4
"""On disk, zstd and byte-stream split: measured on the Forum's 70 measures (2.4 where all are
counts and ratios of small numbers)."""
BYTES_A_LEVER = 4.0
"""A lever's column and its part of the canonical text, where each world has settings of its own."""
OVERHEAD_SECONDS = 50e-6
START_SECONDS = 3.0


@dataclass(frozen=True)
class Estimate:
    """Size of a sweep.

    Attributes
    ----------
    n_runs, n_designs, n_measures
        Distinct runs, distinct designs, measures of a run (0 where all probes failed).
    seconds_a_run
        Mean of the probes, the first of which (compilation, caches) does not count.
    seconds
        Of the whole, on ``workers`` processes.
    bytes
        Of the result folder; about twice that while it is compacted.
    n_failed
        Probes that failed.
    """

    n_runs: int
    n_designs: int
    n_measures: int
    seconds_a_run: float
    seconds: float
    bytes: float
    workers: int
    n_failed: int


def estimate(
    simulator: Simulator, plan: Plan, *, seed: int = 0, workers: int | None = None, probes: int = 5
) -> Estimate:
    """Run a few runs, spread over the plan, and multiply. Nothing is written."""
    runs = Runs(plan)
    n_workers = max(cores() if workers is None else workers, 1)
    places = np.unique(np.linspace(0, len(runs) - 1, max(probes, 2)).astype(np.int64))
    places = np.concatenate([places[:1], places])  # once to warm up
    spent, n_measures, n_failed = [], 0, 0
    for place in places:
        started = time.perf_counter()
        outcome = run_chunk(simulator, seed, runs.chunk(np.array([place])))
        spent.append(time.perf_counter() - started)
        n_measures = max(n_measures, len(outcome.names))
        n_failed += len(outcome.failures)
    each = float(np.mean(spent[1:]))
    return Estimate(
        n_runs=runs.n_distinct,
        n_designs=runs.n_designs,
        n_measures=n_measures,
        seconds_a_run=each,
        seconds=START_SECONDS + math.ceil(runs.n_distinct / n_workers) * (each + OVERHEAD_SECONDS),
        bytes=runs.n_distinct * n_measures * BYTES_A_VALUE
        + runs.n_distinct * len(runs.paths) * BYTES_A_LEVER
        + 1e5,
        workers=n_workers,
        n_failed=n_failed,
    )
