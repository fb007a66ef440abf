"""Each page's main path in a real browser, in three languages, and what no page may do."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser

LANGUAGES = ("en", "fr", "es")
THEMES = ("light", "dark", "projector")
QUICK = "scenario=four-groups&n=2&replicates=48"
PAGES = {
    "compare": "compare",
    "compared": f"compare?{QUICK}&go=1",
    "why": "why",
    "predict": "workshop",
    "expected": "workshop?step=2&hands=5.3.1",
    "reveal": "workshop?step=2&mix=1",
    "debrief": "workshop?step=3&hands=5.3.1",
    "solutions": "solutions?scenario=four-groups&replicates=6",
    "room": "room?scenario=four-groups&seed=1&t=6&still=1",
    "nowhere": "nowhere",
}
SEEN = {
    "compared": "#results[data-state=done]", "reveal": "#figure-story", "debrief": "#figure-story",
    "solutions": "#results[data-state=done]", "room": ".room[data-state=ready]",
}  # fmt: skip


def open_page(show: Callable[..., Any], name: str, language: str, theme: str = "light") -> Any:
    path = PAGES[name]
    page = show(f"{language}/{path}{'&' if '?' in path else '?'}theme={theme}")
    if name in SEEN:
        page.wait_for_selector(SEEN[name], timeout=60_000)
    return page


@pytest.mark.parametrize("name", PAGES)
def test_no_page_has_an_accessibility_fault_in_any_language_and_theme(
    show: Any, axe: Any, name: str
) -> None:
    """Each language and each theme once; all nine of them with the environment's AXE=all."""
    for k, language in enumerate(LANGUAGES):
        for theme in THEMES if os.environ.get("AXE") == "all" else (THEMES[k],):
            page = open_page(show, name, language, theme)
            assert page.locator("html").get_attribute("lang") == language
            axe()


@pytest.mark.parametrize("language", LANGUAGES)
def test_compare_from_choice_to_verdict(show: Any, language: str) -> None:
    page = show(f"{language}/compare?{QUICK}")
    page.select_option("select[name=rule2]", "like_minded")
    page.wait_for_url(lambda url: "rule2=like_minded" in url)
    page.keyboard.press("Tab")
    page.click("button[name=go]")
    page.wait_for_selector("#results[data-state=done]", timeout=60_000)
    page.wait_for_selector("#figure-glance")
    assert page.locator("h1").inner_text()
    assert page.locator("#figure-pareto svg").count() == 1
    assert page.locator("a.csv[href^='data:text/csv']").count() >= 8
    before = page.locator("#figure-glance h2").inner_text()
    page.reload()  # the URL is the state
    page.wait_for_selector("#results[data-state=done]", timeout=60_000)
    assert page.locator("#figure-glance h2").inner_text() == before


def test_a_comparison_can_be_stopped(show: Any) -> None:
    page = show("en/compare?n=2&replicates=5000&seed=77&go=1")
    page.wait_for_selector(".poll progress")
    page.click(".poll button")
    page.wait_for_selector(".poll.is-cancelled", timeout=5_000)


def test_switching_the_language_keeps_the_state(show: Any) -> None:
    page = show("en/workshop?step=2&mix=2&size=0&theme=dark")
    page.focus("#mix-input")
    page.keyboard.press("ArrowRight")
    page.click("a[lang=fr]")
    page.wait_for_selector("html[lang=fr] #mix-input")
    assert page.locator("#mix-input").input_value() == "3"
    assert page.locator("#size-input").input_value() == "0"
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_workshop_from_hands_to_sheet_by_keyboard_alone(show: Any, language: str) -> None:
    page = show(f"{language}/workshop?theme=projector")
    for key in ("1", "1", "1", "2", "3", "Shift+Digit3"):
        page.keyboard.press(key)
    page.wait_for_url(lambda url: "hands=3.1.0" in url)
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(".veil")  # first what was expected, then the answer
    assert page.locator(".raised b").first.inner_text().startswith("3")
    assert page.locator("#figure-story").count() == 0
    page.keyboard.press("Space")
    page.wait_for_selector("#figure-story")
    page.focus("#mix-input")
    page.keyboard.press("ArrowRight")  # a slider keeps its keys
    page.wait_for_url(lambda url: "mix=1" in url)
    page.wait_for_selector("#headline")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(".sheet #figure-story")
    assert "3" in page.locator(".sheet b").first.inner_text()
    page.keyboard.press("ArrowLeft")
    page.wait_for_selector("#mix-input")
    assert page.locator("#mix-input").input_value() == "1"


