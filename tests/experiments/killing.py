"""Sweeps that are killed again and again; ``python -m tests.experiments.killing FOLDER`` is one."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

from gfmd_sim.experiments.design import cross, crossed
from gfmd_sim.experiments.factors import Choice
from gfmd_sim.experiments.sweep import sweep
from tests.experiments.toys import Trouble

PLAN = crossed(cross([Choice("d", tuple(range(5)))]), 80)
SIMULATOR = Trouble(seconds=0.004, n_measures=8)


def main(folder: str) -> None:
    # many writes, so that many kills fall on one
    sweep(SIMULATOR, PLAN, folder, workers=2, chunk=3, shard_rows=30)


def kill_until_done(folder: Path, kills: int, rng: random.Random, patience: float = 600) -> int:
    """Run the sweep, killing its supervisor or a worker ``kills`` times; how often it began."""
    root = Path(__file__).parents[2]
    began, left, deadline = 0, kills, time.monotonic() + patience
    while True:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.experiments.killing", str(folder)], cwd=root
        )
        began += 1
        started = time.monotonic()
        try:
            while process.poll() is None and left:
                # early kills hit the opening, late ones the runs, the shards and the compaction
                time.sleep(rng.uniform(0.0, 0.6))
                age = time.monotonic() - started
                if age < rng.uniform(0.0, 6.0):
                    continue
                family = [psutil.Process(process.pid)]
                try:
                    family += family[0].children(recursive=True)
                    victim = rng.choice(family)
                    os.kill(victim.pid, signal.SIGKILL)
                    left -= 1
                except (psutil.NoSuchProcess, ProcessLookupError):
                    continue
            code = process.wait(max(deadline - time.monotonic(), 1))
        finally:
            process.kill()
        if code == 0:
            return began
        assert code == -signal.SIGKILL, f"the sweep ended with {code}"


if __name__ == "__main__":
    main(sys.argv[1])
