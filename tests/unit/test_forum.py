"""The schedule and what its stages promise."""

from __future__ import annotations

import numpy as np
import pytest

from gfmd_sim.errors import ScenarioError, UserError
from gfmd_sim.experiments.forum_simulator import ForumSimulator
from gfmd_sim.forum import Forum, schedule
from gfmd_sim.measures.outcome import HEADLINES, outcomes
from gfmd_sim.records import Stage
from gfmd_sim.scenario.files import load_scenario, with_levers
from gfmd_sim.setup import SUMMIT, Setup
from gfmd_sim.streams import Streams

SIMULATOR = ForumSimulator.of(load_scenario("gfmd-2024-25", {"roundtables": [1, 5]}))


def forum(seed: int = 5, **levers: object) -> Forum:
    return SIMULATOR.forum({k.replace("__", "."): v for k, v in levers.items()}, seed, 0)  # type: ignore[misc]


def until(f: Forum, name: str, consultation: int = 0) -> Stage:
    """Carry out stages up to and including the next one of that name."""
    for stage in f.steps():
        if stage.name == name and consultation in (0, stage.consultation):
            return stage
    raise AssertionError(f"no stage {name}")


def test_the_schedule_reads_as_the_process() -> None:
    names = [str(s) for s in schedule(SIMULATOR.scenario)]
    assert names[:9] == [
        "consultation 1, arrive",
        "consultation 1, roundtable 1, open with the notes",
        "consultation 1, roundtable 1, sitting 1, seat",
        "consultation 1, roundtable 1, sitting 1, talk",
        "consultation 1, roundtable 1, sitting 1, form opinions",
        "consultation 1, roundtable 1, sitting 1, build trust",
        "consultation 1, roundtable 1, sitting 1, endorse",
        "consultation 1, roundtable 1, sitting 2, seat",
        "consultation 1, roundtable 1, sitting 2, talk",
    ]
    assert names[-3:] == [
        "consultation 4, adopt solutions",
        "consultation 4, form partnerships",
        "consultation 4, measure stability",
    ]


def test_same_seed_same_run_other_replicate_other_run() -> None:
    one, same, other = (outcomes(SIMULATOR.forum({}, 1, r).run()) for r in (0, 0, 1))
    np.testing.assert_equal(one, same)
    assert one["convergence"] != other["convergence"]


def test_headlines_come_first_and_are_numbers() -> None:
    found = outcomes(forum().run())
    assert tuple(found)[:5] == HEADLINES
    assert all(np.isfinite(found[name]) for name in HEADLINES)


def test_everybody_present_has_one_seat_in_every_sitting() -> None:
    f = forum()
    for stage in f.steps():
        if stage.name == "seat":
            state = f.roundtables[stage.roundtable]
            seating = f.archive.seatings[stage.consultation, stage.roundtable, stage.sitting]
            assert sorted(seating.seat.tolist()) == state.present.tolist()
            assert seating.sizes.min() >= 5
            assert seating.sizes.max() <= 8


def test_support_and_knowledge_stay_in_their_ranges() -> None:
    f = forum()
    for _ in f.steps():
        for state in f.roundtables.values():
            assert state.support.min() >= 0.0
            assert state.support.max() <= 1.0
            assert set(np.unique(state.knows)) <= {0, 1}
            assert (state.learned <= state.knows).all()
        assert f.trust.min() >= 0.0
        assert f.trust.max() <= 1.0
        assert (f.trust == f.trust.T).all()


def test_a_successor_keeps_the_seat_and_inherits_half_of_the_move() -> None:
    f = forum(population__turnover=0.5)
    until(f, "return to capitals", 1)
    before = {
        n: (s.anchor.copy(), s.start.copy(), s.knows.copy()) for n, s in f.roundtables.items()
    }
    group, region = f.delegates.group.copy(), f.delegates.code["region"].copy()
    until(f, "turnover", 2)
    new = np.flatnonzero(f.delegates.joined == 2)
    assert 30 < len(new) < 90
    assert (f.delegates.group == group).all()
    assert (f.delegates.code["region"] == region).all()
    for n, s in f.roundtables.items():
        anchor, start, knows = before[n]
        expected = np.clip(s.start[new] + 0.5 * (anchor[new] - start[new]), 0, 1)
        np.testing.assert_allclose(s.anchor[new], expected)
        stayed = np.setdiff1d(np.arange(len(group)), new)
        assert (s.anchor[stayed] == anchor[stayed]).all()
        assert (s.knows[stayed] == knows[stayed]).all()
        assert (s.start[new] != start[new]).any()
    assert set(np.unique(f.trust[new[0]])) <= {0.15, 0.35, 1.0}


def test_return_to_capitals_moves_anchors_part_of_the_way() -> None:
    f = forum()
    until(f, "write the note", 1)
    while f.stages[f.next_stage].name != "return to capitals":
        f.step()
    state = f.roundtables[1]
    support, anchor = state.support.copy(), state.anchor.copy()
    f.step()
    rho = f.delegates.anchor_shift[:, None]
    np.testing.assert_allclose(state.anchor, anchor + rho * (support - anchor))
    assert (state.support == state.anchor).all()
    assert state.learned.sum() == 0


def test_a_note_says_which_table_sitting_and_group_raised_each_point() -> None:
    f = forum()
    f.run()
    for (number, consultation), note in f.archive.notes.items():
        assert len(note.items) == 10
        plenary = f.archive.plenaries[number, consultation]
        for point in note.points():
            assert point.n_tables == len({(r.sitting, r.table) for r in point.reports})
            for report in point.reports:
                seating = f.archive.seatings[consultation, number, report.sitting]
                assert 0 <= report.table < seating.n_tables
                groups = f.delegates.group[seating.tables()[report.table]]
                assert report.group in groups
        counts = [p.n_tables for p in note.points()]
        assert counts == sorted(counts, reverse=True)
        assert set(note.accounts.tolist()) <= set(plenary.accounts.tolist())


