"""demo, simulate, compare, report: what they print, what they write, and that both agree."""

from __future__ import annotations

import json
import shlex
import threading
from contextlib import nullcontext
from pathlib import Path

import pandas as pd
import pytest

from gfmd_sim.cli import main
from gfmd_sim.cli.progress import Batches, _Lines, checked, progress
from gfmd_sim.results import read_results

HEADLINES = {"convergence", "solutions", "partnerships", "voice", "continuity"}


def test_simulate_says_and_writes_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "first"
    line = ["simulate", "four-groups", "--replicates", "2", "--seed", "3", "--out", str(out)]
    assert main([*line, "--json"]) == 0
    said, err = capsys.readouterr()
    assert err == ""
    answer = json.loads(said)
    assert answer["out"] == str(out)
    written = read_results(out).runs
    assert len(answer["runs"]) == len(written) == 2
    for row, run in zip(answer["runs"], written.to_dict("records"), strict=True):
        assert all(row[m] == pytest.approx(run[m]) for m in HEADLINES)
    assert main(line) == 0  # again, over our own result: the same
    said = capsys.readouterr().out
    assert "Convergence" in said and str(out) in said
    pd.testing.assert_frame_equal(read_results(out).runs, written)


def test_levers_and_seeds_reach_the_run(capsys: pytest.CaptureFixture[str]) -> None:
    def runs(*options: str) -> str:
        assert main(["simulate", "four-groups", "--json", *options]) == 0
        rows = json.loads(capsys.readouterr().out)["runs"]
        return json.dumps([{k: v for k, v in r.items() if k in HEADLINES} for r in rows])

    plain = runs()
    assert runs() == plain
    assert runs("--set", "seating.rule=balanced") == plain  # its value anyway
    assert runs("--set", "seating.rule=caucus") != plain
    assert runs("--seed", "7") != plain


