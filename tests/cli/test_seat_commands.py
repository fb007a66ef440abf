"""seat plan, check, repair, explain, kit: written, read back, refused."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from gfmd_sim.cli import main
from gfmd_sim.cli.seat_options import numbers_of, options_from
from gfmd_sim.cli.seat_plan import roundtables_of, solve
from gfmd_sim.errors import UserError
from gfmd_sim.scenario.roster import numbers_in
from gfmd_sim.seating.request import request_of

SAMPLE = str(Path(__file__).parents[2] / "scenarios" / "rosters" / "sample.csv")
QUICK = ["--steps", "100000", "--sittings", "3", "--quiet"]


def made(folder: Path, *options: str) -> Path:
    path = folder / "plan.json"
    assert main(["seat", "plan", SAMPLE, *QUICK, "--out", str(path), *options]) == 0
    return path


def answer(capsys: pytest.CaptureFixture[str], *line: str, code: int = 0) -> Any:
    capsys.readouterr()
    assert main(["seat", *line, "--json"]) == code
    return json.loads(capsys.readouterr().out)


def test_a_plan_is_written_checked_and_the_same_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outs = [tmp_path / f"plan.{e}" for e in ("json", "xlsx", "csv")]
    line = ["plan", SAMPLE, *QUICK, "--seed", "4", "--balance", "group:2,region"]
    said = answer(capsys, *line, *[w for o in outs for w in ("--out", str(o))])
    assert [o.exists() for o in outs] == [True] * 3
    first = outs[0].read_bytes()
    assert b"Amber Riverstone" not in first
    for out in outs[:2]:
        checked = answer(capsys, "check", str(out))
        assert checked["kept"]
        for key in ("distinct", "excess", "bound_distinct"):
            assert checked["rooms"][0][key] == said["rooms"][0][key]
    checked = answer(
        capsys, "check", str(outs[2]), "--roster", SAMPLE, "--balance", "group:2,region"
    )
    assert checked["rooms"][0]["distinct"] == said["rooms"][0]["distinct"]
    assert checked["rooms"][0]["excess"] == said["rooms"][0]["excess"]
    assert main(["seat", *line, "--out", str(outs[0])]) == 0
    assert outs[0].read_bytes() == first


def test_a_broken_plan_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = json.loads(made(tmp_path, "--apart", "D001,D002").read_text(encoding="utf-8"))
    seats = plan["rooms"][0]["seats"]
    two = {s["id"]: s for s in seats if s["sitting"] == 1}
    other = next(
        s for s in two.values() if s["table"] == two["D001"]["table"] and s["id"] != "D001"
    )
    other["table"], two["D002"]["table"] = two["D002"]["table"], other["table"]
    (tmp_path / "bad.json").write_text(json.dumps(plan), encoding="utf-8")
    said = answer(capsys, "check", str(tmp_path / "bad.json"), code=2)
    assert not said["kept"] and any("D001 and D002" in v for v in said["rooms"][0]["violations"])


def test_repair_names_the_empty_chair_and_the_bound(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan, fixed = str(made(tmp_path)), str(tmp_path / "fixed.json")
    assert main(["seat", "repair", plan, "--absent", "D001", "--out", fixed]) == 0
    said = capsys.readouterr().out
    assert re.search(r"- [Ss]itting 1: table \d+ has \d people, \d before", said)
    assert re.search(r"Pairs who could meet at most +[\d,]+ before, [\d,]+ now", said)
    assert main(["seat", "check", fixed]) == 0
    assert re.search(r"Delegates +\d+, of whom 1 attend no sitting", capsys.readouterr().out)


def test_repair_explain_and_kit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = str(made(tmp_path, "--host", "D001=2"))
    fixed = tmp_path / "fixed.xlsx"
    said = answer(capsys, "repair", plan, "--absent", "D001,D003", "--late", "D004",
                  "--sitting", "2", "--out", str(fixed))  # fmt: skip
    assert {"sitting": 2, "table": 2} in said["without_host"]
    assert main(["seat", "repair", plan, "--absent", "D001", "--sitting", "70"]) == 2
    assert "--sitting: there is no such sitting" in capsys.readouterr().err
    assert answer(capsys, "check", str(fixed))["kept"]
    told = answer(capsys, "explain", plan, "--table", "2", "--simulate", "none")
    assert "host" in next(p for p in told["people"] if p["id"] == "D001")["bound_by"]
    assert told["swaps"] and all(not s["breaks"] for s in told["swaps"])
    for language, word in (("en", "Sitting 1"), ("fr", "Séance 1"), ("es", "Sesión 1")):
        page = tmp_path / f"{language}.html"
        assert main(["seat", "kit", plan, "--out", str(page), "--lang", language]) == 0
        assert word in page.read_text(encoding="utf-8")
    assert "Mesa 2" in page.read_text(encoding="utf-8")
    assert "Table 2" not in page.read_text(encoding="utf-8")


def test_all_roundtables_and_seats_locked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = answer(capsys, "plan", SAMPLE, *QUICK, "--roundtables", "1,4")
    assert [r["roundtable"] for r in said["rooms"]] == [1, 4]
    assert said["plan"]["rooms"][0]["seats"] != said["plan"]["rooms"][1]["seats"]
    first = made(tmp_path)
    later = answer(capsys, "plan", SAMPLE, *QUICK, "--seed", "9", "--lock", str(first),
                   "--lock-sittings", "1")["plan"]["rooms"][0]["seats"]  # fmt: skip
    old = json.loads(first.read_text(encoding="utf-8"))["rooms"][0]["seats"]
    assert [s for s in later if s["sitting"] == 1] == [s for s in old if s["sitting"] == 1]
    assert later != old


def test_what_a_plan_changes(capsys: pytest.CaptureFixture[str]) -> None:
    line = ["plan", SAMPLE, *QUICK, "--simulate", "gfmd-2024-25", "--replicates", "4"]
    said = answer(capsys, *line, "--workers", "0")["outcomes"]["comparison"]
    assert {r["against"] for r in said} == {"random", "balanced"}
    assert all(r["low"] <= r["difference"] <= r["high"] for r in said)
    assert any(r["difference"] != 0 for r in said if r["measure"] == "convergence")


def test_ctrl_c_keeps_the_best(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(problem: Any, seconds: float, **options: Any) -> Any:
        count = iter(range(1000))
        return solve(problem, None, seed=0, should_stop=lambda: next(count) > 3)

    monkeypatch.setattr("gfmd_sim.cli.seat_plan.solve", stopped)
    out = tmp_path / "plan.csv"
    assert main(["seat", "plan", SAMPLE, "--quiet", "--out", str(out)]) == 130
    assert "run.py seat plan" in capsys.readouterr().err
    assert main(["seat", "check", str(out)]) == 0


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--apart", "D001,D002", "--together", "D001,D003", "--together", "D003,D002"],
         "Amber Riverstone (D001), Basil Puertoclaro (D002) are kept apart"),
        (["--host", "D001=1", "--host", "D002=1"], "two hosts"),
        (["--balance", "grop"], "did you mean group?"),
        (["--table-size", "9-5"], "smaller to the larger"),
        (["--fix", "D001=99"], "there are"),
        (["--apart", "D001,D9999"], "no such delegate"),
        (["--constraints", "none.yaml"], "no such file"),
        (["--capacity", "x"], "no capacity"),
    ],
)  # fmt: skip
def test_refusals_write_nothing(
    options: list[str], says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["seat", "plan", SAMPLE, *options, "--out", str(tmp_path / "p.xlsx")]) == 2
    err = capsys.readouterr().err
    assert says in err and "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


def test_the_roundtable_that_cannot_be_is_named_before_any_search(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sample list has one delegate who speaks Russian only: an interpreter must serve him."""
    monkeypatch.setattr("gfmd_sim.cli.seat_plan.solve", pytest.fail)
    asked = tmp_path / "asked.yaml"
    text = (
        "shared_language: true\nencounters: {across: group, repeats: square}\n"
        "interpreters: {2: [[ru, en, es]], 4: [[fr, en, es]], 6: [[es, en]], 7: [[es, en]]}\n"
        "roundtables:\n  1: {table_size: [5, 6]}\n  4: "
    )
    line = ["seat", "plan", SAMPLE, *QUICK, "--constraints", str(asked), "--roundtables", "1,4"]
    for own, says in (
        ("{interpreters: {2: [[fr, en]]}}", "roundtable 4: no seating plan can do this"),
        ("{table_size: [6, 6]}", "roundtable 4: sitting 1: 58 delegates cannot be seated"),
    ):
        asked.write_text(text + own + "\n", encoding="utf-8")
        assert main(line) == 2
        assert says in capsys.readouterr().err


