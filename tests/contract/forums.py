"""Small Forums with an agenda to talk about, stopped where a contract wants to look."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from gfmd_sim.forum import Forum
from gfmd_sim.scenario.files import load_agenda
from gfmd_sim.scenario.roster import Roster
from gfmd_sim.scenario.schema import Scenario
from gfmd_sim.setup import Setup
from gfmd_sim.streams import Streams

_SMALL: dict[str, Any] = {
    "roundtables": (1, 2),
    "agenda": {
        "n_roundtables": 2,
        "n_solutions": 4,
        "challenges": 3,
        "opportunities": 1,
        "practices": 2,
    },
    "population": {
        "n_delegates": 40,
        "groups": {
            "states": {"share": 18, "susceptibility": 0.85, "anchor_shift": 0.5, "status": 1.0},
            "civil_society": {"share": 12},
            "youth": {"share": 10, "status": 0.1},
        },
        "regions": {"south": {"share": 3.0, "is_south": True}, "north": {"share": 2.0}},
        "support_mean": 0.65,
    },
    "partnering": {"intercept": -3.0},
}


def scenario_of(**blocks: Any) -> Scenario:
    """The small Forum, with ``blocks`` set over it, key by key."""
    merged = dict(_SMALL)
    for name, block in blocks.items():
        is_block = isinstance(block, Mapping)
        merged[name] = {**merged.get(name, {}), **block} if is_block else block
    return Scenario.model_validate(merged)


def forum_of(
    seed: int = 1, replicate: int = 0, roster: Roster | None = None, **blocks: Any
) -> Forum:
    """A small Forum before its first stage."""
    scenario = scenario_of(**blocks)
    setup = Setup.of(scenario, load_agenda(scenario), roster)
    return Forum(setup, Streams(seed, replicate))


def run_until(forum: Forum, name: str, **where: int) -> Forum:
    """Run it up to, and without, the first stage of that name (and numbers)."""
    while not forum.is_over:
        stage = forum.stages[forum.next_stage]
        if stage.name == name and all(getattr(stage, k) == v for k, v in where.items()):
            return forum
        forum.step()
    raise AssertionError(f"there is no stage '{name}' {where}")


def state_of(forum: Forum) -> dict[str, np.ndarray]:
    """All that delegates think, know and trust, by name: for exact comparison."""
    out = {"trust": forum.trust.copy(), "meetings": forum.meetings.copy()}
    for number, s in forum.roundtables.items():
        for field in ("support", "anchor", "start", "knows", "learned", "voiced", "n_raised"):
            out[f"{field}.{number}"] = getattr(s, field).copy()
    return out
