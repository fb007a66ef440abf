"""Compare without a browser: its numbers are those of ``run.py compare`` with the same seed."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from dashboard import designs, offer
from dashboard.address import Address
from dashboard.figures.gains import gains, gains_of
from dashboard.figures.glance import first_runs, glance
from dashboard.figures.pareto import front_of, pareto
from dashboard.jobs import Jobs
from dashboard.language import words
from dashboard.pages import compare as page
from dashboard.site import BY_NAME
from dashboard.tasks.compare import compare_task
from dashboard.uploads import Uploads
from dashboard.views.compare import compare_view, comparison_of, offline_comparison
from gfmd_sim.cli.app import app_for
from gfmd_sim.errors import UserError
from gfmd_sim.reports.words import group_labels
from gfmd_sim.scenario.files import load_scenario, with_levers

HREF = "/en/compare?n=2&rule1=balanced&rule2=caucus&replicates=48&seed=3&go=1"


@pytest.fixture(scope="module")
def answers() -> list[dict[str, Any]]:
    values = designs.job_values(Address.of(HREF), "four-groups")
    return list(compare_task(values, lambda *news: None))


def test_numbers_are_the_command_line_s(answers: list[dict[str, Any]]) -> None:
    assert_same(answers[-1], command_line("--replicates", "48"))


def test_until_clear_is_the_command_line_s(visit: Any) -> None:
    values = designs.job_values(Address.of(HREF + "&until=1"), "four-groups")
    assert values["until_clear"]
    found = list(compare_task(values, lambda *news: None))
    assert_same(found[-1], command_line("--until-clear", "--budget", "48"))
    assert "early" in found[0] and all("frame" in a for a in found[1:])


GROUPS = ("states", "civil_society", "private_sector", "youth")
NAMES = ("<img src=x onerror=alert(1)>", "=1+1", "@SUM(A1)", "</script><script>alert(1)</script>")
ROSTER = "name,group\n" + "".join(
    f'"{NAMES[k % 4]} {k}",{GROUPS[k % len(GROUPS)]}\n' for k in range(48)
)
CALLED = "<b onclick=alert(2)>our list.csv"


def test_an_uploaded_list_is_compared_as_the_command_line_does(visit: Any, tmp_path: Path) -> None:
    there = visit(HREF)
    roster = there.uploads.add(CALLED, ROSTER.encode())
    href = f"{HREF}&roster={roster.token}"
    values = designs.job_values(Address.of(href), "four-groups", str(roster.path))
    answer = list(compare_task(values, lambda *news: None))[-1]
    file = tmp_path / "list.csv"
    file.write_text(ROSTER, encoding="utf-8")
    assert_same(answer, command_line("--replicates", "48", "--roster", str(file)))
    drawn = list(compare_task(designs.job_values(Address.of(HREF), "four-groups"), lambda *n: None))
    assert not np.allclose(answer["frame"]["mean"], drawn[-1]["frame"]["mean"])

    settled = page.scenario_of(visit(href))
    text = offline_comparison(answer, settled, words("en"))
    assert "our list.csv" in text and str(roster.path) not in text
    assert CALLED not in text and not any(name in text for name in NAMES)


def test_a_list_that_does_not_fit_is_said_by_its_own_name(uploads: Uploads) -> None:
    roster = uploads.add("ours.csv", b"name,group\nAda,<script>alert(1)</script>\nBo,states\n")
    values = designs.job_values(Address.of(HREF), "four-groups", str(roster.path))
    queue = Jobs({"quick": 1})
    try:
        news = queue.wait(queue.start("compare", values, "quick"), 60)
    finally:
        queue.close()
    assert news.state == "failed"
    for language, problem in (
        ("en", "ours.csv:2, group: unknown group: "),
        ("fr", "ours.csv:2, group: groupe inconnu\u00a0: "),
        ("es", "ours.csv:2, group: grupo desconocido: "),
    ):
        told = words(language).told(news.error, uploads.named)
        assert told["problem"].startswith(problem)
        assert str(roster.path) not in str(told) and len(told["facts"]) == 3


def command_line(*more: str) -> pd.DataFrame:
    """The effects that ``run.py compare`` prints for balanced against caucus, seed 3."""
    line = ["compare", "four-groups", "--vary", "seating.rule=balanced,caucus", "--seed", "3",
            "--json", "--workers", "0", *more]  # fmt: skip
    found = CliRunner().invoke(app_for(line), line)
    assert found.exit_code == 0, found.output
    told = json.loads(found.stdout)
    rows = next(v for v in told.values() if isinstance(v, list) and "difference" in v[0])
    return pd.DataFrame(rows).set_index(["design", "measure"])


def assert_same(answer: dict[str, Any], theirs: pd.DataFrame) -> None:
    ours = answer["frame"].set_index(["design", "measure"])
    assert answer["is_last"] and len(ours) == len(theirs)
    for column in ("mean", "difference", "low", "high"):
        a = theirs[column].astype(float).reindex(ours.index)
        np.testing.assert_allclose(ours[column].astype(float), a, atol=1e-9, err_msg=column)


def test_results_stream_in_and_claim_nothing_early(answers: list[dict[str, Any]]) -> None:
    assert "early" in answers[0] and len(answers) >= 3
    early = answers[0]["early"]
    assert set(early["design"]) == {"balanced", "caucus"}
    whole = answers[-1]["runs"]
    same = whole.merge(early, on=["design", "replicate"])
    assert (same["partnerships_x"] == same["partnerships_y"]).all()


@pytest.mark.parametrize("language", ["en", "fr", "es", "qps"])
def test_every_figure_has_a_finding_and_its_numbers(
    answers: list[dict[str, Any]], language: str
) -> None:
    said, scenario = words(language), load_scenario("four-groups")
    comparison = comparison_of(answers[-1], said)
    named = group_labels(list(scenario.population.groups), scenario, said.engine)
    figures = [
        glance(comparison, said),
        pareto(comparison, said),
        gains(comparison, "approval", named, said),
        gains(comparison, "voice_share", named, said),
        first_runs(answers[0]["early"], ["partnerships"], {"balanced": "b", "caucus": "c"}, said),
    ]
    for figure in figures:
        assert figure is not None and figure.finding and figure.rows
        assert figure.markup.startswith("<svg") and "nan" not in figure.markup.lower()
        assert all(len(row) == len(figure.header) for row in figure.rows)
    text = str(compare_view(comparison, scenario, said, is_last=True))
    assert "glance" in text and "pareto" in text
    if language != "qps":  # what sentences refer to is on the page
        every = said("All effects")
        assert f"children='{every}'" in text and f"label='{every}'" in text


def test_every_shipped_scenario_has_a_title_in_every_language(visit: Any) -> None:
    assert set(offer.TITLES) == offer.shipped()
    for language in ("en", "fr", "es"):
        titles = {offer.title(n, words(language)) for n in offer.shipped()}
        assert len(titles) == len(offer.shipped()) and not titles & offer.shipped()
        if language != "en":
            assert not titles & set(offer.TITLES.values())
    for name in ("compare", "room", "solutions", "why"):
        drawn = str(BY_NAME[name].draw(visit(f"/es/{name}?still=1")))
        assert "{'value': 'lossy-notes', 'label': 'Notas breves y poco leídas'}" in drawn, name


def test_the_baseline_is_the_chosen_one(answers: list[dict[str, Any]]) -> None:
    values = designs.job_values(Address.of(HREF + "&base=2"), "four-groups")
    assert values["baseline"] == "caucus"
    last = list(compare_task(values, lambda *news: None))[-1]
    a = answers[-1]["frame"].set_index(["design", "measure"])["difference"]["caucus"]
    b = last["frame"].set_index(["design", "measure"])["difference"]["balanced"]
    np.testing.assert_allclose(a, -b, rtol=1e-9)


def test_gains_are_paired_and_in_points(answers: list[dict[str, Any]]) -> None:
    comparison = comparison_of(answers[-1], words("en"))
    runs = comparison.runs
    for gain in gains_of(comparison, "approval"):
        means = runs.groupby("design")[f"approval.{gain.group}"].mean()
        assert gain.change == pytest.approx(100 * (means["caucus"] - means["balanced"]))
        assert gain.low <= gain.change <= gain.high


def test_the_front_holds_what_nothing_beats() -> None:
    points = {"a": (0.1, 3.0), "b": (0.2, 2.0), "c": (0.1, 2.0), "d": (0.3, 1.0)}
    assert front_of(points) == ["a", "b", "d"]


def test_designs_by_lever_and_by_file() -> None:
    address = Address.of("/en/compare?n=3&rule1=random&size1=8-12&file2=turnover&file3=tables-of-5")
    one, two, three = designs.designs(address, "gfmd-2024-25")
    assert one["levers"] == {"seating.rule": "random", "seating.table_size": [8, 12]}
    assert two["levers"] == {"population.turnover": load_scenario("turnover").population.turnover}
    assert two["label"] == "file=turnover"
    assert three["levers"] == {"seating.table_size": [5, 6]}
    said = words("fr")
    title = "la moitié des délégués remplacée à chaque fois"
    assert designs.label_in_words(two["label"], said) == title


def test_a_file_as_a_design_is_that_file() -> None:
    base, other = load_scenario("gfmd-2024-25"), load_scenario("lossy-notes")
    levers = designs.differences(base, other)
    words_alone = {"name", "question"}
    made = with_levers(base, levers).model_dump(exclude=words_alone)
    assert made == other.model_dump(exclude=words_alone) and levers


def test_the_same_design_twice_is_refused() -> None:
    with pytest.raises(UserError, match="two designs are the same"):
        designs.designs(Address.of("/en/compare?n=2&rule1=caucus&rule2=caucus"), "four-groups")


@pytest.mark.parametrize("query", ["size1=x", "rule1=<b>&n=99", "sittings2=-4", "file1=../../etc"])
def test_a_stranger_s_query_is_harmless(visit: Any, query: str) -> None:
    parts = str(page.draw(visit(f"/en/compare?{query}")))
    assert "<b>" not in parts and "/etc" not in parts


def test_a_forgotten_list_is_said(visit: Any) -> None:
    parts = str(page.draw(visit("/en/compare?go=1&roster=abc")))
    assert "no longer here" in parts


def test_a_table_sketch_shows_every_group(visit: Any) -> None:
    there = visit("/en/compare?rule1=caucus")
    while (markup := page.sketch_of(there, 1, "somebody")) is None:
        time.sleep(0.05)
    assert markup.count("<polygon") + markup.count("<circle") > 64
