"""What is known of a pair is the same in both tables, whatever happens to the people in between."""

from __future__ import annotations

from itertools import combinations, permutations
from typing import Any, TypeVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gfmd_sim import pairs as known
from gfmd_sim.forum import Forum
from gfmd_sim.measures.outcome import outcomes
from gfmd_sim.pairs import (
    AllPairs,
    FirstTrust,
    MetPairs,
    Pairs,
    Tablemates,
    all_meetings,
    all_trust,
    make_strangers,
    meetings_of,
    sit_down,
    strangers,
    total_first_trust,
    total_trust,
    trust_of,
)
from gfmd_sim.partnering import RULES as PARTNERING
from gfmd_sim.recorder import Recorder
from gfmd_sim.seating.rules import RULES as SEATING
from gfmd_sim.streams import Decision, Streams, person_keys, stage_word
from gfmd_sim.trust import TrustParameters, meet_at_tables
from tests.contract.forums import forum_of, state_of

Step = tuple[str, list[int]]


def first_of(n: int, seed: int, share_ties: float) -> FirstTrust:
    return FirstTrust(
        group=(np.arange(n) % 3).astype(np.int32),
        joined=np.zeros(n, dtype=np.int32),
        key=Streams(seed).key,
        person=person_keys(f"p{i}" for i in range(n)),
        stage=stage_word(Decision.PRIOR_TIE),
        within=0.35,
        across=0.15,
        tie=0.3,
        share_ties=share_ties,
    )


def both(first: FirstTrust) -> tuple[AllPairs, MetPairs]:
    limit = known.MOST_IN_FULL
    try:
        known.MOST_IN_FULL = 0
        met = strangers(first)
    finally:
        known.MOST_IN_FULL = limit
    full = strangers(first)
    assert isinstance(full, AllPairs)
    assert isinstance(met, MetPairs)
    return full, met


Table = TypeVar("Table", AllPairs, MetPairs)


def sit_at_one(pairs: Table, people: list[int]) -> tuple[Table, Tablemates]:
    """All of them at one table."""
    seat = np.array(people, dtype=np.int32)
    table, mates = sit_down(pairs, seat, np.array([0, len(seat)], dtype=np.int32))
    assert isinstance(table, type(pairs))
    return table, mates


def write(
    pairs: Pairs, people: list[int], mates: Tablemates, values: dict[tuple[int, int], float]
) -> None:
    """They meet once more, and trust each other so much."""
    for (x, i), (y, j) in permutations(enumerate(people), 2):
        pairs.trust[i, mates.place[x, y]] = values[(i, j) if (i, j) in values else (j, i)]
        pairs.meetings[i, mates.place[x, y]] += 1


@st.composite
def histories(draw: st.DrawFn) -> tuple[int, list[Step]]:
    """Tables that meet, and people who are succeeded, in any order."""
    n = draw(st.integers(2, 40))
    person = st.integers(0, n - 1)
    table = st.tuples(st.just("meet"), st.lists(person, min_size=2, max_size=n, unique=True))
    leave = st.tuples(st.just("leave"), st.lists(person, min_size=1, max_size=3, unique=True))
    return n, draw(st.lists(st.one_of(table, leave), max_size=12))


@given(histories(), st.integers(0, 9), st.sampled_from([0.0, 0.3, 1.0]))
def test_both_tables_tell_what_happened(
    history: tuple[int, list[Step]], seed: int, share_ties: float
) -> None:
    """Held against a dictionary: trust and meetings of all pairs after every step."""
    n, steps = history
    first = first_of(n, seed, share_ties)
    full, met = both(first)
    start = all_trust(full).copy()
    trust = {(i, j): float(start[i, j]) for i in range(n) for j in range(n)}
    count = dict.fromkeys(trust, 0)
    for number, (name, people) in enumerate(steps):
        if name == "meet":
            values = {(i, j): (number + i + j + 1) / 200.0 for i, j in combinations(people, 2)}
            full, mates = sit_at_one(full, people)
            met, mates_met = sit_at_one(met, people)
            for here in (mates, mates_met):
                for (x, i), (y, j) in permutations(enumerate(people), 2):
                    assert here.trust[x, y] == trust[i, j]
                    place = j if here is mates else np.flatnonzero(met.other[i] == j)
                    assert here.place[x, y] == place
            write(full, people, mates, values)
            write(met, people, mates_met, values)
            for (i, j), value in values.items():
                trust[i, j] = trust[j, i] = value
                count[i, j] += 1
                count[j, i] += 1
        else:
            first.joined[people] = number + 1
            for pairs in (full, met):
                make_strangers(np.array(people, dtype=np.intp), pairs, first)
            for i in people:
                for j in range(n):
                    if i != j:
                        fresh = 0.35 if i % 3 == j % 3 else 0.15
                        trust[i, j] = trust[j, i] = fresh
                        count[i, j] = count[j, i] = 0
        assert 4 * met.n_held.max() <= 3 * met.other.shape[1]
        for pairs in (full, met):
            assert {ij: trust_of(pairs, *ij) for ij in trust} == trust
            assert {ij: meetings_of(pairs, *ij) for ij in trust} == count
    for one, other in ((all_trust(full), all_trust(met)), (all_meetings(full), all_meetings(met))):
        np.testing.assert_array_equal(one, other)
    there = n - n // 4
    at_first = total_first_trust(first, there)
    exact = sum(v for (i, j), v in trust.items() if i != j and max(i, j) < there)
    assert total_trust(full, there, 0.0) == pytest.approx(exact, rel=1e-12, abs=1e-12)
    assert total_trust(met, there, at_first) == pytest.approx(exact, rel=1e-12, abs=1e-12)


