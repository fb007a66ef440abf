"""Runs a plan, here or in spawned workers, whatever happens to them.

Results do not depend on the number of workers, the size of chunks or the order in which they come
back.
"""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gfmd_sim.advance import Advance
from gfmd_sim.errors import UserError
from gfmd_sim.experiments.crew import Crew
from gfmd_sim.experiments.design import Plan
from gfmd_sim.experiments.queue import Deliver, Hands, Meter, Queue, cores
from gfmd_sim.experiments.runs import BoolArray, Runs
from gfmd_sim.experiments.simulator import Simulator
from gfmd_sim.experiments.worker import Outcome, run_chunk

__all__ = ["Crew", "Hands", "cores", "execute", "run_all"]

FIRST_COLUMNS = ("convergence", "solutions", "partnerships", "voice", "continuity")


def execute(
    simulator: Simulator,
    plan: Plan,
    *,
    seed: int = 0,
    workers: int | None = None,
    chunk: int | None = None,
    progress: Advance | None = None,
    crew: Hands | None = None,
) -> pd.DataFrame:
    """Run a plan in memory.

    Parameters
    ----------
    workers
        Spawned processes; None: one a core, 0: this process itself.
    chunk
        Runs handed over at a time; None: about half a second's worth. Neither changes results.
    crew
        Workers of the same simulator and seed that are at hand already (else started, and ended).

    Returns
    -------
    One row a run, in the plan's order: design, world, replicate, failure (null where the run
    went well), measures.
    """
    runs = Runs(plan)
    outcomes: list[Outcome] = []
    run_all(
        simulator,
        runs,
        runs.is_first,
        seed=seed,
        workers=workers,
        chunk=chunk,
        deliver=outcomes.append,
        progress=progress,
        crew=crew,
    )
    names, values, failure = gather(len(runs), outcomes)
    first = runs.first(np.arange(len(runs)))
    frame = pd.DataFrame(values[first], columns=names)
    frame.insert(0, "design", [plan.designs[d].label for d in plan.design.tolist()])
    frame.insert(1, "world", plan.world)
    frame.insert(2, "replicate", plan.replicate)
    frame.insert(3, "failure", pd.Series(failure[first], dtype="str"))
    return frame


def gather(
    n: int, outcomes: list[Outcome]
) -> tuple[list[str], NDArray[np.float64], NDArray[np.object_]]:
    """Names, values (n, n_names) and reasons (n,), put in the order of the runs."""
    names = column_order(sorted(outcomes, key=lambda o: int(o.index[0])))
    place = {name: i for i, name in enumerate(names)}
    values = np.full((n, len(names)), np.nan)
    failure = np.full(n, None, dtype=object)
    for o in outcomes:
        values[o.index[:, None], [place[name] for name in o.names]] = o.values
        for i, text in o.failures.items():
            failure[o.index[i]] = text
    return names, values, failure


def column_order(outcomes: list[Outcome]) -> list[str]:
    """Headline measures first, then the others as the simulator gives them."""
    seen = dict.fromkeys(name for o in outcomes for name in o.names)
    first = [name for name in FIRST_COLUMNS if name in seen]
    return first + [name for name in seen if name not in first]


def run_all(
    simulator: Simulator,
    runs: Runs,
    todo: BoolArray,
    *,
    seed: int,
    workers: int | None,
    deliver: Deliver,
    chunk: int | None = None,
    progress: Advance | None = None,
    crew: Hands | None = None,
) -> None:
    """Run ``todo`` (which of ``runs``) and hand each chunk's outcome to ``deliver``.

    ``crew`` is a crew of the same simulator and seed that is at hand already.

    On Ctrl-C the workers are stopped, what they were at is dropped, and KeyboardInterrupt goes on
    to the caller; everything delivered before stays.
    """
    if chunk is not None and chunk < 1:
        raise UserError("a chunk is at least one run", given=chunk)
    if workers is not None and workers < 0:
        raise UserError("the number of workers cannot be negative", given=workers)
    n_workers = cores() if workers is None else workers
    if crew is not None:
        n_workers = crew.n_workers
    queue = Queue(todo, max(n_workers, 1), chunk)
    total = int(todo.sum())
    meter = Meter(total, progress)
    if n_workers == 0 or not total:
        while (index := queue.take()) is not None:
            started = time.perf_counter()
            outcome = run_chunk(simulator, seed, runs.chunk(index))
            queue.learn(len(index), time.perf_counter() - started)
            deliver(outcome)
            meter.add(len(index))
        return
    if crew is not None:
        crew.work(runs, queue, deliver, meter)
        return
    with Crew(simulator, seed, min(n_workers, total)) as fresh:
        fresh.work(runs, queue, deliver, meter)
