"""Can it be done at all, and if not, which wishes clash?

All hard constraints speak of one sitting at a time, so each sitting is decided by itself: first by
rules that name the clash at once, then exactly by integer programming (HiGHS through scipy). The
smallest clash is found by leaving out one constraint after another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds as Box
from scipy.optimize import LinearConstraint, milp
from scipy.sparse import coo_matrix

from gfmd_sim.errors import SeatingError
from gfmd_sim.seating.search.problem import (
    FixedSeat,
    Plan,
    SeatingProblem,
    channels,
    merge,
    validate,
)

MAX_VARIABLES = 40_000
"""Beyond this many places to decide, the exact step is left out."""


@dataclass(frozen=True, slots=True)
class Wish:
    """One hard constraint in one sitting, in words, with the delegates it concerns."""

    kind: str  # apart, together, fixed, locked, needs, languages, capacity
    people: tuple[int, ...]
    words: str
    table: int = -1


@dataclass(frozen=True, slots=True)
class Clash:
    """Constraints that cannot hold together.

    Attributes
    ----------
    reason
        One sentence.
    constraints
        The clashing constraints, in words, by the delegates' names; leaving out any one of them
        resolves this clash.
    relax
        Which one to relax first.
    sitting
        The sitting, from 0.
    """

    reason: str
    constraints: tuple[str, ...]
    relax: str
    sitting: int

    def error(self) -> SeatingError:
        """The same as an error to raise."""
        return SeatingError(
            f"no seating plan can do this: {self.reason} (sitting {self.sitting + 1})",
            given="; ".join(self.constraints),
            remedy=f"relax this first: {self.relax}",
        )


def listed(problem: SeatingProblem, people: Sequence[int]) -> str:
    """Names of delegates, the first few if they are many."""
    names = [problem.name(i) for i in people]
    return ", ".join(names[:12]) + (f" and {len(names) - 12} others" if len(names) > 12 else "")


def wishes(problem: SeatingProblem, r: int) -> list[Wish]:
    """The hard constraints that bear on sitting ``r``."""
    here = problem.attendance()[r]
    found: list[Wish] = []

    def inside(people: Sequence[int]) -> tuple[int, ...]:
        return tuple(i for i in dict.fromkeys(people) if here[i])

    for group in problem.apart:
        if len(people := inside(group)) > 1:
            found.append(Wish("apart", people, f"{listed(problem, people)} are kept apart"))
    for group in problem.together:
        # A chain of groups holds even where its link is absent, so the whole chain is named.
        if len(people := inside(group)) > 1:
            found.append(Wish("together", people, f"{listed(problem, people)} are kept together"))
    for kind, seats in (("fixed", problem.fixed), ("locked", problem.locked)):
        for seat in dict.fromkeys(seats):
            if here[seat.delegate] and seat.sitting in (None, r):
                who = problem.name(seat.delegate)
                words = f"{who} is {kind} at table {seat.table + 1}"
                found.append(Wish(kind, (seat.delegate,), words, seat.table))
    for i, wanted in problem.needs.items():
        if here[i] and wanted:
            words = f"{problem.name(i)} needs a table with {', '.join(sorted(wanted))}"
            found.append(Wish("needs", (i,), words))
    for t, most in problem.capacity.items():
        found.append(Wish("capacity", (), f"table {t + 1} holds at most {most}", t))
    if problem.languages:
        for i in range(problem.n):
            if here[i] and problem.languages[i]:
                spoken = ", ".join(sorted(problem.languages[i]))
                found.append(Wish("languages", (i,), f"{problem.name(i)} speaks {spoken}"))
    return found


def chain(problem: SeatingProblem, one: int, other: int, here: Sequence[bool]) -> list[Wish]:
    """The together groups that tie two delegates to each other, fewest first."""
    reached: dict[int, list[tuple[int, ...]]] = {one: []}
    queue = [one]
    while queue:
        i = queue.pop(0)
        if i == other:
            break
        for group in problem.together:
            if i in group:
                for j in group:
                    if j not in reached:
                        reached[j] = [*reached[i], tuple(group)]
                        queue.append(j)
    return [
        Wish("together", g, f"{listed(problem, g)} are kept together")
        for g in dict.fromkeys(reached.get(other, []))
    ]


def preferred(found: Sequence[Wish]) -> str:
    """The constraint to relax first: wishes before needs, and the widest before the narrow."""
    order = ["apart", "together", "fixed", "locked", "languages", "capacity", "needs"]
    return min(found, key=lambda w: (order.index(w.kind), -len(w.people))).words


def clash(reason: str, found: Sequence[Wish], r: int) -> Clash:
    """A clash of these wishes."""
    kept = list(dict.fromkeys(found))
    return Clash(reason, tuple(w.words for w in kept), preferred(kept), r)


def plain_clash(problem: SeatingProblem, r: int) -> Clash | None:
    """Clashes that a rule can see, with their reason."""
    here = problem.attendance()[r]
    asked = wishes(problem, r)
    sizes = problem.table_sizes[r]
    largest = max(sizes)
    blocks = [[i for i in b if here[i]] for b in merge(problem.together, problem.n)]
    block_of = {i: k for k, b in enumerate(blocks) for i in b}

    for w in asked:
        if (
            w.kind == "capacity"
            and w.table < len(sizes)
            and problem.capacity[w.table] < sizes[w.table]
        ):
            return clash(f"table {w.table + 1} is to seat {sizes[w.table]}", [w], r)
        if w.kind in ("fixed", "locked") and w.table >= len(sizes):
            return clash(f"there are only {len(sizes)} tables", [w], r)
        if w.kind == "needs" and not any(
            problem.needs[w.people[0]] <= problem.features.get(t, frozenset())
            for t in range(len(sizes))
        ):
            return clash("no table has it", [w], r)
        if w.kind == "apart" and len(w.people) > len(sizes):
            return clash(
                f"{len(w.people)} delegates need as many tables, there are {len(sizes)}", [w], r
            )
    seats = [w for w in asked if w.kind in ("fixed", "locked")]
    hosts = {(s.delegate, s.table) for s in problem.seats() if s.host and s.sitting in (None, r)}
    by_person: dict[int, Wish] = {}
    for w in seats:
        before = by_person.setdefault(w.people[0], w)
        if before.table != w.table:
            return clash("nobody can sit at two tables", [before, w], r)
    at: dict[int, list[Wish]] = {}
    for w in by_person.values():
        at.setdefault(w.table, []).append(w)
    for t, held in sorted(at.items()):
        double = [w for w in held if (w.people[0], t) in hosts]
        if len(double) > 1:
            return clash(f"table {t + 1} has two hosts", double[:2], r)
    for members in blocks:
        if len(members) > largest:
            tied = [w for w in asked if w.kind == "together" and set(w.people) & set(members)]
            return clash(f"the largest table has {largest} seats", tied, r)
        placed = [by_person[i] for i in members if i in by_person]
        for w in placed[1:]:
            if w.table != placed[0].table:
                links = chain(problem, placed[0].people[0], w.people[0], here.tolist())
                return clash("together at different tables", [placed[0], w, *links], r)
    for w in asked:
        if w.kind != "apart":
            continue
        for k, i in enumerate(w.people):
            for j in w.people[:k]:
                if i in block_of and block_of[i] == block_of.get(j, -1):
                    pair = Wish("apart", (j, i), f"{listed(problem, (j, i))} are kept apart")
                    links = chain(problem, j, i, here.tolist())
                    return clash("apart and together at once", [pair, *links], r)
                if i in by_person and j in by_person and by_person[i].table == by_person[j].table:
                    pair = Wish("apart", (j, i), f"{listed(problem, (j, i))} are kept apart")
                    return clash("apart at one table", [pair, by_person[j], by_person[i]], r)
    for t, held in sorted(at.items()):
        people = {w.people[0] for w in held}
        for i in list(people):
            people |= set(blocks[block_of[i]]) if i in block_of else set()
        if len(people) > sizes[t]:
            tied = [w for w in asked if w.kind == "together" and set(w.people) & people]
            return clash(f"table {t + 1} has {sizes[t]} seats", [*held, *tied], r)
    return None


def integer_plan(
    problem: SeatingProblem, r: int, kept: Sequence[Wish], seconds: float = 5.0
) -> list[int] | None | bool:
    """One sitting that keeps these wishes: tables by delegate (-1 absent).

    Returns None if there is none, and False if the solver could not tell in time.
    """
    here = np.flatnonzero(problem.attendance()[r])
    sizes = list(problem.table_sizes[r])
    q = len(sizes)
    blocks = merge([w.people for w in kept if w.kind == "together"], problem.n)
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
        options={"time_limit": seconds},
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

    None too where the solver cannot tell in its time.
    """
    kept = wishes(problem, r)
    if not small_enough(problem, r) or integer_plan(problem, r, kept) is not None:
        return None
    step = max(1, len(kept) // 2)
    while True:
        k = 0
        while k < len(kept):
            without = kept[:k] + kept[k + step :]
            if integer_plan(problem, r, without, 2.0) is None:
                kept = without
            else:
                k += step
        if step == 1:
            break
        step = max(1, step // 2)
    sizes = sorted(problem.table_sizes[r], reverse=True)
    if not kept:
        return None
    return clash(f"with tables of {sizes[-1]} to {sizes[0]} these do not go together", kept, r)


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
