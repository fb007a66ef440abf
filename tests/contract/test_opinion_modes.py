"""What both opinion modes promise, and the settings under which nobody moves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gfmd_sim.forum import Forum
from gfmd_sim.pairs import sit_down
from gfmd_sim.records import Seating
from tests.contract.forums import forum_of, run_until, state_of

MODES = ("deliberation", "consensus")
every_mode = pytest.mark.parametrize("mode", MODES)
FIRST = {"consultation": 1, "roundtable": 1, "sitting": 1}


def before_opinions(mode: str, replicate: int = 0, **blocks: object) -> Forum:
    opinion = {"mode": mode, **blocks.pop("opinion", {})}  # type: ignore[dict-item]
    forum = forum_of(replicate=replicate, opinion=opinion, **blocks)
    return run_until(forum, "form opinions", **FIRST)


@every_mode
def test_only_the_support_of_those_at_this_roundtable_moves(mode):
    forum = before_opinions(mode)
    before = state_of(forum)
    seated = forum.archive.seatings[1, 1, 1].seat
    away = np.setdiff1d(np.arange(len(forum.delegates)), seated)
    assert len(away)
    forum.step()
    after = state_of(forum)
    for name in before:
        if name != "support.1":
            np.testing.assert_array_equal(before[name], after[name], err_msg=name)
    np.testing.assert_array_equal(before["support.1"][away], after["support.1"][away])
    assert (before["support.1"][seated] != after["support.1"][seated]).any()


@every_mode
@pytest.mark.parametrize("replicate", range(5))
def test_support_stays_a_share(mode, replicate):
    forum = forum_of(
        replicate=replicate,
        opinion={"mode": mode, "table_pull": 1.0, "argument_weight": 1.0, "prior_weight": 0.0},
        population={"support_sd": 0.8},
    )
    for _ in forum.steps():
        for state in forum.roundtables.values():
            assert state.support.min() >= 0.0
            assert state.support.max() <= 1.0
            assert state.anchor.min() >= 0.0
            assert state.anchor.max() <= 1.0


@every_mode
def test_same_luck_same_opinions(mode):
    one, other = (before_opinions(mode) for _ in range(2))
    one.step()
    other.step()
    np.testing.assert_equal(state_of(one), state_of(other))
    third = before_opinions(mode, replicate=1)
    third.step()
    assert (third.roundtables[1].support != one.roundtables[1].support).any()


@every_mode
def test_tables_are_islands(mode):
    """What is thought and learned at one table does not touch another."""
    forum, changed = before_opinions(mode), before_opinions(mode)
    tables = forum.archive.seatings[1, 1, 1].tables()
    state = changed.roundtables[1]
    state.support[tables[0]] = 0.99
    state.learned[tables[0]] = 1
    forum.step()
    changed.step()
    a, b = forum.roundtables[1].support, state.support
    assert (a[tables[0]] != b[tables[0]]).any()
    elsewhere = np.concatenate(tables[1:])
    np.testing.assert_array_equal(a[elsewhere], b[elsewhere])


@every_mode
def test_tables_have_no_rank(mode):
    forum, changed = before_opinions(mode), before_opinions(mode)
    record = changed.roundtables[1].sittings[0]
    tables = record.seating.tables()
    order = np.random.default_rng(1).permutation(len(tables))
    turned = replace(
        record,
        seating=Seating.from_tables([tables[t] for t in order]),
        log=type(record.log)(*(field[order] for field in record.log)),
    )
    state = changed.roundtables[1]
    state.sittings[0] = turned
    changed.pairs, state.mates = sit_down(changed.pairs, turned.seating.seat, turned.seating.start)
    forum.step()
    changed.step()
    np.testing.assert_array_equal(forum.roundtables[1].support, changed.roundtables[1].support)


@every_mode
def test_of_one_mind_and_nothing_new_nobody_moves(mode):
    """Unanimous tables that learn nothing are at rest, whatever the weights."""
    forum = before_opinions(
        mode, population={"support_sd": 0.0, "group_lean_sd": 0.0}, discussion={"n_turns": 0}
    )
    before = forum.roundtables[1].support.copy()
    forum.step()
    np.testing.assert_allclose(forum.roundtables[1].support, before, rtol=0, atol=1e-15)


def test_null_answer_of_deliberation():
    """No weight on the table's views nor on arguments: nobody ever moves."""
    forum = before_opinions(
        "deliberation",
        opinion={"table_pull": 0.0, "argument_weight": 0.0},
        population={"turnover": 0.0},
    )
    before = forum.roundtables[1].support.copy()
    forum.run()
    np.testing.assert_allclose(forum.roundtables[1].support, before, rtol=0, atol=1e-15)


def test_null_answer_closed_minds():
    """With susceptibility 0 nobody leaves his anchor."""
    groups = {g: {"share": 1.0, "susceptibility": 0.0} for g in ("states", "youth")}
    forum = before_opinions("deliberation", population={"groups": groups, "turnover": 0.0})
    before = forum.roundtables[1].support.copy()
    forum.run()
    np.testing.assert_allclose(forum.roundtables[1].support, before, rtol=0, atol=1e-15)


def test_null_answer_of_consensus():
    """No pull towards what was agreed, no weight on arguments: nobody moves."""
    forum = before_opinions(
        "consensus", opinion={"argument_weight": 0.0}, experimental={"consensus_pull": 0.0}
    )
    before = forum.roundtables[1].support.copy()
    forum.step()
    np.testing.assert_allclose(forum.roundtables[1].support, before, rtol=0, atol=1e-15)


@every_mode
@pytest.mark.parametrize(
    ("population", "table_size"),
    [
        ({"n_delegates": 3, "no_shows": 0.0}, (1, 1)),  # everybody alone
        ({"n_delegates": 3, "no_shows": 0.0}, (3, 3)),
        ({"n_delegates": 3, "no_shows": 0.9}, (2, 3)),  # often nobody comes
        ({"n_delegates": 600, "no_shows": 0.0}, (600, 600)),
    ],
    ids=["alone", "one table", "empty room", "one huge table"],
)
def test_any_room(mode, population, table_size):
    for replicate in range(4):
        forum = forum_of(
            replicate=replicate,
            opinion={"mode": mode},
            population=population,
            seating={"table_size": table_size},
            discussion={"n_turns": 10},
        ).run()
        for state in forum.roundtables.values():
            assert np.isfinite(state.support).all()
