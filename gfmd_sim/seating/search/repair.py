"""The day itself: some do not come, or come late. Fewest moves, and what is lost."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from gfmd_sim.errors import SeatingError, Sentence
from gfmd_sim.seating.search.check import CheckReport, check
from gfmd_sim.seating.search.problem import Plan, SeatingProblem, merge


@dataclass(frozen=True, slots=True)
class Move:
    """A delegate changes table (both from 0) at a sitting."""

    delegate: int
    sitting: int
    old: int
    new: int


@dataclass(frozen=True)
class RepairResult:
    """A repaired plan.

    Attributes
    ----------
    problem
        The request as it is now: who is there, and the sizes that follow.
    plan
        Tables from 0, shape (n_sittings, n), -1 absent.
    moves
        Who changes table; sittings that are over are never touched.
    hostless
        (sitting, table) whose host is not there.
    before, after
        Scores of the old plan with everybody, and of the new one with those who came.
    """

    problem: SeatingProblem
    plan: Plan
    moves: tuple[Move, ...]
    hostless: tuple[tuple[int, int], ...]
    before: CheckReport
    after: CheckReport

    @property
    def excess_change(self) -> float:
        """Balance lost (above 0) or won."""
        return self.after.excess - self.before.excess

    @property
    def encounters_lost(self) -> int:
        """Distinct encounters fewer than planned."""
        return self.before.distinct - self.after.distinct


def repair(
    problem: SeatingProblem,
    plan: Plan | Sequence[Sequence[int]],
    absent: Collection[int] = (),
    late: Collection[int] = (),
    sitting: int = 0,
    smallest: int | None = None,
    misses: Collection[int] = (),
) -> RepairResult:
    """Take out who is missing and move as few others as can be.

    Parameters
    ----------
    problem, plan
        The request and the plan for it.
    absent
        Delegates who are gone from ``sitting`` on.
    late
        Delegates who miss ``sitting`` and come after it.
    sitting
        The sitting about to begin, from 0.
    smallest
        People a table must keep; default: the smallest size planned, less one. A table that falls
        below it gets delegates from tables with some to spare, each move mending one missing seat, so no plan
        with fewer moves exists. Fixed and locked seats and groups kept together stay.
    misses
        Delegates who miss ``sitting`` and the rest of its consultation, and come after it.

    Raises
    ------
    SeatingError
        If the tables cannot be filled up by moving those who may be moved.
    """
    table = np.array(plan, dtype=np.int16)
    before = check(problem, table)
    if before.violations:
        raise SeatingError(
            "the plan to repair does not fit the request",
            given=Sentence.divided(before.violations[:3]),
            remedy="check the plan first",
        )
    if not 0 <= sitting < problem.n_sittings:
        raise SeatingError(
            "there is no such sitting",
            given=sitting + 1,
            allowed=Sentence("1 to {most}", most=problem.n_sittings),
        )
    least = smallest if smallest is not None else min(min(s) for s in problem.table_sizes) - 1
    here = problem.attendance().copy()
    here[sitting:, list(absent)] = False
    here[sitting, list(late)] = False
    consultation = problem.consultation(sitting)
    for r in range(sitting, problem.n_sittings):
        if problem.consultation(r) == consultation:
            here[r, list(misses)] = False
    table[~here] = -1
    fixed = {
        (s.delegate, r)
        for s in problem.seats()
        for r in range(problem.n_sittings)
        if s.sitting in (None, r)
    }
    tied = {i for block in merge(problem.together, problem.n) for i in block}
    moves: list[Move] = []
    sizes: list[tuple[int, ...]] = []
    for r in range(problem.n_sittings):
        n_tables = len(problem.table_sizes[r])
        if r < sitting:
            sizes.append(problem.table_sizes[r])
            continue
        size = np.bincount(table[r][table[r] >= 0], minlength=n_tables)
        while size.min() < least:
            found = best_move(problem, table, here, r, size, least, fixed, tied)
            if found is None:
                raise SeatingError(
                    Sentence(
                        "table {table} has {n} left in {when}, and nobody may be moved there",
                        table=int(size.argmin()) + 1,
                        n=int(size.min()),
                        when=problem.sitting_words(r),
                    ),
                    allowed=Sentence("{n} or more at a table", n=least),
                    remedy="allow smaller tables, unlock a seat, or plan the sitting anew",
                )
            moves.append(found)
            table[r, found.delegate] = found.new
            size[found.old] -= 1
            size[found.new] += 1
        sizes.append(tuple(int(x) for x in size))
    now = dataclasses.replace(
        problem,
        present=here,
        # A table that everybody has left is no table; it keeps its number.
        table_sizes=tuple(sizes),
    )
    hostless = tuple(
        (r, s.table)
        for s in problem.seats()
        if s.host
        for r in range(sitting, problem.n_sittings)
        if s.sitting in (None, r)
        and problem.attendance()[r, s.delegate]
        and not here[r, s.delegate]
    )
    return RepairResult(now, table, tuple(moves), hostless, before, check(now, table))


def best_move(
    problem: SeatingProblem,
    table: Plan,
    here: np.ndarray,
    r: int,
    size: np.ndarray,
    least: int,
    fixed: set[tuple[int, int]],
    tied: set[int],
) -> Move | None:
    """The move to the emptiest table that costs least balance, then fewest repeats."""
    new = int(size.argmin())
    met = np.zeros((problem.n, problem.n), dtype=np.int16)
    for row in table:
        for t in np.unique(row[row >= 0]):
            people = np.flatnonzero(row == t)
            met[np.ix_(people, people)] += 1
    rivals: dict[int, set[int]] = {}
    for group in problem.apart:
        for i in group:
            rivals.setdefault(i, set()).update(set(group) - {i})
    at_new = np.flatnonzero(table[r] == new)
    ranked: list[tuple[float, int, int]] = []
    for i in np.flatnonzero(here[r]).tolist():
        old = int(table[r, i])
        if old == new or size[old] <= least or i in tied or (i, r) in fixed:
            continue
        if rivals.get(i, set()) & set(at_new.tolist()):
            continue
        if size[new] + 1 > problem.capacity.get(new, int(size[new]) + 1):
            continue
        if not problem.needs.get(i, frozenset()) <= problem.features.get(new, frozenset()):
            continue
        if problem.languages and not follows(problem, i, at_new.tolist(), new):
            continue
        mates = np.flatnonzero(table[r] == old)
        repeats = int((met[i, at_new] > 0).sum()) - int((met[i, mates] > 1).sum())
        ranked.append((skew(problem, here[r], mates, at_new, i), repeats, i))
    if not ranked:
        return None
    _, _, chosen = min(ranked)
    return Move(chosen, r, int(table[r, chosen]), new)


def follows(problem: SeatingProblem, i: int, people: list[int], t: int) -> bool:
    """Whether the table still shares a channel once ``i`` has joined."""
    spoken = [set(problem.languages[j]) for j in [*people, i] if problem.languages[j]]
    if not spoken or set.intersection(*spoken):
        return True
    return any(all(s & served for s in spoken) for served in problem.interpreters.get(t, ()))


def skew(
    problem: SeatingProblem, here: np.ndarray, old: np.ndarray, new: np.ndarray, i: int
) -> float:
    """Weighted distance of both tables from their fair shares once ``i`` has moved."""
    total = 0.0
    present = np.flatnonzero(here).tolist()
    n = len(present)
    for people in ([j for j in old.tolist() if j != i], [*new.tolist(), i]):
        for name, values in problem.attributes.items():
            weight = problem.weights.get(name, 1.0)
            everybody = Counter(values[j] for j in present if values[j])
            mine = Counter(values[j] for j in people)
            for value, whole in everybody.items():
                held = mine[value]
                low = whole * len(people) // n
                high = -(-whole * len(people) // n)
                total += weight * max(0, low - held, held - high)
    return total
