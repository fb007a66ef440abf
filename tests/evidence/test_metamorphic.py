"""Relations between runs that must hold whatever the numbers are."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gfmd_sim.evidence.a1r import forum_of
from gfmd_sim.evidence.limits import starting
from gfmd_sim.forum import Forum
from gfmd_sim.records import Seating
from gfmd_sim.scenario.files import load_agenda, load_scenario
from gfmd_sim.scenario.roster import Roster
from gfmd_sim.scenario.schema import Scenario
from gfmd_sim.setup import Setup
from gfmd_sim.streams import Streams

N = 24


def _scenario() -> Scenario:
    return Scenario.model_validate({
        "name": "metamorphic",
        "roundtables": (1,),
        "agenda": {"n_solutions": 3, "challenges": 1, "practices": 1},
        "population": {"n_delegates": N, "groups": {"everybody": {}}, "no_shows": 0.0},
        "seating": {"rule": "random", "table_size": (4, 6)},
        "discussion": {"n_turns": 20},
    })  # fmt: skip


def _forum(roster: Roster, seed: int) -> Forum:
    scenario = _scenario()
    return Forum(Setup.of(scenario, load_agenda(scenario), roster), Streams(seed))


@settings(max_examples=10)
@given(seed=st.integers(0, 2**63), order=st.permutations(range(N)))
def test_the_order_of_the_list_of_delegates_is_nothing(seed: int, order: list[int]) -> None:
    listed = starting(np.linspace(0.1, 0.9, 3 * N).reshape(N, 3))
    shuffled = Roster(tuple(listed.entries[i] for i in order), listed.columns, listed.path)
    one, two = _forum(listed, seed).run(), _forum(shuffled, seed).run()
    place = {name: i for i, name in enumerate(two.delegates.id)}
    where = np.array([place[name] for name in one.delegates.id])
    assert np.allclose(
        one.roundtables[1].support, two.roundtables[1].support[where], rtol=0, atol=1e-12
    )
    assert (one.roundtables[1].knows == two.roundtables[1].knows[where]).all()
    assert (one.turns == two.turns[where]).all()
    assert np.allclose(one.trust, two.trust[np.ix_(where, where)], rtol=0, atol=1e-12)


@settings(max_examples=10)
@given(seed=st.integers(0, 2**63), order=st.permutations(range(5)))
def test_the_order_of_the_tables_is_nothing(seed: int, order: list[int]) -> None:
    roster = starting(np.linspace(0.1, 0.9, 3 * N).reshape(N, 3))
    one, two = _forum(roster, seed), _forum(roster, seed)
    tables = np.array_split(np.arange(N, dtype=np.int32), 5)
    for forum, seating in (
        (one, Seating.from_tables(list(tables))),
        (two, Seating.from_tables([tables[t] for t in order])),
    ):
        for c in (1, 2, 3):
            for s in (1, 2):
                forum.seat_plan[c, 1, s] = seating
        while forum.stages[forum.next_stage].name != "plenary":
            forum.step()
    assert (one.roundtables[1].support == two.roundtables[1].support).all()
    assert (one.roundtables[1].knows == two.roundtables[1].knows).all()
    assert (one.trust == two.trust).all()


@settings(max_examples=5)
@given(seed=st.integers(0, 2**63), replicate=st.integers(0, 2**31))
def test_equal_luck_is_an_equal_meeting(seed: int, replicate: int) -> None:
    scenario = load_scenario("emulations/like-minded")
    ends = [forum_of(scenario, seed, replicate).run().roundtables[1] for _ in range(2)]
    assert (ends[0].support == ends[1].support).all()
    assert (ends[0].knows == ends[1].knows).all()


def test_other_luck_is_another_meeting() -> None:
    """Negative control of all of the above."""
    scenario = load_scenario("emulations/like-minded")
    ends = [forum_of(scenario, seed, 0).run().roundtables[1].support for seed in (1, 2)]
    assert (ends[0] != ends[1]).any()
