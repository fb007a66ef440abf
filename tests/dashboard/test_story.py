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
from dashboard.pages.workshop import reveal
from dashboard.settings import Settings
from dashboard.tasks.story import rehearse_task
from dashboard.tasks.story import story as made
from dashboard.uploads import Uploads

PLACES = [story.levers(0, 1, 1), story.levers(1, 1, 1), story.levers(2, 1, 1)]


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
