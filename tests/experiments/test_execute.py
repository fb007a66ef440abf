"""Runs: the same values however they are run, and nothing lost when something dies."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from gfmd_sim.errors import GfmdError, UserError
from gfmd_sim.experiments.design import Design, cross, crossed
from gfmd_sim.experiments.execute import execute
from gfmd_sim.experiments.factors import Choice
from gfmd_sim.experiments.runs import Runs
from tests.experiments.toys import Gauss, Trouble

PLAN = crossed(cross([Choice("d", (0, 1))]), 30)
REFERENCE = execute(Trouble(), PLAN, workers=0, chunk=7)


def begun(folder):
    """Times each run was begun."""
    return {p.name: len(p.read_text()) for p in folder.iterdir()}


@pytest.mark.parametrize(("workers", "chunk"), [(0, 1), (0, None), (1, 25), (2, 3), (3, None)])
def test_workers_and_chunks_do_not_change_a_bit(workers, chunk):
    got = execute(Trouble(), PLAN, workers=workers, chunk=chunk)
    pd.testing.assert_frame_equal(got, REFERENCE, check_exact=True)


def test_rows_come_in_the_plans_order():
    assert REFERENCE["design"].tolist() == ["0", "1"] * 30
    assert REFERENCE["replicate"].tolist() == np.repeat(np.arange(30), 2).tolist()
    assert REFERENCE["failure"].isna().all()
    assert not execute(Trouble(), PLAN, workers=0, seed=1)["m0"].equals(REFERENCE["m0"])


def test_equal_levers_are_run_once(tmp_path):
    plan = crossed([Design("one", {"d": 1}), Design("same", {"d": 1.0})], 5)
    assert Runs(plan).n_distinct == 5
    got = execute(Trouble(folder=str(tmp_path)), plan, workers=0)
    assert set(begun(tmp_path).values()) == {1}
    assert np.array_equal(got["m0"][::2], got["m0"][1::2])


@pytest.mark.parametrize("workers", [0, 2])
def test_a_run_that_raises_is_a_row(workers):
    got = execute(Trouble("raise", at=(4,)), PLAN, workers=workers, chunk=5)
    bad = got["replicate"] == 4
    assert (got.loc[bad, "failure"] == "ValueError: replicate 4 is bad").all()
    assert got.loc[bad, "m0"].isna().all()
    pd.testing.assert_frame_equal(got[~bad], REFERENCE[~bad], check_exact=True)


def test_a_run_that_exits_is_a_row_too():
    got = execute(Trouble("exit", at=(4,)), PLAN, workers=1, chunk=5)
    assert got["failure"].notna().sum() == 2


def test_a_poison_run_costs_exactly_itself(tmp_path):
    got = execute(Trouble("die", at=(4,), folder=str(tmp_path)), PLAN, workers=2, chunk=10)
    bad = got["replicate"] == 4
    assert got.loc[bad, "failure"].str.contains("3 times").all()
    pd.testing.assert_frame_equal(got[~bad], REFERENCE[~bad], check_exact=True)
    times = begun(tmp_path)
    assert times["0-4"] == times["1-4"] == 3


def test_killed_workers_are_replaced_and_their_chunks_done_again():
    import multiprocessing as mp

    before, killed = set(mp.active_children()), []

    def kill(done, total, left):
        children = sorted(set(mp.active_children()) - before, key=lambda p: p.pid)
        if len(killed) < 5 and children:
            victim = children[len(killed) % len(children)]
            os.kill(victim.pid, signal.SIGKILL)
            killed.append(victim.pid)

    got = execute(Trouble(seconds=0.05), PLAN, workers=2, chunk=4, progress=kill)
    assert len(killed) >= 3
    pd.testing.assert_frame_equal(got, REFERENCE, check_exact=True)


def test_a_worker_killed_before_it_begins_strikes_no_run():
    """It was handed a chunk (its process stands still, so it has not begun), and is killed."""
    from gfmd_sim.experiments.crew import Crew
    from gfmd_sim.experiments.queue import Queue

    with Crew(Trouble(), 0, 1) as crew:
        execute(Trouble(), PLAN, workers=1, crew=crew)
        (worker,) = crew._workers
        os.kill(worker.process.pid, signal.SIGSTOP)
        crew._queue = Queue(np.ones(10, bool), 1, 4)
        crew._feed(worker)
        os.kill(worker.process.pid, signal.SIGKILL)
        crew._bury(worker)
        assert crew._strikes == {} and len(crew._workers) == 1
        assert [crew._queue.take().tolist() for _ in range(3)] == [
            [0, 1, 2, 3], [4, 5, 6, 7], [8, 9]
        ]  # fmt: skip


def test_a_run_that_a_worker_died_of_waits_for_all_others():
    from gfmd_sim.experiments.queue import Queue

    queue = Queue(np.array([True, False, True, True, True]), 1, 2)
    first = queue.take()
    assert first.tolist() == [0, 2]
    queue.last(first[:1])
    queue.again(first[1:])
    taken = []
    while not queue.is_empty:
        taken.append(queue.take().tolist())
    assert taken == [[2], [3, 4], [0]] and queue.take() is None


def test_ctrl_c_stops_and_leaves_no_worker():
    import multiprocessing as mp

    def progress(done, total, left):
        raise KeyboardInterrupt

    before = set(mp.active_children())
    with pytest.raises(KeyboardInterrupt):
        execute(Trouble(seconds=0.01), PLAN, workers=2, chunk=1, progress=progress)
    assert set(mp.active_children()) <= before


def test_progress_reaches_the_end():
    told = []
    execute(Trouble(), PLAN, workers=0, chunk=10, progress=lambda *a: told.append(a))
    assert told[-1] == (60, 60, 0.0)
    assert [d for d, _, _ in told] == sorted(d for d, _, _ in told)


def test_a_simulator_that_cannot_travel_is_refused():
    class Local(Trouble):
        pass

    with pytest.raises(UserError, match="workers=0"):
        execute(Local(), PLAN, workers=1)


class CannotLoad(Trouble):
    def __reduce__(self):
        return (int, ("not a number",))


class DiesLoading(Trouble):
    def __reduce__(self):
        return (os._exit, (7,))


def test_a_worker_that_cannot_start_says_so():
    with pytest.raises(UserError, match="ValueError"):
        execute(CannotLoad(), PLAN, workers=1)
    with pytest.raises(GfmdError, match="exit code 7"):
        execute(DiesLoading(), PLAN, workers=1)


def test_worlds_are_set():
    truth = {"a": {"x": 0.0}, "b": {"x": 0.0}}
    plan = crossed(cross([Choice("d", ("a", "b"))]), 4, [{"w": 0}, {"w": 100}], per_world=2)
    got = execute(Gauss(truth), plan, workers=0)
    assert (got["x"][got["world"] == 1][got["design"] == "b"] > 50).all()
    assert (got["x"][got["world"] == 0].abs() < 50).all()


@pytest.mark.parametrize("kwargs", [{"workers": -1}, {"workers": 0, "chunk": 0}])
def test_nonsense_is_refused(kwargs):
    with pytest.raises(UserError):
        execute(Trouble(), PLAN, **kwargs)


def test_a_crew_serves_several_plans():
    from gfmd_sim.experiments.crew import Crew

    with Crew(Trouble(), 0, 2) as crew:
        first = execute(Trouble(), PLAN, workers=2, crew=crew)
        pids = [w.process.pid for w in crew._workers]
        second = execute(Trouble(), PLAN, workers=2, crew=crew)
        assert [w.process.pid for w in crew._workers] == pids
    pd.testing.assert_frame_equal(first, REFERENCE, check_exact=True)
    pd.testing.assert_frame_equal(second, REFERENCE, check_exact=True)


GUARD = 'if __name__ == "__main__":\n    '
SCRIPT = """from gfmd_sim.experiments.design import cross, crossed
from gfmd_sim.experiments.execute import execute
from gfmd_sim.experiments.factors import Choice
from tests.experiments.toys import Trouble
{guard}print(len(execute(Trouble(), crossed(cross([Choice("d", (0, 1))]), 4), workers=2)))
"""


@pytest.mark.parametrize("guard", [GUARD, ""], ids=["guarded", "unguarded"])
def test_a_script_without_a_guard_is_told_so_once(guard: str, tmp_path: Path) -> None:
    """Its workers, which run it again and fail, say nothing themselves."""
    script = tmp_path / "script.py"
    script.write_text(SCRIPT.format(guard=guard), encoding="utf-8")
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        [sys.executable, str(script)], cwd=tmp_path, env={**os.environ, "PYTHONPATH": root},
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    if guard:
        assert (done.returncode, done.stdout, done.stderr) == (0, "8\n", "")
    else:
        assert done.returncode == 1 and done.stdout == ""
        assert done.stderr.count("Traceback") == 1
        assert 'under `if __name__ == "__main__":`' in done.stderr.splitlines()[-1]
