"""Gini and shares of voice."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gfmd_sim.measures.inequality import gini, share_against_seats

TURNS = arrays(np.int64, (9, 2), elements=st.integers(0, 30)).filter(
    lambda t: bool((t.sum(axis=0) > 0).all())
)


@settings(deadline=None)
@given(TURNS, st.floats(0.01, 100))
def test_gini_by_its_definition_and_without_scale(turns: np.ndarray, scale: float) -> None:
    found = gini(turns)
    pairs = np.abs(turns[:, None] - turns).sum(axis=(0, 1))
    np.testing.assert_allclose(found, pairs / (2 * 81 * turns.mean(axis=0)), atol=1e-12)
    np.testing.assert_allclose(gini(scale * turns), found, atol=1e-12)
    np.testing.assert_allclose(gini(np.concatenate([turns, turns])), found, atol=1e-12)
    np.testing.assert_allclose(gini(turns[::-1]), found, atol=0)
    assert (found >= -1e-12).all() and (found <= 8 / 9 + 1e-12).all()


def test_gini_as_the_published_group_values_are_computed() -> None:
    # one DeliData group: three people's shares of the messages, Gini .0625
    assert gini([0.375, 0.34375, 0.28125]) == pytest.approx(0.0625)
    assert gini([3, 3, 3]) == 0.0


def test_a_turn_from_the_silent_to_the_loud_raises_it() -> None:
    assert gini([4, 5, 7]) < gini([3, 5, 8])


def test_gini_edges() -> None:
    assert np.isnan(gini([0, 0]))
    with pytest.raises(ValueError, match="negative"):
        gini([-1, 2])


def test_shares_by_hand() -> None:
    found = share_against_seats([6, 2, 0, 2], [0, 0, 1, -1], n_groups=3)
    np.testing.assert_allclose(found.turns, [0.8, 0.0, 0.0])
    np.testing.assert_allclose(found.seats, [0.5, 0.25, 0.0])
    np.testing.assert_allclose(found.ratio, [1.6, 0.0, np.nan])
    weighted = share_against_seats([6, 2], [0, 1], seats=[3, 1])
    np.testing.assert_allclose(weighted.ratio, [1.0, 1.0])


@settings(deadline=None)
@given(TURNS, arrays(np.int64, 9, elements=st.integers(0, 3)))
def test_ratios_average_to_one_over_the_seats(turns: np.ndarray, groups: np.ndarray) -> None:
    found = share_against_seats(turns[:, 0], groups)
    assert found.turns.sum() == pytest.approx(1.0)
    assert np.nansum(found.ratio * found.seats) == pytest.approx(1.0)


def test_silence_is_undefined_and_lengths_must_agree() -> None:
    assert np.isnan(share_against_seats([0, 0], [0, 1]).ratio).all()
    with pytest.raises(ValueError, match="shapes"):
        share_against_seats([1, 2], [0])
