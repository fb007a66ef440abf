"""The Deliberative Reason Index beside its permutation null."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import spearmanr

from gfmd_sim.measures.metaconsensus import MetaConsensus, meta_consensus
from gfmd_sim.streams import Decision, Streams, person_keys


def keys(n: int) -> np.ndarray:
    return person_keys(f"delegate-{i}" for i in range(n))


def rated(n: int, m: int, replicate: int, decision: Decision = Decision.SUPPORT) -> np.ndarray:
    return Streams(602, replicate).uniform(decision, keys(n), m)


def measured(
    considerations: np.ndarray, preferences: np.ndarray, replicate: int = 0, n: int = 99
) -> MetaConsensus:
    streams = Streams(41, replicate)
    return meta_consensus(considerations, preferences, streams, keys(len(preferences)), n)


def test_index_by_the_published_formula() -> None:
    one, other = rated(9, 12, 0), np.round(rated(9, 5, 1), 1)
    pairs = [(i, j) for i in range(9) for j in range(i)]
    q = [spearmanr(one[i], one[j]).statistic for i, j in pairs]
    r = [spearmanr(other[i], other[j]).statistic for i, j in pairs]
    lam = 1 - math.sqrt(2) / 2
    distance = np.abs(np.subtract(q, r)).mean() / math.sqrt(2)
    expected = 2 * ((1 - distance) - lam) / (1 - lam) - 1
    assert measured(one, other).index == pytest.approx(expected, abs=1e-12)


def test_ends() -> None:
    x = rated(10, 6, 2)
    assert measured(x, x).index == pytest.approx(1.0)
    assert measured(x, x).p_value == pytest.approx(0.01)
    # two camps whose camps in preferences cut across those in considerations
    one = np.array([[1.0, 2, 3], [1, 2, 3], [3, 2, 1], [3, 2, 1]])
    other = one[[0, 2, 0, 2]]
    assert measured(one, other).index == pytest.approx(1 - 2 * (4 * 2 / 6))


def test_same_luck_same_result_and_it_follows_the_person() -> None:
    one, other = rated(11, 8, 3), rated(11, 5, 4)
    first = measured(one, other)
    assert measured(one, other) == first
    assert measured(one, other, replicate=1).null_mean != first.null_mean
    assert measured(one**3, np.exp(other)) == first  # ranks are all that counts


def test_who_tells_nothing_apart_is_left_out() -> None:
    one, other = rated(8, 6, 5), rated(8, 5, 6)
    flat = other.copy()
    flat[3] = 0.5
    found = measured(one, flat)
    kept = np.arange(8) != 3
    streams, key = Streams(41, 0), keys(8)[kept]
    assert found == meta_consensus(one[kept], other[kept], streams, key, 99)
    assert found.n_people == 7
    assert math.isnan(measured(one, np.ones((8, 5))).index)


def test_refusals() -> None:
    with pytest.raises(ValueError, match="people"):
        measured(rated(5, 3, 0), rated(6, 3, 0))
    with pytest.raises(ValueError, match="permutation"):
        measured(rated(5, 3, 0), rated(5, 3, 0), n=0)


def test_a_high_index_without_reasons_has_no_excess() -> None:
    """All rank nearly alike, for reasons of their own: the index is high and says nothing."""
    one = np.linspace(0, 1, 20) + 0.05 * rated(30, 20, 7)
    other = np.linspace(0, 1, 6) + 0.2 * rated(30, 6, 8)
    found = measured(one, other)
    assert found.index > 0.9
    assert abs(found.excess) < 0.02


def test_p_values_are_honest_and_see_a_link() -> None:
    """300 unlinked rooms: p <= .05 is binomial(300, .05), mean 15; more than 37 has p < 1e-6.

    Negative control: rooms where camps share reasons and preferences are found out.
    """
    alarms = 0
    for replicate in range(300):
        one = rated(12, 8, replicate, Decision.KNOWS)
        other = rated(12, 5, replicate, Decision.SUPPORT)
        alarms += measured(one, other, replicate, n=39).p_value <= 0.05
    assert 1 <= alarms <= 37
    camp = (np.arange(20) % 2)[:, None]
    for replicate in range(10):
        one = np.where(camp, np.linspace(0, 1, 8), np.linspace(1, 0, 8))
        other = np.where(camp, np.linspace(0, 1, 5), np.linspace(1, 0, 5))
        noise_one = rated(20, 8, replicate, Decision.KNOWS)
        noise_other = rated(20, 5, replicate, Decision.SUPPORT)
        assert measured(one + noise_one, other + noise_other, replicate).p_value <= 0.05
