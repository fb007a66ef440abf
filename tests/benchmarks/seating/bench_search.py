"""The search beside random seating, greedy balanced dealing and a plain annealer, in one run.

    python -m tests.benchmarks.seating.bench_search [--seconds 10] [--seeds 3] [--rosters d40,d60]

Seven synthetic rosters (``rosters.json``): lists of digits, see its "about". Prints a Markdown table
of medians over the seeds. The methods take turns, seed by seed, with the same seconds on one core;
GroupSelect joins in where it is installed (``group_select.py``). Every plan is judged by the checker, which shares nothing with the search.
"""

from __future__ import annotations

import argparse
import json
import statistics
from pathlib import Path

import numpy as np

from gfmd_sim.seating.search import SeatingProblem, check, solve
from gfmd_sim.seating.search.arrays import compile_problem
from gfmd_sim.seating.search.first import first_plan, luck
from gfmd_sim.seating.search.problem import Plan
from tests.benchmarks.seating.group_select import group_select, is_installed
from tests.benchmarks.seating.plain_annealer import plain_annealing

ROSTERS = Path(__file__).parent / "rosters.json"
METHODS = ("random", "dealt", "GroupSelect", "plain annealer", "search")


def problems(path: Path = ROSTERS) -> dict[str, SeatingProblem]:
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


def by_chance(p: SeatingProblem, seed: int) -> Plan:
    """Everybody anywhere."""
    rows = [
        np.repeat(np.arange(p.n_tables), p.table_sizes[r])[np.argsort(np.argsort(u))]
        for r, u in enumerate(luck(seed, p.n, p.n_sittings, 0).T)
    ]
    return np.stack(rows).astype(np.int16)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--rosters", default="")
    asked = parser.parse_args()
    methods = METHODS
    if not is_installed():
        print("GroupSelect is not installed and is left out; see group_select.py\n")
        methods = tuple(m for m in METHODS if m != "GroupSelect")
    print(
        "| roster | tables | method | seats out of balance | pairs who meet | of bound | proven |"
    )
    print("|---|---|---|---:|---:|---:|---:|", flush=True)
    for name, p in problems().items():
        if asked.rosters and name not in asked.rosters.split(","):
            continue
        a = compile_problem(p)
        excess: dict[str, list[float]] = {m: [] for m in methods}
        distinct: dict[str, list[int]] = {m: [] for m in methods}
        proven, bound = 0, 0
        for seed in range(asked.seeds):
            chance, dealt = by_chance(p, seed), first_plan(a, seed)
            assert dealt is not None
            plain = plain_annealing(a, dealt, asked.seconds, seed)
            found = solve(p, asked.seconds, seed=seed)
            proven += found.is_proven_optimal
            bound = max(bound, found.bound_distinct)
            plans = {
                "random": chance,
                "dealt": dealt,
                "plain annealer": plain,
                "search": found.plan,
            }
            if "GroupSelect" in methods:
                plans["GroupSelect"] = group_select(p, asked.seconds, seed)
            for m in methods:
                judged = check(p, plans[m])
                excess[m].append(judged.excess)
                distinct[m].append(judged.distinct)
        sizes = sorted(set(p.table_sizes[0]))
        room = f"{p.n_tables} of {' or '.join(map(str, sizes))}"
        for m in methods:
            pairs = statistics.median(distinct[m])
            told = f"{proven} of {asked.seeds}" if m == "search" else ""
            print(
                f"| {name} | {room} | {m} | {statistics.median(excess[m]):g} | {pairs:g} of {bound} "
                f"| {100 * pairs / bound:.1f}% | {told} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
