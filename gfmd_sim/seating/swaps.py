"""What if two delegates changed places? Balance and encounters after each swap, constraints kept.

Slow and obvious: every candidate is scored by the independent checker's definitions, restricted to
the two tables that change.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from gfmd_sim.errors import SeatingError, Sentence
from gfmd_sim.seating.search import CheckReport, SeatingProblem, check
from gfmd_sim.seating.search.problem import Plan


@dataclass(frozen=True, slots=True)
class Swap:
    """Two delegates change places in a sitting: what it does to balance and encounters.

    ``excess``: change of the weighted imbalance (above 0: worse). ``distinct``: change of the number
    of pairs who meet (below 0: worse). ``breaks``: the constraints it would break, in words.
    """

    one: int
    other: int
    sitting: int
    excess: float
    distinct: int
    breaks: tuple[str, ...]

    @property
    def is_allowed(self) -> bool:
        """Whether every constraint is kept."""
        return not self.breaks


@dataclass(frozen=True)
class Seated:
    """Why somebody sits where he does: the others he meets for the first time at this table."""

    delegate: int
    new_faces: int
    bound_by: tuple[str, ...]


def swapped(plan: Plan, sitting: int, one: int, other: int) -> Plan:
    """The plan with two delegates' tables exchanged in one sitting."""
    new = plan.copy()
    new[sitting, [one, other]] = plan[sitting, [other, one]]
    return new


def swap(
    problem: SeatingProblem, plan: Plan, sitting: int, one: int, other: int,
    before: CheckReport | None = None, translate: Callable[[str], str] = str,
) -> Swap:  # fmt: skip
    """One swap, judged by the independent checker, whose sentences are put through ``translate``.

    Raises
    ------
    SeatingError
        If one of them is not there, or both sit at one table.
    """
    for i in (one, other):
        if plan[sitting, i] < 0:
            raise SeatingError(
                Sentence(
                    "{name} has no seat in sitting {sitting}", name=problem.name(i),
                    sitting=sitting + 1,
                ), key="--swap",
                remedy="name two delegates who are there",
            )  # fmt: skip
    if plan[sitting, one] == plan[sitting, other]:
        raise SeatingError(
            Sentence(
                "{one} and {other} sit at one table", one=problem.name(one),
                other=problem.name(other),
            ), key="--swap",
            given=Sentence(
                "table {table}, sitting {sitting}", table=int(plan[sitting, one]) + 1,
                sitting=sitting + 1,
            ),
            remedy="name two delegates of different tables",
        )  # fmt: skip
    old = before or check(problem, plan, translate)
    new = check(problem, swapped(plan, sitting, one, other), translate)
    fresh = tuple(v for v in new.violations if v not in old.violations)
    return Swap(
        one, other, sitting, new.excess - old.excess, new.distinct - old.distinct, fresh
    )  # fmt: skip


def ranked_swaps(
    problem: SeatingProblem, plan: Plan, sitting: int, table: int, limit: int = 5
) -> tuple[list[Swap], int]:
    """The swaps with delegates of other tables that cost least, and how many were looked at.

    Balance first, then encounters. The first ``limit`` that keep every constraint, each judged by
    the checker; candidates are ordered by a quick count beforehand.
    """
    before = check(problem, plan)
    quick = _Quick(problem, plan, sitting)
    here = np.flatnonzero(plan[sitting] == table).tolist()
    there = np.flatnonzero((plan[sitting] >= 0) & (plan[sitting] != table)).tolist()
    order = sorted((quick.cost(i, j), i, j) for i in here for j in there)
    found: list[Swap] = []
    for _, i, j in order[: 40 * limit]:
        one = swap(problem, plan, sitting, i, j, before)
        if one.is_allowed:
            found.append(one)
        if len(found) == limit:
            break
    found.sort(key=lambda s: (s.excess, -s.distinct))
    return found, len(order)


