"""What is seen as one file: it opens without a server, asks for nothing, and says the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser
QUICK = "scenario=four-groups&n=2&replicates=48&base=2&go=1"
PAGES = {
    "compare": (f"fr/compare?{QUICK}&theme=dark", "#results[data-state=done]", "#figure-glance svg text"),
    "setup": ("en/compare?n=2&rule2=caucus_first", ".sketch[data-state=done]", "fieldset select"),
    "solutions": (
        "es/solutions?scenario=four-groups&replicates=6", "#results[data-state=done]", "#figure-flow svg",
    ),
    "workshop": ("es/workshop?step=2&mix=1&theme=projector", "#headline", "#figure-story svg text"),
    "debrief": ("en/workshop?step=3&hands=5.3.1", ".sheet", ".sheet b"),
    "why": ("fr/why", "#main details", "#main details td"),
}  # fmt: skip
SEEN = "[...document.querySelectorAll('#main h1, #main h2, #main td, #main svg text')].map((e) => e.textContent)"


@pytest.mark.parametrize("name", PAGES)
def test_a_saved_page_needs_nothing_but_itself(
    show: Any, page: Any, browser: Any, tmp_path: Path, name: str
) -> None:
    path, ready, proof = PAGES[name]
    show(path)
    page.wait_for_selector(ready, timeout=60_000, state="attached")
    page.wait_for_selector(proof, state="attached")
    if name == "setup":  # both designs are drawn
        page.locator(".sketch[data-state=done]").nth(1).wait_for(state="attached", timeout=60_000)
    if name == "why":
        page.locator("#main summary").first.click()
    seen = page.evaluate(SEEN)
    theme = page.evaluate("document.documentElement.dataset.theme")
    language = page.evaluate("document.documentElement.lang")
    with page.expect_download() as saved:
        page.click("#save")
    file = tmp_path / "saved.html"
    saved.value.save_as(str(file))
    assert saved.value.suggested_filename.startswith("gfmd-sim-")

    context = browser.new_context(offline=True)
    asked: list[str] = []
    said: list[str] = []
    context.on("request", lambda r: asked.append(r.url))
    there = context.new_page()
    there.on("console", lambda m: said.append(m.text))
    there.goto(file.as_uri())
    assert [u for u in asked if not u.startswith(("file:", "data:"))] == []
    assert said == []
    assert there.evaluate(SEEN) == seen
    assert there.evaluate("document.documentElement.dataset.theme") == theme
    assert there.evaluate("document.documentElement.lang") == language
    assert (
        there.evaluate(
            "document.querySelectorAll('script, link, iframe, form [type=submit]').length"
        )
        == 0
    )
    assert there.evaluate("document.fonts.size") >= 2
    there.evaluate("document.fonts.ready")
    assert there.evaluate("[...document.fonts].some((f) => f.status === 'loaded')")
    if name == "setup":
        chosen = "[...document.querySelectorAll('fieldset select')].map((s) => s.value)"
        assert there.evaluate(chosen) == page.evaluate(chosen)
        assert there.locator("fieldset .sketch svg").count() == 2
    if name == "why":
        assert there.locator("#main details[open] td").count() > 5
    context.close()
