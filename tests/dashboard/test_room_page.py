"""The Room's page and its offline copy, without a browser."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from dashboard import site
from dashboard.address import Address
from dashboard.language import words
from dashboard.pages import room
from gfmd_sim.errors import UserError

SCRIPTS = sorted((Path(room.__file__).parents[1] / "assets" / "room").glob("*.js"))


def test_the_scripts_and_the_page_agree_on_the_words() -> None:
    text = "\n".join(p.read_text(encoding="utf-8") for p in SCRIPTS)
    asked = set(re.findall(r'(?:say|many)\("(\w+)"', text))
    assert len(asked) > 40
    asked -= {"curve_", "measure_"}  # completed by the name of a measure
    assert asked <= set(room.WORDS)


def test_no_script_writes_markup() -> None:
    for script in SCRIPTS:
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b",
            script.read_text(encoding="utf-8"),
        ), script.name


def test_a_wrong_address_still_names_a_run_that_exists() -> None:
    wrong = "/en/room?scenario=../../etc&roundtable=77&seed=-4&rule=<b>&t=x"
    asked = room.source(Address.of(wrong, "en"), "four-groups")
    assert "scenario=four-groups" in asked
    assert "roundtable=1" in asked
    assert "rule" not in asked


def test_the_offline_page_holds_all_it_needs_and_no_name_closes_its_script() -> None:
    page = room.offline(b'{"name":"</script><b>x"}', words("fr"))
    assert "</script><b>" not in page
    assert "gfmd_room(" in page
    assert page.count("data:font/woff2") == 2
    assert not re.search(r'(?:src|href)="(?!data:)', page)
    assert "url(/type" not in page


def test_the_offline_page_shows_what_was_seen() -> None:
    page = room.offline(
        b'{"a":1}', words("en"), {"t": "4.5", "who": "</script>"}, b'{"b":2}', "dark"
    )
    assert '<html lang="en" data-theme="dark">' in page
    assert '"t": "4.5"' in page
    assert '</script>"' not in page
    assert '{"b":2}' in page


def test_a_list_that_is_gone_is_said(visit: Any) -> None:
    from dashboard.api import playback_values

    with pytest.raises(UserError, match="no longer here"):
        playback_values(
            {"roster": "abc", "language": "en"}, "four-groups", visit("/en/room").uploads
        )
    assert "no longer here" in str(
        site.BY_NAME["solutions"].draw(visit("/en/solutions?roster=abc"))
    )


def test_a_list_is_played_with_its_names(visit: Any) -> None:
    from dashboard.api import playback_values
    from dashboard.tasks.room import playback_task

    seen = visit("/en/room")
    rows = "".join(
        f"<i>{k}</i>,{g}\n"
        for k in range(9)
        for g in ("states", "youth", "civil_society", "private_sector")
    )
    token = seen.uploads.add("list.csv", ("name,group\n" + rows).encode()).token
    address = Address.of(f"/en/room?scenario=four-groups&roster={token}", "en")
    assert f"roster={token}" in room.source(address, "four-groups")
    values = playback_values(
        {"roster": token, "language": "en", "scenario": "four-groups"}, "four-groups", seen.uploads
    )
    told = json.loads(b"".join(playback_task(values, lambda *_: None)))
    assert len(told["people"]["name"]) == 36
    assert "<i>3</i>" in told["people"]["name"]
