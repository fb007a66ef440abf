"""Many runs: how well two cores are used, what executor and writing cost, how long a compare takes."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from gfmd_sim import api
from gfmd_sim.errors import Sentence
from gfmd_sim.experiments.design import Choice, Plan, cross, crossed
from gfmd_sim.experiments.execute import Crew, cores, execute
from gfmd_sim.experiments.forum_simulator import ForumSimulator
from gfmd_sim.experiments.sweep import sweep
from gfmd_sim.scenario.files import load_scenario
from tests.benchmarks.speed.clock import Spread, cpu, race, wall
from tests.benchmarks.speed.figures import Figure, Missing

FIVE = ("balanced", "random", "balanced_fresh", "caucus", "like_minded")


def plan_of(replicates: int) -> Plan:
    """Five table compositions, so many replicates each."""
    return crossed(cross([Choice("seating.rule", FIVE)]), replicates)


def sweeping(scenario: str, replicates: int, rounds: int) -> Iterator[Figure | Missing]:
    """A sweep on two cores against one; the supervisor's share of processor time."""
    simulator = ForumSimulator.of(load_scenario(scenario))
    plan = plan_of(replicates)
    about = Sentence("use of two cores: one worker's time over twice that of two")
    with Crew(simulator, 0, 1) as one, Crew(simulator, 0, 2) as two:
        work = {
            "one": lambda: wall(lambda: execute(simulator, plan, crew=one)),
            "two": lambda: wall(lambda: execute(simulator, plan, crew=two)),
        }
        if cores() < 2:
            yield Missing("sweep.cores", about, Sentence("there is only one core"))
        else:
            ran = race(work, rounds)
            used = [o / (2 * t) for o, t in zip(*map(ran.seconds.get, work), strict=True)]  # type: ignore[arg-type]
            yield Figure("sweep.cores", about, Spread.of(used), at_least=0.92)
        runs = cpu(lambda: execute(simulator, plan, workers=0))
        executing, writing = [], []
        for _ in range(rounds):
            alone = cpu(lambda: execute(simulator, plan, crew=two))
            with tempfile.TemporaryDirectory() as folder:
                stored = cpu(
                    lambda: sweep(simulator, plan, Path(folder) / "store", crew=two)  # noqa: B023
                )
            executing.append(alone / runs)
            writing.append(max(stored - alone, 0.0) / runs)
    about = Sentence("processor time of the executor over that of {n} runs", n=5 * replicates)
    yield Figure("sweep.executor", about, Spread.of(executing), at_most=0.01)
    about = Sentence("processor time of writing the store over that of the runs")
    yield Figure("sweep.writing", about, Spread.of(writing), at_most=0.01)


def comparing(scenario: str, replicates: int) -> Iterator[Figure]:
    """What somebody waits for: five designs compared, workers' start included."""
    seconds = wall(
        lambda: api.compare(scenario, {"seating.rule": list(FIVE)}, replicates=replicates)
    )
    about = Sentence(
        "compare of 5 designs x {replicates} replicates of {scenario}, {cores} cores, wall",
        replicates=replicates, scenario=scenario, cores=cores(),
    )  # fmt: skip
    yield Figure("compare", about, Spread.of([seconds]), "s", at_most=20.0)
