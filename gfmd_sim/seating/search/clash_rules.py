"""Clashes that a rule can see at once, each with its reason and no more wishes than it needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations

import numpy as np

from gfmd_sim.errors import Sentence
from gfmd_sim.seating.search.arrays import channels
from gfmd_sim.seating.search.clash import Clash, Wish, chain, clash, kept_apart, spare, wishes
from gfmd_sim.seating.search.problem import SeatingProblem, merge


class Room:
    """One sitting, with what is asked of it."""

    def __init__(self, problem: SeatingProblem, r: int) -> None:
        self.problem, self.r = problem, r
        self.sizes = problem.table_sizes[r]
        self.here = {int(i) for i in np.flatnonzero(problem.attendance()[r])}
        self.asked = wishes(problem, r)
        self.together = [w for w in self.asked if w.kind == "together"]
        self.apart = [w for w in self.asked if w.kind == "apart"]
        self.block_of = {i: k for k, b in enumerate(merge(problem.together, problem.n)) for i in b}
        self.seat: dict[int, Wish] = {}  # the first seat given to each
        for w in self.asked:
            if w.kind in ("fixed", "locked"):
                self.seat.setdefault(w.people[0], w)

    def blocks(self, kept: Sequence[Wish]) -> list[list[int]]:
        """Those present whom these wishes keep together."""
        groups = [w.people for w in kept if w.kind == "together"]
        whole = [[i for i in b if i in self.here] for b in merge(groups, self.problem.n)]
        return [b for b in whole if len(b) > 1]

    def pair(self, i: int, j: int) -> Wish:
        """Two who are kept apart, as a wish of its own."""
        return Wish("apart", (i, j), kept_apart(self.problem, (i, j)))


def beyond_capacity(room: Room) -> Clash | None:
    """More seats given at a table than it may hold."""
    for w in room.asked:
        seated = [x for x in room.seat.values() if x.table == w.table]
        if w.kind == "capacity" and len(seated) > room.problem.capacity[w.table]:
            most = room.problem.capacity[w.table]
            reason = Sentence("{n} are to sit at table {table}", n=len(seated), table=w.table + 1)
            return clash(reason, [w, *seated[: most + 1]], room.r)
    return None


def one_wish(room: Room) -> Clash | None:
    """Wishes that cannot be kept even alone."""
    problem, r, sizes = room.problem, room.r, room.sizes
    for w in room.asked:
        if (
            w.kind == "capacity"
            and w.table < len(sizes)
            and problem.capacity[w.table] < sizes[w.table]
        ):
            reason = Sentence("table {table} is to seat {n}", table=w.table + 1, n=sizes[w.table])
            return clash(reason, [w], r)
        if w.kind in ("fixed", "locked") and w.table >= len(sizes):
            reason = Sentence.counted(
                "there is only {n} table", "there are only {n} tables", len(sizes)
            )
            return clash(reason, [w], r)
        if w.kind == "needs" and not any(
            problem.needs[w.people[0]] <= problem.features.get(t, frozenset())
            for t in range(len(sizes))
        ):
            return clash(Sentence("no table has it"), [w], r)
        if w.kind == "apart" and len(w.people) > len(sizes):
            return clash(too_few_tables(len(w.people), len(sizes)), [w], r)
    return None


def too_few_tables(people: int, tables: int) -> Sentence:
    """So many are kept apart that they need more tables than there are."""
    return Sentence(
        "{people} delegates need as many tables, there are {tables}", people=people, tables=tables
    )


def who_else(n: int, spoken: Sequence[str]) -> Sentence:
    """How many others speak one of these languages."""
    languages = " / ".join(spoken)
    if n == 0:
        return Sentence("no others speak {languages}", languages=languages)
    return Sentence.counted(
        "{n} other speaks {languages}", "{n} others speak {languages}", n, languages=languages
    )


def unheard(room: Room) -> Clash | None:
    """Somebody with whom too few can talk, or be interpreted, to fill any table."""
    speaks, have = channels(room.problem)
    if not speaks.shape[1]:  # languages restrict nothing
        return None
    can_follow = speaks[sorted(room.here)].sum(axis=0)
    filled = [have[t] & (can_follow >= size) for t, size in enumerate(room.sizes)]
    usable = np.any(filled, axis=0)
    for w in room.asked:
        if w.kind == "languages" and not (speaks[w.people[0]] & usable).any():
            spoken = room.problem.languages[w.people[0]]
            alike = sum(bool(spoken & room.problem.languages[i]) for i in room.here) - 1
            reason = Sentence(
                "no table can be filled with people who understand {name}: {others}, "
                "the smallest table has {seats} seats, and no interpreter serves enough",
                name=room.problem.name(w.people[0]),
                others=who_else(alike, sorted(spoken)),
                seats=min(room.sizes),
            )
            return clash(reason, [w], room.r)
    return None


def seat_twice(room: Room) -> Clash | None:
    """One delegate at two tables, or one table with two hosts."""
    for w in room.asked:
        if w.kind in ("fixed", "locked") and room.seat[w.people[0]].table != w.table:
            reason = Sentence("nobody can sit at two tables")
            return clash(reason, [room.seat[w.people[0]], w], room.r)
    hosts: dict[int, Wish] = {}
    for w in room.asked:
        if w.host and hosts.setdefault(w.table, w).people != w.people:
            reason = Sentence("table {table} has two hosts", table=w.table + 1)
            return clash(reason, [hosts[w.table], w], room.r)
    return None


def too_large(room: Room) -> Clash | None:
    """People kept together, through chains too, who are more than a table seats."""
    largest = max(room.sizes)

    def overfull(kept: Sequence[Wish]) -> bool:
        return any(len(b) > largest for b in room.blocks(kept))

    if not overfull(room.together):
        return None
    reason = Sentence("the largest table has {n} seats", n=largest)
    return clash(reason, spare(room.together, overfull), room.r)


def torn(room: Room) -> Clash | None:
    """People kept together, through chains too, who are apart or have seats at different tables."""
    for members in room.blocks(room.together):
        placed = [room.seat[i] for i in members if i in room.seat]
        for w in placed[1:]:
            if w.table != placed[0].table:
                links = chain(room.problem, placed[0].people[0], w.people[0])
                reason = Sentence("together at different tables")
                return clash(reason, [placed[0], w, *links], room.r)
    for w in room.apart:
        for i, j in combinations(w.people, 2):
            if i in room.block_of and room.block_of[i] == room.block_of.get(j):
                links = chain(room.problem, i, j)
                reason = Sentence("apart and together at once")
                return clash(reason, [room.pair(i, j), *links], room.r)
    return None


def apart_at_one_table(room: Room) -> Clash | None:
    """People kept apart whose seats, their own or through chains, are at one table."""
    seated: dict[int, tuple[int, Wish]] = {i: (i, w) for i, w in room.seat.items()}
    for members in room.blocks(room.together):
        placed = [i for i in members if i in room.seat]
        for i in members if placed else []:
            seated.setdefault(i, (placed[0], room.seat[placed[0]]))
    for w in room.apart:
        for i, j in combinations(w.people, 2):
            if i in seated and j in seated and seated[i][1].table == seated[j][1].table:
                links = [x for k in (i, j) for x in chain(room.problem, k, seated[k][0])]
                found = [room.pair(i, j), seated[i][1], seated[j][1], *links]
                return clash(Sentence("apart at one table"), found, room.r)
    return None


def table_too_full(room: Room) -> Clash | None:
    """More seats given at a table, with those kept together with them, than it has."""
    mates = {i: b for b in room.blocks(room.together) for i in b}
    at: dict[int, set[int]] = {}
    for i, w in room.seat.items():
        at.setdefault(w.table, set()).update(mates.get(i, [i]))
    for t in sorted(t for t, people in at.items() if len(people) > room.sizes[t]):

        def overfull(kept: Sequence[Wish], t: int = t) -> bool:
            people = {w.people[0] for w in kept if w.kind in ("fixed", "locked")}
            for b in room.blocks(kept):
                if people & set(b):
                    people |= set(b)
            return len(people) > room.sizes[t]

        found = [w for w in room.seat.values() if w.table == t] + room.together
        reason = Sentence("table {table} has {n} seats", table=t + 1, n=room.sizes[t])
        return clash(reason, spare(found, overfull), room.r)
    return None


def clique(room: Room) -> Clash | None:
    """More delegates than tables, each pair of whom is kept apart, by whatever wishes and chains.

    Cliques are looked for greedily, so one may be missed; the exact step then decides.
    """
    size = len(room.sizes)
    unit = {i: ("block", room.block_of[i]) if i in room.block_of else ("one", i) for i in room.here}
    why: dict[frozenset[tuple[str, int]], tuple[Wish, int, int]] = {}
    rivals: dict[tuple[str, int], set[tuple[str, int]]] = {}
    for w in sorted(room.apart, key=lambda w: -len(w.people)):
        for i, j in combinations(w.people, 2):
            edge = frozenset((unit[i], unit[j]))
            if len(edge) == 2 and edge not in why:
                why[edge] = (w, i, j)
                rivals.setdefault(unit[i], set()).add(unit[j])
                rivals.setdefault(unit[j], set()).add(unit[i])
    wide = {u for u, others in rivals.items() if len(others) >= size}
    for first in sorted(wide):
        members, left = [first], rivals[first] & wide
        while left and len(members) <= size:
            best = max(sorted(left), key=lambda u: len(rivals[u] & left))
            members.append(best)
            left = left & rivals[best]
        if len(members) > size:
            return clash(
                too_few_tables(len(members), size),
                explained(room, [why[frozenset(e)] for e in combinations(members, 2)], unit),
                room.r,
            )
    return None


def explained(
    room: Room,
    edges: Sequence[tuple[Wish, int, int]],
    unit: dict[int, tuple[str, int]],
) -> list[Wish]:
    """The wishes that keep every pair of a clique apart, and the chains between their ends."""
    kept = list(dict.fromkeys(w for w, _, _ in edges))
    ends: dict[tuple[str, int], list[int]] = {}
    for _, i, j in edges:
        for k in (i, j):
            ends.setdefault(unit[k], []).append(k)
    links = [
        w for those in ends.values() for k in those[1:] for w in chain(room.problem, those[0], k)
    ]
    return [*kept, *dict.fromkeys(links)]


RULES: tuple[Callable[[Room], Clash | None], ...] = (
    beyond_capacity,
    one_wish,
    unheard,
    seat_twice,
    too_large,
    torn,
    apart_at_one_table,
    table_too_full,
    clique,
)


def plain_clash(problem: SeatingProblem, r: int) -> Clash | None:
    """The first clash in a sitting that a rule can see, with its reason."""
    room = Room(problem, r)
    for rule in RULES:
        found = rule(room)
        if found is not None:
            return found
    return None
