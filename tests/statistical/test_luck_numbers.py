"""The numbers themselves: published answers of Philox, names that never meet, no pattern to find.

Bounds are in standard errors: with Z = 5.5 one two-sided look fails by bad luck in 4 of 100 million
cases, all looks of this file together in under 1 of 40,000. Seeds are fixed: it fails always or never.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kstest

from gfmd_sim.errors import UserError
from gfmd_sim.forum import Forum
from gfmd_sim.scenario.files import load_agenda
from gfmd_sim.setup import Setup
from gfmd_sim.streams import Decision, Streams, person_keys, philox, stage_word
from tests.contract.forums import scenario_of

Z = 5.5
N = 10_000
ROOTS = (0, 1, 2**63)
PERSONS = person_keys(["states-0001", "states-0002", "youth-0001"])


# -- known answers, and names --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("counter", "key", "words"),
    [
        ((0, 0, 0, 0), (0, 0), "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
        ((0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2, "408f276d 41c83b0e a20bc7c6 6d5451fd"),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            (0xA4093822, 0x299F31D0),
            "d16cfe09 94fdcceb 5001e420 24126ea1",
        ),
    ],
)
def test_philox_gives_the_published_words(counter, key, words):
    """Known answers for philox4x32-10 from Random123 (Salmon et al. 2011)."""
    got = philox(*(np.uint64(c) for c in (*counter, *key)))
    assert " ".join(f"{int(w):08x}" for w in got) == words


@pytest.mark.parametrize("n_events", [1, 4, 7])
@pytest.mark.parametrize("seed", ROOTS)
def test_luck_without_the_compiler_has_the_same_bits(seed, n_events):
    luck = Streams(seed, 2**32 - 1)
    name = (Decision.SAMPLING, np.append(PERSONS, np.uint32(2**32 - 1)), n_events)
    stage = {"consultation": 15, "roundtable": 255, "sitting": 4095}
    np.testing.assert_array_equal(
        luck.uniform_by_numpy(*name, **stage), luck.uniform(*name, **stage)
    )


places = st.tuples(
    st.sampled_from(list(Decision)), st.integers(0, 15), st.integers(0, 255), st.integers(0, 4095)
)


@given(places, places)
def test_two_names_never_share_a_word(one, other):
    assert (stage_word(*one) == stage_word(*other)) == (one == other)
    assert 0 <= stage_word(*one) < 2**32


@pytest.mark.parametrize("name", [(256, 0, 0, 0), (1, 16, 0, 0), (1, 0, 256, 0), (1, 0, 0, 4096)])
def test_a_name_that_does_not_fit_is_refused(name):
    with pytest.raises(ValueError, match="no name"):
        stage_word(*name)


def test_decisions_have_numbers_of_their_own():
    assert len({int(d) for d in Decision}) == len(Decision.__members__)


@pytest.mark.parametrize(("seed", "replicate"), [(-1, 0), (2**64, 0), (0, -1), (0, 2**32)])
def test_seed_and_replicate_have_limits(seed, replicate):
    with pytest.raises(UserError):
        Streams(seed, replicate)


@given(st.lists(st.text(max_size=8), unique=True, max_size=30), st.randoms())
def test_a_persons_key_is_his_own_wherever_he_stands(ids, random):
    keys = dict(zip(ids, person_keys(ids).tolist(), strict=True))
    assert len(set(keys.values())) == len(ids)
    shuffled = list(ids)
    random.shuffle(shuffled)
    assert dict(zip(shuffled, person_keys(shuffled).tolist(), strict=True)) == keys


@given(st.integers(1, 50), st.integers(0, 49))
def test_more_events_or_persons_change_no_earlier_number(n_events, at):
    few = Streams(3, 1).uniform(Decision.SPEAKER, PERSONS[1:2], n_events)
    many = Streams(3, 1).uniform(Decision.SPEAKER, PERSONS, n_events + at)
    np.testing.assert_array_equal(few[0], many[1, :n_events])


def test_a_pairs_number_is_the_same_from_either_side():
    pairs = Streams(3, 1).pairs(Decision.WILLING, PERSONS)
    np.testing.assert_array_equal(pairs, pairs.T)
    turned = Streams(3, 1).pairs(Decision.WILLING, PERSONS[::-1].copy())
    np.testing.assert_array_equal(turned, pairs[::-1, ::-1])


# -- ten thousand replicates ---------------------------------------------------------------------


def draws(root: int, decision: Decision = Decision.SUPPORT, **stage: int) -> np.ndarray:
    """Four numbers each of three persons in replicates 0 .. 9999, shape (N, 12)."""
    return np.array(
        [Streams(root, r).uniform(decision, PERSONS, 4, **stage).ravel() for r in range(N)]
    )


@pytest.fixture(scope="module")
def by_root() -> dict[int, np.ndarray]:
    return {root: draws(root) for root in ROOTS}


def correlation(a: np.ndarray, b: np.ndarray) -> float:
    """Of two columns, in standard errors."""
    return float(np.corrcoef(a, b)[0, 1] * np.sqrt(len(a)))


def test_no_replicate_comes_twice(by_root):
    """30,000 replicates under three roots; two alike by chance (4 x 32 bits): 1 in 10**30."""
    rows = np.concatenate(list(by_root.values()))[:, :4]
    assert len(np.unique(rows, axis=0)) == len(ROOTS) * N


def test_neighbouring_replicates_have_nothing_in_common(by_root):
    for x in by_root.values():
        for column in range(x.shape[1]):
            for lag in (1, 2, 3):
                assert abs(correlation(x[:-lag, column], x[lag:, column])) < Z


def test_roots_have_nothing_in_common(by_root):
    for one, other in itertools.combinations(ROOTS, 2):
        for column in range(12):
            assert abs(correlation(by_root[one][:, column], by_root[other][:, column])) < Z
            assert (
                abs(correlation(by_root[one][1:, column], by_root[other][:-1, column])) < Z
            )  # root 1 replicate r is not root 0 replicate r + 1


def test_persons_and_events_have_nothing_in_common(by_root):
    for x in by_root.values():
        for a, b in itertools.combinations(range(12), 2):
            assert abs(correlation(x[:, a], x[:, b])) < Z


def test_decisions_and_stages_have_nothing_in_common(by_root):
    here = by_root[1]
    others = [
        draws(1, Decision.SUPPORT, sitting=1),
        draws(1, Decision.SUPPORT, roundtable=1),
        draws(1, Decision.SUPPORT, consultation=1),
        draws(1, Decision.GROUP_LEAN),
        draws(1 + 2**32),
    ]
    for there in others:
        assert len(np.unique(np.concatenate([here, there])[:, :4], axis=0)) == 2 * N
        for column in range(12):
            assert abs(correlation(here[:, column], there[:, column])) < Z


def test_numbers_are_even(by_root):
    """Kolmogorov-Smirnov in every column; and inside (0, 1), never at an end."""
    for x in by_root.values():
        assert x.min() > 0.0
        assert x.max() < 1.0
        for column in x.T:
            assert kstest(column, "uniform").pvalue > 1e-7


def test_normals_and_exponentials_have_their_moments():
    one = np.array([Streams(2, r).normal(Decision.SUPPORT, PERSONS, 3).ravel() for r in range(N)])
    error = 1 / np.sqrt(one.size)
    assert abs(one.mean()) < Z * error
    assert abs((one**2).mean() - 1) < Z * np.sqrt(2) * error
    assert abs((one**4).mean() - 3) < Z * np.sqrt(96) * error
    two = np.array([Streams(2, r).exponential(Decision.SUPPORT, PERSONS).ravel() for r in range(N)])
    error = 1 / np.sqrt(two.size)
    assert abs(two.mean() - 1) < Z * error
    assert abs((two**2).mean() - 2) < Z * np.sqrt(20) * error


def test_negative_controls():
    """Seeds that are added up repeat each other; a sequence with a step shows at lag 1."""
    added = {
        root: np.array(
            [Streams(root + r, 0).uniform(Decision.SUPPORT, PERSONS, 4).ravel() for r in range(200)]
        )
        for root in (0, 1)
    }
    assert len(np.unique(np.concatenate(list(added.values()))[:, :4], axis=0)) == 201
    stepped = np.arange(N) * 0.6180339887498949 % 1.0
    assert kstest(stepped, "uniform").pvalue > 1e-7  # even, and yet
    assert abs(correlation(stepped[:-1], stepped[1:])) > Z


# -- ten thousand Forums -------------------------------------------------------------------------


@pytest.mark.slow
def test_ten_thousand_small_forums_are_all_different_and_unrelated():
    """One consultation of 8 people: what they come to think and know, replicate after replicate."""
    scenario = scenario_of(
        roundtables=(1,),
        population={"n_delegates": 8},
        process={"n_consultations": 1, "n_sittings": 1},
        discussion={"n_turns": 10},
        seating={"table_size": (4, 4)},
        experimental={"skip_summit": True},
    )
    setup = Setup.of(scenario, load_agenda(scenario))
    for root in ROOTS:
        ends = []
        for r in range(N):
            forum = Forum(setup, Streams(root, r)).run()
            state = forum.roundtables[1]
            ends.append([*state.support.mean(axis=0), state.knows.mean(), forum.trust.mean()])
        x = np.array(ends)
        assert len(np.unique(x[:, :4], axis=0)) == N
        for column in range(5):
            for lag in (1, 2):
                assert abs(correlation(x[:-lag, column], x[lag:, column])) < Z
