"""The Forum as an experiment sees it: (levers, seed, replicate) -> measures."""

from __future__ import annotations

import functools
import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import gfmd_sim
from gfmd_sim.experiments.simulator import JSON, canonical_text, digest
from gfmd_sim.forum import Forum
from gfmd_sim.measures.outcome import outcomes
from gfmd_sim.scenario.agenda import Roundtable
from gfmd_sim.scenario.files import file_of, load_agenda, with_levers
from gfmd_sim.scenario.roster import Roster, read_roster
from gfmd_sim.scenario.schema import Scenario
from gfmd_sim.seating.plan_file import PlanTables, read_plan
from gfmd_sim.setup import Setup
from gfmd_sim.streams import Streams

_MAX_SETUPS = 32

# What does not change a value: reading files, showing results, running experiments.
_NOT_THE_MODEL = (
    "experiments", "reports", "evidence", "cli", "locale", "results", "plots", "api", "advance",
)  # fmt: skip


@functools.cache
def model_version() -> str:
    """A hash of the simulation's source: two versions with the same hash give the same values."""
    root = Path(gfmd_sim.__file__).parent
    whole = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        place = path.relative_to(root)
        if place.parts[0].removesuffix(".py") not in _NOT_THE_MODEL and place.name != "__init__.py":
            whole.update(str(place.as_posix()).encode() + b"\0" + path.read_bytes() + b"\0")
    return whole.hexdigest()[:16]


@dataclass
class ForumSimulator:
    """A scenario that can be run under any levers; picklable.

    ``agenda`` and ``roster`` are read once, here; a lever may set any parameter of the scenario
    that does not name a file.
    """

    scenario: Scenario
    agenda: Mapping[int, Roundtable]
    roster: Roster | None = None
    plan: PlanTables | None = None
    _setups: OrderedDict[str, Setup] = field(default_factory=OrderedDict, repr=False)

    @classmethod
    def of(cls, scenario: Scenario) -> ForumSimulator:
        """Read all files that a scenario names."""
        roster = scenario.population.roster
        plan = scenario.seating.plan
        return cls(
            scenario=scenario,
            agenda=load_agenda(scenario),
            roster=None
            if roster is None
            else read_roster(file_of(roster), groups=list(scenario.population.groups)),
            plan=None if plan is None else read_plan(file_of(plan)),
        )

    def __getstate__(self) -> dict[str, object]:
        return {**self.__dict__, "_setups": OrderedDict()}

    @property
    def identity(self) -> Mapping[str, JSON]:
        """The scenario's content, its files' content, and the model's version."""
        agenda = {str(n): r.model_dump(mode="json") for n, r in sorted(self.agenda.items())}
        content = self.scenario.model_dump(mode="json")
        content["population"].pop("roster")
        content["seating"].pop("plan")
        content.pop("question")
        if isinstance(content["agenda"], str):
            content.pop("agenda")
        return {
            "model": "gfmd-sim forum",
            "version": model_version(),
            "scenario": content,
            "agenda": digest(agenda),
            "roster": None if self.roster is None else digest(repr(self.roster.entries)),
            "plan": None
            if self.plan is None
            else digest(repr(sorted((k, sorted(v.items())) for k, v in self.plan.tables.items()))),
        }

    def setup(self, levers: Mapping[str, JSON]) -> Setup:
        """The scenario with these levers, made ready; the last few are remembered."""
        key = canonical_text(levers)
        found = self._setups.get(key)
        if found is None:
            scenario = with_levers(self.scenario, levers) if levers else self.scenario
            found = Setup.of(scenario, self.agenda, self.roster, self.plan)
            self._setups[key] = found
            while len(self._setups) > _MAX_SETUPS:
                self._setups.popitem(last=False)
        return found

    def forum(self, levers: Mapping[str, JSON], seed: int, replicate: int) -> Forum:
        """The Forum of one run, not yet begun."""
        return Forum(self.setup(levers), Streams(seed, replicate))

    def run(self, levers: Mapping[str, JSON], seed: int, replicate: int) -> Mapping[str, float]:
        """The measures of one run."""
        return outcomes(self.forum(levers, seed, replicate).run())
