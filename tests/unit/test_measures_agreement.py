"""Agreement and polarisation: oracles O15 to O17, definitions, properties."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gfmd_sim.measures.agreement import (
    all_three,
    esteban_ray,
    histogram,
    tastle_wierman,
    van_der_eijk,
)

COUNTS = arrays(np.int64, (6, 2), elements=st.integers(0, 9)).filter(
    lambda c: bool((c.sum(axis=0) > 0).all())
)


# --- oracles ------------------------------------------------------------------------------------


def test_o15_van_der_eijk() -> None:
    assert van_der_eijk([30, 40, 210, 130, 530, 50, 10]) == pytest.approx(0.6113333, abs=5e-8)
    assert van_der_eijk([5, 0, 0, 0, 0, 0, 5]) == -1.0
    assert van_der_eijk([4, 4, 4, 4, 4, 4, 4]) == 0.0
    assert van_der_eijk([0, 0, 9, 0, 0]) == 1.0


def test_o16_tastle_wierman() -> None:
    assert tastle_wierman([2, 2, 2, 2, 2]) == pytest.approx(0.433985, abs=5e-7)
    assert tastle_wierman([7, 0, 0, 0, 7]) == 0.0
    assert tastle_wierman([0, 0, 0, 0, 3]) == 1.0


@pytest.mark.parametrize("alpha", [0.25, 1.0, 1.6])
def test_o17_esteban_ray(alpha: float) -> None:
    halves = esteban_ray([10, 0, 0, 10], alpha=alpha)
    assert halves == pytest.approx(2.0 ** -(1.0 + alpha), rel=1e-12)
    assert esteban_ray([0, 8, 0], alpha=alpha) == 0.0


# --- definitions --------------------------------------------------------------------------------


def layered_a(counts: list[int]) -> float:
    """A by peeling layers and counting triples one at a time, as the paper tells it."""
    left, total, k, found = list(counts), sum(counts), len(counts), 0.0
    while any(left):
        pattern = [int(c > 0) for c in left]
        height = min(c for c in left if c)
        s = sum(pattern)
        triples = [tuple(pattern[i] for i in t) for t in itertools.combinations(range(k), 3)]
        tu = triples.count((1, 1, 0)) + triples.count((0, 1, 1))
        tdu = triples.count((1, 0, 1))
        u = ((k - 2) * tu - (k - 1) * tdu) / ((k - 2) * (tu + tdu)) if tu + tdu else 1.0
        found += height * s / total * u * (1 - (s - 1) / (k - 1))
        left = [c - height * p for c, p in zip(left, pattern, strict=True)]
    return found


@settings(deadline=None)
@given(COUNTS)
def test_van_der_eijk_by_its_definition(counts: np.ndarray) -> None:
    expected = [layered_a(column.tolist()) for column in counts.T]
    np.testing.assert_allclose(van_der_eijk(counts), expected, atol=1e-12)


@settings(deadline=None)
@given(COUNTS, st.floats(0.1, 1.6))
def test_esteban_ray_by_its_definition(counts: np.ndarray, alpha: float) -> None:
    p, y = counts / counts.sum(axis=0), np.linspace(0, 1, 6)
    expected = [
        sum(
            q[i] ** (1 + alpha) * q[j] * abs(y[i] - y[j])
            for i, j in itertools.product(range(6), repeat=2)
        )
        for q in p.T
    ]
    np.testing.assert_allclose(esteban_ray(counts, alpha=alpha), expected, atol=1e-12)


# --- properties ---------------------------------------------------------------------------------


@settings(deadline=None)
@given(COUNTS, st.integers(2, 50))
def test_ranges_and_invariance(counts: np.ndarray, times: int) -> None:
    for measure, low, high in (
        (van_der_eijk, -1.0, 1.0),
        (tastle_wierman, 0.0, 1.0),
        (esteban_ray, 0.0, 2.0**-2.6),
    ):
        found = measure(counts)
        assert (found >= low - 1e-12).all() and (found <= high + 1e-12).all()
        np.testing.assert_allclose(measure(counts[::-1]), found, atol=1e-12)  # mirror
        np.testing.assert_allclose(measure(times * counts), found, atol=1e-12)  # more of the same
        np.testing.assert_allclose(measure(counts[:, ::-1]), found[::-1], atol=0)  # columns


@settings(deadline=None)
@given(COUNTS, st.floats(0.5, 9), st.floats(-5, 5))
def test_consensus_does_not_depend_on_scale_and_polarisation_grows_with_it(
    counts: np.ndarray, scale: float, shift: float
) -> None:
    x = np.array([0.0, 0.1, 0.4, 0.5, 0.9, 1.0])
    np.testing.assert_allclose(
        tastle_wierman(counts, scale * x + shift), tastle_wierman(counts, x), atol=1e-9
    )
    np.testing.assert_allclose(
        esteban_ray(counts, scale * x + shift), scale * esteban_ray(counts, x), atol=1e-9
    )


def test_moving_people_to_the_ends_lowers_agreement_and_raises_polarisation() -> None:
    steps = np.array([[0, 0, 8, 0, 0], [0, 2, 4, 2, 0], [2, 1, 2, 1, 2], [4, 0, 0, 0, 4]]).T
    assert (np.diff(van_der_eijk(steps)) < 0).all()
    assert (np.diff(tastle_wierman(steps)) < 0).all()
    assert (np.diff(esteban_ray(steps)) > 0).all()


# --- histogram and edges ------------------------------------------------------------------------


def test_histogram() -> None:
    x = np.array([[0.0, 1.0], [0.24, 0.25], [0.25, 0.9999], [1.0, 1.0 + 1e-12]])
    np.testing.assert_array_equal(histogram(x, 4), [[2, 0], [1, 1], [0, 0], [1, 3]])
    np.testing.assert_array_equal(histogram(x[:, 0], 2), [3, 1])
    with pytest.raises(ValueError, match="NaN"):
        histogram([0.1, np.nan])


@settings(deadline=None)
@given(arrays(np.float64, (20, 3), elements=st.floats(0, 1)), st.integers(1, 12))
def test_histogram_counts_everybody_once(x: np.ndarray, n_bins: int) -> None:
    found = histogram(x, n_bins)
    assert found.shape == (n_bins, 3) and (found.sum(axis=0) == 20).all()


def test_nobody_is_undefined_and_nonsense_refused() -> None:
    for measure in (van_der_eijk, tastle_wierman, esteban_ray):
        assert np.isnan(measure([0, 0, 0]))
        with pytest.raises(ValueError, match="negative"):
            measure([1, -1, 0])
    with pytest.raises(ValueError, match="3 categories"):
        van_der_eijk([1, 1])
    with pytest.raises(ValueError, match="positions"):
        tastle_wierman([1, 1, 1], [0, 1])
    with pytest.raises(ValueError, match="alpha"):
        esteban_ray([1, 1, 1], alpha=2.0)


@given(arrays(np.int64, (7, 3), elements=st.integers(0, 50)))
def test_all_three_at_once_are_each_alone(counts: np.ndarray) -> None:
    together = all_three(counts)
    alone = [van_der_eijk(counts), tastle_wierman(counts), esteban_ray(counts)]
    np.testing.assert_allclose(together, alone, atol=1e-12)
