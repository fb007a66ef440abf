"""Progress with the time left, on standard error; silent when asked."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Advance = Callable[[int, int, float], None]
Check = Callable[[], object]
_SILENT_SECONDS = 10
COMPILING = "compiling the model (once on this machine)"
COMPILING_LARGE = "compiling for many delegates (once on this machine)"


def checked() -> None:
    """For requests in which all that can be wrong has been looked for already."""


@contextmanager
def progress(
    what: str, check: Check, *, is_quiet: bool = False, n_delegates: int = 0
) -> Iterator[Advance]:
    """A bar named ``what``; call what it yields with (done, in all, seconds left).

    Without a terminal a line is printed at each tenth instead, and after ten seconds without one. On
    a machine on which nothing has run yet, the model is compiled first, with a bar of its own; so is
    what ``n_delegates`` need besides.
    ``check``: see :func:`compile_first`.
    """
    compile_first(check, is_quiet=is_quiet, n_delegates=n_delegates)
    with bar(what, is_quiet=is_quiet) as advance:
        yield advance


def compile_first(check: Check, *, is_quiet: bool = False, n_delegates: int = 0) -> None:
    """Compile the model if nothing has run on this machine yet, with a bar of its own.

    So is what a Forum of so many delegates needs besides, if it is one of many. Nobody waits for it
    with a wrong request: ``check`` raises what the run itself would, compiling nothing. It is
    called only where there is something to compile (elsewhere the run says so soon enough).
    """
    from gfmd_sim.compiled import is_complete, start_light

    start_light()
    if not is_complete():
        check()
        from gfmd_sim.cli.compiling import compile_once

        with bar(COMPILING, is_quiet=is_quiet) as advance:
            compile_once(advance)
    from gfmd_sim.pairs import MOST_IN_FULL

    if n_delegates > MOST_IN_FULL:
        from gfmd_sim.cli.compiling import LARGE, compile_large

        if not is_complete(LARGE):
            check()
            with bar(COMPILING_LARGE, is_quiet=is_quiet) as advance:
                compile_large(advance)


@contextmanager
def bar(what: str, *, is_quiet: bool = False) -> Iterator[Advance]:
    """As :func:`progress`, but compiling nothing."""
    tenth, told = -1, time.monotonic()

    def is_due(done: float, total: float) -> bool:
        nonlocal tenth, told
        before, tenth = tenth, int(done * 10 // total) if total > 0 else tenth
        now = time.monotonic()
        if tenth <= before and now - told < _SILENT_SECONDS:
            return False
        told = now
        return True

    with shown(what, is_due, is_quiet=is_quiet) as tell:
        yield lambda done, total, left: tell(done, total, f"{done}/{total}  {_left(left)}")


@contextmanager
def shown(
    what: str, is_due: Callable[[float, float], bool], *, is_quiet: bool
) -> Iterator[Callable[[float, float, str], None]]:
    """A bar and words beside it: call what this yields with (done, in all, words); 0 in all: unknown.

    Without a terminal the words are printed as a line wherever ``is_due`` says so.
    """
    if is_quiet:
        yield lambda done, total, words: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    console = Console(stderr=True)
    if not console.is_terminal:

        def by_lines(done: float, total: float, words: str) -> None:
            if is_due(done, total):
                console.print(f"{what}: {words}", markup=False, soft_wrap=True)

        yield by_lines
        return
    drawn = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.fields[words]}"),
        console=console,
        transient=True,
    )
    with drawn:
        task = drawn.add_task(what, total=None, words="")

        def on_screen(done: float, total: float, words: str) -> None:
            drawn.update(task, completed=done, total=total or None, words=words)

        yield on_screen


def _left(seconds: float) -> str:
    """``-1:04``, in any language."""
    if not 0.0 < seconds < float("inf"):
        return ""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"-{hours}:{minutes:02d}:{rest:02d}" if hours else f"-{minutes}:{rest:02d}"
