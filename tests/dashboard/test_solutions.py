"""The pictures of the page Solutions hold the numbers of the runs they are made from."""

from __future__ import annotations

import functools
from typing import Any

import pandas as pd
import pytest

from dashboard import offer
from dashboard.address import Address
from dashboard.figures.fates import chain, fates
from dashboard.figures.flow import points_flow, reached
from dashboard.figures.network import network
from dashboard.language import words
from dashboard.views.solutions import solutions_view
from gfmd_sim import api

NAME = "four-groups"


@functools.cache
def answer() -> dict[str, Any]:
    found = api.simulate(NAME, replicates=4, seed=1)
    return {"runs": found.runs, "tables": found.tables, "is_last": True}


def test_a_point_is_lost_at_the_first_station_it_misses() -> None:
    row: dict[str, Any] = {
        "voiced_1": 1, "reported_1": False, "noted_1": True, "voiced_2": 0, "reported_2": False,
        "noted_2": False, "voiced_3": 4, "known_at_end": 0.5,
    }  # fmt: skip
    assert reached({**row, "voiced_1": 0}) == 0
    assert reached(row) == 1
    assert reached({**row, "reported_2": True}) == 5
    assert reached({**row, "reported_1": True, "known_at_end": 0.49}) == 4
    assert reached({**row, "reported_1": True, "voiced_3": 0}) == 3


def test_the_flow_has_a_strand_for_every_point_of_the_first_run() -> None:
    points = answer()["tables"]["points"]
    mine = points[(points["replicate"] == 0) & (points["roundtable"] == 1)]
    figure = points_flow(points, 1, offer.agenda(NAME), words("en"))
    assert figure is not None
    assert len(figure.rows) == len(mine) == figure.markup.count("<title>")
    arrived = sum(reached(r) == 5 for r in mine.to_dict("records"))
    assert f"{arrived} of {len(mine)} points" in figure.finding
    assert points_flow(points.iloc[:0], 1, offer.agenda(NAME), words("en")) is None


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_fates_add_up_to_all_runs(language: str) -> None:
    frame = answer()["tables"]["solutions"]
    figure = fates(frame, 1, offer.scenario(NAME), offer.agenda(NAME), words(language))
    assert figure is not None
    for row in figure.rows:
        shares = [float(c.replace(",", ".").strip("%\u202f\u00a0 ")) for c in row[1:]]
        assert sum(shares) == pytest.approx(100, abs=0.5)
    mine = frame[frame["roundtable"] == 1]
    first = figure.rows[0]
    assert float(first[1].replace(",", ".").strip("%\u202f\u00a0 ")) == pytest.approx(
        100 * mine.groupby("solution")["is_adopted"].mean().max(), abs=0.1
    )


def test_delivered_and_speeches_are_together_the_adopted() -> None:
    runs = pd.DataFrame({"solutions": [0.5, 0.3], "share_delivered": [0.2, 0.1]})
    rows = chain(runs, words("en")).rows
    assert [float(r[1]) for r in rows] == [100.0, 40.0, 15.0, 25.0]


def test_partners_are_called_by_their_names() -> None:
    """Made-up identifiers are for files; people read a group and a number."""
    tables = answer()["tables"]
    figure = network(tables["partnerships"], tables["people"], offer.scenario(NAME), words("fr"))
    ids = {str(i) for i in tables["people"]["id"]}
    assert figure.rows
    assert not {r[0] for r in figure.rows} & ids
    assert all(r[0].startswith(r[1]) for r in figure.rows)


def test_no_name_is_markup() -> None:
    people = answer()["tables"]["people"].copy()
    partners = answer()["tables"]["partnerships"].copy()
    first = str(partners[partners["replicate"] == 0]["members"].iloc[0]).split("|")[0]
    evil = "<script>x</script>"
    people["id"] = people["id"].replace(first, evil)
    partners["members"] = partners["members"].str.replace(first, evil, regex=False)
    figure = network(partners, people, offer.scenario(NAME), words("en"))
    assert "<script>" not in figure.markup
    assert "&lt;script&gt;" in figure.markup


@pytest.mark.parametrize("language", ["en", "fr", "es", "qps"])
def test_the_whole_page_is_drawn_with_a_table_and_a_file_for_every_picture(language: str) -> None:
    address = Address.of(f"/{language}/solutions?roundtable=1&scenario={NAME}", "en")
    text = str(solutions_view(answer(), address, words(language), NAME))
    pictures = text.count("Picture(")
    assert pictures >= 7
    assert text.count("className='csv'") == text.count("Table(") == pictures
