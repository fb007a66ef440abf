"""The Mesa model is the Forum: the same luck, the same results, and an ordinary Mesa model."""

from __future__ import annotations

import gc
import math
import weakref

import mesa
import numpy as np
import pytest

from gfmd_sim.errors import SeatingError
from gfmd_sim.experiments.forum_simulator import ForumSimulator
from gfmd_sim.forum import schedule
from gfmd_sim.model import ConsultationModel, Delegate
from gfmd_sim.records import Stage
from gfmd_sim.scenario.files import load_agenda, load_scenario

SCENARIO = load_scenario("four-groups")
AGENDA = load_agenda(SCENARIO)


def model(**keywords: object) -> ConsultationModel:
    return ConsultationModel(SCENARIO, seed=3, agenda=AGENDA, **keywords)  # type: ignore[arg-type]


def equal(one: dict[str, float], other: dict[str, float]) -> bool:
    return one.keys() == other.keys() and all(
        one[k] == other[k] or (math.isnan(one[k]) and math.isnan(other[k])) for k in one
    )


def test_stepping_gives_the_headless_result_bit_by_bit() -> None:
    m = model()
    m.run_model()
    assert equal(m.outcomes(), dict(ForumSimulator.of(SCENARIO).run({}, 3, 0)))


def test_another_replicate_is_another_run() -> None:
    m = model(replicate=1)
    m.run_model()
    assert not equal(m.outcomes(), dict(ForumSimulator.of(SCENARIO).run({}, 3, 0)))


def test_the_usual_loop_runs_every_stage_once() -> None:
    m = model()
    stages = []
    while m.running:
        m.step()
        stages.append(m.stage)
    assert tuple(stages) == schedule(SCENARIO)
    n = m.steps
    m.step()  # after the end nothing happens
    assert m.stage == stages[-1]
    assert m.steps == n + 1
    assert not m.running


def test_agents_are_windows_on_the_rows() -> None:
    m = model()
    assert isinstance(m, mesa.Model)
    assert len(m.agents) == 64
    youth = m.agents.select(lambda d: d.group == "youth")
    assert {d.delegate_id for d in youth} == {f"youth-{i:04d}" for i in range(1, 7)}
    assert set(m.agents.get("group")) == set(SCENARIO.population.groups) - {
        "local_governments",
        "international_organisations",
    }
    first = m.agents[0]
    first.support(1)[:] = 0.25
    assert (m.forum.roundtables[1].support[first.row] == 0.25).all()
    first.status = 9.0
    assert m.forum.delegates.status[first.row] == 9.0
    assert first.table is None
    m.run_until("talk")
    seated = [d for d in m.agents if d.table is not None]
    assert {d.row for d in seated} == set(m.seating.seat.tolist())
    assert all(d.is_present for d in seated)


def test_a_data_collector_collects_after_every_stage() -> None:
    collector = mesa.DataCollector(
        model_reporters={"variance": lambda m: float(m.state(1).support.var())},
        agent_reporters={"turns": "n_turns"},
    )
    m = model(datacollector=collector)
    m.run_model()
    frame = collector.get_model_vars_dataframe()
    assert len(frame) == len(schedule(SCENARIO))
    assert frame["variance"].iloc[-1] < frame["variance"].iloc[0]
    turns = collector.get_agent_vars_dataframe()["turns"]
    assert turns.groupby("Step").sum().is_monotonic_increasing
    assert turns.groupby("Step").sum().iloc[-1] == m.forum.turns.sum()


def test_paused_moved_and_continued() -> None:
    plain, moved = model(), model()
    for m in (plain, moved):
        assert m.run_until("talk", consultation=1, sitting=2) == Stage("talk", 1, 1, 2)
    before = [t.tolist() for t in moved.seating.tables()]
    one, other = (next(d for d in moved.agents if d.row == before[k][0]) for k in (0, 1))
    moved.swap(one, other)
    after = [t.tolist() for t in moved.seating.tables()]
    assert other.row in after[0]
    assert one.row in after[1]
    assert after[2:] == before[2:]
    for m in (plain, moved):
        m.run_until("plenary")
    untouched = np.concatenate([np.array(t) for t in before[2:]])
    state = [m.forum.roundtables[1] for m in (plain, moved)]
    assert (state[0].support[untouched] == state[1].support[untouched]).all()
    assert (state[0].knows[untouched] == state[1].knows[untouched]).all()
    assert (state[0].support != state[1].support).any()
    moved.run_model()
    assert not moved.running


def test_a_delegate_moves_to_another_table() -> None:
    m = model()
    m.run_until("talk")
    somebody = next(d for d in m.agents if d.table == 0)
    m.move(somebody, 1)
    assert somebody.table == 1
    with pytest.raises(SeatingError, match="no such table"):
        m.move(somebody, 99)


def test_nobody_moves_while_tables_talk() -> None:
    m = model()
    with pytest.raises(SeatingError, match="between seating and talk"):
        m.swap(m.agents[0], m.agents[1])


def test_a_subclass_gives_delegates_a_behaviour() -> None:
    class Stubborn(Delegate):
        """Goes back to what he thought at the start after every plenary."""

        def after_stage(self, stage: Stage) -> None:
            if stage.name == "plenary" and self.group == "states":
                self.support(stage.roundtable)[:] = self.model.state(stage.roundtable).start[
                    self.row
                ]

    plain, stubborn = model(), model(delegate_class=Stubborn)
    plain.run_model()
    stubborn.run_model()
    moved = [
        np.abs(m.state(1).support - m.state(1).start)[m.forum.delegates.group == 0].mean()
        for m in (plain, stubborn)
    ]
    assert moved[1] < moved[0] / 2


def test_models_are_not_kept_alive() -> None:
    """Mesa 3.3 keeps every model through a class attribute (mesa #3179)."""
    m = model()
    m.step()
    gone = weakref.ref(m)
    del m
    gc.collect()
    assert gone() is None
