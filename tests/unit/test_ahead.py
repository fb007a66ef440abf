"""Kernels are compiled ahead: all that a piece of work calls, and nothing else, by other processes."""

from __future__ import annotations

import os
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
from numba import typeof
from numba.core.dispatcher import Dispatcher

from gfmd_sim import streams
from gfmd_sim.cli import ahead, compiling
from gfmd_sim.experiments.forum_simulator import ForumSimulator
from gfmd_sim.forum import sitting
from gfmd_sim.measures.outcome import outcomes
from gfmd_sim.scenario.files import load_scenario
from gfmd_sim.seating.search import small_search

ROOT = Path(__file__).parents[2]
KEY, PEOPLE = np.zeros(3, np.uint32), np.arange(4, dtype=np.uint32)
FILL = ahead.Kernel(
    "gfmd_sim.streams", "fill_uniform", (typeof(KEY), typeof(PEOPLE), typeof(1), typeof(1))
)


def test_the_kernels_of_a_forum_are_seen_without_compiling() -> None:
    found = ahead.kernels_called(compiling._small_run())
    names = [kernel.name for kernel in found]
    assert {"take_turns", "form_opinions", "found_partnerships", "kendall_w"} <= set(names)
    assert names[0] == "take_turns"  # the largest first
    assert len(set(found)) == len(found)
    assert "form_table" not in names  # only other kernels call it
    assert isinstance(vars(sitting)["meet_at_tables"], Dispatcher)


def test_several_roundtables_call_no_other_kernels_than_one() -> None:
    """An array that is a column of one alone is of another type than a column of many."""
    levers = {"population.n_delegates": 24, "discussion.n_turns": 6}
    simulator = ForumSimulator.of(load_scenario("gfmd-2024-25", levers))
    several = ahead.kernels_called(lambda: outcomes(simulator.forum({}, 0, 0).run()))
    assert set(several) <= set(ahead.kernels_called(compiling._small_run()))


def test_python_does_not_warn_where_kernels_do_not() -> None:
    """Numbers that wrap around, as hashes do."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ahead.kernels_called(compiling._small_run(most_in_full=0))


def test_the_kernels_of_a_search_are_seen_too() -> None:
    names = {kernel.name for kernel in ahead.kernels_called(small_search)}
    assert {"anneal", "exchange", "fit_all", "recount"} <= names


def test_python_finds_what_the_kernels_find() -> None:
    def draw() -> np.ndarray:
        return streams.fill_uniform(KEY, PEOPLE, 1, 3)

    compiled, inside = draw(), list[np.ndarray]()
    assert ahead.kernels_called(lambda: inside.append(draw())) == [FILL]
    np.testing.assert_array_equal(inside[0], compiled)


def test_a_fault_in_the_work_leaves_the_kernels_in_their_places(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = streams.fill_uniform
    with pytest.raises(ZeroDivisionError):
        ahead.kernels_called(lambda: 1 / 0)
    with monkeypatch.context() as patch, pytest.raises(RuntimeError, match="gfmd_sim.late"):
        ahead.kernels_called(lambda: patch.setitem(sys.modules, "gfmd_sim.late", sys))
    assert streams.fill_uniform is before


def test_others_compile_and_say_how_far_they_are() -> None:
    told: list[tuple[int, int, float]] = []
    pairs = ahead.Kernel(FILL.module, "fill_pair_uniform", FILL.types[:3])
    ahead.compile_all(lambda begin: [FILL, pairs], lambda *news: told.append(news))
    assert list(dict.fromkeys(news[:2] for news in told)) == [(0, 2), (1, 2), (2, 2)]
    assert told[-1][2] == 0.0


def test_what_cannot_be_compiled_is_left_to_the_caller() -> None:
    """A kernel that does not take such arguments: its process ends, and nobody waits for it."""
    told: list[int] = []
    wrong = FILL._replace(types=(typeof("no key"), *FILL.types[1:]))
    ahead.compile_all(lambda begin: [wrong], lambda done, total, left: told.append(done))
    assert set(told) == {0}


MISSED = """
import sys
from numba.core.dispatcher import Dispatcher
from gfmd_sim.cli import ahead, compiling

if __name__ == "__main__":
    if "cold" in sys.argv:
        ahead.compile_all = compiling.compile_all = lambda find, advance: None
    compiling.compile_once(lambda *news: None)
    here = [vars(module) for name, module in sys.modules.items() if name.startswith("gfmd_sim")]
    ours = [f for names in here for f in names.values() if isinstance(f, Dispatcher)]
    print(sum(sum(f.stats.cache_misses.values()) for f in ours))
"""


@pytest.mark.slow
@pytest.mark.parametrize("how", ["ahead", "cold"])
def test_nothing_is_left_to_compile_where_it_is_called(tmp_path: Path, how: str) -> None:
    """Negative control: without others all of it is."""
    script = tmp_path / "missed.py"
    script.write_text(MISSED)
    env = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path / "code"), "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(
        [sys.executable, str(script), how], env=env, capture_output=True, text=True, check=True
    )
    assert (int(ran.stdout) == 0) == (how == "ahead")
