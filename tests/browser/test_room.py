"""The Room in a real browser: play, pause, step, scrub, follow, and two futures on the same luck."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser
FORUM = "scenario=four-groups&seed=1"
READY = ".room[data-state=ready]"
PATIENCE = 180_000  # ms: the first run on a machine compiles


def open_room(show: Any, language: str = "en", more: str = "t=6&still=1") -> Any:
    page = show(f"{language}/room?{FORUM}&{more}")
    page.wait_for_selector(READY, timeout=PATIENCE)
    return page


def now(page: Any) -> float:
    return float(page.evaluate("document.querySelector('.room').gfmd.time()"))


NINE = [
    (language, theme) for language in ("en", "fr", "es") for theme in ("light", "dark", "projector")
]
SOME = [("en", "light"), ("fr", "dark"), ("es", "projector")]


@pytest.mark.parametrize(
    ("language", "theme"),
    [*(NINE if os.environ.get("AXE") == "all" else SOME), ("qps", "light")],
)
def test_the_room_is_accessible_in_every_language_and_theme(
    show: Any, axe: Any, language: str, theme: str
) -> None:
    page = open_room(show, language, f"t=6&still=1&theme={theme}")
    axe()
    page.evaluate("document.querySelector('.room').gfmd.choose(0)")
    page.locator("details.data summary").click()
    axe()
    page.locator(".hall canvas").focus()
    page.keyboard.press("End")
    page.keyboard.press("f")
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
    page.wait_for_selector(READY, timeout=PATIENCE)
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
    page.wait_for_selector(".changed:not([hidden]) h2", timeout=PATIENCE)
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
    page.wait_for_selector(".changed:not([hidden]) h2", timeout=PATIENCE)


def test_reduced_motion_starts_still_and_nobody_glides(page: Any, server: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{server}/en/room?{FORUM}")
    page.wait_for_selector(READY, timeout=PATIENCE)
    before = now(page)
    drawn = page.evaluate("document.querySelector('.room').gfmd.frames()")
    page.wait_for_timeout(300)
    assert now(page) == before
    assert page.evaluate("document.querySelector('.room').gfmd.frames()") == drawn
    seats, middle = page.evaluate(GLIDE)
    assert middle == seats, "with less motion people are at their seats at once"
    page.emulate_media(reduced_motion="no-preference")
    seats, middle = page.evaluate(GLIDE)
    assert middle != seats


# A hall's pixels at the end of the walk to the first sitting, and half-way.
GLIDE = """() => {
  const g = document.querySelector('.room').gfmd, c = document.querySelector('.hall canvas');
  const s = g.view.stage.scenes.find((x) => x.kind === 'sitting');
  return [s.start + s.walk - 1e-3, s.start + s.walk / 2].map((t) => { g.seek(t); return c.toDataURL(); });
}"""


def test_every_link_of_a_partnership_lies_open(show: Any) -> None:
    """No link passes under a solution: all of them begin at a card's foot and stay beneath it."""
    page = open_room(show, more="t=1e9&still=1")
    assert page.evaluate("document.querySelector('.room').gfmd.scene()") == "partners"
    found = page.evaluate(
        """() => {
        const view = document.querySelector('.room').gfmd.view, s = view.stage.scenes.at(-1);
        const heights = [], c = document.createElement('canvas').getContext('2d');
        for (const name of ['moveTo', 'lineTo', 'quadraticCurveTo'])
          c[name] = (...xy) => heights.push(...xy.filter((_, k) => k % 2));
        s.partnerships.forEach((_, k) => gfmd_parts.link(c, view, s, k, 1));
        return [s.partnerships.length, Math.min(...heights), Math.max(...s.knots.cards.map((x) => x.y + x.high))];
        }"""
    )
    partnerships, highest, foot = found
    assert partnerships > 0
    assert highest >= foot


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_the_keyboard_alone_leads_from_the_hall_to_another_future(show: Any, language: str) -> None:
    page = open_room(show, language)
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "room-who":
            break
    page.keyboard.press("ArrowDown")
    page.wait_for_url(lambda url: "who=0" in url)
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "room-swap":
            break
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(".changed:not([hidden]) h2", timeout=PATIENCE)
    page.keyboard.press("f")
    page.wait_for_selector(".room[data-wide]")
    page.wait_for_url(lambda url: "wide=1" in url and "change=" in url)
    address = page.url
    page.reload()
    page.wait_for_selector(".changed:not([hidden]) h2", timeout=PATIENCE)
    page.wait_for_selector(".room[data-wide]")
    page.wait_for_timeout(400)
    assert page.url == address, "the URL is the state"
    page.keyboard.press("f")
    page.wait_for_selector(".room:not([data-wide])")