def test_compare_and_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "both"
    line = ["compare", "four-groups", "--vary", "seating.rule=balanced,caucus", "--replicates",
            "4", "--workers", "0", "--out", str(out), "--quiet"]  # fmt: skip
    assert main(line) == 0
    said, err = capsys.readouterr()
    assert err == "" and str(out / "report.html") not in said
    assert "balanced tables" in said and any(w in said for w in ("matters", "cannot tell yet"))
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "<html" in page and "http://" not in page.split("<body")[0]
    before = read_results(out)
    assert main(["report", str(out), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["out"] == str(out / "report.html")
    after = read_results(out)
    pd.testing.assert_frame_equal(after.tables["comparison"], before.tables["comparison"])
    assert after.texts["report.html"] == page  # read back and told again: the same report
    for _again in range(2):  # one in another language stands beside it, and replaces itself
        assert main(["report", str(out), "--lang", "fr"]) == 0
        assert capsys.readouterr().out.strip() == str(out / "report.fr.html")
    assert 'lang="fr"' in (out / "report.fr.html").read_text(encoding="utf-8")
    assert (out / "report.html").read_text(encoding="utf-8") == page
    assert set(read_results(out).texts) == {"report.html", "report.fr.html"}


def test_what_compare_and_report_refuse(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for line, says in (
        (["compare", "four-groups", "--vary", "opinion.table_pull=0.1:0.2"], "not a range"),
        (["compare", "four-groups", "--vary", "seating.rule=random"], "two designs"),
        (["compare", "four-groups", "--vary", "seating.rule=random,caucas"], "caucus"),
        (["report", str(tmp_path)], "no result folder"),
        (["dashboard", "four-grups"], "did you mean four-groups?"),
        (["dashboard", "--store", "nosuch"], "nosuch"),
        (["dashboard", "--store", str(Path(__file__).parent)], "manifest.json"),
        (["report", str(tmp_path / "none")], "none"),
    ):
        assert main([*line, "--replicates", "2"] if line[0] == "compare" else line) == 2
        out, err = capsys.readouterr()
        assert out == "" and says in err and "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


def test_progress_without_a_terminal_is_never_silent_for_long(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = [0.0]
    monkeypatch.setattr("gfmd_sim.cli.progress.time.monotonic", lambda: now[0])
    # whoever repeats the last line lives by the true clock, and has a test of his own
    monkeypatch.setattr("gfmd_sim.cli.progress._Lines.never_silent", lambda lines: nullcontext())
    with progress("many", checked) as advance:
        for done in range(1, 41):  # of a hundred thousand: the first tenth is far
            now[0] += 3.0
            advance(done, 100_000, 1.0)
    told = [line.split("/")[0] for line in capsys.readouterr().err.splitlines()]
    assert told == [f"many: {n}" for n in (1, *range(5, 41, 4))]


def test_batches_add_up_and_what_came_before_the_first_is_no_rate(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [100.0]
    monkeypatch.setattr("gfmd_sim.cli.progress.time.monotonic", lambda: now[0])
    told: list[tuple[int, int, float]] = []
    whole = Batches(40, lambda *how: told.append(how))
    for done, total in ((1, 10), (10, 10), (1, 1), (1, 1), (4, 4)):
        whole.tell(done, total, 0.0)
        now[0] += 9.0
    assert [so_far for so_far, _, _ in told] == [1, 10, 11, 12, 16]
    assert {total for _, total, _ in told} == {40}
    assert [left for *_, left in told[:2]] == [0.0, 30.0]  # nine runs in nine seconds, 30 to do


def test_work_that_tells_nothing_is_not_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gfmd_sim.cli.progress._SILENT_SECONDS", 0.01)
    told: list[str] = []
    enough = threading.Event()

    def say(line: str, **how: object) -> None:
        told.append(line)
        if len(told) == 3:
            enough.set()

    lines = _Lines(say, "putting together")
    with lines.never_silent():
        assert enough.wait(60)
    assert all(line.startswith("putting together  (") for line in told)


def test_progress_is_told_on_standard_error_only(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("seating", checked) as advance:
        for done in range(1, 41):
            advance(done, 40, 100.0 - done)
    out, err = capsys.readouterr()
    assert out == "" and len(err.splitlines()) == 11  # the first, and each tenth
    assert "seating: 40/40  -1:00" in err
    with progress("seating", checked, is_quiet=True) as advance:
        advance(1, 2, 3.0)
    assert capsys.readouterr() == ("", "")


def test_ctrl_c_says_the_line_to_run_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("gfmd_sim.forum.Forum.run", stopped)
    out = str(tmp_path / "x y")
    for line in (
        ["simulate", "four-groups", "--out", out],
        ["compare", "four-groups", "--vary", "note.capacity=5,6", "--workers", "0", "--out", out],
        ["demo", "--workers", "0", "--out", out],
    ):
        assert main(line) == 130
        err = capsys.readouterr().err
        assert "no result is kept" in err
        assert shlex.split(err.strip().splitlines()[-1]) == ["python3", "run.py", *line]


def test_files_are_read_before_the_model_is_compiled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def compiling(*_: object) -> None:
        raise AssertionError("compiled first")

    monkeypatch.setattr("gfmd_sim.compiled.is_complete", lambda: False)
    monkeypatch.setattr("gfmd_sim.cli.compiling.compile_once", compiling)
    bad = tmp_path / "roster.csv"
    bad.write_text("id,group\na,nobody\n", encoding="utf-8")
    vary = ["--vary", "note.capacity=5,6"]
    out = ["--out", str(tmp_path / "out")]
    for line in (
        ["simulate", "four-groups"],
        ["compare", "four-groups", *vary],
        ["compare", "four-groups", *vary, "--best", "voice", *out],
        ["sweep", "four-groups", *vary, *out],
        ["demo", *out],
    ):
        assert main([*line, "--roster", str(bad)]) == 2, line
        assert "roster.csv" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_list_may_have_nobody_of_a_group(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = tmp_path / "list.csv"
    rows = [f"d{i},{g}" for i, g in enumerate(["states", "civil_society", "youth"] * 5)]
    listed.write_text("\n".join(["id,group", *rows]), encoding="utf-8")
    line = ["simulate", "four-groups", "--roster", str(listed), "--out", str(tmp_path / "out")]
    sweep = [
        "sweep",
        "four-groups",
        "--vary",
        "note.capacity=5",
        "--roster",
        str(listed),
        "--dry-run",
    ]
    for one in (line, sweep):
        assert main(one) == 0
        assert "nobody of private_sector" in capsys.readouterr().err
    people = pd.read_parquet(tmp_path / "out" / "people.parquet")
    assert sorted(set(people["group"])) == ["civil_society", "states", "youth"]


def test_a_wrong_request_is_refused_before_the_model_is_compiled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither the whole model nor a kernel of it; the last line shows that it would be."""

    def compiling(*_: object) -> None:
        raise AssertionError("compiled first")

    monkeypatch.setattr("gfmd_sim.compiled.is_complete", lambda: False)
    monkeypatch.setattr("gfmd_sim.cli.compiling.compile_once", compiling)
    monkeypatch.setattr("gfmd_sim.forum.Forum.run", compiling)
    monkeypatch.setattr("gfmd_sim.streams.Streams.uniform", compiling)
    place, taken = str(tmp_path / "out"), tmp_path / "taken"
    taken.mkdir()
    (taken / "thesis.docx").write_text("x")
    out, note = ["--out", place], ["--vary", "note.capacity=5,6"]
    rule = ["--vary", "seating.rule=random,nobody"]
    compare, sweep = ["compare", "four-groups"], ["sweep", "four-groups"]
    optimise = ["optimise", "four-groups", "--for", "voice", "--vary", "note.capacity=5:9"]
    for line, says in (
        ([*compare, *rule], "nobody"),
        ([*compare, *rule, "--best", "voice", *out], "nobody"),
        ([*compare, "--vary", "seating.rule=random"], "at least two designs"),
        ([*compare, "--vary", "note.capacity=5:9"], "not a range"),
        ([*compare, "--vary", "note.capacitty=5,6"], "note.capacity"),
        ([*compare, *note, "--best", "voyce"], "voice"),
        ([*compare, *note, "--replicates", "1"], "2"),
        ([*sweep, *rule, *out], "nobody"),
        ([*sweep, *rule, "--dry-run"], "nobody"),
        ([*sweep, "--vary", "opinion.table_pull=0.1:70", *out], "table_pull"),
        ([*sweep, "--vary", "note.capacitty=5,6", *out], "note.capacity"),
        ([*sweep, *note, "--vary", "note.capacity=7,8", *out], "twice"),
        ([*sweep, *note, "--sampler", "sobol", "--samples", "3", *out], "power of 2"),
        ([*sweep, *note, "--sampler", "morris", "--replicates", "2", *out], "--samples"),
        ([*sweep, *note, "--sampler", "zip", "--vary", "note.p_read=0.5", *out], "equally long"),
        ([*sweep, *note, "--chunk-range", "3/2", *out], "3/2"),
        ([*sweep, *note, "--scheduler", "tcp://127.0.0.1:1", *out], "--executor dask"),
        ([*sweep, *note, "--out", str(taken)], "something else"),
        ([*sweep, *rule, "--sampler", "lhs", *out], "nobody"),
        ([*optimise, "--for", "voyce"], "did you mean voice"),
        ([*optimise, "--budget", "10"], "too small a budget"),
        ([*optimise, "--vary", "seating.rule=random,nobody"], "nobody"),
        (["simulate", "four-groups", "--set", "note.capacity=many"], "many"),
    ):  # fmt: skip
        assert main(line) == 2, line
        err = capsys.readouterr().err
        assert says in err and "compiling" not in err, (line, err)
    assert not (tmp_path / "out").exists()
    for line in ([*compare, *note], [*sweep, *note, *out], [*sweep, *note, "--dry-run"], optimise):
        assert main(line) == 1, line  # our fault: compiled first
        assert "AssertionError" in capsys.readouterr().err


@pytest.mark.parametrize(
    "line",
    [
        ["compare", "four-groups", "--vary", "note.capacity=5,6"],
        ["compare", "four-groups", "--vary", "note.capacity=5,6", "--best", "voice"],
        ["optimise", "four-groups", "--for", "voice", "--vary", "note.capacity=5:9"],
        ["sweep", "four-groups", "--vary", "note.capacity=5,6", "--out"],
    ],
    ids=lambda line: " ".join(line[:6:5]),
)
def test_what_is_set_is_not_drawn(
    line: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every parameter of every run meets what was set; without it the parameter is drawn."""
    seen: set[object] = set()

    def run(self: object, levers: dict[str, object], seed: int, replicate: int) -> dict[str, float]:
        seen.add(levers.get("note.p_read", "as set"))
        return {name: float(replicate % 7 + len(levers)) for name in HEADLINES}

    monkeypatch.setattr("gfmd_sim.experiments.forum_simulator.ForumSimulator.run", run)
    whole = [*line, str(tmp_path / "a")] if line[-1] == "--out" else line
    assert main([*whole, "--workers", "0", "--set", "note.p_read=0.5", "--quiet"]) == 0
    assert seen == {"as set"}
    whole = [*line, str(tmp_path / "b"), "--replicates", "4"] if line[-1] == "--out" else line
    assert main([*whole, "--workers", "0", "--quiet"]) == 0
    assert len(seen - {"as set"}) > 1
