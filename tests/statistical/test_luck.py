"""The randomness contract: every draw is named, so one change leaves all other luck alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gfmd_sim.forum import Forum
from gfmd_sim.measures.outcome import outcomes
from gfmd_sim.population import settle_people
from gfmd_sim.records import Seating, Stage
from gfmd_sim.scenario.roster import Roster, RosterEntry
from gfmd_sim.seating.rules import RULES
from gfmd_sim.streams import Decision, Streams
from tests.contract.forums import forum_of, run_until, scenario_of, state_of
from tests.statistical.diary import Diary, assert_same, assert_same_up_to_rounding, differ

SEATED_BY_RULE = sorted(set(RULES) - {"plan"})


def roster_of(extra: dict[int, RosterEntry] | None = None, order: Any = None) -> Roster:
    """The 40 delegates as a list, with others put in at some places."""
    people = settle_people(scenario_of())
    entries = [
        RosterEntry(id=i, group=people.groups[g], line=k + 2)
        for k, (i, g) in enumerate(zip(people.id, people.group, strict=True))
    ]
    if order is not None:
        entries = [entries[k] for k in order]
    for place, entry in (extra or {}).items():
        entries.insert(place, entry)
    return Roster(tuple(entries), ("id", "group"), Path("(test)"))


def diary_of(forum: Forum) -> Diary:
    """Of the whole Forum."""
    diary = Diary(forum)
    forum.run()
    return diary


# -- again ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", SEATED_BY_RULE)
def test_run_again_it_is_the_same(rule):
    one, other = (diary_of(forum_of(seating={"rule": rule})) for _ in range(2))
    assert_same(one, other)
    assert outcomes(one.forum) == pytest.approx(outcomes(other.forum), abs=0, rel=0, nan_ok=True)


def test_another_replicate_or_seed_is_another_forum():
    """The negative control of every comparison here."""
    one = diary_of(forum_of())
    assert differ(one, diary_of(forum_of(replicate=1)))
    assert differ(one, diary_of(forum_of(seed=2)))


# -- somebody more -------------------------------------------------------------------------------

NOBODY_CAME = RosterEntry(id="zz-absent", group="youth", line=99, present=())


@pytest.mark.parametrize("mode", ["deliberation", "consensus"])
@pytest.mark.parametrize("rule", SEATED_BY_RULE)
def test_an_absent_delegate_changes_nothing(rule, mode):
    """Somebody on the list who never comes, first, in the middle or last: to the end of the Summit."""
    blocks = {"seating": {"rule": rule}, "opinion": {"mode": mode}}
    without = diary_of(forum_of(roster=roster_of(), **blocks))
    for place in (0, 17, 40):
        more = diary_of(forum_of(roster=roster_of({place: NOBODY_CAME}), **blocks))
        assert len(more.forum.delegates) == 41
        assert_same(without, more, without=frozenset({"zz-absent"}))


def test_negative_control_a_delegate_who_comes_changes_something():
    extra = RosterEntry(id="zz-absent", group="youth", line=99)
    one = diary_of(forum_of(roster=roster_of()))
    other = diary_of(forum_of(roster=roster_of({17: extra})))
    with pytest.raises(AssertionError):
        assert_same(one, other, without=frozenset({"zz-absent"}))


def test_who_comes_to_one_consultation_only_misses_the_others_plenaries():
    """Sittings 3 and 4 are the second consultation's: nothing is learned at the first or third."""
    entry = RosterEntry(id="zz-guest", group="youth", line=99, present=(3, 4))
    forum = forum_of(
        roster=roster_of({0: entry}),
        population={"no_shows": 0.0, "turnover": 0.0},
        note={"p_read": 0},
    )
    guest = forum.delegates.id.index("zz-guest")
    known = []
    for stage in forum.steps():
        if stage.name == "return to capitals":
            known.append(int(forum.roundtables[1].knows[guest].sum()))
        if stage.name == "arrive":
            present = guest in forum.roundtables[1].present
            assert present == (stage.consultation in (2, 4))
    at_start = forum_of(roster=roster_of({0: entry})).roundtables[1].knows[guest].sum()
    assert at_start == known[0] < known[1] == known[2]