@pytest.mark.parametrize("repeats", ["linear", "geometric", "square"])
def test_interpreters_and_roundtables_that_differ(
    repeats: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = tmp_path / "asked.yaml"
    asked.write_text(
        f"shared_language: true\nencounters: {{across: group, repeats: {repeats}}}\n"
        "interpreters: {2: [[ru, en, es]], 4: [[ru, en, es]], 6: [[es, en]], 7: [[es, en]]}\n"
        # In the fourth nearly all who speak Spanish only must share one table.
        "roundtables:\n  1: {table_size: [5, 6]}\n  4: {interpreters: {1: [[ru, en, es, pt]]}}\n",
        encoding="utf-8",
    )
    out = tmp_path / "plan.json"
    said = answer(capsys, "plan", SAMPLE, *QUICK, "--constraints", str(asked),
                  "--roundtables", "1,4", "--out", str(out))  # fmt: skip
    assert [r["violations"] for r in said["rooms"]] == [[], []]
    assert {k for s in said["rooms"][0]["table_sizes"] for k in s} <= {5, 6}
    assert answer(capsys, "check", str(out))["kept"]


def test_all_roundtables_are_all_though_one_differs() -> None:
    asked = request_of({"roundtables": {2: {"table_size": 6}}})
    assert list(roundtables_of("all", asked)) == [1, 2, 3, 4, 5, 6]
    assert list(roundtables_of("2,5", asked)) == [2, 5]
    assert list(roundtables_of(None, asked)) == [None]
    assert max(roundtables_of("all", request_of({"roundtables": {8: {"sittings": 2}}}))) == 8


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("1-3,5", [1, 2, 3, 5]), ("4; 2|4", [2, 4]), ("3 \N{EN DASH} 4", [3, 4]), ("9999", [9999])],
)
def test_options_write_numbers_as_cells_of_a_list_do(text: str, numbers: list[int]) -> None:
    assert numbers_of(text, "--attends") == numbers == list(numbers_in(text, 9999) or ())
    assert options_from({"fix": [f"A = B=2@{text}"]})["fixed"] == [
        {"delegate": "A = B", "table": 2, "sittings": numbers, "host": False}
    ]