def test_ties_from_before_are_lost_with_the_person() -> None:
    """Negative control of the histories: ties are there, and a successor has none."""
    first = first_of(30, 1, 0.5)
    for pairs in both(first):
        tied = {(i, j) for i, j in combinations(range(30), 2) if trust_of(pairs, i, j) > 0.4}
        assert 100 < len(tied) < 335
        assert any(4 in pair for pair in tied)
    first.joined[4] = 1
    for pairs in both(first):
        assert not any(trust_of(pairs, min(4, j), max(4, j)) > 0.4 for j in range(30) if j != 4)


def test_meetings_are_counted_up_to_their_limit() -> None:
    start = np.array([0, 2], dtype=np.int32)
    p = TrustParameters(gain=0.3, decay=0.1, attention=4.0, repeats_add_less=True)
    for table in both(first_of(3, 0, 0.0)):
        pairs, mates = sit_at_one(table, [0, 2])
        for _ in range(65_540):
            meet_at_tables(
                np.array([0, 2], dtype=np.int32), start, mates, pairs.trust, pairs.meetings, p
            )
        assert meetings_of(pairs, 0, 2) == meetings_of(pairs, 2, 0) == 65_535
        assert meetings_of(pairs, 0, 1) == 0


def test_a_copy_is_no_place_to_write() -> None:
    _, met = both(first_of(5, 0, 0.1))
    with pytest.raises(ValueError, match="read-only"):
        all_trust(met)[0, 1] = 0.5
    with pytest.raises(ValueError, match="read-only"):
        all_meetings(met)[0, 1] = 5


def test_memory_follows_the_people_met() -> None:
    """Twice the people, twice the bytes, where each meets as many."""
    sizes = []
    for n in (400, 800):
        _, met = both(first_of(n, 0, 0.1))
        table: Any = met
        seat = np.arange(n, dtype=np.int32)
        start = np.arange(0, n + 1, 8, dtype=np.int32)
        for shift in range(6):
            seat = np.roll(seat, shift)
            table, _ = sit_down(table, seat, start)
        sizes.append(sum(a.nbytes for a in table[:4]))
    assert sizes[1] == 2 * sizes[0]
    assert sizes[0] < 400 * 14 * 128


def whole_forum(**blocks: Any) -> tuple[Forum, dict[str, float], Recorder]:
    recorder = Recorder()
    forum = forum_of(**blocks)
    forum.observe = recorder.observe
    forum.run()
    return forum, outcomes(forum), recorder


BUSY: dict[str, Any] = {
    "population": {"n_delegates": 60, "turnover": 0.3, "no_shows": 0.1, "n_summit": 66},
    "adoption": {"rule": "overall_majority", "share_overall": 0.3},
    "partnering": {"intercept": -3.0},
}
CASES: dict[str, dict[str, Any]] = {
    **{f"seating {rule}": {"seating": {"rule": rule}} for rule in SEATING if rule != "plan"},
    **{f"partnering {rule}": {"partnering": {"rule": rule}} for rule in PARTNERING},
    "consensus": {"opinion": {"mode": "consensus"}},
    "same tables": {"process": {"same_tables": True}},
    "opinions turn by turn": {"experimental": {"opinions_every": 5}},
    "bounded confidence": {"opinion": {"confidence_bound": 0.4, "trust_weight": 1.0}},
    "no prior ties": {"trust": {"share_prior_ties": 0.0}},
    "repeats add as much": {"trust": {"repeats_add_less": False}, "seating": {"rule": "fixed"}},
}


@pytest.mark.parametrize("case", CASES)
def test_a_forum_is_the_same_in_both(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every rule that reads pairs: state, seats, partnerships and all measures, bit by bit."""
    blocks = {k: dict(v) for k, v in BUSY.items()}
    for name, block in CASES[case].items():
        blocks[name] = {**blocks.get(name, {}), **block}
    full, measures, recorder = whole_forum(**blocks)
    monkeypatch.setattr(known, "MOST_IN_FULL", 0)
    met, measures_met, recorder_met = whole_forum(**blocks)
    assert isinstance(full.pairs, AllPairs)
    assert isinstance(met.pairs, MetPairs)
    assert full.delegates.joined.max() > 0  # some have left
    assert full.meetings.max() > 1
    mine, theirs = state_of(full), state_of(met)
    assert mine.keys() == theirs.keys()
    for name, value in mine.items():
        np.testing.assert_array_equal(value, theirs[name], err_msg=name)
    for key, seating in full.archive.seatings.items():
        np.testing.assert_array_equal(seating.seat, met.archive.seatings[key].seat)
        np.testing.assert_array_equal(seating.start, met.archive.seatings[key].start)
    ties = [
        [(p.solution, p.members, p.is_stable) for p in f.archive.partnerships] for f in (full, met)
    ]
    assert ties[0] == ties[1]
    assert bool(ties[0]) == (case != "partnering nobody")
    assert np.array_equal(list(measures.values()), list(measures_met.values()), equal_nan=True)
    exact, near = recorder.trajectory, recorder_met.trajectory
    np.testing.assert_allclose(exact.pop("mean_trust"), near.pop("mean_trust"), rtol=1e-13)
    assert exact.equals(near)
