"""The compiled stages beside the tables and their plain NumPy references: equal, bit by bit."""

from __future__ import annotations

import numpy as np
import pytest

from gfmd_sim.adoption.ballot import count_ballot
from gfmd_sim.experiments.forum_simulator import ForumSimulator
from gfmd_sim.forum import Forum
from gfmd_sim.forum.learning import learn
from gfmd_sim.forum.tallies import note_proposers
from gfmd_sim.population import draw_traits
from gfmd_sim.scenario.agenda import RESOURCES
from gfmd_sim.scenario.files import load_scenario
from gfmd_sim.seating.room import by_lot, order_by_profile
from gfmd_sim.streams import Decision, Streams, fill_uniform, person_keys
from gfmd_sim.talk.kernel import blank_log, first_to_speak

FLAGSHIP = ForumSimulator.of(load_scenario("gfmd-2024-25", {"roundtables": [1, 4]}))
WITH_ROSTER = ForumSimulator.of(load_scenario("with-roster"))
KEY = Streams(5, 3).key


def people(n: int) -> np.ndarray:
    return person_keys(f"p{i}" for i in range(n))


@pytest.mark.parametrize("n", [0, 1, 2, 17, 300, 3000])
def test_a_lot_is_the_order_of_the_luck(n: int) -> None:
    luck = fill_uniform(KEY, people(n), 99, 1)[:, 0]
    assert by_lot(KEY, people(n), 99).tolist() == np.argsort(luck, kind="stable").tolist()


@pytest.mark.parametrize("apart", [1.0, 1e-3, 1e-9, 0.0])
def test_the_first_clock_rings_first_however_close_the_second(apart: float) -> None:
    rng = np.random.default_rng(4)
    first = rng.random(400)
    urge = np.vstack([first, first + apart * (rng.random(400) - first), rng.random((4, 400))])
    wait = np.array([2.0, 2.0, 0.5, 3.0, 1e3, np.inf])
    clocks = -np.log(urge) * wait[:, None]
    found = [first_to_speak(wait, urge, turn) for turn in range(400)]
    assert np.array_equal(clocks[found, np.arange(400)], clocks.min(axis=0))


@pytest.mark.parametrize("n_attributes", [1, 2, 3])
def test_a_profile_is_sorted_from_the_last_attribute_to_the_first(n_attributes: int) -> None:
    n, slots = 120, people(64)
    codes = np.random.default_rng(1).integers(-1, 5, (n_attributes, n)).astype(np.int32)
    present = np.arange(0, n, 2, dtype=np.int32)
    luck = fill_uniform(KEY, slots, 77, n_attributes)
    expected = present[by_lot(KEY, people(n)[present], 1)]
    for place in reversed(range(n_attributes)):
        rank = luck[codes[place] + 1, place]
        expected = expected[np.argsort(rank[expected], kind="stable")]
    found = order_by_profile(present, codes, KEY, people(n), 1, slots, 77)
    assert found.tolist() == expected.tolist()


@pytest.mark.parametrize("small_group", [0, 3, 30, 500])
def test_a_ballot_counts_shares_of_those_who_are_there(small_group: int) -> None:
    rng = np.random.default_rng(2)
    names = ["a", "b", "c", "nobody", "d"]
    group = rng.choice([0, 0, 0, 1, 1, 2, 4], 90).astype(np.int32)
    approves, voters = rng.random((90, 4)) < 0.6, rng.random(90) < 0.7
    ballot = count_ballot(approves, voters, group, names, small_group)
    there = [approves[voters & (group == g)] for g in range(5)]
    small = [g for g in range(5) if 0 < len(there[g]) < small_group]
    large = [g for g in range(5) if len(there[g]) and g not in small]
    blocs = [[g] for g in large] + ([small] if small else [])
    assert ballot.blocs == tuple("+".join(names[g] for g in bloc) for bloc in blocs)
    shares = [np.concatenate([there[g] for g in bloc]).mean(axis=0) for bloc in blocs]
    np.testing.assert_array_equal(ballot.by_bloc, np.array(shares))
    np.testing.assert_array_equal(ballot.overall, approves[voters].mean(axis=0))
    assert np.isnan(ballot.by_group[3]).all()
    for g in (0, 1, 2, 4):
        np.testing.assert_array_equal(ballot.by_group[g], there[g].mean(axis=0))


