"""Scores any plan from any tool, in plain Python, sharing nothing with the search but the question.

Written from the definitions, slowly and obviously, so that it can be trusted to judge the search.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import ceil, floor

import numpy as np

from gfmd_sim.errors import SeatingError
from gfmd_sim.seating.search.problem import SeatingProblem


@dataclass(frozen=True)
class CheckReport:
    """What a plan is worth.

    Attributes
    ----------
    violations
        Broken hard constraints, in words; none means the plan may be used.
    excess
        Weighted balance excess over all tables, sittings, attributes and values.
    excess_by_attribute
        The same by attribute, not weighted.
    distinct
        Different pairs (of those that count) who meet.
    meetings
        Meetings of pairs that count, repeats included.
    repeat_cost
        Cost of meeting again, as the problem weighs it.
    repeated_meetings
        Sum over pairs of C(meetings, 2).
    distinct_by_delegate
        Others (who count) met, by delegate, in the order of ``problem.ids``.
    most_meetings
        Meetings of the pair that meets most.
    """

    violations: tuple[str, ...]
    excess: float
    excess_by_attribute: dict[str, int]
    distinct: int
    meetings: int
    repeat_cost: float
    repeated_meetings: int
    distinct_by_delegate: tuple[int, ...]
    most_meetings: int

    @property
    def is_valid(self) -> bool:
        """Whether every hard constraint is kept."""
        return not self.violations


def check(problem: SeatingProblem, plan: Sequence[Sequence[int]] | np.ndarray) -> CheckReport:
    """Score ``plan`` (tables from 0, -1 absent, one row a sitting).

    Raises
    ------
    SeatingError
        If the plan has not a row for each sitting and a place for each delegate.
    """
    rows = [[int(t) for t in row] for row in plan]
    if len(rows) != problem.n_sittings or any(len(row) != problem.n for row in rows):
        raise SeatingError(
            "the plan does not have the shape of the request",
            given=f"{len(rows)} sittings of {sorted({len(row) for row in rows})} delegates",
            allowed=f"{problem.n_sittings} sittings of {problem.n} delegates",
        )
    here = problem.attendance()
    broken: list[str] = []
    excess: Counter[str] = Counter()
    met: Counter[tuple[int, int]] = Counter()
    for r, row in enumerate(rows):
        when = f"sitting {r + 1}"
        tables: dict[int, list[int]] = {}
        for i, t in enumerate(row):
            if here[r][i] and t < 0:
                broken.append(f"{when}: {problem.name(i)} has no seat")
            elif not here[r][i] and t >= 0:
                broken.append(f"{when}: {problem.name(i)} is absent and has a seat")
            elif t >= 0:
                tables.setdefault(t, []).append(i)
        sizes = problem.table_sizes[r]
        for t in sorted(set(tables) | set(range(len(sizes)))):
            wanted = sizes[t] if t < len(sizes) else 0
            found = len(tables.get(t, []))
            if found != wanted:
                broken.append(f"{when}: table {t + 1} seats {found}, not {wanted}")
            if found > problem.capacity.get(t, found):
                broken.append(f"{when}: table {t + 1} holds {problem.capacity[t]}, not {found}")
        for seat in problem.fixed + problem.locked:
            i = seat.delegate
            if seat.sitting in (None, r) and here[r][i] and row[i] != seat.table:
                broken.append(
                    f"{when}: {problem.name(i)} is not at table {seat.table + 1} but at {row[i] + 1}"
                )
        for group in problem.apart:
            for i, j in combinations(sorted(set(group)), 2):
                if row[i] >= 0 and row[i] == row[j]:
                    names = f"{problem.name(i)} and {problem.name(j)}"
                    broken.append(f"{when}: {names} are at one table")
        for group in problem.together:
            seated = sorted({row[i] for i in group if row[i] >= 0})
            if len(seated) > 1:
                names = ", ".join(problem.name(i) for i in group)
                broken.append(f"{when}: {names} are not at one table")
        for i, needed in problem.needs.items():
            if row[i] >= 0 and not needed <= problem.features.get(row[i], frozenset()):
                broken.append(f"{when}: table {row[i] + 1} is not what {problem.name(i)} needs")
        present = [i for i in range(problem.n) if here[r][i]]
        for t, people in sorted(tables.items()):
            if problem.languages and not understands(problem, t, people):
                broken.append(f"{when}: table {t + 1} shares no language and has no interpreter")
            for attribute, values in problem.attributes.items():
                whole = Counter(values[i] for i in present if values[i])
                mine = Counter(values[i] for i in people if values[i])
                for value, held in whole.items():
                    # Exact fractions: seats times holders over delegates present.
                    share = (held * len(people), len(present))
                    least, most = share[0] // share[1], -(-share[0] // share[1])
                    assert least == floor(share[0] / share[1] + 1e-9)
                    assert most == ceil(share[0] / share[1] - 1e-9)
                    excess[attribute] += max(0, least - mine[value], mine[value] - most)
            for pair in combinations(people, 2):
                met[pair] += 1
    across = problem.encounters.across
    label = problem.attributes[across] if across is not None else None
    counted = {
        pair: m for pair, m in met.items() if label is None or label[pair[0]] != label[pair[1]]
    }
    others = Counter(i for pair in counted for i in pair)
    # Those kept together always meet again: that is a wish, not a loss.
    tied = tied_pairs(problem)
    loss = sum((problem.encounters.cost(m) for p, m in counted.items() if p not in tied), start=0)
    return CheckReport(
        violations=tuple(broken),
        excess=sum(problem.weights.get(a, 1.0) * e for a, e in excess.items()),
        excess_by_attribute={a: excess[a] for a in problem.attributes},
        distinct=len(counted),
        meetings=sum(counted.values()),
        repeat_cost=float(loss),
        repeated_meetings=sum(m * (m - 1) // 2 for p, m in counted.items() if p not in tied),
        distinct_by_delegate=tuple(others[i] for i in range(problem.n)),
        most_meetings=max(counted.values(), default=0),
    )


def understands(problem: SeatingProblem, t: int, people: Sequence[int]) -> bool:
    """Whether a table shares a language, or an interpreter there serves everybody."""
    spoken = [set(problem.languages[i]) for i in people if problem.languages[i]]
    if not spoken or set.intersection(*spoken):
        return True
    return any(
        all(words & served for words in spoken) for served in problem.interpreters.get(t, ())
    )


def tied_pairs(problem: SeatingProblem) -> set[tuple[int, int]]:
    """Pairs that are kept together, through chains too."""
    groups: list[set[int]] = []
    for group in problem.together:
        joined = set(group)
        apart = []
        for other in groups:
            if other & joined:
                joined |= other
            else:
                apart.append(other)
        groups = [*apart, joined]
    return {pair for g in groups for pair in combinations(sorted(g), 2)}
