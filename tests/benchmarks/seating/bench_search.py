"""Excess and share of the bound on given rosters, beside random and dealt seating, in one run.

    python tests/benchmarks/seating/bench_search.py ROSTERS.json [SECONDS] [SEEDS]

The file holds rosters as lists of digits (see its "about"). Prints medians over the seeds; wall clock
on a shared machine is noisy, so steps are printed too.
"""

from __future__ import annotations

import json
import statistics
import sys
from pathlib import Path

import numpy as np

from gfmd_sim.seating.search import SeatingProblem, check, solve
from gfmd_sim.seating.search.first import first_plan, luck
from gfmd_sim.seating.search.problem import compile_problem


def problems(path: Path) -> dict[str, SeatingProblem]:
    """The rosters of a file as requests."""
    data = json.loads(path.read_text())
    out = {}
    for r in data["rosters"]:
        even, rest = divmod(r["n"], r["table_sizes"]["count"])
        sizes = (even + 1,) * rest + (even,) * (r["table_sizes"]["count"] - rest)
        attributes = {
            name: [data["values"][name][int(digit)] for digit in digits]
            for name, digits in r["attributes"].items()
        }
        ids = tuple(f"d{i}" for i in range(r["n"]))
        out[r["name"]] = SeatingProblem(ids, attributes, (sizes,) * r["sittings"])
    return out


def main() -> None:
    """Print one line a roster."""
    path = Path(sys.argv[1])
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 10.0
    seeds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    print("roster  random      dealt       search (median)  share   steps     seconds  proven")
    for name, p in problems(path).items():
        a = compile_problem(p)
        chance = np.stack(
            [
                np.repeat(np.arange(p.n_tables), p.table_sizes[r])[np.argsort(np.argsort(u))]
                for r, u in enumerate(luck(0, p.n, p.n_sittings, 0).T)
            ]
        )
        dealt = first_plan(a, 0)
        assert dealt is not None
        base = [check(p, plan) for plan in (chance, dealt)]
        found = [solve(p, seconds, seed=s) for s in range(seeds)]
        excess = statistics.median(f.excess for f in found)
        distinct = statistics.median(f.distinct for f in found)
        told = [f"{b.distinct}/{b.excess:g}" for b in base]
        print(
            f"{name:7} {told[0]:11} {told[1]:11} {f'{distinct:g}/{excess:g}':16} "
            f"{distinct / found[0].bound_distinct:.4f}  "
            f"{statistics.median(f.steps for f in found):9.3g} "
            f"{statistics.median(f.elapsed for f in found):7.2f}  "
            f"{sum(f.is_proven_optimal for f in found)} of {seeds}",
            flush=True,
        )


if __name__ == "__main__":
    main()
