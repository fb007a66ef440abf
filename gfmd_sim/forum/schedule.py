"""THE schedule: what happens at the Forum, in which order."""

from __future__ import annotations

import functools

from gfmd_sim.records import Stage
from gfmd_sim.scenario.schema import Scenario
from gfmd_sim.setup import SUMMIT


def schedule(scenario: Scenario) -> tuple[Stage, ...]:
    """Every stage of the Forum in the order in which it happens."""
    process = scenario.process
    has_summit = not scenario.experimental.skip_summit
    return _schedule(
        process.n_consultations, tuple(scenario.roundtables), process.n_sittings, has_summit
    )


@functools.lru_cache(maxsize=64)
def _schedule(
    n_consultations: int, roundtables: tuple[int, ...], n_sittings: int, has_summit: bool
) -> tuple[Stage, ...]:
    stages = []
    for c in range(1, n_consultations + 1):
        if c > 1:
            stages.append(Stage("turnover", c))
        stages.append(Stage("arrive", c))
        for r in roundtables:
            stages.append(Stage("open with the notes", c, r))
            for s in range(1, n_sittings + 1):
                stages.append(Stage("seat", c, r, s))
                stages.append(Stage("talk", c, r, s))
                stages.append(Stage("form opinions", c, r, s))
                stages.append(Stage("build trust", c, r, s))
                stages.append(Stage("endorse", c, r, s))
            stages.append(Stage("plenary", c, r))
            stages.append(Stage("write the note", c, r))
        stages.append(Stage("return to capitals", c))
    if has_summit:
        stages.append(Stage("arrive", SUMMIT))
        for r in roundtables:
            stages.append(Stage("open with the notes", SUMMIT, r))
        stages.append(Stage("adopt solutions", SUMMIT))
        stages.append(Stage("form partnerships", SUMMIT))
        stages.append(Stage("measure stability", SUMMIT))
    return tuple(stages)
