"""Exchanges on offer: what they cost, that balance stays, and that none that is cheap enough is missed."""

from __future__ import annotations

import dataclasses
from itertools import combinations, permutations, product

import numpy as np
import pytest

from gfmd_sim.seating.search import SeatingProblem, check, solve
from gfmd_sim.seating.search.arrays import compile_problem
from gfmd_sim.seating.search.exchange import dearest_toll
from gfmd_sim.seating.search.fits import fit_all, new_fits
from gfmd_sim.seating.search.offers import NOBODY, pair_offer, ring_offer
from gfmd_sim.seating.search.problem import Plan
from gfmd_sim.seating.search.state import REPEAT_UNIT, new_state
from tests.seating.generators import problem

N, SITTING = 18, 1


def eighteen() -> SeatingProblem:
    """Three tables of six over three sittings; everybody is of one of six profiles."""
    p = problem(N, size=6, sittings=3)
    return dataclasses.replace(p, attributes={a: p.attributes[a] for a in ("group", "gender")})


def cost(p: SeatingProblem, plan: Plan) -> int | None:
    """Packed cost by the checker; None out of balance."""
    judged = check(p, plan)
    return (
        None
        if judged.excess
        else round(judged.repeat_cost * REPEAT_UNIT) + judged.repeated_meetings
    )


def moved(plan: Plan, to: dict[int, int]) -> Plan:
    """The plan after these delegates took the places of those."""
    out = plan.copy()
    for i, j in to.items():
        out[SITTING, i] = plan[SITTING, j]
    return out


def rings(plan: Plan) -> list[dict[int, int]]:
    """Every swap and ring of three."""
    out = []
    for tables in [*combinations(range(3), 2), *permutations(range(3))]:
        if len(tables) == 3 and tables[0] != 0:
            continue
        seats = [np.flatnonzero(plan[SITTING] == t).tolist() for t in tables]
        out += [dict(zip(who, who[1:] + who[:1], strict=True)) for who in product(*seats)]
    return out


def pairs(plan: Plan) -> list[dict[int, int]]:
    """Every two for two."""
    out = []
    for one, other in combinations(range(3), 2):
        seats = [np.flatnonzero(plan[SITTING] == t).tolist() for t in (one, other)]
        for (a, c), (b, d) in product(combinations(seats[0], 2), combinations(seats[1], 2)):
            out.append({a: b, b: a, c: d, d: c})
    return out


@pytest.mark.parametrize("kind", ["ring", "pair"])
def test_an_offer_costs_what_it_says_and_is_made_exactly_where_there_is_one(kind):
    """Oracle: every exchange, judged by the checker. Both answers are met, so neither is taken for granted."""
    p = eighteen()
    a = compile_problem(p)
    answers, n_offers = set(), 0
    for seed, steps in ((0, 300), (1, 3_000), (2, 400_000)):
        plan = solve(p, steps=steps, seed=seed).plan
        before = cost(p, plan)
        assert before is not None, "this plan must be balanced"
        s, fits = new_state(a, p.encounters, plan), new_fits(a)
        fit_all(s, fits)
        dearest = dearest_toll(s)
        after = [cost(p, moved(plan, x)) for x in (rings if kind == "ring" else pairs)(plan)]
        least = min(x - before for x in after if x is not None)
        for most in (0, REPEAT_UNIT * 3 // 2, REPEAT_UNIT * 8):
            offered = []
            for i in range(N):
                if kind == "ring":
                    b, c, change = ring_offer(s, fits, SITTING, i, (7 * i) % N, most)
                    to = {i: b, b: i} if c == NOBODY else {i: b, b: c, c: i}
                    offered += [(to, change)] if b != NOBODY else []
                    continue
                for t in range(3):
                    if t != plan[SITTING, i]:
                        b, d, c, change = pair_offer(s, fits, SITTING, i, t, 5 * i, most, dearest)
                        offered += [({i: b, b: i, c: d, d: c}, change)] if b != NOBODY else []
            for to, change in offered:
                assert cost(p, moved(plan, to)) == before + change
                assert change <= most
            assert bool(offered) == (least <= most)
            answers.add(bool(offered))
            n_offers += len(offered)
    assert answers == {True, False}
    assert n_offers > 20
