"""Rank agreement between groups."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import rankdata, spearmanr

from gfmd_sim.measures.ranks import group_means, mid_ranks, rank_agreement

RATINGS = arrays(np.float64, (4, 6), elements=st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]))


@settings(deadline=None)
@given(arrays(np.float64, (3, 7), elements=st.sampled_from([0.0, 0.1, 0.5, 2.0])))
def test_mid_ranks_as_scipy_has_them(x: np.ndarray) -> None:
    np.testing.assert_array_equal(mid_ranks(x), rankdata(x, axis=1))
    np.testing.assert_array_equal(mid_ranks(x[0]), rankdata(x[0]))


@settings(deadline=None)
@given(RATINGS, st.permutations(range(4)), st.permutations(range(6)))
def test_by_definition_with_ties(x: np.ndarray, judges: list[int], solutions: list[int]) -> None:
    found = rank_agreement(x)
    ranks = np.array([rankdata(row) for row in x])
    ties = sum(int(t) ** 3 - int(t) for r in ranks for t in np.unique(r, return_counts=True)[1])
    s = ((ranks.sum(axis=0) - ranks.sum(axis=0).mean()) ** 2).sum()
    below = 16 * (6**3 - 6) - 4 * ties
    if below:
        assert found.kendall_w == pytest.approx(12 * s / below)
        assert -1e-12 <= found.kendall_w <= 1 + 1e-12
    else:
        assert np.isnan(found.kendall_w)
    tell = [row for row in x if np.ptp(row) > 0]
    pairs = [spearmanr(tell[i], tell[j]).statistic for i in range(len(tell)) for j in range(i)]
    expected = np.mean(pairs) if pairs else np.nan
    np.testing.assert_allclose(found.mean_spearman, expected, atol=1e-12)
    again = rank_agreement(np.exp(3 * x[judges][:, solutions]))  # ranks are all that counts
    np.testing.assert_allclose(
        [again.kendall_w, again.mean_spearman], [found.kendall_w, found.mean_spearman], atol=1e-12
    )


@settings(deadline=None)
@given(st.lists(st.permutations(range(5)), min_size=2, max_size=6))
def test_without_ties_the_two_say_the_same(orders: list[list[int]]) -> None:
    found, g = rank_agreement(orders), len(orders)
    assert found.mean_spearman == pytest.approx((g * found.kendall_w - 1) / (g - 1), abs=1e-12)


def test_ends() -> None:
    order = np.arange(5.0)
    assert rank_agreement([order, 2 * order, order**2]).kendall_w == pytest.approx(1.0)
    opposed = rank_agreement([order, -order])
    assert (opposed.kendall_w, opposed.mean_spearman) == (0.0, pytest.approx(-1.0))
    assert np.isnan(rank_agreement([order]).kendall_w)
    assert np.isnan(rank_agreement(np.ones((3, 4))).kendall_w)


def test_group_means() -> None:
    found = group_means([[0.0, 1.0], [0.5, 1.0], [1.0, 0.2], [9.0, 9.0]], [0, 0, 1, -1])
    np.testing.assert_allclose(found, [[0.25, 1.0], [1.0, 0.2]])
