"""The door: who may come in, how much, and what the browser is told."""

from __future__ import annotations

from typing import Any

import brotli
import pytest

from dashboard.door import MAX_BODY, Door, content_policy


def ask(door: Door, **environ: str) -> tuple[str, dict[str, str], bytes]:
    heard: dict[str, Any] = {}

    def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        heard.update(status=status, headers=dict(headers))

    base = {"REQUEST_METHOD": "GET", "PATH_INFO": "/en/room", "HTTP_HOST": "127.0.0.1:8050"}
    body = b"".join(door({**base, **environ}, start))
    return heard["status"], heard["headers"], body


def inner(environ: dict[str, Any], start: Any) -> list[bytes]:
    start("200 OK", [("Content-Type", "text/css")])
    return [b"a{color:red}" * 500]


@pytest.fixture
def door() -> Door:
    there = Door(waiting="<h1>wait</h1>")
    there.inner = inner
    return there


@pytest.mark.parametrize("host", ["127.0.0.1:8050", "localhost", "[::1]:8050", "LOCALHOST:1"])
def test_our_own_names_are_let_in(door: Door, host: str) -> None:
    assert ask(door, HTTP_HOST=host)[0] == "200 OK"


@pytest.mark.parametrize("host", ["evil.example", "", "127.0.0.1.evil.example", "127.0.0.1@evil"])
def test_other_names_are_turned_away(door: Door, host: str) -> None:
    assert ask(door, HTTP_HOST=host)[0].startswith("421")


def test_other_sites_may_not_post(door: Door) -> None:
    there = {"REQUEST_METHOD": "POST", "HTTP_SEC_FETCH_SITE": "cross-site"}
    assert ask(door, **there)[0].startswith("403")
    assert ask(door, REQUEST_METHOD="POST", HTTP_ORIGIN="http://evil.example")[0].startswith("403")
    assert ask(door, REQUEST_METHOD="POST", HTTP_ORIGIN="http://localhost:8050")[0] == "200 OK"


def test_too_much_is_refused(door: Door) -> None:
    assert ask(door, REQUEST_METHOD="POST", CONTENT_LENGTH=str(MAX_BODY + 1))[0].startswith("413")
    assert ask(door, REQUEST_METHOD="POST", CONTENT_LENGTH="many")[0].startswith("400")


def test_the_policy_allows_nothing_from_elsewhere(door: Door) -> None:
    policy = ask(door)[1]["Content-Security-Policy"]
    assert policy == content_policy()
    assert "default-src 'none'" in policy and "script-src 'self';" in policy
    assert "unsafe" not in policy and "http" not in policy


def test_files_are_compressed_once_and_well(door: Door) -> None:
    path = {"PATH_INFO": "/assets/style.css", "HTTP_ACCEPT_ENCODING": "gzip, br"}
    _, headers, body = ask(door, **path)
    assert headers["Content-Encoding"] == "br" and len(body) < 60
    assert brotli.decompress(body) == b"a{color:red}" * 500
    assert ask(door, **path)[2] is body


def test_it_answers_while_everything_is_loading() -> None:
    door = Door(waiting="<h1>wait</h1>")
    status, _, body = ask(door)
    assert status == "200 OK" and body == b"<h1>wait</h1>"
    assert ask(door, PATH_INFO="/_dash-update-component")[0].startswith("503")
