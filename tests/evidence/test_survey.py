"""Answers and the support behind them; starts stated in a scenario."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from gfmd_sim.errors import ScenarioError
from gfmd_sim.evidence.a1r import forum_of, starts, with_noise
from gfmd_sim.evidence.data import items_before
from gfmd_sim.evidence.survey import answer_moments, answers, answers_of, starts_behind
from gfmd_sim.scenario.files import load_scenario, with_levers
from gfmd_sim.streams import Streams, person_keys

SHARES = (36.0, 30.0, 34.0)


@pytest.mark.parametrize("x", [0.0, 0.13, 0.5, 0.97, 1.0])
@pytest.mark.parametrize("noise", [0.05, 0.22, 0.6])
def test_moments_of_an_answer_are_its_integrals(x: float, noise: float) -> None:
    def moment(power: int) -> float:
        inside = quad(lambda y: y**power * norm.pdf(y, x, noise), 0.0, 1.0)[0]
        return float(inside + norm.sf(1.0, x, noise))

    first, second = answer_moments(np.array([x]), noise)
    assert first[0] == pytest.approx(moment(1), abs=1e-9)
    assert second[0] == pytest.approx(moment(2), abs=1e-9)


def test_without_noise_people_say_what_they_think() -> None:
    first, second = answer_moments(np.array([0.2, 0.9]), 0.0)
    assert first.tolist() == [0.2, 0.9]
    assert second.tolist() == pytest.approx([0.04, 0.81])


@pytest.mark.parametrize("noise", [0.15, 0.22, 0.25])
@pytest.mark.parametrize("block", ["immigration", "other"])
def test_the_starts_give_the_answers_observed(block: str, noise: float) -> None:
    data = items_before(block)
    found = starts_behind(data["mean_pre"], data["var_pre"], data["party_gap_pre"], noise, SHARES)
    mean, variance, gap = answers_of(found, noise, SHARES)
    # Where nearly all answer "1" (item Q5E), noise that is cut off at 1 keeps the mean from it.
    assert np.sort(np.abs(mean - data["mean_pre"]))[-2] < 0.01
    assert np.abs(mean - data["mean_pre"]).max() < 0.05
    assert np.median(np.abs(variance / data["var_pre"] - 1.0)) < 0.01
    assert np.sort(np.abs(gap - data["party_gap_pre"]))[-2] < 0.02


def test_drawn_people_answer_as_the_quadrature_says() -> None:
    """16 runs of 523 people; a mean is off by 4 standard errors once in 16,000."""
    scenario = load_scenario("emulations/a1r-immigration")
    noise = scenario.experimental.survey_noise
    drawn = []
    for r in range(16):
        forum = forum_of(scenario, 3, r)
        state = forum.roundtables[1]
        said = answers(state.start, noise, forum.streams, forum.delegates.key, 1)
        group = forum.delegates.group
        gap = said[group == 0].mean(axis=0) - said[group == 1].mean(axis=0)
        drawn.append([said.mean(axis=0), said.var(axis=0), gap])
    stated = scenario.experimental.starts
    assert stated is not None
    expected = answers_of(stated, noise, SHARES)
    se = np.std(drawn, axis=0, ddof=1) / 4.0
    assert (np.abs(np.mean(drawn, axis=0) - expected) < 4.5 * se).all()


def test_two_waves_have_noise_of_their_own() -> None:
    streams, key = Streams(1), person_keys(f"p{i}" for i in range(4000))
    x = np.full((4000, 1), 0.5)
    one, two = (answers(x, 0.1, streams, key, wave)[:, 0] for wave in (1, 2))
    assert one.std() == pytest.approx(0.1, rel=0.06)
    assert abs(np.corrcoef(one, two)[0, 1]) < 4.0 / np.sqrt(4000)
    assert (answers(x, 0.1, streams, key, 1)[:, 0] == one).all()


def test_the_files_state_what_the_data_say() -> None:
    for name, block in (("a1r", "other"), ("a1r-immigration", "immigration")):
        scenario = load_scenario(f"emulations/{name}")
        noise = scenario.experimental.survey_noise
        shares = tuple(g.share for g in scenario.population.groups.values())
        assert scenario.experimental.starts == starts(block, noise, shares)
        assert with_noise(scenario, noise) == scenario
        assert with_noise(scenario, noise - 0.05) != scenario


def test_starts_follow_the_groups() -> None:
    scenario = with_levers(
        load_scenario("emulations/like-minded"),
        {"experimental.starts": [{"mean": 0.5, "sd": 0.0, "gap": 0.3}] * 10},
    )
    forum = forum_of(scenario, 0, 0)
    start, group = forum.roundtables[1].start[:, 0], forum.delegates.group
    assert set(np.round(start[group == 0], 12)) == {0.65}
    assert set(np.round(start[group == 1], 12)) == {0.35}


def test_every_solution_needs_its_start() -> None:
    scenario = with_levers(
        load_scenario("emulations/like-minded"),
        {"experimental.starts": [{"mean": 0.5, "sd": 0.1}] * 2},
    )
    with pytest.raises(ScenarioError, match="every solution needs its start") as caught:
        forum_of(scenario, 0, 0)
    assert caught.value.key == "experimental.starts"


def test_survey_noise_touches_no_result_of_the_forum() -> None:
    scenario = load_scenario("emulations/like-minded")
    noisy = with_levers(scenario, {"experimental.survey_noise": 0.3})
    ends = [forum_of(s, 5, 1).run().roundtables[1].support for s in (scenario, noisy)]
    assert (ends[0] == ends[1]).all()
