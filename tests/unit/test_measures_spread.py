"""Variance and its split, convergence, ICC(1)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gfmd_sim.measures.labels import codes_of
from gfmd_sim.measures.spread import (
    convergence,
    icc1,
    means_by,
    split_variance,
    variance,
    variance_ratio,
)
from gfmd_sim.streams import Decision, Streams, person_keys

SUPPORT = arrays(np.float64, (12, 3), elements=st.floats(0, 1, width=32))
LABELS = arrays(np.int64, 12, elements=st.integers(0, 4))


def luck(n: int, n_events: int) -> np.ndarray:
    keys = person_keys(f"delegate-{i}" for i in range(n))
    return Streams(20241106).uniform(Decision.PERMUTATION, keys, n_events)


@settings(deadline=None)
@given(SUPPORT, LABELS)
def test_split_adds_up_and_agrees_with_its_definition(x: np.ndarray, labels: np.ndarray) -> None:
    parts = split_variance(x, labels)
    centre = np.array([x[labels == label].mean(axis=0) for label in labels])
    np.testing.assert_allclose(parts.within, ((x - centre) ** 2).mean(axis=0), atol=1e-12)
    np.testing.assert_allclose(parts.between, centre.var(axis=0), atol=1e-12)
    np.testing.assert_allclose(parts.total, np.var(x, axis=0), atol=1e-12)
    np.testing.assert_allclose(variance(x), np.var(x, axis=0), atol=1e-12)


@settings(deadline=None)
@given(SUPPORT, LABELS, st.permutations(range(5)), st.integers(0, 2**32))
def test_names_of_labels_and_order_of_people_do_not_matter(
    x: np.ndarray, labels: np.ndarray, names: list[int], seed: int
) -> None:
    order = np.argsort([(seed * (i + 1)) % 7919 for i in range(12)])
    before = split_variance(x, labels)
    renamed = np.array(["abcde"[names[i]] for i in labels])
    sparse = np.array([10**9 + names[i] for i in labels])
    for other in (renamed, sparse, labels * 7):
        after = split_variance(x[order], other[order])
        np.testing.assert_allclose(after.between, before.between, atol=1e-12)


def test_one_dimension_in_one_number_out() -> None:
    parts = split_variance([0.0, 0.2, 0.8, 1.0], ["a", "a", "b", "b"])
    assert parts.within.shape == ()
    assert parts.within == pytest.approx(0.01) and parts.between == pytest.approx(0.16)


def test_people_without_a_label_count_nowhere() -> None:
    x = np.array([0.0, 0.2, 0.8, 1.0, 0.5])
    with_guest = split_variance(x, np.array([0, 0, 1, 1, -1]))
    assert with_guest.total == pytest.approx(float(split_variance(x[:4], [0, 0, 1, 1]).total))


def test_lengths_must_agree() -> None:
    with pytest.raises(ValueError, match="labels"):
        split_variance([0.1, 0.2], [0])


@settings(deadline=None)
@given(arrays(np.int64, 9, elements=st.integers(-1, 50)))
def test_codes_have_no_gaps(labels: np.ndarray) -> None:
    codes, n = codes_of(labels)
    assert set(codes[codes >= 0]) == set(range(n))
    assert ((codes < 0) == (labels < 0)).all()
    known = labels >= 0
    np.testing.assert_array_equal(
        labels[known][:, None] < labels[known], codes[known][:, None] < codes[known]
    )


def test_convergence_by_hand() -> None:
    start = np.array([[0.0, 0.2], [0.2, 0.2], [0.8, 0.2], [1.0, 0.2]])
    end = 0.5 + 0.5 * (start - 0.5)
    found = convergence(start, end, [0, 0, 1, 1])
    # the second solution has no spread at the start and does not count
    assert found.total == pytest.approx(0.75)
    assert found.within == pytest.approx(0.75 * 0.01 / 0.17)
    assert found.between == pytest.approx(0.75 * 0.16 / 0.17)
    assert convergence(start, end).total == pytest.approx(0.75)
    np.testing.assert_allclose(variance_ratio(start, end), [0.25, np.nan])


def test_convergence_is_nought_where_nobody_moves_and_negative_where_they_part() -> None:
    x = luck(40, 3)
    groups = np.arange(40) % 4
    still = convergence(x, x, groups)
    assert (still.total, still.within, still.between) == (0.0, 0.0, 0.0)
    assert convergence(x, 0.5 + 1.1 * (x - 0.5)).total == pytest.approx(1 - 1.21)
    assert np.isnan(convergence(np.ones(4), np.ones(4)).total)
    with pytest.raises(ValueError, match="shape"):
        convergence(x, x[:10])


def test_icc_by_hand_and_at_its_ends() -> None:
    # Shrout, Fleiss 1979, table 2: six targets rated by four judges, ICC(1,1) = .17
    rated = np.array(
        [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    )
    found = icc1(rated.ravel(), np.repeat(np.arange(6), 4))
    assert found == pytest.approx(0.1657, abs=5e-5)
    tables = np.repeat(np.arange(5), 6)
    assert icc1(tables / 5.0, tables) == pytest.approx(1.0)
    mirrored = np.tile([0.0, 0.2, 0.4, 0.6, 0.8, 1.0], 5)
    assert icc1(mirrored, tables) == pytest.approx(-1 / 5)


def test_icc_of_unequal_tables_does_not_depend_on_scale() -> None:
    x, tables = luck(30, 4), np.repeat(np.arange(5), [5, 8, 6, 4, 7])
    np.testing.assert_allclose(icc1(3.0 * x - 1.0, tables), icc1(x, tables), rtol=1e-9)


@pytest.mark.parametrize("labels", [np.zeros(6, int), np.arange(6)])
def test_icc_is_undefined_without_groups_or_within_them(labels: np.ndarray) -> None:
    assert np.isnan(icc1(np.linspace(0, 1, 6), labels))
    assert np.isnan(icc1(np.ones(6), np.arange(6) % 2))


def test_icc_of_people_seated_at_random_is_nought_and_sees_a_table_effect() -> None:
    """Mean over 2,000 draws: sd of the mean about .0017; bounds at 5 sd, error rate 6e-7."""
    tables = np.arange(120) % 20
    x = luck(120, 2000)
    assert abs(icc1(x, tables).mean()) < 0.0085
    shift = luck(20, 2000)[tables] * 0.5
    assert icc1(x + shift, tables).mean() > 0.15  # negative control: here there is an effect


def test_means_by_roundtable_leave_out_what_is_not_known() -> None:
    each = np.array([[1.0, 3.0, np.nan, 5.0], [np.nan, np.nan, 2.0, 4.0]])
    found = means_by(each, [2, 4])
    np.testing.assert_array_equal(found, [[2.0, 5.0], [np.nan, 3.0]])
