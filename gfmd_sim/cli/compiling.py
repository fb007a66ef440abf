"""The first run ever: machine code is made of the model, and kept for all later ones."""

from __future__ import annotations

import multiprocessing as mp
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from gfmd_sim.cli.progress import Advance

if TYPE_CHECKING:
    from gfmd_sim.forum import Forum
    from gfmd_sim.scenario.schema import Scenario


_MEASURES = "measures"


def compile_once(advance: Advance) -> None:
    """Run a small Forum, so that every kernel of one is compiled before workers start.

    They would else compile the same, each for itself. Talk and partnerships take about half of it:
    they are compiled here first, while a second process compiles the rest. What it has done is then
    found in the cache, and what it has not (it may fail, or be slow) is done here. ``advance`` is
    told how far it is.
    """
    from gfmd_sim.compiled import mark_complete

    helper = mp.get_context("spawn").Process(target=_compile_the_rest, daemon=True)
    helper.start()
    tell = _by_stage(advance)
    try:
        _compile_talk_and_partnerships(tell)
        _run(_small_forum(), tell)
    finally:
        helper.kill()
        helper.join()
    mark_complete()


LARGE = "-large"
"""The mark of what a Forum of many people needs besides: see ``gfmd_sim.pairs``."""


def compile_large(advance: Advance) -> None:
    """Compile what reads and writes the table of those who have met, once all else is compiled."""
    from gfmd_sim.compiled import mark_complete

    _run(_small_forum(most_in_full=0), _by_stage(advance))
    mark_complete(LARGE)


def _by_stage(advance: Advance) -> Callable[[str], None]:
    """What to call with the name of each thing done: a stage, or the measures at the end."""
    from gfmd_sim.forum.schedule import schedule

    begun, seen = time.monotonic(), set[str]()
    names = {stage.name for stage in schedule(_small_scenario())} | {_MEASURES}
    advance(0, len(names), 0.0)

    def tell(name: str) -> None:
        seen.add(name)
        took = time.monotonic() - begun
        advance(len(seen), len(names), took / len(seen) * (len(names) - len(seen)))

    return tell


def _run(forum: Forum, tell: Callable[[str], None]) -> None:
    from gfmd_sim.measures.outcome import outcomes

    while not forum.is_over:
        tell(forum.step().name)
    outcomes(forum)
    tell(_MEASURES)


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


def _small_scenario() -> Scenario:
    """With every stage in it; few votes adopt a solution, so that somebody partners up."""
    from gfmd_sim.scenario.files import load_scenario

    levers = {"population.n_delegates": 60, "adoption.share_overall": 0.3}
    return load_scenario("four-groups", levers)


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


def _compile_talk_and_partnerships(tell: Callable[[str], None]) -> None:
    """A sitting and a partnering of a small Forum, all else being done by Python itself."""
    from gfmd_sim.partnering import RULES
    from gfmd_sim.partnering.champions import found_partnerships
    from gfmd_sim.talk.kernel import form_opinions, talk_at_tables

    with _all_in_python_but(talk_at_tables, form_opinions, found_partnerships):
        forum = _small_forum()
        while (stage := forum.step()).name != "form opinions":
            tell(stage.name)
        tell(stage.name)
        (number, state) = next(iter(forum.roundtables.items()))
        spare = np.ones(len(forum.delegates), dtype=np.int32)
        needs = int(state.topics.needs_bits[0])
        RULES["champions"](0, state.present, spare, needs, forum.pool(number), forum.setup.partner)


@contextmanager
def _all_in_python_but(*kernels: Any) -> Iterator[None]:
    """Meanwhile every other kernel is the Python function that it was made of.

    Kept are also all that these ``kernels`` call, by the names in their code.
    """
    from numba.core.dispatcher import Dispatcher

    kept, new = set[int](), list(kernels)
    while new:
        function = new.pop().py_func
        called = [function.__globals__.get(name) for name in function.__code__.co_names]
        kept.add(id(function))
        new += [k for k in called if isinstance(k, Dispatcher) and id(k.py_func) not in kept]
    names = [
        (vars(module), name, value)
        for key, module in list(sys.modules.items())
        if key.startswith("gfmd_sim")
        for name, value in vars(module).items()
        if isinstance(value, Dispatcher) and id(value.py_func) not in kept
    ]
    for module, name, value in names:
        module[name] = value.py_func
    try:
        yield
    finally:
        for module, name, value in names:
            module[name] = value


def _compile_the_rest() -> None:
    """In a process of its own: the same Forum, its tables talking and thinking in plain NumPy."""
    from gfmd_sim.forum import forum, sitting
    from gfmd_sim.measures.outcome import outcomes
    from gfmd_sim.talk import reference

    threading.Thread(target=_end_with_parent, daemon=True).start()
    plain = {"talk_at_tables": reference.talk, "form_table_opinions": reference.form}
    vars(sitting).update(plain)
    small = _small_forum()
    forum.ACTIONS["form partnerships"] = lambda forum, stage: None
    outcomes(small.run())


def _end_with_parent() -> None:
    """A process that is killed cannot end its helper: the helper looks itself."""
    parent = mp.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
