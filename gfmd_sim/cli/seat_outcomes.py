"""A seating plan in the simulator: what it changes, on the same luck, against other ways of seating.

The Forum is cut to what the plan speaks of: its roundtables, its sittings, its delegates, its table
sizes. Everything else is the scenario's.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from gfmd_sim.advance import Advance
from gfmd_sim.errors import SeatingError, Sentence, UserError, nearest
from gfmd_sim.experiments.compare import Comparison, compare_runs
from gfmd_sim.experiments.design import Design, crossed
from gfmd_sim.experiments.forum_simulator import ForumSimulator
from gfmd_sim.scenario.files import load_scenario
from gfmd_sim.scenario.group_names import SHOWN, meant
from gfmd_sim.scenario.roster import fold
from gfmd_sim.scenario.schema import Scenario
from gfmd_sim.seating.document import PlannedRoom, SeatingDocument

THE_PLAN = "the plan"
OTHERS = ("random", "balanced")
MOST_CONSULTATIONS = 3
LEVEL = 0.975
"""Of each of the two comparisons, so that both together hold at 95% or more (Bonferroni)."""


@dataclass(frozen=True)
class Stage:
    """The scenario cut to the plan, and what was changed in it for that."""

    scenario: Scenario
    changed: Mapping[str, Any]


def check_stage(document: SeatingDocument, scenario: str, source: Path) -> None:
    """Refuse what cannot be simulated, before any work; ``source``: the user's file it came from.

    Raises
    ------
    UserError
        If the scenario cannot take the plan's delegates or sittings.
    """
    with tempfile.TemporaryDirectory(prefix="gfmd-sim-seat-") as folder:
        stage = _stage(document, scenario, Path(folder), source)
        with _said_of(source, Path(folder)):
            ForumSimulator.of(stage.scenario).setup({"seating.rule": OTHERS[0]})


@contextmanager
def _said_of(source: Path, folder: Path) -> Iterator[None]:
    """What is wrong with a file that we wrote is said of the user's file that it was made from."""
    try:
        yield
    except UserError as error:
        if error.file is None or folder not in error.file.parents:
            raise
        raise SeatingError(
            Sentence("this cannot be simulated: {problem}", problem=error.problem), file=source, key="--simulate",
            given=error.given, allowed=error.allowed, remedy=error.remedy,
        ) from None  # fmt: skip


def outcomes_of_plan(
    document: SeatingDocument, scenario: str, source: Path, *, replicates: int, seed: int,
    workers: int | None, progress: Advance | None = None,
) -> tuple[Stage, list[Comparison]]:  # fmt: skip
    """The plan against random and simple balanced seating: one comparison each, the other first.

    Raises
    ------
    UserError
        If the scenario cannot take the plan's delegates or sittings.
    """
    with tempfile.TemporaryDirectory(prefix="gfmd-sim-seat-") as folder:
        stage = _stage(document, scenario, Path(folder), source)
        plan = _write_plan(document.rooms, Path(folder) / "plan.csv")
        designs = [Design(rule, {"seating.rule": rule}) for rule in OTHERS]
        designs.append(Design(THE_PLAN, {"seating.rule": "plan"}))
        runs = _run(stage, plan, designs, replicates, seed, workers, progress)
    return stage, [
        compare_runs(
            runs[runs["design"].isin([rule, THE_PLAN])], [rule, THE_PLAN], _effects(stage),
            by_world=True, level=LEVEL, seed=seed,
        )
        for rule in OTHERS
    ]  # fmt: skip


def outcomes_of_change(
    document: SeatingDocument, room: PlannedRoom, scenario: str, source: Path, label: str, *,
    replicates: int, seed: int, workers: int | None, progress: Advance | None = None,
) -> tuple[Stage, Comparison]:  # fmt: skip
    """The plan with one room changed, against the plan as it stands."""
    with tempfile.TemporaryDirectory(prefix="gfmd-sim-seat-") as folder:
        stage = _stage(document, scenario, Path(folder), source)
        old = _write_plan(document.rooms, Path(folder) / "plan.csv")
        new = _write_plan(document.with_room(room).rooms, Path(folder) / "changed.csv")
        # A plan's file is read with the scenario, so each plan is a scenario of its own; seed,
        # replicates and worlds are the same, and so is the luck.
        runs = pd.concat(
            [
                _run(stage, path, [Design(name, {"seating.rule": "plan"})], replicates, seed,
                     workers, progress)
                for name, path in ((THE_PLAN, old), (label, new))
            ],
            ignore_index=True,
        )  # fmt: skip
    return stage, compare_runs(
        runs, [THE_PLAN, label], _effects(stage), by_world=True, seed=seed
    )  # fmt: skip


def _run(
    stage: Stage, plan: Path, designs: Sequence[Design], replicates: int, seed: int,
    workers: int | None, progress: Advance | None,
) -> pd.DataFrame:  # fmt: skip
    from gfmd_sim import api
    from gfmd_sim.experiments.execute import execute
    from gfmd_sim.scenario.files import with_levers

    simulator = ForumSimulator.of(with_levers(stage.scenario, {"seating.plan": str(plan)}))
    for design in designs:
        simulator.setup(design.levers)  # what is wrong is said before any run
    worlds = api.worlds_of(stage.scenario, [Design("", {"seating.rule": "plan"})], replicates, seed)
    asked = crossed(designs, replicates, worlds=worlds, per_world=api.REPLICATES_A_WORLD)
    runs = execute(simulator, asked, seed=seed, workers=workers, progress=progress)
    failed = runs["failure"].dropna() if "failure" in runs else pd.Series(dtype=object)
    if len(failed):
        raise SeatingError(
            Sentence("{failed} of {runs} simulated runs failed", failed=len(failed), runs=len(runs)), key="--simulate",
            given=str(failed.iloc[0]), remedy="mend the scenario, or simulate another",
        )  # fmt: skip
    return runs