def test_guests_of_the_summit_change_nothing_before_it():
    one = run_until(forum_of(), "arrive", consultation=4)
    other = run_until(forum_of(population={"n_summit": 90}), "arrive", consultation=4)
    n = len(one.delegates)
    a, b = state_of(one), state_of(other)
    for name in a:
        if name.startswith(("voiced", "n_raised")):
            mine, theirs = a[name], b[name]
        elif name in ("trust", "meetings"):
            mine, theirs = a[name], b[name][:n, :n]
        else:
            mine, theirs = a[name], b[name][:n]
        np.testing.assert_array_equal(mine, theirs, err_msg=name)


# -- two seats -----------------------------------------------------------------------------------


def swapped(seating: Seating, a: int, b: int) -> tuple[Seating, list[int]]:
    """The seating with a member of table ``a`` and one of ``b`` in each other's place."""
    tables = [t.copy() for t in seating.tables()]
    tables[a][0], tables[b][-1] = tables[b][-1], tables[a][0]
    return Seating.from_tables(tables), [t for t in range(len(tables)) if t not in (a, b)]


@pytest.mark.parametrize("mode", ["deliberation", "consensus"])
@pytest.mark.parametrize(("a", "b"), [(0, 1), (2, 4), (5, 0)])
def test_two_swapped_seats_leave_every_other_table_alone(mode, a, b):
    """Talk, knowledge, support and trust there: bit for bit, in both sittings, until the plenary."""
    blocks = {
        "roundtables": (1,),
        "opinion": {"mode": mode},
        "process": {"same_tables": True},
        "population": {"no_shows": 0.0},
    }
    one, other = forum_of(**blocks), forum_of(**blocks)
    first, second = Diary(one), Diary(other)
    run_until(one, "talk")
    seating = one.archive.seatings[1, 1, 1]
    new, untouched = swapped(seating, a, b)
    other.seat_plan[1, 1, 1] = new
    for forum in (one, other):
        run_until(forum, "plenary")
    elsewhere = np.concatenate([seating.tables()[t] for t in untouched])
    moved = np.setdiff1d(np.arange(40), elsewhere)
    x, y = state_of(one), state_of(other)
    for name in ("support.1", "knows.1", "learned.1", "anchor.1", "trust", "meetings"):
        np.testing.assert_array_equal(x[name][elsewhere], y[name][elsewhere], err_msg=name)
        if name not in ("anchor.1", "meetings"):
            assert (x[name][moved] != y[name][moved]).any(), name  # negative control
    for sitting in (1, 2):
        mine, theirs = first.talk[1, 1, sitting], second.talk[1, 1, sitting]
        for t in range(len(mine)):
            assert (mine[t] == theirs[t]) == (t in untouched)
    for sitting, (mine, theirs) in enumerate(
        zip(one.roundtables[1].sittings, other.roundtables[1].sittings, strict=True)
    ):
        np.testing.assert_array_equal(
            mine.endorsed[untouched], theirs.endorsed[untouched], err_msg=str(sitting)
        )


def test_one_seat_empty_leaves_every_other_table_alone():
    """Somebody is taken away from his table: the others do not notice before the plenary."""
    blocks = {"roundtables": (1,), "population": {"no_shows": 0.0}, "process": {"n_sittings": 1}}
    one, other = forum_of(**blocks), forum_of(**blocks)
    run_until(one, "talk")
    seating = one.archive.seatings[1, 1, 1]
    tables = seating.tables()
    other.seat_plan[1, 1, 1] = Seating.from_tables([tables[0][1:], *tables[1:]])
    for forum in (one, other):
        run_until(forum, "plenary")
    elsewhere = np.concatenate(tables[1:])
    x, y = state_of(one), state_of(other)
    for name in ("support.1", "knows.1", "trust"):
        np.testing.assert_array_equal(x[name][elsewhere], y[name][elsewhere], err_msg=name)
        assert (x[name][tables[0]] != y[name][tables[0]]).any()


# -- a draw more ---------------------------------------------------------------------------------


