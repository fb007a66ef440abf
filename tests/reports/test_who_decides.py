"""What the world decides is no advice to an organiser: his levers are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gfmd_sim import api
from gfmd_sim.cli.stored import comparison_of
from gfmd_sim.experiments.design import Design, varied_in
from gfmd_sim.reports.decision import decision, is_of_world
from gfmd_sim.results import read_results, write_results

WORLD, LEVER = "opinion.table_pull", "seating.rule"


@pytest.mark.parametrize(
    "language, said", [("en", "No organiser"), ("fr", "Aucun organisateur"), ("es", "Ningún")]
)
def test_what_the_world_decides_is_no_choice(language, said):
    found = api.compare(
        "four-groups", {WORLD: [0.05, 0.6]}, replicates=12, seed=1, workers=0,
        draw_uncertainties=False,
    )  # fmt: skip
    told = decision(found, language)
    assert told.startswith(said)
    assert WORLD in told
    assert "{" not in told
    assert not any(word in told for word in ("Take ", "Prenez", "Tome", "0.6"))


def test_a_lever_beside_it_is_still_advised_on():
    found = api.compare(
        "four-groups", {LEVER: ["balanced", "caucus"], WORLD: [0.05, 0.6]}, replicates=12,
        seed=1, workers=0, draw_uncertainties=False,
    )  # fmt: skip
    told = decision(found, "en")
    assert told.endswith(f"No organiser decides on {WORLD}: on that, this is no advice.")
    assert not told.startswith("No organiser")


def test_a_choice_of_the_organiser_is_told_as_before():
    found = api.compare("four-groups", {LEVER: ["balanced", "random"]}, replicates=12, workers=0)
    assert found.varied == (LEVER,)
    assert "organiser decides" not in decision(found, "en")


def test_of_what_is_too_rare_nothing_is_claimed():
    found = api.compare(
        "four-groups", {WORLD: [0.3, 0.31]}, replicates=12, seed=1, workers=0,
        draw_uncertainties=False,
    )  # fmt: skip
    others = found.frame["verdict"] != "baseline"
    frame = found.frame.assign(verdict=found.frame["verdict"].mask(others, "does not matter"))
    assert "nothing here rests on it" in decision(replace(found, frame=frame), "en")
    is_rare = others & (frame["measure"] == "partnerships")
    frame = frame.assign(verdict=frame["verdict"].mask(is_rare, "too rare to tell"))
    assert "nothing that can be told rests on it" in decision(replace(found, frame=frame), "en")


def test_a_folder_keeps_what_was_varied_and_an_older_one_says_nothing(tmp_path: Path):
    found = api.compare(
        "four-groups", {WORLD: [0.05, 0.6]}, replicates=12, seed=1, workers=0,
        draw_uncertainties=False,
    )  # fmt: skip
    results = api.comparison_results(found, api.as_scenario("four-groups"))
    write_results(tmp_path / "kept", results)
    kept = read_results(tmp_path / "kept")
    assert comparison_of(kept)[0].varied == (WORLD,)
    older = replace(kept, about={k: v for k, v in kept.about.items() if k != "varied"})
    assert comparison_of(older)[0].varied == ()
    assert "organiser decides" not in decision(comparison_of(older)[0], "en")


def test_a_parameter_that_not_all_designs_set_is_varied():
    assert varied_in([Design("a"), Design("b", {"x.y": 1})]) == ("x.y",)
    assert varied_in([Design("a", {"x.y": 1, "x.z": 2}), Design("b", {"x.y": 1, "x.z": 3})]) == (
        "x.z",
    )


def test_a_parameter_nobody_knows_is_of_nobody():
    assert is_of_world(WORLD)
    assert not is_of_world(LEVER)
    assert not is_of_world("no.such")
