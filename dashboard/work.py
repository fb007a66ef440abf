"""What the workers do: a kind of work is a generator of answers, the last of them the final one.

Nothing of Dash is imported here; whoever is asked sends back plain values and frames.
"""

from __future__ import annotations

import contextlib
import os
import signal
import traceback
from collections.abc import Mapping
from multiprocessing.connection import Connection
from typing import Any

STOP = "stop"  # sent to a worker, and what it says when it has stopped
LISTENS = frozenset({"story"})  # kinds of work that often look whether they shall stop


class _Stopped(Exception):
    """This work is not wanted any more."""


def serve(pipe: Connection) -> None:
    """Do what comes through the pipe until it closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's business
    if hasattr(os, "nice"):
        with contextlib.suppress(OSError):
            os.nice(5)  # the server answers first
    from dashboard.tasks import NEED_NOTHING  # heavy: in the worker alone
    from dashboard.tasks.compiling import compile_first

    while True:
        try:
            kind, values = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            if kind == STOP:  # what it is about was done just before
                pipe.send((STOP, None))
                continue
            if kind not in NEED_NOTHING:
                compile_first(lambda *news: pipe.send(("compiling", tuple(map(float, news)))))
                pipe.send(("progress", (0, 0, 0.0)))
            _do(pipe, kind, values)
        except _Stopped:
            pipe.send((STOP, None))
        except (BrokenPipeError, ConnectionResetError):
            return
        except Exception as error:
            pipe.send(("failed", reason(error)))


def _do(pipe: Connection, kind: str, values: Mapping[str, Any]) -> None:
    """One piece of work, its answers through the pipe."""
    from dashboard.tasks import KINDS

    def tell(*news: float) -> None:
        pipe.send(("progress", tuple(map(float, news))))
        if kind in LISTENS and pipe.poll():
            pipe.recv()
            raise _Stopped

    for answer in KINDS[kind](values, tell):
        pipe.send(("answer", answer))
    pipe.send(("done", None))


def reason(error: Exception) -> Exception:
    """What to tell a user: his own mistake in full, to be said in his language; ours in a line."""
    from gfmd_sim.errors import GfmdError

    if isinstance(error, GfmdError):
        return error
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{os.path.basename(last.filename)}:{last.lineno}"
    return GfmdError(f"{type(error).__name__}: {error} ({place})")
