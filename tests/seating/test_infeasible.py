"""Impossible requests get their reason: the smallest clash, by name, and what to relax."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from gfmd_sim.errors import SeatingError
from gfmd_sim.seating.search import FixedSeat, SeatingProblem, check, explain_infeasible, solve
from gfmd_sim.seating.search.clash import wishes
from gfmd_sim.seating.search.feasibility import integer_plan
from tests.seating.generators import problem

NAMES = tuple(f"Delegate {chr(65 + i)}" for i in range(20))
P = dataclasses.replace(problem(20, size=5, sittings=2), names=NAMES)
"""Twenty delegates, A to T, at four tables of five."""

IMPOSSIBLE = {
    "clique": (dict(apart=((0, 1, 2, 3, 4),)), "need as many tables", "ABCDE"),
    "clique of pairs": (
        dict(apart=tuple((i, j) for i in range(5) for j in range(i))),
        "need as many tables",
        "ABCDE",
    ),
    "clique through chains": (
        dict(
            apart=((0, 2, 4, 6), (1, 8), (3, 8), (5, 8), (7, 8), (9, 10)),
            together=((0, 1), (2, 3), (4, 5), (6, 7), (11, 12)),
        ),
        "need as many tables",
        "ABCDEFGHI",
    ),
    "together in a long chain and apart": (
        dict(apart=((0, 4),), together=((0, 1), (1, 2), (2, 3), (3, 4), (5, 6))),
        "at once",
        "ABCDE",
    ),
    "fixed at the ends of a chain": (
        dict(together=((0, 1), (1, 2), (2, 3), (3, 4)), fixed=(FixedSeat(0, 0), FixedSeat(3, 1))),
        "different tables",
        "ABCD",
    ),
    "apart, and tied to one table": (
        dict(
            apart=((0, 2),),
            together=((0, 1), (2, 3)),
            fixed=(FixedSeat(1, 0), FixedSeat(3, 0)),
        ),
        "one table",
        "ABCD",
    ),
    "chains at a full table": (
        dict(
            together=((0, 1, 2), (3, 4, 5), (8, 9)),
            fixed=(FixedSeat(0, 0), FixedSeat(3, 0), FixedSeat(8, 0)),
        ),
        "5 seats",
        "ABCDEF",
    ),
    "groups that do not pack": (
        dict(together=tuple((3 * i, 3 * i + 1, 3 * i + 2) for i in range(5)), apart=((15, 16),)),
        "do not go together",
        "ABCDEFGHIJKLMNO",
    ),
    "group too large beside more": (
        dict(together=((0, 1, 2), (2, 3, 4), (4, 5), (0, 1), (6, 7))),
        "largest table",
        "ABCDEF",
    ),
    "group too large": (dict(together=((0, 1, 2), (2, 3, 4, 5))), "largest table", "ABCDEF"),
    "two hosts": (
        dict(fixed=(FixedSeat(0, 1, host=True), FixedSeat(1, 1, host=True))),
        "two hosts",
        "AB",
    ),
    "apart and together": (dict(apart=((0, 2),), together=((0, 1), (1, 2))), "at once", "ABC"),
    "fixed twice": (dict(fixed=(FixedSeat(0, 1), FixedSeat(0, 2, 1))), "two tables", "A"),
    "fixed against lock": (
        dict(fixed=(FixedSeat(0, 1),), locked=(FixedSeat(0, 2, 0),)),
        "two",
        "A",
    ),
    "apart at one table": (
        dict(apart=((0, 1),), fixed=(FixedSeat(0, 1), FixedSeat(1, 1))),
        "one table",
        "AB",
    ),
    "tied apart": (
        dict(together=((0, 1),), fixed=(FixedSeat(0, 1), FixedSeat(1, 2))),
        "different tables",
        "AB",
    ),
    "table too full": (dict(fixed=tuple(FixedSeat(i, 0) for i in range(6))), "5 seats", "ABCDEF"),
    "capacity": (dict(capacity={2: 4}), "is to seat 5", ""),
    "seats beyond capacity": (
        dict(capacity={0: 2}, fixed=tuple(FixedSeat(i, 0) for i in range(3))),
        "3 are to sit at table 1",
        "ABC",
    ),
    "no such table": (dict(needs={3: frozenset(["loop"])}), "no table has it", "D"),
    "access": (
        dict(needs={i: frozenset(["loop"]) for i in range(6)}, features={0: frozenset(["loop"])}),
        "do not go together",
        "ABCDEF",
    ),
    "nobody to talk to": (
        dict(languages=tuple(frozenset(["ru" if i in (2, 9) else "en"]) for i in range(20))),
        "1 other speaks ru, the smallest table has 5 seats",
        "C",
    ),
    "languages": (
        dict(languages=tuple(frozenset(["en" if i < 11 else "fr"]) for i in range(20))),
        "do not go together",
        None,
    ),
}


@pytest.fixture(autouse=True)
def no_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The solver is limited by its branchings alone, which are the same on every machine."""
    monkeypatch.setattr("gfmd_sim.seating.search.feasibility.PATIENCE", math.inf)


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_the_clash_is_named(name: str) -> None:
    change, reason, who = IMPOSSIBLE[name]
    p = dataclasses.replace(P, **change)
    clash = explain_infeasible(p)
    assert clash is not None
    assert reason in clash.reason
    assert clash.relax in clash.constraints
    if who is not None:
        named = {
            w for w in "ABCDEFGHIJKLMNOPQRST" if f"Delegate {w}" in " ".join(clash.constraints)
        }
        assert named == set(who)
    with pytest.raises(SeatingError, match="give this up first|leave this wish out"):
        solve(p, steps=100_000)


