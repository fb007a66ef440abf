"""Partnership networks and the odds ratio of the co-seated."""

from __future__ import annotations

import itertools
import math

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gfmd_sim.measures.encounters import meetings
from gfmd_sim.measures.network import (
    co_seated_odds,
    component_sizes,
    ei_index,
    mantel_haenszel,
    share_across,
    tie_tables,
    ties,
)
from gfmd_sim.streams import Decision, Streams, person_keys

N = 14
PARTNERSHIPS = st.lists(st.sets(st.integers(0, N - 1), min_size=1, max_size=5), max_size=6)
LABELS = st.lists(st.integers(-1, 3), min_size=N, max_size=N)


def arrays_of(partnerships: list[set[int]]) -> list[np.ndarray]:
    return [np.array(sorted(p)) for p in partnerships]


@settings(deadline=None)
@given(PARTNERSHIPS)
def test_ties_and_components_as_networkx_has_them(partnerships: list[set[int]]) -> None:
    graph = nx.Graph(e for p in partnerships for e in itertools.combinations(sorted(p), 2))
    assert {tuple(e) for e in ties(arrays_of(partnerships))} == {
        tuple(sorted(e)) for e in graph.edges
    }
    expected = sorted((len(c) for c in nx.connected_components(graph)), reverse=True)
    assert component_sizes(arrays_of(partnerships)) == expected


@settings(deadline=None)
@given(PARTNERSHIPS, LABELS, st.permutations("abcd"))
def test_across_and_within(partnerships: list[set[int]], labels: list[int], names: str) -> None:
    pairs = ties(arrays_of(partnerships))
    known = [(i, j) for i, j in pairs if labels[i] >= 0 and labels[j] >= 0]
    external = sum(labels[i] != labels[j] for i, j in known)
    if known:
        assert share_across(pairs, labels) == pytest.approx(external / len(known))
        assert ei_index(pairs, labels) == pytest.approx(2 * external / len(known) - 1)
    else:
        assert math.isnan(share_across(pairs, labels)) and math.isnan(ei_index(pairs, labels))
    if min(labels) >= 0:
        renamed = [names[label] for label in labels]
        np.testing.assert_equal(ei_index(pairs, renamed), ei_index(pairs, labels))


def test_ei_at_its_ends() -> None:
    pairs = ties([np.array([0, 1]), np.array([2, 3])])
    assert ei_index(pairs, ["a", "a", "b", "b"]) == -1.0
    assert ei_index(pairs, ["a", "b", "a", "b"]) == 1.0


# --- odds ratio ---------------------------------------------------------------------------------

# Admissions to Berkeley, fall 1973, six departments, [men, women] by [admitted, rejected]
# (Bickel, Hammel, O'Connell 1975, Science 187:398): the standard example of a stratified table.
BERKELEY = [
    [[512, 313], [89, 19]],
    [[353, 207], [17, 8]],
    [[120, 205], [202, 391]],
    [[138, 279], [131, 244]],
    [[53, 138], [94, 299]],
    [[22, 351], [24, 317]],
]


def test_berkeley_admissions_as_r_computes_them() -> None:
    """R 4, ``mantelhaen.test(UCBAdmissions)``: 0.9046968, 95% interval 0.7719074 to 1.0603298."""
    found = mantel_haenszel(BERKELEY)
    assert found.estimate == pytest.approx(0.9046968, abs=5e-8)
    assert found.low == pytest.approx(0.7719074, abs=5e-8)
    assert found.high == pytest.approx(1.0603298, abs=5e-8)


@settings(deadline=None)
@given(st.lists(st.integers(1, 60), min_size=4, max_size=4), st.floats(0.5, 0.999))
def test_one_stratum_is_the_plain_ratio_with_woolfs_interval(
    cells: list[int], level: float
) -> None:
    a, b, c, d = cells
    found = mantel_haenszel([[[a, b], [c, d]]], level)
    assert found.estimate == pytest.approx(a * d / (b * c))
    assert found.log_se == pytest.approx(math.sqrt(1 / a + 1 / b + 1 / c + 1 / d))
    flipped = mantel_haenszel([[[c, d], [a, b]]], level)
    assert flipped.estimate == pytest.approx(1 / found.estimate)
    assert (flipped.low, flipped.high) == pytest.approx((1 / found.high, 1 / found.low))
    twice = mantel_haenszel([[[a, b], [c, d]], [[a, b], [c, d]], [[0, 0], [0, 0]]], level)
    assert twice.estimate == pytest.approx(found.estimate)
    assert twice.log_se == pytest.approx(found.log_se / math.sqrt(2))


