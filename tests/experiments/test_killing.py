"""kill -9 of any process at any moment: nothing lost, nothing doubled. The long soak is
``tests/benchmarks/experiments/soak.py``."""

import os
import random

import pandas as pd
import pytest

from gfmd_sim.experiments.execute import execute
from gfmd_sim.experiments.store import Store
from tests.experiments.killing import PLAN, SIMULATOR, kill_until_done


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL on Windows")
def test_ten_kills(tmp_path):
    folder = tmp_path / "s"
    kill_until_done(folder, 10, random.Random(5))
    store = Store.open(folder)
    assert not store.damages()
    frame = store.frame()
    assert len(frame) == len(PLAN)
    assert not frame.duplicated(["design", "replicate"]).any()
    expected = execute(SIMULATOR, PLAN, workers=0)
    pd.testing.assert_frame_equal(store.plan_frame(), expected, check_exact=True)
    left = [p.name for p in folder.iterdir() if p.name.startswith((".", "shard-", "journal"))]
    assert not left
