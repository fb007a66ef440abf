"""Can it be done at all, and if not, which wishes clash?

All hard constraints speak of one sitting at a time, so each sitting is decided by itself: first by
rules that name the clash at once, then exactly by integer programming (HiGHS through scipy). The
smallest clash is found by leaving out one constraint after another.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.optimize import Bounds as Box
from scipy.optimize import LinearConstraint, milp
from scipy.sparse import coo_matrix

from gfmd_sim.errors import Sentence
from gfmd_sim.seating.search.arrays import channels
from gfmd_sim.seating.search.clash import Clash, Wish, clash, wishes
from gfmd_sim.seating.search.clash_rules import plain_clash
from gfmd_sim.seating.search.problem import FixedSeat, Plan, SeatingProblem, merge
from gfmd_sim.seating.search.validate import validate

MAX_VARIABLES = 40_000
"""Beyond this many places to decide, the exact step is left out."""
NODES = 1000
"""Branchings after which the solver gives up: the same on every machine."""
PATIENCE = 5.0
"""Seconds after which it gives up although there were fewer, as on a long list."""


def integer_plan(
    problem: SeatingProblem, r: int, kept: Sequence[Wish], patience: float = 1.0
) -> list[int] | None | bool:
    """One sitting that keeps these wishes: tables by delegate (-1 absent).

    Returns None if there is none, and False if the solver could not tell within its limits;
    ``patience`` is a share of the seconds it has.
    """
    here = np.flatnonzero(problem.attendance()[r])
    sizes = list(problem.table_sizes[r])
    q = len(sizes)
    there = set(here.tolist())
    whole = merge([w.people for w in kept if w.kind == "together"], problem.n)
    blocks = [m for b in whole if len(m := [i for i in b if i in there]) > 1]
    taken = {i for b in blocks for i in b}
    units = [[i] for i in here.tolist() if i not in taken] + blocks
    unit_of = {i: u for u, members in enumerate(units) for i in members}
    n_units = len(units)
    tongues = [w.people[0] for w in kept if w.kind == "languages"]
    speaks, have = channels(problem)
    n_channels = speaks.shape[1] if tongues else 0
    n_x, n_y = n_units * q, q * n_channels
    low, high = np.zeros(n_x + n_y), np.ones(n_x + n_y)
    rows: list[int] = []
    cols: list[int] = []
    data: list[float] = []
    least: list[float] = []
    most: list[float] = []

    def row(entries: Sequence[tuple[int, float]], lo: float, hi: float) -> None:
        for c, v in entries:
            rows.append(len(least))
            cols.append(c)
            data.append(v)
        least.append(lo)
        most.append(hi)

    for u in range(n_units):
        row([(u * q + t, 1.0) for t in range(q)], 1, 1)
    for t in range(q):
        row([(u * q + t, float(len(m))) for u, m in enumerate(units)], sizes[t], sizes[t])
    for w in kept:
        if w.kind == "apart":
            for t in range(q):
                row([(unit_of[i] * q + t, 1.0) for i in w.people], -np.inf, 1)
        elif w.kind in ("fixed", "locked"):
            low[unit_of[w.people[0]] * q + w.table] = 1
        elif w.kind == "needs":
            for t in range(q):
                if not problem.needs[w.people[0]] <= problem.features.get(t, frozenset()):
                    high[unit_of[w.people[0]] * q + t] = 0
    for t in range(q if n_channels else 0):
        for c in range(n_channels):
            high[n_x + t * n_channels + c] = float(have[t, c])
        row([(n_x + t * n_channels + c, 1.0) for c in range(n_channels)], 1, 1)
        for i in tongues:
            spoken = [(n_x + t * n_channels + c, -1.0) for c in range(n_channels) if speaks[i, c]]
            row([(unit_of[i] * q + t, 1.0), *spoken], -np.inf, 0)
    if (low > high).any():
        return None
    matrix = coo_matrix(
        (np.array(data), (np.array(rows), np.array(cols))), shape=(len(least), n_x + n_y)
    ).tocsr()
    # A matrix entry given twice (a delegate twice in one unit) is summed, as it should be.
    done = milp(
        np.zeros(n_x + n_y),
        constraints=LinearConstraint(matrix, least, most),
        integrality=np.ones(n_x + n_y, dtype=np.int64),
        bounds=Box(low, high),
        options={"node_limit": NODES, "time_limit": patience * PATIENCE},
    )
    if done.status == 2:
        return None
    if done.x is None:
        return False
    table = np.full(problem.n, -1, dtype=np.int64)
    chosen = done.x[:n_x].reshape(n_units, q).argmax(axis=1)
    for u, members in enumerate(units):
        table[members] = chosen[u]
    result: list[int] = table.tolist()
    return result


def small_enough(problem: SeatingProblem, r: int) -> bool:
    """Whether the exact step is worth trying."""
    return int(problem.attendance()[r].sum()) * len(problem.table_sizes[r]) <= MAX_VARIABLES


def smallest_clash(problem: SeatingProblem, r: int) -> Clash | None:
    """The exact answer for one sitting: a clash none of whose constraints can be spared, or None.

    None too where the solver cannot tell within its limits.
    """
    kept = wishes(problem, r)
    if not small_enough(problem, r) or integer_plan(problem, r, kept) is not None:
        return None
    step = max(1, len(kept) // 2)
    while True:
        k = 0
        while k < len(kept):
            without = kept[:k] + kept[k + step :]
            if integer_plan(problem, r, without, 0.4) is None:
                kept = without
            else:
                k += step
        if step == 1:
            break
        step = max(1, step // 2)
    sizes = sorted(problem.table_sizes[r], reverse=True)
    if not kept:
        return None
    reason = Sentence(
        "with tables of {least} to {most} these do not go together", least=sizes[-1], most=sizes[0]
    )
    return clash(reason, kept, r)


def explain_infeasible(problem: SeatingProblem) -> Clash | None:
    """The smallest set of constraints that clash, or None if none was found.

    Raises
    ------
    SeatingError
        If the request is not even well formed.
    """
    validate(problem)
    seen: set[tuple[object, ...]] = set()
    for r in range(problem.n_sittings):
        found = plain_clash(problem, r)
        if found:
            return found
    for r in range(problem.n_sittings):
        same = (
            problem.table_sizes[r],
            problem.attendance()[r].tobytes(),
            tuple(s for s in problem.seats() if s.sitting == r),
        )
        key = (
            same[0],
            same[1],
            tuple(FixedSeat(s.delegate, s.table, None, s.host) for s in same[2]),
        )
        if key not in seen:
            seen.add(key)
            found = smallest_clash(problem, r)
            if found:
                return found
    return None


def exact_plan(problem: SeatingProblem) -> Plan | None:
    """A plan that keeps every hard constraint, whatever its balance; None if it is not found."""
    plan = np.full((problem.n_sittings, problem.n), -1, dtype=np.int16)
    for r in range(problem.n_sittings):
        if not small_enough(problem, r):
            return None
        row = integer_plan(problem, r, wishes(problem, r))
        if row is None or isinstance(row, bool):
            return None
        plan[r] = row
    return plan
