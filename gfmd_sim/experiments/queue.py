"""What is still to do, cut into chunks; how far it is; and who may do it."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeAlias

import numpy as np

from gfmd_sim.advance import Advance

if TYPE_CHECKING:  # a single run only counts itself, and need not load what tables are made of
    from gfmd_sim.experiments.runs import BoolArray, IntArray, Runs
    from gfmd_sim.experiments.worker import Outcome

Deliver: TypeAlias = "Callable[[Outcome], None]"

CHUNK_SECONDS = 0.5
MAX_CHUNK = 1000
_AHEAD = 10_000


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
    """What is still to do (of all runs, those that are true), cut into chunks of half a second."""

    def __init__(self, todo: BoolArray, n_workers: int, chunk: int | None) -> None:
        self._todo, self._next, self._left = todo, 0, int(todo.sum())
        self._ready = np.empty(0, np.int64)
        self._again: deque[IntArray] = deque()
        self._last: deque[IntArray] = deque()
        self._n_workers, self._chunk = n_workers, chunk
        self._seconds_a_run: float | None = None

    def take(self) -> IntArray | None:
        """The next chunk's runs, or None if there is none."""
        if self._again:
            return self._again.popleft()
        if not self._left:
            return self._last.popleft() if self._last else None
        if self._chunk is not None:
            size = self._chunk
        elif self._seconds_a_run is None:
            size = 1
        else:
            size = int(min(CHUNK_SECONDS / max(self._seconds_a_run, 1e-9), MAX_CHUNK))
            size = max(1, min(size, -(-self._left // (2 * self._n_workers))))
        while len(self._ready) < size and self._next < len(self._todo):
            ahead = np.flatnonzero(self._todo[self._next : self._next + _AHEAD]) + self._next
            self._ready = np.concatenate([self._ready, ahead])
            self._next += _AHEAD
        index, self._ready = self._ready[:size], self._ready[size:]
        self._left -= len(index)
        return index

    def learn(self, n: int, seconds: float) -> None:
        """Take note of how long a chunk took (the mean of old and new: runs differ)."""
        new = seconds / n
        old = self._seconds_a_run
        self._seconds_a_run = new if old is None else (old + new) / 2

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to take."""
        return not (self._again or self._left or self._last)

    def again(self, index: IntArray) -> None:
        """Do these again."""
        if len(index):
            self._again.append(index)

    def last(self, index: IntArray) -> None:
        """Do these again, when nothing else is left."""
        if len(index):
            self._last.append(index)


class Meter:
    """Progress, at most ten times a second; the rate counts from the first result."""

    def __init__(self, total: int, tell: Advance | None) -> None:
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