class _Quick:
    """Change of (excess, encounters lost) of a swap, by counting at two tables only."""

    def __init__(self, problem: SeatingProblem, plan: Plan, sitting: int) -> None:
        self.problem, self.row = problem, plan[sitting]
        n = problem.n
        met = np.zeros((n, n), dtype=np.int16)
        for r, row in enumerate(plan):
            for t in np.unique(row[row >= 0]) if r != sitting else ():
                people = np.flatnonzero(row == t)
                met[np.ix_(people, people)] += 1
        counts = np.ones((n, n), dtype=np.bool_)
        if problem.encounters.across is not None:
            label = np.array(problem.attributes[problem.encounters.across])
            counts = label[:, None] != label[None, :]
        self.fresh = (met == 0) & counts
        present = np.flatnonzero(self.row >= 0).tolist()
        self.n_there = len(present)
        self.whole = {
            a: Counter(v[i] for i in present if v[i]) for a, v in problem.attributes.items()
        }
        self.at = {int(t): np.flatnonzero(self.row == t) for t in set(self.row[present].tolist())}
        self.alone = {t: self._excess(people.tolist()) for t, people in self.at.items()}

    def cost(self, i: int, j: int) -> tuple[float, int]:
        a, b = int(self.row[i]), int(self.row[j])
        mine = [k for k in self.at[a].tolist() if k != i]
        theirs = [k for k in self.at[b].tolist() if k != j]
        excess = self._excess([*mine, j]) + self._excess([*theirs, i])
        fresh = self.fresh
        lost = fresh[i, mine].sum() + fresh[j, theirs].sum()
        won = fresh[j, mine].sum() + fresh[i, theirs].sum()
        return excess - self.alone[a] - self.alone[b], int(lost) - int(won)

    def _excess(self, people: Sequence[int]) -> float:
        total = 0.0
        for a, values in self.problem.attributes.items():
            weight = self.problem.weights.get(a, 1.0)
            if not weight:
                continue
            mine = Counter(values[i] for i in people if values[i])
            for value, held in self.whole[a].items():
                low, rest = divmod(held * len(people), self.n_there)
                total += weight * max(0, low - mine[value], mine[value] - low - (rest > 0))
        return total


def why_here(problem: SeatingProblem, plan: Plan, sitting: int, table: int) -> list[Seated]:
    """For each at a table: who is met first here, and what binds him to the seat."""
    people = np.flatnonzero(plan[sitting] == table).tolist()
    first: Counter[int] = Counter()
    across = problem.encounters.across
    label = None if across is None else problem.attributes[across]
    for i, j in combinations(people, 2):
        apart_before = all(plan[r, i] < 0 or plan[r, i] != plan[r, j] for r in range(sitting))
        if apart_before and (label is None or label[i] != label[j]):
            first.update((i, j))
    return [Seated(i, first[i], _binds(problem, i, sitting, people)) for i in people]


def _binds(problem: SeatingProblem, i: int, sitting: int, people: Sequence[int]) -> tuple[str, ...]:
    found = []
    for kind, seats in (("fixed", problem.fixed), ("locked", problem.locked)):
        for s in seats:
            if s.delegate == i and s.sitting in (None, sitting):
                found.append("host" if s.host else kind)
    if any(i in g and any(j in g for j in people if j != i) for g in problem.together):
        found.append("together")
    if any(i in g for g in problem.apart):
        found.append("apart")
    if problem.needs.get(i):
        found.append("needs")
    return tuple(dict.fromkeys(found))


def table_mix(
    problem: SeatingProblem, plan: Plan, sitting: int, table: int
) -> Mapping[str, list[tuple[str, int, int, int]]]:
    """By attribute: value, how many sit here, and the floor and ceiling of the fair share."""
    people = np.flatnonzero(plan[sitting] == table).tolist()
    present = np.flatnonzero(plan[sitting] >= 0).tolist()
    mix = {}
    for attribute, values in problem.attributes.items():
        whole = Counter(values[i] for i in present if values[i])
        mine = Counter(values[i] for i in people if values[i])
        rows = []
        for value, held in sorted(whole.items(), key=lambda row: (-row[1], row[0])):
            low, rest = divmod(held * len(people), len(present))
            rows.append((value, mine[value], low, low + (rest > 0)))
        mix[attribute] = rows
    return mix
