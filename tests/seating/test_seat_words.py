"""What is said of a plan: each part beside its own bound, in the reader's language."""

from __future__ import annotations

import dataclasses
import re

import numpy as np
import pytest

from gfmd_sim.cli.seat_changes import in_words
from gfmd_sim.language import translator
from gfmd_sim.reports.seating_view import RoomView, distance
from gfmd_sim.reports.words import RULES, value_name
from gfmd_sim.scenario.agenda import Language
from gfmd_sim.seating.document import PlannedRoom, Score, SeatingDocument
from gfmd_sim.seating.judge import judged
from gfmd_sim.seating.search import Encounters, FixedSeat, SeatingProblem, solve
from tests.seating.generators import problem

BEST = Score(0.0, 100, 0.0, 100, 0.0, True)


@pytest.mark.parametrize(
    ("change", "says", "never"),
    [
        ({}, "proven optimal", "%"),
        (dict(excess=18.0, bound_excess=6.0, is_proven_optimal=False),
         "balance 12 above its bound; encounters meet their bound", "optimal"),
        (dict(distinct=99, gap=0.01, is_proven_optimal=False),
         "balance proven best; encounters 1.0% below their bound", "optimal"),
        (dict(gap=0.0001, is_proven_optimal=False), "less than 0.1%", " 0.0%"),
        (dict(repeat_cost=7.0, bound_repeat_cost=3.5, is_proven_optimal=False),
         "meeting again costs 3.5 above its bound", "%"),
    ],
)  # fmt: skip
def test_balance_and_encounters_each_beside_its_bound(change, says, never) -> None:
    said = distance(dataclasses.replace(BEST, **change), "en", is_kept=True)
    assert says in said
    assert never not in said


def test_a_broken_plan_has_no_distance() -> None:
    assert "broken" in distance(dataclasses.replace(BEST, gap=0.0), "en", is_kept=False)


def test_a_perfect_count_of_encounters_does_not_hide_imbalance() -> None:
    """Two tables of two: every pair may be met, but only one of three plans is balanced."""
    ids = tuple("abcd")
    p = SeatingProblem(ids, {"group": ["x", "x", "y", "y"]}, ((2, 2),))
    room = judged(p, np.array([[0, 0, 1, 1]], dtype=np.int16), None)
    facts = dict(RoomView(SeatingDocument((room,)), room, "en", names=False).facts())
    assert facts["Seats out of balance"] == "4, at least 0 in any plan"
    assert facts["Distance from the bounds"].startswith("balance 4 above its bound")


@pytest.mark.parametrize("repeats", ["linear", "geometric", "square"])
@pytest.mark.parametrize("across", [None, "group"])
def test_the_checker_finds_the_score_that_the_search_told(repeats, across) -> None:
    p = problem(24, size=6, sittings=4, encounters=Encounters(across, repeats), together=((0, 1),))
    found = solve(p, steps=300_000)
    told, again = Score.of(found), judged(p, found.plan, None).score
    for name in ("excess", "distinct", "bound_distinct", "gap", "is_proven_optimal",
                 "repeat_cost", "bound_repeat_cost"):  # fmt: skip
        assert getattr(told, name) == pytest.approx(getattr(again, name)), name


def broken_room() -> PlannedRoom:
    """A plan that breaks every kind of constraint."""
    ids = tuple(f"d{i}" for i in range(8))
    p = SeatingProblem(
        ids,
        {"group": list("aabbaabb")},
        ((4, 4),),
        apart=((0, 1),),
        together=((2, 7),),
        fixed=(FixedSeat(3, 1),),
        capacity={0: 3},
        needs={2: frozenset(["loop"])},
        languages=tuple(frozenset([w]) for w in ("en", "fr") * 4),
        present=np.array([[True] * 7 + [True]]),
    )
    return PlannedRoom(p, np.array([[0, 0, 0, 0, 1, 1, 1, -1]], dtype=np.int16), BEST)


@pytest.mark.parametrize("language", ["fr", "es"])
def test_everything_said_of_a_plan_is_translated(language) -> None:
    room = broken_room()
    english = room.report().violations
    told = room.report(translator(language)).violations
    assert len(told) == len(english) >= 8
    assert not set(told) & set(english)
    for one in told:
        assert not {"sitting", "seats", "has", "not", "table."} & set(one.split())
    view = RoomView(SeatingDocument((room,)), room, language, names=False)
    plain = RoomView(SeatingDocument((room,)), room, "en", names=False)
    same = [
        a for (a, _), (b, _) in zip(view.facts(), plain.facts(), strict=True) if a == b
    ]  # fmt: skip
    assert set(same) <= {"Tables"}  # French has the same word
    assert dict(view.facts()).keys().isdisjoint({"group"})


@pytest.mark.parametrize(
    ("language", "plan", "rule"),
    [
        ("en", "against the plan as it stands", "against balanced tables"),
        ("fr", "plan tel qu’il est", "«\u00a0tables équilibrées\u00a0»"),
        ("es", "frente al plan tal como está", "frente a mesas equilibradas"),
    ],
)
@pytest.mark.parametrize(
    ("verdict", "more"),
    [
        ("matters", 0),
        ("does not matter", 0),
        ("cannot tell yet", 90),
        ("cannot tell yet", 1e12),
        ("too rare to tell", 90),
        ("too rare to tell", 1e12),
    ],
)
def test_no_article_is_left_beside_its_preposition(
    verdict: str, more: float, language: Language, plan: str, rule: str
) -> None:
    row = {"measure": "convergence", "verdict": verdict, "low": -0.1, "high": 0.2,
           "more_replicates": more}  # fmt: skip
    against_rule = in_words(row, translator(language)(RULES["balanced"]), language)
    against_plan = in_words(row, None, language)
    assert rule in against_rule and plan in against_plan
    assert not re.search(r"\b(a|de) el\b|(à|de) les? ", against_rule + against_plan)


@pytest.mark.parametrize(
    ("column", "value", "language", "says"),
    [
        ("languages", "en|fr", "en", "English + French"),
        ("languages", "en|fr", "fr", "Anglais + français"),
        ("languages", "EN; fr", "es", "Inglés + francés"),
        ("languages", "en|klingon", "en", "en|klingon"),
        ("resources", "authority|finance", "fr", "Autorité + financement"),
        ("country", "eSwatini", "en", "eSwatini"),
        ("shift", "am|pm", "es", "am|pm"),
        ("shift", "am", "en", "am"),
        ("group", "trade_unions", "en", "Trade unions"),
        ("region", "africa", "es", "África"),
    ],
)
def test_codes_are_told_in_words_or_left_as_they_are(
    column: str, value: str, language: Language, says: str
) -> None:
    assert value_name(column, value, language) == says
