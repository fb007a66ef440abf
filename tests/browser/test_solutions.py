"""Solutions and partnerships in a real browser."""

from __future__ import annotations

import os
from typing import Any

import pytest

pytestmark = pytest.mark.browser
NINE = [
    (language, theme) for language in ("en", "fr", "es") for theme in ("light", "dark", "projector")
]
SOME = [("en", "light"), ("fr", "dark"), ("es", "projector")]
FIGURES = (
    "chain", "solutions", "fates", "support", "flow", "network", "partnerships", "journey",
    "trajectory",
)  # fmt: skip


def open_solutions(show: Any, language: str, theme: str = "light") -> Any:
    page = show(f"{language}/solutions?scenario=four-groups&replicates=6&theme={theme}")
    page.wait_for_selector("#results[data-state=done]", timeout=180_000)
    page.wait_for_selector("#figure-trajectory svg", timeout=180_000)
    return page


@pytest.mark.parametrize(("language", "theme"), NINE if os.environ.get("AXE") == "all" else SOME)
def test_solutions_from_choice_to_tables(show: Any, axe: Any, language: str, theme: str) -> None:
    page = open_solutions(show, language, theme)
    for name in FIGURES:
        figure = page.locator(f"#figure-{name}")
        assert figure.locator("h2").inner_text()
        assert figure.locator("a.csv[href^='data:text/csv']").count() == 1
    page.locator("#figure-flow summary").click()
    assert page.locator("#figure-flow tbody tr").count() > 10
    axe()


def test_the_keyboard_alone_reaches_another_roundtable_and_its_numbers(show: Any) -> None:
    page = open_solutions(show, "en")
    before = page.locator("#figure-support tbody").text_content()

    def tab_to(what: str) -> None:
        for _ in range(60):
            if page.evaluate("(what) => document.activeElement.matches(what)", what):
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"the keyboard does not reach {what}")

    tab_to("#choice-rule")
    page.keyboard.press("ArrowDown")
    page.wait_for_url(lambda url: "rule=" in url)
    page.wait_for_selector("#results[data-state=done]", timeout=180_000)
    page.locator("#figure-support tbody").filter(has_not_text=before).wait_for(
        state="attached", timeout=180_000
    )
    page.wait_for_selector("#results[data-state=done]", timeout=180_000)
    tab_to("#figure-support summary")
    page.keyboard.press("Enter")
    assert page.locator("#figure-support tbody tr").first.is_visible()
