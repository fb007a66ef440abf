"""Who comes to which consultation: said in the list, in YAML or as options; told in the plan."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from gfmd_sim.cli import main
from gfmd_sim.cli.seat_options import options_from
from gfmd_sim.errors import SeatingError, UserError
from gfmd_sim.population import settle_people
from gfmd_sim.scenario.files import load_scenario
from gfmd_sim.scenario.roster import read_roster
from gfmd_sim.seating.build import people_of, problem_of
from gfmd_sim.seating.plan_file import read_plan
from gfmd_sim.seating.request import read_request, request_of
from gfmd_sim.seating.search import SeatingProblem

GROUPS = ("states", "civil_society", "youth", "private_sector")
SOME = {3: "1", 4: "1|3", 5: "2-3", **dict.fromkeys(range(30, 40), "2")}
"""Row of the list -> consultations: 29 come to the first, 38 to the second, 29 to the third."""


def listed(folder: Path, consultations: dict[int, str], present: dict[int, str] | None = None,
           extra: dict[int, str] | None = None) -> Path:  # fmt: skip
    """A list of forty."""
    path = folder / "list.csv"
    rows = [
        f"D{i:02d},{GROUPS[i % 4]},{consultations.get(i, '')},{(present or {}).get(i, '')},"
        f"{(extra or {}).get(i, '')}"
        for i in range(40)
    ]
    path.write_text(
        "\n".join(["id,group,consultations,present,roundtables", *rows]), encoding="utf-8"
    )
    return path


def asked(path: Path, **request: Any) -> SeatingProblem:
    return problem_of(request_of(request), people_of(read_roster(path), None))


def test_a_column_yaml_and_options_say_the_same(tmp_path: Path) -> None:
    from_column = asked(listed(tmp_path, SOME))
    plain = people_of(read_roster(listed(tmp_path, {})), None)
    attends = {3: "1", 4: "1,3", 5: "2,3", **dict.fromkeys(range(30, 40), "2")}
    (tmp_path / "ask.yaml").write_text(
        "consultations: [2, 2, 2]\nattends: {"
        + ", ".join(f"D{i:02d}: [{c}]" for i, c in attends.items()) + "}\n", encoding="utf-8",
    )  # fmt: skip
    options = options_from({
        "consultations": "2,2,2", "attends": [f"D{i:02d}={c}" for i, c in attends.items()]
    })  # fmt: skip
    by_sitting = {
        "sittings": 6, "absent": {"D03": [3, 4, 5, 6], "D04": [3, 4], "D05": [1, 2],
                                  **{f"D{i}": [1, 2, 5, 6] for i in range(30, 40)}},
    }  # fmt: skip
    for request in (read_request(tmp_path / "ask.yaml", {}), request_of(options),
                    request_of(by_sitting)):  # fmt: skip
        problem = problem_of(request, plain)
        assert (problem.attendance() == from_column.attendance()).all()
        assert problem.table_sizes == from_column.table_sizes
    assert from_column.attendance().sum(axis=1).tolist() == [29, 29, 38, 38, 29, 29]
    assert problem.consultations == () and from_column.consultations == (2, 2, 2)


def test_tables_are_as_many_as_who_comes_needs(tmp_path: Path) -> None:
    problem = asked(listed(tmp_path, SOME), table_size=[5, 8], consultations=[2, 1, 2])
    assert [len(s) for s in problem.table_sizes] == [4, 4, 5, 4, 4]
    assert {k for s in problem.table_sizes for k in s} <= set(range(5, 9))


@pytest.mark.parametrize(
    ("request_", "each"),
    [
        ({}, (2, 2, 2)),
        ({"consultations": 3}, (2, 2, 2)),
        ({"consultations": "3", "sittings": 9}, (3, 3, 3)),
        ({"consultations": [2, 1]}, (2, 1)),
        ({"consultations": "2,2,1", "sittings": 5}, (2, 2, 1)),
        ({"consultations": 1, "sittings": 4}, (4,)),
        ({"sittings": 6}, ()),
    ],
)
def test_a_number_of_consultations_or_the_sittings_of_each(request_, each) -> None:
    found = request_of(request_)
    assert found.by_consultation == each
    assert found.n_sittings == (sum(each) or request_["sittings"])


def test_a_roundtable_has_its_own_consultations(tmp_path: Path) -> None:
    request = request_of({"roundtables": {2: {"consultations": [1, 1]}, 3: {"sittings": 4}}})
    assert [request.room(k).by_consultation for k in (1, 2, 3)] == [(2, 2, 2), (1, 1), ()]
    people = people_of(read_roster(listed(tmp_path, {3: "1|2"})), 2)
    assert problem_of(request.room(2), people).attendance()[:, 3].all()
    with pytest.raises(SeatingError, match=r"roundtables\.2.*contradict"):
        request_of({"roundtables": {2: {"consultations": [1, 1], "sittings": 3}}})


@pytest.mark.parametrize(
    ("request_", "column", "present", "says"),
    [
        ({"sittings": 5, "consultations": [2, 2, 2]}, {}, {}, "contradict each other: 5, and 2"),
        ({"sittings": 7, "consultations": 3}, {}, {}, "do not share 7 sittings evenly"),
        ({"consultations": "two"}, {}, {}, "neither a number of consultations nor"),
        ({"consultations": [2, 0]}, {}, {}, "neither a number of consultations nor"),
        ({"consultations": [20, 20]}, {}, {}, "40 sittings together"),
        ({"attends": {"D01": [4]}}, {}, {}, "there is no consultation 4"),
        ({"attends": {"D01": []}}, {}, {}, "D01 comes to no consultation"),
        ({"attends": {"nobody": [1]}}, {}, {}, "no such delegate"),
        ({"attends": {"D01": [1]}, "sittings": 6}, {}, {}, "which sittings these have is not"),
        ({"attends": {"D01": [1]}}, {1: "1|2"}, {}, "the list and attends contradict"),
        ({"attends": {"D01": [1]}}, {}, {1: "no"}, "D01 attends consultations and is not"),
        ({"attends": {"D01": [2]}, "absent": {"D01": [3, 4]}}, {}, {}, "away from all its"),
        ({}, {1: "4"}, {}, r"list.csv:3, consultations: there is no consultation 4"),
        ({}, {1: "2"}, {1: "1-4"}, "present at sitting 1 and does not come to consultation 1"),
        ({}, {1: "2|3"}, {1: "3"}, "comes to consultation 3 and is away"),
        ({}, {1: "none"}, {}, "no list of numbers"),
        ({}, {1: "0"}, {}, "no list of numbers"),
    ],
)  # fmt: skip
def test_what_contradicts_itself_is_refused(request_, column, present, says, tmp_path) -> None:
    with pytest.raises(UserError, match=says):
        asked(listed(tmp_path, column, present), **request_)


def test_both_ways_may_agree(tmp_path: Path) -> None:
    """Attendance by sitting may say less than a whole consultation, or the same again."""
    path = listed(tmp_path, {1: "2-3", 2: "2"}, {1: "3-5", 2: "3-4"})
    there = asked(path, attends={"D02": [2]}, absent={"D02": [1]}).attendance()
    assert there[:, 1].tolist() == [False, False, True, True, True, False]
    assert there[:, 2].tolist() == [False, False, True, True, False, False]


def test_who_is_at_another_roundtable_may_be_spoken_of(tmp_path: Path) -> None:
    roster = read_roster(listed(tmp_path, {}, extra={1: "2"}))
    request = request_of({"attends": {"D01": [1]}, "absent": {"D01": [2]}})
    assert "D01" not in problem_of(request, people_of(roster, 1)).ids
    there = problem_of(request, people_of(roster, 2)).attendance()
    assert there[:, 1].tolist() == [True, False, False, False, False, False]


def test_a_forum_keeps_to_it(tmp_path: Path) -> None:
    """The simulator reads the column too: away from the sittings of other consultations."""
    roster = read_roster(listed(tmp_path, SOME), groups=GROUPS)
    scenario = load_scenario("gfmd-2024-25", {
        "population.n_delegates": 40,
        **{f"population.groups.{g}.share": 0
           for g in ("local_governments", "international_organisations")},
    })  # fmt: skip
    absent = settle_people(scenario, roster).absent
    assert [3 in absent[s] for s in range(1, 7)] == [False, False, True, True, True, True]
    assert [len(absent[s]) for s in range(1, 7)] == [11, 11, 2, 2, 11, 11]
    assert settle_people(scenario, read_roster(listed(tmp_path, {}), groups=GROUPS)).absent == {}


@pytest.mark.parametrize(
    "text",
    [
        "consultation,sitting,table,id\n1,1,1,a\n1,2,1,a\n2,3,1,a\n3,4,1,a\n3,5,1,a\n",
        "consultation,sitting,table,id\n1,1,1,a\n1,2,1,a\n2,1,1,a\n3,1,1,a\n3,2,1,a\n",
    ],
)
def test_sittings_are_counted_through_or_in_each_consultation(text: str, tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text(text, encoding="utf-8")
    plan = read_plan(tmp_path / "p.csv")
    assert plan.consultations() == (2, 1, 2) and sorted(plan.through()) == [1, 2, 3, 4, 5]
    assert sorted(plan.tables) == [(0, 1, 1), (0, 1, 2), (0, 2, 1), (0, 3, 1), (0, 3, 2)]


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a plan in every form."""
    folder = tmp_path_factory.mktemp("planned")
    outs = [w for e in ("xlsx", "csv", "json") for w in ("--out", str(folder / f"plan.{e}"))]
    line = ["seat", "plan", str(listed(folder, SOME)), "--steps", "20000", "--quiet", *outs]
    assert main([*line, "--kit", str(folder / "kit.html"), "--attends", "D06=1"]) == 0
    return folder