def _effects(stage: Stage) -> dict[str, float]:
    from gfmd_sim import api

    return api.smallest_effects(stage.scenario)


def _stage(document: SeatingDocument, scenario: str, folder: Path, source: Path) -> Stage:
    plain = load_scenario(scenario)
    groups = _write_roster(document, folder / "roster.csv", source)
    known = plain.population.groups
    strange = sorted(groups - set(known))
    if strange:
        near = meant(strange[0], known) or nearest(strange[0], known)
        raise SeatingError(
            Sentence("the scenario {name} knows no such group of delegates", name=plain.name), file=source,
            key="--simulate", given=", ".join(strange), allowed=", ".join(known),
            remedy="name a scenario that has these groups" if near is None
            else Sentence(
                "did you mean {name}? Otherwise name a scenario that has these groups", name=near
            ),
        )  # fmt: skip
    sittings = {(r.problem.n_sittings, r.problem.consultations) for r in document.rooms}
    if len(sittings) > 1:
        raise SeatingError(
            "the roundtables have different numbers of sittings, which a simulation cannot take",
            file=source, given=Sentence.divided(_shown(n, each) for n, each in sorted(sittings)), key="--simulate",
            remedy="plan the roundtables with the same consultations, or simulate one of them",
        )  # fmt: skip
    consultations, n_each = _process(document.rooms[0], source)
    sizes = [k for room in document.rooms for row in room.problem.table_sizes for k in row if k]
    numbers = [r.roundtable for r in document.rooms if r.roundtable is not None]
    balance = dict.fromkeys(
        a for r in document.rooms for a in r.problem.attributes if r.problem.weights.get(a, 1.0)
    )
    changed: dict[str, Any] = {
        "roundtables": numbers or [plain.roundtables[0]],
        "population.roster": str(folder / "roster.csv"),
        "population.fill_roster": False,
        "process.n_consultations": consultations,
        "process.n_sittings": n_each,
        "seating.table_size": [min(sizes), max(sizes)],
        "seating.balance": [a for a in balance if a != "languages"] or ["group"],
    }
    for group, spec in known.items():
        if spec.share > 0 and group not in groups:
            changed[f"population.groups.{group}.share"] = 0
    shown = {k: v for k, v in changed.items() if k != "population.roster"}
    with _said_of(source, folder):
        return Stage(load_scenario(scenario, changed), shown)


def _process(room: PlannedRoom, source: Path) -> tuple[int, int]:
    """Consultations, and sittings of each; as many consultations as may be where none are known."""
    n, each = room.problem.n_sittings, room.problem.consultations
    if not each:
        consultations = next(c for c in (MOST_CONSULTATIONS, 2, 1) if n % c == 0)
        return consultations, n // consultations
    if len(each) > MOST_CONSULTATIONS or len(set(each)) > 1:
        raise SeatingError(
            "a simulation cannot take these consultations", file=source, key="--simulate",
            given=", ".join(map(str, each)),
            allowed=Sentence("1 to {most} consultations with the same number of sittings", most=MOST_CONSULTATIONS),
            remedy="plan such consultations, or leave --simulate out",
        )  # fmt: skip
    return len(each), each[0]


def _shown(sittings: int, each: Sequence[int]) -> str:
    """``6``, or ``2, 2, 2`` where consultations are known."""
    return ", ".join(map(str, each or [sittings]))


def _write_roster(document: SeatingDocument, path: Path, source: Path) -> set[str]:
    """The plan's delegates as a list for the simulator; returns their groups."""
    rows: dict[str, dict[str, str]] = {}
    columns: dict[str, None] = {"id": None}
    groups: set[str] = set()
    for room in document.rooms:
        there = room.problem.attendance()
        told = {**room.problem.attributes, **room.columns}
        if not any(told.get("group", ())):
            raise SeatingError(
                "a simulation needs to know the delegates' groups", file=source, key="--simulate",
                remedy="give the delegate list with --roster, or balance by group",
            )  # fmt: skip
        groups |= {SHOWN.get(fold(g), fold(g)) for g in told["group"]}
        for i, who in enumerate(room.problem.ids):
            row = {c: values[i] for c, values in told.items()}
            if not there[:, i].all():
                row["present"] = "|".join(
                    str(r + 1) for r in range(len(there)) if there[r, i]
                ) or "no"  # fmt: skip
            columns |= dict.fromkeys(row)
            rows.setdefault(who, {"id": who}).update(row)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(columns), restval="")
        writer.writeheader()
        writer.writerows(rows.values())
    return groups


def _write_plan(rooms: Sequence[PlannedRoom], path: Path) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["roundtable", "sitting", "table", "id"])
        for room in rooms:
            for r, row in enumerate(room.plan.tolist()):
                for i, t in enumerate(row):
                    if t >= 0:
                        number = "" if room.roundtable is None else room.roundtable
                        writer.writerow([number, r + 1, t + 1, room.problem.ids[i]])
    return path
