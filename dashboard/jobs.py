"""Our own bounded queue of jobs: an id for each request, one piece of work for identical ones.

Work is done in processes of its own, so that it can be stopped at once and its death is seen.
There are lanes: quick answers never wait behind long comparisons. Dash's background callbacks
are not used: identical jobs of different users share a key there, and killed jobs end silently.
"""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections import OrderedDict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from dashboard.worker import Worker

State = Literal["waiting", "running", "done", "failed", "cancelled", "died", "unknown"]
LOST = frozenset({"failed", "cancelled", "died"})
OVER = LOST | {"done", "unknown"}
MAX_WAITING = 200
KEPT = 64  # finished pieces of work whose answers are kept
FORGOTTEN_AFTER = 30.0  # seconds without anybody asking: the tab was closed
LANES = {"quick": 1, "runs": 1, "long": 1, "idle": 1}
WARM = ("quick", "runs", "long")  # lanes whose worker is there before the first job
LOOK = 0.05  # seconds between looks at a worker


class QueueFull(Exception):
    """More work waits than will ever be done in time."""


@dataclass
class _Work:
    key: str
    kind: str
    values: Mapping[str, Any]
    lane: str
    state: State = "waiting"
    version: int = 0
    answer: Any = None
    done: int = 0
    total: int = 0
    left: float | None = None
    error: Exception | None = None
    is_compiling: bool = False
    askers: dict[str, float] = field(default_factory=dict)  # job id -> when it was last asked for
    news: threading.Condition = field(default_factory=threading.Condition)
    stop: bool = False

    @property
    def is_lost(self) -> bool:
        """No answer will come of it."""
        return self.stop or self.state in LOST

    def tell(self, **changes: Any) -> None:
        with self.news:
            for name, value in changes.items():
                setattr(self, name, value)
            self.news.notify_all()


@dataclass(frozen=True)
class News:
    """What is known of a job. ``answer`` is the latest; it may be partial while it is running."""

    state: State
    version: int = 0
    done: int = 0
    total: int = 0
    left: float | None = None
    error: Exception | None = None
    answer: Any = None
    is_compiling: bool = False

    @property
    def is_over(self) -> bool:
        """Nothing more will come."""
        return self.state in OVER


