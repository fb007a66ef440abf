"""The Room's page and its offline copy, without a browser."""

from __future__ import annotations

import re
from pathlib import Path

from dashboard.address import Address
from dashboard.language import words
from dashboard.pages import room

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
