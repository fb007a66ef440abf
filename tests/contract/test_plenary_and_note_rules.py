"""What every plenary rule and every note rule promises, the null answers included."""

from __future__ import annotations

import copy

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gfmd_sim.forum import Forum
from gfmd_sim.note import RULES as NOTE_RULES
from gfmd_sim.note import write_note
from gfmd_sim.plenary import RULES as PLENARY_RULES
from gfmd_sim.plenary.tables import SittingRecord
from gfmd_sim.records import Reports, Seating
from gfmd_sim.talk.kernel import TalkLog
from tests.contract.forums import forum_of, run_until

UNLIMITED = {"every_point"}  # pays no heed to the capacity
every_plenary = pytest.mark.parametrize("name", PLENARY_RULES)
every_note = pytest.mark.parametrize("name", NOTE_RULES)


def before_plenary(**blocks: object) -> Forum:
    return run_until(forum_of(**blocks), "plenary", consultation=1)


def reports_of(name: str, forum: Forum, n_points: int = 3) -> Reports:
    state = forum.roundtables[1]
    return PLENARY_RULES[name](state.sittings, state.topics, forum.delegates.group, n_points)


# -- plenary -------------------------------------------------------------------------------------


@every_plenary
@pytest.mark.parametrize("n_points", [0, 1, 3, 1000])
@pytest.mark.parametrize(
    "blocks",
    [
        {},
        {"population": {"n_delegates": 5}},  # one table
        {"seating": {"table_size": (2, 2)}},
        {"discussion": {"n_turns": 0}},  # nobody speaks
        {"agenda": {"n_solutions": 4, "n_roundtables": 2, "proposals": False}},  # nothing to say
    ],
    ids=["many tables", "one table", "pairs", "no turns", "no items"],
)
def test_reports_are_of_what_was_said(name, n_points, blocks):
    """Account, item, number of mentions and the group that raised it first are those of the log."""
    forum = before_plenary(**blocks)
    state = forum.roundtables[1]
    reports = reports_of(name, forum, n_points)
    assert len(reports) == len(list(reports.rows()))
    places = list(zip(reports.sitting, reports.table, reports.account, strict=True))
    assert len(set(places)) == len(places)
    assert not reports.is_endorsed.any()
    for r in reports.rows():
        sitting = state.sittings[r.sitting - 1]
        said = sitting.log.argument[r.table]
        assert r.n_voiced == (said == r.account).sum() > 0
        assert r.item == state.topics.item[r.account]
        first = sitting.log.speaker[r.table][np.argmax(said == r.account)]
        assert r.group == forum.delegates.group[first]
    if name == "silent":
        assert not places
    elif name == "strongest_points" and places:
        counts = np.unique([p[:2] for p in places], axis=0, return_counts=True)[1]
        assert counts.max() <= n_points
    elif name == "everything":
        aired = sum(int((s.mentions > 0).sum()) for s in state.sittings)
        assert len(places) == (aired if n_points else len(places))


@every_plenary
def test_plenary_is_repeatable_and_writes_nothing(name):
    forum = before_plenary()
    state = forum.roundtables[1]
    before = copy.deepcopy(state.sittings)
    one, other = reports_of(name, forum), reports_of(name, forum)
    np.testing.assert_array_equal(one.columns, other.columns)
    for kept, now in zip(before, state.sittings, strict=True):
        np.testing.assert_equal(tuple(kept.log), tuple(now.log))
        for field in ("mentions", "raised_by", "endorsed"):
            np.testing.assert_array_equal(getattr(kept, field), getattr(now, field))
        np.testing.assert_array_equal(kept.seating.seat, now.seating.seat)


@every_plenary
def test_no_sitting_no_report(name):
    forum = before_plenary()
    topics = forum.roundtables[1].topics
    assert len(PLENARY_RULES[name]([], topics, forum.delegates.group, 3).account) == 0


def with_tables_in_order(s: SittingRecord, order: np.ndarray) -> SittingRecord:
    """The same sitting with its tables numbered anew."""
    tables = s.seating.tables()
    return SittingRecord(
        s.sitting,
        Seating.from_tables([tables[t] for t in order]),
        TalkLog(*(field[order] for field in s.log)),
        s.mentions[order],
        s.raised_by[order],
        s.endorsed[order],
    )