def without_one(change: dict) -> list[dict]:
    """The same wishes less one group or seat, in every way."""
    return [
        {**change, kind: tuple(w for w in wanted if w is not spared)}
        for kind, wanted in change.items()
        for spared in wanted
    ]


@pytest.mark.parametrize(
    "name",
    [
        "clique through chains",
        "together in a long chain and apart",
        "fixed at the ends of a chain",
        "apart, and tied to one table",
        "chains at a full table",
        "group too large beside more",
    ],
)
def test_without_any_one_of_what_is_named_the_clash_is_gone(name: str) -> None:
    change, _, who = IMPOSSIBLE[name]
    inside = {"ABCDEFGHIJKLMNOPQRST".index(w) for w in who}
    needed = {}
    for kind, wanted in change.items():
        people = [w if kind != "fixed" else (w.delegate,) for w in wanted]
        needed[kind] = tuple(w for w, p in zip(wanted, people, strict=True) if set(p) <= inside)
    clash = explain_infeasible(dataclasses.replace(P, **needed))
    assert clash is not None
    # A pair that is part of a larger group is not named twice.
    if name == "group too large beside more":
        needed["together"] = tuple(g for g in needed["together"] if g != (0, 1))
    assert len(clash.constraints) == sum(len(w) for w in needed.values())
    for less in without_one(needed):
        assert explain_infeasible(dataclasses.replace(P, **less)) is None


def test_a_chain_holds_where_its_link_is_absent() -> None:
    there = np.array([[i != 1 for i in range(21)]] * 2)
    p = dataclasses.replace(
        problem(21, size=5, sittings=2),
        names=tuple(f"Delegate {i}" for i in range(21)),
        present=there,
        table_sizes=((5, 5, 5, 5),) * 2,
        apart=((0, 2),),
        together=((0, 1), (1, 2)),
    )
    clash = explain_infeasible(p)
    assert clash is not None
    assert clash.reason == "apart and together at once"
    assert len(clash.constraints) == 3


