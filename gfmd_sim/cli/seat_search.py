"""The search on the screen: what it loads, how far it is, and the best so far when it is stopped."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gfmd_sim.seating.search.problem import Progress

EVERY = 1.0
"""Seconds between two lines where there is no terminal."""


def load(is_quiet: bool) -> None:
    """Load (the first time on a machine: compile) the search, and say so where it takes a while.

    Nothing of this counts as search time.
    """
    import threading

    from gfmd_sim.seating.search import warm_up

    done = threading.Event()

    def tell() -> None:
        if not done.wait(1.5):
            print(
                "loading the search (compiled once on this machine, which takes about a minute); "
                "the clock has not started",
                file=sys.stderr,
            )

    if not is_quiet:
        threading.Thread(target=tell, daemon=True).start()
    try:
        warm_up()
    finally:
        done.set()


@contextmanager
def search_progress(what: str, seconds: float | None, *, is_quiet: bool) -> Iterator[Progress]:
    """Cost, bound, gap and the time left, on standard error, in no language."""
    if is_quiet:
        yield lambda cost, floor, gap, elapsed: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        last = -EVERY

        def by_lines(cost: float, floor: float, gap: float, elapsed: float) -> None:
            nonlocal last
            if time.monotonic() - last >= EVERY:
                last = time.monotonic()
                console.print(f"{what}: {_state(cost, floor, gap, elapsed)}", markup=False)

        yield by_lines
        return
    bar = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.fields[state]}"),
        console=console,
        transient=True,
    )
    with bar:
        task = bar.add_task(what, total=seconds, state="")

        def on_screen(cost: float, floor: float, gap: float, elapsed: float) -> None:
            bar.update(
                task, completed=min(elapsed, seconds) if seconds else None,
                state=_state(cost, floor, gap, elapsed),
            )  # fmt: skip

        yield on_screen


def _state(cost: float, floor: float, gap: float, elapsed: float) -> str:
    return f"cost {cost:,.0f}  bound {floor:,.0f}  gap {gap:.1%}  {elapsed:.1f} s"
