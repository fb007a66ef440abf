"""Figures for notebooks say what the frames say, and text from a file stays text."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gfmd_sim import compare, simulate
from gfmd_sim.errors import UserError
from gfmd_sim.experiments.compare import BASELINE, Comparison
from gfmd_sim.results import Results


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    vary = {"seating.rule": ["balanced", "random", "caucus"]}
    return compare("four-groups", vary, replicates=6, seed=1, workers=0)


def test_a_comparison_shows_each_difference_with_its_limits(comparison: Comparison) -> None:
    drawn = {
        (round(t.x[0] - t.error_x.arrayminus[0], 9), round(t.x[0] + t.error_x.array[0], 9))
        for t in comparison.plot().data
    }
    rows = comparison.frame[comparison.frame["verdict"] != BASELINE]
    assert drawn == {(round(r.low, 9), round(r.high, 9)) for r in rows.itertuples()}


def test_a_comparison_shades_what_is_too_small_to_matter(comparison: Comparison) -> None:
    bands = {s.x1 for s in comparison.plot().layout.shapes if s.type == "rect"}
    assert bands == set(comparison.smallest_effects.values())


def test_the_title_is_the_finding_in_the_language_asked_for(comparison: Comparison) -> None:
    titles = {
        language: comparison.plot(language).layout.title.text for language in ("en", "fr", "es")
    }
    assert len(set(titles.values())) == 3


def test_a_name_from_a_file_is_text(comparison: Comparison) -> None:
    evil = "<a href='x'>caucus</a>"
    frame = comparison.frame.assign(design=comparison.frame["design"].replace("caucus", evil))
    figure = replace(comparison, frame=frame).plot()
    assert "<a href" not in figure.to_json()
    assert "&lt;a href" in figure.to_json().replace("\\u003c", "<").replace("\\u0026", "&")


def test_the_course_of_runs_starts_at_all_of_the_variance() -> None:
    results = simulate("four-groups", replicates=3, seed=1)
    *runs, whole, between = results.plot().data
    assert len(runs) == 3
    assert all(run.y[0] == 1.0 for run in runs)
    assert whole.y[0] == 1.0
    assert whole.y[-1] == pytest.approx(sum(run.y[-1] for run in runs) / 3)
    assert all(b < w for b, w in zip(between.y, whole.y, strict=True))


def test_results_without_a_course_say_so(comparison: Comparison) -> None:
    results = Results("compare", {}, {"runs": comparison.runs}, {})
    with pytest.raises(UserError, match="no trajectory"):
        results.plot()
