"""Ctrl-C says the exact line that goes on, or begins again."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import typer


def line_of(context: typer.Context) -> str:
    """The command line as it was given, to be typed again."""
    words = ["python3", "run.py", *map(str, context.obj or [])]
    return subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)


@contextmanager
def going_on(context: typer.Context) -> Iterator[None]:
    """Within, an interrupt carries the line that resumes."""
    try:
        yield
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            f"what is finished is kept; to go on:\n{line_of(context)}"
        ) from None


@contextmanager
def beginning_again(context: typer.Context) -> Iterator[None]:
    """Within, an interrupt that has nothing to say of its own carries the line to run again."""
    try:
        yield
    except KeyboardInterrupt as stop:
        if str(stop):
            raise
        raise KeyboardInterrupt(
            f"no result is kept; the same line begins again:\n{line_of(context)}"
        ) from None
