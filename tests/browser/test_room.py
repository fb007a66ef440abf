"""The Room in a real browser: play, pause, step, scrub, follow, and two futures on the same luck."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.browser
FORUM = "scenario=four-groups&seed=1"
READY = ".room[data-state=ready]"


def open_room(show: Any, language: str = "en", more: str = "t=6&still=1") -> Any:
    page = show(f"{language}/room?{FORUM}&{more}")
    page.wait_for_selector(READY)
    return page


def now(page: Any) -> float:
    return float(page.evaluate("document.querySelector('.room').gfmd.time()"))


@pytest.mark.parametrize(
    ("language", "theme"), [("en", "light"), ("fr", "dark"), ("es", "projector"), ("qps", "light")]
)
def test_the_room_is_accessible_in_every_language_and_theme(
    show: Any, axe: Any, language: str, theme: str
) -> None:
    page = open_room(show, language, f"t=6&still=1&theme={theme}")
    axe()
    page.evaluate("document.querySelector('.room').gfmd.choose(0)")
    page.locator("details.data summary").click()
    axe()


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_the_keyboard_plays_steps_and_follows_and_the_url_restores_it(
    show: Any, language: str
) -> None:
    page = open_room(show, language)
    page.locator(".hall canvas").focus()
    start = now(page)
    page.keyboard.press("ArrowRight")
    assert 0.1 < now(page) - start < 0.8, "one turn"
    said = page.locator(".closeup blockquote").inner_text()
    page.keyboard.press("ArrowDown")
    assert page.locator("#room-table").input_value() == "1"
    assert page.locator(".closeup blockquote").inner_text() != said
    page.keyboard.press("Space")
    before = now(page)
    while now(page) <= before + 0.2:
        page.wait_for_timeout(20)
    page.keyboard.press("Space")
    page.select_option("#room-who", "3")
    page.wait_for_url(lambda url: "who=3" in url and "table=2" in url)
    at = now(page)
    page.reload()
    page.wait_for_selector(READY)
    assert now(page) == pytest.approx(at, abs=0.01)
    assert page.locator("#room-who").input_value() == "3"


def test_scrubbing_reaches_the_summit_and_every_kind_of_scene(show: Any) -> None:
    page = open_room(show)
    kinds = page.evaluate(
        """() => { const g = document.querySelector('.room').gfmd, seen = new Set();
        for (let t = 0; t <= g.length(); t += 0.25) { g.seek(t); seen.add(g.scene()); }
        return [...seen].join(); }"""
    )
    assert set(kinds.split(",")) >= {
        "open",
        "sitting",
        "plenary",
        "note",
        "home",
        "ballot",
        "partners",
    }
    page.locator(".timeline input").fill("1000")
    assert now(page) == page.evaluate("document.querySelector('.room').gfmd.length()")


def test_a_swap_shows_both_futures_and_can_be_closed(show: Any) -> None:
    page = open_room(show)
    page.select_option("#room-who", "0")
    page.select_option("#room-swap", index=1)
    page.locator(".mover button").click()
    page.wait_for_selector(".changed:not([hidden]) h2")
    assert page.locator(".changed tbody tr").count() == 5
    page.wait_for_url(lambda url: "change=" in url)
    assert page.locator(".differs").is_visible()
    pressed = ".futures button[aria-pressed=true]"
    first = page.locator(pressed).inner_text()
    page.locator(".hall canvas").focus()
    page.keyboard.press("b")
    assert page.locator(pressed).inner_text() != first
    page.locator(".changed > button").click()
    page.wait_for_url(lambda url: "change=" not in url)


def test_dragging_a_delegate_onto_another_table_makes_another_future(show: Any) -> None:
    page = open_room(show)
    box = page.locator(".hall canvas").bounding_box()

    def at(i: int) -> tuple[float, float]:
        x, y = page.evaluate(f"document.querySelector('.room').gfmd.spot({i})")
        return box["x"] + x / 1600 * box["width"], box["y"] + y / 900 * box["height"]

    page.mouse.move(*at(0))
    page.mouse.down()
    other = next(i for i in range(1, 30) if abs(at(i)[0] - at(0)[0]) > 200)
    page.mouse.move(*at(other), steps=4)
    page.mouse.up()
    page.wait_for_selector(".changed:not([hidden]) h2")


def test_reduced_motion_starts_still(page: Any, server: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{server}/en/room?{FORUM}")
    page.wait_for_selector(READY)
    before = now(page)
    page.wait_for_timeout(200)
    assert now(page) == before


def test_a_run_that_cannot_be_made_says_so(page: Any, watch: Any, server: str) -> None:
    watch.forgive("422")
    page.goto(f"{server}/en/room?{FORUM}&t=6&still=1&change=1.1.0.t999")
    page.wait_for_selector(".room [role=alert]:not([hidden])")
    assert "no such table" in page.locator(".room [role=alert]").inner_text()