@pytest.mark.parametrize("text", ["", ",", "0", "3-1", "1.5", "two", "10000", "-2"])
def test_what_is_no_list_of_numbers_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="no list of numbers"):
        numbers_of(text, "--attends")


def test_who_is_at_another_roundtable_is_said_to_be_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    people, plan = tmp_path / "list.csv", tmp_path / "plan.json"
    rows = [f"D{k},states,{'2' if k == 3 else '1|2'}" for k in range(12)]
    people.write_text("\n".join(["id,group,roundtables", *rows]), encoding="utf-8")
    answer(capsys, "plan", str(people), "--balance", "group", "--sittings", "2", "--steps", "1000",
           "--table-size", "4-8", "--roundtables", "1,2", "--out", str(plan))  # fmt: skip
    line = ["seat", "repair", str(plan), "--absent", "D3", "--sitting", "1", "--out"]
    assert main([*line, str(tmp_path / "new.json"), "--roundtable", "1"]) == 2
    assert "name one where he is with --roundtable: 2" in capsys.readouterr().err
    assert main([*line, str(tmp_path / "new.json"), "--roundtable", "2"]) == 0


def test_a_bare_plan_says_by_what_it_is_judged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = tmp_path / "theirs.csv"
    people = enumerate(["states", "youth"] * 4)
    rows = [f"1,{1 + k // 4},p{k},{group},{'north' if k < 3 else 'south'}" for k, group in people]
    plan.write_text("\n".join(["round,table,participant,group,Home", *rows]), encoding="utf-8")
    assert main(["seat", "check", str(plan)]) == 0
    said = capsys.readouterr().out
    assert "Balanced by                group " in said
    assert "Judged by the plan alone" in said
    assert "Not balanced: home (--balance" in said and "--roster LIST" in said
    found = answer(capsys, "check", str(plan), "--balance", "home")
    assert found["judged_by"] == {"basis": "plan", "columns_not_balanced": ["group"]}
    assert found["rooms"][0]["excess"] > 0
    listed = answer(capsys, "check", str(made(tmp_path, "--balance", "group")))
    assert listed["judged_by"]["basis"] == "asked"


def people(folder: Path, *rows: str) -> str:
    """A delegate list of these rows, the header first."""
    path = folder / "list.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    return str(path)


