"""What the search is to reach: planted plans, long lists, delegations and groups, known designs.

    python -m tests.benchmarks.seating.promises [--parts planted,long,delegations,pairs,crowded,coverage] [--seeds 3]

Prints a Markdown table. Seconds are CPU time of one core until optimality is proven, or until the
time is up.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from dataclasses import replace

from gfmd_sim.seating.search import (
    FixedSeat,
    PlanResult,
    SeatingProblem,
    check,
    default_table_sizes,
    solve,
    warm_up,
)
from gfmd_sim.seating.search.templates import template
from tests.seating.generators import delegations_and_groups, planted, problem, shuffled

PLANTED = ((8, 5), (9, 5), (9, 6), (10, 6), (11, 6), (8, 8), (11, 7), (11, 8), (12, 8), (13, 8))
LONG = (200, 225, 250, 275, 299, 300, 400, 500, 750, 1000, 1500)
DESIGNS = ((15, 5, 7), (9, 3, 4), (16, 4, 5), (25, 5, 6), (49, 7, 8), (32, 8, 9), (30, 6, 6))
"""Delegates, tables, sittings: Kirkman, affine planes, social golfers."""
Case = tuple[str, SeatingProblem, float]


def planted_cases(seeds: int) -> Iterator[Case]:
    """Lists for which a plan without fault is hidden."""
    for q, size in PLANTED:
        for seed in range(seeds):
            yield f"planted, {q * size} at {q} of {size}", planted(q, size, seed)[0], 10.0


def long_cases(seeds: int) -> Iterator[Case]:
    """Four attributes, six sittings, a host at every table, six in ten kept apart from another."""
    for n in LONG:
        for seed in range(seeds):
            p = problem(n, seed)
            order = shuffled(seed, n, 3).tolist()
            hosts = tuple(FixedSeat(i, t, host=True) for t, i in enumerate(order[: p.n_tables]))
            pairs = shuffled(seed, n, 4)[: 2 * (3 * n // 10)].reshape(-1, 2).tolist()
            seated = {h.delegate for h in hosts}
            apart = tuple((i, j) for i, j in pairs if not {i, j} <= seated)
            limit = 10.0 if n < 300 else 1.0
            yield f"long, {n}", replace(p, fixed=hosts, apart=apart), limit


def delegation_cases(seeds: int) -> Iterator[Case]:
    """150 delegations never two at a table, and 100 groups of two or three kept together."""
    for n in (400, 500, 750, 1000, 1500):
        for seed in range(seeds):
            yield f"delegations, {n}", delegations_and_groups(n, seed), 3.0


def pairs_cases(seeds: int) -> Iterator[Case]:
    """The same delegations where most are in one of 100 pairs."""
    for n in (225, 250, 275, 300, 350):
        for seed in range(seeds):
            yield f"pairs, {n}", delegations_and_groups(n, seed, longest=2), 3.0


def crowded_cases(seeds: int) -> Iterator[Case]:
    """Groups of three too where most or all must move in groups; with 200 everybody is in a pair."""
    for n in (200, 250, 300, 350):
        for seed in range(seeds):
            yield f"crowded, {n}", delegations_and_groups(n, seed), 3.0


def coverage_cases(seeds: int) -> Iterator[Case]:
    """Nothing to balance: known designs, short lists, and wherever a template exists."""
    for n, tables, sittings in DESIGNS:
        sizes = (n // tables,) * tables
        yield f"design, {n} at {tables}, {sittings} sittings", bare(n, sizes, sittings), 10.0
    for size in (5, 6, 7, 8):
        for n in range(2 * size, 33):
            yield f"short, {n} at tables of {size}", bare(n, default_table_sizes(n, 1, size)), 10.0
    for size, first in ((5, 25), (5, 31), (6, 37), (7, 43), (8, 57)):
        for n in (first, first + 1, first + 7, first + 20, first + 40):
            sizes = default_table_sizes(n, 1, size)
            told = "" if template(sizes, 6) is not None else ", no template"
            yield f"template, {n} at tables of {size}{told}", bare(n, sizes), 10.0


def bare(n: int, sizes: tuple[int, ...], sittings: int = 6) -> SeatingProblem:
    """A request with nothing to balance."""
    return SeatingProblem(tuple(map(str, range(n))), {}, (sizes,) * sittings)


def solved(p: SeatingProblem, limit: float, seed: int) -> tuple[PlanResult, float]:
    """The plan and the CPU seconds it took; longer than ``limit`` only by a moment."""
    began = time.process_time()
    found = solve(p, None, seed=seed, should_stop=lambda: time.process_time() - began >= limit)
    return found, time.process_time() - began


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--parts", default="planted,long,delegations,crowded,coverage")
    parser.add_argument("--seeds", type=int, default=3)
    asked = parser.parse_args()
    warm_up()
    parts = {"planted": planted_cases, "long": long_cases, "delegations": delegation_cases,
             "pairs": pairs_cases, "crowded": crowded_cases, "coverage": coverage_cases}  # fmt: skip
    print("| request | limit | CPU s | seats out of balance | pairs who meet | proven |")
    print("|---|---:|---:|---:|---:|---|", flush=True)
    for part in asked.parts.split(","):
        reached = tried = 0
        for k, (name, p, limit) in enumerate(parts[part](asked.seeds)):
            found, seconds = solved(p, limit, 100 + k)
            judged = check(p, found.plan)
            assert judged.is_valid, judged.violations[:3]
            reached += found.is_proven_optimal and seconds <= limit
            tried += 1
            print(
                f"| {name} | {limit:g} | {seconds:.2f} | {judged.excess:g} "
                f"| {judged.distinct} of {found.bound_distinct} "
                f"| {'yes' if found.is_proven_optimal else 'no'} |",
                flush=True,
            )
        print(f"| **{part}: {reached} of {tried} in time** | | | | | |", flush=True)


if __name__ == "__main__":
    main()