def test_another_theme_and_another_language_show_the_same_moment(show: Any) -> None:
    page = open_room(show)
    page.evaluate("document.querySelector('.room').gfmd.seek(9.5)")
    page.select_option("#room-who", "4")
    page.click("header .tools a[href*='theme=dark']")
    page.wait_for_selector("html[data-theme=dark] " + READY)
    assert now(page) == pytest.approx(9.5, abs=0.01)
    page.click("a[lang=fr]")
    page.wait_for_selector("html[lang=fr][data-theme=dark] " + READY, timeout=PATIENCE)
    assert now(page) == pytest.approx(9.5, abs=0.01)
    assert page.locator("#room-who").input_value() == "4"


def test_the_saved_room_plays_without_a_server(show: Any, browser: Any, tmp_path: Path) -> None:
    page = open_room(show, "fr", "t=6&still=1&theme=dark&who=2&change=1.1.0.1")
    page.wait_for_selector(".changed:not([hidden]) h2", timeout=PATIENCE)
    changed = page.locator(".changed h2").inner_text()
    with page.expect_download() as saved:
        page.click("a[download='room.html']")
    file = tmp_path / "room.html"
    saved.value.save_as(str(file))
    alone = browser.new_context(offline=True)
    asked: list[str] = []
    errors: list[str] = []
    alone.on("request", lambda r: asked.append(r.url))
    copy = alone.new_page()
    copy.on("pageerror", lambda e: errors.append(str(e)))
    copy.goto(file.as_uri())
    copy.wait_for_selector(READY)
    assert now(copy) == pytest.approx(6, abs=0.01)
    assert copy.locator("html").get_attribute("data-theme") == "dark"
    assert copy.locator("#room-who").input_value() == "2"
    assert copy.locator(".changed h2").inner_text() == changed
    copy.click("button.play")
    while now(copy) <= 6.2:
        copy.wait_for_timeout(20)
    copy.keyboard.press("b")
    copy.keyboard.press("End")
    assert [u for u in asked if not u.startswith(("file:", "data:"))] == []
    assert copy.evaluate("document.fonts.check(\"1em 'Source Sans 3'\")")
    assert not errors
    alone.close()


def test_names_of_a_list_are_text_in_the_room_and_in_solutions(show: Any, tmp_path: Path) -> None:
    roster = tmp_path / "list.csv"
    groups = ("states", "civil_society", "private_sector", "youth")
    rows = "".join(
        f'"<img src=x onerror=alert({k})>",{groups[k % 4]},"<b>r{k % 3}</b>"\n' for k in range(24)
    )
    roster.write_text("id,group,region\n" + rows, encoding="utf-8")
    page = open_room(show)
    page.locator("details.noprint summary").click()
    page.set_input_files("#upload-file", str(roster))
    page.wait_for_url(lambda url: "roster=" in url)
    page.wait_for_selector("#room-who option[value='63']", state="detached", timeout=PATIENCE)
    page.wait_for_selector("#room-who option[value='23']", state="attached", timeout=PATIENCE)
    assert page.locator("#room-who option").count() == 25  # nobody, and 24
    page.select_option("#room-who", "3")
    assert "<img src=x onerror=alert(3)>" in page.locator(".closeup h2").inner_text()
    assert "<b>r0</b>" in page.locator(".closeup").inner_text()
    page.select_option("#room-swap", index=1)
    page.locator(".mover button").click()
    page.wait_for_selector(".changed:not([hidden]) h2:has-text('<img src=x')")
    page.locator("details.data summary").click()
    assert page.locator("#main img, #main b b").count() == 0
    page.click("nav a[href*='/solutions']")
    page.wait_for_selector("#results[data-state=done]", timeout=180_000)
    page.wait_for_selector("#figure-support")
    assert page.locator("#main img").count() == 0
    network = page.locator("#figure-network tbody").first
    if network.count():
        assert "<img src=x" in (network.text_content() or "")


