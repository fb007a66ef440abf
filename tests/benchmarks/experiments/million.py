"""A sweep's overhead, size and memory: ``python -m tests.benchmarks.experiments.million [RUNS ...]``.

Two sweeps of each size, at chunks of 25, of simulators of sixty measures that cost next to nothing:
``toy`` has twenty designs; ``forum`` is planned as ``run.py sweep gfmd-2024-25`` plans it, three
designs in plausible worlds drawn from the fit to data. Each is run, put together, verified, gone on
with, read in batches and grouped with DuckDB, every step in a process of its own, whose largest
memory is printed beside CPU a run beyond the simulator's own (supervisor, worker, storage).
"""

from __future__ import annotations

import multiprocessing as mp
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.experiments.big import Sixty

if TYPE_CHECKING:
    from gfmd_sim.experiments.design import Plan

# what the steps need is imported in them: workers import this file too, as Python starts them

DESIGNS = 20
FORUM = "seating.rule=balanced,random,caucus"
WORKERS = 2
CHUNK = 25
STEPS = ("plan", "run", "compact", "verify", "resume", "read", "query")


def planned(kind: str, n: int) -> Plan:
    """About ``n`` runs."""
    from gfmd_sim.experiments.design import cross, crossed
    from gfmd_sim.experiments.factors import Choice
    from gfmd_sim.experiments.forum_sweep import plan_of
    from gfmd_sim.scenario.files import load_scenario

    if kind == "toy":
        return crossed(cross([Choice("d", tuple(range(DESIGNS)))]), n // DESIGNS)
    return plan_of(load_scenario("gfmd-2024-25"), [FORUM], replicates=n // 3)


def own_cost() -> float:
    """CPU seconds a run of the simulator itself, where as many run at once as in the sweeps."""
    with mp.get_context("spawn").Pool(WORKERS) as pool:
        return statistics.mean(pool.map(_own_cost, [100_000] * WORKERS, chunksize=1))


def _own_cost(n: int) -> float:
    simulator = Sixty()
    times = []
    for _ in range(5):
        began = time.process_time()
        for r in range(n // 5):
            simulator.run({"d": r % DESIGNS}, 0, r)
        times.append((time.process_time() - began) / (n // 5))
    return statistics.median(times)


def cpu() -> tuple[float, float]:
    """CPU seconds of this process, and of its ended children."""
    here, children = (
        resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return here.ru_utime + here.ru_stime, children.ru_utime + children.ru_stime


def step(kind: str, what: str, n: int, folder: str) -> None:
    """One step in a process of its own, so that its memory is its own."""
    from gfmd_sim.cli.verified import verified
    from gfmd_sim.experiments.store import Store
    from gfmd_sim.experiments.sweep import sweep

    began, before, more = time.perf_counter(), cpu(), ""
    if what in ("plan", "run", "compact", "resume"):
        plan = planned(kind, n)
        n = len(plan)
        if what == "run":
            sweep(Sixty(), plan, folder, workers=WORKERS, chunk=CHUNK, compacted=False)
        elif what != "plan":
            sweep(Sixty(), plan, folder, workers=0)
    elif what == "verify":
        found = verified(Path(folder))
        assert not found.damages and not found.n_missing
    elif what == "read":
        rows = sum(batch.num_rows for batch in Store.open(folder).batches())
        more = f", {rows:,} rows"
    else:
        import duckdb  # thirty megabytes that no other step needs

        query = f"select design, {', '.join(f'avg(m{i})' for i in range(5))} " \
                f"from '{folder}/runs.parquet' group by design"  # fmt: skip
        connection = duckdb.connect(config={"memory_limit": "200MB"})
        connection.sql(query).fetchall()
        times = []
        for _ in range(9):
            began = time.perf_counter()
            connection.sql(query).fetchall()
            times.append(time.perf_counter() - began)
        more = f", grouped in {statistics.median(times) * 1000:.0f} ms (median of 9)"
    here, children = (after - b for after, b in zip(cpu(), before, strict=True))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{kind:5} {what:8} {n:9,} runs {time.perf_counter() - began:7.1f} s, CPU of this process "
          f"{here / n * 1e6:6.1f} us a run, of workers {children / n * 1e6:6.1f}, peak {peak:4.0f} MB"
          f"{more}", flush=True)  # fmt: skip


def main(*sizes: int) -> int:
    print(f"60 measures, chunks of {CHUNK}, {WORKERS} workers")
    print(f"the simulator itself: {own_cost() * 1e6:.1f} us a run of a worker's", flush=True)
    for kind in ("toy", "forum"):
        for n in sizes or (10_000, 100_000, 1_000_000):
            with tempfile.TemporaryDirectory() as folder:
                out = str(Path(folder) / "s")
                for what in STEPS:
                    line = [sys.executable, "-m", __spec__.name, kind, what, str(n), out]
                    subprocess.run(line, check=True)
                size = sum(f.stat().st_size for f in Path(out).iterdir())
                rows = os.path.getsize(Path(out) / "runs.parquet")
                print(f"folder {size / 1e6:.1f} MB, runs.parquet {rows / n:.0f} bytes a run")
    return 0


if __name__ == "__main__":
    if len(sys.argv) == 5:
        step(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4])
    else:
        raise SystemExit(main(*(int(a) for a in sys.argv[1:])))
