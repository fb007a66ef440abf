"""Emulations, patterns, negative controls and the suite that runs them.

Checks are deterministic (their seed is fixed). Patterns are tested at the defaults.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from gfmd_sim.api import worlds_of
from gfmd_sim.cli import main
from gfmd_sim.errors import UserError
from gfmd_sim.evidence import a1r, calibrate, emulations, near_null, patterns, posterior, suite
from gfmd_sim.evidence.calibrate import PRIOR, applied
from gfmd_sim.evidence.check import Check
from gfmd_sim.evidence.data import FOLDER, columns, items_before, rows, targets
from gfmd_sim.experiments.forum_sweep import draw, worlds_beside
from gfmd_sim.scenario.files import SHIPPED, load, load_scenario

FILES = sorted(p.stem for p in (SHIPPED / "emulations").glob("*.yaml"))


# -- files


@pytest.mark.parametrize("name", FILES)
def test_every_emulation_is_a_scenario_that_asks_one_question(name: str) -> None:
    loaded = load(f"emulations/{name}")
    assert loaded.scenario.name == name
    question = loaded.scenario.question
    assert question is not None
    said = [question.in_(language) for language in ("en", "fr", "es")]
    assert len(set(said)) == 3
    assert all(text.count("?") == 1 and text.endswith("?") for text in said)
    assert "¿" in said[2]
    assert f"--pattern {name}" in loaded.text


def test_every_file_is_an_emulation_and_every_emulation_a_file() -> None:
    assert {*emulations.EMULATIONS, "near-null"} == set(FILES)


def test_data_have_sources_and_no_persons() -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    for path in FOLDER.iterdir():
        if path.name != "README.md":
            assert f"`{path.name}`" in readme
    for target in targets().values():
        assert f"{target.source_key}:" in readme
    assert len(rows("a1r_item_aggregates.csv")) == 39
    assert "immigration" not in {r["block"] for r in rows("a1r_item_aggregates.csv")}
    assert len(items_before("immigration")["mean_pre"]) == 9
    with pytest.raises(ValueError, match="no block"):
        items_before("weather")


# -- the posterior


def test_the_posterior_is_what_its_record_says() -> None:
    draws = posterior.samples()
    assert posterior.names() == tuple(PRIOR)
    assert len(draws) == 1000
    for name, (low, high) in PRIOR.items():
        value = np.array([d[name] for d in draws])
        assert low <= value.min() < value.max() <= high
        assert value.mean() == pytest.approx(posterior.about()["summary"][name]["mean"], abs=1e-3)
        assert low <= posterior.point()[name] <= high


def test_the_point_lies_within_the_posterior() -> None:
    """Within the 95% of each parameter, and no farther out than 99% of the draws jointly."""
    table = np.array([list(d.values()) for d in posterior.samples()])
    point = np.array([posterior.point()[k] for k in PRIOR])
    low, high = np.quantile(table, [0.025, 0.975], axis=0)
    assert ((low <= point) & (point <= high)).all()
    inverse = np.linalg.inv(np.cov(table.T))
    centred = table - table.mean(axis=0)
    out = np.einsum("ij,jk,ik->i", centred, inverse, centred)
    gap = point - table.mean(axis=0)
    assert gap @ inverse @ gap < np.quantile(out, 0.99)


def test_the_posterior_as_one_factor() -> None:
    seen = [tuple(posterior.at((i + 0.5) / 1000).values()) for i in range(1000)]
    assert sorted(seen) == sorted(tuple(d.values()) for d in posterior.samples())
    assert posterior.at(0.0) != posterior.at(0.999)
    along = np.array(seen)
    near = np.abs(np.diff(along, axis=0)).mean(axis=0)
    far = np.abs(along[500:] - along[:500]).mean(axis=0)
    assert (near / far).min() < 0.7


def test_a_draw_as_levers_of_the_forum() -> None:
    one, scenario = posterior.samples()[3], load_scenario("gfmd-2024-25")
    levers = posterior.levers(one, scenario)
    assert "experimental.survey_noise" not in levers
    assert levers["opinion.table_pull"] == one["opinion.table_pull"]
    held = {g: 1.0 - levers[f"population.groups.{g}.susceptibility"] for g in ("states", "youth")}
    assert held["states"] == pytest.approx(3.0 * held["youth"], abs=3e-4)
    pooled = {**one, "susceptibility": posterior.point()["susceptibility"]}
    middle = posterior.levers(pooled, scenario)
    assert middle["population.groups.states.susceptibility"] == pytest.approx(0.85)
    assert load_scenario("gfmd-2024-25", levers).opinion.table_pull == one["opinion.table_pull"]
    own = load_scenario("gfmd-2024-25", {"opinion.prior_weight": 4.0})
    assert "opinion.prior_weight" not in posterior.levers(one, own)
    assert "opinion.prior_weight" not in draw(own, [], 1, kind="posterior", seed=0)[0]


def test_comparisons_and_sweeps_draw_from_the_posterior() -> None:
    """Whole draws, never a mixture of two: the parameters trade off."""
    scenario = load_scenario("gfmd-2024-25")
    known = {tuple(posterior.levers(d, scenario).values()) for d in posterior.samples()}
    paths = list(posterior.levers(posterior.samples()[0], scenario))
    for worlds in (
        worlds_of(scenario, [], 40, 7),
        draw(scenario, [], 20, kind="posterior", seed=7),
        worlds_beside(scenario, [], 7)(20),
    ):
        assert {tuple(w[p] for p in paths) for w in worlds} <= known
        assert all("note.p_read" in w and "posterior.draw" not in w for w in worlds)


def test_parameters_are_applied_where_they_belong() -> None:
    base = load_scenario("emulations/a1r")
    changed = applied(base, {
        "opinion.table_pull": 0.31, "susceptibility": 0.77, "experimental.survey_noise": 0.2,
        "turns_an_item": 10.0,
    })  # fmt: skip
    assert changed.opinion.table_pull == 0.31
    assert {g.susceptibility for g in changed.population.groups.values()} == {0.77}
    assert changed.discussion.n_turns == 390
    assert changed == a1r.with_noise(changed, 0.2)
    assert applied(base, {}) == base
    chat = load_scenario("emulations/chat-3")
    assert applied(chat, {"experimental.survey_noise": 0.2}) == chat


# -- patterns and controls


@pytest.mark.parametrize(
    "part",
    [
        lambda: patterns.weekend(),
        lambda: patterns.exposure(),
        lambda: patterns.floor(),
        patterns.mentions,
    ],
    ids=["weekend", "exposure", "floor", "mentions"],
)
def test_patterns_hold(part: suite.Part) -> None:
    checks = part()
    assert checks
    assert [c for c in checks if not c.passed] == []


@pytest.mark.parametrize("name", patterns.VARIANTS)
def test_rejected_variants_are_rejected(name: str) -> None:
    failed = [c.id for c in patterns.VARIANTS[name]() if not c.passed]
    assert failed


def test_shuffled_tables_fail_for_the_right_reason() -> None:
    failed = {c.id.split(".")[-1] for c in patterns.shuffled_tables()
              if not c.passed}  # fmt: skip
    assert {"peer_slope", "icc_after", "table_sd"} <= failed
    assert "own_slope" not in failed


def test_what_composition_does_in_the_forum() -> None:
    checks = patterns.forum_patterns("four-groups", 24)
    named = {c.id.split(".")[-1]: c for c in checks}
    assert named["caucus_keeps_gap"].passed
    assert named["balanced_shrinks_gap"].passed
    assert named["fixed_ties"].passed


def test_grouping_hardly_matters_where_it_should_not() -> None:
    found = near_null.verdicts(12)
    assert [v.rule for v in found] == ["random", "caucus", "like_minded"]
    assert all(v.is_null and 0.0 < v.smallest_seen < v.smallest_of_interest for v in found)


def test_the_null_verdict_is_not_all_it_can_say() -> None:
    """Negative control: where opinions are held, one-sided tables do matter."""
    found = {v.rule: v for v in near_null.verdicts(12, scenario="emulations/like-minded")}
    assert found["caucus"].verdict == "matters"


# -- predictions


def test_predictions_have_intervals() -> None:
    found = emulations.predict("like-minded", 40)
    for name in ("shift_mixed", "shift_like_minded"):
        assert found[name].low < found[name].mean < found[name].high
    assert found["shift_mixed"].mean > found["shift_like_minded"].mean
    again = emulations.predict("like-minded", 40)
    assert found == again


def test_worlds_are_drawn_for_teams() -> None:
    found = emulations.predict("team-formation", 8)
    assert found["odds_ratio"].low > 1.0
    assert found["interaction_ratio"].mean > 1.0


def test_unknown_emulations_are_refused() -> None:
    with pytest.raises(UserError, match="no such emulation") as caught:
        emulations.emulation("chat-55")
    assert "did you mean chat-5?" in str(caught.value.remedy)


# -- checks and the command


def test_a_check_passes_within_its_limits_only() -> None:
    def found(value: float, low: float | None, high: float | None) -> bool:
        return Check("x", "", None, low, high, value, "").passed

    assert found(1.0, 1.0, 1.0)
    assert found(5.0, None, None)
    assert not found(0.9, 1.0, None)
    assert not found(1.1, None, 1.0)
    assert not found(float("nan"), None, None)
    assert not found(float("inf"), 0.0, None)
    json.dumps(Check("x", "", None, 0.0, 1.0, float("nan"), "").as_dict(), allow_nan=False)


def test_the_command_prints_checks(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    good = Check("theory.good", "a claim", 1.0, 0.0, 2.0, 1.0, "somebody 1999")
    bad = Check("pattern.bad", "another", None, None, 1.0, 3.0, "nobody")
    monkeypatch.setattr(suite, "PARTS", (lambda: [good],))
    assert main(["evidence", "--json", "--quiet"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["checks"][0] == {
        "id": "theory.good", "about": "a claim", "expected": 1.0, "low": 0.0, "high": 2.0,
        "found": 1.0, "passed": True, "source": "somebody 1999",
    }  # fmt: skip
    monkeypatch.setattr(suite, "PARTS", (lambda: [good], lambda: [bad]))
    assert main(["evidence", "--quiet"]) == 1
    said = capsys.readouterr().out
    assert "1 of 2 checks pass" in said
    assert "pattern.bad" in said


def test_a_part_that_breaks_is_a_failed_check(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> list[Check]:
        raise RuntimeError("no wind")

    monkeypatch.setattr(suite, "PARTS", (broken,))
    (check,) = suite.run_evidence()
    assert not check.passed
    assert "no wind" in check.about


def test_the_command_prints_a_pattern(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evidence", "--pattern", "chat-5", "--replicates", "4", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert set(answer["statistics"]) == {"word_ratio", "word_gini", "unanimous"}
    assert set(answer["statistics"]["word_gini"]) == {
        "mean", "low", "high", "at_defaults", "definition",
    }  # fmt: skip
    assert "40 chats of 5" in answer["interval"]
    assert (Path(SHIPPED).parent / answer["scenario"]).is_file() or "scenarios/" in answer[
        "scenario"
    ]
    assert main(["evidence", "--pattern", "near-null", "--replicates", "6"]) == 0
    assert "does not matter" in capsys.readouterr().out
    assert main(["evidence", "--pattern", "chat-55"]) == 2


def test_theory_passes() -> None:
    """Every part but the slow one, which the whole command runs."""
    from gfmd_sim.evidence import theory

    for part in theory.CHECKS:
        if part not in (theory.argument_exchange, theory.engine):
            assert [c for c in part() if not c.passed] == []


@pytest.mark.slow
def test_the_whole_suite_passes() -> None:
    assert [c for c in suite.run_evidence() if not c.passed] == []


def test_the_defaults_are_the_point() -> None:
    scenario = load_scenario("gfmd-2024-25")
    for path, value in posterior.point().items():
        if "." in path and not path.startswith("experimental."):
            block, name = path.split(".")
            assert getattr(getattr(scenario, block), name) == value, path
    pooled = load_scenario("emulations/a1r")
    assert {g.susceptibility for g in pooled.population.groups.values()} == {
        posterior.point()["susceptibility"]
    }
    assert pooled.experimental.survey_noise == posterior.point()["experimental.survey_noise"]
    assert posterior.point() == calibrate.POINT


# -- calibration


def test_a_small_fit_comes_near() -> None:
    """40 particles, 3 steps: nearer to the observed than the prior is."""
    box, simulate = calibrate.Box.of(calibrate.DRAWN), calibrate.Weekend(1, n_luck=4)
    scale = calibrate.observed() * 0.2
    found = calibrate.population_monte_carlo(
        box, calibrate.observed(), scale, simulate, n=40, most_steps=3, seed=2
    )
    from gfmd_sim.evidence.abc import distances, sample_prior

    _, statistics = sample_prior(box, 40, simulate, 2)
    prior = distances(statistics, calibrate.observed(), scale)
    assert np.median(found.distance) < 0.7 * np.median(prior)


@pytest.mark.slow
def test_known_parameters_are_found_again() -> None:
    """600 weekends, 150 tests; a share of .8 has a standard error of .033; limits 4 wide."""
    from gfmd_sim.evidence.abc import recover, sample_prior

    box, simulate = calibrate.Box.of(calibrate.DRAWN), calibrate.Weekend(0)
    theta, statistics = sample_prior(box, 600, simulate, 5)
    found = recover(box, theta, statistics, simulate.scale, n_tests=150)
    wide = found.covered[found.levels.index(0.8)]
    assert (np.abs(wide - 0.8) < 4.0 * 0.033 + 0.03).all()
    explained = dict(zip(found.names, found.explained, strict=True))
    assert explained["experimental.survey_noise"] > 0.8
    assert explained["opinion.argument_weight"] > 0.1


def test_columns_of_data() -> None:
    seen = columns("chat_participation.csv")
    assert seen["n_active"].tolist() == [2.0, 3.0, 4.0]
    assert (np.diff(seen["word_gini"]) > 0).all()