def test_the_workshop_fills_the_screen_and_nothing_is_cut_off(show: Any) -> None:
    page = show("es/workshop?step=2&mix=1&theme=projector")
    page.wait_for_selector(".kicker:has-text('100')", timeout=60_000)  # the refined answer
    page.keyboard.press("f")
    page.wait_for_selector("html[data-stage]")
    assert page.locator("header.top").is_hidden()
    for selector in (".slider output", "#headline", "#picture-story svg"):
        for k in range(page.locator(selector).count()):
            box = page.locator(selector).nth(k).bounding_box()
            assert box is not None and box["y"] + box["height"] <= 720, selector
    page.keyboard.press("f")
    page.wait_for_selector("html:not([data-stage])")


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)], ids=str)
def test_the_way_on_stands_at_the_right_margin_and_pictures_can_be_read(
    show: Any, size: tuple[int, int]
) -> None:
    """From the back of a room: no letter of a picture is lower than 16 pixels."""
    page = show("fr/workshop?step=2&shown=1")
    page.set_viewport_size({"width": size[0], "height": size[1]})
    bar, onwards = (page.locator(s).bounding_box() for s in (".lead-through", "[data-next]"))
    assert bar["x"] + bar["width"] == pytest.approx(onwards["x"] + onwards["width"], abs=1)
    assert bar["x"] == pytest.approx(size[0] - bar["x"] - bar["width"], abs=12)  # a scroll bar
    page = show("fr/workshop?step=2&shown=1&theme=projector")
    page.wait_for_selector("#picture-story svg text", timeout=60_000)
    heights = page.evaluate(
        """[...document.querySelectorAll("#picture-story svg text")].map(
            (e) => parseFloat(getComputedStyle(e).fontSize) * e.getScreenCTM().a)"""
    )
    assert len(heights) > 10 and min(heights) >= 16


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)])
def test_cards_are_whole_above_the_bar_on_a_projector(
    show: Any, language: str, size: tuple[int, int]
) -> None:
    page = show(f"{language}/compare?theme=projector")
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.wait_for_selector("#sketch3[data-state=done]")
    bar = page.locator(".setup > .bar").first.bounding_box()
    for k in range(3):
        card = page.locator("fieldset.design").nth(k).bounding_box()
        levers = page.locator("fieldset.design summary").nth(k).bounding_box()
        assert card["y"] + card["height"] <= bar["y"] and levers["y"] + levers["height"] <= bar["y"]


def test_the_sheet_shows_the_finding_without_scrolling(show: Any) -> None:
    page = show("es/workshop?step=3&hands=2.1.1&theme=projector")
    page.wait_for_selector(".sheet #figure-story")
    assert "alianzas" in page.locator("h1").inner_text()
    assert page.locator(".guess b").inner_text().startswith("La simulación")
    circle = page.locator("#picture-story svg :is(circle, polygon)").nth(2).bounding_box()
    assert circle["y"] + circle["height"] <= 720  # partnerships, the third row


def test_the_sheet_is_printed_and_saved(show: Any) -> None:
    page = show("en/workshop?step=3&hands=5.3.1&mix=1")
    page.wait_for_selector("#figure-story")
    page.evaluate("window.print = () => { document.title = 'printed' }")
    page.click("#print")
    assert page.title() == "printed"
    with page.expect_download() as saved:
        page.click("#keep")
    assert saved.value.suggested_filename == "gfmd-sim-workshop.html"
    page.emulate_media(media="print")
    assert page.locator(".lead-through").is_hidden() and page.locator(".sheet").is_visible()