def test_empty_cells() -> None:
    assert mantel_haenszel([[[3, 2], [0, 5]]]).estimate == math.inf
    assert mantel_haenszel([[[0, 2], [3, 5]]]).estimate == 0.0
    assert math.isnan(mantel_haenszel([[[0, 2], [3, 5]]]).low)
    assert math.isnan(mantel_haenszel([[[0, 2], [0, 5]]]).estimate)
    with pytest.raises(ValueError, match="negative"):
        mantel_haenszel([[[1, 2], [-1, 5]]])


@settings(deadline=None)
@given(PARTNERSHIPS, LABELS, st.lists(st.integers(-1, 2), min_size=N, max_size=N), st.booleans())
def test_tables_pair_by_pair(
    partnerships: list[set[int]], labels: list[int], tables: list[int], self_met: bool
) -> None:
    pairs, met = ties(arrays_of(partnerships)), meetings([tables])
    np.fill_diagonal(met, int(self_met))  # whether one meets oneself must not matter
    tied = {tuple(p) for p in pairs}
    expected = np.zeros((2, 2, 2))
    for i, j in itertools.combinations(range(N), 2):
        if labels[i] >= 0 and labels[j] >= 0:
            expected[int(labels[i] != labels[j]), int(met[i, j] == 0), int((i, j) not in tied)] += 1
    np.testing.assert_array_equal(tie_tables(pairs, met, labels), expected)


def test_shapes_must_agree() -> None:
    with pytest.raises(ValueError, match="shape"):
        tie_tables(np.zeros((0, 2)), np.zeros((3, 3)), [0, 1])


def simulated(n: int, odds_met: float, odds_same: float, replicate: int) -> tuple[np.ndarray, ...]:
    """Groups of equal size, seated mostly by group; ties by a logit of sitting together and group."""
    streams = Streams(1107, replicate)
    keys = person_keys(f"delegate-{i}" for i in range(n))
    group = np.arange(n) % 4
    move = streams.uniform(Decision.SEAT, keys, 2)
    table = np.where(move[:, 0] < 0.4, np.floor(4 * move[:, 1]).astype(int), group)
    met = meetings([table])
    odds = 0.05 * odds_met ** (met > 0) * odds_same ** (group[:, None] == group)
    tied = np.triu(streams.pairs(Decision.WILLING, keys) < odds / (1 + odds), 1)
    return np.argwhere(tied), met, group


def test_strata_take_out_what_groups_do_and_leave_what_sitting_together_does() -> None:
    """Ties by group alone pass for an effect of meeting unless stratified (negative control).

    The mean of 40 log odds ratios has sd about .013 (checked by its own spread below); bounds at
    5 sd: error rate 6e-7 each.
    """
    for odds_met in (1.0, 3.0):
        found, crude = [], []
        for replicate in range(40):
            pairs, met, group = simulated(120, odds_met, 4.0, replicate)
            found.append(math.log(co_seated_odds(pairs, met, group).estimate))
            everybody = tie_tables(pairs, met, group).sum(axis=0, keepdims=True)
            crude.append(math.log(mantel_haenszel(everybody).estimate))
        error = np.std(found, ddof=1) / math.sqrt(40)
        assert 0.005 < error < 0.03
        assert abs(np.mean(found) - math.log(odds_met)) < 5 * error
        assert np.mean(crude) - math.log(odds_met) > 0.3


def test_interval_covers_as_often_as_it_says_where_pairs_are_independent() -> None:
    """300 runs, nominal 95%: misses binomial(300, .05), mean 15; more than 37 has p < 1e-6."""
    misses = 0
    for replicate in range(300):
        pairs, met, group = simulated(60, 2.0, 4.0, 1000 + replicate)
        found = co_seated_odds(pairs, met, group)
        misses += not found.low <= 2.0 <= found.high
    assert 1 <= misses <= 37
