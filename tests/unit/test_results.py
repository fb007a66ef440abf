"""Result folders: whole or not there, checked when read, never over somebody else's files."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pandas as pd
import pytest

from gfmd_sim.api import compare, comparison_results, simulate
from gfmd_sim.errors import StoreError
from gfmd_sim.results import MANIFEST, Results, prepare_output, read_results, write_results
from gfmd_sim.scenario.files import load_scenario
from gfmd_sim.seating.plan_file import read_plan


def some() -> Results:
    return Results(
        "simulate", {"seed": 1}, {"runs": pd.DataFrame({"x": [1.0, 2.0]})}, {"notes/a.md": "hé\n"}
    )


def test_written_and_read_back(tmp_path: Path) -> None:
    place = write_results(tmp_path / "out", some())
    again = read_results(place)
    pd.testing.assert_frame_equal(again.runs, some().runs)
    assert again.texts == {"notes/a.md": "hé\n"}
    assert again.about["seed"] == 1
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_equal_runs_are_equal_files(tmp_path: Path) -> None:
    files = []
    for name in ("a", "b"):
        results = simulate("four-groups", replicates=2, seed=4, trace=True)
        place = write_results(tmp_path / name, results)
        files.append(json.loads((place / MANIFEST).read_text())["files"])
    assert files[0] == files[1]
    assert {"runs.parquet", "trajectory.parquet", "turns.parquet", "delegates.parquet"} <= set(
        files[0]
    )


def test_the_same_runs_again_are_replaced_as_a_whole(tmp_path: Path) -> None:
    place = write_results(tmp_path / "out", some())
    write_results(place, Results("simulate", {"seed": 2}, some().tables, {}))
    assert read_results(place).about["seed"] == 2
    assert not (place / "notes").exists()
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_other_runs_are_kept_beside(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for y in (1, 2, 3):
        place = tmp_path / "out"
        write_results(place, Results("simulate", {}, {"runs": pd.DataFrame({"y": [y]})}, {}))
    found = {p.name: read_results(p).runs["y"].tolist() for p in tmp_path.iterdir()}
    assert found == {"out": [3], "out.1": [1], "out.2": [2]}
    assert "out.2" in caplog.messages[-1]


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("three years of work")
    with pytest.raises(StoreError, match="something else"):
        write_results(tmp_path, some())
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.docx"]


def test_a_manifest_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_text('{"name": "a browser extension"}')
    with pytest.raises(StoreError, match="manifest"):
        prepare_output(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StoreError, match="cannot be written"):
        prepare_output(tmp_path / "out")


def test_an_output_that_is_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "f").write_text("")
    for place in (tmp_path / "f", tmp_path / "f" / "out"):
        with pytest.raises(StoreError):
            prepare_output(place)


@pytest.mark.parametrize("harm", ["flip", "cut", "gone"])
def test_a_damaged_file_is_never_believed(tmp_path: Path, harm: str) -> None:
    place = write_results(tmp_path / "out", some()) / "runs.parquet"
    data = bytearray(place.read_bytes())
    if harm == "gone":
        place.unlink()
    else:
        data[len(data) // 2] ^= 1
        place.write_bytes(bytes(data if harm == "flip" else data[:-7]))
    with pytest.raises(StoreError, match="runs.parquet"):
        read_results(tmp_path / "out")


def test_a_manifest_may_not_point_outside_its_folder(tmp_path: Path) -> None:
    place = write_results(tmp_path / "out", some())
    (tmp_path / "secret.md").write_text("secret")
    manifest = json.loads((place / MANIFEST).read_text())
    manifest["files"]["../secret.md"] = "0" * 64
    (place / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(StoreError, match="outside"):
        read_results(place)


def test_what_is_no_result_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no such result folder") as told:
        read_results(tmp_path / "nowhere")
    assert "check the path" in str(told.value)  # nothing there has a name like it
    with pytest.raises(StoreError, match="no manifest"):
        read_results(tmp_path)


def test_simulate_keeps_names_out_unless_asked(tmp_path: Path) -> None:
    roster = tmp_path / "r.csv"
    rows = [f"d{i},states,=HYPERLINK({i})" for i in range(8)]
    rows += [f"c{i},civil_society,Ana {i}" for i in range(8)]
    roster.write_text("id,group,name\n" + "\n".join(rows) + "\n")
    groups = {
        f"population.groups.{g}.share": 0
        for g in ("private_sector", "youth", "local_governments", "international_organisations")
    }
    levers = {"population.roster": str(roster), "roundtables": [1], **groups}
    plain = simulate("gfmd-2024-25", levers=levers)
    assert "Ana" not in str(plain.texts) + str({k: t.to_string() for k, t in plain.tables.items()})
    named = simulate("gfmd-2024-25", levers=levers, with_names=True).texts["seating_plan.csv"]
    assert "Ana 1" in named
    assert "'=HYPERLINK" in named
    assert "\n=" not in named.replace(",", "\n")
    plan = tmp_path / "plan.csv"
    plan.write_text(named)
    assert sum(len(seats) for seats in read_plan(plan).tables.values()) > 60


def test_a_comparison_is_a_result_too(tmp_path: Path) -> None:
    scenario = load_scenario("four-groups")
    vary = {"seating.rule": ["random", "caucus", "random"][:2]}
    comparison = compare(scenario, vary, replicates=6, seed=2, workers=0)
    place = write_results(tmp_path / "c", comparison_results(comparison, scenario))
    again = read_results(place)
    assert again.about["designs"] == ["random", "caucus"]
    assert len(again.runs) == 12
    assert set(again.tables) == {"runs", "comparison"}


def test_results_are_told_in_a_line() -> None:
    """Printed in a session, they do not pour out every table; a name in them is text, no markup."""
    scenario = {"name": "<b>mine</b>", "question": {"en": "x" * 5000}}
    runs = pd.DataFrame({"convergence": [0.25, 0.75], "x": [1.0, 2.0]})
    told = Results("simulate", {"scenario": scenario}, {"runs": runs}, {"notes/a.md": "y" * 5000})
    assert repr(told) == "<Results of simulate <b>mine</b>: 2 runs; tables runs>"
    page = told._repr_html_()
    assert "<b>" not in page and "0.5" in page
    assert len(page) < 2000
