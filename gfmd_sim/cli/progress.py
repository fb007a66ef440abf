"""Progress with the time left, on standard error; silent when asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

Advance = Callable[[int, int, float], None]
COMPILING = "compiling the model (once on this machine)"


@contextmanager
def progress(what: str, *, is_quiet: bool = False) -> Iterator[Advance]:
    """A bar named ``what``; call what it yields with (done, in all, seconds left).

    Without a terminal a line is printed at each tenth instead. On a machine on which nothing has run
    yet, the model is compiled first, with a bar of its own.
    """
    compile_first(is_quiet=is_quiet)
    with _bar(what, is_quiet=is_quiet) as advance:
        yield advance


def compile_first(*, is_quiet: bool = False) -> None:
    """Compile the model if nothing has run on this machine yet, with a bar of its own."""
    from gfmd_sim.compiled import is_complete, start_light

    start_light()
    if not is_complete():
        from gfmd_sim.cli.compiling import compile_once

        with _bar(COMPILING, is_quiet=is_quiet) as advance:
            compile_once(advance)


@contextmanager
def _bar(what: str, *, is_quiet: bool) -> Iterator[Advance]:
    if is_quiet:
        yield lambda done, total, left: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        tenth = -1

        def by_tenths(done: int, total: int, left: float) -> None:
            nonlocal tenth
            if total > 0 and done * 10 // total > tenth:
                tenth = done * 10 // total
                console.print(f"{what}: {done}/{total}  {_left(left)}", markup=False)

        yield by_tenths
        return
    bar = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[left]}"),
        console=console,
        transient=True,
    )
    with bar:
        task = bar.add_task(what, total=None, left="")

        def on_screen(done: int, total: int, left: float) -> None:
            bar.update(task, completed=done, total=total, left=_left(left))

        yield on_screen


def _left(seconds: float) -> str:
    """``-1:04``, in any language."""
    if not 0.0 < seconds < float("inf"):
        return ""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"-{hours}:{minutes:02d}:{rest:02d}" if hours else f"-{minutes}:{rest:02d}"
