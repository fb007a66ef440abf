"""The runs of one design."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dashboard.tasks.progress import Progress, Values
from dashboard.tasks.simulators import simulator_of
from gfmd_sim import api
from gfmd_sim.scenario.schema import Scenario


def simulate_task(values: Values, progress: Progress) -> Iterator[dict[str, Any]]:
    """A design's runs: first one of them, at once, then all."""
    simulator = simulator_of(values)
    scenario: Scenario = simulator.scenario
    for n in dict.fromkeys((1, values["replicates"])):
        results = api.simulate(
            scenario,
            replicates=n,
            seed=values["seed"],
            progress=progress if n > 1 else None,
        )
        wanted = ("trajectory", "solutions", "partnerships", "points", "people")
        yield {
            "runs": results.runs,
            "tables": {k: results.tables[k] for k in wanted if k in results.tables},
            "is_last": n == values["replicates"],
        }
