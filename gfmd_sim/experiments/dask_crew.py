"""Runs a plan on a Dask cluster: one that is there, or one of its own on this machine.

Dask reschedules what a dead worker was at, and gives a task up after a few deaths, with it all
that stood in the same worker's queue. So what was given up is tried again run by run, alone on the
cluster: only a run that kills its worker when nothing else is there is a failed run.
"""

from __future__ import annotations

import importlib
import logging
import pickle
from collections import deque
from typing import Any, Self

import numpy as np

from gfmd_sim.errors import UserError
from gfmd_sim.experiments.queue import Deliver, Meter, Queue, cores
from gfmd_sim.experiments.runs import IntArray, Runs
from gfmd_sim.experiments.simulator import Simulator
from gfmd_sim.experiments.worker import Chunk, Outcome, run_chunk

_loaded: tuple[bytes, Simulator] | None = None


def run_pickled(simulator: bytes, seed: int, chunk: Chunk) -> Outcome:
    """What a Dask worker does; the simulator is loaded once a process."""
    global _loaded
    if _loaded is None or _loaded[0] != simulator:
        _loaded = (simulator, pickle.loads(simulator))
    return run_chunk(_loaded[1], seed, chunk)


def client_of(address: str) -> Any:
    """A client of the scheduler at ``address``.

    Raises
    ------
    UserError
        If none answers there.
    """
    distributed: Any = importlib.import_module("distributed")
    try:
        return distributed.Client(address, timeout=5)
    except (OSError, ValueError) as error:
        raise UserError(
            "no Dask scheduler answers there",
            key="--scheduler",
            given=address,
            allowed="tcp://host:port of a running Dask scheduler",
            remedy="start one (docs/scaling.md), or leave --scheduler away",
        ) from error


class DaskCrew:
    """Workers of one simulator and seed on a Dask cluster; a context manager.

    Parameters
    ----------
    address
        The scheduler's (``tcp://host:8786``); None starts a cluster on this machine that listens
        on 127.0.0.1 only, without a dashboard, and ends with this object.
    workers
        Processes of a cluster of our own; None: one a core.
    """

    def __init__(
        self,
        simulator: Simulator,
        seed: int = 0,
        *,
        address: str | None = None,
        workers: int | None = None,
    ) -> None:
        self._simulator, self._seed, self._address = pickle.dumps(simulator), seed, address
        self.n_workers = workers or cores()
        self._client: Any = None
        self._cluster: Any = None

    def __enter__(self) -> Self:
        distributed: Any = importlib.import_module("distributed")

        if self._address is None:
            # the second death of a task, not the fourth, sends it to be tried alone
            dask: Any = importlib.import_module("dask")
            dask.config.set({"distributed.scheduler.allowed-failures": 1})
            self._cluster = distributed.LocalCluster(
                n_workers=self.n_workers,
                threads_per_worker=1,
                processes=True,
                host="127.0.0.1",
                dashboard_address=None,
                silence_logs=logging.CRITICAL,
            )
            self._client = distributed.Client(self._cluster)
            return self
        self._client = client_of(self._address)
        self.n_workers = max(len(self._client.scheduler_info(n_workers=-1)["workers"]), 1)
        return self

    def __exit__(self, *error: object) -> None:
        for thing in (self._client, self._cluster):
            if thing is not None:
                thing.close()

    def work(self, runs: Runs, queue: Queue, deliver: Deliver, meter: Meter) -> None:
        """Do all that is in ``queue``; chunks in flight are two a worker."""
        distributed: Any = importlib.import_module("distributed")

        flight = distributed.as_completed([], with_results=False)
        at: dict[str, IntArray] = {}
        suspects: deque[IntArray] = deque()

        def submit(index: IntArray) -> None:
            future = self._client.submit(
                run_pickled, self._simulator, self._seed, runs.chunk(index), pure=False
            )
            at[future.key] = index
            flight.add(future)

        def fill() -> None:
            while len(at) < 2 * self.n_workers:
                index = queue.take()
                if index is None:
                    break
                submit(index)
            if not at and suspects:
                submit(suspects.popleft())  # alone: what it does, it does itself

        fill()
        while at:
            future = next(flight)
            index, alone = at.pop(future.key), not at
            error = future.exception() if future.status == "error" else None
            if future.status == "finished":
                outcome = future.result()
                deliver(outcome)
                meter.add(len(index))
            elif error is not None and not isinstance(error, distributed.KilledWorker):
                raise error
            elif error is not None and alone and len(index) == 1:
                text = "WorkerDied: the worker died of this run, alone on the cluster"
                deliver(Outcome(index, (), np.empty((1, 0)), {0: text}))
                meter.add(1)
            elif error is not None:
                suspects.extend(index[i : i + 1] for i in range(len(index)))
            else:
                queue.again(index)  # cancelled or lost: nobody's fault
            future.release()  # the scheduler need not remember it
            del future
            fill()
