"""O7-O12, O18: what follows from who sits at a table and who speaks, against closed formulas."""

from __future__ import annotations

from itertools import permutations
from math import comb

import numpy as np
import pytest
from scipy.stats import binomtest

from gfmd_sim.evidence.limits import (
    Limit,
    averaging,
    configured,
    stasser_titus,
    trajectory,
)
from gfmd_sim.measures.spread import split_variance
from gfmd_sim.scenario.files import load_agenda

ERROR = 1e-5  # of every test here that draws at random, two-sided
Z = 4.42  # the same as standard errors


# -- O7 ------------------------------------------------------------------------------------------


def shrinkage(n_people: int, n: int, pull: float) -> float:
    """E V' / V at random tables of n."""
    q = (n_people - n) / (n * (n_people - 1))
    return (1 - pull) ** 2 + pull * (2 - pull) * q


def ratio_of_variances(limit: Limit, replicate: int = 0) -> np.ndarray:
    """Of the first sitting, for each solution."""
    path = trajectory(limit.forum(7, replicate))
    return path[1].var(axis=0) / path[0].var(axis=0)


EVERY_ORDER = np.array(list(permutations([0.1, 0.25, 0.3, 0.9]))).T  # (4, 24)


@pytest.mark.parametrize("pull", [0.25, 0.7, 1.0])
def test_o7_exactly_over_all_seatings_of_four(pull):
    """All 24 orders of four opinions stand for all seatings: the mean has no error at all."""
    ratio = ratio_of_variances(averaging(EVERY_ORDER, pull, 2))
    assert ratio.mean() == pytest.approx(shrinkage(4, 2, pull), abs=1e-14)
    assert np.ptp(ratio) > 0.05


def random_starts(n: int, n_solutions: int = 64) -> np.ndarray:
    """Any fixed opinions: the formula holds for each."""
    return np.random.default_rng(1).random((n, n_solutions))


def seen_over_replicates(n_replicates: int = 100, **changes: object) -> tuple[float, float]:
    """Mean of V'/V at 48 people, tables of 6, pull .25, and its standard error."""
    limit = averaging(random_starts(48), 0.25, 6, **changes)
    means = [ratio_of_variances(limit, r).mean() for r in range(n_replicates)]
    return float(np.mean(means)), float(np.std(means, ddof=1) / np.sqrt(n_replicates))


def test_o7_random_tables_of_six():
    assert shrinkage(48, 6, 0.25) == pytest.approx(0.627660, abs=5e-7)
    mean, error = seen_over_replicates()
    assert error < 5e-4
    assert abs(mean - 0.627660) < Z * error


def test_o7_negative_controls():
    """Leaving oneself out of the mean, or stronger pull of those who speak more, misses it."""
    mean, error = seen_over_replicates(50, experimental={"self_in_mean": False})
    assert abs(mean - 0.627660) > Z * error
    mean, error = seen_over_replicates(
        50, discussion={"n_turns": 12}, opinion={"talk_weight": 1.0, "table_pull": 0.25}
    )
    assert abs(mean - 0.627660) > Z * error


@pytest.mark.parametrize("n", [2, 3, 6])
def test_o7_leaving_oneself_out_is_a_stronger_pull(n):
    """Out with pull k equals in with pull k n/(n-1); in with k equals out with k (n-1)/n."""
    starts = random_starts(12, 5)

    def after(pull: float, counts: bool) -> np.ndarray:
        limit = averaging(starts, pull, n, experimental={"self_in_mean": counts})
        return trajectory(limit.forum(3, 0))[1]

    k = 0.4
    np.testing.assert_allclose(after(k * (n - 1) / n, False), after(k, True), atol=1e-15, rtol=0)
    np.testing.assert_allclose(after(k, False), after(k * n / (n - 1), True), atol=1e-15, rtol=0)
    assert np.abs(after(k, False) - after(k * (n - 1) / n, True)).max() > 1e-3


# -- O8 ------------------------------------------------------------------------------------------

SIX_GROUPS = {f"g{k}": 8 for k in range(6)}
GROUP = np.repeat(np.arange(6), 8)


def between_groups(rule: str, table_size: int, pull: float, **changes: object) -> np.ndarray:
    """B' / B for each solution after one sitting."""
    limit = averaging(random_starts(48, 8), pull, table_size, rule, SIX_GROUPS, **changes)
    path = trajectory(limit.forum(1, 0))
    first, last = (split_variance(x, GROUP).between for x in path[:2])
    return np.asarray(last / first)


@pytest.mark.parametrize("pull", [0.1, 0.25, 1.0])
def test_o8_caucus_keeps_what_is_between_groups(pull):
    for size in (4, 8):
        np.testing.assert_allclose(between_groups("caucus", size, pull), 1.0, atol=1e-12, rtol=0)


