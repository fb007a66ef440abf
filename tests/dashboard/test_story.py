"""The Workshop's answers: rehearsed as estimates first, then in full."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import pytest

from dashboard import story
from dashboard.callbacks import visit_of
from dashboard.jobs import Jobs, News
from dashboard.language import words
from dashboard.pages.workshop import reveal
from dashboard.settings import Settings
from dashboard.tasks.story import rehearse_task
from dashboard.tasks.story import story as made
from dashboard.uploads import Uploads
from dashboard.views.story import debrief_view, expected_line

PLACES = [story.levers(0, 1, 1), story.levers(1, 1, 1), story.levers(2, 1, 1)]


def answer(low: float, high: float, verdict: str, n: int = story.FULL) -> dict[str, Any]:
    """An answer of which partnerships alone are known."""
    effect = {"measure": "partnerships", "baseline_mean": 5.0, "mean": 5.0 + (low + high) / 2,
              "difference": (low + high) / 2, "low": low, "high": high, "smallest_effect": 1.0,
              "verdict": verdict}  # fmt: skip
    return {"n": n, "effects": [effect]}


def texts(part: Any) -> str:
    """All that stands in parts of a page, picture included, a line each."""
    if isinstance(part, list | tuple):
        return "\n".join(map(texts, part))
    inside = texts(getattr(part, "children", None) or [])
    return part if isinstance(part, str) else f"{inside}{getattr(part, 'markup', '')}"


@pytest.mark.parametrize(
    ("low", "high", "verdict", "became"),
    [
        (-3.0, -2.0, "matters", ["right", "wrong", "wrong"]),
        (2.0, 3.0, "matters", ["wrong", "right", "wrong"]),
        (-0.9, -0.1, "does not matter", ["wrong", "wrong", "right"]),
        (-1.4, -0.4, "cannot tell yet", ["direction", "wrong", "open"]),
        (-1.4, 0.4, "cannot tell yet", ["open", "open", "open"]),
    ],
)
def test_what_became_of_each_guess(
    low: float, high: float, verdict: str, became: list[str]
) -> None:
    effect = answer(low, high, verdict)["effects"][0]
    assert [story.turned_out(effect, guess) for guess in range(3)] == became


def test_the_sheet_opens_with_the_finding_and_says_whether_the_room_was_right() -> None:
    en, caucus = words("en"), answer(-3.0, -2.0, "matters")
    for counts, said in (
        ([5, 3, 1], "The simulation agrees."),
        ([1, 3, 1], "The simulation disagrees."),
        ([2, 2, 1], "Mixed tables bring more partnerships. The simulation agrees."),
    ):
        parts = debrief_view(caucus, en, counts, story.START)
        assert (
            parts[0].children
            == "Your design costs 2.5 partnerships per 100 delegates (2.0 to 3.0)."
        )
        assert texts(parts[1]).endswith(said)
    elsewhere = answer(2.0, 3.0, "matters")  # another design: its answer is not the question's
    parts = debrief_view(elsewhere, en, [5, 3, 1], (3, 0, 1), caucus)
    assert "brings 2.5 more" in parts[0].children
    assert "The simulation agrees. Tables of one group against mixed ones: −2.5" in texts(parts[1])
    assert debrief_view(caucus, en, [0, 0, 0], story.START)[1] is None


def test_half_of_the_hands_are_no_majority() -> None:
    en = words("en")
    assert expected_line([2, 1, 1], en).startswith("Expected more often than anything else")
    assert expected_line([3, 1, 1], en).startswith("Most of you expected")
    assert expected_line([2, 2, 0], en).startswith("You are divided")


def test_the_picture_draws_open_answers_as_comparisons_do_and_has_a_scale() -> None:
    en = words("en")
    drawn = texts(debrief_view(answer(-1.4, -0.4, "cannot tell yet"), en, [0] * 3, story.START))
    assert 'stroke-dasharray="5 4"' in drawn and 'r="8" fill="var(--paper)"' in drawn
    assert ">−1.0</text>" in drawn and ">+1.0</text>" in drawn
    settled = texts(debrief_view(answer(-0.4, 0.4, "does not matter"), en, [0] * 3, story.START))
    assert "stroke-dasharray" not in settled and 'r="8" fill="var(--soft)"' in settled


@pytest.fixture
def rehearsed(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What is at hand of three places, after each time that it is told."""
    monkeypatch.setattr("dashboard.tasks.story._give_way", lambda: None)  # tests keep theirs
    values = {"scenario": story.SCENARIO, "seed": 1, "baseline": story.BASELINE, "n": [2, 4],
              "places": PLACES}  # fmt: skip
    return [dict(found) for found in rehearse_task(values, lambda *_: None)]


def test_estimates_of_all_places_come_before_the_first_full_answer(
    rehearsed: list[dict[str, Any]],
) -> None:
    n = [[told[json.dumps(p, sort_keys=True)]["n"] for p in PLACES] for told in rehearsed]
    assert n == [[4, 2, 2], [4, 4, 4]]


def test_an_estimate_at_hand_is_shown_and_refined_a_full_answer_is_final(
    rehearsed: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, Any]] = []

    class Queue(Jobs):
        def start(self, kind: str, values: Mapping[str, Any], lane: str, asker: str = "") -> str:
            asked.append((kind, values["n"]))
            return kind

        def news(self, job: str) -> News:
            return News("running", answer=rehearsed[0] if job == "rehearse" else None)

        def wait(self, job: str, seconds: float, *, first: bool = False) -> News:
            return self.news(job)

    monkeypatch.setattr(story, "FULL", 4)
    visit = visit_of("/en/workshop?step=2", Settings(), Queue(), Uploads())
    _, job = reveal((0, 1, 1), visit)
    assert job == "" and {kind for kind, _ in asked} == {"rehearse"}
    shown, job = reveal((1, 1, 1), visit)
    assert "headline" in str(shown) and job == "story"
    assert "estimate" in str(shown[2].children[0])


def test_an_estimate_has_the_means_of_its_runs_and_no_interval() -> None:
    values = {"scenario": story.SCENARIO, "seed": 1, "baseline": story.BASELINE}
    nobody = lambda *_: None  # noqa: E731
    few = made({**values, "n": [3, 9]}, PLACES[0], 3, nobody)["effects"]
    full = made({**values, "n": [3]}, PLACES[0], 3, nobody)["effects"]
    for estimate, answer in zip(few, full, strict=True):
        for key in ("measure", "baseline_mean", "mean", "difference", "smallest_effect"):
            assert estimate[key] == pytest.approx(answer[key], nan_ok=True), key
        assert math.isnan(estimate["low"]) and math.isnan(estimate["high"])
    same = made({**values, "n": [3, 9]}, story.BASELINE, 3, nobody)["effects"]
    assert all(e["low"] == e["high"] == 0 for e in same)
