"""The search for one sitting about to begin, whose past is known and whose future is not."""

from __future__ import annotations

import numpy as np

from gfmd_sim.pairs import meetings_among
from gfmd_sim.records import Seating
from gfmd_sim.seating.room import Room
from gfmd_sim.seating.search.anneal import anneal
from gfmd_sim.seating.search.arrays import compile_problem
from gfmd_sim.seating.search.problem import SeatingProblem
from gfmd_sim.seating.search.state import new_state
from gfmd_sim.streams import Decision, stage_word

PROPOSALS_A_SEAT = 400
"""Half as many or twice as many change distinct encounters by about a hundredth."""
_MOST_EARLIER = 30


def improve(room: Room, start: Seating) -> Seating:
    """A seating at tables of the sizes of ``start``, with less excess, or as much and fewer repeats.

    The attributes of ``room.balance`` weigh 1, 1/2, 1/3, ... in the order given.
    """
    people = room.in_random_order()  # the same people, however the list is ordered
    names = [str(k) for k in range(len(room.balance))]
    codes = {
        name: code[people]
        for name, code in zip(names, room.balance, strict=True)
        if (code[people] >= 0).any()
    }
    problem = SeatingProblem(
        ids=tuple(str(i) for i in people),
        attributes={n: [str(c) if c >= 0 else "" for c in code] for n, code in codes.items()},
        table_sizes=(tuple(int(s) for s in start.sizes),),
        weights={n: 1.0 / (int(n) + 1) for n in codes},
    )
    if len(start.sizes) < 2:
        return start
    a = compile_problem(problem)
    plan = start.table_of(len(room.delegates))[people][None, :].astype(np.int16)
    earlier = np.minimum(meetings_among(room.pairs, people), _MOST_EARLIER).astype(np.uint8)
    np.fill_diagonal(earlier, 0)
    s = new_state(a, problem.encounters, plan, 0, earlier)
    n_steps = PROPOSALS_A_SEAT * len(people)
    hot, cold, soft, firm = 0.5, 0.1, 1.5, 6.0
    anneal(
        s,
        room.streams.key,
        stage_word(
            Decision.SEAT_SEARCH,
            consultation=room.consultation,
            roundtable=room.roundtable,
            sitting=room.sitting,
        ),
        0,
        n_steps,
        hot,
        (cold / hot) ** (1.0 / n_steps),
        soft,
        (firm - soft) / n_steps,
        10.0,
        0.0,
        0.0,
        False,
        np.zeros(3, dtype=np.int64),
    )
    table_of = np.full(len(room.delegates), -1, dtype=np.int32)
    table_of[people] = s.best_place[0]
    return Seating.from_table_of(table_of)
