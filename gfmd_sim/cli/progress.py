"""Progress with the time left, on standard error, in the language asked for; silent when asked.

What is done is a :class:`~gfmd_sim.errors.Sentence`, or a name that is the same in every language.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from gfmd_sim.advance import Advance
from gfmd_sim.cli.asked import asked, spoken
from gfmd_sim.errors import Sentence
from gfmd_sim.language import told

Check = Callable[[], object]
_SILENT_SECONDS = 10
COMPILING = Sentence("compiling the model (once on this machine)")
ANALYSING = Sentence("analysing")
TOGETHER = Sentence("putting together")
COMPILING_LARGE = Sentence("compiling for many delegates (once on this machine)")


def checked() -> None:
    """For requests in which all that can be wrong has been looked for already."""


@contextmanager
def progress(
    what: str, check: Check, *, is_quiet: bool = False, n_delegates: int = 0
) -> Iterator[Bar]:
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
        with bar(COMPILING, is_quiet=is_quiet) as advance:
            advance(0, 0, 0.0)  # said before it is known what there is to compile
            from gfmd_sim.cli.compiling import compile_once

            compile_once(advance)
    from gfmd_sim.pairs import MOST_IN_FULL

    if n_delegates > MOST_IN_FULL:
        from gfmd_sim.cli.compiling import LARGE, compile_large

        if not is_complete(LARGE):
            check()
            with bar(COMPILING_LARGE, is_quiet=is_quiet) as advance:
                advance(0, 0, 0.0)
                compile_large(advance)


class Bar:
    """How far something is: call it with (done, in all, seconds left)."""

    def __init__(self, tell: Callable[[str, float, float, str], None], what: str) -> None:
        self._tell, self._what = tell, what

    def __call__(self, done: int, total: int, left: float) -> None:
        """``done`` of ``total``; 0 in all: unknown."""
        words = f"{done}/{total}  {_left(left)}" if total else ""
        self._tell(self._what, done, total, words)

    def under(self, what: str) -> Bar:
        """The same bar under another name, for what comes next."""
        return Bar(self._tell, what)


@contextmanager
def bar(what: str, *, is_quiet: bool = False) -> Iterator[Bar]:
    """As :func:`progress`, but compiling nothing; told nothing, it only says that work goes on."""
    new, named = -2, -1  # before the first tenth: its name was not said yet, it was
    tenth, of = new, what

    def is_due(name: str, done: float, total: float) -> bool:
        nonlocal tenth, of
        before, of = tenth if name == of else new, name
        tenth = int(done * 10 // total) if total > 0 else max(before, named)
        return tenth > before

    with shown(what, is_due, is_quiet=is_quiet) as tell:
        yield Bar(tell, what)


@contextmanager
def shown(
    what: str, is_due: Callable[[str, float, float], bool], *, is_quiet: bool
) -> Iterator[Callable[[str, float, float, str], None]]:
    """A bar and words beside it: call what this yields with (what, done, in all, words); 0 in all:
    unknown.

    Without a terminal the words are printed as a line wherever ``is_due`` says so, and after ten
    seconds without one.
    """
    if is_quiet:
        yield lambda what, done, total, words: None
        return
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        lines = _Lines(console.print, what)
        with lines.never_silent():
            yield lambda what, done, total, words: lines.tell(
                what, words, is_due=is_due(what, done, total)
            )
        return
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

    drawn = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.fields[words]}"),
        console=console,
        transient=True,
    )
    with drawn:
        task = drawn.add_task(spoken(what), total=None, words="")

        def on_screen(what: str, done: float, total: float, words: str) -> None:
            drawn.update(
                task, description=spoken(what), completed=done, total=total or None, words=words
            )

        yield on_screen


class _Lines:
    """Progress by lines, the last of which is said again where nothing is told for ten seconds."""

    def __init__(self, say: Callable[..., None], what: str) -> None:
        self._say, self._line = say, spoken(what)
        self._said = time.monotonic()
        self._end = threading.Event()

    def tell(self, what: str, words: str, *, is_due: bool) -> None:
        self._line = told(spoken(what), words, asked()) if words else spoken(what)
        if is_due or time.monotonic() - self._said >= _SILENT_SECONDS:
            self._print(self._line)

    @contextmanager
    def never_silent(self) -> Iterator[None]:
        clock = threading.Thread(target=self._say_again, daemon=True)
        clock.start()
        try:
            yield
        finally:
            self._end.set()
            clock.join()

    def _say_again(self) -> None:
        began = time.monotonic()
        while not self._end.wait(max(self._said + _SILENT_SECONDS - time.monotonic(), 0.01)):
            now = time.monotonic()
            if now - self._said >= _SILENT_SECONDS:
                so_far = Sentence("({seconds} s so far)", seconds=f"{now - began:.0f}")
                self._print(f"{self._line}  {spoken(so_far)}")

    def _print(self, line: str) -> None:
        self._said = time.monotonic()
        self._say(line, markup=False, soft_wrap=True)


class Batches:
    """Progress of a whole, told by plans that are run one after another."""

    def __init__(self, total: int, advance: Advance) -> None:
        self._total, self._advance = total, advance
        self._before, self._now, self._of = 0, 0, 0
        self._first: tuple[float, int] | None = None  # when something was done, and how much

    def tell(self, done: int, total: int, left: float) -> None:
        """``done`` of this batch; ``left`` is of no use."""
        if self._now == self._of:  # the batch before was at its end
            self._before += self._now
        self._now, self._of = done, total
        so_far = min(self._before + done, self._total)
        now = time.monotonic()
        if self._first is None:
            self._first = now, so_far
        since, then = self._first
        each = (now - since) / (so_far - then) if so_far > then else 0.0
        self._advance(so_far, self._total, each * (self._total - so_far))


def _left(seconds: float) -> str:
    """``-1:04``, in any language."""
    if not 0.0 < seconds < float("inf"):
        return ""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"-{hours}:{minutes:02d}:{rest:02d}" if hours else f"-{minutes}:{rest:02d}"