def greedy_for_luck(forum: Forum, stage: Stage) -> None:
    """Draws under every name there is, in every stage."""
    for decision in Decision:
        forum.streams.uniform(
            decision,
            forum.delegates.key,
            3,
            consultation=stage.consultation,
            roundtable=stage.roundtable,
            sitting=stage.sitting,
        )


def test_more_draws_change_nothing():
    one, other = forum_of(), forum_of()
    first, second = Diary(one), Diary(other)

    def observe(forum: Forum, stage: Stage) -> None:
        greedy_for_luck(forum, stage)
        second.observe(forum, stage)

    other.observe = observe
    one.run()
    other.run()
    assert_same(first, second)


def test_negative_control_a_generator_with_a_memory(monkeypatch):
    """Were draws taken from one sequence, the same extra draws would be noticed."""

    def run(extra: bool) -> Diary:
        generator = np.random.default_rng(0)
        monkeypatch.setattr(
            Streams,
            "uniform",
            lambda self, decision, person, n_events=1, **stage: generator.random(
                (len(person), n_events)
            ),
        )
        forum = forum_of()
        diary = Diary(forum)
        if extra:
            watch = diary.observe

            def observe(forum: Forum, stage: Stage) -> None:
                greedy_for_luck(forum, stage)
                watch(forum, stage)

            forum.observe = observe
        forum.run()
        return diary

    assert not differ(run(False), run(False))
    assert differ(run(False), run(True))


def test_longer_sittings_begin_as_shorter_ones_do():
    """The first 30 turns of 45 are the 30 of a shorter sitting: turns are named, not counted off."""
    short, long = (
        run_until(forum_of(discussion={"n_turns": n}), "form opinions") for n in (30, 45)
    )
    a, b = (f.roundtables[1].sittings[0].log for f in (short, long))
    for name, mine, theirs in zip(a._fields, a, b, strict=True):
        np.testing.assert_array_equal(mine, theirs[:, :30], err_msg=name)


# -- a lever -------------------------------------------------------------------------------------

LEVERS: list[tuple[dict[str, Any], str, dict[str, int]]] = [
    ({"seating": {"rule": "caucus"}}, "seat", {}),
    ({"seating": {"table_size": (3, 4)}}, "seat", {}),
    ({"discussion": {"facilitation": 0.8}}, "talk", {}),
    ({"discussion": {"learning": 0.9}}, "talk", {}),
    ({"discussion": {"turn_taking": "round"}}, "talk", {}),
    ({"opinion": {"table_pull": 0.3}}, "form opinions", {}),
    ({"opinion": {"mode": "consensus"}}, "form opinions", {}),
    ({"trust": {"gain": 0.6}}, "build trust", {}),
    ({"plenary": {"points_reported": 1}}, "plenary", {}),
    ({"plenary": {"rule": "silent"}}, "plenary", {}),
    ({"note": {"capacity": 3}}, "write the note", {}),
    ({"note": {"p_read": 0.1}}, "open with the notes", {"consultation": 2}),
    ({"population": {"turnover": 0.5}}, "turnover", {"consultation": 2}),
    ({"population": {"no_shows": 0.4}}, "arrive", {"consultation": 1}),
    ({"process": {"n_consultations": 2}}, "turnover", {"consultation": 2}),
    ({"adoption": {"share_overall": 0.9}}, "adopt solutions", {}),
    ({"partnering": {"intercept": -1.0}}, "form partnerships", {}),
]


@pytest.mark.parametrize(("lever", "name", "where"), LEVERS, ids=lambda v: str(v))
def test_before_it_bites_a_lever_changes_nothing(lever, name, where):
    """Same start, same luck, bit for bit, up to the stage that the lever is about; then it shows."""
    one, other = Diary(forum_of()), Diary(forum_of(**lever))
    for diary in (one, other):
        run_until(diary.forum, name, **where)
    if "process" not in lever:
        assert_same(one, other)
    np.testing.assert_equal(state_of(one.forum), state_of(other.forum))
    one.forum.run()
    other.forum.run()
    assert differ(one, other)


