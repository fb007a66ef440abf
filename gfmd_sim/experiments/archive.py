"""What a result folder needs so that its runs can be done again from the folder alone.

``inputs-SHA.json`` holds the scenario, the agenda, the delegate list without names and
organisations' contact (they touch no result and are personal data), and the seating plan. It proves
itself: the simulator made from it must have the identity under which the runs are stored.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from gfmd_sim.errors import Sentence, StoreError, refusal
from gfmd_sim.experiments.files import sha256, write_whole
from gfmd_sim.experiments.forum_simulator import ForumSimulator
from gfmd_sim.experiments.parts import Damage, store_id
from gfmd_sim.experiments.simulator import JSON
from gfmd_sim.experiments.store import Store
from gfmd_sim.experiments.writer import check_folder
from gfmd_sim.scenario.agenda import Roundtable
from gfmd_sim.scenario.roster import Roster, RosterEntry
from gfmd_sim.scenario.schema import AbstractAgenda, Scenario
from gfmd_sim.seating.plan_file import PlanTables

_INPUTS = "inputs-*.json"


@dataclass
class ArchivedSimulator(ForumSimulator):
    """A simulator made from an archive; its delegate list has lost the names that made its digest."""

    roster_digest: JSON = None

    @property
    def identity(self) -> Mapping[str, JSON]:
        """As stored."""
        return {**super().identity, "roster": self.roster_digest}


def inputs_of(simulator: ForumSimulator) -> bytes:
    """Everything that a run of ``simulator`` depends on besides the source."""
    scenario, roster, plan = simulator.scenario, simulator.roster, simulator.plan
    agenda = None
    if not isinstance(scenario.agenda, AbstractAgenda):
        agenda = {str(n): r.model_dump(mode="json") for n, r in simulator.agenda.items()}
    told = scenario.model_dump(mode="json")
    # where the files were, and the question, touch no result; the first may tell about the host
    told["question"] = told["population"]["roster"] = None
    told["seating"]["plan"] = None if plan is None else "plan"
    if agenda is not None:
        told["agenda"] = "agenda"
    content = {
        "identity": simulator.identity,
        "scenario": told,
        "agenda": agenda,
        "roster": None
        if roster is None
        else {"columns": roster.columns, "entries": [_entry(e) for e in roster.entries]},
        "plan": None
        if plan is None
        else [[list(key), dict(seats)] for key, seats in sorted(plan.tables.items())],
    }
    # not in canonical form: the order of groups and regions is part of what was run
    return json.dumps(content, separators=(",", ":"), allow_nan=False).encode()


def _entry(entry: RosterEntry) -> dict[str, Any]:
    support = [[n, solution, value] for (n, solution), value in entry.support.items()]
    return {**asdict(replace(entry, name=None, support={})), "support": support}


def simulator_from(data: bytes) -> ForumSimulator:
    """The simulator that :func:`inputs_of` described."""
    content = json.loads(data)
    scenario = Scenario.model_validate_json(json.dumps(content["scenario"]), strict=True)
    if content["agenda"] is None:
        from gfmd_sim.scenario.files import load_agenda

        agenda = load_agenda(scenario)
    else:
        agenda = {
            int(n): Roundtable.model_validate_json(json.dumps(r), strict=True)
            for n, r in content["agenda"].items()
        }
    roster = content["roster"]
    return ArchivedSimulator(
        scenario,
        agenda,
        None
        if roster is None
        else Roster(tuple(map(_entry_from, roster["entries"])), tuple(roster["columns"]), Path()),
        None
        if content["plan"] is None
        else PlanTables({tuple(key): seats for key, seats in content["plan"]}),
        roster_digest=content["identity"]["roster"],
    )


def _entry_from(content: Mapping[str, Any]) -> RosterEntry:
    lists = {k: tuple(v) for k, v in content.items() if isinstance(v, list)}
    support = {(int(n), s): float(value) for n, s, value in content["support"]}
    return RosterEntry(**{**content, **lists, "support": support})


def archive(simulator: ForumSimulator, folder: Path, seed: int) -> None:
    """Put the inputs into a result folder, made if need be.

    Raises
    ------
    StoreError
        If the folder holds something else, or cannot be written.
    """
    check_folder(folder, store_id(simulator.identity, seed))
    data = inputs_of(simulator)
    path = folder / f"inputs-{sha256(data)}.json"
    if path.exists() and path.read_bytes() == data:
        return
    for other in folder.glob(_INPUTS):
        if sha256(other.read_bytes()) == other.stem.removeprefix("inputs-"):
            raise StoreError(
                "the folder holds results of the same scenario with its groups in another order",
                file=folder,
                remedy=Sentence(
                    "name another --out, or give the groups in the order of {file}", file=other.name
                ),
            )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(path, data)
    except OSError as error:
        if path.exists() and path.read_bytes() == data:  # another host has just written the same
            return
        raise StoreError(
            "the folder cannot be written to", file=folder, given=refusal(error),
            remedy="free some space or name another --out",
        ) from error  # fmt: skip


def simulator_of(store: Store) -> ForumSimulator:
    """The simulator whose runs ``store`` holds, from the folder alone.

    Raises
    ------
    StoreError
        If the inputs are missing or damaged. Whether the model's source is still the same is for
        the caller to check (``rerun`` does).
    """
    for path in sorted(store.folder.glob(_INPUTS)):
        data = path.read_bytes()
        if sha256(data) != path.stem.removeprefix("inputs-"):
            continue
        with contextlib.suppress(ValidationError, ValueError, KeyError, TypeError):
            if store_id(json.loads(data)["identity"], store.seed) == store.identifier:
                return simulator_from(data)
    raise StoreError(
        "the inputs of the runs (inputs-*.json) are missing or damaged",
        file=store.folder,
        remedy="run the sweep's command again: it writes them anew and repeats nothing",
    )


def input_damages(store: Store) -> list[Damage]:
    """Inputs that cannot be believed."""
    return [
        Damage(path, Sentence("its content is not what its name promises"))
        for path in sorted(store.folder.glob(_INPUTS))
        if sha256(path.read_bytes()) != path.stem.removeprefix("inputs-")
    ]


def copy_inputs(sources: list[Path], into: Path) -> None:
    """The inputs of merged folders."""
    for source in sources:
        for path in sorted(source.glob(_INPUTS)):
            data = path.read_bytes()
            if sha256(data) == path.stem.removeprefix("inputs-"):
                write_whole(into / path.name, data)
