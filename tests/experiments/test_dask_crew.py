"""A real Dask cluster in separate processes gives the same bits, and survives its workers."""

import os
import signal

import pandas as pd
import pytest

from gfmd_sim.errors import UserError
from gfmd_sim.experiments.dask_crew import DaskCrew
from gfmd_sim.experiments.design import cross, crossed
from gfmd_sim.experiments.execute import execute
from gfmd_sim.experiments.factors import Choice
from gfmd_sim.experiments.sweep import sweep
from tests.experiments.toys import Trouble

PLAN = crossed(cross([Choice("d", (0, 1))]), 30)


@pytest.fixture(scope="module")
def reference():
    return execute(Trouble(), PLAN, workers=0)


@pytest.mark.slow
def test_a_cluster_gives_the_same_bits(tmp_path, reference):
    with DaskCrew(Trouble(), workers=2) as crew:
        got = execute(Trouble(), PLAN, crew=crew, chunk=7)
        pd.testing.assert_frame_equal(got, reference, check_exact=True)
        sweep(Trouble(), PLAN, tmp_path / "dask", crew=crew)
        address = crew._cluster.scheduler_address
        assert "127.0.0.1" in address
        with DaskCrew(Trouble(), address=address) as other:
            assert other.n_workers == 2
            pd.testing.assert_frame_equal(execute(Trouble(), PLAN, crew=other), reference)
    sweep(Trouble(), PLAN, tmp_path / "here", workers=0)
    one, two = (tmp_path / n / "runs.parquet" for n in ("dask", "here"))
    assert one.read_bytes() == two.read_bytes()


@pytest.mark.slow
def test_killed_dask_workers_lose_nothing(reference):
    simulator = Trouble(seconds=0.03)
    killed = []
    with DaskCrew(simulator, workers=2) as crew:

        def kill(done, total, left):
            if len(killed) < 2:
                answers = crew._client.run(os.getpid, on_error="ignore").values()
                for pid in [p for p in answers if isinstance(p, int)][:1]:
                    os.kill(pid, signal.SIGKILL)
                    killed.append(pid)

        got = execute(simulator, PLAN, crew=crew, chunk=5, progress=kill)
    assert len(killed) == 2
    pd.testing.assert_frame_equal(got, reference, check_exact=True)


@pytest.mark.slow
def test_a_poison_run_costs_exactly_itself_on_dask_too(reference):
    plan = crossed(cross([Choice("d", (0, 1))])[:1], 6)
    with DaskCrew(Trouble("die", at=(1,)), workers=1) as crew:
        got = execute(Trouble("die", at=(1,)), plan, crew=crew, chunk=3)
    bad = got["replicate"] == 1
    assert got.loc[bad, "failure"].str.contains("alone").all()
    assert got.loc[~bad, "failure"].isna().all()
    expected = reference[:12:2].reset_index(drop=True)
    pd.testing.assert_frame_equal(got[~bad], expected[~bad], check_exact=True)


def test_no_scheduler_there():
    with (
        pytest.raises(UserError, match="no Dask scheduler"),
        DaskCrew(Trouble(), address="tcp://127.0.0.1:1"),
    ):
        pass
