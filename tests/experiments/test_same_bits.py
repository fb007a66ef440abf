"""The same files whatever the process is told about hashing and language."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import sys
from gfmd_sim.experiments.design import cross, crossed
from gfmd_sim.experiments.factors import Choice
from gfmd_sim.experiments.sweep import sweep
from tests.experiments.toys import Trouble

if __name__ == "__main__":
    plan = crossed(cross([Choice("d", (0, 1)), Choice("e.f", ("x", "y"))]), 20)
    sweep(Trouble(), plan, sys.argv[1], workers=int(sys.argv[2]), chunk=int(sys.argv[3]))
"""


@pytest.mark.slow
def test_hash_seed_locale_workers_and_chunks_do_not_show(tmp_path):
    (tmp_path / "script.py").write_text(SCRIPT)
    files = []
    for i, (seed, locale, workers, chunk) in enumerate(
        [("0", "C", "1", "9"), ("12345", "fr_FR.UTF-8", "0", "1"), ("random", "C.UTF-8", "2", "4")]
    ):
        env = {**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": locale, "TZ": "Asia/Tokyo"}
        env["PYTHONPATH"] = str(Path(__file__).parents[2])
        out = tmp_path / str(i)
        command = [sys.executable, str(tmp_path / "script.py"), str(out), workers, chunk]
        subprocess.run(command, check=True, env=env, timeout=120)
        files.append((out / "runs.parquet").read_bytes())
    assert files[0] == files[1] == files[2]
