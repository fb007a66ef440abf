"""Scores any plan from any tool, in plain Python, sharing nothing with the search but the question.

Written from the definitions, slowly and obviously, so that it can be trusted to judge the search.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import ceil, floor

import numpy as np

from gfmd_sim.errors import ENGLISH, SeatingError, Sentence, Wording
from gfmd_sim.language import N_
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
    idle_meetings
        Meetings of pairs that do not count, those kept together left out.
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
    idle_meetings: int
    repeated_meetings: int
    distinct_by_delegate: tuple[int, ...]
    most_meetings: int

    @property
    def is_valid(self) -> bool:
        """Whether every hard constraint is kept."""
        return not self.violations


def check(
    problem: SeatingProblem,
    plan: Sequence[Sequence[int]] | np.ndarray,
    translate: Callable[[str], str] = str,
) -> CheckReport:
    """Score ``plan`` (tables from 0, -1 absent, one row a sitting).

    ``translate`` puts the sentences on broken constraints into another language.

    Raises
    ------
    SeatingError
        If the plan has not a row for each sitting and a place for each delegate.
    """
    rows = [[int(t) for t in row] for row in plan]
    if len(rows) != problem.n_sittings or any(len(row) != problem.n for row in rows):
        raise SeatingError(
            "the plan does not have the shape of the request",
            given=f"{len(rows)} x {sorted({len(row) for row in rows})}",
            allowed=Sentence("{sittings} x {n}", sittings=problem.n_sittings, n=problem.n),
        )
    here = problem.attendance()
    language = Wording(translate, ENGLISH.plural, ENGLISH.number)
    broken: list[Sentence] = []
    excess: Counter[str] = Counter()
    met: Counter[tuple[int, int]] = Counter()
    for r, row in enumerate(rows):

        def breaks(sentence: str, when: int = r, **facts: int | str) -> None:
            what = Sentence(sentence, None, **facts)
            broken.append(Sentence("{when}: {what}", when=problem.sitting_words(when), what=what))

        tables: dict[int, list[int]] = {}
        for i, t in enumerate(row):
            if here[r][i] and t < 0:
                breaks(N_("{name} has no seat"), name=problem.name(i))
            elif not here[r][i] and t >= 0:
                breaks(N_("{name} is absent and has a seat"), name=problem.name(i))
            elif t >= 0:
                tables.setdefault(t, []).append(i)
        sizes = problem.table_sizes[r]
        for t in sorted(set(tables) | set(range(len(sizes)))):
            wanted = sizes[t] if t < len(sizes) else 0
            found = len(tables.get(t, []))
            if found != wanted:
                breaks(N_("table {table} seats {n}, not {wanted}"),
                       table=t + 1, n=found, wanted=wanted)  # fmt: skip
            if found > problem.capacity.get(t, found):
                breaks(N_("table {table} holds {most}, not {n}"),
                       table=t + 1, n=found, most=problem.capacity[t])  # fmt: skip
        for seat in problem.fixed + problem.locked:
            i = seat.delegate
            if seat.sitting in (None, r) and here[r][i] and row[i] != seat.table:
                breaks(N_("{name} is not at table {wanted} but at {table}"),
                       name=problem.name(i), wanted=seat.table + 1, table=row[i] + 1)  # fmt: skip
        for group in problem.apart:
            for i, j in combinations(sorted(set(group)), 2):
                if row[i] >= 0 and row[i] == row[j]:
                    breaks(N_("{one} and {other} are at one table"),
                           one=problem.name(i), other=problem.name(j))  # fmt: skip
        for group in problem.together:
            seated = sorted({row[i] for i in group if row[i] >= 0})
            if len(seated) > 1:
                names = ", ".join(problem.name(i) for i in group)
                breaks(N_("{names} are not at one table"), names=names)
        for i, needed in problem.needs.items():
            if row[i] >= 0 and not needed <= problem.features.get(row[i], frozenset()):
                breaks(N_("table {table} is not what {name} needs"),
                       table=row[i] + 1, name=problem.name(i))  # fmt: skip
        present = [i for i in range(problem.n) if here[r][i]]
        for t, people in sorted(tables.items()):
            if problem.languages and not understands(problem, t, people):
                breaks(N_("table {table} shares no language and has no interpreter"), table=t + 1)
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
        violations=tuple(broken if translate is str else (b.said(language) for b in broken)),
        excess=sum(problem.weights.get(a, 1.0) * e for a, e in excess.items()),
        excess_by_attribute={a: excess[a] for a in problem.attributes},
        distinct=len(counted),
        meetings=sum(counted.values()),
        repeat_cost=float(loss),
        idle_meetings=sum(m for p, m in met.items() if p not in counted and p not in tied),
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
