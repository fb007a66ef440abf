"""What the browser's scripts ask for: the same job is met again, and names leave only if asked for."""

from __future__ import annotations

import flask
import pytest
from flask.testing import FlaskClient

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


def test_a_run_that_takes_long_is_asked_for_again_until_it_is_there(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as hasty:
        hasty.setattr(api, "PATIENCE", 0.0)
        first = client.get(f"/api/playback?{ASKED}&seed=77")
    assert first.status_code == 202
    assert first.json is not None and first.json["state"] in ("waiting", "running")
    again = client.get(f"/api/playback?{ASKED}&seed=77")
    assert again.status_code == 200
    assert again.json is not None and again.json["scenes"]


def test_a_saved_room_has_names_only_if_asked_for(client: FlaskClient, uploads: Uploads) -> None:
    groups = ("states", "civil_society", "private_sector", "youth")
    rows = "".join(f"d{k},Ada Zabriskie {k},{groups[k % 4]}\n" for k in range(24))
    token = uploads.add("list.csv", ("id,name,group\n" + rows).encode()).token
    asked = f"{ASKED}&roster={token}"
    seen = client.get(f"/api/playback?{asked}").text  # on the own screen
    plain = client.get(f"/api/room?{asked}").text
    named = client.get(f"/api/room?{asked}&names=1").text
    assert "Ada Zabriskie 3" in seen
    assert "Zabriskie" not in plain
    assert '"d3"' in plain
    assert "Ada Zabriskie 3" in named
