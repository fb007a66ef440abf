"""Repair on the day, and the front of balance against encounters."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from gfmd_sim.errors import SeatingError
from gfmd_sim.seating.search import FixedSeat, check, pareto, repair, solve
from gfmd_sim.seating.search import front as front_module
from tests.seating.generators import problem


def test_a_few_missing_move_nobody():
    p = problem(48, size=8, sittings=3)
    plan = solve(p, steps=100_000).plan
    missing = [int(np.flatnonzero(plan[1] == t)[0]) for t in range(3)]
    found = repair(p, plan, absent=missing[:2], late=missing[2:], sitting=1)
    assert found.moves == ()
    assert (found.plan[0] == plan[0]).all()
    assert (found.plan[1:, missing[:2]] == -1).all()
    assert found.plan[1, missing[2]] == -1
    assert found.plan[2, missing[2]] == plan[2, missing[2]]
    assert found.after.is_valid
    assert found.encounters_lost > 0


def test_an_emptied_table_is_filled_with_as_many_moves_as_seats_are_short():
    p = problem(48, size=8, sittings=2, apart=((0, 1),), together=((2, 3),))
    p = dataclasses.replace(p, fixed=(FixedSeat(4, 1, host=True),))
    plan = solve(p, steps=100_000).plan
    gone = [int(i) for i in np.flatnonzero(plan[0] == 0)[:5]]
    found = repair(p, plan, absent=gone, smallest=6)
    left = np.bincount(np.delete(plan[0], gone), minlength=6)
    short = sum(
        int(np.maximum(6 - np.bincount(np.delete(row, gone), minlength=6), 0).sum()) for row in plan
    )
    assert left[0] == 3
    assert len(found.moves) == short
    assert found.after.is_valid, found.after.violations
    moved = {m.delegate for m in found.moves}
    assert not moved & {2, 3, 4}
    changed = (found.plan != plan) & (found.plan >= 0)
    assert int(changed.sum()) == short


def test_a_missing_host_is_named():
    p = problem(24, size=6, sittings=2, fixed=(FixedSeat(5, 2, host=True),))
    plan = solve(p, steps=50_000).plan
    assert repair(p, plan, absent=[5], sitting=1).hostless == ((1, 2),)


def test_what_cannot_be_repaired_says_so():
    p = problem(24, size=6, sittings=1)
    plan = solve(p, steps=50_000).plan
    locked = tuple(FixedSeat(i, int(plan[0, i])) for i in range(24))
    q = dataclasses.replace(p, locked=locked)
    gone = [int(i) for i in np.flatnonzero(plan[0] == 0)[:4]]
    with pytest.raises(SeatingError, match="nobody may be moved"):
        repair(q, plan, absent=gone)
    with pytest.raises(SeatingError, match="does not fit"):
        repair(p, plan * 0)


def test_no_point_of_the_front_beats_another():
    p = problem(40, size=5)
    front = pareto(p, steps=3_000_000, seed=2).points
    assert len(front) >= 3
    for one, two in zip(front, front[1:], strict=False):
        assert one.excess < two.excess
        assert one.repeat_cost > two.repeat_cost
    for point in front:
        judged = check(p, point.plan)
        assert judged.is_valid
        assert (judged.excess, judged.distinct) == (point.excess, point.distinct)


@pytest.mark.parametrize("when", [0, 2])
def test_a_front_that_is_stopped_keeps_what_it_has(when, monkeypatch):
    p = problem(40, size=5)
    whole = front_module.anneal  # the front's own: the search before it is not counted
    calls = []

    def interrupted(*arguments):
        if len(calls) == when:
            raise KeyboardInterrupt
        calls.append(1)
        return whole(*arguments)

    monkeypatch.setattr(front_module, "solve", lambda p, s, **o: solve(p, None, steps=50_000))
    monkeypatch.setattr(front_module, "anneal", interrupted)
    found = pareto(p, steps=3_000_000)
    assert found.is_stopped
    assert len(calls) == when
    assert found.points
    assert all(check(p, point.plan).is_valid for point in found.points)
