"""Runs a plan, here or in spawned workers, whatever happens to them.

Results do not depend on the number of workers, the size of chunks or the order in which they come
back. A worker that dies (killed, out of memory) is replaced and its chunk done again; the run that
it was at gets a strike, and after three is a row with its reason. Nothing else is lost by it.
"""

from __future__ import annotations

import contextlib
import multiprocessing as mp
import os
import pickle
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Protocol, Self, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gfmd_sim.errors import GfmdError, UserError
from gfmd_sim.experiments.design import Plan
from gfmd_sim.experiments.simulator import JSON, Simulator, canonical_text
from gfmd_sim.experiments.worker import Chunk, Outcome, reason, run_chunk, serve

IntArray: TypeAlias = NDArray[np.int64]

Progress: TypeAlias = Callable[[int, int, float], None]
"""Told (runs done, runs in all, seconds left)."""

Deliver: TypeAlias = Callable[[Outcome], None]

STRIKES = 3
CHUNK_SECONDS = 0.5
MAX_CHUNK = 1000
FIRST_COLUMNS = ("convergence", "solutions", "partnerships", "voice", "continuity")
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


@dataclass(frozen=True)
class Setting:
    """Everything that is set in a run: a design's levers and a world's uncertainties."""

    label: str
    world: int
    levers: dict[str, JSON]
    text: str
    """The levers' canonical text: with the replicate, the run's name within a store."""


@dataclass(frozen=True)
class Runs:
    """The distinct runs of a plan; designs with equal levers share theirs.

    Attributes
    ----------
    settings
        Distinct settings.
    setting, replicate
        Of each distinct run, shape (n_runs,).
    of_plan
        Which distinct run each row of the plan is, shape (len(plan),).
    """

    settings: tuple[Setting, ...]
    setting: IntArray
    replicate: IntArray
    of_plan: IntArray

    def __len__(self) -> int:
        return len(self.setting)

    def chunk(self, index: IntArray) -> Chunk:
        """The runs ``index`` as a worker takes them."""
        used, setting = np.unique(self.setting[index], return_inverse=True)
        return Chunk(index, [self.settings[s].levers for s in used], setting, self.replicate[index])


