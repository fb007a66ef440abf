"""A worker seen from the queue: a process that does one piece of work after another."""

from __future__ import annotations

import contextlib
import multiprocessing as mp
import time
from collections.abc import Mapping
from typing import Any

from dashboard import work

GRACE = 1.0  # seconds in which a worker that is asked to stop has to


class Worker:
    """Its process and the pipe to it."""

    def __init__(self) -> None:
        self._context = mp.get_context("spawn")
        self._start()

    def _start(self) -> None:
        self._pipe, theirs = self._context.Pipe()
        # not a daemon: a comparison may start workers of its own
        self._process = self._context.Process(target=work.serve, args=(theirs,))
        self._process.start()
        theirs.close()

    def send(self, kind: str, values: Mapping[str, Any]) -> None:
        """Give it a piece of work."""
        self._pipe.send((kind, dict(values)))

    def receive(self, seconds: float) -> tuple[str, Any] | None:
        """What it says next, None if it says nothing in time."""
        return self._pipe.recv() if self._pipe.poll(seconds) else None

    def stop(self, kind: str) -> None:
        """End its piece of work: by asking where that kind of work listens, else with the process."""
        if kind not in work.LISTENS or not self._stops_when_asked():
            self.again()

    def _stops_when_asked(self) -> bool:
        end = time.monotonic() + GRACE
        try:
            self.send(work.STOP, {})
            while (left := end - time.monotonic()) > 0:
                if self.receive(left) == (work.STOP, None):
                    return True
        except (EOFError, OSError):
            pass
        return False

    def again(self) -> int | None:
        """End the process and start a new one; the exit code of the old one."""
        code = self.end()
        self._start()
        return code

    def end(self) -> int | None:
        """End the process; its exit code."""
        with contextlib.suppress(OSError):
            self._pipe.close()
        self._process.join(0.05)
        code = self._process.exitcode
        if code is None:
            self._process.kill()
        self._process.join(5)
        return code