def test_a_run_that_cannot_be_made_says_so(page: Any, watch: Any, server: str) -> None:
    watch.forgive("422")
    page.goto(f"{server}/en/room?{FORUM}&t=6&still=1&change=1.1.0.t999")
    page.wait_for_selector(".room [role=alert]:not([hidden])")
    assert "no such table" in page.locator(".room [role=alert]").inner_text()


def test_the_headline_says_where_the_film_is_and_at_its_end_what_came(show: Any) -> None:
    page = open_room(show)
    headline = page.locator(".room .finding")
    assert headline.inner_text().startswith("Consultation 1")
    assert "adopted" not in headline.inner_text()
    page.locator(".hall canvas").focus()
    page.keyboard.press("End")
    assert "adopted" in headline.inner_text()
    page.keyboard.press("Home")
    assert headline.inner_text() == "Consultation 1 opens: support has not moved yet"


def test_the_longest_account_is_not_cut_on_a_small_projector(show: Any) -> None:
    page = show("es/room?seed=1&t=30&still=1&theme=projector")
    page.wait_for_selector(READY, timeout=PATIENCE)
    below = page.evaluate(
        """() => {
          const room = document.querySelector('.room').gfmd, view = room.view, found = [];
          for (const s of view.stage.scenes.filter((x) => x.kind === 'sitting'))
            s.turns.forEach((turns, table) => {
              for (let k = 0; k < s.n_turns; k++) {
                const account = turns[3 * k + 1];
                if (account < 0) continue;
                const item = view.data.items[view.data.accounts[account]];
                found.push({ s, table, k, long: item[1].length + item[2].length });
              }
            });
          const { s, table, k } = found.sort((a, b) => b.long - a.long)[0];
          view.table = table;
          room.choose(-1);
          room.seek(window.gfmd_parts.momentOf(s, k) + .01);
          const bottom = (what) => document.querySelector(what).getBoundingClientRect().bottom;
          return bottom('.closeup') - bottom('.closeup blockquote');
        }"""
    )
    assert below >= 24  # pixels that fade out


def test_what_cannot_be_shown_leaves_no_empty_hall(show: Any, watch: Any) -> None:
    watch.forgive("400")
    page = show("fr/room?roster=gone&theme=dark")
    page.wait_for_selector(".room[data-state=failed] .complaint")
    assert "n’est plus là" in page.locator(".complaint").inner_text()
    for what in (".stage", ".transport", ".legend", ".keys"):
        assert page.locator(what).is_hidden()
    page.click(".complaint a.button")
    page.wait_for_selector(READY, timeout=PATIENCE)


def test_the_other_future_s_key_says_how_to_get_one(show: Any) -> None:
    page = show("es/room?scenario=four-groups&seed=1&t=6&still=1")
    page.wait_for_selector(".room[data-state=ready]", timeout=180_000)
    box = page.locator(".room .keys").bounding_box()
    assert box is not None and box["y"] + box["height"] <= 720  # in sight on a small projector
    page.keyboard.press("b")
    page.wait_for_selector(".differs:has-text('Aún no hay otro futuro')")


def test_luck_out_of_its_range_is_corrected_where_it_stands(show: Any) -> None:
    page = show("en/room?scenario=four-groups&seed=-5&still=1")
    page.wait_for_selector(".room[data-state=ready]", timeout=180_000)
    page.wait_for_url(lambda url: "seed=0" in url)
    page.fill("#field-seed", "-7")
    page.keyboard.press("Tab")
    page.wait_for_function("() => document.querySelector('#field-seed').value === '0'")
    page.wait_for_url(lambda url: "seed=0" in url)