@every_plenary
def test_tables_have_no_rank(name):
    """Numbered anew, the same tables report the same."""
    forum = before_plenary()
    state = forum.roundtables[1]
    rng = np.random.default_rng(3)
    order = [rng.permutation(s.seating.n_tables) for s in state.sittings]
    shuffled = [with_tables_in_order(s, o) for s, o in zip(state.sittings, order, strict=True)]
    group = forum.delegates.group
    one = PLENARY_RULES[name](state.sittings, state.topics, group, 3)
    other = PLENARY_RULES[name](shuffled, state.topics, group, 3)
    back = [int(order[r.sitting - 1][r.table]) for r in other.rows()]

    def rows(reports: Reports, table: list[int]) -> set[tuple[int, ...]]:
        return {
            (r.sitting, t, r.account, r.item, r.group, r.n_voiced)
            for r, t in zip(reports.rows(), table, strict=True)
        }

    assert rows(one, one.table.tolist()) == rows(other, back)


# -- note ----------------------------------------------------------------------------------------


@st.composite
def any_reports(draw: st.DrawFn) -> Reports:
    """Reports of up to 6 tables in 2 sittings on up to 8 items; some are endorsements."""
    rows = draw(
        st.lists(
            st.tuples(
                st.integers(0, 7),
                st.integers(0, 1),
                st.integers(1, 2),
                st.integers(0, 5),
                st.integers(0, 3),
                st.integers(0, 5),
                st.booleans(),
            ),
            max_size=40,
            unique_by=lambda r: (r[0] * 2 + r[1], r[2], r[3], r[6]),
        )
    )
    columns = np.array(rows, dtype=np.int32).reshape(len(rows), 7).T
    item, copy_, sitting, table, group, voiced, is_endorsed = columns
    account = np.where(is_endorsed, -1, item * 2 + copy_)
    n_voiced = np.where(is_endorsed, 0, voiced + 1)
    fields = [account, item, sitting, table, group, n_voiced, is_endorsed]
    return Reports(np.array(fields, dtype=np.int32))


def in_order(reports: Reports, order: np.ndarray) -> Reports:
    return Reports(reports.columns[:, order])


@every_note
@given(reports=any_reports(), capacity=st.integers(0, 10))
def test_a_note_keeps_items_that_were_reported(name, reports, capacity):
    before = copy.deepcopy(reports)
    items = NOTE_RULES[name](reports, capacity)
    assert items.dtype == np.int32
    assert len(set(items.tolist())) == len(items)
    assert set(items.tolist()) <= set(reports.item.tolist())
    if name == "blank":
        assert len(items) == 0
    elif name in UNLIMITED:
        assert set(items.tolist()) == set(reports.item.tolist())
    else:
        assert len(items) == min(capacity, len(set(reports.item.tolist())))
    np.testing.assert_array_equal(reports.columns, before.columns)
    np.testing.assert_array_equal(items, NOTE_RULES[name](reports, capacity))


@every_note
@given(reports=any_reports(), capacity=st.integers(0, 10), seed=st.integers(0, 99))
def test_the_order_of_the_reports_does_not_matter(name, reports, capacity, seed):
    order = np.random.default_rng(seed).permutation(len(reports.item))
    one = NOTE_RULES[name](reports, capacity)
    np.testing.assert_array_equal(one, NOTE_RULES[name](in_order(reports, order), capacity))


@every_note
@given(reports=any_reports(), capacity=st.integers(0, 10))
def test_a_larger_note_keeps_what_a_smaller_one_does(name, reports, capacity):
    small, large = (NOTE_RULES[name](reports, c) for c in (capacity, capacity + 1))
    np.testing.assert_array_equal(small, large[: len(small)])


@every_note
@given(reports=any_reports(), capacity=st.integers(0, 10))
def test_every_point_of_a_note_knows_where_it_comes_from(name, reports, capacity):
    """All that was reported of the items kept is in the note, and nothing else."""
    note = write_note(reports, NOTE_RULES[name], capacity, 1, 2)
    kept = set(note.items.tolist())
    expected = [r for r in reports.rows() if r.item in kept]
    assert list(note.reports.rows()) == expected
    assert note.accounts.tolist() == sorted({r.account for r in expected if r.account >= 0})
    points = note.points()
    assert [p.item for p in points] == note.items.tolist()
    for point in points:
        assert point.n_tables == len(
            {(r.sitting, r.table) for r in expected if r.item == point.item}
        )
        assert point.reports


def test_fair_share_lets_every_group_in():
    """The negative control: the most reported items alone may leave a small group out."""
    large = [(a, a, 1, t, 0, 5, False) for a in range(4) for t in range(5)]
    small = [(9, 9, 1, 5, 1, 1, False)]
    reports = Reports(np.array(large + small, dtype=np.int32).T)
    assert 9 in NOTE_RULES["fair_share"](reports, 4)
    assert 9 not in NOTE_RULES["most_reported"](reports, 4)
