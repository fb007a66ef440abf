"""What every registered seating rule promises, whatever the room."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gfmd_sim.records import Seating
from gfmd_sim.seating.room import Room, fill_up, table_sizes
from gfmd_sim.seating.rules import RULES, register
from tests.contract.rooms import (
    GROUPS,
    fits,
    forum_of,
    frozen_copy,
    is_partition,
    is_well_formed,
    least_seats,
    room_of,
    same_tables,
)

OWN_SHAPE = {"caucus", "caucus_first", "regional"}  # one kind a table, so tables of other sizes
GIVEN_SHAPE = {"plan"}  # as the organiser has it
ROOMS = [
    (2, (1, 1)),
    (2, (2, 2)),
    (3, (2, 4)),
    (5, (5, 8)),
    (9, (5, 8)),
    (24, (24, 24)),
    (47, (5, 8)),
    (120, (5, 8)),
    (121, (2, 3)),
    (1000, (5, 8)),
]
every_rule = pytest.mark.parametrize("name", RULES)


def cases() -> list[tuple[int, tuple[int, int], str]]:
    return [
        (n, size, make_up)
        for n, size in ROOMS
        for make_up, shares in GROUPS.items()
        if n >= 16 * len(shares) or len(shares) <= 2
    ]


@every_rule
@pytest.mark.parametrize(("n", "size", "make_up"), cases(), ids=str)
def test_everybody_present_has_one_seat(name, n, size, make_up):
    forum = forum_of(n, size, GROUPS[make_up])
    room = room_of(forum)
    seating = RULES[name](room)
    assert is_partition(seating, room.present)
    assert is_well_formed(seating)
    if name not in OWN_SHAPE | GIVEN_SHAPE:
        assert sorted(seating.sizes) == sorted(room.sizes)
    if name in GIVEN_SHAPE:
        assert same_tables(
            seating, Seating.from_table_of(np.arange(n, dtype=np.int32) % len(room.sizes))
        )


@pytest.mark.parametrize("name", sorted(OWN_SHAPE))
@pytest.mark.parametrize(("n", "make_up"), [(40, "two halves"), (120, "as at the Forum")])
def test_caucus_shapes(name, n, make_up):
    """One kind a table where it fills one; those too few share, or join the smallest tables."""
    forum = forum_of(n, (5, 8), GROUPS[make_up])
    room = room_of(forum)
    code = forum.delegates.code["region"] if name == "regional" else forum.delegates.group
    seating = RULES[name](room)
    count = np.bincount(code)
    for kind in np.flatnonzero(count >= 5):
        tables = [t for t in seating.tables() if (code[t] == kind).any()]
        pure = sum((code[t] == kind).all() for t in tables)
        assert pure >= len(tables) - (count[count < 5]).sum()
    least = min([least_seats(int(c), 5, 8) for c in count if c >= 5], default=5)
    assert seating.sizes.min() >= least
    few = int(count[count < 5].sum())
    assert seating.sizes.max() <= (8 if few == 0 or few >= 5 else 8 + few)


def test_caucus_first_mixes_afterwards():
    forum = forum_of(48, (6, 6), {"states": 1, "youth": 1})
    group = forum.delegates.group
    first = RULES["caucus_first"](room_of(forum))
    later = RULES["caucus_first"](room_of(forum, sitting=2, opening=first))
    assert all(len(set(group[t])) == 1 for t in first.tables())
    assert all(np.bincount(group[t]).tolist() == [3, 3] for t in later.tables())


@every_rule
@pytest.mark.parametrize("n_absent", [1, 7, 30, 59])
def test_no_table_is_short_for_want_of_no_shows(name, n_absent):
    """60 invited to tables of 5 to 8; whoever stays away leaves no table under 5, if 5 come."""
    forum = forum_of(60, (5, 8), GROUPS["two halves"])
    opening = RULES[name](room_of(forum))
    rng = np.random.default_rng(n_absent)
    present = np.sort(rng.permutation(60)[n_absent:]).astype(np.int32)
    room = room_of(forum, sitting=2, present=present, opening=opening)
    seating = RULES[name](room)
    assert is_partition(seating, present)
    if name in OWN_SHAPE:
        kinds = forum.delegates.code["region" if name == "regional" else "group"][present]
        counts = [c for c in np.bincount(kinds) if c >= 5] or [len(present)]
        assert seating.sizes.min() >= min(5, *(least_seats(int(c), 5, 8) for c in counts))
    elif fits(len(present), 5, 8):
        assert seating.sizes.min() >= 5
    else:
        assert seating.sizes.min() >= least_seats(len(present), 5, 8)


@given(st.integers(1, 400), st.integers(1, 12), st.integers(0, 8))
def test_table_sizes_cover_everybody_within_the_range_where_one_can(n, smallest, more):
    largest = smallest + more
    if n < smallest:
        return
    sizes = table_sizes(n, smallest, largest)
    assert sizes.sum() == n
    assert sizes.max() - sizes.min() <= 1
    assert sizes.max() <= largest
    if fits(n, smallest, largest):
        assert sizes.min() >= smallest


@given(
    st.lists(st.integers(-1, 9), min_size=2, max_size=60),
    st.sets(st.integers(0, 59)),
    st.integers(1, 8),
)
def test_filled_up_tables_seat_all_and_leave_none_short(table_of, absent, smallest):
    present = np.array([i for i in range(len(table_of)) if i not in absent], dtype=np.int32)
    if len(present) == 0:
        return
    meant = np.unique([t for t in table_of if t >= 0], return_counts=True)[1]
    seating = fill_up(np.array(table_of, dtype=np.int32), present, smallest)
    assert is_partition(seating, present)
    assert seating.sizes.min() >= min([smallest, len(present), *meant.tolist()])


def test_a_plan_is_kept_as_it_stands():
    """Tables meant for 4 stay, though the room's range is 5 to 8; one that lost a member does not."""
    table_of = np.repeat(np.arange(5), 4).astype(np.int32)
    everybody = np.arange(20, dtype=np.int32)
    assert fill_up(table_of, everybody, 5).sizes.tolist() == [4, 4, 4, 4, 4]
    assert 3 not in fill_up(table_of, everybody[1:], 5).sizes