def test_a_note_says_that_its_tables_are_those_of_both_sittings(show: Any) -> None:
    page = show("es/room?scenario=four-groups&seed=1&t=6&still=1")
    page.wait_for_selector(".room[data-state=ready]", timeout=180_000)
    page.evaluate(
        """() => {
          const room = document.querySelector('.room').gfmd;
          const note = room.view.stage.scenes.find((s) => s.kind === 'note');
          room.seek(note.start + note.length - .1);
        }"""
    )
    assert "mesas en 2 sesiones" in page.locator(".closeup .points").inner_text()


@pytest.mark.parametrize(("size", "wide"), [((1280, 720), False), ((1920, 1080), True)])
def test_everybody_at_the_table_is_in_sight_on_a_projector(
    show: Any, size: tuple[int, int], wide: bool
) -> None:
    page = show("es/room?theme=projector&still=1&t=34&table=3")
    page.wait_for_selector(READY, timeout=PATIENCE)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    if wide:
        page.keyboard.press("f")
        page.wait_for_selector(".room[data-wide]")
    page.wait_for_selector(".closeup blockquote")
    page.wait_for_timeout(300)  # the hall takes its new size
    left = page.evaluate(
        """() => {
          const card = document.querySelector('.closeup'), box = card.getBoundingClientRect();
          const fades = parseFloat(getComputedStyle(card).paddingBottom);
          const last = wide => [...card.querySelectorAll(wide ? '.seats + p' : '.seats li')].at(-1);
          return [false, true].map((w) => box.bottom - fades - last(w).getBoundingClientRect().bottom);
        }"""
    )
    assert left[0] >= -1 and (not wide or left[1] >= -1)
    keys = page.evaluate(
        "parseFloat(getComputedStyle(document.querySelector('.room .keys')).fontSize)"
    )
    assert keys >= 16


def test_no_line_crosses_a_table_s_number(show: Any) -> None:
    page = show("en/room?scenario=four-groups&seed=1&t=6&still=1")
    page.wait_for_selector(READY, timeout=PATIENCE)
    order = page.evaluate(
        """() => {
          const parts = window.gfmd_parts, told = [], room = document.querySelector('.room').gfmd;
          for (const what of ['speech', 'numbers', 'network']) {
            const draws = parts[what];
            parts[what] = (...given) => { told.push(what); return draws(...given); };
          }
          const sitting = room.view.stage.scenes.find((x) => x.kind === 'sitting');
          room.choose(0);
          room.seek(parts.momentOf(sitting, 2) + .01);
          return new Promise((done) => setTimeout(() => done(told), 300));
        }"""
    )
    assert "speech" in order and "network" in order and order[-1] == "numbers"


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)], ids=str)
@pytest.mark.parametrize("theme", ["light", "dark", "projector"])
def test_all_beside_the_hall_is_in_sight(show: Any, theme: str, size: tuple[int, int]) -> None:
    """Every seat, and what bars and numbers mean, above where the card fades; letters stay large."""
    page = show(f"fr/room?theme={theme}&seed=1&still=1&t=12&table=6")
    page.wait_for_selector(READY, timeout=PATIENCE)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.wait_for_selector(".closeup blockquote")
    page.wait_for_timeout(300)  # the hall takes its new size
    seats, said, letters = page.evaluate(
        """() => {
          const card = document.querySelector('.closeup'), box = card.getBoundingClientRect();
          const end = box.bottom - parseFloat(getComputedStyle(card).paddingBottom);
          const over = (what) => end - [...card.querySelectorAll(what)].at(-1).getBoundingClientRect().bottom;
          const size = (what) => parseFloat(getComputedStyle(card.querySelector(what)).fontSize);
          return [over('.seats li'), over('.seats + p'), Math.min(...['.seats button', '.seats + p'].map(size))];
        }"""
    )
    assert seats >= -1 and said >= -1
    assert letters >= (16 if theme == "projector" else 13.5)
