"""``seat check``, ``seat kit``: a plan that is there already, from whatever tool."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from gfmd_sim.cli.as_json import print_json
from gfmd_sim.cli.seat_answers import (
    document_json,
    print_basis,
    print_document,
    print_violations,
)
from gfmd_sim.cli.seat_files import check_outputs, read_document, write_all
from gfmd_sim.cli.seat_options import ids_of
from gfmd_sim.errors import ENGLISH, SeatingError, Sentence, UserError, did_you_mean, nearest
from gfmd_sim.language import Translate, translator
from gfmd_sim.scenario.agenda import Language
from gfmd_sim.scenario.roster import fold, read_roster
from gfmd_sim.seating.build import balanceable, columns_of, people_of, problem_of
from gfmd_sim.seating.document import PlannedRoom, SeatingDocument
from gfmd_sim.seating.judge import (
    bare_problem,
    consultations_found,
    judged,
    plan_array,
    sizes_found,
)
from gfmd_sim.seating.people import AS_LISTED, not_one
from gfmd_sim.seating.request import SeatingRequest, read_request, request_of
from gfmd_sim.seating.search import SeatingProblem

_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Opened:
    """A plan from a file, and by what it is judged.

    ``basis``: ``asked`` (what was asked when we made it), ``list`` (a delegate list and what is asked
    now) or ``plan`` (its own columns and tables alone). ``others``: columns that could be balanced
    too.
    """

    document: SeatingDocument
    basis: Literal["asked", "list", "plan"]
    request: SeatingRequest | None = None
    others: tuple[str, ...] = ()


def open_plan(
    path: Path,
    roster: Path | None,
    constraints: Path | None = None,
    options: Mapping[str, Any] = _NOTHING,
    roundtable: int | None = None,
    *,
    all_rooms: bool = False,
) -> Opened:
    """A plan with what was asked: as the file says, or by a delegate list and options.

    Without a list, a plan of another tool is taken as it stands: its own columns are balanced.

    Raises
    ------
    UserError
        If the plan and the list do not fit.
    """
    document, tables = read_document(path)
    if roster is None:
        if constraints is not None or set(options) - {"balance"} or (options and document):
            raise UserError(
                "constraints need the delegate list", key="--roster", given=None,
                remedy="name the list with --roster",
            )  # fmt: skip
        if document is not None:
            return Opened(document, "asked")
        numbers = _rooms(tables.roundtables, roundtable, all_rooms)
        rooms = tuple(bare_problem(tables, k, list(options.get("balance", ()))) for k in numbers)
        names = {w: n for w, n in tables.columns.get("name", {}).items() if n}
        told = dict.fromkeys(c for room in rooms for c in room.columns if any(room.column(c)))
        return Opened(SeatingDocument(rooms, names), "plan", others=_not_balanced(told, rooms))
    listed = read_roster(roster, for_seating=True)
    asked = request_of(options) if constraints is None else read_request(constraints, options)
    rooms_found = []
    for k in _rooms(tables.roundtables, roundtable, all_rooms):
        seats = tables.through(k)
        request = asked if k is None else asked.room(k)
        request = request.of_plan(max(seats), consultations_found(tables, k, max(seats)))
        people = people_of(listed, k)
        problem = problem_of(request, people, found=sizes_found(seats, max(seats)))
        plan = plan_array(problem, seats)
        columns = columns_of(people, problem.attributes)
        rooms_found.append(judged(problem, plan, k, columns))
    names = {e.id: e.name for e in listed.entries if e.name}
    document = SeatingDocument(tuple(rooms_found), names)
    others = _not_balanced(balanceable(people), rooms_found)
    return Opened(document, "list", request, others)


def _not_balanced(columns: Iterable[str], rooms: Sequence[PlannedRoom]) -> tuple[str, ...]:
    balanced = {a for room in rooms for a in room.problem.attributes}
    return tuple(c for c in columns if c not in balanced)


def _rooms(there: Sequence[int], roundtable: int | None, all_rooms: bool) -> Sequence[int | None]:
    if roundtable is not None:
        return (roundtable,)
    if all_rooms and there != (0,):
        return [k for k in there if k]
    return (None,)


def run_check(
    path: Path, roster: Path | None, constraints: Path | None, options: Mapping[str, Any],
    roundtable: int | None, lang: Language, *, is_json: bool,
) -> bool:  # fmt: skip
    """Judge a plan; returns whether every constraint is kept."""
    opened = open_plan(path, roster, constraints, options, roundtable, all_rooms=True)
    document, request = opened.document, opened.request
    if roundtable is not None:
        document = dataclasses.replace(document, rooms=(document.room(roundtable),))
    asked = request is not None and (constraints is not None or "table_size" in options)
    _ = str if is_json else translator(lang)  # programs read English
    broken = {
        room.roundtable: [
            *room.report(_).violations,
            *(_beyond(room.problem, request, _) if asked and request is not None else ()),
        ]
        for room in document.rooms
    }
    is_kept = not any(broken.values())
    if is_json:
        said = document_json(document, (), names=False, with_plan=False)
        for one, words in zip(said["rooms"], broken.values(), strict=True):
            one["violations"] = list(words)
        judged_by = {"basis": opened.basis, "columns_not_balanced": list(opened.others)}
        print_json({"kept": is_kept, "judged_by": judged_by, **said})
    else:
        print_document(document, lang, names=False, with_seats=False)
        print_basis(opened.basis, opened.others, lang, with_constraints=constraints is not None)
        print_violations(broken, lang)
    return is_kept


def _beyond(problem: SeatingProblem, request: SeatingRequest, translate: Translate) -> list[str]:
    """Tables smaller or larger than asked for."""
    low, high = request.table_size
    if request.sizes is not None:
        return []
    _ = translate
    words = dataclasses.replace(ENGLISH, sentence=translate)
    return [
        _("{when}: table {table} seats {n}, not {low} to {high}").format(
            when=problem.sitting_words(r).said(words), table=t + 1, n=k, low=low, high=high
        )
        for r, sizes in enumerate(problem.table_sizes)
        for t, k in enumerate(sizes)
        if k and not low <= k <= high
    ]


def run_kit(
    path: Path, out: Path, only: str | None, title: str, roster: Path | None,
    constraints: Path | None, lang: Language, *, names: bool, is_json: bool, is_quiet: bool,
) -> None:  # fmt: skip
    """Print material of a plan."""
    from gfmd_sim.reports.seating_kit import PARTS, seating_kit

    parts = [p.lower() for p in ids_of(only)] if only is not None else list(PARTS)
    for part in parts:
        if part not in PARTS:
            near = nearest(part, PARTS)
            raise UserError(
                "there is no such part", key="--only", given=part, allowed=", ".join(PARTS),
                remedy=did_you_mean(near),
            )  # fmt: skip
    check_outputs([out], (path, roster, constraints), ".html, .htm")
    document = open_plan(path, roster, constraints, all_rooms=True).document
    check_names(document, path, roster, names)
    page = seating_kit(document, lang, names=names, title=title, parts=parts)
    write_all({out: page.encode()})
    if is_json:
        print_json({"out": [str(out)]})
    elif not is_quiet:
        if not names:
            _ = translator(lang)
            print(_("Names are left out: they are personal data (--names writes them)."))
        print(out)


def check_names(document: SeatingDocument, path: Path, roster: Path | None, names: bool) -> None:
    """Refuse to write names that nothing holds.

    Raises
    ------
    SeatingError
        If names are asked for, and neither the plan nor the list has any.
    """
    if names and not document.names:
        raise SeatingError(
            "there are no names to write", file=roster or path, key="--names",
            remedy="fill in the list's column 'name'" if roster
            else "give the delegate list with --roster, or leave --names out",
        )  # fmt: skip


def find(room: PlannedRoom, document: SeatingDocument, word: str, key: str) -> int:
    """The place of a delegate named by id, or by a name that only one has.

    Raises
    ------
    SeatingError
        If nobody, or more than one, is meant.
    """
    ids = room.problem.ids
    if word in ids:
        return ids.index(word)
    names = {who: document.names.get(who, "") for who in ids}
    same = [who for who, name in names.items() if name and fold(name) == fold(word)]
    if len(same) == 1:
        return ids.index(same[0])
    called = {who for who, name in document.names.items() if name and fold(name) == fold(word)}
    elsewhere = [r.roundtable for r in document.rooms if {word, *called} & set(r.problem.ids)]
    if elsewhere and not same:
        raise SeatingError(
            "this delegate is not at this roundtable", key=key, given=word,
            remedy=Sentence(
                "name one where he is with --roundtable: {numbers}",
                numbers=", ".join(map(str, elsewhere)),
            ),
        )  # fmt: skip
    nobody = Sentence("there is no such delegate in the plan")
    allowed = AS_LISTED if any(names.values()) else Sentence("an id of the plan")
    raise not_one(word, names, nobody, allowed, key)