class Jobs:
    """The queue and its workers; threads and processes start with the first job or ``warm``."""

    def __init__(self, lanes: Mapping[str, int] | None = None) -> None:
        self._lanes = dict(lanes or LANES)
        self._lock = threading.Condition()
        self._waiting: dict[str, deque[_Work]] = {lane: deque() for lane in self._lanes}
        self._by_key: OrderedDict[str, _Work] = OrderedDict()
        self._by_job: OrderedDict[str, _Work] = OrderedDict()
        self._cancelled: set[str] = set()
        self._latest: OrderedDict[tuple[str, str], str] = OrderedDict()  # (asker, kind) -> job
        self._threads: list[threading.Thread] = []
        self._closed = False

    # -- asking ----------------------------------------------------------------------------------

    def start(self, kind: str, values: Mapping[str, Any], lane: str, asker: str = "") -> str:
        """A new job; identical ones share their work but not their id.

        An ``asker`` wants his last answer only: what he asked for before, of this kind, is given up,
        and whoever asks the same again is told the same job.

        Raises
        ------
        QueueFull
            If too much waits already.
        """
        key = json.dumps([kind, values], sort_keys=True, default=str)
        job = uuid.uuid4().hex
        with self._lock:
            before = self._latest.get((asker, kind), "")
            same = self._by_job.get(before)
            if same is not None and same.key == key and not same.stop:
                if same.state in OVER:  # told once how it ended; who asks once more asks anew
                    del self._latest[asker, kind]
                if same.state != "cancelled":
                    return before
            known = self._by_key.get(key)
            if known is None or known.is_lost:
                if len(self._waiting[lane]) >= MAX_WAITING:
                    raise QueueFull
                known = _Work(key, kind, dict(values), lane)
                self._by_key[key] = known
                self._waiting[lane].append(known)
            self._by_key.move_to_end(key)
            known.askers[job] = time.monotonic()
            self._by_job[job] = known
            if asker:
                self._latest.pop((asker, kind), None)
                self._latest[asker, kind] = job
            self._forget()
            self._lock.notify_all()
        self.cancel(before)
        self.warm()
        return job

    def news(self, job: str) -> News:
        """What is known of a job now; to ask is to stay interested."""
        with self._lock:
            w = self._by_job.get(job)
            if w is None:
                return News("unknown")
            if job in self._cancelled:
                return News("cancelled", w.version, w.done, w.total, answer=w.answer)
            w.askers[job] = time.monotonic()
        with w.news:
            return News(
                w.state, w.version, w.done, w.total, w.left, w.error, w.answer, w.is_compiling
            )

    def wait(self, job: str, seconds: float, *, first: bool = False) -> News:
        """As :meth:`news`, once the job is over or the time is; ``first``: or something is found.

        Time in which the model is compiled does not count.
        """
        end = time.monotonic() + seconds
        with self._lock:
            w = self._by_job.get(job)
        if w is None:
            return News("unknown")
        with w.news:
            while not (
                w.state in OVER or (first and w.answer is not None) or job in self._cancelled
            ):
                now = time.monotonic()
                end = now + seconds if w.is_compiling else end
                if now >= end:
                    break
                if job in w.askers:
                    w.askers[job] = now  # still interested
                w.news.wait(min(end - now, 5.0))
        return self.news(job)

    def cancel(self, job: str) -> None:
        """Give a job up; its work stops if nobody else waits for it."""
        with self._lock:
            w = self._by_job.get(job)
            if w is None or w.state in OVER:
                return
            self._cancelled.add(job)
            w.askers.pop(job, None)
            self._drop_unwanted(w)
        w.tell()  # whoever waits for this job waits no longer

    # -- working ---------------------------------------------------------------------------------

    def warm(self) -> None:
        """Start threads and processes, if that has not been done."""
        with self._lock:
            if self._threads or self._closed:
                return
            for lane, n in self._lanes.items():
                for _ in range(n):
                    thread = threading.Thread(target=self._serve, args=(lane,), daemon=True)
                    self._threads.append(thread)
                    thread.start()

    def close(self) -> None:
        """Stop everything."""
        with self._lock:
            self._closed = True
            for w in self._by_key.values():
                w.stop = True
            self._lock.notify_all()
        for thread in self._threads:
            thread.join(5)

    def _drop_unwanted(self, w: _Work) -> None:
        if w.askers or w.state in OVER:
            return
        w.stop = True
        if w in self._waiting[w.lane]:
            self._waiting[w.lane].remove(w)
            w.tell(state="cancelled")

    def _forget(self) -> None:
        finished = [k for k, w in self._by_key.items() if w.state in OVER]
        for key in finished[: max(0, len(finished) - KEPT)]:
            del self._by_key[key]
        while len(self._by_job) > 20 * KEPT:
            job, w = next(iter(self._by_job.items()))
            if w.state not in OVER:
                break
            del self._by_job[job]
            w.askers.pop(job, None)
            self._cancelled.discard(job)
        while len(self._latest) > 20 * KEPT:
            self._latest.popitem(last=False)

    def _next(self, lane: str) -> _Work | None:
        with self._lock:
            while not self._closed:
                if self._waiting[lane]:
                    return self._waiting[lane].popleft()
                self._lock.wait(1.0)
        return None

    def _serve(self, lane: str) -> None:
        worker = Worker() if lane in WARM else None
        try:
            while (w := self._next(lane)) is not None:
                if not w.stop:
                    worker = worker or Worker()
                    self._do(w, worker)
        finally:
            if worker is not None:
                worker.end()

    def _do(self, w: _Work, worker: Worker) -> None:
        w.tell(state="running")
        try:
            worker.send(w.kind, w.values)
        except OSError:  # died while it was idle
            worker.again()
            worker.send(w.kind, w.values)
        while True:
            if w.stop or self._is_forgotten(w):
                worker.stop(w.kind)
                w.tell(state="cancelled", version=w.version + 1)
                return
            try:
                message = worker.receive(LOOK)
            except (EOFError, OSError):
                worker.again()
                w.tell(state="died", version=w.version + 1)
                return
            if message is None:
                continue
            word, value = message
            if word == "progress":
                w.tell(done=value[0], total=value[1], left=value[2], is_compiling=False)
            elif word == "compiling":
                w.tell(done=value[0], total=value[1], left=value[2], is_compiling=True)
            elif word == "answer":
                w.tell(answer=value, version=w.version + 1, is_compiling=False)
            elif word == "done":
                w.tell(state="done", version=w.version + 1)
                return
            else:
                w.tell(state="failed", error=value, version=w.version + 1)
                return

    def _is_forgotten(self, w: _Work) -> bool:
        if w.lane == "idle":
            return False  # made ready for whoever comes
        now = time.monotonic()
        return all(now - asked > FORGOTTEN_AFTER for asked in list(w.askers.values()))
