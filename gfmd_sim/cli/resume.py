"""Ctrl-C says the exact line that goes on, or begins again."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import typer

from gfmd_sim.errors import Sentence


def line_of(context: typer.Context) -> str:
    """The command line as it was given, to be typed again."""
    return typed(list(map(str, context.obj or [])))


def line_but(context: typer.Context, changes: Mapping[str, object]) -> str:
    """The command line with options, each with a value, in place of those of that name."""
    words: list[str] = []
    given = iter(map(str, context.obj or []))
    for word in given:
        if word in changes:
            next(given, None)  # its value
        elif word.partition("=")[0] not in changes:
            words.append(word)
    new = [w for name, v in changes.items() if v is not None for w in (name, str(v))]
    return typed([*words, *new])


def typed(given: Sequence[str]) -> str:
    """These words as a command line."""
    words = ["python3", "run.py", *given]
    return subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)


@contextmanager
def going_on(context: typer.Context) -> Iterator[None]:
    """Within, an interrupt carries the line that resumes."""
    try:
        yield
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            Sentence("what is finished is kept; to go on:\n{line}", line=line_of(context))
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
            Sentence(
                "no result is kept; the same line begins again:\n{line}", line=line_of(context)
            )
        ) from None
