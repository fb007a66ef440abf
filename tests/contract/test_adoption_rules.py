"""What every adoption rule promises, the null answer included."""

from __future__ import annotations

import copy
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gfmd_sim.adoption import RULES, approvals
from gfmd_sim.adoption.ballot import count_ballot
from gfmd_sim.scenario.schema import Adoption
from tests.contract.forums import forum_of

GROUPS = ["states", "youth", "media", "empty"]
NEVER = {"nothing"}
every_rule = pytest.mark.parametrize("name", RULES)
settings_of = st.builds(
    Adoption,
    share_overall=st.sampled_from([0.25, 0.5, 2 / 3, 1.0]),
    share_each_group=st.sampled_from([0.0, 0.5, 1.0]),
    small_group=st.sampled_from([0, 3, 10]),
)


@st.composite
def votes(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Who approves what, who votes, and their groups; nobody is in the last group."""
    n = draw(st.integers(1, 25))
    m = draw(st.integers(1, 4))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    approves = rng.random((n, m)) < rng.random(m)
    voters = rng.random(n) < 0.8
    return approves, voters, rng.integers(0, 3, n).astype(np.int32)


def adopted(name: str, vote: tuple[np.ndarray, np.ndarray, np.ndarray], a: Adoption) -> list[bool]:
    ballot = count_ballot(*vote, GROUPS, a.small_group)
    return [not reason for reason in RULES[name](ballot, a)]


@every_rule
@given(vote=votes(), a=settings_of)
def test_a_reason_for_each_solution(name, vote, a):
    ballot = count_ballot(*vote, GROUPS, a.small_group)
    before = copy.deepcopy(ballot)
    reasons = RULES[name](ballot, a)
    assert len(reasons) == vote[0].shape[1]
    for reason in reasons:
        assert reason in ("", "overall", "rule") or reason.removeprefix("group:") in ballot.blocs
    assert reasons == RULES[name](ballot, a)
    np.testing.assert_equal(
        (ballot.overall, ballot.by_group, ballot.by_bloc),
        (before.overall, before.by_group, before.by_bloc),
    )


@every_rule
@given(vote=votes(), a=settings_of, seed=st.integers(0, 999))
def test_more_approval_never_sinks_a_solution(name, vote, a, seed):
    approves, voters, group = vote
    more = approves | (np.random.default_rng(seed).random(approves.shape) < 0.3)
    for was, is_now in zip(
        adopted(name, vote, a), adopted(name, (more, voters, group), a), strict=True
    ):
        assert is_now or not was


@every_rule
@given(vote=votes(), a=settings_of, seed=st.integers(0, 999))
def test_order_does_not_matter(name, vote, a, seed):
    """Of people, groups or solutions; and those who do not vote do not count."""
    approves, voters, group = vote
    rng = np.random.default_rng(seed)
    people, solutions = rng.permutation(len(voters)), rng.permutation(approves.shape[1])
    turned = (3 - group).astype(np.int32)
    expected = adopted(name, vote, a)
    assert adopted(name, (approves[people], voters[people], group[people]), a) == expected
    assert adopted(name, (approves[:, solutions], voters, group), a) == [
        expected[m] for m in solutions
    ]
    assert adopted(name, (approves, voters, turned), a) == expected
    silent = np.where(voters[:, None], approves, ~approves)
    assert adopted(name, (silent, voters, group), a) == expected


@every_rule
@given(vote=votes(), a=settings_of)
def test_all_adopt_what_all_want_and_nothing_that_nobody_wants(name, vote, a):
    approves, voters, group = vote
    voters = voters | (np.arange(len(voters)) == 0)
    everything = (np.ones_like(approves), voters, group)
    nothing = (np.zeros_like(approves), voters, group)
    assert all(adopted(name, everything, a)) == (name not in NEVER)
    assert not any(adopted(name, nothing, a))


@every_rule
def test_one_voter_one_group_and_nobody(name):
    one = (np.array([[True, False]]), np.array([True]), np.zeros(1, np.int32))
    assert adopted(name, one, Adoption()) == [name not in NEVER, False]
    nobody = (np.ones((3, 2), dtype=bool), np.zeros(3, dtype=bool), np.zeros(3, np.int32))
    assert adopted(name, nobody, Adoption()) == [False, False]


def test_a_bloc_can_stop_it_only_where_the_rule_says_so():
    """8 of 10 approve, but neither of the two of the second group."""
    approves = np.array([[True]] * 8 + [[False]] * 2)
    vote = (approves, np.ones(10, dtype=bool), np.array([0] * 8 + [1] * 2, dtype=np.int32))
    strict = Adoption(small_group=0)
    assert adopted("overall_majority", vote, strict) == [True]
    ballot = count_ballot(*vote, GROUPS, 0)
    assert RULES["double_majority"](ballot, strict) == ["group:youth"]
    assert adopted("double_majority", vote, Adoption(small_group=20)) == [True]  # counted together


@given(st.integers(0, 30), st.floats(0, 1))
def test_approval_needs_support_and_evidence_if_asked_for(seed, bar):
    forum = forum_of(1, seed)
    state = forum.roundtables[1]
    plain = Adoption(approval=bar)
    approves = approvals(state.support, state.knows, state.topics, plain)
    np.testing.assert_array_equal(approves, state.support >= bar)
    informed = approvals(
        state.support,
        state.knows,
        state.topics,
        Adoption(approval=bar, needs_evidence=True, accounts_needed=2),
    )
    assert not (informed & ~approves).any()
    omniscient = approvals(
        state.support,
        np.ones_like(state.knows),
        state.topics,
        Adoption(approval=bar, needs_evidence=True, accounts_needed=1000),
    )
    np.testing.assert_array_equal(omniscient, approves)


@every_rule
def test_the_forum_says_why_in_the_same_words(name):
    forum = forum_of(adoption={"rule": name}).run()
    assert len(forum.archive.solutions) == 8
    for s in forum.archive.solutions:
        assert re.fullmatch(r"|overall|rule|not_balloted|group:[a-z_+]+", s.reason)
        assert s.is_adopted == (s.reason == "")
        assert s.is_balloted == (s.reason != "not_balloted")