def test_the_first_start_says_that_it_compiles(page: Any, server: str) -> None:
    """The queue's word for it is given here; tests/dashboard/test_first_start.py has the rest."""
    news = {"state": "running", "version": 0, "done": 0, "total": 14, "is_over": False,
            "message": "", "left": 0.0, "is_compiling": True}  # fmt: skip
    page.route("**/api/jobs/*", lambda route: route.fulfill(json=news))
    page.goto(f"{server}/en/room?scenario=four-groups")
    said = page.locator("#first-start")
    said.get_by_text("Compiling the model, once on this machine").wait_for()
    assert said.locator(".count").count() == 0  # nobody knows yet how long it takes
    news.update(done=3, left=20.4)
    said.get_by_text("step 3 of 14, about 21 s left").wait_for()
    page.goto(f"{server}/fr/compare?{QUICK}&go=1")
    page.locator("#poll").get_by_text("étape 3 sur 14, encore 21 s environ").wait_for()
    news.update(is_compiling=False, done=14)  # no silence between the last run and the result
    page.locator("#poll").get_by_text("calcul de ce qu’elles disent").wait_for()
    page.unroute("**/api/jobs/*")
    page.wait_for_selector("#results[data-state=done]", timeout=60_000)


def test_a_file_too_large_is_said_where_people_look(show: Any, tmp_path: Path) -> None:
    large = tmp_path / "large.csv"
    large.write_bytes(b"group\n" + b"states\n" * 300_000)
    page = show(f"en/compare?{QUICK}&seed=1")
    page.set_input_files("#upload-file", str(large))
    page.wait_for_selector("#upload [role=alert]:has-text('too large')")


def test_a_delegate_list_is_text_and_is_compared(show: Any, tmp_path: Path) -> None:
    roster = tmp_path / "list.csv"
    rows = "".join(f"<img src=x onerror=alert({k})>,states\n" for k in range(9))
    roster.write_text("name,group\n" + rows, encoding="utf-8")
    page = show(f"en/compare?{QUICK}&seed=1")
    page.set_input_files("#upload-file", str(roster))
    page.wait_for_url(lambda url: "roster=" in url)
    page.wait_for_selector(".upload:has-text('9 delegates')")


def test_the_pseudo_language_leaves_nothing_untranslated(show: Any) -> None:
    for path in ("compare", "workshop", "why"):
        page = show(f"qps/{path}")
        plain = page.evaluate(
            "[...document.querySelectorAll('#main label, #main button, #main h1, nav a, footer')]"
            ".map((e) => e.textContent.trim()).filter((t) => /[a-z]/i.test(t) && !/[\\[·]/.test(t))"
        )
        assert plain == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_report_of_the_command_line_can_be_saved(show: Any, page: Any, tmp_path: Path) -> None:
    show(f"fr/compare?{QUICK}&go=1")
    page.wait_for_selector("#results[data-state=done]", timeout=60_000)
    number = page.locator("#figure-glance td.n").nth(1).text_content()
    with page.expect_download() as saved:
        page.click("a[download='comparison.html']")
    file = tmp_path / "saved.html"
    saved.value.save_as(str(file))
    text = file.read_text(encoding="utf-8")
    assert number is not None and number in text
    assert "http://" not in text.replace("http://www.w3.org", "") and "<script src" not in text


@pytest.mark.parametrize("theme", THEMES)
def test_the_header_stands_in_one_line_on_a_projector(show: Any, theme: str) -> None:
    for language in LANGUAGES:
        page = show(f"{language}/why?theme={theme}")
        for width, height in ((1280, 720), (1920, 1080)):
            page.set_viewport_size({"width": width, "height": height})
            header = page.locator("header.top").bounding_box()
            assert header is not None and header["height"] < 64, (language, width)


MOVES = "document.getAnimations().filter((a) => a.playState === 'running').length"


