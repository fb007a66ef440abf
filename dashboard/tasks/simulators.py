"""Scenarios read once and kept ready to run."""

from __future__ import annotations

import functools
import json

from dashboard.tasks.progress import Values
from gfmd_sim import api
from gfmd_sim.experiments.forum_simulator import ForumSimulator


@functools.lru_cache(maxsize=8)
def simulator_with(scenario: str, levers: str) -> ForumSimulator:
    """The scenario of a name, with levers as JSON."""
    return ForumSimulator.of(api.as_scenario(scenario, json.loads(levers)))


def simulator_of(values: Values) -> ForumSimulator:
    """The scenario that is asked for, read once."""
    levers = json.dumps(values.get("levers", {}), sort_keys=True)
    return simulator_with(values["scenario"], levers)
