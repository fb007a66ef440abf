"""The first run ever: machine code is made of the model, and kept for all later ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from gfmd_sim.advance import Advance
from gfmd_sim.cli.ahead import Begin, Kernel, compile_all, kernels_called

if TYPE_CHECKING:
    from gfmd_sim.forum import Forum
    from gfmd_sim.scenario.schema import Scenario

Work = Callable[[], object]
MODEL = ""
LARGE = "-large"
"""What a Forum of many people needs besides: see ``gfmd_sim.pairs``."""
SEARCH = "-search"
"""The seating search; parts are named by their marks in :mod:`gfmd_sim.compiled`."""


def compile_once(advance: Advance) -> None:
    """Compile every kernel of a Forum before workers start; ``advance`` is told how many are done.

    They would else compile the same, each for itself.
    """
    compile_parts(advance, MODEL)


def compile_large(advance: Advance) -> None:
    """Compile what reads and writes the table of those who have met, once all else is compiled."""
    compile_parts(advance, LARGE)


def compile_search(advance: Advance) -> None:
    """Compile the seating search; ``advance`` is told how many of its kernels are done."""
    compile_parts(advance, SEARCH)


def compile_parts(advance: Advance, *parts: str) -> None:
    """Compile several parts together: no core waits for the last kernel of one."""
    from gfmd_sim.compiled import mark_complete

    works = [_work(part) for part in parts]

    def find(begin: Begin) -> list[Kernel]:
        return kernels_called(lambda: [in_python() for in_python, _ in works], begin)

    compile_all(find, advance)
    for part, (_, compiled) in zip(parts, works, strict=True):
        compiled()  # with what is still missing
        mark_complete(part)


def _small_scenario() -> Scenario:
    """With every stage in it, but short: Python does what kernels would.

    Few votes adopt a solution and most people are willing, so that somebody partners up.
    """
    from gfmd_sim.scenario.files import load_scenario

    levers = {
        "population.n_delegates": 24,
        "discussion.n_turns": 8,
        "adoption.share_overall": 0.1,
        "adoption.share_each_group": 0.0,
        "partnering.intercept": 6.0,
    }
    return load_scenario("four-groups", levers)


def _small_run(most_in_full: int | None = None) -> Callable[[], object]:
    """What runs a small Forum; all that it needs is imported by now."""
    from gfmd_sim.experiments import forum_simulator  # noqa: F401
    from gfmd_sim.measures.outcome import outcomes

    return lambda: outcomes(_small_forum(most_in_full).run())


def _small_forum(most_in_full: int | None = None) -> Forum:
    """``most_in_full``: of how many people all pairs are kept, if not of as many as elsewhere."""
    from gfmd_sim import pairs
    from gfmd_sim.experiments.forum_simulator import ForumSimulator

    usual = pairs.MOST_IN_FULL
    pairs.MOST_IN_FULL = usual if most_in_full is None else most_in_full
    try:
        return ForumSimulator.of(_small_scenario()).forum({}, 0, 0)
    finally:
        pairs.MOST_IN_FULL = usual


def _work(part: str) -> tuple[Work, Work]:
    """What calls the kernels of a part in Python, and what does so once they are compiled."""
    if part == SEARCH:
        from gfmd_sim.seating.search import small_search, warm_up

        return small_search, warm_up
    run = _small_run(most_in_full=0 if part == LARGE else None)
    return run, run