def test_only_solutions_of_the_third_note_are_balloted() -> None:
    f = forum(note__capacity=4).run()
    for s in f.archive.solutions:
        note = f.note(s.roundtable, 3)
        first = f.roundtables[s.roundtable].topics.first_solution
        assert s.is_balloted == (first + s.index in note.items)
        assert not s.is_adopted or s.is_balloted
        assert (s.reason == "") == s.is_adopted


def test_partnerships_keep_their_promises() -> None:
    f = forum(partnering__intercept=-4.0).run()
    assert f.archive.partnerships
    adopted = {(s.roundtable, s.index) for s in f.archive.solutions if s.is_adopted}
    seats = np.zeros(len(f.delegates), dtype=int)
    per_solution: dict[tuple[int, int], int] = {}
    for p in f.archive.partnerships:
        members = list(p.members)
        state = f.roundtables[p.roundtable]
        assert (p.roundtable, p.solution) in adopted
        assert 3 <= len(members) <= 8
        assert len(set(members)) == len(members)
        assert p.n_groups == len(set(f.delegates.group[members].tolist())) >= 2
        assert (state.support[members, p.solution] >= 0.6).all()
        needs = state.topics.needs[p.solution]
        assert (f.delegates.resources[members].any(axis=0) >= needs).all()
        seats[members] += 1
        key = (p.roundtable, p.solution)
        per_solution[key] = per_solution.get(key, 0) + 1
    assert seats.max() <= 2
    assert max(per_solution.values()) <= 3


def test_people_of_the_summit_only_decide_but_never_sit_at_a_table() -> None:
    f = forum(population__n_summit=300).run()
    assert len(f.delegates) == 300
    assert f.seated[120:].sum() == 0
    assert all(seating.seat.max() < 120 for seating in f.archive.seatings.values())
    assert any(i >= 120 for s in f.roundtables.values() for i in s.present)


def test_everybody_there_talks_as_often_as_there_are_turns() -> None:
    f = forum().run()
    sittings = 2 * 3 * 2
    tables = sum(s.n_tables for s in f.archive.seatings.values())
    assert len(f.archive.seatings) == sittings
    assert f.turns.sum() == tables * 45
    np.testing.assert_allclose(f.floor_due.sum(), tables * 45)


def test_opening_notes_are_those_the_concept_note_plans() -> None:
    setup = SIMULATOR.setup({})
    women, regional = setup.topics
    assert [setup.opens_with(women, c) for c in (1, 2, 3, SUMMIT)] == [(), (1,), (1, 2), (3,)]
    assert [setup.opens_with(regional, c) for c in (1, 2, 3, SUMMIT)] == [(), (1,), (2,), (3,)]


@pytest.mark.parametrize(
    ("levers", "problem"),
    [
        ({"seating.rule": "balnced"}, "no rule 'balnced'"),
        ({"note.rule": "all"}, "no rule 'all'"),
        ({"seating.table_size": [200, 300]}, "more seats than people"),
        ({"population.n_delegates": 5}, "would have no delegate"),
        ({"roundtables": [1, 9]}, "no agenda"),
    ],
)
def test_what_cannot_be_run_is_refused_before_it_runs(
    levers: dict[str, object], problem: str
) -> None:
    with pytest.raises(UserError, match=problem):
        SIMULATOR.setup(levers)  # type: ignore[arg-type]


def test_a_scenario_without_groups_is_refused() -> None:
    scenario = with_levers(SIMULATOR.scenario, {}).model_copy(
        update={"population": SIMULATOR.scenario.population.model_copy(update={"groups": {}})}
    )
    with pytest.raises(ScenarioError, match="no stakeholder group"):
        Setup.of(scenario, SIMULATOR.agenda)


def test_seeds_out_of_range_are_refused() -> None:
    for seed in (-1, 2**64):
        with pytest.raises(UserError, match="seed"):
            Streams(seed)
    with pytest.raises(UserError, match="replicate"):
        Streams(0, 2**32)


@pytest.mark.parametrize("rule", ["silent", "everything", "strongest_points"])
def test_defaults_leave_no_outcome_constant(rule: str) -> None:
    found = outcomes(forum(plenary__rule=rule).run())
    assert 0.0 < found["convergence"] < 1.0


def test_the_default_forum_is_neither_empty_nor_full() -> None:
    """Nothing or everything adopted, or no partnership, in at most a fifth of the replicates.

    With 30 replicates, a true rate of .05 exceeds a fifth with a chance below .002.
    """
    simulator = ForumSimulator.of(load_scenario("gfmd-2024-25"))
    rows = [simulator.run({}, 1, r) for r in range(30)]
    nothing = np.mean([r["n_adopted"] == 0 for r in rows])
    everything = np.mean([r["n_adopted"] == r["n_balloted"] for r in rows])
    no_partners = np.mean([r["n_partnerships"] == 0 for r in rows])
    assert max(nothing, everything, no_partners) <= 0.2
    first = simulator.forum({}, 1, 0)
    until(first, "write the note", 1)
    known = np.mean([s.knows[: first.n_consulted].mean() for s in first.roundtables.values()])
    assert known < 0.8  # there is something left to learn


def test_a_shipped_scenario_with_a_roster_runs() -> None:
    simulator = ForumSimulator.of(load_scenario("with-roster", {"roundtables": [1]}))
    assert simulator.roster is not None
    f = simulator.forum({}, 1, 0).run()
    there = [e.id for e in simulator.roster.entries if e.present is not False]
    assert [i for i in f.delegates.id if i in set(there)] == there
