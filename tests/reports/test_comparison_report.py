"""The report of a comparison: it says what the data say, and needs nothing but itself."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gfmd_sim import __version__
from gfmd_sim.experiments.compare import OUT_OF_REACH, Comparison
from gfmd_sim.language import number, signed
from gfmd_sim.reports import comparison_report
from gfmd_sim.reports.comparison import all_effects
from gfmd_sim.reports.figures import by_group, digits_for, effects, effects_of, tradeoff
from gfmd_sim.reports.findings import findings, with_lever_named
from gfmd_sim.reports.words import row_name
from gfmd_sim.scenario.agenda import LANGUAGES, Language
from gfmd_sim.scenario.schema import Scenario
from tests.reports.made import SMALLEST, is_sound, made_comparison

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.fixture(scope="module")
def clear() -> Comparison:
    """Caucus loses partnerships and wins voice; random is like balanced."""
    return made_comparison({"caucus": {"partnerships": -3.0, "voice": 0.1}, "random": {}})


@pytest.fixture(scope="module")
def nothing() -> Comparison:
    return made_comparison({"random": {}, "fixed": {}})


@pytest.fixture(scope="module")
def unclear() -> Comparison:
    return made_comparison({"random": {}, "fixed": {}}, n=4, noise=0.3)


def report(comparison: Comparison, scenario: Scenario, language: Language = "en") -> str:
    return comparison_report(comparison, comparison.runs, scenario, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_one_page_that_asks_nobody_for_anything(
    clear: Comparison, scenario: Scenario, language: Language
) -> None:
    page = report(clear, scenario, language)
    assert f'<html lang="{language}">' in page
    assert len(page.encode()) < 5_000_000
    without_names = page.replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert not re.search(
        r"(?i)https?://|//cdn|<script|<link|@import|<iframe|<object", without_names
    )
    assert all(u.startswith("data:font/woff2;base64,") for u in re.findall(r"url\(([^)]*)", page))
    assert "default-src 'none'" in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_picture_is_sound_and_has_its_numbers(
    clear: Comparison, scenario: Scenario, language: Language
) -> None:
    page = report(clear, scenario, language)
    pictures = re.findall(r"<svg.*?</svg>", page, re.S)
    assert len(pictures) > 10
    assert all(map(is_sound, pictures))
    figures = re.findall(r"<figure.*?</figure>", page, re.S)
    assert len(figures) == 5 + 1 + 1
    for figure in figures:
        assert re.search(r"<h3>[^<]{10,}</h3>", figure)
        assert "<details>" in figure and "<table>" in figure


def test_the_headline_says_what_changes_and_what_does_not(clear: Comparison) -> None:
    said = findings(clear, "en")
    assert "how many partnerships form" in said.headline
    assert "how evenly the floor is shared" in said.headline
    assert "how far views converge" in said.deck and "60 replicates" in said.deck
    assert any("One group a table" in line for line in said.matters)
    assert any("random tables" in line for line in said.does_not)
    assert said.cannot_tell == []


def test_nothing_found_is_a_finding(nothing: Comparison, scenario: Scenario) -> None:
    assert findings(nothing, "en").headline == "Who sits with whom makes no difference worth having"
    page = report(nothing, scenario)
    assert page.count("no design makes a difference worth having</h3>") == 5
    assert "All designs end up in the same place" in page


def test_what_cannot_be_told_is_said(unclear: Comparison, scenario: Scenario) -> None:
    said = findings(unclear, "en")
    assert "cannot be told yet" in said.headline
    assert "more replicates would settle it" in said.cannot_tell[0]
    assert "no difference is sure to matter" in report(unclear, scenario)


def test_no_number_of_replicates_is_advised_that_nobody_can_run(unclear: Comparison) -> None:
    frame = unclear.frame.assign(more_replicates=OUT_OF_REACH + 1)
    far = replace(unclear, frame=frame)
    for said in (findings(far, "en").cannot_tell[0], *far.sentences()):
        assert "too near what would matter" in said and "100,001" not in said


def test_a_capital_stands_before_words_and_not_before_a_parameter() -> None:
    assert row_name("random", "en") == "Random tables"
    assert row_name("table_pull=0.1, random", "en") == "table_pull=0.1, random tables"


def test_designs_that_are_no_seating_rules_keep_their_names(scenario: Scenario) -> None:
    comparison = made_comparison({"note.capacity=5": {"continuity": -0.2}})
    said = findings(comparison, "en")
    assert "Who sits with whom" not in said.headline
    assert said.matters[0].startswith("note.capacity=5: continuity")
    assert "<td>note.capacity=5" in report(comparison, scenario)


def test_names_are_escaped(scenario: Scenario) -> None:
    bad = "<script>alert(1)</script>"
    comparison = made_comparison({bad: {"partnerships": -3.0}})
    named = scenario.model_copy(update={"name": '"><img src=x onerror=alert(1)>'})
    page = report(comparison, named)
    assert "<script" not in page and "<img" not in page
    assert "&lt;script&gt;" in page


def test_the_numbers_are_the_comparison_s(clear: Comparison) -> None:
    for measure, smallest in SMALLEST.items():
        digits = digits_for(smallest)
        table = effects(clear.frame, clear.runs, measure, "balanced", "en").table
        for row, e in zip(table.rows, effects_of(clear.frame, measure).values(), strict=True):
            assert row[1] == number(e.mean, "en", digits)
            if e.verdict != "baseline":
                shown = [signed(v, "en", digits) for v in (e.difference, e.low, e.high)]
                assert row[2:5] == shown


@pytest.mark.parametrize(
    ("truth", "title"),
    [
        ({"convergence": 0.3, "partnerships": -4.0}, "A trade-off between"),
        ({"convergence": 0.3, "partnerships": 4.0}, "No trade-off: gains"),
        ({"partnerships": -4.0}, "No trade-off: what is lost"),
        ({}, "All designs end up in the same place"),
    ],
)
def test_the_trade_off_is_read_off_the_data(truth: dict[str, float], title: str) -> None:
    comparison = made_comparison({"caucus": truth})
    assert tradeoff(comparison.frame, "balanced", "en").title.startswith(title)


def test_group_figure_names_the_group_furthest_from_its_share(clear: Comparison) -> None:
    groups = {"states": "States", "youth": "Youth"}
    figure = by_group(clear.runs, "voice_share", ["balanced", "caucus"], groups, "en")
    assert figure is not None
    assert figure.title.startswith("The floor, youth: about 80% of their share")
    assert by_group(clear.runs, "approval", ["balanced"], groups, "en") is None


def test_one_replicate_claims_nothing(scenario: Scenario) -> None:
    comparison = made_comparison({"caucus": {"partnerships": -3.0}}, n=2)
    runs = comparison.runs[comparison.runs["replicate"] == 0]
    figure = by_group(runs, "voice_share", ["balanced"], {"states": "S", "youth": "Y"}, "en")
    assert figure is not None and "one run cannot tell" in figure.title


def test_failed_runs_are_said(clear: Comparison, scenario: Scenario) -> None:
    assert "3 runs failed" in report(replace(clear, n_failed=3), scenario)


def test_the_same_comparison_is_the_same_page(clear: Comparison, scenario: Scenario) -> None:
    assert report(clear, scenario, "fr") == report(clear, scenario, "fr")


@pytest.mark.browser
def test_a_browser_opens_it_offline(
    clear: Comparison, scenario: Scenario, tmp_path: Path, page: Page
) -> None:
    file = tmp_path / "report.html"
    file.write_text(report(clear, scenario, "es"), encoding="utf-8")
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(file.as_uri())
    page.wait_for_function("document.fonts.status === 'loaded'")
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert said == []
    assert page.evaluate("document.fonts.check('16px \"Source Sans 3\"')")
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.browser
def test_the_table_of_all_effects_fits_the_printed_page(
    clear: Comparison, scenario: Scenario, tmp_path: Path, page: Page
) -> None:
    """Across, and upright too for browsers that turn no page; at the width between the margins."""
    worlds = replace(clear, frame=clear.frame.assign(better_in_worlds=0.5, worse_in_worlds=0.5))
    file = tmp_path / "report.html"
    file.write_text(report(worlds, scenario, "fr"), encoding="utf-8")
    page.emulate_media(media="print")
    page.goto(file.as_uri())
    over = """() => {
      const table = document.querySelector(".wide table");
      return table.getBoundingClientRect().right - document.documentElement.clientWidth;
    }"""
    for width in (265, 178):  # millimetres
        page.set_viewport_size({"width": round(width / 25.4 * 96), "height": 900})
        assert page.evaluate(over) <= 0.5
    page.add_style_tag(content=".wide td.n{white-space:nowrap!important}.wide th.n{min-width:5em}")
    assert page.evaluate(over) > 1  # what it was


def test_bare_values_get_the_lever_s_name(scenario: Scenario) -> None:
    comparison = made_comparison({"0.3": {"continuity": -0.2}, "a=1": {}})
    named = with_lever_named(comparison, "note.p_read")
    assert named.baseline == "p_read=balanced"
    assert set(named.frame["design"]) == {"p_read=balanced", "p_read=0.3", "a=1"}
    page = comparison_report(comparison, comparison.runs, scenario, "en", varied="note.p_read")
    assert "<td>p_read=0.3" in page
    assert with_lever_named(comparison, "seating.rule") is comparison


def test_a_long_list_of_open_questions_is_cut() -> None:
    designs: dict[str, dict[str, float]] = {f"n={k}": {} for k in range(6)}
    lines = findings(made_comparison(designs, n=3, noise=0.5), "en").cannot_tell
    assert len(lines) == 7 and lines[-1].endswith("further from being settled.")


@pytest.mark.browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_of_all_effects_fits_the_page_on_a_screen(
    scenario: Scenario, tmp_path: Path, page: Page, language: Language
) -> None:
    many = made_comparison({d: {} for d in ("random", "caucus", "caucus_first", "like_minded")})
    worlds = replace(many, frame=many.frame.assign(better_in_worlds=0.5))
    file = tmp_path / "report.html"
    file.write_text(report(worlds, scenario, language), encoding="utf-8")
    page.goto(file.as_uri())
    page.wait_for_function("document.fonts.status === 'loaded'")
    for width in (1280, 1920):
        page.set_viewport_size({"width": width, "height": 720})
        beyond = "e => e.scrollWidth - e.clientWidth"
        assert page.locator(".wide .scroll").evaluate(beyond) <= 0


@pytest.mark.browser
def test_what_it_rests_on_is_printed_and_titles_stay_with_what_they_head(
    clear: Comparison, scenario: Scenario, tmp_path: Path, page: Page
) -> None:
    file = tmp_path / "report.html"
    file.write_text(report(clear, scenario), encoding="utf-8")
    page.goto(file.as_uri())
    rows = page.locator(".rests tbody tr")
    assert not rows.first.is_visible()
    page.emulate_media(media="print")
    assert rows.first.is_visible() and page.locator(".rests summary").first.is_visible()
    assert not page.locator("figure tbody tr").first.is_visible()
    style = "e => getComputedStyle(e)"
    lead = page.locator("#glance + .lead")
    assert lead.evaluate(f"e => ({style})(e).breakAfter") == "avoid"
    assert page.locator(".glance").evaluate(f"e => ({style})(e).breakInside") == "avoid"


def test_the_footer_says_what_decides_the_numbers(clear: Comparison, scenario: Scenario) -> None:
    page = comparison_report(clear, clear.runs, scenario, "en", model="0123abcd")
    foot = page[page.index("<footer>") :]
    for word in (
        __version__,
        scenario.name,
        "60 replicates",
        "seed 0",
        "0123abcd",
        "random tables",
    ):
        assert word in foot, word


def test_what_a_row_counts_has_a_name(clear: Comparison) -> None:
    assert "Replicates" in all_effects(clear, "en").header
    worlds = replace(clear, frame=clear.frame.assign(better_in_worlds=0.5))
    assert "Worlds" in all_effects(worlds, "en").header
    assert not {"n", "N"} & set(all_effects(worlds, "en").header)


def test_no_error_bar_runs_through_the_name_of_the_band(clear: Comparison) -> None:
    figure = tradeoff(clear.frame, clear.baseline, "en")
    said = re.search(r'y="(\d+)"[^>]*>shaded: too small to matter in both', str(figure.picture))
    assert said and int(said[1]) < 34  # above what is plotted