@every_rule
def test_same_luck_same_seating(name):
    """Called again, after all the others, on the same room or on one built anew."""
    forum = forum_of(60)
    opening = RULES["random"](room_of(forum))
    once = RULES[name](room_of(forum, 2, opening=opening))
    np.random.seed(1)  # noqa: NPY002  global state that no rule may look at
    for rule in RULES.values():
        rule(room_of(forum, 2, opening=opening))
    np.random.seed(2)  # noqa: NPY002
    again = RULES[name](room_of(forum, 2, opening=opening))
    anew = RULES[name](room_of(forum_of(60), 2, opening=opening))
    for other in (again, anew):
        np.testing.assert_array_equal(once.seat, other.seat)
        np.testing.assert_array_equal(once.start, other.start)


@pytest.mark.parametrize("name", sorted(set(RULES) - GIVEN_SHAPE))
def test_other_luck_other_seating(name):
    """The negative control of the test above."""
    one, other = (RULES[name](room_of(forum_of(60, replicate=r))) for r in (0, 1))
    assert not same_tables(one, other)


@every_rule
def test_nobody_who_is_absent_matters(name):
    """Whatever an absent delegate is, thinks, or draws: the others sit where they sat."""
    forum = forum_of(60)
    present = np.arange(55, dtype=np.int32)
    opening = RULES["random"](room_of(forum, present=present))
    room = room_of(forum, 2, present=present, opening=opening)
    before = RULES[name](room)
    away = slice(55, None)
    delegates = replace(
        room.delegates,
        key=np.r_[room.delegates.key[:55], room.delegates.key[55:] + 1].astype(np.uint32),
        code={k: np.r_[v[:55], v[55:] * 0] for k, v in room.delegates.code.items()},
    )
    support, meetings = room.support.copy(), room.meetings.copy()
    support[away] = 0.77
    meetings[away, :] = meetings[:, away] = 9
    changed = replace(
        room,
        delegates=delegates,
        support=support,
        pairs=room.pairs._replace(meetings=meetings),
        balance=np.hstack([room.balance[:, :55], room.balance[:, 55:] * 0]),
    )
    after = RULES[name](changed)
    np.testing.assert_array_equal(before.seat, after.seat)
    np.testing.assert_array_equal(before.start, after.start)


