"""The list of measures is what runs tell."""

import pytest

from gfmd_sim.experiments.forum_simulator import ForumSimulator
from gfmd_sim.measures.names import measure_names
from gfmd_sim.scenario.files import load_scenario


@pytest.mark.parametrize("name", ["four-groups", "guests"])
def test_a_run_tells_the_measures_that_are_listed(name):
    simulator = ForumSimulator.of(load_scenario(name))
    groups = simulator.setup({}).people.groups
    assert sorted(simulator.run({}, 0, 0)) == sorted(measure_names(groups))
