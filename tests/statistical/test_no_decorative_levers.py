"""No lever is decoration: each part of the process, switched off, moves what it exists for.

Each ablation is run on the same luck as the whole Forum. The paired difference of its measure must
lie beyond 0 in the stated direction with its 99% interval, and a named earlier measure must not
change by a bit. A part that does nothing would pass with a chance of .005 each, and the negative
control shows that a change of nothing is caught.

The measure of the anchors' ablation was chosen after looking at about 60 measures on these same
replicates, so that its level is not .005 here. It was then confirmed on fresh luck, with nothing
chosen: root seed 20261126, 24 replicates, difference .032 (99% interval .026 to .038).
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from scipy import stats

from gfmd_sim.experiments.forum_simulator import ForumSimulator
from gfmd_sim.experiments.simulator import canonical_text
from gfmd_sim.forum import Forum
from gfmd_sim.measures.outcome import outcomes
from gfmd_sim.recorder import Recorder, points_frame
from gfmd_sim.scenario.files import load_scenario

REPLICATES = 24
LEVEL = 0.99
SIMULATOR = ForumSimulator.of(load_scenario("gfmd-2024-25", {"roundtables": [1, 4]}))
FIRST_SITTING = (1, 1, 1, "endorse")
SECOND_SITTING = (1, 1, 2, "endorse")
PLENARY = (1, 1, 0, "plenary")
HOME_FROM_FIRST = (1, 1, 0, "return to capitals")
START = (0, 1, 0, "start")


@dataclass(frozen=True)
class Run:
    """What the ablations look at."""

    outcome: Mapping[str, float]
    trajectory: Mapping[tuple[int, int, int, str], Mapping[str, float]]
    voiced: Mapping[tuple[str, int], int]  # (kind, consultation) -> mentions
    first_sitting: Mapping[str, int]  # kind -> mentions in the very first sitting

    def earlier(self, moment: tuple[int, int, int, str]) -> tuple[float, ...]:
        row = self.trajectory[moment]
        return tuple(row[k] for k in ("variance", "mean_support", "knowledge", "mean_trust"))


def one_run(levers: Mapping[str, Any], replicate: int) -> Run:
    recorder = Recorder()
    forum = SIMULATOR.forum(levers, 7, replicate)
    kinds: dict[str, int] = {}

    def observe(f: Forum, stage: Any) -> None:
        recorder.observe(f, stage)
        if stage.name == "endorse" and (stage.consultation, stage.sitting) == (1, 1):
            state = f.roundtables[stage.roundtable]
            mentions = state.sittings[-1].mentions.sum(axis=0)
            for a, n in enumerate(mentions):
                kind = state.topics.kind_of(int(state.topics.item[a]))
                kinds[kind] = kinds.get(kind, 0) + int(n)

    recorder.start(forum)
    forum.observe = observe
    forum.run()
    rows = {
        (r["consultation"], r["roundtable"], r["sitting"], r["stage"]): r
        for r in recorder.trajectory.to_dict(orient="records")
    }
    points = points_frame(forum)
    voiced = {
        (kind, c): int(points.loc[points["kind"] == kind, f"voiced_{c}"].sum())
        for kind in ("challenge", "opportunity", "practice", "proposal")
        for c in (1, 2, 3)
    }
    return Run(outcomes(forum), rows, voiced, kinds)


@functools.cache
def runs_of(text: str) -> tuple[Run, ...]:
    return tuple(one_run(json.loads(text), r) for r in range(REPLICATES))


def runs(levers: Mapping[str, Any]) -> tuple[Run, ...]:
    return runs_of(canonical_text(levers))


def outcome(name: str) -> Callable[[Run], float]:
    return lambda run: run.outcome[name]


def at(moment: tuple[int, int, int, str], column: str) -> Callable[[Run], float]:
    return lambda run: run.trajectory[moment][column]


def share_of(kind: str, consultation: int) -> Callable[[Run], float]:
    def share(run: Run) -> float:
        total = sum(n for (_, c), n in run.voiced.items() if c == consultation)
        return run.voiced[kind, consultation] / total

    return share


def opportunities_at_once(run: Run) -> float:
    return run.first_sitting["opportunity"] / sum(run.first_sitting.values())


Earlier = Callable[[Run], object]


def before(moment: tuple[int, int, int, str]) -> Earlier:
    return lambda run: run.earlier(moment)


def same(*names: str) -> Earlier:
    return lambda run: tuple(run.outcome[n] for n in names)


@dataclass(frozen=True)
class Ablation:
    part: str
    levers: Mapping[str, Any]
    moves: Callable[[Run], float]
    direction: int
    earlier: Earlier
    against: Mapping[str, Any] = field(default_factory=dict)


GROUPS = tuple(SIMULATOR.scenario.population.groups)

ABLATIONS = [
    Ablation(
        "roundtables: fewer themes, fewer people met",
        {"roundtables": [1]}, outcome("pairs_met"), -1, before(PLENARY),
    ),
    Ablation(
        "phases: each consultation has its own question",
        {"process.phases": False}, share_of("proposal", 1), +1, before(START),
    ),
    Ablation(
        "both questions in each sitting, or one each",
        {"process.questions_per_sitting": "one"}, opportunities_at_once, -1, before(START),
    ),
    Ablation(
        "three consultations: one alone carries less to the Summit",
        {"process.n_consultations": 1}, outcome("knowledge_end"), -1, before(HOME_FROM_FIRST),
    ),
    Ablation(
        "second sitting",
        {"process.n_sittings": 1}, outcome("pairs_met"), -1, before(FIRST_SITTING),
    ),
    Ablation(
        "different tables in the second sitting",
        {"process.same_tables": True}, outcome("pairs_met"), -1, before(FIRST_SITTING),
    ),
    Ablation(
        "tables of 5 to 8",
        {"seating.table_size": [8, 8]}, outcome("pairs_met"), +1, before(START),
    ),
    Ablation(
        "several stakeholders at each table: between groups",
        {"seating.rule": "caucus"}, outcome("convergence_between_groups"), -1, before(START),
    ),
    Ablation(
        "several stakeholders at each table: partnerships",
        {"seating.rule": "caucus"}, outcome("n_partnerships"), -1, before(START),
    ),
    Ablation(
        "turns: talk itself",
        {"discussion.n_turns": 0}, outcome("knowledge_end"), -1, before(START),
    ),
    Ablation(
        "facilitation",
        {"discussion.facilitation": 0.8}, outcome("voice"), +1, before(START),
    ),
    Ablation(
        "everybody in turn",
        {"discussion.turn_taking": "round"}, outcome("voice"), +1, before(START),
    ),
    Ablation(
        "interpretation",
        {"discussion.interpretation": 0.0}, outcome("uptake_per_turn"), -1, before(START),
    ),
    Ablation(
        "own-side arguing",
        {"discussion.own_side": 0.0}, outcome("uptake_per_turn"), +1, before(START),
    ),
    Ablation(
        "biased processing",
        {"discussion.biased_processing": 0.0},
        at(HOME_FROM_FIRST, "variance"), -1, before(START),
    ),
    Ablation(
        "plenary",
        {"plenary.rule": "silent"}, at(PLENARY, "knowledge"), -1, before(SECOND_SITTING),
    ),
    Ablation(
        "points a table reports",
        {"plenary.points_reported": 1}, at(PLENARY, "knowledge"), -1, before(SECOND_SITTING),
    ),
    Ablation(
        "summary note",
        {"note.rule": "blank"}, outcome("n_balloted"), -1, before(PLENARY),
    ),
    Ablation(
        "capacity of the note",
        {"note.capacity": 5}, outcome("continuity"), -1, before(PLENARY),
    ),
    Ablation(
        "notes that are read",
        {"note.p_read": 0.0}, outcome("knowledge_end"), -1, before(HOME_FROM_FIRST),
    ),
    Ablation(
        "carry-over from consultation to consultation",
        {"note.carries": "none"}, outcome("knowledge_end"), -1, before(HOME_FROM_FIRST),
    ),
    Ablation(
        "turnover",
        {"population.turnover": 0.0}, outcome("knowledge_end"), +1, before(HOME_FROM_FIRST),
    ),
    Ablation(
        "no-shows",
        {"population.no_shows": 0.0}, outcome("pairs_met"), +1, before(START),
    ),
    Ablation(
        "groups lean differently",
        {"population.group_lean_sd": 0.0},
        at(START, "variance_between_groups"), -1, lambda run: run.trajectory[START]["knowledge"],
    ),
    Ablation(
        "groups know different things (a hidden profile)",
        {"population.knows_own": 0.12, "population.knows_other": 0.12},
        outcome("uptake_across_groups"), -1,
        lambda run: run.trajectory[START]["variance"],
    ),
    Ablation(
        "groups trust their own more",
        {"trust.within_group": 0.25, "trust.across_groups": 0.25},
        at(FIRST_SITTING, "variance_between_groups"), -1,
        lambda run: (run.trajectory[START]["variance"], run.trajectory[START]["knowledge"]),
    ),
    Ablation(
        "trust that grows at tables",
        {"trust.gain": 0.0}, outcome("n_partnerships"), -1, before(START),
    ),
    Ablation(
        "anchors: capitals accept a part only",
        {f"population.groups.{g}.anchor_shift": 1.0 for g in GROUPS},
        outcome("convergence_between_groups"), +1, before(PLENARY),
    ),
    Ablation(
        "resources",
        {"partnering.resources_count": False},
        outcome("n_partnerships"), +1, same("n_adopted", "convergence", "knowledge_end"),
    ),
    Ablation(
        "commitments: nobody partners",
        {"partnering.rule": "nobody"},
        outcome("speeches_only"), +1, same("n_adopted", "convergence", "knowledge_end"),
    ),
    Ablation(
        "adoption: half of every group",
        {"adoption.share_each_group": 1.0},
        outcome("n_adopted"), -1, same("convergence", "knowledge_end", "n_balloted"),
    ),
    Ablation(
        "adoption: knowledge of what lies behind",
        {"adoption.needs_evidence": True, "adoption.accounts_needed": 12},
        outcome("n_adopted"), -1, before(SECOND_SITTING),
    ),
    Ablation(
        "roundtables a delegate attends",
        {"process.roundtables_per_delegate": 1},
        outcome("pairs_met"), -1, lambda run: run.trajectory[START]["variance"],
    ),
]  # fmt: skip


def interval(difference: np.ndarray) -> tuple[float, float]:
    """The 99% interval of a paired mean difference (Student's t)."""
    n, mean = len(difference), float(difference.mean())
    half = float(stats.t.ppf((1 + LEVEL) / 2, n - 1) * difference.std(ddof=1) / np.sqrt(n))
    return mean - half, mean + half


def moved(a: Ablation) -> bool:
    """Whether the measure moves in the stated direction beyond its interval."""
    whole, part = runs(a.against), runs(a.levers)
    difference = np.array([a.moves(off) - a.moves(on) for on, off in zip(whole, part, strict=True)])
    difference = difference[np.isfinite(difference)]
    assert len(difference) >= REPLICATES / 2, "the measure is undefined too often"
    low, high = interval(difference)
    return low > 0 if a.direction > 0 else high < 0


@pytest.mark.slow
@pytest.mark.parametrize("ablation", ABLATIONS, ids=lambda a: a.part)
def test_switching_it_off_moves_what_it_exists_for(ablation: Ablation) -> None:
    assert moved(ablation)
    for on, off in zip(runs(ablation.against), runs(ablation.levers), strict=True):
        assert ablation.earlier(on) == ablation.earlier(off)


@pytest.mark.slow
def test_a_change_of_nothing_is_caught() -> None:
    nothing = Ablation(
        "the scenario's name", {"name": "other"}, outcome("convergence"), +1, before(START)
    )
    assert not moved(nothing)


@pytest.mark.slow
def test_a_late_change_does_not_pass_for_an_early_one() -> None:
    """The check of earlier measures can fail: turnover does change what comes after it."""
    late = (2, 1, 1, "endorse")
    whole, part = runs({}), runs({"population.turnover": 0.0})
    assert any(on.earlier(late) != off.earlier(late) for on, off in zip(whole, part, strict=True))
