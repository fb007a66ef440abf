"""What a clash of wishes is, and how it is told: in words, by the delegates' names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gfmd_sim.errors import SeatingError, Sentence
from gfmd_sim.language import N_
from gfmd_sim.seating.search.problem import SeatingProblem, merge


@dataclass(frozen=True, slots=True)
class Wish:
    """One hard constraint in one sitting, in words, with the delegates it concerns."""

    kind: str  # apart, together, fixed, locked, needs, languages, capacity
    people: tuple[int, ...]
    words: str
    table: int = -1
    host: bool = False


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

    def error(self, problem: SeatingProblem) -> SeatingError:
        """The same as an error to raise, of the problem that has the clash."""
        return SeatingError(
            Sentence(
                "no seating plan can do this in {when}: {reason}",
                when=problem.sitting_words(self.sitting),
                reason=self.reason,
            ),
            given=Sentence.divided(self.constraints),
            remedy=Sentence("give this up first: {wish}", wish=self.relax)
            if len(self.constraints) > 1
            else "leave this wish out, or change the tables so that they can keep it",
        )


def listed(problem: SeatingProblem, people: Sequence[int]) -> Sentence:
    """Names of delegates, the first few if they are many."""
    names = [problem.name(i) for i in people]
    if len(names) <= 12:
        return Sentence.joined(", ", names)
    return Sentence.counted(
        "{names} and {n} other",
        "{names} and {n} others",
        len(names) - 12,
        names=", ".join(names[:12]),
    )


def kept_apart(problem: SeatingProblem, people: Sequence[int]) -> Sentence:
    """The wish that these are kept apart."""
    return Sentence("{names} are kept apart", names=listed(problem, people))


_SEATED = {
    "host": N_("{name} is the host of table {table}"),
    "fixed": N_("{name} is fixed at table {table}"),
    "locked": N_("{name} is locked at table {table}"),
}


def wishes(problem: SeatingProblem, r: int) -> list[Wish]:
    """The hard constraints that bear on sitting ``r``."""
    here = problem.attendance()[r]
    found: list[Wish] = []

    def inside(people: Sequence[int]) -> tuple[int, ...]:
        return tuple(i for i in dict.fromkeys(people) if here[i])

    for group in problem.apart:
        if len(people := inside(group)) > 1:
            found.append(Wish("apart", people, kept_apart(problem, people)))
    # A chain of groups holds even where its link is absent, so whole groups are named.
    tied = {i for b in merge(problem.together, problem.n) if len(inside(b)) > 1 for i in b}
    found += [tie(problem, g) for g in dict.fromkeys(problem.together) if tied & set(g)]
    for kind, seats in (("fixed", problem.fixed), ("locked", problem.locked)):
        for seat in dict.fromkeys(seats):
            if here[seat.delegate] and seat.sitting in (None, r):
                who = problem.name(seat.delegate)
                how = _SEATED["host" if seat.host else kind]
                words = Sentence(how, name=who, table=seat.table + 1)
                found.append(Wish(kind, (seat.delegate,), words, seat.table, seat.host))
    for i, wanted in problem.needs.items():
        if here[i] and wanted:
            words = Sentence(
                "{name} needs a table with {features}",
                name=problem.name(i),
                features=", ".join(sorted(wanted)),
            )
            found.append(Wish("needs", (i,), words))
    for t, most in problem.capacity.items():
        words = Sentence("table {table} holds at most {most}", table=t + 1, most=most)
        found.append(Wish("capacity", (), words, t))
    if problem.languages:
        for i in range(problem.n):
            if here[i] and problem.languages[i]:
                spoken = ", ".join(sorted(problem.languages[i]))
                words = Sentence(
                    "{name} speaks {languages}", name=problem.name(i), languages=spoken
                )
                found.append(Wish("languages", (i,), words))
    return found


def tie(problem: SeatingProblem, group: Sequence[int]) -> Wish:
    """A together group as a wish."""
    people = tuple(dict.fromkeys(group))
    return Wish(
        "together", people, Sentence("{names} are kept together", names=listed(problem, people))
    )


def chain(problem: SeatingProblem, one: int, other: int) -> list[Wish]:
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
    return [tie(problem, g) for g in dict.fromkeys(reached.get(other, []))]


def spare(found: Sequence[Wish], clashes: Callable[[Sequence[Wish]], bool]) -> list[Wish]:
    """Leave out what the clash does not need, the narrowest first: none of the rest can be spared."""
    kept = list(dict.fromkeys(found))
    for w in sorted(kept, key=lambda w: len(w.people)):
        without = [k for k in kept if k is not w]
        if clashes(without):
            kept = without
    return kept


def preferred(found: Sequence[Wish]) -> str:
    """The constraint to relax first: wishes before needs, and the widest before the narrow."""
    order = ["apart", "together", "fixed", "locked", "languages", "capacity", "needs"]
    return min(found, key=lambda w: (order.index(w.kind), -len(w.people))).words


def clash(reason: str, found: Sequence[Wish], r: int) -> Clash:
    """A clash of these wishes."""
    kept = list(dict.fromkeys(found))
    return Clash(reason, tuple(w.words for w in kept), preferred(kept), r)
