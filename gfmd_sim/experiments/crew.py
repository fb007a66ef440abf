"""Workers of our own: spawned, watched, replaced.

A worker that dies (killed, out of memory) is replaced and its chunk done again; the run that it was
at gets a strike, and after three is a row with its reason. Nothing else is lost by it. Such a run is
tried again when nothing else is left: whatever kills workers now (memory that is short, an operator)
would else strike the same innocent run three times in a row.
"""

from __future__ import annotations

import contextlib
import multiprocessing as mp
import os
import pickle
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Self

import numpy as np

from gfmd_sim.errors import GfmdError, UserError
from gfmd_sim.experiments.queue import Deliver, Meter, Queue, cores
from gfmd_sim.experiments.runs import IntArray, Runs
from gfmd_sim.experiments.simulator import Simulator
from gfmd_sim.experiments.worker import Outcome, reason, send, serve

STRIKES = 3
_NOT_BEGUN = -1
_GONE = object()
_UNGUARDED = 79  # exit code of a worker that would start workers of its own while it is loaded
_MOST_UNBEGUN = 10  # deaths in a row over a chunk that was handed over and not begun
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


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
        self._unbegun = 0

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
        return self._queue.is_empty

    def _start(self) -> _Worker:
        if getattr(mp.current_process(), "_inheriting", False):
            # A script without a guard, loaded again by a worker: its parent says what to do.
            raise SystemExit(_UNGUARDED)
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
        worker.at.value = _NOT_BEGUN
        worker.chunk, worker.sent = index, time.perf_counter()
        # a worker that is dead already is found by its closed pipe
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            send(worker.pipe, self._runs.chunk(index))

    def _listen(self) -> None:
        for pipe in wait([w.pipe for w in self._workers], timeout=1.0):
            worker = next(w for w in self._workers if w.pipe is pipe)
            try:
                message = pickle.loads(worker.pipe.recv_bytes())
            except (EOFError, ConnectionResetError, OSError, pickle.UnpicklingError):
                message = _GONE
            if message is _GONE:  # out of the except: what burying raises is told without its cause
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
            self._unbegun = 0
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
        if not worker.ready and code == _UNGUARDED:
            raise UserError(
                "the script starts workers, and every worker would run the script again",
                remedy='put what the script does under `if __name__ == "__main__":`, or use workers=0',
            )
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
            self._unbegun += place == _NOT_BEGUN
            if place == _NOT_BEGUN and self._unbegun < _MOST_UNBEGUN:
                self._queue.again(index)
                self._replace()
                return
            place = max(place, 0)
            run = int(index[place])
            self._strikes[run] = self._strikes.get(run, 0) + 1
            self._queue.again(index[:place])
            self._queue.again(index[place + 1 :])
            if self._strikes[run] < STRIKES:
                self._queue.last(index[place : place + 1])
            else:
                how = f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"
                text = f"WorkerDied: the worker died of this run {STRIKES} times ({how})"
                nothing = np.empty((1, 0))
                self._deliver(Outcome(index[place : place + 1], (), nothing, {0: text}))
                self._meter.add(1)
        self._replace()

    def _replace(self) -> None:
        with _single_threaded():
            self._workers.append(self._start())

    def _stop(self) -> None:
        for worker in self._workers:
            if worker.ready and worker.chunk is None:
                with contextlib.suppress(OSError):
                    send(worker.pipe, None)
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