def test_optimised_tables_are_balanced_and_full_of_new_faces():
    """No table is off its share where the simple rule's are, and fewer pairs meet again."""
    worse = []
    for name in ("balanced_fresh", "optimised"):
        forum = forum_of(90, (5, 8), GROUPS["as at the Forum"])
        off = again = 0
        met = np.zeros((90, 90), dtype=np.uint16)
        for sitting in (1, 2, 3):
            room = room_of(forum, sitting)
            room = replace(room, pairs=room.pairs._replace(meetings=met.copy()))
            seating = RULES[name](room)
            for t in seating.tables():
                for code in room.balance:
                    share = np.bincount(code) * len(t) / 90
                    held = np.bincount(code[t], minlength=len(share))
                    off += int((np.floor(share + 1e-9) - held).clip(0).sum())
                    off += int((held - np.ceil(share - 1e-9)).clip(0).sum())
                again += int((met[np.ix_(t, t)] > 0).sum()) // 2
                met[np.ix_(t, t)] += 1
                met[t, t] = 0
        worse.append((off, again))
    assert worse[0][0] > 0
    assert worse[1][0] == 0
    assert worse[1][1] <= worse[0][1]


def test_one_persons_luck_changes_nobody_elses_number():
    """In a random seating the others keep their order, whoever joins or leaves."""
    forum = forum_of(60, (5, 5))
    everybody = room_of(forum)
    fewer = room_of(forum, present=np.delete(everybody.present, 7))
    order = everybody.present[np.argsort(everybody.luck())]
    shorter = fewer.present[np.argsort(fewer.luck())]
    np.testing.assert_array_equal(order[order != 7], shorter)


@every_rule
def test_rules_do_not_write_into_the_room(name):
    forum = forum_of(60)
    opening = RULES["random"](room_of(forum))
    present = np.delete(np.arange(60, dtype=np.int32), [3, 40])
    room = room_of(forum, 2, present=present, opening=opening)
    before = frozen_copy(room)
    RULES[name](room)
    np.testing.assert_equal(frozen_copy(room), before)


@every_rule
@settings(max_examples=15)
@given(data=st.data())
def test_any_room(name, data):
    """2 to 200 people, any range of table sizes, anybody absent, first sitting or later."""
    n = data.draw(st.integers(2, 200), "people")
    smallest = data.draw(st.integers(1, min(n, 12)), "smallest")
    largest = data.draw(st.integers(smallest, 15), "largest")
    replicate = data.draw(st.integers(0, 5), "replicate")
    forum = forum_of(n, (smallest, largest), GROUPS["two halves"], replicate)
    opening = RULES["balanced"](room_of(forum)) if data.draw(st.booleans(), "later") else None
    absent = data.draw(st.integers(0, n - 1), "absent")
    rng = np.random.default_rng(absent)
    present = np.sort(rng.permutation(n)[absent:]).astype(np.int32)
    seating = RULES[name](room_of(forum, 2 if opening else 1, present, opening))
    assert is_partition(seating, present)
    assert is_well_formed(seating)


def test_a_rule_from_outside():
    """Registering makes it known; a taken name is refused; and the contract finds what is broken."""

    def nobody_moves_in(room: Room) -> Seating:
        return Seating.from_tables([room.present[:-1]])

    register("test_only", nobody_moves_in)
    try:
        assert RULES["test_only"] is nobody_moves_in
        with pytest.raises(ValueError, match="already"):
            register("test_only", RULES["random"])
        room = room_of(forum_of(20))
        assert not is_partition(RULES["test_only"](room), room.present)
    finally:
        del RULES["test_only"]
