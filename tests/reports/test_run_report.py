"""The report of one design's runs."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from gfmd_sim import api
from gfmd_sim.reports import run_report
from gfmd_sim.reports.run_figures import journey, partnerships, reason_words, solutions, trajectory
from gfmd_sim.results import Results
from gfmd_sim.scenario.agenda import LANGUAGES, Language, Roundtable
from gfmd_sim.scenario.files import load_agenda
from gfmd_sim.scenario.schema import Scenario
from tests.reports.made import is_sound


@pytest.fixture(scope="module")
def results(scenario: Scenario) -> Results:
    return api.simulate(scenario, replicates=3, seed=1)


@pytest.fixture(scope="module")
def agenda(scenario: Scenario) -> dict[int, Roundtable]:
    return dict(load_agenda(scenario))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page(
    results: Results, scenario: Scenario, agenda: dict[int, Roundtable], language: Language
) -> None:
    page = run_report(results.runs, results.tables, scenario, agenda, language, seed=1)
    pictures = re.findall(r"<svg.*?</svg>", page, re.S)
    assert len(pictures) >= 4
    assert all(map(is_sound, pictures))
    assert len(page.encode()) < 5_000_000
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", page)


def test_one_run_draws_no_conclusion(
    results: Results, scenario: Scenario, agenda: dict[int, Roundtable]
) -> None:
    first = {name: t[t["replicate"] == 0] for name, t in results.tables.items()}
    page = run_report(first["runs"], first, scenario, agenda, "en")
    assert "one draw of luck, no conclusion" in page
    assert "nine in ten runs:" not in page


def test_it_says_who_comes_and_what_stands_still(scenario: Scenario) -> None:
    """What a list says instead is not told of the scenario; the control draws its delegates."""
    listed = scenario.model_copy(
        update={"population": scenario.population.model_copy(update={"roster": "lists/mine.csv"})}
    )
    runs = pd.DataFrame({"convergence": [0.5, 0.6]})
    page = run_report(runs, {}, listed, {}, "en", n_delegates=62)
    assert "62 delegates of mine.csv" in page
    assert "each at all" not in page
    page = run_report(runs, {}, listed, {}, "fr", n_delegates=62, is_everybody_everywhere=True)
    assert f"chacun aux {len(scenario.roundtables)} tables rondes" in page
    drawn = run_report(runs, {}, scenario, {}, "en")
    assert "delegates of" not in drawn
    for path in ("population.n_delegates", "population.groups.states.share"):
        assert path in drawn and path not in page
    assert "Every parameter stands at its value in the scenario" in drawn


def test_runs_alone_make_a_report(results: Results, scenario: Scenario) -> None:
    assert "<h1>" in run_report(results.runs, {}, scenario, {}, "es")


def test_the_journey_ends_at_continuity(results: Results) -> None:
    """The figure's last bar counts what the headline measure counts."""
    figure = journey(results.tables["points"], "en")
    assert figure is not None
    last = float(figure.table.rows[-1][1].rstrip("%")) / 100
    assert last == pytest.approx(results.runs["continuity"].mean(), abs=0.001)


def test_solutions_adopted_are_counted(
    results: Results, scenario: Scenario, agenda: dict[int, Roundtable]
) -> None:
    one = results.tables["solutions"].query("replicate == 0")
    figure = solutions(one, scenario, agenda, "en")
    assert figure is not None
    assert figure.title.startswith(
        f"{int(one['is_adopted'].sum())} of {int(one['is_balloted'].sum())}"
    )
    assert sum(row[3] == "adopted" for row in figure.table.rows) == one["is_adopted"].sum()


def test_every_member_of_a_partnership_is_drawn(
    scenario: Scenario, agenda: dict[int, Roundtable]
) -> None:
    frame = pd.DataFrame(
        {
            "roundtable": [1],
            "solution": ["<b>none</b>"],
            "members": ["a|b|c"],
            "groups": ["states|youth|strangers"],
            "implementer": ["a"],
            "funder": [""],
            "sponsor": ["a"],
            "is_multistakeholder": [True],
            "is_deliverable": [False],
            "is_stable": [True],
        }
    )
    figure = partnerships(frame, scenario, agenda, "en")
    assert figure is not None
    assert all(f"<title>{who}</title>" in figure.picture for who in "abc")
    assert "<b>" not in figure.picture and "nobody" in figure.picture
    assert partnerships(frame.iloc[:0], scenario, agenda, "en") is None


def test_a_spread_that_does_not_fall_is_said() -> None:
    frame = pd.DataFrame(
        {
            "consultation": [0, 1, 1],
            "roundtable": 1,
            "sitting": [0, 1, 0],
            "stage": ["start", "endorse", "plenary"],
            "variance": [0.05, 0.05, 0.05],
            "variance_between_groups": [0.01, 0.01, 0.01],
        }
    )
    assert trajectory(frame, "en").title.startswith("Support hardly draws together")
    frame["variance"] = [0.05, 0.03, 0.02]
    assert trajectory(frame, "en").title == (
        "Support draws together by 60%, most of it in consultation 1"
    )


def test_reasons_have_words(scenario: Scenario) -> None:
    assert reason_words("overall", scenario, "en") == "too few approve overall"
    assert reason_words("group:youth", scenario, "en").endswith("youth")
    assert "small groups" in reason_words("group:youth+media", scenario, "en")
