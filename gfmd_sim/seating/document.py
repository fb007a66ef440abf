"""A seating plan with all that was asked: what is written, read back, checked, repaired, explained.

The JSON form (``"format": "gfmd-sim seating plan"``, ``"version": 1``) is described in
``docs/seating.md``. It holds no names unless asked for: they are personal data.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from gfmd_sim.errors import SeatingError
from gfmd_sim.seating.plan_file import MARK
from gfmd_sim.seating.search import (
    CheckReport,
    Encounters,
    FixedSeat,
    PlanResult,
    SeatingProblem,
    check,
)
from gfmd_sim.seating.search.problem import Plan

VERSION = 1
PERSONAL = ("organisation", "status", "susceptibility", "support:")
"""Columns (or their beginnings) that point to or judge one person: left out with the names."""


@dataclass(frozen=True)
class Score:
    """What a plan is worth and how far it is from what no plan can beat.

    ``excess``, ``distinct``: weighted imbalance, pairs who meet; each with its bound. ``gap``: share
    of the bound on pairs that is missing. ``repeat_cost``: what meeting again costs, as it was asked
    to be counted, and its bound. ``steps`` and ``seed`` make the plan again (None: the plan
    is not as the search left it).
    """

    excess: float
    distinct: int
    bound_excess: float
    bound_distinct: int
    gap: float
    is_proven_optimal: bool
    steps: int | None = None
    seed: int | None = None
    stopped: str = ""
    repeat_cost: float = 0.0
    bound_repeat_cost: float = 0.0

    @classmethod
    def of(cls, found: PlanResult) -> Score:
        """The score of what the search found."""
        return cls(
            found.excess, found.distinct, found.bound_excess, found.bound_distinct, found.gap,
            found.is_proven_optimal, found.steps, found.seed, found.stopped,
            found.repeat_cost, found.bound_repeat_cost,
        )  # fmt: skip


@dataclass(frozen=True)
class PlannedRoom:
    """One roundtable's plan (None: the only one).

    ``plan``: table from 0 by sitting and delegate, -1 absent. ``columns``: what the delegate list
    says of each, column -> a value a delegate: for lists, cards and the simulator.
    """

    problem: SeatingProblem
    plan: Plan
    score: Score
    roundtable: int | None = None
    columns: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def report(self, translate: Callable[[str], str] = str) -> CheckReport:
        """The independent checker's judgement, its sentences put through ``translate``."""
        return check(self.problem, self.plan, translate)

    def at(self, sitting: int, table: int) -> list[int]:
        """Delegates at a table, both from 0, in the list's order."""
        return np.flatnonzero(self.plan[sitting] == table).tolist()

    def column(self, name: str) -> Sequence[str]:
        """A column of the list, or a balanced attribute; empty strings where there is none."""
        found = self.columns.get(name) or self.problem.attributes.get(name)
        return found if found is not None else [""] * self.problem.n


@dataclass(frozen=True)
class SeatingDocument:
    """The plan of one roundtable or of several; ``names`` by id, empty where they are left out."""

    rooms: tuple[PlannedRoom, ...]
    names: Mapping[str, str] = field(default_factory=dict)

    def room(self, roundtable: int | None) -> PlannedRoom:
        """The roundtable of that number; None: the only one.

        Raises
        ------
        SeatingError
            If it is not there, or several are and none is named.
        """
        if roundtable is None and len(self.rooms) == 1:
            return self.rooms[0]
        for room in self.rooms:
            if room.roundtable == roundtable and roundtable is not None:
                return room
        numbers = ", ".join(str(r.roundtable) for r in self.rooms if r.roundtable is not None)
        raise SeatingError(
            "which roundtable?" if roundtable is None else "the plan has no such roundtable",
            key="--roundtable", given=roundtable, allowed=numbers or "leave --roundtable out",
            remedy="name one with --roundtable" if numbers else None,
        )  # fmt: skip

    def with_room(self, room: PlannedRoom) -> SeatingDocument:
        """The same with one roundtable's plan replaced."""
        rooms = tuple(room if r.roundtable == room.roundtable else r for r in self.rooms)
        return dataclasses.replace(self, rooms=rooms)


# --- to JSON and back ---------------------------------------------------------------------------


def to_json(document: SeatingDocument, *, names: bool) -> dict[str, Any]:
    """The document as plain data, with names only where asked."""
    from gfmd_sim import __version__

    return {
        "format": MARK,
        "version": VERSION,
        "made_by": f"gfmd-sim {__version__}",
        "rooms": [_room_to_json(r, document.names if names else {}) for r in document.rooms],
    }


