"""The search on the screen: what it loads, and how far it is."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from gfmd_sim.cli.asked import asked
from gfmd_sim.cli.progress import bar, shown
from gfmd_sim.errors import Sentence
from gfmd_sim.language import number, percent, translator
from gfmd_sim.scenario.agenda import Language

if TYPE_CHECKING:
    from gfmd_sim.seating.search.problem import Progress, Standing

EVERY = 1.0
"""Seconds between two lines where there is no terminal."""
COMPILING = Sentence("compiling the search (once on this machine; the clock has not started)")


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
        advance(0, 0, 0.0)
        compile_search(advance)


@contextmanager
def search_progress(what: str, seconds: float | None, *, is_quiet: bool) -> Iterator[Progress]:
    """Balance, meetings again, each beside its bound, gap and time, on standard error."""
    last = -EVERY

    def is_due(what: str, done: float, total: float) -> bool:
        nonlocal last
        now = time.monotonic()
        before, last = last, now if now - last >= EVERY else last
        return last > before

    with shown(what, is_due, is_quiet=is_quiet) as tell:

        def told(now: Standing) -> None:
            done = min(now.elapsed, seconds) if seconds else 0.0
            tell(what, done, seconds or 0.0, standing_words(now, asked()))

        yield told


def standing_words(now: Standing, lang: Language) -> str:
    """How far a search is, in a line."""
    _ = translator(lang)
    if now.broken:
        words = _("{n} constraints still broken").format(n=number(now.broken, lang, 0))
    else:
        words = _(
            "out of balance {excess} (bound {bound_excess}), met again {again} (bound {bound_again}), "
            "gap {gap}"
        ).format(
            excess=number(now.excess, lang, 2, trim=True),
            bound_excess=number(now.bound_excess, lang, 2, trim=True),
            again=number(now.again, lang, 0),
            bound_again=number(now.bound_again, lang, 0),
            gap=percent(now.gap, lang, 1),
        )
    return f"{words}  {number(now.elapsed, lang, 1)} s"