def test_nothing_moves_where_less_motion_is_asked_for(page: Any, server: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    for path in ("compare?n=2", "workshop", "workshop?step=2&mix=1", "workshop?step=3", "why"):
        page.goto(f"{server}/en/{path}")
        page.wait_for_selector("html[data-ready] #main h1")
        if "compare" in path:
            page.wait_for_selector("#sketch2[data-state=done]")
        if "step=2" in path:
            page.wait_for_selector(".kicker:has-text('100')", timeout=60_000)
        page.evaluate("document.fonts.ready")
        page.mouse.move(400, 300)
        before = page.screenshot(caret="hide")
        assert page.evaluate(MOVES) == 0
        page.wait_for_timeout(300)
        assert page.screenshot(caret="hide") == before, path
    page.goto(f"{server}/en/compare?n=2&replicates=5000&seed=78&go=1")
    page.wait_for_selector(".poll progress")
    assert page.evaluate(MOVES) == 0
    assert page.evaluate("document.querySelector('progress').matches(':not(:indeterminate)')")
    page.click(".poll button")


@pytest.mark.parametrize(
    ("path", "figure", "times"),
    [
        ("compare?scenario=four-groups&n=2&replicates=2000&seed=81&go=1", "glance", 2),
        ("solutions?scenario=four-groups&replicates=400&seed=81", "chain", 1),
    ],
)
def test_what_is_open_and_in_focus_stays_so_while_results_come_in(
    show: Any, path: str, figure: str, times: int
) -> None:
    page = show(f"en/{path}")
    there = page.locator(f"#figure-{figure}")
    there.wait_for(timeout=60_000)
    summary = there.locator("summary")
    summary.focus()
    page.keyboard.press("Enter")
    picture = there.locator(".picture")
    for _ in range(times):
        before = picture.inner_html()
        for _ in range(600):
            if picture.inner_html() != before:
                break
            page.wait_for_timeout(50)
        else:
            raise AssertionError("nothing new was drawn")
        assert there.locator("details").evaluate("d => d.open")
        assert summary.evaluate("s => s === document.activeElement")
    assert page.locator("#results details[open]").count() == 1  # and no other


ODD = (
    "compare?foo=bar&n=99&rule1=xxx&theme=zzz&base=77&replicates=abc",
    "solutions?scenario=four-groups&rule=zz&roundtable=88&seed=abc&replicates=2",
    "workshop?step=9&hands=a.b&mix=99",
    "room?scenario=four-groups&seed=-3&rule=zzz&t=abc&who=zz&table=-4&speed=99&still=1",
    "why?scenario=../../etc/passwd",
)


@pytest.mark.parametrize("path", ODD, ids=lambda path: path.partition("?")[0])
def test_what_no_page_knows_in_an_address_does_no_harm(show: Any, path: str) -> None:
    page = show(f"fr/{path}")
    assert page.locator("#main h1").inner_text()
    assert page.locator(".complaint:visible, .notice:visible").count() == 0
    assert page.locator("#main form select").evaluate_all(
        "all => all.every(s => s.selectedIndex >= 0)"
    )


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("es/compare?n=2&size1=abc&go=1", "Este n\u00famero entero no sirve aqu\u00ed"),
        ("fr/compare?n=2&rule1=random&rule2=random&go=1", "Deux dispositifs sont identiques"),
    ],
)
def test_what_cannot_be_compared_is_said_in_the_language(show: Any, path: str, said: str) -> None:
    page = show(path)
    assert page.locator(".complaint p").inner_text() == said
    assert page.locator(".complaint dt").count() == 2
    assert page.locator("button[name=go]").is_visible()  # and can be mended here


def test_choosing_by_keyboard_keeps_the_focus_and_what_is_open(show: Any) -> None:
    page = show("en/compare?n=3")
    page.locator("fieldset").nth(1).locator("summary").click()
    page.focus("#choice-rule1")
    page.keyboard.press("ArrowDown")
    page.wait_for_url(lambda url: "rule1=balanced_fresh" in url)
    page.locator(".meaning").first.filter(has_text="rarely meet twice").wait_for()
    assert page.evaluate("document.activeElement.id") == "choice-rule1"
    assert page.locator("fieldset details[open]").count() == 1
    page.click("nav a[href*=why]")  # another page starts at its top, with nothing opened
    page.wait_for_selector("#main:has-text('is not claimed')")
    assert page.evaluate("document.activeElement.tagName") == "H1"
    assert page.locator("#main details[open]").count() == 0


@pytest.mark.parametrize("path", ["room?still=1", "workshop", "workshop?step=2&shown=1", "compare"])
def test_a_telephone_scrolls_in_one_direction_only(show: Any, page: Any, path: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    show(f"es/{path}")
    if path.startswith("room"):
        page.wait_for_selector(".room[data-state=ready]", timeout=180_000)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
