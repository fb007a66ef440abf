"""One small Forum that the tests of this folder share."""

from __future__ import annotations

import pytest

from gfmd_sim.experiments.forum_simulator import ForumSimulator
from gfmd_sim.forum import Forum
from gfmd_sim.scenario.files import load_scenario
from gfmd_sim.scenario.schema import Scenario


@pytest.fixture(scope="session")
def scenario() -> Scenario:
    return load_scenario("four-groups")


@pytest.fixture(scope="session")
def forum(scenario: Scenario) -> Forum:
    return ForumSimulator.of(scenario).forum({}, 1, 0).run()