def _room_to_json(room: PlannedRoom, names: Mapping[str, str]) -> dict[str, Any]:
    p, plan = room.problem, room.plan
    delegates = []
    for i, who in enumerate(p.ids):
        one: dict[str, Any] = {"id": who}
        if names.get(who):
            one["name"] = names[who]
        one["columns"] = {
            c: v[i]
            for c, v in {**room.columns, **p.attributes}.items()
            if v[i] and (names or c in p.attributes or not c.startswith(PERSONAL))
        }
        if p.languages:
            one["languages"] = sorted(p.languages[i])
        if p.needs.get(i):
            one["needs"] = sorted(p.needs[i])
        delegates.append(one)
    seat = [
        {
            "id": p.ids[s.delegate],
            "table": s.table + 1,
            "sitting": None if s.sitting is None else s.sitting + 1,
            "host": s.host,
        }
        for s in p.seats()
    ]
    there = p.attendance()
    request = {
        "delegates": delegates,
        "table_sizes": [list(s) for s in p.table_sizes],
        "balance": {a: p.weights.get(a, 1.0) for a in p.attributes},
        "encounters": {"across": p.encounters.across, "repeats": p.encounters.repeats},
        "absent": {
            p.ids[i]: [r + 1 for r in range(p.n_sittings) if not there[r, i]]
            for i in np.flatnonzero(~there.all(axis=0)).tolist()
        },
        "keep_apart": [[p.ids[i] for i in g] for g in p.apart],
        "keep_together": [[p.ids[i] for i in g] for g in p.together],
        "fixed": seat[: len(p.fixed)],
        "locked": seat[len(p.fixed) :],
        "capacity": {str(t + 1): k for t, k in p.capacity.items()},
        "features": {str(t + 1): sorted(f) for t, f in p.features.items()},
        "interpreters": {str(t + 1): [sorted(s) for s in x] for t, x in p.interpreters.items()},
        "shared_language": bool(p.languages),
        "consultations": list(p.consultations),
    }
    seats = [
        {"sitting": r + 1, "table": int(plan[r, i]) + 1, "id": p.ids[i]}
        for r in range(p.n_sittings)
        for i in sorted(np.flatnonzero(plan[r] >= 0).tolist(), key=lambda i: (plan[r, i], i))
    ]
    return {
        "roundtable": room.roundtable,
        "score": dataclasses.asdict(room.score),
        "request": request,
        "seats": seats,
    }


def from_json(found: Mapping[str, Any], path: Path | None = None) -> SeatingDocument:
    """A document read back.

    Raises
    ------
    SeatingError
        If it is damaged, or of a later version.
    """
    if found.get("version") != VERSION:
        raise SeatingError(
            "this seating plan is of another version", file=path, given=found.get("version"),
            allowed=str(VERSION), remedy="use the gfmd-sim that wrote it",
        )  # fmt: skip
    names: dict[str, str] = {}
    try:
        rooms = tuple(_room_from_json(room, names) for room in found["rooms"])
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError) as error:
        raise SeatingError(
            "the seating plan is damaged", file=path, given=f"{type(error).__name__}: {error}",
            remedy="plan again, or give the delegate list with --roster",
        ) from None  # fmt: skip
    if not rooms:
        raise SeatingError("the seating plan is empty", file=path)
    return SeatingDocument(rooms, names)


def _room_from_json(found: Mapping[str, Any], names: dict[str, str]) -> PlannedRoom:
    request = found["request"]
    listed = request["delegates"]
    ids = tuple(str(d["id"]) for d in listed)
    place = {who: i for i, who in enumerate(ids)}
    names.update({str(d["id"]): str(d["name"]) for d in listed if d.get("name")})
    sizes = tuple(tuple(int(k) for k in s) for s in request["table_sizes"])
    there = np.ones((len(sizes), len(ids)), dtype=np.bool_)
    for who, sittings in request["absent"].items():
        for s in sittings:
            there[_from_one(s), place[who]] = False
    told = sorted({c for d in listed for c in d.get("columns", {})})
    columns = {c: [str(d.get("columns", {}).get(c, "")) for d in listed] for c in told}
    fixed, locked = (
        tuple(
            FixedSeat(
                place[s["id"]],
                _from_one(s["table"]),
                None if s["sitting"] is None else _from_one(s["sitting"]),
                bool(s["host"]),
            )
            for s in request[key]
        )
        for key in ("fixed", "locked")
    )
    balance = {str(a): float(w) for a, w in request["balance"].items()}
    counting = request["encounters"]
    if counting["repeats"] not in ("linear", "geometric", "square"):
        raise ValueError(f"repeats: {counting['repeats']}")
    spoken = request["shared_language"]
    problem = SeatingProblem(
        ids=ids,
        attributes={a: columns[a] for a in balance},
        table_sizes=sizes,
        weights=balance,
        present=None if there.all() else there,
        apart=tuple(tuple(place[w] for w in g) for g in request["keep_apart"]),
        together=tuple(tuple(place[w] for w in g) for g in request["keep_together"]),
        fixed=fixed,
        locked=locked,
        capacity={_from_one(t): int(k) for t, k in request["capacity"].items()},
        needs={i: frozenset(map(str, d["needs"])) for i, d in enumerate(listed) if d.get("needs")},
        features={_from_one(t): frozenset(map(str, f)) for t, f in request["features"].items()},
        languages=tuple(frozenset(map(str, d.get("languages", ()))) for d in listed)
        if spoken
        else (),
        interpreters={
            _from_one(t): tuple(frozenset(map(str, s)) for s in x)
            for t, x in request["interpreters"].items()
        },
        encounters=Encounters(counting["across"], counting["repeats"]),
        names=tuple(f"{names[w]} ({w})" if w in names else w for w in ids),
        consultations=_consultations(request.get("consultations") or (), len(sizes)),
    )
    plan = np.full((len(sizes), len(ids)), -1, dtype=np.int16)
    for seat in found["seats"]:
        plan[_from_one(seat["sitting"]), place[str(seat["id"])]] = _from_one(seat["table"])
    number = found["roundtable"]
    known = {f.name for f in dataclasses.fields(Score)}
    score = Score(**{k: v for k, v in found["score"].items() if k in known})
    return PlannedRoom(problem, plan, score, None if number is None else int(number), columns)


def _consultations(found: Sequence[Any], sittings: int) -> tuple[int, ...]:
    """Sittings of each consultation; none where an earlier version did not say."""
    each = tuple(int(n) for n in found)
    if each and (min(each) < 1 or sum(each) != sittings):
        raise ValueError(f"consultations: {found}")
    return each


def _from_one(value: Any) -> int:
    """A number that counts from 1, as an index."""
    number = int(value)
    if not 1 <= number <= 20_000:
        raise ValueError(f"{value} is out of range")
    return number - 1
