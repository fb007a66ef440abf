"""The first run ever: machine code is made of the model, and kept for all later ones."""

from __future__ import annotations

import time

from gfmd_sim.cli.progress import Advance


def compile_once(advance: Advance) -> None:
    """Run a small Forum, so that every kernel of one is compiled before workers start.

    They would else compile the same, each for itself. ``advance`` is told how far it is.
    """
    from gfmd_sim.compiled import mark_complete
    from gfmd_sim.experiments.forum_simulator import ForumSimulator
    from gfmd_sim.measures.outcome import outcomes
    from gfmd_sim.scenario.files import load_scenario

    begun = time.monotonic()
    levers = {"population.n_delegates": 60, "adoption.share_overall": 0.3}  # somebody partners up
    forum = ForumSimulator.of(load_scenario("four-groups", levers)).forum({}, 0, 0)
    names = {stage.name for stage in forum.stages}
    seen: set[str] = set()
    while not forum.is_over:
        seen.add(forum.step().name)
        took = time.monotonic() - begun
        advance(len(seen), len(names) + 1, took / len(seen) * (len(names) + 1 - len(seen)))
    outcomes(forum)
    advance(len(names) + 1, len(names) + 1, 0.0)
    mark_complete()
