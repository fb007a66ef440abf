"""The page on result folders names every column of every table, and no other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gfmd_sim.experiments.forum_simulator import ForumSimulator
from gfmd_sim.measures.outcome import outcomes
from gfmd_sim.recorder import Recorder, frames_of
from gfmd_sim.scenario.files import load_scenario

PAGE = (Path(__file__).parents[2] / "docs" / "results.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", PAGE, re.M | re.S))
NOT_COLUMNS = {"--trace", "|", "overall", "group:", "rule", "not_balloted"}


@pytest.fixture(scope="module")
def columns() -> dict[str, set[str]]:
    recorder = Recorder(trace=True)
    forum = ForumSimulator.of(load_scenario("four-groups")).forum({}, 1, 0)
    recorder.start(forum)
    forum.observe = recorder.observe
    forum.run()
    tables = {name: set(frame.columns) for name, frame in frames_of(forum, recorder).items()}
    tables["runs"] = {"design", *outcomes(forum)}
    groups = "|".join(forum.delegates.groups)
    return {
        name: {re.sub(rf"\.({groups})$", ".*", c) for c in found} | {"replicate"}
        for name, found in tables.items()
    }


def test_every_table_has_its_section(columns: dict[str, set[str]]) -> None:
    assert set(SECTIONS) == set(columns)


@pytest.mark.parametrize("table", SECTIONS)
def test_a_section_names_the_columns_that_are_there(
    table: str, columns: dict[str, set[str]]
) -> None:
    assert set(re.findall(r"`([^`\n]+)`", SECTIONS[table])) - NOT_COLUMNS == columns[table]
