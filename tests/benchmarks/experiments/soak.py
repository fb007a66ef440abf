"""Soak: ``python -m tests.benchmarks.experiments.soak [SWEEPS] [KILLS A SWEEP]``, 20 and 10.

Prints a line a sweep; exits with 1 at the first sweep whose results are not those of a quiet run.
"""

from __future__ import annotations

import random
import sys
import tempfile
from pathlib import Path

from gfmd_sim.experiments.execute import execute
from gfmd_sim.experiments.store import Store
from tests.experiments.killing import PLAN, SIMULATOR, kill_until_done


def main(sweeps: int = 20, kills: int = 10) -> int:
    expected = execute(SIMULATOR, PLAN, workers=0)
    for i in range(sweeps):
        with tempfile.TemporaryDirectory() as folder:
            began = kill_until_done(Path(folder) / "s", kills, random.Random(i))
            store = Store.open(Path(folder) / "s")
            good = store.plan_frame().equals(expected) and len(store.frame()) == len(PLAN)
            good = good and not store.damages()
            print(f"sweep {i}: {kills} kills, begun {began} times, {'ok' if good else 'WRONG'}",
                  flush=True)  # fmt: skip
            if not good:
                return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(*(int(a) for a in sys.argv[1:])))
