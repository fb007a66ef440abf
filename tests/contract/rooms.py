"""Rooms to seat, of any size and make-up, and what a contract may ask of a seating."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from gfmd_sim.evidence.limits import configured
from gfmd_sim.forum import Forum
from gfmd_sim.records import Seating, Stage
from gfmd_sim.scenario.files import load_agenda
from gfmd_sim.seating.room import Room, table_sizes
from gfmd_sim.setup import Setup
from gfmd_sim.streams import Streams

GROUPS: dict[str, dict[str, int]] = {
    "one group": {"states": 1},
    "two halves": {"states": 1, "youth": 1},
    "as at the Forum": {
        "states": 56,
        "civil_society": 28,
        "private_sector": 8,
        "youth": 8,
        "local_governments": 8,
        "international_organisations": 12,
    },
}
SOUTH_AND_NORTH = {"south": {"share": 3.0}, "north": {"share": 1.0}, "islands": {"share": 0.4}}


def forum_of(
    n: int,
    table_size: tuple[int, int] = (5, 8),
    groups: Mapping[str, int] = GROUPS["two halves"],
    replicate: int = 0,
    n_solutions: int = 3,
) -> Forum:
    """A Forum of ``n`` delegates before its first stage; everybody has come."""
    scenario = configured(
        agenda={"n_solutions": n_solutions},
        population={
            "n_delegates": n,
            "groups": {g: {"share": float(s)} for g, s in groups.items()},
            "regions": SOUTH_AND_NORTH,
        },
        process={"n_sittings": 2, "n_consultations": 3},
        seating={"table_size": table_size, "balance": ("group", "region")},
    )
    forum = Forum(Setup.of(scenario, load_agenda(scenario)), Streams(11, replicate))
    forum.step()
    return forum


def room_of(
    forum: Forum,
    sitting: int = 1,
    present: np.ndarray | None = None,
    opening: Seating | None = None,
) -> Room:
    """The room before a sitting, with a plan that seats everybody by number."""
    stage = Stage("seat", 1, 1, sitting)
    present = np.arange(len(forum.delegates), dtype=np.int32) if present is None else present
    room = forum.room(stage, present)
    n_tables = len(room.sizes)
    plan = {name: 1 + i % n_tables for i, name in enumerate(forum.delegates.id)}
    return replace(room, plan=plan, opening=opening, first=opening)


def is_partition(seating: Seating, present: np.ndarray) -> bool:
    """Everybody present has one seat, nobody else has any, and no table is empty."""
    return bool(
        np.array_equal(np.sort(seating.seat), np.sort(present))
        and seating.start[0] == 0
        and seating.start[-1] == len(present)
        and (seating.sizes > 0).all()
    )


def is_well_formed(seating: Seating) -> bool:
    """Types as promised, and each table lists its members in ascending order."""
    return (
        seating.seat.dtype == np.int32
        and seating.start.dtype == np.int32
        and all((np.diff(t) > 0).all() for t in seating.tables())
    )


def fits(n: int, smallest: int, largest: int) -> bool:
    """Whether some number of tables keeps ``n`` people within the range."""
    return any(k * smallest <= n <= k * largest for k in range(1, n + 1))


def least_seats(n: int, smallest: int, largest: int) -> int:
    """The smallest table that ``n`` people must put up with."""
    return int(table_sizes(n, min(smallest, n), largest).min())


def same_tables(one: Seating, other: Seating) -> bool:
    """Whether the same people sit together, whatever the tables are called."""
    a, b = ({frozenset(t.tolist()) for t in s.tables()} for s in (one, other))
    return a == b


def frozen_copy(room: Room) -> dict[str, object]:
    """Everything a rule could write into, copied."""
    return {
        "present": room.present.copy(),
        "sizes": room.sizes.copy(),
        "support": room.support.copy(),
        "meetings": room.meetings.copy(),
        "balance": room.balance.copy(),
        "code": {k: v.copy() for k, v in room.delegates.code.items()},
        "key": room.delegates.key.copy(),
        "attends": room.delegates.attends.copy(),
        "plan": dict(room.plan or {}),
        "opening": None
        if room.opening is None
        else (room.opening.seat.copy(), room.opening.start.copy()),
    }
