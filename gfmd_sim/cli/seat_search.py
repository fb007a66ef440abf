"""The search on the screen: what it loads, how far it is, and the best so far when it is stopped."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from gfmd_sim.cli.progress import bar, shown

if TYPE_CHECKING:
    from gfmd_sim.seating.search.problem import Progress

EVERY = 1.0
"""Seconds between two lines where there is no terminal."""
COMPILING = "compiling the search (once on this machine; the clock has not started)"


def load(is_quiet: bool) -> None:
    """Load (the first time on a machine: compile) the search, and say how far that is.

    Nothing of this counts as search time.
    """
    from gfmd_sim.cli.compiling import SEARCH, compile_search
    from gfmd_sim.compiled import is_complete
    from gfmd_sim.seating.search import warm_up

    if is_complete(SEARCH):
        warm_up()
        return
    with bar(COMPILING, is_quiet=is_quiet) as advance:
        compile_search(advance)


@contextmanager
def search_progress(what: str, seconds: float | None, *, is_quiet: bool) -> Iterator[Progress]:
    """Cost, bound, gap between them and the time, on standard error, in no language."""
    last = -EVERY

    def is_due(done: float, total: float) -> bool:
        nonlocal last
        now = time.monotonic()
        before, last = last, now if now - last >= EVERY else last
        return last > before

    with shown(what, is_due, is_quiet=is_quiet) as tell:

        def told(cost: float, floor: float, gap: float, elapsed: float) -> None:
            words = f"cost {cost:,.0f}  bound {floor:,.0f}  gap {cost - floor:,.0f}"
            done = min(elapsed, seconds) if seconds else 0.0
            tell(done, seconds or 0.0, f"{words}  {elapsed:.1f} s")

        yield told
