"""The sampler on problems whose posterior is known."""

from __future__ import annotations

import numpy as np
import pytest

from gfmd_sim.evidence.abc import (
    Box,
    adjusted,
    population_monte_carlo,
    recover,
    resampled,
    sample_prior,
    weighted_quantile,
)
from gfmd_sim.streams import Decision, Streams

BOX = Box.of({"a": (-4.0, 4.0), "b": (-4.0, 4.0)})
MIX = np.array([[1.0, 0.5], [0.2, 1.0], [0.5, -0.5]])
SD = 0.3


def _simulate(theta: np.ndarray, number: int) -> np.ndarray:
    """Three linear statistics with normal noise: the posterior is normal and known."""
    key = np.array([number], dtype=np.uint32)
    return MIX @ theta + SD * Streams(99).normal(Decision.CALIBRATION, key, 3, roundtable=5)[0]


def test_a_linear_normal_problem() -> None:
    """2 parameters, about 8,000 simulations; the mean is right to .04 of a prior of width 8."""
    truth = np.array([1.0, -0.5])
    observed = MIX @ truth
    steps: list[int] = []
    found = population_monte_carlo(
        BOX, observed, np.ones(3), _simulate, n=1000, most_steps=8, seed=1,
        tell=lambda n, tolerance, accepted: steps.append(n),
    )  # fmt: skip
    theta, weight = adjusted(BOX, found.theta, found.statistics, found.weight, observed, np.ones(3))
    draws = resampled(theta, weight, 2000, seed=2)
    covariance = SD**2 * np.linalg.inv(MIX.T @ MIX)
    assert draws.mean(axis=0) == pytest.approx(truth, abs=0.04)
    assert draws.std(axis=0) == pytest.approx(np.sqrt(np.diag(covariance)), rel=0.2)
    assert np.corrcoef(draws.T)[0, 1] == pytest.approx(
        covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1]), abs=0.15
    )
    assert steps[-1] == found.n_simulated
    assert len(found.theta) == 500


def test_the_same_seed_is_the_same_posterior() -> None:
    runs = [
        population_monte_carlo(
            BOX, np.zeros(3), np.ones(3), _simulate, n=100, most_steps=2, seed=3
        ).theta
        for _ in range(2)
    ]
    assert (runs[0] == runs[1]).all()


def test_intervals_cover_what_they_say() -> None:
    """150 tests: a share of .8 has a standard error of .033, of .95 one of .018; limits 4 wide."""
    theta, statistics = sample_prior(BOX, 2000, _simulate, seed=4)
    found = recover(BOX, theta, statistics, np.ones(3), n_tests=150)
    for share, level in zip(found.covered, found.levels, strict=True):
        margin = 4.0 * np.sqrt(level * (1.0 - level) / 150)
        assert (np.abs(share - level) < margin + 0.02).all()
    assert (found.explained > 0.95).all()


def test_intervals_of_a_wrong_model_do_not() -> None:
    """Negative control: statistics that have nothing to do with the parameters they are held for."""
    theta, statistics = sample_prior(BOX, 2000, _simulate, seed=4)
    shifted = theta + np.array([0.6, 0.0])
    moved, weight = adjusted(BOX, theta, statistics, np.ones(len(theta)), statistics[0], np.ones(3))
    held = 0
    for i in range(100):
        distance = ((statistics - statistics[i]) ** 2).sum(axis=1)
        near = np.argsort(distance)[1:150]
        moved, weight = adjusted(
            BOX, theta[near], statistics[near], np.ones(len(near)), statistics[i], np.ones(3)
        )
        low, high = weighted_quantile(moved, weight, [0.1, 0.9])
        held += bool(low[0] <= shifted[i, 0] <= high[0])
    assert held < 60


def test_what_says_nothing_explains_nothing() -> None:
    def deaf(theta: np.ndarray, number: int) -> np.ndarray:
        return _simulate(np.array([theta[0], 0.0]), number)

    theta, statistics = sample_prior(BOX, 1500, deaf, seed=6)
    found = recover(BOX, theta, statistics, np.ones(3), n_tests=80)
    assert found.explained[0] > 0.9
    assert abs(found.explained[1]) < 0.2


def test_box_maps_there_and_back() -> None:
    theta = np.array([[-3.9, 0.0], [1.0, 3.9]])
    assert BOX.inverse(BOX.logit(theta)) == pytest.approx(theta)
    assert BOX.holds(np.array([[0.0, 0.0], [5.0, 0.0]])).tolist() == [True, False]