@pytest.mark.parametrize("form", ["xlsx", "csv", "json"])
def test_the_plan_is_read_back_with_its_consultations(
    form: str, planned: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["seat", "check", str(planned / f"plan.{form}"), "--json"]) == 0
    room = json.loads(capsys.readouterr().out)["rooms"][0]
    assert room["consultations"] == [2, 2, 2] and room["violations"] == []
    line = ["seat", "check", str(planned / f"plan.{form}"), "--roster", str(planned / "list.csv")]
    assert main([*line, "--attends", "D06=1"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "6, in consultations of 2, 2, 2" in said
    assert "Consultation 2 37 delegates, 5 tables of 7–8 seats" in said
    assert main([*line, "--attends", "D07=1"]) == 2
    assert "sitting 3 (consultation 2): D07 is absent and has a seat" in capsys.readouterr().out
    assert main([*line, "--consultations", "2,2,1"]) == 2
    assert "contradict each other: 6, and 2 + 2 + 1 make 5" in capsys.readouterr().err


def test_a_plan_of_another_tool_needs_to_be_told_its_consultations(
    planned: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [r.split(",") for r in (planned / "plan.csv").read_text(encoding="utf-8").splitlines()]
    theirs = planned / "theirs.csv"
    theirs.write_text("\n".join(",".join(r[1:]) for r in rows), encoding="utf-8")
    line = [
        "seat",
        "check",
        str(theirs),
        "--roster",
        str(planned / "list.csv"),
        "--attends",
        "D06=1",
    ]
    assert main(line) == 2
    assert "give consultations: 2,2,2" in capsys.readouterr().err
    assert main([*line, "--consultations", "2,2,2"]) == 0


def test_sheets_and_prints_name_the_consultation(planned: Path) -> None:
    book = openpyxl.load_workbook(planned / "plan.xlsx")
    head = book["By sitting"]["A3"]
    assert head.value == "Sitting 1\n(consultation 1)" and head.alignment.wrap_text
    for sheet, cell in (("By table", "D3"), ("By delegate", "E3")):
        assert book[sheet][cell].value == "Sitting 3\n(consultation 2)"
    rows = list(book["Plan"].iter_rows(values_only=True))
    assert rows[0][:3] == ("consultation", "sitting", "table")
    assert {row[:2] for row in rows[1:]} == {(1, 1), (1, 2), (2, 3), (2, 4), (3, 5), (3, 6)}
    page = (planned / "kit.html").read_text(encoding="utf-8")
    assert page.count("<h2>Sitting 3 (consultation 2)</h2>") == 1
    path = page[page.index('<p class="who">D06<') :]
    path = " ".join(path[: path.index("</table>")].split())
    assert "<td>Sitting 1 (consultation 1)</td><td>Table" in path
    assert '<td>Consultation 2</td><td class="off">does not attend</td>' in path
    assert "Sitting 3" not in path


def test_one_consultation_is_missed_on_the_day(
    planned: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan, out = str(planned / "plan.json"), planned / "repaired.json"
    line = ["seat", "repair", plan, "--misses", "D07", "--consultation", "2", "--out", str(out)]
    assert main(line) == 0
    room = json.loads(out.read_text(encoding="utf-8"))["rooms"][0]
    assert room["request"]["absent"]["D07"] == [3, 4]
    assert [s["sitting"] for s in room["seats"] if s["id"] == "D07"] == [1, 2, 5, 6]
    assert main([*line[:3], "--misses", "D07", "--sitting", "4", "--out", str(out)]) == 0
    room = json.loads(out.read_text(encoding="utf-8"))["rooms"][0]
    assert room["request"]["absent"]["D07"] == [4]
    for words, says in (
        (["--misses", "D07", "--consultation", "4"], "no such consultation"),
        (["--misses", "D07", "--consultation", "2", "--sitting", "3"], "at once"),
        (["--misses", "D07", "--late", "D07"], "named under --late and --misses at once"),
    ):
        assert main(["seat", "repair", plan, *words]) == 2
        assert says in capsys.readouterr().err
    plain = planned / "plain.csv"
    plain.write_text("round,table,id\n" + "".join(f"{r},{t},p{t}{k}\n" for r in (1, 2)
                     for t in (1, 2) for k in range(6)), encoding="utf-8")  # fmt: skip
    assert main(["seat", "repair", str(plain), "--misses", "p10"]) == 2
    assert "which sittings a consultation has" in capsys.readouterr().err


def test_the_simulation_has_the_plans_consultations(
    planned: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    line = ["seat", "plan", str(planned / "list.csv"), "--steps", "2000", "--json",
            "--simulate", "gfmd-2024-25", "--replicates", "4", "--workers", "0"]  # fmt: skip
    assert main([*line, "--consultations", "2,2,2"]) == 0
    changed = json.loads(capsys.readouterr().out)["outcomes"]["changed"]
    assert (changed["process.n_consultations"], changed["process.n_sittings"]) == (3, 2)
    monkeypatch.setattr("gfmd_sim.cli.seat_plan.solve", pytest.fail)
    for each in ("2,1,2", "1,1,1,1"):
        assert main([*line, "--consultations", each]) == 2
        assert "a simulation cannot take these consultations" in capsys.readouterr().err


def test_a_plan_of_the_second_consultation_alone_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [f"2,{s},{1 + k // 4},p{k}" for s in (1, 2) for k in range(8)]
    plan = tmp_path / "theirs.csv"
    plan.write_text("\n".join(["consultation,sitting,table,id", *rows]), encoding="utf-8")
    assert sorted(read_plan(plan).through()) == [3, 4]
    assert main(["seat", "check", str(plan)]) == 0
    assert "Consultation 1 0 delegates" in " ".join(capsys.readouterr().out.split())
