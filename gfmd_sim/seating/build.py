"""From a request and a delegate list to the problem of each roundtable.

Columns of the list that say something here: ``keep_with``, ``keep_apart``, ``fixed_table``,
``present``, ``consultations``, ``languages``, and as further columns ``host`` (yes, or the number of
a table), ``fixed_sittings`` (such as 1-2|5), ``needs`` (labels), ``roundtables`` (numbers; empty:
all).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

import numpy as np

from gfmd_sim.errors import SeatingError, Sentence, did_you_mean, nearest
from gfmd_sim.scenario.roster import column_named, fold
from gfmd_sim.seating.attendance import attendance, check_sitting
from gfmd_sim.seating.people import NO, OWN, YES, People, numbers
from gfmd_sim.seating.people import people_of as people_of
from gfmd_sim.seating.plan_file import PlanTables
from gfmd_sim.seating.request import DEFAULT_BALANCE, SeatingRequest
from gfmd_sim.seating.search import Encounters, FixedSeat, SeatingProblem
from gfmd_sim.seating.search.problem import sitting_words
from gfmd_sim.seating.sizes import fitted, sizes_for
from gfmd_sim.seating.values import cells

V = TypeVar("V")

ATTRIBUTES = ("group", "region", "country", "organisation", "role", "gender", "languages")
"""Columns that may be balanced, besides all further ones."""


def problem_of(
    request: SeatingRequest,
    people: People,
    earlier: Mapping[int, Mapping[str, int]] | None = None,
    found: tuple[tuple[int, ...], ...] | None = None,
) -> SeatingProblem:
    """The problem of one roundtable.

    Parameters
    ----------
    request
        Already the roundtable's own (:meth:`SeatingRequest.room`).
    people
        Who may be seated.
    earlier
        Seats to keep: sitting from 1 -> delegate id -> table from 1.
    found
        Table sizes of a plan that is there already, in place of those asked for.

    Raises
    ------
    SeatingError
        If the request speaks of what is not there, or no tables hold the delegates.
    """
    n, sittings = len(people.entries), request.n_sittings
    if n < 2:
        raise SeatingError(
            "a seating plan needs delegates",
            file=people.roster.path,
            given=n,
            allowed="two or more who are present",
        )
    there = attendance(request, people)
    fixed = _fixed(request, people)
    locked = _locked(people, earlier or {}, sittings)
    together, apart = _groups(request, people)
    weights = balance_of(request, people)
    across = request.encounters.across
    if across is not None:
        across = _column(people, across)
        weights.setdefault(across, 0.0)
    attributes = {name: _values(people, name) for name in weights}
    needs = {
        people.find(who, "needs"): frozenset(map(fold, labels))
        for who, labels in request.needs.items()
    }
    for i in range(n):
        listed = [
            fold(part) for part in re.split(r"[|;,]", people.cell(i, "needs")) if part.strip()
        ]
        if listed:
            needs[i] = needs.get(i, frozenset()) | frozenset(listed)
    capacity = {t - 1: most for t, most in request.capacity.items()}
    sizes = found or tuple(_sizes(request, there, fixed + locked, apart, capacity))
    n_tables = max(len(s) for s in sizes)
    for seat in fixed + locked:
        if seat.table >= n_tables and found is None:
            e = people.entries[seat.delegate]
            raise SeatingError(
                Sentence(
                    "{name} is to sit at table {table}, and there are {n} tables",
                    name=e.name or e.id, table=seat.table + 1, n=n_tables,
                ),
                key="fixed_table", given=seat.table + 1, allowed=Sentence("1 to {most}", most=n_tables),
                remedy="correct the number, or allow smaller tables so that there are more",
            )  # fmt: skip
    return SeatingProblem(
        ids=tuple(e.id for e in people.entries),
        attributes=attributes,
        table_sizes=sizes,
        weights=weights,
        present=None if there.all() else there,
        apart=apart,
        together=together,
        fixed=fixed,
        locked=locked,
        capacity=_of_tables(capacity, n_tables, "capacity"),
        needs=needs,
        features=_of_tables(
            {t - 1: frozenset(map(fold, f)) for t, f in request.features.items()},
            n_tables,
            "features",
        ),
        languages=tuple(frozenset(e.languages) for e in people.entries)
        if request.shared_language
        else (),
        interpreters=_of_tables(
            {
                t - 1: tuple(frozenset(map(str.lower, s)) for s in sets)
                for t, sets in request.interpreters.items()
            },
            n_tables,
            "interpreters",
        ),
        encounters=Encounters(across, request.encounters.repeats),
        names=tuple(people.label(i) for i in range(n)),
        consultations=request.by_consultation,
    )


def balance_of(request: SeatingRequest, people: People) -> dict[str, float]:
    """The columns to balance, each by the list's own name, and their weights.

    Raises
    ------
    SeatingError
        If one was asked for that is not there.
    """
    if request.balance is None:
        columns = [c for c in DEFAULT_BALANCE if any(e.attribute(c) for e in people.entries)]
        return dict.fromkeys(columns, 1.0)
    return {_column(people, name): weight for name, weight in request.balance.items()}


def columns_of(people: People, balanced: Iterable[str]) -> dict[str, list[str]]:
    """What the list says of each, as text: for printed lists and for the simulator."""
    entries = people.entries
    columns = {name: [e.attribute(name) for e in entries] for name in (*ATTRIBUTES, "resources")}
    columns |= {
        name: cells(entries, people.roster, name)
        for name in {"group": 0, **dict.fromkeys(balanced)}
    }
    for name in ("status", "susceptibility"):
        given = [getattr(e, name) for e in entries]
        columns[name] = ["" if v is None else repr(v) for v in given]
    for key in sorted({key for e in entries for key in e.support}):
        said = [e.support.get(key) for e in entries]
        columns[f"support:{key[0]}/{key[1]}"] = ["" if v is None else repr(v) for v in said]
    return {name: values for name, values in columns.items() if any(values)}


def _of_tables(found: dict[int, V], n_tables: int, key: str) -> dict[int, V]:
    beyond = [t for t in found if t >= n_tables]
    if beyond and n_tables:
        raise SeatingError(
            Sentence("there is no table {table}", table=beyond[0] + 1), key=key, given=beyond[0] + 1,
            allowed=Sentence("1 to {most}", most=n_tables), remedy="correct the number, or ask for more tables",
        )  # fmt: skip
    return found


def balanceable(people: People) -> list[str]:
    """The columns of the list that may be balanced."""
    first = people.entries[0].extra if people.entries else {}
    return [c for c in people.roster.columns if c in ATTRIBUTES or (c in first and c not in OWN)]


def _column(people: People, name: str) -> str:
    """The column to balance that is meant by a name."""
    column = column_named(name, people.roster.columns)
    if column is None or column in (
        "id",
        "name",
        "keep_with",
        "keep_apart",
        "fixed_table",
        "consultations",
    ):
        allowed = balanceable(people)
        near = nearest(name, allowed)
        raise SeatingError(
            Sentence("there is no column '{name}' to balance", name=name),
            key="balance",
            file=people.roster.path,
            given=name,
            allowed=", ".join(allowed),
            remedy=did_you_mean(near, "name a column of the list"),
        )
    return column


def _values(people: People, name: str) -> list[str]:
    """A column to balance, one value a delegate."""
    values = cells(people.entries, people.roster, _column(people, name))
    if not any(values):
        raise SeatingError(
            Sentence("the column '{name}' is empty: no delegate has a value", name=name),
            key="balance",
            file=people.roster.path,
            remedy="fill in the column, or leave it out of what is balanced",
        )
    return values


def _fixed(request: SeatingRequest, people: People) -> tuple[FixedSeat, ...]:
    found: list[FixedSeat] = []

    def add(i: int, table: int, sittings: Iterable[int], host: bool) -> None:
        chosen = sorted(set(sittings))
        for s in chosen:
            check_sitting(s, request.n_sittings, "fixed")
        places: Sequence[int | None] = [s - 1 for s in chosen] or [None]
        found.extend(FixedSeat(i, table - 1, s, host) for s in places)

    for i, e in enumerate(people.entries):
        word = fold(people.cell(i, "host"))
        table = e.fixed_table
        host = word not in NO
        if host and word not in YES:
            if not word.isdecimal() or int(word) < 1:
                raise SeatingError(
                    "a host is neither yes or no nor the number of a table",
                    file=people.roster.path, line=e.line, key="host", given=people.cell(i, "host"),
                    allowed="yes, no, or the number of the table",
                )  # fmt: skip
            table = table if table is not None else int(word)
        if host and table is None:
            raise SeatingError(
                "a host has no table",
                file=people.roster.path, line=e.line, key="host", given=people.cell(i, "host"),
                remedy="write the table's number in the column fixed_table",
            )  # fmt: skip
        if table is not None:
            add(i, table, numbers(people, i, "fixed_sittings", request.n_sittings), host)
    for k, seat in enumerate(request.fixed):
        add(people.find(seat.delegate, f"fixed.{k}"), seat.table, seat.sittings, seat.host)
    return tuple(dict.fromkeys(found))


def _locked(
    people: People, earlier: Mapping[int, Mapping[str, int]], sittings: int
) -> tuple[FixedSeat, ...]:
    place = {e.id: i for i, e in enumerate(people.entries)}
    return tuple(
        FixedSeat(place[who], table - 1, s - 1)
        for s, seats in sorted(earlier.items())
        if s <= sittings
        for who, table in seats.items()
        if who in place
    )


def earlier_seats(
    plan: PlanTables, roundtable: int | None, sittings: Sequence[int]
) -> dict[int, dict[str, int]]:
    """The seats of an earlier plan to keep, by sitting (empty: all it has).

    Raises
    ------
    SeatingError
        If the plan has nothing for a sitting or the roundtable that was named.
    """
    there = plan.through(roundtable)
    for s in sittings:
        if s not in there:
            raise SeatingError(
                Sentence("the earlier plan has nothing for sitting {sitting}", sitting=s),
                file=plan.path, key="lock", given=s, allowed=", ".join(map(str, sorted(there))),
            )  # fmt: skip
    return {s: seats for s, seats in there.items() if not sittings or s in sittings}


def _groups(
    request: SeatingRequest, people: People
) -> tuple[tuple[tuple[int, ...], ...], tuple[tuple[int, ...], ...]]:
    """Together and apart groups, from labels, lists and shared values."""
    together: list[tuple[int, ...]] = []
    apart: list[tuple[int, ...]] = []
    for found, labels in (
        (together, [e.keep_with for e in people.entries]),
        (apart, [e.keep_apart for e in people.entries]),
    ):
        by_label: dict[str, list[int]] = {}
        for i, mine in enumerate(labels):
            for label in mine:
                by_label.setdefault(label, []).append(i)
        found.extend(tuple(g) for g in by_label.values() if len(g) > 1)
    for found, key, lists, columns in (
        (together, "keep_together", request.keep_together, request.keep_together_by),
        (apart, "keep_apart", request.keep_apart, request.keep_apart_by),
    ):
        for group in lists:
            places = tuple(dict.fromkeys(people.find(who, key) for who in group))
            if len(places) < 2:
                raise SeatingError(
                    "a group of one keeps nobody together or apart",
                    key=key, given=", ".join(group), remedy="name two delegates or more",
                )  # fmt: skip
            found.append(places)
        for column in columns:
            by_value: dict[str, list[int]] = {}
            for i, value in enumerate(_values(people, column)):
                by_value.setdefault(value, []).append(i)
            found.extend(tuple(g) for v, g in by_value.items() if v and len(g) > 1)
    return tuple(together), tuple(apart)


def _sizes(
    request: SeatingRequest,
    there: np.ndarray,
    seats: Sequence[FixedSeat],
    apart: Sequence[Sequence[int]],
    capacity: Mapping[int, int],
) -> list[tuple[int, ...]]:
    sizes = []
    highest = max([s.table + 1 for s in seats] + [t + 1 for t in capacity], default=1)
    consultations = [c + 1 for c, n in enumerate(request.by_consultation) for _ in range(n)]
    for r in range(len(there)):
        when = sitting_words(r + 1, consultations[r] if consultations else None)
        here = there[r]
        if request.sizes is not None:
            sizes.append(fitted(request.sizes, int(here.sum()), when))
            continue
        taken: dict[int, int] = {}
        for i, t in {(s.delegate, s.table) for s in seats if s.sitting in (None, r)}:
            taken[t] = taken.get(t, 0) + int(here[i])
        clique = max((int(here[list(g)].sum()) for g in apart), default=1)
        low, high = request.table_size
        # Seats that are taken beyond the largest size are for the search to refuse, by name.
        taken = {t: min(k, high) for t, k in taken.items() if t < highest}
        sizes.append(
            sizes_for(
                int(here.sum()), low, high, n_tables=request.tables,
                at_least=max(highest, clique), capacity=capacity, when=when,
                taken=taken if request.tables is None else {},
            )
        )  # fmt: skip
    return sizes
