"""What every partnering rule promises, the null answer included."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gfmd_sim.pairs import AllPairs
from gfmd_sim.partnering import RULES
from gfmd_sim.partnering.champions import in_order
from gfmd_sim.partnering.willingness import PartnerParameters, Pool, count_bits, is_willing
from gfmd_sim.streams import Decision, Streams, pair_uniform, person_keys, stage_word
from tests.contract.forums import forum_of

every_rule = pytest.mark.parametrize("name", RULES)
TWO_BY_TWO = {"pairs"}  # no third member, whatever the needs


@dataclass(frozen=True)
class Case:
    """Everything a partnering rule is handed."""

    supporters: np.ndarray
    spare: np.ndarray
    needs: int
    pool: Pool
    p: PartnerParameters

    def found(self, name: str) -> np.ndarray:
        """The partnerships, one a row; ``spare`` is used up."""
        return np.asarray(
            RULES[name](0, self.supporters, self.spare, self.needs, self.pool, self.p)
        )

    def copy(self) -> Case:
        return Case(
            self.supporters.copy(),
            self.spare.copy(),
            self.needs,
            deepcopy(self.pool),
            self.p,
        )


def case_of(
    n: int,
    seed: int = 0,
    n_groups: int = 3,
    share_supporting: float = 0.7,
    intercept: float = -2.0,
    **changes: object,
) -> Case:
    rng = np.random.default_rng(seed)
    trust = rng.random((n, n))
    trust = np.triu(trust, 1) + np.triu(trust, 1).T + np.eye(n)
    parameters = PartnerParameters(intercept, 4.0, 1.0, 1.0, 0.0, 3, 8, 3, True)._replace(**changes)
    return Case(
        supporters=np.flatnonzero(rng.random(n) < share_supporting).astype(np.int32),
        spare=rng.integers(0, 3, n).astype(np.int32),
        needs=0b01101,
        pool=Pool(
            support=rng.random((n, 2)),
            pairs=AllPairs(trust, np.zeros((n, n), np.uint16)),
            group=rng.integers(0, n_groups, n).astype(np.int32),
            resources=rng.integers(0, 32, n).astype(np.int64),
            key=Streams(3, seed).key,
            person=person_keys(f"p{i}" for i in range(n)),
            stage=stage_word(Decision.WILLING, 4, 1),
        ),
        p=parameters,
    )


def members_of(rows: np.ndarray) -> list[list[int]]:
    return [row[row >= 0].tolist() for row in rows]


@every_rule
@given(
    n=st.integers(2, 60),
    seed=st.integers(0, 200),
    n_groups=st.integers(1, 4),
    intercept=st.sampled_from([-6.0, -2.0, 3.0]),
    per_solution=st.integers(0, 4),
)
def test_partnerships_are_of_willing_supporters(name, n, seed, n_groups, intercept, per_solution):
    case = case_of(n, seed, n_groups, intercept=intercept, per_solution=per_solution)
    before = case.copy()
    rows = case.found(name)
    partnerships = members_of(rows)
    assert len(partnerships) <= per_solution
    everybody = [i for members in partnerships for i in members]
    assert len(set(everybody)) == len(everybody)  # one partnership a person and solution
    assert set(everybody) <= set(before.supporters.tolist())
    used = np.bincount(everybody, minlength=n) if everybody else np.zeros(n, int)
    np.testing.assert_array_equal(case.spare, before.spare - used)
    assert case.spare.min() >= 0
    for members in partnerships:
        for a, i in enumerate(members):
            for j in members[:a]:
                assert is_willing(i, j, before.needs, before.pool, before.p)
        if name in TWO_BY_TWO:
            assert len(members) == 2
        else:
            assert 3 <= len(members) <= 8
            assert len({int(before.pool.group[i]) for i in members}) >= 2
            covered = int(np.bitwise_or.reduce(before.pool.resources[members]))
            assert covered & before.needs == before.needs
    if name == "nobody":
        assert not partnerships
    np.testing.assert_array_equal(case.supporters, before.supporters)
    for was, is_now in zip(before.pool, case.pool, strict=True):
        for one, other in zip(np.atleast_1d(was), np.atleast_1d(is_now), strict=True):
            np.testing.assert_array_equal(one, other)


@every_rule
def test_same_luck_same_partnerships(name):
    one, other = (case_of(40, 7).found(name) for _ in range(2))
    np.testing.assert_array_equal(one, other)


@every_rule
def test_who_does_not_support_it_does_not_matter(name):
    """Whatever the others hold, trust or draw."""
    case = case_of(40, 8)
    before = members_of(case.copy().found(name))
    away = np.setdiff1d(np.arange(40), case.supporters)
    assert len(away) > 3
    case.pool.support[away] = 0.123
    case.pool.pairs.trust[np.ix_(away, np.arange(40))] = 0.9
    case.pool.pairs.trust[np.ix_(np.arange(40), away)] = 0.9
    case.pool.resources[away] = 31
    case.pool.group[away] = 0
    case.pool.person[away] += np.uint32(1)
    case.spare[away] = 9
    assert members_of(case.found(name)) == before


@every_rule
@given(n=st.integers(3, 40), seed=st.integers(0, 50))
def test_numbering_does_not_matter(name, n, seed):
    case = case_of(n, seed, intercept=1.0)
    order = np.random.default_rng(seed).permutation(n)  # new place -> old place
    place = np.argsort(order)
    moved = Case(
        supporters=np.sort(place[case.supporters]).astype(np.int32),
        spare=case.spare[order],
        needs=case.needs,
        pool=Pool(
            support=case.pool.support[order],
            pairs=AllPairs(
                *(np.ascontiguousarray(t[np.ix_(order, order)]) for t in case.pool.pairs)
            ),
            group=case.pool.group[order],
            resources=case.pool.resources[order],
            key=case.pool.key,
            person=case.pool.person[order],
            stage=case.pool.stage,
        ),
        p=case.p,
    )
    expected = [set(members) for members in members_of(case.found(name))]
    assert [set(order[members].tolist()) for members in members_of(moved.found(name))] == expected


@every_rule
@pytest.mark.parametrize("n", [2, 3, 400])
def test_any_number_of_people(name, n):
    case = case_of(n, 1, share_supporting=1.0)
    assert len(case.found(name)) <= 3
    nobody = case_of(n, 1, share_supporting=0.0)
    assert len(nobody.found(name)) == 0
    tired = case_of(n, 1)
    tired.spare[:] = 0
    assert len(tired.found(name)) == 0


def test_the_rules_differ():
    """The negative control: with willing people, champions and pairs found something, nobody not."""
    found = {name: len(case_of(60, 5, intercept=3.0).found(name)) for name in RULES}
    assert found["champions"] > 0
    assert found["pairs"] > 0
    assert found["nobody"] == 0


def test_champions_need_two_groups_and_the_resources():
    alone = case_of(60, 5, n_groups=1, intercept=3.0)
    assert len(alone.found("champions")) == 0
    poor = case_of(60, 5, intercept=3.0)
    poor.pool.resources[:] = 0b00001
    assert len(poor.copy().found("champions")) == 0
    anything_goes = Case(
        poor.supporters, poor.spare, poor.needs, poor.pool, poor.p._replace(resources_count=False)
    )
    rows = members_of(anything_goes.found("champions"))
    assert rows
    assert all(len(members) == 3 for members in rows)
    assert count_bits(poor.needs) == 3


@every_rule
def test_in_the_forum(name):
    """Only adopted solutions have partnerships, and nobody takes on more than he can."""
    forum = forum_of(
        partnering={"rule": name, "intercept": 0.0, "capacity": 2},
        adoption={"rule": "overall_majority", "share_overall": 0.3},
    ).run()
    adopted = {(s.roundtable, s.index) for s in forum.archive.solutions if s.is_adopted}
    assert adopted
    joined = np.zeros(len(forum.delegates), int)
    for p in forum.archive.partnerships:
        assert (p.roundtable, p.solution) in adopted
        assert p.champion in p.members
        joined[list(p.members)] += 1
    assert joined.max() <= 2
    assert (joined.max() == 0) == (name == "nobody")


@given(n=st.integers(0, 80), seed=st.integers(0, 50), n_values=st.sampled_from([1, 2, 5, 1000]))
def test_champions_try_by_support_and_then_by_lot(n, seed, n_values):
    case = case_of(max(n, 2), seed)
    rounded = np.floor(case.pool.support * n_values) / n_values  # so that some are equal
    pool = case.pool._replace(support=rounded)
    people = np.random.default_rng(seed).permutation(n).astype(np.int32)
    lot = [pair_uniform(pool.key, pool.person[i], pool.person[i], pool.stage) for i in people]
    expected = people[np.lexsort((np.array(lot), -rounded[people, 1]))]
    np.testing.assert_array_equal(in_order(people, 1, pool), expected)