def distinct_runs(plan: Plan) -> Runs:
    """The distinct runs of a plan, in the plan's order."""
    n_worlds = len(plan.worlds)
    pair = plan.design * n_worlds + plan.world
    used, first = np.unique(pair, return_index=True)
    used = used[np.argsort(first)]  # in order of appearance
    settings: list[Setting] = []
    place: dict[str, int] = {}
    code: dict[int, int] = {}
    for p in used.tolist():
        design, world = plan.designs[p // n_worlds], p % n_worlds
        levers = {**design.levers, **plan.worlds[world]}
        text = canonical_text(levers)
        if text not in place:
            place[text] = len(settings)
            settings.append(Setting(design.label, world, levers, text))
        code[p] = place[text]
    keys = np.array(sorted(code), dtype=np.int64)
    codes = np.array([code[k] for k in keys.tolist()], dtype=np.int64)
    setting = codes[np.searchsorted(keys, pair)]
    name = (setting << 32) | plan.replicate
    _, first, inverse = np.unique(name, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    first = first[order]
    return Runs(tuple(settings), setting[first], plan.replicate[first], rank[inverse])


def execute(
    simulator: Simulator,
    plan: Plan,
    *,
    seed: int = 0,
    workers: int | None = None,
    chunk: int | None = None,
    progress: Progress | None = None,
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
    runs = distinct_runs(plan)
    outcomes: list[Outcome] = []
    run_all(
        simulator,
        runs,
        np.arange(len(runs), dtype=np.int64),
        seed=seed,
        workers=workers,
        chunk=chunk,
        deliver=outcomes.append,
        progress=progress,
        crew=crew,
    )
    names, values, failure = gather(len(runs), outcomes)
    frame = pd.DataFrame(values[runs.of_plan], columns=names)
    frame.insert(0, "design", [plan.designs[d].label for d in plan.design.tolist()])
    frame.insert(1, "world", plan.world)
    frame.insert(2, "replicate", plan.replicate)
    frame.insert(3, "failure", pd.Series(failure[runs.of_plan], dtype="str"))
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
    todo: IntArray,
    *,
    seed: int,
    workers: int | None,
    deliver: Deliver,
    chunk: int | None = None,
    progress: Progress | None = None,
    crew: Hands | None = None,
) -> None:
    """Run ``todo`` (places in ``runs``) and hand each chunk's outcome to ``deliver``.

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
    meter = Meter(len(todo), progress)
    if n_workers == 0 or not len(todo):
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
    with Crew(simulator, seed, min(n_workers, len(todo))) as fresh:
        fresh.work(runs, queue, deliver, meter)


def cores() -> int:
    """Cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Hands(Protocol):
    """What does the work: :class:`Crew` here, ``dask_crew.DaskCrew`` on a cluster."""

    n_workers: int

    def work(self, runs: Runs, queue: Queue, deliver: Deliver, meter: Meter) -> None:
        """Do all that is in ``queue``, handing outcomes to ``deliver`` and counting in ``meter``."""
        ...


class Queue:
    """What is still to do, cut into chunks of about half a second."""

    def __init__(self, todo: IntArray, n_workers: int, chunk: int | None) -> None:
        self._todo, self._next = todo, 0
        self._again: deque[IntArray] = deque()
        self._n_workers, self._chunk = n_workers, chunk
        self._seconds_a_run: float | None = None

    def take(self) -> IntArray | None:
        """The next chunk's runs, or None if there is none."""
        if self._again:
            return self._again.popleft()
        left = len(self._todo) - self._next
        if not left:
            return None
        if self._chunk is not None:
            size = self._chunk
        elif self._seconds_a_run is None:
            size = 1
        else:
            size = int(min(CHUNK_SECONDS / max(self._seconds_a_run, 1e-9), MAX_CHUNK))
            size = max(1, min(size, -(-left // (2 * self._n_workers))))
        index = self._todo[self._next : self._next + size]
        self._next += len(index)
        return index

    def learn(self, n: int, seconds: float) -> None:
        """Take note of how long a chunk took (the mean of old and new: runs differ)."""
        new = seconds / n
        old = self._seconds_a_run
        self._seconds_a_run = new if old is None else (old + new) / 2

    def again(self, index: IntArray) -> None:
        """Do these again."""
        if len(index):
            self._again.append(index)


class Meter:
    """Progress, at most ten times a second; the rate counts from the first result."""

    def __init__(self, total: int, tell: Progress | None) -> None:
        self._total, self._tell = total, tell
        self._done, self._counted = 0, 0
        self._since: float | None = None
        self._told = 0.0

    def add(self, n: int) -> None:
        self._done += n
        now = time.monotonic()
        if self._since is None:
            self._since = now  # workers had to start first: that is not the rate
        else:
            self._counted += n
        if self._tell and (now - self._told > 0.1 or self._done == self._total):
            self._told = now
            left = self._total - self._done
            rate = (now - self._since) / self._counted if self._counted else 0.0
            self._tell(self._done, self._total, left * rate)


@dataclass
class _Worker:
    process: BaseProcess
    pipe: Connection
    at: Any
    ready: bool = False
    chunk: IntArray | None = None
    sent: float = field(default_factory=time.perf_counter)


class Crew:
    """Workers of one simulator and seed, kept alive and busy; for several plans one after another.

    Use as a context manager. With 0 workers the work is done in this process.
    """

    def __init__(self, simulator: Simulator, seed: int = 0, workers: int | None = None) -> None:
        self.n_workers = cores() if workers is None else workers
        self._simulator, self._seed = simulator, seed
        self._pickled: bytes | None = None
        self._context = mp.get_context("spawn")
        self._workers: list[_Worker] = []
        self._strikes: dict[int, int] = {}
        self._died_early = 0.0

    def _start_with(self) -> bytes:
        """Simulator and seed as a worker takes them."""
        try:
            if self._pickled is None:
                self._pickled = pickle.dumps((self._simulator, self._seed))
            return self._pickled
        except Exception as error:
            raise UserError(
                "the simulator cannot be sent to a worker",
                given=reason(error),
                allowed="an object that pickle can write, its class in an importable module",
                remedy="use workers=0 to run in this process",
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._stop()

    def work(self, runs: Runs, queue: Queue, deliver: Deliver, meter: Meter) -> None:
        """Do all that is in ``queue``. After an error the crew is at an end."""
        self._runs, self._queue, self._deliver, self._meter = runs, queue, deliver, meter
        self._strikes = {}
        with _single_threaded():
            while len(self._workers) < self.n_workers:
                self._workers.append(self._start())
        while True:
            for worker in [w for w in self._workers if w.ready and w.chunk is None]:
                self._feed(worker)
            if not any(w.chunk is not None for w in self._workers) and self._idle():
                return
            self._listen()

    def _idle(self) -> bool:
        """Nothing is at work: is nothing left either?"""
        index = self._queue.take()
        if index is None:
            return True
        self._queue.again(index)
        return False

    def _start(self) -> _Worker:
        start_with = self._start_with()
        ours, theirs = self._context.Pipe()
        at = self._context.RawValue("q", 0)
        process = self._context.Process(target=serve, args=(theirs, at), daemon=True)
        process.start()
        theirs.close()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            ours.send_bytes(start_with)
        return _Worker(process, ours, at)

    def _feed(self, worker: _Worker) -> None:
        index = self._queue.take()
        if index is None:
            return
        worker.at.value = 0
        worker.chunk, worker.sent = index, time.perf_counter()
        # a worker that is dead already is found by its closed pipe
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            worker.pipe.send(self._runs.chunk(index))

    def _listen(self) -> None:
        for pipe in wait([w.pipe for w in self._workers], timeout=1.0):
            worker = next(w for w in self._workers if w.pipe is pipe)
            try:
                message = worker.pipe.recv()
            except (EOFError, ConnectionResetError, OSError, pickle.UnpicklingError):
                self._bury(worker)
                continue
            if not worker.ready:
                if message is not None:
                    raise UserError(
                        "a worker cannot load the simulator",
                        given=message,
                        remedy="put the simulator's class in an importable module, or use "
                        "workers=0 to run in this process",
                    )
                worker.ready, self._died_early = True, 0.0
                continue
            index, worker.chunk = worker.chunk, None
            assert index is not None
            self._queue.learn(len(index), time.perf_counter() - worker.sent)
            self._feed(worker)  # before storing: the worker need not wait for the disk
            self._deliver(message)
            self._meter.add(len(index))

    def _bury(self, worker: _Worker) -> None:
        """Replace a dead worker; do its chunk again, but for a run that it died of three times."""
        worker.process.join(5)
        code = worker.process.exitcode
        worker.pipe.close()
        self._workers.remove(worker)
        if not worker.ready:
            # one that was killed may just have been unlucky; one that gave up will do so again
            self._died_early += 0.1 if code is not None and code < 0 else 1
            if self._died_early >= STRIKES * self.n_workers:
                raise GfmdError(
                    f"workers die before they start (exit code {code}); in a script of your own, "
                    'put what it does under `if __name__ == "__main__":`, or use workers=0'
                )
        elif worker.chunk is not None:
            index, place = worker.chunk, min(int(worker.at.value), len(worker.chunk) - 1)
            run = int(index[place])
            self._strikes[run] = self._strikes.get(run, 0) + 1
            self._queue.again(index[:place])
            self._queue.again(index[place + 1 :])
            if self._strikes[run] < STRIKES:
                self._queue.again(index[place : place + 1])
            else:
                how = f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"
                text = f"WorkerDied: the worker died of this run {STRIKES} times ({how})"
                nothing = np.empty((1, 0))
                self._deliver(Outcome(index[place : place + 1], (), nothing, {0: text}))
                self._meter.add(1)
        with _single_threaded():
            self._workers.append(self._start())

    def _stop(self) -> None:
        for worker in self._workers:
            if worker.ready and worker.chunk is None:
                with contextlib.suppress(OSError):
                    worker.pipe.send(None)
            else:
                worker.process.kill()
        for worker in self._workers:
            worker.process.join(2)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join(5)
            worker.pipe.close()
        self._workers = []


@contextlib.contextmanager
def _single_threaded() -> Iterator[None]:
    """Workers started within get one thread each: more would only fight over the cores."""
    before = {name: os.environ.get(name) for name in _ONE_THREAD}
    os.environ.update(dict.fromkeys(_ONE_THREAD, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
