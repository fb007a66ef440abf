"""What the browser's scripts ask for: the same job is met again, and names leave only if asked for."""

from __future__ import annotations

import time

import flask
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from dashboard import api
from dashboard.jobs import Jobs
from dashboard.settings import Settings
from dashboard.uploads import Uploads

ASKED = "scenario=four-groups&roundtable=1&language=en"


@pytest.fixture
def client(jobs: Jobs, uploads: Uploads) -> FlaskClient:
    app = flask.Flask("test")
    app.register_blueprint(api.blueprint(Settings(scenario="four-groups"), jobs, uploads))
    return app.test_client()


def patiently(client: FlaskClient, path: str) -> TestResponse:
    """As a browser asks: again, until it is there."""
    while (answer := client.get(path, headers={"X-Asker": "somebody"})).status_code == 202:
        time.sleep(0.05)
    return answer


def test_a_run_that_takes_long_holds_no_thread_and_is_asked_for_again(client: FlaskClient) -> None:
    asked = f"/api/playback?{ASKED}&seed=77"
    first = client.get(asked)
    assert first.status_code == 202
    assert first.json is not None and first.json["state"] in ("waiting", "running")
    again = patiently(client, asked)
    assert again.status_code == 200
    assert again.json is not None and again.json["scenes"]


def test_a_run_that_cannot_be_made_is_told_once_and_tried_again_when_asked_anew(
    client: FlaskClient,
) -> None:
    asked = f"/api/playback?{ASKED}&seed=3&change=1.1.0.t999"
    for _ in range(2):
        answer = patiently(client, asked)
        assert answer.status_code == 422
        assert answer.json is not None and "move" in answer.json["error"]["problem"]


def test_many_windows_of_a_cold_machine_are_all_answered_at_once(
    uploads: Uploads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Jobs, "warm", lambda self: None)  # nobody works: as while it is compiled
    app = flask.Flask("test")
    app.register_blueprint(api.blueprint(Settings(scenario="four-groups"), Jobs(), uploads))
    for path in ("playback?seed={}", "sketch?scenario=four-groups&seed={}"):
        answers = [app.test_client().get(f"/api/{path.format(k)}") for k in range(50)]
        assert {a.status_code for a in answers} == {202}


def test_a_saved_room_has_names_only_if_asked_for(client: FlaskClient, uploads: Uploads) -> None:
    groups = ("states", "civil_society", "private_sector", "youth")
    rows = "".join(f"d{k},Ada Zabriskie {k},{groups[k % 4]}\n" for k in range(24))
    token = uploads.add("list.csv", ("id,name,group\n" + rows).encode()).token
    asked = f"{ASKED}&roster={token}"
    seen = patiently(client, f"/api/playback?{asked}").text  # on the own screen
    plain = client.get(f"/api/room?{asked}").text
    named = client.get(f"/api/room?{asked}&names=1").text
    assert "Ada Zabriskie 3" in seen
    assert "Zabriskie" not in plain
    assert '"d3"' in plain
    assert "Ada Zabriskie 3" in named
