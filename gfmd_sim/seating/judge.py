"""The score of any plan against what no plan can beat, and the request that a bare plan implies."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from gfmd_sim.errors import SeatingError, Sentence
from gfmd_sim.seating.document import PlannedRoom, Score
from gfmd_sim.seating.plan_file import PlanTables, column_called
from gfmd_sim.seating.request import DEFAULT_BALANCE
from gfmd_sim.seating.search import CheckReport, SeatingProblem, check
from gfmd_sim.seating.search.arrays import compile_problem
from gfmd_sim.seating.search.bounds import bound, labels, loss_bound, repeat_bound
from gfmd_sim.seating.search.problem import Plan


def plan_array(
    problem: SeatingProblem, seats: dict[int, dict[str, int]], path: object = None
) -> Plan:
    """The seats of a file (sitting from 1, table from 1) as the search's array.

    Raises
    ------
    SeatingError
        If they speak of delegates or sittings that are not there.
    """
    place = {who: i for i, who in enumerate(problem.ids)}
    strangers = sorted({w for row in seats.values() for w in row if w not in place})
    if strangers:
        raise SeatingError(
            "the plan seats delegates who are not on the list",
            given=", ".join(strangers[:10]) + (" ..." if len(strangers) > 10 else ""),
            allowed="the ids of the list",
            remedy="use the list that the plan was made for",
        )
    beyond = [s for s in seats if not 1 <= s <= problem.n_sittings]
    if beyond:
        raise SeatingError(
            "the plan has more sittings than were asked for", given=max(beyond),
            allowed=Sentence("1 to {most}", most=problem.n_sittings), remedy="give --sittings",
        )  # fmt: skip
    plan = np.full((problem.n_sittings, problem.n), -1, dtype=np.int16)
    for s, row in seats.items():
        for who, table in row.items():
            plan[s - 1, place[who]] = table - 1
    return plan


def sizes_found(seats: dict[int, dict[str, int]], sittings: int) -> tuple[tuple[int, ...], ...]:
    """Tables as large as the plan has them; a number that nobody has is a table of none."""
    found = []
    for s in range(1, sittings + 1):
        tables = list(seats.get(s, {}).values())
        if max(tables, default=0) > 2000:
            raise SeatingError(
                "a table's number is out of range", given=max(tables), allowed="1 to 2000"
            )
        found.append(tuple(tables.count(t + 1) for t in range(max(tables, default=0))))
    return tuple(found)


def consultations_found(
    tables: PlanTables, roundtable: int | None, sittings: int
) -> tuple[int, ...]:
    """Sittings of each consultation as a plan's file has them; empty if it does not say."""
    each = tables.consultations(roundtable)
    return each if sum(each) == sittings else ()


def score_of(problem: SeatingProblem, report: CheckReport) -> Score:
    """A plan's score: the checker's counts, the search's bounds.

    Constraints that the bounds do not need are left out, so the bounds hold for any such plan.
    """
    sizes = tuple(tuple(k for k in s if k > 0) for s in problem.table_sizes)
    held = [r for r, row in enumerate(sizes) if row]  # sittings that somebody comes to
    whole = sizes == problem.table_sizes and len(held) == len(sizes)
    asked = dataclasses.replace(
        problem,
        table_sizes=tuple(sizes[r] for r in held),
        present=problem.attendance()[held],
        consultations=(),
        fixed=problem.fixed if whole else (),
        locked=problem.locked if whole else (),
        capacity={}, features={}, needs={}, languages=(), interpreters={},
    )  # fmt: skip
    there = problem.attendance().sum(axis=1)
    if any(sum(s) != k for s, k in zip(sizes, there.tolist(), strict=True)):
        # Somebody present has no seat: nothing to compare with.
        return Score(report.excess, report.distinct, 0.0, report.distinct, 0.0, False)
    across = problem.encounters.across
    b = bound(
        compile_problem(asked),
        None if across is None else labels(list(problem.attributes[across])),
    )
    counting = problem.encounters
    least, is_balanced = b.excess / 1000, report.excess <= 0
    roof = b.distinct_balanced if is_balanced else b.distinct
    roof = max(roof, report.distinct) if report.violations else roof
    gap = (roof - report.distinct) / roof if roof else 0.0
    if counting.repeats == "linear":
        meets = report.distinct == roof
    else:
        meets = report.repeat_cost + report.idle_meetings == loss_bound(b, counting, is_balanced)
    optimal = report.is_valid and report.excess <= least and meets
    return Score(
        report.excess, report.distinct, least, roof, gap, optimal,
        repeat_cost=report.repeat_cost,
        bound_repeat_cost=float(repeat_bound(b, counting, is_balanced)),
    )  # fmt: skip


def bare_problem(tables: PlanTables, roundtable: int | None, balance: Sequence[str]) -> PlannedRoom:
    """A plan without a list: everybody it names, there whenever he has a seat.

    Raises
    ------
    SeatingError
        If an attribute to balance is no column of the plan.
    """
    seats = tables.through(roundtable)
    ids = tuple(dict.fromkeys(w for s in sorted(seats) for w in seats[s]))
    sittings = max(seats)
    columns = {
        c: [by.get(w, "") for w in ids]
        for c, by in tables.columns.items()
        if c not in ("name", "roundtable", "consultation")
    }
    wanted = [column_called(name) for name in balance]
    wanted = wanted or [c for c in DEFAULT_BALANCE if any(columns.get(c, ()))]
    for name in wanted:
        if not any(columns.get(name, ())):
            raise SeatingError(
                Sentence("the plan has no column '{name}' to balance", name=name), key="--balance", given=name,
                allowed=", ".join(columns) or "none",
                remedy="give the delegate list with --roster",
            )  # fmt: skip
    there = np.array([[w in seats.get(s, {}) for w in ids] for s in range(1, sittings + 1)])
    problem = SeatingProblem(
        ids=ids,
        attributes={a: columns[a] for a in wanted},
        table_sizes=sizes_found(seats, sittings),
        present=None if there.all() else there,
        consultations=consultations_found(tables, roundtable, sittings),
    )
    return judged(problem, plan_array(problem, seats), roundtable, columns)


def judged(
    problem: SeatingProblem,
    plan: Plan,
    roundtable: int | None,
    columns: dict[str, list[str]] | None = None,
) -> PlannedRoom:
    """A plan with its score."""
    score = score_of(problem, check(problem, plan))
    return PlannedRoom(problem, plan, score, roundtable, columns or {})