def test_a_ballot_without_voters_has_no_bloc() -> None:
    group = np.zeros(3, np.int32)
    ballot = count_ballot(np.ones((3, 2), bool), np.zeros(3, bool), group, ["a"], 5)
    assert ballot.blocs == ()
    assert ballot.overall.tolist() == [0.0, 0.0]


def choose(bounds: np.ndarray, luck: np.ndarray) -> np.ndarray:
    return np.minimum(np.searchsorted(bounds, luck, side="right"), len(bounds) - 1)


def plain_traits(forum: Forum, who: np.ndarray, joined: int) -> dict[str, np.ndarray]:
    """Traits of ``who`` as they are told on the model's page, an attribute after the other."""
    people, streams = forum.setup.people, forum.streams
    traits, said, first = people.traits, people.said, joined == 0
    key, group = people.key[who], people.group[who]

    def luck(decision: Decision, n: int = 1, consultation: int = joined) -> np.ndarray:
        return streams.uniform(decision, key, n, consultation=consultation)

    def keep(given: np.ndarray, is_given: np.ndarray, drawn: np.ndarray) -> np.ndarray:
        return np.where(is_given & first, given, drawn)

    role = choose(traits.role, luck(Decision.ROLE, consultation=0)[:, 0])
    agency = np.full(len(who), -1)
    for g, n in enumerate(traits.n_agencies):
        if n:
            picked = traits.agency_code[
                g, choose(traits.agency[g, :n], luck(Decision.AGENCY)[:, 0])
            ]
            agency = np.where(group == g, picked, agency)
    normal = streams.normal(Decision.STATUS, key, consultation=joined)[:, 0]
    region = np.minimum(forum.delegates.code["region"][who], traits.language.shape[1] - 1)
    chance = traits.language[group, region]
    speaks = luck(Decision.LANGUAGE, chance.shape[1]) < chance
    mute = ~speaks.any(axis=1)
    speaks[mute, np.argmax(chance[mute], axis=1)] = True
    bits = (speaks << np.arange(chance.shape[1])).sum(axis=1)
    gender = np.where(luck(Decision.GENDER)[:, 0] < traits.share_women, 0, 1)
    resources = luck(Decision.RESOURCES, len(RESOURCES)) < traits.resources[group]
    status = traits.status[group] + traits.status_sd * normal
    return {
        "role": np.where(said.role[who] >= 0, said.role[who], role),
        "gender": keep(said.gender[who], said.gender[who] >= 0, gender),
        "agency": keep(said.agency[who], said.agency[who] >= 0, agency),
        "status": keep(said.status[who], ~np.isnan(said.status[who]), status),
        "susceptibility": keep(
            said.susceptibility[who],
            ~np.isnan(said.susceptibility[who]),
            traits.susceptibility[group],
        ),
        "anchor_shift": traits.anchor_shift[group],
        "resources": keep(said.resources[who] > 0, said.resources[who] >= 0, resources),
        "language": keep(said.language[who], said.language[who] > 0, bits),
    }


@pytest.mark.parametrize("simulator", [FLAGSHIP, WITH_ROSTER], ids=["drawn", "roster"])
@pytest.mark.parametrize("joined", [0, 2])
def test_traits_are_drawn_as_the_page_says(simulator: ForumSimulator, joined: int) -> None:
    forum = simulator.forum({}, 8, 1)
    who = np.arange(len(forum.delegates))[:: 1 if joined == 0 else 3]
    draw_traits(forum.setup.people, forum.delegates, who, forum.streams, joined)
    for name, expected in plain_traits(forum, who, joined).items():
        found = forum.delegates.code.get(name)
        found = getattr(forum.delegates, name) if found is None else found
        np.testing.assert_array_equal(found[who], expected, err_msg=name)


