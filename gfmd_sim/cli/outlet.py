"""Where a command's words go: nowhere, once their reader (head, less) has left.

The command goes on, so that what it writes is written, and ends with the exit code of what it did.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from gfmd_sim.errors import UserError, refusal


@contextmanager
def to_whoever_reads() -> Iterator[None]:
    """Within, no reader who leaves and no terminal of another encoding is an error.

    Raises
    ------
    UserError
        If standard output cannot be written for another reason, such as a full disk; at the latest
        when it is flushed.
    """
    before = sys.stdout, sys.stderr
    with contextlib.ExitStack() as opened:
        nowhere = [
            opened.enter_context(open(os.devnull, "w", encoding="utf-8"))
            for stream in before
            if stream is None  # as where a shell has closed it: >&-
        ]
        out, err = (_Outlet(s or nowhere[0], must_arrive=s is before[0]) for s in before)
        sys.stdout, sys.stderr = out, err
        try:
            yield
        finally:
            sys.stdout, sys.stderr = before
            for outlet in (out, err):
                outlet.close_up()


class _Outlet:
    """A stream that stays in order when nobody reads it any more."""

    def __init__(self, stream: Any, *, must_arrive: bool) -> None:
        self._stream = stream
        self._must_arrive = must_arrive
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # another encoding shows '?'

    def write(self, text: str) -> int:
        try:
            self._stream.write(text)
        except OSError as error:
            self._leave(error)
        return len(text)

    def writelines(self, lines: Any) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        try:
            self._stream.flush()
        except OSError as error:
            self._leave(error)

    def close_up(self) -> None:
        """Write what is left, whatever becomes of it: the interpreter would complain."""
        self._must_arrive = False
        with contextlib.suppress(ValueError):  # closed
            self.flush()

    def _leave(self, error: OSError) -> None:
        """What comes, and what waits in the buffers, goes nowhere from now on."""
        must_arrive, self._must_arrive = self._must_arrive, False
        with contextlib.suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stream.fileno())
            os.close(nowhere)
        if must_arrive and not _has_left(error):
            raise UserError(
                "what is to be said cannot be written",
                given=refusal(error),
                remedy="make room, or send it elsewhere",
            ) from error

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _has_left(error: OSError) -> bool:
    """Whether the reader is gone; Windows calls that an invalid argument."""
    return isinstance(error, BrokenPipeError) or (os.name == "nt" and error.errno == errno.EINVAL)
