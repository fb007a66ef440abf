"""O13: with distinct symmetric values, greedy pairs are the one stable matching."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gfmd_sim.partnering.pairs import match_greedily

Pairs = frozenset[tuple[int, int]]


def matchings(people: tuple[int, ...]) -> Iterator[Pairs]:
    """Every way to pair off some of the people."""
    if not people:
        yield frozenset()
        return
    first, *rest = people
    yield from matchings(tuple(rest))
    for other in rest:
        for more in matchings(tuple(p for p in rest if p != other)):
            yield more | {(first, other)}


def is_stable(pairs: Pairs, value: np.ndarray) -> bool:
    """Nobody unpaired from each other would both rather be paired; being alone is worth 0."""
    n = len(value)
    worth = np.zeros(n)
    for i, j in pairs:
        worth[i] = worth[j] = value[i, j]
    if worth.min() < 0:
        return False
    return not any(
        value[i, j] > worth[i] and value[i, j] > worth[j] for i in range(n) for j in range(i)
    )


def match(value: np.ndarray, capacity: np.ndarray, most: int) -> np.ndarray:
    first, other = (k.astype(np.int32) for k in np.triu_indices(len(value), 1))
    return np.asarray(match_greedily(first, other, value[first, other], capacity, most))


def greedy(value: np.ndarray, most: int | None = None) -> Pairs:
    n = len(value)
    found = match(value, np.ones(n, np.int32), n if most is None else most)
    return frozenset((int(i), int(j)) for i, j in found)


@st.composite
def distinct_values(draw: st.DrawFn) -> np.ndarray:
    """Symmetric, distinct off the diagonal, some of them below 0 (never worth it)."""
    n = draw(st.integers(2, 6))
    count = n * (n - 1) // 2
    ranks = draw(st.permutations(range(count)))
    below = draw(st.integers(0, count))
    value = np.zeros((n, n))
    value[np.triu_indices(n, 1)] = np.array(ranks) - below + 0.5
    return value + value.T


@given(distinct_values())
def test_o13_greedy_is_the_one_stable_matching(value):
    stable = [m for m in matchings(tuple(range(len(value)))) if is_stable(m, value)]
    assert stable == [greedy(value)]


@given(distinct_values())
def test_o13_inputs_keep_their_values(value):
    before = value.copy()
    greedy(value)
    np.testing.assert_array_equal(value, before)


def test_o13_negative_controls():
    """Going from the bottom of the list, or person by person, leaves two who would leave."""
    value = np.zeros((4, 4))
    value[np.triu_indices(4, 1)] = [3, 2, 1, 5, 4, 6]  # 01 02 03 12 13 23
    value += value.T
    assert greedy(value) == {(2, 3), (0, 1)}
    bottom_up = frozenset({(0, 3), (1, 2)})
    assert not is_stable(bottom_up, value)
    value[0, 1] = value[1, 0] = 1.5
    in_turn = frozenset({(0, 2), (1, 3)})  # 0 takes his best, then 1 his best of the rest
    assert not is_stable(in_turn, value)


@pytest.mark.parametrize("most", [0, 1, 2])
def test_o13_no_more_than_asked_for(most):
    value = np.arange(36.0).reshape(6, 6)
    value = value + value.T
    assert len(greedy(value, most)) == most


def test_o13_capacity_counts_down():
    capacity = np.array([2, 1, 1], np.int32)
    value = np.array([[0, 3.0, 2.0], [3.0, 0, 1.0], [2.0, 1.0, 0]])
    found = match(value, capacity, 5)
    assert found.tolist() == [[0, 1], [0, 2]]
    assert capacity.tolist() == [0, 0, 0]