def test_knowledge_is_common_or_likelier_in_ones_own_group() -> None:
    forum = FLAGSHIP.forum({}, 8, 1)
    people, p = forum.setup.people, forum.scenario.population
    for number, state in forum.roundtables.items():
        topics = state.topics
        luck = forum.streams.uniform(
            Decision.KNOWS, people.key, topics.n_accounts, roundtable=number
        )
        common = forum.streams.uniform(Decision.COMMON_KNOWLEDGE, topics.key, roundtable=number)
        chance = np.where(topics.raised_by[:, people.group].T, p.knows_own, p.knows_other)
        known = (common[:, 0] < p.common_knowledge) | (luck < chance)
        np.testing.assert_array_equal(state.knows, known)


def test_accounts_speak_for_a_solution_with_the_chance_of_its_quality() -> None:
    forum = FLAGSHIP.forum({}, 8, 1)
    p = forum.scenario.population
    for number, state in forum.roundtables.items():
        t, links = state.topics, state.links
        drawn = forum.streams.uniform(Decision.QUALITY, t.solution_key, roundtable=number)[:, 0]
        quality = p.quality_low + (p.quality_high - p.quality_low) * drawn
        luck = forum.streams.uniform(Decision.VALENCE, t.key, t.n_solutions, roundtable=number)
        account = np.repeat(np.arange(t.n_accounts), np.diff(t.link_start))
        q = quality[t.link_solution]
        p_for = np.where(t.contests, 1.0 - q, q)
        speaks_for = luck[account, t.link_solution] < p_for
        np.testing.assert_array_equal(links.sign, np.where(speaks_for, 1, -1))


def test_successors_bring_half_of_the_move_of_those_they_follow() -> None:
    forum = ForumSimulator.of(
        load_scenario("four-groups", {"population.turnover": 0.5, "note.rule": "blank"})
    ).forum({}, 3, 0)
    while forum.stages[forum.next_stage].name != "turnover":
        forum.step()
    (state,) = forum.roundtables.values()
    moved = state.anchor - state.start
    state.learned[:] = 1
    forum.step()
    new = forum.delegates.joined == 2
    assert 0 < new.sum() < len(new)
    np.testing.assert_array_equal(
        state.anchor[new], np.clip(state.start[new] + 0.5 * moved[new], 0.0, 1.0)
    )
    np.testing.assert_array_equal(state.support[new], state.anchor[new])
    assert not state.learned[new].any()
    assert state.learned[~new].all()


def test_each_account_lacking_is_learned_by_its_own_luck() -> None:
    rng = np.random.default_rng(4)
    n, accounts = 50, np.sort(rng.choice(60, 20, replace=False)).astype(np.int32)
    who = np.sort(rng.choice(n, 31, replace=False)).astype(np.int32)
    knows = (rng.random((n, 60)) < 0.5).astype(np.uint8)
    before, learned = knows.copy(), np.zeros_like(knows)
    count = learn(who, accounts, 0.3, KEY, people(n), 66, knows, learned)
    # event a of a person's luck is lane 0 of block a: every fourth uniform
    luck = fill_uniform(KEY, people(n), 66, 4 * 60)[:, ::4]
    takes = np.zeros(before.shape, bool)
    takes[np.ix_(who, accounts)] = True
    takes &= (luck < 0.3) & (before == 0)
    assert 0 < count == takes.sum()
    np.testing.assert_array_equal(knows, before | takes)
    np.testing.assert_array_equal(learned, takes)


def test_the_earliest_turn_of_all_tables_proposes_a_solution() -> None:
    rng = np.random.default_rng(6)
    item = np.array([0, 1, 2, 3, 3, 4], np.int32)  # solutions are the items from 2 on
    for _ in range(50):
        log = blank_log(4, 5)
        log.speaker[:] = rng.permutation(20).reshape(4, 5)
        log.argument[:] = rng.integers(-1, 6, (4, 5))
        first = np.array([-1, 7, -1], np.int32)
        note_proposers(first, log, people(20), item, 2)
        for m in (0, 2):
            told = [
                (turn, people(20)[log.speaker[t, turn]], log.speaker[t, turn])
                for t in range(4)
                for turn in range(5)
                if log.argument[t, turn] >= 0 and item[log.argument[t, turn]] == 2 + m
            ]
            assert first[m] == (min(told)[2] if told else -1)
        assert first[1] == 7  # proposed in an earlier sitting
