"""The first run ever: machine code is made of the model, and kept for all later ones."""

from __future__ import annotations

import multiprocessing as mp
import os
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gfmd_sim.cli.progress import Advance

if TYPE_CHECKING:
    from gfmd_sim.forum import Forum
    from gfmd_sim.scenario.schema import Scenario


def compile_once(advance: Advance) -> None:
    """Run a small Forum, so that every kernel of one is compiled before workers start.

    They would else compile the same, each for itself. The talk takes about half of it, so a second
    process compiles the rest meanwhile; what it has done is found in the cache, and what it has not
    (it may fail, or be slow) is done here. ``advance`` is told how far it is.
    """
    from gfmd_sim.compiled import mark_complete
    from gfmd_sim.measures.outcome import outcomes

    begun = time.monotonic()
    helper = mp.get_context("spawn").Process(target=_compile_all_but_the_talk, daemon=True)
    helper.start()
    try:
        forum = _small_forum()
        n_names = len({stage.name for stage in forum.stages}) + 1
        seen: set[str] = set()
        while not forum.is_over:
            seen.add(forum.step().name)
            took = time.monotonic() - begun
            advance(len(seen), n_names, took / len(seen) * (n_names - len(seen)))
        outcomes(forum)
        advance(n_names, n_names, 0.0)
    finally:
        helper.kill()
        helper.join()
    mark_complete()


def before_compiling(check: Callable[[], object]) -> None:
    """Where compiling comes first: say what is wrong with a request before it.

    ``check`` raises what the run itself would; elsewhere the run does so soon enough.
    """
    from gfmd_sim.compiled import is_complete

    if not is_complete():
        check()


SEARCH = "-search"
"""The mark of the seating search among the parts that are compiled."""


def compile_search(advance: Advance) -> None:
    """Compile the seating search; ``advance`` is told how many of its kernels are done."""
    from numba.core import event
    from numba.core.dispatcher import Dispatcher

    from gfmd_sim.compiled import mark_complete
    from gfmd_sim.seating.search import anneal, exchange, mixes, moves, state, warm_up

    kernels = {
        f.py_func
        for module in (state, mixes, moves, anneal, exchange)
        for f in vars(module).values()
        if isinstance(f, Dispatcher)
        and f.py_func.__module__ == module.__name__
        and f.targetoptions.get("inline") != "always"
    }
    done: set[Any] = set()

    class Told(event.Listener):
        def on_start(self, event: Any) -> None:
            pass

        def on_end(self, event: Any) -> None:
            function = event.data["dispatcher"].py_func
            if function in kernels - done:
                done.add(function)
                advance(len(done), len(kernels), 0.0)

    advance(0, len(kernels), 0.0)
    with event.install_listener("numba:compile", Told()):
        warm_up()
    advance(len(kernels), len(kernels), 0.0)
    mark_complete(SEARCH)


def read_first(scenario: Scenario) -> None:
    """Where compiling comes first: say what is wrong with a scenario's files before it.

    Raises
    ------
    UserError
        As the run itself would.
    """
    from gfmd_sim.experiments.forum_simulator import ForumSimulator

    before_compiling(lambda: ForumSimulator.of(scenario).setup({}))


def _small_forum() -> Forum:
    """With every stage in it; few votes adopt a solution, so that somebody partners up."""
    from gfmd_sim.experiments.forum_simulator import ForumSimulator
    from gfmd_sim.scenario.files import load_scenario

    levers = {"population.n_delegates": 60, "adoption.share_overall": 0.3}
    return ForumSimulator.of(load_scenario("four-groups", levers)).forum({}, 0, 0)


def _compile_all_but_the_talk() -> None:
    """In a process of its own: the same Forum, its tables talking and thinking in plain NumPy."""
    from gfmd_sim.forum import sitting
    from gfmd_sim.talk import reference

    threading.Thread(target=_end_with_parent, daemon=True).start()
    plain = {"talk_at_tables": reference.talk, "form_table_opinions": reference.form}
    vars(sitting).update(plain)
    _small_forum().run()


def _end_with_parent() -> None:
    """A process that is killed cannot end its helper: the helper looks itself."""
    parent = mp.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
