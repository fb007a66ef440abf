"""A sweep's overhead, size and memory: ``python -m tests.benchmarks.experiments.million [RUNS]``.

Runs a simulator of sixty measures that costs next to nothing, at chunks of 25, into a folder;
compacts it; groups it with DuckDB. Prints CPU a run beyond the simulator's own (supervisor, worker,
storage, compaction), bytes a run, the time of a grouped query, and the memory of each step.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from gfmd_sim.experiments.design import cross, crossed
from gfmd_sim.experiments.factors import Choice
from gfmd_sim.experiments.sweep import sweep
from tests.experiments.big import Sixty

DESIGNS = 20
WORKERS = 2
CHUNK = 25


def plan_of(n: int):
    return crossed(cross([Choice("d", tuple(range(DESIGNS)))]), n // DESIGNS)


def own_cost(n: int = 20_000) -> float:
    """CPU seconds a run of the simulator itself."""
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


def step(kind: str, n: int, folder: str) -> None:
    """One step in a process of its own, so that its memory is its own."""
    plan = plan_of(n)
    began, before = time.perf_counter(), cpu()
    if kind == "run":
        sweep(Sixty(), plan, folder, workers=WORKERS, chunk=CHUNK, compacted=False)
    elif kind == "compact":
        sweep(Sixty(), plan, folder, workers=0)
    else:
        query = f"select design, {', '.join(f'avg(m{i})' for i in range(5))} " \
                f"from '{folder}/runs.parquet' group by design"  # fmt: skip
        connection = duckdb.connect()
        connection.sql(query).fetchall()
        times = []
        for _ in range(9):
            began = time.perf_counter()
            assert len(connection.sql(query).fetchall()) == DESIGNS
            times.append(time.perf_counter() - began)
        print(f"grouped query {statistics.median(times) * 1000:.0f} ms (median of 9)")
    here, children = (after - b for after, b in zip(cpu(), before, strict=True))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{kind:8} {time.perf_counter() - began:7.1f} s, this process {here / n * 1e6:6.1f} us a "
          f"run, workers {children / n * 1e6:6.1f} us a run, peak {peak:,.0f} MB", flush=True)  # fmt: skip


def main(n: int = 1_000_000) -> int:
    print(f"{n:,} runs, {DESIGNS} designs, 60 measures, chunks of {CHUNK}, {WORKERS} workers")
    print(f"the simulator itself: {own_cost() * 1e6:.1f} us a run")
    with tempfile.TemporaryDirectory() as folder:
        out = str(Path(folder) / "s")
        for kind in ("run", "compact", "query"):
            subprocess.run([sys.executable, "-m", __spec__.name, kind, str(n), out], check=True)
            if kind == "compact":
                size = sum(f.stat().st_size for f in Path(out).iterdir())
                rows = os.path.getsize(Path(out) / "runs.parquet")
                print(f"folder {size / 1e6:.1f} MB, runs.parquet {rows / n:.0f} bytes a run")
    return 0


if __name__ == "__main__":
    if len(sys.argv) == 4:
        step(sys.argv[1], int(sys.argv[2]), sys.argv[3])
    else:
        raise SystemExit(main(*(int(a) for a in sys.argv[1:])))
