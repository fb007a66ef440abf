"""A playback tells one run as it was; another future differs from the moved seat on, and only then."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pytest

from dashboard.futures import changed_seating, differences
from dashboard.playback import playback
from gfmd_sim import api
from gfmd_sim.experiments.forum_simulator import ForumSimulator
from gfmd_sim.forum import Forum
from gfmd_sim.reports.words import spoken_name


@functools.cache
def simulator() -> ForumSimulator:
    return ForumSimulator.of(api.as_scenario("four-groups", {}))


def forum() -> Forum:
    return simulator().forum({}, 1, 0)


@functools.cache
def told(language: Any = "en") -> dict[str, Any]:
    return playback(forum(), 1, language)


@functools.cache
def other(table: int | None = None) -> dict[str, Any]:
    one, two = 0, first_elsewhere(0)
    again = forum()
    key = (1, 1, 1)
    again.seat_plan[key] = changed_seating(forum, key, one, None if table else two, table)
    return playback(again, 1, "en")


def sittings(p: dict[str, Any]) -> list[dict[str, Any]]:
    return [s for s in p["scenes"] if s["kind"] == "sitting"]


def first_elsewhere(one: int) -> int:
    tables = sittings(told())[0]["tables"]
    return int(next(t for t in tables if one not in t)[0])


def test_watching_a_run_does_not_change_it() -> None:
    plain = forum().run()
    assert told()["outcomes"]["convergence"] == pytest.approx(
        float(playback(plain_again(), 1, "en")["outcomes"]["convergence"])
    )
    np.testing.assert_array_equal(
        np.rint(100 * plain.roundtables[1].support[: plain.n_consulted]).astype(int).ravel(),
        told()["support"][-1],
    )


def plain_again() -> Forum:
    return forum()


def test_everybody_sits_once_and_every_learner_sits_at_the_speakers_table() -> None:
    for s in sittings(told()):
        seated = [i for table in s["tables"] for i in table]
        assert len(seated) == len(set(seated)) > 0
        for members, turns in zip(s["tables"], s["turns"], strict=True):
            assert len(turns) == 3 * s["n_turns"]
            for speaker, account, learners in zip(
                turns[::3], turns[1::3], turns[2::3], strict=True
            ):
                assert -1 <= speaker < len(members)
                assert learners < 1 << len(members)
                assert account < len(told()["accounts"])
                if speaker >= 0:
                    assert not learners >> speaker & 1, "nobody learns from himself"


def test_an_account_belongs_to_an_item_whose_text_is_in_the_language() -> None:
    english, french = told("en"), told("fr")
    assert max(english["accounts"]) < len(english["items"])
    assert all(kind in range(4) and label and text for kind, label, text in english["items"])
    assert [e[2] for e in english["items"]] != [f[2] for f in french["items"]]
    assert english["support"] == french["support"]


def test_snapshots_are_those_the_scenes_name() -> None:
    p = told()
    named = [s["after"] for s in p["scenes"]]
    assert named == sorted(named)
    assert named[-1] == len(p["support"]) - 1 == len(p["curve"]) - 1
    size = len(p["people"]["id"]) * p["n_solutions"]
    assert all(len(row) == size and min(row) >= 0 and max(row) <= 100 for row in p["support"])
    assert p["curve"][0]["convergence"] == 0


def test_a_swap_changes_that_sitting_alone_and_everything_before_is_the_same() -> None:
    a, b = sittings(told()), sittings(other())
    one, two = 0, first_elsewhere(0)
    mapped = {one: two, two: one}
    assert [sorted(mapped.get(i, i) for i in t) for t in a[0]["tables"]] == [
        sorted(t) for t in b[0]["tables"]
    ]
    assert told()["support"][0] == other()["support"][0]
    assert told()["support"][1] != other()["support"][1]


def test_differences_are_those_of_the_last_support_and_nothing_differs_from_itself() -> None:
    found = differences(told(), other())
    m = told()["n_solutions"]
    x, y = (np.array(p["support"][-1]).reshape(-1, m) for p in (told(), other()))
    assert found["n_changed"] == int((x != y).any(axis=1).sum()) > 0
    who, by, solution = found["people"][0]
    assert by == y[who, solution] - x[who, solution]
    assert abs(by) == np.abs(y - x).max()
    same = differences(told(), told())
    assert same["n_changed"] == 0
    assert same["won"] == same["lost"] == same["solutions"] == []


@pytest.mark.parametrize(
    ("key", "one", "two", "table", "why"),
    [
        ((1, 1, 99), 0, 1, None, "no such sitting"),
        ((1, 1, 1), 10_000, 1, None, "not seated"),
        ((1, 1, 1), 0, 10_000, None, "not seated"),
        ((1, 1, 1), 0, 0, None, "same table"),
        ((1, 1, 1), 0, None, 999, "no such table"),
    ],
)
def test_a_move_that_cannot_be_made_says_why(
    key: tuple[int, int, int], one: int, two: int | None, table: int | None, why: str
) -> None:
    with pytest.raises(ValueError, match=why):
        changed_seating(forum, key, one, two, table)


def test_made_up_identifiers_are_spoken_and_names_are_left_alone() -> None:
    assert spoken_name("states-0006", "states", "États") == "États 6"
    assert spoken_name("Amina Diallo", "states", "États") == "Amina Diallo"
    assert spoken_name("states-<b>x</b>", "states", "États") == "states-<b>x</b>"
