"""The first run ever: machine code is made of the model, and kept for all later ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from gfmd_sim.advance import Advance
from gfmd_sim.cli.ahead import compile_all, kernels_called

if TYPE_CHECKING:
    from gfmd_sim.forum import Forum
    from gfmd_sim.scenario.schema import Scenario


def compile_once(advance: Advance) -> None:
    """Compile every kernel of a Forum before workers start; ``advance`` is told how many are done.

    They would else compile the same, each for itself.
    """
    from gfmd_sim.compiled import mark_complete

    run = _small_run()
    compile_all(lambda begin: kernels_called(run, begin), advance)
    run()  # with what is still missing
    mark_complete()


LARGE = "-large"
"""The mark of what a Forum of many people needs besides: see ``gfmd_sim.pairs``."""


def compile_large(advance: Advance) -> None:
    """Compile what reads and writes the table of those who have met, once all else is compiled."""
    from gfmd_sim.compiled import mark_complete

    run = _small_run(most_in_full=0)
    compile_all(lambda begin: kernels_called(run, begin), advance)
    run()
    mark_complete(LARGE)


SEARCH = "-search"
"""The mark of the seating search among the parts that are compiled."""


def compile_search(advance: Advance) -> None:
    """Compile the seating search; ``advance`` is told how many of its kernels are done."""
    from gfmd_sim.compiled import mark_complete
    from gfmd_sim.seating.search import small_search, warm_up

    compile_all(lambda begin: kernels_called(small_search, begin), advance)
    warm_up()
    mark_complete(SEARCH)


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
