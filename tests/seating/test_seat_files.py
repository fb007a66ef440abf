"""Requests, delegate lists and plan files: what is asked becomes the problem, and comes back."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from gfmd_sim.errors import UserError
from gfmd_sim.reports.seating_kit import seating_kit
from gfmd_sim.reports.seating_workbook import read_data, seat_rows, workbook
from gfmd_sim.scenario.agenda import Language
from gfmd_sim.scenario.roster import read_roster
from gfmd_sim.seating.build import columns_of, people_of, problem_of
from gfmd_sim.seating.document import PlannedRoom, Score, SeatingDocument, from_json, to_json
from gfmd_sim.seating.plan_file import read_plan
from gfmd_sim.seating.request import read_request, request_of
from gfmd_sim.seating.search import check, solve
from gfmd_sim.seating.sizes import fitted, sizes_for
from gfmd_sim.seating.swaps import ranked_swaps, swap

GROUPS = ("states", "civil society", "youth")


def roster(folder: Path, n: int = 24, **columns: dict[int, str]) -> Path:
    path = folder / "list.csv"
    rows = ["id,name,group,region," + ",".join(columns)]
    rows += [
        f"D{i:02d},Name {i:02d},{GROUPS[i % 3]},{'north' if i % 2 else 'south'},"
        + ",".join(c.get(i, "") for c in columns.values())
        for i in range(n)
    ]
    path.write_text("\n".join(row.rstrip(",") + "," * (row.endswith(",") and len(columns))
                              if not columns else row for row in rows), encoding="utf-8")  # fmt: skip
    return path


def document(folder: Path) -> SeatingDocument:
    people = people_of(read_roster(roster(folder)), None)
    problem = problem_of(
        request_of({"sittings": 2, "table_size": "6", "fixed": [
            {"delegate": "D03", "table": 2, "host": True}]}), people)  # fmt: skip
    found = solve(problem, steps=20_000)
    room = PlannedRoom(
        problem, found.plan, Score.of(found), None, columns_of(people, problem.attributes)
    )
    return SeatingDocument((room,), {e.id: e.name or "" for e in people.entries})


def test_sizes_hold_everybody_within_limits() -> None:
    for n in range(10, 200):
        sizes = sizes_for(n, 5, 8)
        assert sum(sizes) == n and max(sizes) <= 8 and min(sizes) >= 5
    assert sizes_for(30, 5, 8, capacity={1: 5})[1] == 5
    assert len(sizes_for(40, 5, 8, at_least=7)) == 7
    assert fitted((8, 8, 8), 20) == (7, 7, 6)
    with pytest.raises(UserError, match="cannot be seated"):
        sizes_for(9, 5, 8)
    with pytest.raises(UserError, match="do not hold"):
        fitted((4, 4), 9)


def test_columns_of_the_list_become_constraints(tmp_path: Path) -> None:
    path = roster(
        tmp_path, keep_with={0: "a", 1: "a"}, keep_apart={2: "x", 3: "x|y", 4: "y"},
        fixed_table={5: "2"}, host={5: "yes", 6: "3"}, fixed_sittings={6: "1-2"},
        present={7: "1|3"}, needs={8: "step free"},
    )  # fmt: skip
    asked = request_of({"sittings": 3, "table_size": "5-6", "features": {"1": ["Step-free"]}})
    p = problem_of(asked, people_of(read_roster(path), None))
    assert p.together == ((0, 1),)
    assert set(p.apart) == {(2, 3), (3, 4)}
    assert {(s.delegate, s.table, s.sitting, s.host) for s in p.fixed} == {
        (5, 1, None, True), (6, 2, 0, True), (6, 2, 1, True)}  # fmt: skip
    assert p.attendance()[:, 7].tolist() == [True, False, True]
    assert p.needs[8] <= p.features[0]
    assert sum(p.table_sizes[1]) == 23
    found = solve(p, steps=100_000)
    assert check(p, found.plan).is_valid


def test_a_yaml_file_says_the_same(tmp_path: Path) -> None:
    (tmp_path / "ask.yaml").write_text(
        "sittings: 2\ntable_size: [5, 8]\nbalance: {group: 2, region: 1}\n"
        "keep_apart: [[D00, Name 01]]\nkeep_apart_by: [region]\nabsent: {D02: [2]}\n"
        "capacity: {1: 5}\nroundtables: {2: {table_size: 6}}\n",
        encoding="utf-8",
    )
    asked = read_request(tmp_path / "ask.yaml", {"sittings": 3})
    assert asked.sittings == 3 and asked.balance == {"group": 2.0, "region": 1.0}
    assert asked.room(2).table_size == (6, 6) and asked.room(1).table_size == (5, 8)
    people = people_of(read_roster(roster(tmp_path)), None)
    p = problem_of(asked.model_copy(update={"keep_apart_by": ()}), people)
    assert p.apart == ((0, 1),) and not p.attendance()[1, 2]
    assert all(s[0] == 5 for s in p.table_sizes)
    with pytest.raises(UserError, match="did you mean sittings"):
        (tmp_path / "bad.yaml").write_text("sitings: 2\n", encoding="utf-8")
        read_request(tmp_path / "bad.yaml", {})


def test_lists_in_options_add_to_those_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "ask.yaml").write_text(
        "keep_apart: [[D00, D01]]\nkeep_apart_by: [region]\nkeep_together:\n"
        "attends: {D00: [1], D01: [2]}\n",
        encoding="utf-8",
    )
    options = {
        "keep_apart": [["D02", "D03"]],
        "keep_apart_by": ["group"],
        "keep_together": [["D04", "D05"]],
        "attends": {"D01": [3]},
    }
    asked = read_request(tmp_path / "ask.yaml", options)
    assert asked.keep_apart == (("D00", "D01"), ("D02", "D03"))
    assert asked.keep_apart_by == ("region", "group")
    assert asked.keep_together == (("D04", "D05"),)
    assert asked.attends == {"D00": (1,), "D01": (3,)}


def test_a_document_comes_back_whole_and_without_names(tmp_path: Path) -> None:
    d = document(tmp_path)
    back = from_json(json.loads(json.dumps(to_json(d, names=True))))
    assert (back.rooms[0].plan == d.rooms[0].plan).all()
    assert back.rooms[0].problem == d.rooms[0].problem
    assert back.names == d.names and back.rooms[0].score == d.rooms[0].score
    assert "Name 01" not in json.dumps(to_json(d, names=False))
    damaged = to_json(d, names=False)
    damaged["rooms"][0]["seats"][0]["id"] = "nobody"
    with pytest.raises(UserError, match="damaged"):
        from_json(damaged)


def test_workbook_and_kit_hold_the_plan_and_no_formula(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    d = document(tmp_path)
    d = SeatingDocument(d.rooms, {**d.names, "D00": "=HYPERLINK(1)<script>"})
    path = tmp_path / "plan.xlsx"
    path.write_bytes(workbook(d, "fr", names=True))
    book = load_workbook(path)
    assert all(c.data_type != "f" for s in book for row in s.iter_rows() for c in row)
    assert "Par séance" in book.sheetnames and book["gfmd-sim"].sheet_state == "hidden"
    kept = read_data(path.read_bytes())
    assert kept is not None and from_json(kept).names == d.names
    seats = read_plan(path).through()
    assert seats[2] == {w: int(d.rooms[0].plan[1, i]) + 1
                        for i, w in enumerate(d.rooms[0].problem.ids)}  # fmt: skip
    page = seating_kit(d, "es", names=True)
    assert "<script>" not in page and "&lt;script&gt;" in page
    assert "Sesión 2" in page and "http" not in page.replace("http-equiv", "")
    # Printed lists that run over a page repeat their heading there: it is a table's.
    heads = re.findall(r"<thead>(.*?)</thead>", page, re.S)
    assert len(heads) == 2 and ["Sesión 1" in heads[0], "Sesión 2" in heads[1]] == [True] * 2
    assert "Name 05" not in seating_kit(d, "es", names=False)
    assert "Name 05" not in json.dumps(seat_rows(d, names=False))


@pytest.mark.parametrize(
    "text",
    [
        "sitting,table,id\n1,1,a\n1,2,b\n2,2,a\n2,1,b\n",
        "Round;Table number;Participant\n1;Table 1;a\n1;Table 2;b\n2;T2;a\n2;T1;b\n",
        "id,Round 1,Round 2\na,A,B\nb,B,A\n",
        "délégué\tséance 1\tséance 2\na\tmesa 1\t2.0\nb\t2\t1\n",
    ],
)
def test_plans_of_other_tools_are_read(text: str, tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text(text, encoding="utf-8")
    assert read_plan(tmp_path / "p.csv").through() == {1: {"a": 1, "b": 2}, 2: {"a": 2, "b": 1}}


def test_swaps_say_what_the_checker_says(tmp_path: Path) -> None:
    room = document(tmp_path).rooms[0]
    swaps, looked_at = ranked_swaps(room.problem, room.plan, 0, 0)
    assert looked_at == 6 * 18 and 1 <= len(swaps) <= 5
    before = room.report()
    for s in swaps:
        new = room.plan.copy()
        new[0, [s.one, s.other]] = room.plan[0, [s.other, s.one]]
        after = check(room.problem, new)
        assert (after.excess - before.excess, after.distinct - before.distinct) == (
            s.excess, s.distinct)  # fmt: skip
    host = 3
    other = int(np.flatnonzero(room.plan[0] != room.plan[0, host])[0])
    assert not swap(room.problem, room.plan, 0, host, other).is_allowed


def test_every_sheet_has_the_same_order(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    path = tmp_path / "plan.xlsx"
    path.write_bytes(workbook(document(tmp_path), "en", names=False))
    book = load_workbook(path)
    rows = [r[:4] for r in book["Plan"].iter_rows(min_row=2, values_only=True)]
    assert len(rows) == 48
    for sitting, table, seat, who in rows:
        for sheet, row, column in (("By sitting", 3 + table + 6 * (sitting - 1), 1 + seat),
                                   ("By table", 3 + seat + 8 * (table - 1), 1 + sitting)):  # fmt: skip
            assert who in book[sheet].cell(row, column).value.split("  ")


def printed(folder: Path, language: Language, rows: Sequence[str], *, names: bool) -> str:
    path = folder / "list.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    people = people_of(read_roster(path), None)
    problem = problem_of(request_of({"sittings": 1, "table_size": "4"}), people)
    columns = columns_of(people, problem.attributes)
    plan = np.arange(problem.n, dtype=np.int16)[None, :] // 4
    room = PlannedRoom(problem, plan, Score(0, 0, 0, 0, 0, False), None, columns)
    said = {e.id: e.name or "" for e in people.entries}
    return seating_kit(SeatingDocument((room,), said), language, names=names)


@pytest.mark.parametrize(
    ("language", "letters"),
    [("en", "S C P Y N St"), ("fr", "É S SP J N St"), ("es", "E S SP J N St")],
)
def test_letters_are_of_the_language_and_no_two_groups_share_one(
    language: Language, letters: str, tmp_path: Path
) -> None:
    groups = ["states", "civil_society", "private_sector", "youth", "NGO", "State", "NGO", "youth"]
    page = printed(tmp_path, language, ["group", *groups], names=False)
    key = re.search(r'<ul class="key">(.*?)</ul>', page, re.S)
    assert key is not None
    found = re.findall(r"<b[^>]*>(\w+)</b>", key[1])
    assert sorted(found) == sorted(letters.split())


def test_two_of_one_name_are_told_apart(tmp_path: Path) -> None:
    rows = [f"D{k},{'Ana Lee' if k < 2 else f'Person {k}'},states,Land {k}" for k in range(8)]
    page = printed(tmp_path, "en", ["id,name,group,country", *rows], names=True)
    for label in ("Ana Lee (Land 0, D0)", "Ana Lee (Land 1, D1)"):
        assert page.count(label) == 4  # the index, the list on the wall, the card, the itinerary
    assert "Person 2 (" not in page


def test_the_index_has_everybody_in_order_with_his_table(tmp_path: Path) -> None:
    """In the order of the itineraries; letters with a stroke stand where readers look for them."""
    said = ["Zoë", "Łukasz", "Martin", "Ana", "Øyvind", "Élodie", "Kofi", "Paul"]
    rows = ["id,name,group", *(f"D{k},{name},states" for k, name in enumerate(said))]
    order = ["Ana", "Élodie", "Kofi", "Łukasz", "Martin", "Øyvind", "Paul", "Zoë"]
    page = printed(tmp_path, "en", rows, names=True)
    index = page[page.index('<table class="index">') : page.index('<table class="wall">')]
    found = re.findall(r"<tr><td>(\w+)</td><td>(\d+)</td></tr>", index)
    assert found == [(name, str(said.index(name) // 4 + 1)) for name in order]
    assert re.findall(r'<p class="who">(\w+)</p>', page) == order
    page = printed(tmp_path, "en", rows, names=False)
    assert "<tr><td>D0</td><td>1</td></tr>" in page and "Ana" not in page


def test_few_names_on_the_wall_are_large_and_many_fit(tmp_path: Path) -> None:
    def size(n: int) -> float:
        page = printed(tmp_path, "en", ["group", *["states"] * n], names=False)
        return float(re.findall(r"--size:([\d.]+)rem", page)[0])

    assert size(24) == 1.5 and size(400) == 1.05
    assert size(24) >= size(88) >= size(120) >= size(400)


def test_made_up_ids_are_explained(tmp_path: Path) -> None:
    page = printed(tmp_path, "en", ["group", *["states"] * 12], names=False)
    assert "delegate-012 is the delegate in row 12 below its headings" in page
    page = printed(tmp_path, "en", ["id,group", *(f"D{k},states" for k in range(8))], names=False)
    assert "below its headings" not in page


def test_no_page_of_the_workbook_tears_a_table_or_a_sitting(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    people = people_of(read_roster(roster(tmp_path, 120)), None)
    problem = problem_of(request_of({"sittings": 6, "table_size": "6"}), people)
    found = solve(problem, steps=1000)
    room = PlannedRoom(problem, found.plan, Score.of(found), None, {})
    path = tmp_path / "plan.xlsx"
    path.write_bytes(workbook(SeatingDocument((room,), {}), "en", names=False))
    book = load_workbook(path)
    for title, word, n, deep in (("By table", "Table ", 20, 8), ("By sitting", "Sitting ", 6, 22)):
        sheet = book[title]
        heads = [c.row for c in sheet["A"] if re.fullmatch(word + r"\d+", str(c.value))]
        breaks = [b.id + 1 for b in sheet.row_breaks.brk]
        assert len(heads) == n
        assert breaks and set(breaks) <= set(heads)
        assert not sheet.sheet_properties.pageSetUpPr.fitToPage  # else no break is heeded
        pages = np.diff([1, *breaks, heads[-1] + deep])
        assert pages.max() * sheet.page_setup.scale <= 100 * 31
    plan = book["Plan"]
    assert plan.print_title_rows == "$1:$1"
    assert plan.max_row * plan.page_setup.scale / 100 < 9 * 45  # pages