def test_a_list_of_groups_alone_is_enough(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is balanced where nothing is said is what the list has; what is asked for must be there."""
    listed = people(tmp_path, "group", *["states", "youth"] * 8)
    room = answer(capsys, "plan", listed, *QUICK)["plan"]["rooms"][0]
    assert list(room["request"]["balance"]) == ["group"]
    assert main(["seat", "plan", listed, *QUICK, "--balance", "group,region"]) == 2
    assert "no column 'region'" in capsys.readouterr().err


def test_columns_to_balance_are_found_as_headings_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = people(tmp_path, "Grupo,Región", *["states,Norte", "youth,Sur", "youth,Norte"] * 5)
    for asked in ("Group", "grupo,región", "GROUPE,region"):
        room = answer(capsys, "plan", listed, *QUICK, "--balance", asked)["plan"]["rooms"][0]
        assert list(room["request"]["balance"]) == ["group", "region"][: 1 + asked.count(",")]


def test_what_is_balanced_is_shown_with_its_values(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [
        f"{g},{k}" for g, k in zip(["states", "State", "youth"] * 8, ["F", "f"] * 12, strict=True)
    ]
    listed = people(tmp_path, "group,gender", *rows)
    assert main(["seat", "plan", listed, *QUICK[:-1], "--balance", "group,gender"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert (
        "Group: 3 values: State 8, States 8, Youth 8 " in said and "Gender: 1 value: F 24 " in said
    )
    assert "State (8) is none of the six groups" in said and "If states is meant" in said
    assert 'counted as one value, F: "F", "f"' in said


def edited(path: Path, sheet: str, cell: str, value: object) -> None:
    book = openpyxl.load_workbook(path)
    book[sheet][cell] = value
    book.save(path)


@pytest.mark.parametrize("names", [[], ["--names"]])
def test_a_change_in_a_sheet_for_people_is_not_passed_over(
    names: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Changed there and not in Plan: refused with the cell; in Plan alone or in both: taken."""
    made_, path = tmp_path / "made.xlsx", tmp_path / "plan.xlsx"
    assert main(["seat", "plan", SAMPLE, *QUICK, *names, "--lang", "fr", "--out", str(made_)]) == 0
    column = "D" if names else "C"
    said = openpyxl.load_workbook(made_)["Par délégué"][f"{column}4"].value
    other = said % 5 + 1
    for sheet, cell, value in (("Par délégué", f"{column}4", other), ("Par séance", "C5", "X"),
                               ("Par table", "B4", "")):  # fmt: skip
        shutil.copy(made_, path)
        edited(path, sheet, cell, value)
        for line in (["check"], ["repair", "--absent", "D005"], ["explain", "--table", "1"]):
            assert main(["seat", line[0], str(path), *line[1:]]) == 2
            heard = capsys.readouterr().err
            assert f"{sheet}, {cell}" in heard and "make the change in the sheet Plan" in heard
    shutil.copy(made_, path)
    seats = openpyxl.load_workbook(path)["Plan"]
    heads = [c.value for c in seats[1]]
    label = openpyxl.load_workbook(path)["Par délégué"]["A4"].value.split("  ")[1]
    row = next(r for r in range(2, seats.max_row)
               if seats.cell(r, 1).value == 1
               and seats.cell(r, heads.index("name" if names else "id") + 1).value == label)  # fmt: skip
    edited(path, "Plan", f"B{row}", other)
    assert not answer(capsys, "check", str(path), code=2)[
        "kept"
    ]  # a table too full, no contradiction
    edited(path, "Par délégué", f"{column}4", other)
    answer(capsys, "check", str(path), code=2)


def test_an_earlier_plan_is_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "plan.xlsx"
    line = ["seat", "plan", SAMPLE, *QUICK, "--out", str(out), "--kit", str(tmp_path / "kit.html")]
    assert main(line) == 0
    first = out.read_bytes()
    assert main(line) == 0
    assert out.read_bytes() == first and len(list(tmp_path.iterdir())) == 2
    for k in (1, 2):
        capsys.readouterr()
        assert main([*line, "--seed", str(k)]) == 0
        said = capsys.readouterr().out.replace("\n", "")
        assert f"{out} held another plan: it is kept as {tmp_path / f'plan.{k}.xlsx'}" in said
    assert (tmp_path / "plan.1.xlsx").read_bytes() == first
    assert {p.name for p in tmp_path.iterdir()} == {
        "plan.xlsx", "plan.1.xlsx", "plan.2.xlsx", "kit.html"}  # fmt: skip


def test_the_lines_to_paste_write_the_plan_and_make_it_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(SAMPLE, "my list.csv")
    line = ["seat", "plan", "my list.csv", "--sittings", "2", "--seconds", "0.3", "--seed=5"]

    def last_line(*words: str) -> list[str]:
        assert main([*line, *words]) == 0
        said = capsys.readouterr().out.splitlines()
        assert said[-2] == ("To make it again:" if words else "No plan is written. To write it:")
        assert said[-1].startswith("python3 run.py seat plan 'my list.csv' --sittings 2")
        return shlex.split(said[-1])[2:]

    assert last_line()[-2:] == ["--out", "plan.xlsx"] and not Path("plan.xlsx").exists()
    again = last_line("--out", "plan.csv")
    first = Path("plan.csv").read_bytes()
    Path("plan.csv").unlink()
    assert main(again) == 0
    assert Path("plan.csv").read_bytes() == first


@pytest.mark.parametrize("command", ["kit", "repair"])
def test_names_that_the_plan_lacks_come_from_the_list_or_are_refused(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan, page = made(tmp_path), tmp_path / "kit.html"
    line = ["seat", command, str(plan), "--names"]
    line += ["--out", str(page)] if command == "kit" else ["--absent", "D005", "--kit", str(page)]
    assert main(line) == 2
    assert "--roster" in capsys.readouterr().err and not page.exists()
    assert main([*line, "--roster", SAMPLE]) == 0
    assert "Amber Riverstone" in page.read_text(encoding="utf-8")


def test_the_search_tells_how_far_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gfmd_sim.cli.seat_search.EVERY", 0.0)  # the last word too, however soon
    line = ["seat", "plan", SAMPLE, "--steps", "300000", "--out", str(tmp_path / "p.json")]
    for lang, says in (("en", "(bound 6), met again "), ("es", "(cota 6), reencuentros ")):
        assert main([*line, "--lang", lang]) == 0
        heard = capsys.readouterr().err
        assert says in heard and all(len(row) < 140 for row in heard.splitlines())


@pytest.mark.parametrize("command", ["plan", "explain"])
def test_groups_the_scenario_lacks_are_told_before_any_work(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    roster = tmp_path / "ours.csv"
    roster.write_text("\n".join(["id,group", *(f"p{k},{'states' if k % 2 else 'farmers'}"
                                               for k in range(12))]), encoding="utf-8")  # fmt: skip
    plan = tmp_path / "plan.csv"
    asked = ["plan", str(roster), "--balance", "group", "--table-size", "6", *QUICK]
    assert main(["seat", *asked, "--out", str(plan)]) == 0
    for name in ("gfmd_sim.cli.seat_plan.solve", "gfmd_sim.cli.progress.progress"):
        monkeypatch.setattr(name, pytest.fail)
    line = [*asked, "--simulate", "gfmd-2024-25"] if command == "plan" else [
        "explain", str(plan), "--table", "1"]  # fmt: skip
    capsys.readouterr()
    assert main(["seat", *line]) == 2
    heard = capsys.readouterr()
    assert heard.out == ""
    assert str(roster if command == "plan" else plan) in heard.err and "farmers" in heard.err
    assert "civil_society" in heard.err and "gfmd-sim-seat-" not in heard.err


def test_compiling_the_search_says_which_part_of_how_many(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from gfmd_sim.cli import compiling, seat_search

    marks: list[str] = []

    def compile_none(
        find: Callable[[Callable[[Any], None]], list[Any]],
        advance: Callable[[int, int, float], None],
    ) -> None:
        begun: list[Any] = []
        kernels = find(begun.append)
        assert set(begun) == set(kernels)
        assert {"anneal", "exchange"} <= {kernel.name for kernel in kernels}
        advance(1, len(kernels), 30.0)

    monkeypatch.setattr(compiling, "compile_all", compile_none)
    monkeypatch.setattr("gfmd_sim.seating.search.warm_up", lambda: marks.append("warm"))
    monkeypatch.setattr("gfmd_sim.compiled.mark_complete", marks.append)
    monkeypatch.setattr("gfmd_sim.compiled.is_complete", lambda part="": False)
    seat_search.load(is_quiet=False)
    assert re.search(r": 1/\d+\s+-0:30", capsys.readouterr().err)
    assert marks == ["warm", compiling.SEARCH]
