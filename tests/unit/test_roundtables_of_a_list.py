"""Who of a delegate list is at which roundtable: its column ``roundtables``; without it all are at all."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gfmd_sim.cli.listed import say_who_comes
from gfmd_sim.experiments.forum_simulator import ForumSimulator
from gfmd_sim.population import draw_delegates, is_everybody_everywhere
from gfmd_sim.scenario.files import load_scenario
from gfmd_sim.streams import Streams

GROUPS = ("states", "civil_society", "private_sector", "youth")


def attends(path: Path, **levers: object) -> tuple[np.ndarray, bool]:
    chosen = {"population.roster": str(path), **levers}
    scenario = load_scenario("gfmd-2024-25", chosen)
    people = ForumSimulator.of(scenario).setup({}).people
    there = draw_delegates(scenario, people, Streams(1, 0)).attends
    return there, is_everybody_everywhere(scenario, people)


def written(folder: Path, column: str, cells: list[str]) -> Path:
    path = folder / "mine.csv"
    rows = [f"{GROUPS[k % 4]};{cell}" for k, cell in enumerate(cells)]
    path.write_text("\n".join([f"group;{column}", *rows]) + "\n")
    return path


def test_the_column_says_who_is_where(tmp_path: Path) -> None:
    path = written(tmp_path, "tables rondes", ["1|3", ""] * 20)
    there, everywhere = attends(path)
    assert not everywhere and there[1::2].all()
    assert (there[::2] == [True, False, True, False, False, False]).all()
    drawn, _ = attends(path, **{"process.roundtables_per_delegate": 2})
    assert (drawn.sum(axis=1) == 2).all() and (drawn[::2] == there[::2]).all()


@pytest.mark.parametrize("column", ["roundtables", "colour"])
def test_without_it_that_is_told(
    column: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, column, [""] * 40)
    there, everywhere = attends(path)
    assert everywhere and there.all()
    for levers, told in (({}, True), ({"process.roundtables_per_delegate": 2}, False),
                         ({"roundtables": [2]}, False)):  # fmt: skip
        say_who_comes(load_scenario("gfmd-2024-25", {"population.roster": str(path), **levers}))
        said = capsys.readouterr().err
        assert ("40 delegates, each at all 6 roundtables; a column roundtables" in said) == told


def test_who_is_at_none_of_the_roundtables_held_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, "roundtables", ["9"] * 7 + ["1|9", ""] * 15)
    say_who_comes(load_scenario("gfmd-2024-25", {"population.roster": str(path)}))
    said = capsys.readouterr().err
    assert "7 delegates are at none of the roundtables held (1, 2, 3, 4, 5, 6)" in said
    assert any(line.endswith("and 2 more") for line in said.splitlines())
