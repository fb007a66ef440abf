"""Solutions and partnerships in a real browser."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("language", "theme"), [("en", "light"), ("fr", "dark"), ("es", "projector")]
)
def test_solutions_from_choice_to_tables(show: Any, axe: Any, language: str, theme: str) -> None:
    page = show(f"{language}/solutions?scenario=four-groups&replicates=6&theme={theme}")
    page.wait_for_selector(".poll.is-done", timeout=60_000)
    page.wait_for_selector("#figure-flow svg")
    for name in ("chain", "solutions", "fates", "support", "network", "flow", "journey"):
        figure = page.locator(f"#figure-{name}")
        assert figure.locator("h2").inner_text()
        assert figure.locator("a.csv[href^='data:text/csv']").count() == 1
    page.locator("#figure-flow summary").click()
    assert page.locator("#figure-flow tbody tr").count() > 10
    axe()