@pytest.mark.parametrize("name", ["clique of pairs", "access", "languages"])
def test_the_clash_is_smallest(name: str) -> None:
    """Without any one of its members the clash is gone."""
    change, _, _ = IMPOSSIBLE[name]
    clash = explain_infeasible(dataclasses.replace(P, **change))
    assert clash is not None
    if name == "clique of pairs":
        assert len(clash.constraints) == 10
        for pair in change["apart"]:
            rest = tuple(g for g in change["apart"] if g != pair)
            assert explain_infeasible(dataclasses.replace(P, apart=rest)) is None
    elif name == "access":
        assert len(clash.constraints) == 6
        needs = {i: w for i, w in change["needs"].items() if i}
        assert explain_infeasible(dataclasses.replace(P, **{**change, "needs": needs})) is None
    else:
        who = [NAMES.index(c.split(" speaks")[0]) for c in clash.constraints]
        for spared in [None, *who]:
            spoken = tuple(
                change["languages"][i] if i in who and i != spared else frozenset()
                for i in range(20)
            )
            left = explain_infeasible(dataclasses.replace(P, languages=spoken))
            assert (left is None) == (spared is not None)


def test_what_the_solver_cannot_tell_is_no_clash(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control of its limit: with a single branching nobody knows."""
    p = dataclasses.replace(P, **IMPOSSIBLE["languages"][0])
    assert integer_plan(p, 0, wishes(p, 0)) is None
    monkeypatch.setattr("gfmd_sim.seating.search.feasibility.NODES", 1)
    assert integer_plan(p, 0, wishes(p, 0)) is False
    assert explain_infeasible(p) is None


def test_an_interpreter_who_serves_enough_makes_it_possible() -> None:
    spoken = tuple(frozenset(["ru" if i == 2 else "en"]) for i in range(20))
    for served, clashes in ((["ru", "en"], False), (["ru", "fr"], True)):
        p = dataclasses.replace(P, languages=spoken, interpreters={1: (frozenset(served),)})
        assert (explain_infeasible(p) is not None) is clashes


def test_possible_requests_have_no_clash() -> None:
    assert explain_infeasible(P) is None
    everybody = tuple(frozenset(["en", "fr"] if i % 2 else ["en"]) for i in range(20))
    assert explain_infeasible(dataclasses.replace(P, languages=everybody)) is None
    p = dataclasses.replace(P, apart=((0, 1, 2, 3),), together=((4, 5, 6, 7),))
    assert explain_infeasible(p) is None
    # Five together fill a table, and the four apart have three left.
    p = dataclasses.replace(p, together=((4, 5, 6, 7, 8),))
    assert explain_infeasible(p) is not None


def test_malformed_requests() -> None:
    ids = tuple("abcdef")
    with pytest.raises(SeatingError, match="is empty"):
        solve(SeatingProblem(ids, {"group": [""] * 6}, ((3, 3),)))
    with pytest.raises(SeatingError, match="do not hold"):
        solve(SeatingProblem(ids, {}, ((3, 4),)))
    with pytest.raises(SeatingError, match="distinct"):
        solve(SeatingProblem(("a", "a"), {}, ((2,),)))
    with pytest.raises(SeatingError, match="not there"):
        solve(SeatingProblem(ids, {}, ((3, 3),), weights={"grop": 1.0}))


def test_a_table_that_could_not_talk_is_proven_before_the_search():
    """Twenty-four of two languages, 13 and 11, cannot fill tables of six without an interpreter."""
    spoken = tuple(frozenset(["en"] if i < 13 else ["fr"]) for i in range(24))
    p = problem(24, size=6, languages=spoken)
    asked = []
    with pytest.raises(SeatingError, match="no seating plan can do this"):
        solve(p, seconds=None, should_stop=lambda: bool(asked.append(1)))
    assert not asked
    eased = dataclasses.replace(p, interpreters={0: (frozenset(["en", "fr"]),)})
    assert check(eased, solve(eased, steps=1_000).plan).is_valid