def test_who_leaves_at_a_low_rate_leaves_at_a_high_one():
    """Turnover and absences of two designs are nested: the luck is the same, the bar is higher."""
    for block in ("turnover", "no_shows"):
        low, high = (
            run_until(forum_of(population={block: p}), "return to capitals", consultation=2)
            for p in (0.15, 0.4)
        )
        if block == "turnover":
            few, many = (f.delegates.joined == 2 for f in (low, high))
        else:
            few, many = (~f.attendance for f in (low, high))
        assert few.sum() < many.sum()
        assert not (few & ~many).any()


UNTOUCHED: list[tuple[dict[str, Any], tuple[str, ...], str]] = [
    (
        {"adoption": {"share_overall": 0.8, "share_each_group": 0.7}},
        ("convergence", "voice", "continuity", "variance_end", "knowledge_end", "pairs_met"),
        "solutions",
    ),
    (
        {"partnering": {"intercept": -1.0}},
        ("convergence", "solutions", "voice", "continuity", "knowledge_end", "pairs_met"),
        "partnerships",
    ),
    ({"note": {"capacity": 2}}, ("voice", "pairs_met", "mean_table_size"), "continuity"),
    ({"plenary": {"p_learn": 0.9}}, ("voice", "pairs_met", "pairs_met_again"), "knowledge_end"),
    ({"discussion": {"learning": 0.9}}, ("voice", "pairs_met"), "knowledge_end"),
    ({"discussion": {"facilitation": 0.8}}, ("pairs_met", "pairs_met_across_groups"), "voice"),
    ({"trust": {"gain": 0.6}}, ("voice", "pairs_met"), "convergence"),
    ({"opinion": {"argument_weight": 0.4}}, ("voice", "pairs_met"), "convergence"),
]


@pytest.mark.parametrize(("lever", "same", "moved"), UNTOUCHED, ids=lambda v: str(v))
def test_a_measure_out_of_a_levers_reach_differs_by_exactly_nothing(lever, same, moved):
    """In each of six replicates; and the measure the lever is for moves in some."""
    easy = {"adoption": {"share_overall": 0.5, "share_each_group": 0.2}}
    merged = {**easy, **lever}
    differences = []
    for r in range(6):
        one, other = (outcomes(forum_of(replicate=r, **b).run()) for b in (easy, merged))
        for name in same:
            assert one[name] == other[name], name
        differences.append(one[moved] - other[moved])
    assert any(d != 0.0 for d in differences)


# -- other names, other places -------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["deliberation", "consensus"])
@pytest.mark.parametrize("rule", SEATED_BY_RULE)
def test_the_order_of_the_list_does_not_matter(rule, mode):
    """The roster shuffled: the same people do the same things, to the end of the Summit."""
    blocks = {"seating": {"rule": rule}, "opinion": {"mode": mode}}
    one = diary_of(forum_of(roster=roster_of(), **blocks))
    for seed in (1, 2):
        order = np.random.default_rng(seed).permutation(40)
        assert_same_up_to_rounding(one, diary_of(forum_of(roster=roster_of(order=order), **blocks)))


def test_another_name_is_another_person():
    """The negative control: luck follows the id."""
    one = roster_of()
    renamed = [RosterEntry(id=e.id.upper(), group=e.group, line=e.line) for e in one.entries]
    a = forum_of(roster=one)
    b = forum_of(roster=Roster(tuple(renamed), one.columns, one.path))
    assert (a.roundtables[1].support != b.roundtables[1].support).any()


@pytest.mark.parametrize("phases", [True, False])
@pytest.mark.parametrize("mode", ["deliberation", "consensus"])
def test_the_numbers_of_the_tables_do_not_matter(mode, phases):
    """All tables of all sittings numbered anew: the same outcome, bit for bit."""
    blocks = {"opinion": {"mode": mode}, "process": {"phases": phases}}
    one, other = diary_of(forum_of(**blocks)), forum_of(**blocks)
    rng = np.random.default_rng(4)
    for key, seating in one.forum.archive.seatings.items():
        tables = seating.tables()
        other.seat_plan[key] = Seating.from_tables(
            [tables[t] for t in rng.permutation(len(tables))]
        )
    assert_same(one, diary_of(other))