@pytest.mark.parametrize("pull", [0.1, 0.25, 0.7])
def test_o8_perfect_balance_shrinks_it_by_the_square(pull):
    for rule in ("balanced", "balanced_fresh"):
        np.testing.assert_allclose(
            between_groups(rule, 6, pull), (1 - pull) ** 2, atol=1e-12, rtol=0
        )


def test_o8_negative_controls():
    """Random tables do neither; with unequal voice not even a caucus keeps it exactly."""
    at_random = between_groups("random", 6, 0.25)
    assert np.abs(at_random - 1).min() > 1e-3
    assert np.abs(at_random - 0.75**2).max() > 1e-3
    unequal = between_groups(
        "caucus",
        8,
        0.25,
        discussion={"n_turns": 9},
        opinion={"talk_weight": 1.0, "table_pull": 0.25},
    )
    assert np.abs(unequal - 1).max() > 1e-3


# -- O9 ------------------------------------------------------------------------------------------


def drift(limit: Limit, replicate: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Squared drift of each table's mean, (n_tables, n_solutions), and its expectation."""
    forum = limit.forum(2, replicate)
    path = trajectory(forum)
    record = forum.roundtables[1].sittings[0]
    n_people = path.shape[1]
    pull = limit.scenario.opinion.table_pull
    variance = path[0].var(axis=0) * n_people / (n_people - 1)
    seen, expected = [], []
    for t, members in enumerate(record.seating.tables()):
        turns = (record.log.speaker[t][:, None] == members).sum(axis=0)
        w = turns / turns.sum()
        seen.append((path[1][members].mean(axis=0) - path[0][members].mean(axis=0)) ** 2)
        expected.append(pull**2 * variance * ((w**2).sum() - 1 / len(members)))
    return np.array(seen), np.array(expected)


def unequal_voice(starts: np.ndarray, pull: float, table_size: int, n_turns: int = 9) -> Limit:
    return averaging(
        starts,
        pull,
        table_size,
        discussion={"n_turns": n_turns},
        opinion={"talk_weight": 1.0, "table_pull": pull},
    )


def test_o9_exactly_over_all_seatings_of_four():
    for replicate in range(5):
        seen, expected = drift(unequal_voice(EVERY_ORDER, 0.3, 4), replicate)
        assert expected[0, 0] > 0
        assert seen.mean() == pytest.approx(expected.mean(), rel=1e-12)


def test_o9_many_tables_of_six():
    limit = unequal_voice(random_starts(48), 0.25, 6, 45)
    gaps, sizes = [], []
    for r in range(60):
        seen, expected = drift(limit, r)
        gaps.append((seen - expected).mean())
        sizes.append(expected.mean())
    error = np.std(gaps, ddof=1) / np.sqrt(len(gaps))
    assert error < 0.05 * np.mean(sizes)
    assert abs(np.mean(gaps)) < Z * error


def test_o9_negative_control_equal_pull_does_not_drift():
    limit = averaging(EVERY_ORDER, 0.3, 4, discussion={"n_turns": 9})
    seen, expected = drift(limit)
    assert expected.mean() > 1e-4
    np.testing.assert_allclose(seen, 0.0, atol=1e-30)


# -- O10 -----------------------------------------------------------------------------------------


def times_mentioned(n_holders: int, n_steps: int = 150, **changes: float) -> tuple[int, int]:
    """At how many of how many tables of three the hidden item was mentioned."""
    forum = stasser_titus(0.18, n_holders, n_steps=n_steps, **changes).forum(4, n_holders)
    trajectory(forum)
    sittings = forum.roundtables[1].sittings
    hit = np.array([s.mentions[:, 0] > 0 for s in sittings])
    return int(hit.sum()), hit.size


@pytest.mark.parametrize(("holders", "expected"), [(1, 0.18), (2, 0.3276), (3, 0.448632)])
def test_o10_hidden_profile(holders, expected):
    """1 - (1-p)^k; Stasser, Taylor, Hanna 1989 observed .18 and .46."""
    assert expected == pytest.approx(1 - (1 - 0.18) ** holders)
    hits, trials = times_mentioned(holders)
    assert binomtest(hits, trials, expected).pvalue > ERROR


def test_o10_negative_controls():
    """Were it learned, it would be mentioned more; and one holder is not two."""
    hits, trials = times_mentioned(1, learning=1.0)
    assert binomtest(hits, trials, 0.18).pvalue < ERROR
    hits, trials = times_mentioned(2)
    assert binomtest(hits, trials, 0.18).pvalue < ERROR


# -- O11 -----------------------------------------------------------------------------------------


def share_of_tables_with_a_holder(rule: str, n_sittings: int) -> np.ndarray:
    """Share of the 8 tables of 6 that have one of 5 holders among 48, by sitting."""
    limit = averaging(
        np.zeros(48),
        0.0,
        6,
        rule,
        {"youth": 5, "states": 43},
        process={"n_sittings": n_sittings},
    )
    forum = limit.forum(6, 0)
    trajectory(forum)
    return np.array(
        [np.mean([(t < 5).any() for t in s.tables()]) for s in forum.archive.seatings.values()]
    )


def test_o11_somebody_at_the_table_knows_it():
    expected = 1 - comb(43, 6) / comb(48, 6)
    assert expected == pytest.approx(0.5032, abs=5e-5)
    seen = share_of_tables_with_a_holder("random", 1000)
    error = seen.std(ddof=1) / np.sqrt(len(seen))
    assert error < 0.004
    assert abs(seen.mean() - expected) < Z * error


def test_o11_negative_control_balanced_tables_spread_the_holders():
    np.testing.assert_array_equal(share_of_tables_with_a_holder("balanced", 20), 5 / 8)


# -- O12 -----------------------------------------------------------------------------------------


def trust_after(n_sittings: int, table_size: int = 6, **trust: float) -> np.ndarray:
    """Trust of each pair, (n, n), at one table after so many sittings."""
    settings = {"gain": 0.9, "decay": 0.2, "attention": 3.0, "within_group": 0.1, **trust}
    limit = averaging(
        np.zeros(table_size),
        0.0,
        table_size,
        process={"n_sittings": n_sittings},
        trust={"share_prior_ties": 0.0, **settings},
    )
    forum = limit.forum()
    while forum.stages[forum.next_stage].name != "plenary":
        forum.step()
    return forum.trust[~np.eye(table_size, dtype=bool)]


def test_o12_trust_after_one_meeting():
    """Attention to 3 of 5 others: I = .6."""
    np.testing.assert_allclose(trust_after(1), 0.4562299336, rtol=0, atol=5e-11)


def test_o12_later_meetings_add_less():
    k, rest = 0.9 * 0.6 + 0.2 * 0.4, 0.9 * 0.6 / (0.9 * 0.6 + 0.2 * 0.4)
    time = 1 + 1 / 4 + 1 / 9
    expected = rest + (0.1 - rest) * np.exp(-k * time)
    np.testing.assert_allclose(trust_after(3), expected, rtol=0, atol=1e-15)


def test_o12_negative_controls():
    for wrong in ({"table_size": 5}, {"attention": 4.0}, {"within_group": 0.2}, {"decay": 0.1}):
        assert np.abs(trust_after(1, **wrong) - 0.4562299336).min() > 1e-3


# -- O18 -----------------------------------------------------------------------------------------


def turns_to_air(n_accounts: int, own_side: float = 0.0) -> np.ndarray:
    """Turns until somebody at a table of his own has aired all he knows, for 12,000 such tables."""
    n_turns = 60 * n_accounts
    scenario = configured(
        agenda={"challenges": n_accounts},
        population={
            "n_delegates": 600,
            "accounts_per_item": 1,
            "knows_own": 1.0,
            "support_mean": 0.9,
            "support_sd": 0.0,
            "group_lean_sd": 0.0,
        },
        process={"n_sittings": 20},
        seating={"table_size": (1, 1)},
        discussion={"n_turns": n_turns, "own_side": own_side},
    )
    forum = Limit("coupon collector", scenario, load_agenda(scenario)).forum(8, 0)
    trajectory(forum)
    said = np.concatenate([s.log.argument for s in forum.roundtables[1].sittings])
    first = np.full((len(said), n_accounts), n_turns)
    for a in range(n_accounts):
        hit = said == a
        first[:, a] = np.where(hit.any(axis=1), hit.argmax(axis=1), n_turns)
    assert (first < n_turns).all()
    return first.max(axis=1) + 1


@pytest.mark.parametrize(("n_accounts", "expected"), [(1, 1.0), (2, 3.0), (10, 29.29)])
def test_o18_one_speaker_airs_all(n_accounts, expected):
    """A H_A turns: the coupon collector."""
    exact = n_accounts * sum(1 / k for k in range(1, n_accounts + 1))
    assert exact == pytest.approx(expected, abs=5e-3)
    turns = turns_to_air(n_accounts)
    error = turns.std(ddof=1) / np.sqrt(len(turns))
    assert abs(turns.mean() - exact) <= Z * error


def test_o18_negative_control_own_side():
    """Who prefers what speaks for his side takes longer over the rest."""
    turns = turns_to_air(10, own_side=1.0)
    error = turns.std(ddof=1) / np.sqrt(len(turns))
    assert abs(turns.mean() - 29.29) > 2 * Z * error
