"""The Workshop's answers: rehearsed as estimates first, then in full."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from dashboard import story
from dashboard.callbacks import visit_of
from dashboard.jobs import Jobs, News
from dashboard.pages.workshop import reveal
from dashboard.settings import Settings
from dashboard.tasks.story import rehearse_task
from dashboard.uploads import Uploads

PLACES = [story.levers(0, 1, 1), story.levers(1, 1, 1), story.levers(2, 1, 1)]


@pytest.fixture
def rehearsed(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What is at hand of three places, after each time that it is told."""
    monkeypatch.setattr("os.setpriority", lambda *_: None)  # tests keep theirs
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
        def start(self, kind: str, values: Mapping[str, Any], lane: str) -> str:
            asked.append((kind, values["n"]))
            return kind

        def news(self, job: str) -> News:
            return News("running", answer=rehearsed[0])

    monkeypatch.setattr(story, "FULL", 4)
    visit = visit_of("/en/workshop?step=2", Settings(), Queue(), Uploads())
    _, asks_on = reveal((0, 1, 1), visit)
    assert asks_on == [] and {kind for kind, _ in asked} == {"rehearse"}
    shown, asks_on = reveal((1, 1, 1), visit)
    assert "headline" in str(shown) and len(asks_on) == 1
    assert asked[-1] == ("story", [4])  # the estimate is not made again
