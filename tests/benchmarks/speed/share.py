"""How much of a headless run is spent inside compiled functions, and where the time goes."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from numba.core.dispatcher import Dispatcher

from gfmd_sim.errors import Sentence
from gfmd_sim.experiments.forum_simulator import ForumSimulator
from gfmd_sim.measures.outcome import outcomes
from gfmd_sim.scenario.files import load_scenario
from tests.benchmarks.speed.clock import Spread, tidy, wall
from tests.benchmarks.speed.figures import Figure


class Clocks:
    """A clock around every compiled function that Python calls, from the call to the return."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._around: dict[int, Callable[..., Any]] = {}
        self._own = _seconds_between_readings()

    @property
    def inside(self) -> float:
        """Seconds inside compiled functions so far."""
        return sum(self.seconds.values())

    @contextmanager
    def on(self) -> Iterator[None]:
        """With the clocks in place of the functions, wherever a module of ours names one."""
        with ExitStack() as stack:
            for module in [m for n, m in sys.modules.items() if n.startswith("gfmd_sim") and m]:
                for name, value in list(vars(module).items()):
                    if isinstance(value, Dispatcher):
                        clock = self._around.setdefault(id(value), self._clock(value))
                        stack.enter_context(patch.object(module, name, clock))
            yield

    def _clock(self, kernel: Any) -> Callable[..., Any]:
        name = f"{kernel.py_func.__module__}.{kernel.py_func.__name__}"
        seconds, now, own = self.seconds, time.perf_counter, self._own
        seconds.setdefault(name, 0.0)

        def call(*given: Any) -> Any:
            begun = now()
            out = kernel(*given)
            seconds[name] += now() - begun - own
            return out

        return call


def _seconds_between_readings() -> float:
    """What a clock shows of itself."""
    now = time.perf_counter
    return Spread.of([-(now() - now()) for _ in range(1_000)]).median


def compiled_share(scenario: str, rounds: int) -> tuple[list[Figure], list[tuple[str, float]]]:
    """The share of a headless run inside compiled functions, and a profile: (where, ms a run).

    The clocks take time themselves, so the time inside is that of a run with clocks, and the whole that
    of the same run without, in turn. The profile is of runs with clocks around the stages too.
    """
    simulator = ForumSimulator.of(load_scenario(scenario))
    clocks, staged = Clocks(), Clocks()
    stages: dict[str, float] = {}
    shares = []
    whole = 0.0

    def inside(luck: int) -> float:
        before = clocks.inside
        with clocks.on():
            simulator.run({}, 0, luck)
        return clocks.inside - before

    def plain(luck: int) -> float:
        return wall(lambda: simulator.run({}, 0, luck))

    def profiled(luck: int) -> float:
        with staged.on():
            return wall(lambda: _staged(simulator, luck, stages))

    inside(0)
    with tidy():
        for k in range(rounds):
            if k % 2 == 0:
                took, part = plain(k), inside(k)
            else:
                part, took = inside(k), plain(k)
            shares.append(part / took)
            whole += profiled(k)
    figure = Figure("forum.compiled", Sentence("share of a headless run inside compiled code"),
                    Spread.of(shares), "", at_least=0.7)  # fmt: skip
    rows = [(f"compiled: {n}", s) for n, s in staged.seconds.items()]
    rows += [(f"stage: {n}", s) for n, s in stages.items()]
    rows.append(("the whole run", whole))
    return [figure], sorted(((n, s / rounds * 1e3) for n, s in rows), key=lambda row: -row[1])


def _staged(simulator: ForumSimulator, replicate: int, seconds: dict[str, float]) -> None:
    """One run, its stages timed by name."""
    last = time.perf_counter()

    def lap(name: str) -> None:
        nonlocal last
        now = time.perf_counter()
        seconds[name] = seconds.get(name, 0.0) + now - last
        last = now

    forum = simulator.forum({}, 0, replicate)
    lap("draw the start")
    while not forum.is_over:
        lap(forum.step().name)
    outcomes(forum)
    lap("all measures")
