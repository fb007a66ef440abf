"""Who met whom, and the bounds that no seating can beat."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gfmd_sim.measures.encounters import (
    distinct_across,
    distinct_bound,
    encounters,
    meetings,
    repeated_bound,
)

TABLES = arrays(np.int32, (4, 10), elements=st.integers(-1, 3))


def sizes_of(tables: np.ndarray) -> list[list[int]]:
    return [np.bincount(row[row >= 0]).tolist() for row in tables]


@settings(deadline=None)
@given(TABLES)
def test_meetings_pair_by_pair(tables: np.ndarray) -> None:
    met = meetings(tables)
    for i, j in itertools.product(range(10), repeat=2):
        together = sum(row[i] == row[j] >= 0 for row in tables)
        assert met[i, j] == (together if i != j else 0)


@settings(deadline=None)
@given(TABLES, st.permutations(range(10)))
def test_totals_bounds_and_relabelling(tables: np.ndarray, order: list[int]) -> None:
    met = meetings(tables)
    found = encounters(met)
    upper = met[np.triu_indices(10, 1)]
    assert (found.distinct, found.total) == ((upper > 0).sum(), upper.sum())
    assert found.repeats == np.maximum(upper - 1, 0).sum()
    assert found.repeated_pairs == (upper * (upper - 1) // 2).sum()
    assert found.most == upper.max()
    assert found.share_met == pytest.approx(found.distinct / 45)
    assert found.fewest_met == min(sum(met[i] > 0) for i in range(10))
    assert found.distinct <= distinct_bound(sizes_of(tables), 10)
    assert found.repeated_pairs >= repeated_bound(found.total, 10)
    assert encounters(meetings(np.where(tables < 0, -7, 3 - tables)[:, order])) == found


def test_fixed_tables_meet_nobody_new() -> None:
    found = encounters(meetings(np.tile(np.arange(12) // 6, (5, 1))))
    assert (found.distinct, found.repeats, found.most, found.fewest_met) == (30, 120, 5, 5)


def test_large_table_numbers_and_absences() -> None:
    tables = np.array([[40_000, 40_000, -1, -100_000], [-1, -1, -1, -1]])
    assert encounters(meetings(tables)).distinct == 1
    assert meetings(np.zeros((0, 3), int)).tolist() == np.zeros((3, 3)).tolist()
    with pytest.raises(ValueError, match="shape"):
        meetings([0, 1])


def test_distinct_across_labels() -> None:
    met = meetings([[0, 0, 0, 1, 1], [0, 0, 0, 1, 1]])
    assert distinct_across(met, ["a", "a", "b", "a", "b"]) == 3
    assert distinct_across(met, [0, 0, 1, 0, -1]) == 2


@pytest.mark.parametrize(
    ("sizes", "n", "expected"),
    [
        ([[5] * 4] * 6, 20, 190),  # everybody can meet everybody
        ([[5] * 8] * 6, 40, 480),
        ([[6] * 10] * 6, 60, 900),
        ([[8] * 8] * 6, 64, 1344),
        ([[8] * 9 + [7] * 4] * 6, 100, 2016),
        ([[3] * 5] * 7, 15, 105),  # Kirkman's schoolgirls attain it
        ([[4] * 8] * 9, 32, 432),
        ([[10]] * 3, 10, 45),
        ([[5, 5]] * 2, 10, 20 + 20 - 8),  # 5 at two tables: 2 of them and 3 of them stay together
        ([[3, 3], [6]], 6, 15),
        ([], 7, 0),
    ],
)
def test_bound_on_distinct_pairs(sizes: list[list[int]], n: int, expected: int) -> None:
    assert distinct_bound(sizes, n) == expected


def test_bound_is_attained_by_exhaustive_search() -> None:
    """Six people at two tables of three, twice: no second seating beats the bound, one attains it."""
    first = [0, 0, 0, 1, 1, 1]
    best = max(
        encounters(meetings([first, [int(i not in table) for i in range(6)]])).distinct
        for table in itertools.combinations(range(6), 3)
    )
    assert best == distinct_bound([[3, 3]] * 2, 6) == 10


def test_bound_is_weaker_but_true_where_some_are_absent() -> None:
    # with one more person than seats the pigeonhole need not bite: who stood up may be replaced
    assert distinct_bound([[3, 3]] * 2, 7) == 12


def test_too_many_seats() -> None:
    with pytest.raises(ValueError, match="more than 5"):
        distinct_bound([[3, 3]], 5)


@pytest.mark.parametrize(
    ("total", "n", "least"), [(0, 5, 0), (10, 5, 0), (11, 5, 1), (25, 5, 5 * 3 + 5 * 1), (0, 1, 0)]
)
def test_bound_on_repeats(total: int, n: int, least: int) -> None:
    assert repeated_bound(total, n) == least


def test_nobody_to_meet() -> None:
    with pytest.raises(ValueError, match="nobody"):
        repeated_bound(3, 1)
    assert np.isnan(encounters(meetings([[0]])).share_met)
