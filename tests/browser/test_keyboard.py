"""The whole demonstration without a mouse: what is reached with Tab and pressed with keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.browser

MOST = 120  # presses of Tab within which everything on a page is reached


@pytest.fixture
def to(page: Any) -> Callable[..., None]:
    """``to("#save")``: Tab until it has the focus; with ``back`` Shift+Tab."""

    def _to(selector: str, *, back: bool = False) -> None:
        for _ in range(MOST):
            page.keyboard.press("Shift+Tab" if back else "Tab")
            if page.evaluate("s => !!document.activeElement?.matches(s)", selector):
                seen = page.evaluate("document.activeElement.matches(':focus-visible')")
                assert seen, f"{selector} does not show that it has the focus"
                return
        raise AssertionError(f"{selector} is not reached with Tab")

    return _to


def test_the_whole_demonstration_by_keyboard(show: Any, to: Any) -> None:
    page = show("en/room?scenario=four-groups&seed=1&t=6&still=1")
    page.wait_for_selector(".room[data-state=ready]", timeout=180_000)
    moment = "document.querySelector('.room').gfmd.time()"
    before = page.evaluate(moment)
    page.keyboard.press("ArrowRight")
    assert page.evaluate(moment) > before
    page.keyboard.press("Space")
    page.wait_for_function("t => document.querySelector('.room').gfmd.time() > t + .5", arg=before)
    page.keyboard.press("Space")
    to("#room-who")
    page.keyboard.press("ArrowDown")
    to(".mover select")
    page.keyboard.press("ArrowDown")
    to(".mover button")
    page.keyboard.press("Enter")
    page.wait_for_selector(".changed:not([hidden]) h2", timeout=60_000)

    to("nav a[href*=compare]", back=True)
    page.keyboard.press("Enter")
    page.wait_for_selector("#choice-rule2")
    to("#choice-rule2")
    page.keyboard.press("l")  # as its name begins
    page.wait_for_url(lambda url: "rule2=like_minded" in url)
    to("button[name=go]")
    page.keyboard.press("Enter")
    page.wait_for_selector("#figure-glance", timeout=120_000)
    page.wait_for_selector("#results[data-state=done]", timeout=180_000)
    to("#figure-glance summary")
    page.keyboard.press("Enter")
    assert page.locator("#figure-glance details").evaluate("d => d.open")

    to("nav a[href*=solutions]", back=True)
    page.keyboard.press("Enter")
    page.wait_for_selector("#results[data-state=done]", timeout=180_000)
    to("nav a[href*=workshop]", back=True)
    page.keyboard.press("Enter")
    page.wait_for_selector("#hands")
    to(".hands .answer")
    page.keyboard.press("Enter")
    to("a[data-next]", back=True)
    page.keyboard.press("Enter")
    page.wait_for_selector(".veil")
    to(".veil a.button")
    page.keyboard.press("Enter")
    page.wait_for_selector("#figure-story")
    to("#mix-input", back=True)
    page.keyboard.press("ArrowRight")
    page.wait_for_url(lambda url: "mix=1" in url)

    to("nav a[href*=why]", back=True)
    page.keyboard.press("Enter")
    page.wait_for_selector("#main:has-text('Every parameter, with its source')")
    to("#main > details summary, #main details summary")
    page.keyboard.press("Enter")
    assert page.locator("#main details[open]").count() == 1
    to("header a[lang=es]", back=True)
    page.keyboard.press("Enter")
    page.wait_for_selector("html[lang=es]")
    to("header a[href*='theme=projector']", back=True)
    page.keyboard.press("Enter")
    page.wait_for_selector("html[data-theme=projector][lang=es]")
    to("#save")
    with page.expect_download() as saved:
        page.keyboard.press("Enter")
    assert saved.value.suggested_filename == "gfmd-sim-why.html"


def test_the_presenter_s_keys_lead_on_wherever_the_pointer_clicked(show: Any, to: Any) -> None:
    page = show("es/workshop")
    assert "Teclas" in page.locator(".keys").inner_text()
    page.click(".hands .answer >> nth=1")
    page.wait_for_url(lambda url: "hands=0.1.0" in url)
    page.keyboard.press("Space")  # goes on, and is no second hand
    page.wait_for_selector(".veil")
    assert "hands=0.1.0" in page.url
    page.keyboard.press("ArrowLeft")
    page.wait_for_selector(".hands")  # the button of the page before is another
    page.click(".lead-through a.button")
    page.wait_for_selector(".veil")
    page.click(".lead-through a.button")  # reveals first, as the arrow does
    page.wait_for_selector("#figure-story")
    assert "step=2" in page.url
    page.locator("#mix-input").click()
    page.wait_for_url(lambda url: "mix=" in url)
    page.keyboard.press("Space")
    page.wait_for_selector(".sheet")
    page.keyboard.press("ArrowLeft")
    page.wait_for_selector("#mix-input")
    page.keyboard.press("PageUp")
    page.wait_for_selector(".hands")
    to(".hands .answer")
    page.keyboard.press("Space")  # whoever came with Tab presses the button
    page.wait_for_url(lambda url: "hands=1.1.0" in url)


def test_a_slider_moved_before_the_reveal_reveals(show: Any) -> None:
    page = show("en/workshop?step=2")
    page.wait_for_selector(".veil")
    page.focus("#mix-input")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("#figure-story")
    page.click(".lead-through a.button")
    page.wait_for_selector(".sheet")


def test_the_room_s_keys_work_after_a_click(show: Any) -> None:
    page = show("en/room?scenario=four-groups&seed=1&t=6&still=1")
    page.wait_for_selector(".room[data-state=ready]", timeout=180_000)
    page.click(".transport .buttons > :nth-child(3)")
    for click in ("", ".track input"):
        if click:
            page.click(click)
        page.keyboard.press("Space")  # plays, and is no second step
        page.wait_for_selector(".transport .play[aria-label=Pause]")
        page.keyboard.press("Space")
        page.wait_for_selector(".transport .play[aria-label=Play]")
