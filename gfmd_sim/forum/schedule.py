"""THE schedule: what happens at the Forum, in which order."""

from __future__ import annotations

from gfmd_sim.records import Stage
from gfmd_sim.scenario.schema import Scenario
from gfmd_sim.setup import SUMMIT


def schedule(scenario: Scenario) -> list[Stage]:
    """Every stage of the Forum in the order in which it happens."""
    stages = []
    for c in range(1, scenario.process.n_consultations + 1):
        if c > 1:
            stages.append(Stage("turnover", c))
        stages.append(Stage("arrive", c))
        for r in scenario.roundtables:
            stages.append(Stage("open with the notes", c, r))
            for s in range(1, scenario.process.n_sittings + 1):
                stages.append(Stage("seat", c, r, s))
                stages.append(Stage("talk", c, r, s))
                stages.append(Stage("form opinions", c, r, s))
                stages.append(Stage("build trust", c, r, s))
                stages.append(Stage("endorse", c, r, s))
            stages.append(Stage("plenary", c, r))
            stages.append(Stage("write the note", c, r))
        stages.append(Stage("return to capitals", c))
    if not scenario.experimental.skip_summit:
        stages.append(Stage("arrive", SUMMIT))
        for r in scenario.roundtables:
            stages.append(Stage("open with the notes", SUMMIT, r))
        stages.append(Stage("adopt solutions", SUMMIT))
        stages.append(Stage("form partnerships", SUMMIT))
        stages.append(Stage("measure stability", SUMMIT))
    return stages
