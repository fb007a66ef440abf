"""The command line: exit codes, one message for each mistake, nothing written where it is refused."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gfmd_sim.cli import main
from gfmd_sim.cli.scenario import rules_of
from gfmd_sim.errors import StoreError
from gfmd_sim.results import MANIFEST, prepare_output
from gfmd_sim.scenario.files import load_scenario, shipped_names

ROOT = Path(__file__).parents[2]


def test_nothing_said_shows_three_ways(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    english = capsys.readouterr().out
    assert all(f"run.py {c}" in english for c in ("demo", "simulate", "scenario new", "--help"))
    for language in ("fr", "es"):
        assert main(["--lang", language]) == 0
        other = capsys.readouterr().out
        assert other != english and "run.py demo" in other


def test_help_brings_nothing_heavy() -> None:
    code = (
        "import sys; from gfmd_sim.cli import main; main(['--help']);"
        "main(['simulate', '--help']);"
        "print('\\n', *sorted({m.split('.')[0] for m in sys.modules}))"
    )
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    ).stdout
    assert "demo" in out
    loaded = set(out.splitlines()[-1].split())
    assert "typer" in loaded  # the probe sees what is imported
    assert not loaded & {"numba", "numpy", "pandas", "mesa", "scipy", "dash", "duckdb", "pyarrow"}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["dmo"], "No such command 'dmo'"),
        (["--nix"], "No such option"),
        (["scenario", "chek", "x"], "Did you mean 'check'"),
        (["simulate"], "Missing argument 'SCENARIO'"),
        (["demo", "--replicates", "0"], "--replicates"),
        (["demo", "--seed", "-1"], "--seed"),
        (["demo", "--lang", "de"], "'en', 'fr', 'es'"),
        (["scenario", "check", "gfmd-2024"], "did you mean gfmd-2024-25?"),
        (["scenario", "check", "four-groups", "--set", "seating.rul=random"], "seating.rule?"),
        (["scenario", "check", "four-groups", "--set", "seating.rule="], "has no value"),
        (
            ["scenario", "check", "four-groups", "--set", "seating.rule=balancd"],
            "did you mean balanced?",
        ),
        (["scenario", "check", "four-groups", "--set", "roundtables=[9]"], "no agenda file"),
        (["scenario", "check", "four-groups", "--set", "seating.table_size=[90,99]"], "90 to 99"),
        (["scenario", "check", "four-groups", "--set", "population.n_delegates=1"], "2 to 100,000"),
        (["scenario", "check", "four-groups", "--set", "population.n_delegates=5"], "no delegate"),
        (["simulate", "four-groups", "--roster", "none.csv"], "none.csv"),
        (["compare", "four-groups", "--vary", "x", "--replicates", "no"], "--replicates"),
    ],
)
def test_mistakes_are_told_in_one_message(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert says in err
    assert "Traceback" not in err and len(err.splitlines()) < 12


def test_a_rule_that_is_unknown_has_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("extends: four-groups\n\nseating:\n  rule: balancd\n")
    assert main(["scenario", "check", str(path)]) == 2
    assert f"{path}:4, seating.rule: there is no rule 'balancd'" in capsys.readouterr().err


@pytest.mark.parametrize("option", [["--lang", "fr"], ["--lang=fr"]])
def test_a_mistake_is_said_in_the_language_asked_for(
    option: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["simulate", "four-group", *option]) == 2
    said = capsys.readouterr().err
    assert said.startswith("ce scénario n’existe pas\n  reçu\u00a0:    four-group\n")
    assert "vouliez-vous dire four-groups" in said


def test_mistakes_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scenario", "check", "four-groups", "--set", "kappa=1", "--json"]) == 2
    out, err = capsys.readouterr()
    error = json.loads(out)["error"]
    assert error["key"] == "kappa" and "opinion.table_pull" in error["remedy"]
    assert "opinion.table_pull" in err


@pytest.mark.parametrize("raised", [RuntimeError("boom <secret>"), KeyboardInterrupt("resume: x")])
def test_what_is_not_the_users_fault(
    raised: BaseException,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(*_: Any) -> None:
        raise raised

    monkeypatch.setattr("gfmd_sim.cli.scenario.shipped_names", fail)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    code = main(["scenario", "list"])
    err = capsys.readouterr().err
    assert "Traceback" not in err
    if isinstance(raised, KeyboardInterrupt):
        assert code == 130 and "resume: x" in err
        assert not list(tmp_path.iterdir())
    else:
        assert code == 1 and "not yours" in err
        (report,) = tmp_path.iterdir()
        assert str(report) in err
        assert "boom <secret>" in report.read_text() and "Traceback" in report.read_text()


MAIN = "import sys; sys.path.insert(0, '.'); from gfmd_sim.cli import main; sys.exit(main())"
SHORT_AND_LONG = [
    ["scenario", "schema"],
    ["--help"],
    ["--lang", "fr"],
    ["seat", "--help"],
    ["--version"],
]


@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize(
    ("arguments", "code"), [*((line, 0) for line in SHORT_AND_LONG), (["nonsense"], 2)]
)
def test_a_reader_that_leaves_is_no_fault(arguments: list[str], code: int, both: bool) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", MAIN, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT if both else subprocess.PIPE,
        cwd=ROOT,
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        err = process.stderr.read() if process.stderr else b""
        assert process.wait() == code
        assert (b"Traceback" in err, bool(err)) == (False, code != 0 and not both)


def test_a_command_goes_on_when_its_reader_has_left(tmp_path: Path) -> None:
    """What it was to write is written, and a pipe that broke elsewhere is still a fault."""
    code = """
import os, sys
from pathlib import Path
from gfmd_sim.cli.outlet import to_whoever_reads
with to_whoever_reads():
    for _ in range(100):
        print("x" * 10_000, flush=True)
    Path(sys.argv[1]).write_text("whole")
    sink, source = os.pipe()
    os.close(sink)
    os.write(source, b"x")
"""
    out = tmp_path / "out.txt"
    with subprocess.Popen(
        [sys.executable, "-c", code, str(out)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.read(5)
        process.stdout.close()
        assert process.stderr.read().rstrip().endswith(b"BrokenPipeError: [Errno 32] Broken pipe")
        assert process.wait() == 1
    assert out.read_text() == "whole"


@pytest.mark.skipif(sys.platform == "win32", reason="closes streams as a shell does")
@pytest.mark.parametrize("arguments", SHORT_AND_LONG)
def test_nothing_to_write_to_is_told(arguments: list[str]) -> None:
    line = [sys.executable, "-c", MAIN, *arguments]
    closed = subprocess.run(["sh", "-c", '"$@" >&-', "sh", *line], capture_output=True, cwd=ROOT)
    assert (closed.returncode, closed.stderr) == (0, b"")
    if Path("/dev/full").exists():
        with open("/dev/full", "w") as full:
            told = subprocess.run(line, stdout=full, stderr=subprocess.PIPE, cwd=ROOT)
        assert told.returncode == 2
        assert told.stderr.startswith(b"what is to be said cannot be written\n")


@pytest.mark.parametrize("lang", ["en", "fr", "es"])
def test_a_new_scenario_is_in_order(
    lang: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "my forum.yaml"
    assert main(["scenario", "new", str(path), "--from", "four-groups", "--lang", lang]) == 0
    assert main(["scenario", "check", str(path), "--lang", lang]) == 0
    assert "64" in capsys.readouterr().out
    scenario = load_scenario(path)
    assert scenario.name == "my forum" and scenario.discussion.facilitation == 0.8
    before = path.read_bytes()
    assert main(["scenario", "new", str(path)]) == 2
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", shipped_names())
def test_shipped_scenarios_are_in_order(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scenario", "check", name, "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["ok"] and sum(facts["groups"].values()) == facts["n_delegates"]


def test_show_says_all_that_is_known(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scenario", "show", "facilitation", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    rows = {p["path"]: p for p in shown["parameters"]}
    assert shown["extends"] == ["gfmd-2024-25"]
    row = rows["discussion.facilitation"]
    assert (row["value"], row["parent_value"], row["changed"]) == (0.8, 0.3, True)
    assert (row["holder"], row["low"], row["high"]) == ("lever", 0, 1)
    assert [p for p, r in rows.items() if r["changed"]] == ["name", "question", row["path"]]
    assert set(rows["seating.rule"]["choices"]) >= {"random", "balanced", "caucus"}
    assert rows["population.groups.states.share"]["value"] == 56
    for lang in ("en", "fr", "es"):
        assert main(["scenario", "show", "facilitation", "--lang", lang]) == 0
        text = capsys.readouterr().out
        assert "* discussion.facilitation = 0.8 (" in text and "\nseating.rule = balanced" in text
        assert main(["scenario", "show", "facilitation", "--lang", lang, "--changed"]) == 0
        assert "seating.rule" not in capsys.readouterr().out


def test_every_rule_can_be_named() -> None:
    for path in ("seating", "plenary", "note", "adoption", "partnering"):
        assert len(rules_of(f"{path}.rule")) > 1, path
    assert rules_of("seating.table_size") == []


def test_the_schema_accepts_what_ships(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scenario", "schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert {"extends", "population", "seating"} <= set(schema["properties"])
    assert schema["additionalProperties"] is False and not schema.get("required")
    out = tmp_path / "schema.json"
    assert main(["scenario", "schema", "--out", str(out)]) == 0
    assert json.loads(out.read_text()) == schema
    assert main(["scenario", "schema", "--out", str(out)]) == 2


def test_output_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prepare_output(tmp_path / "a" / "b")
    assert list(tmp_path.iterdir()) == []  # asking writes nothing
    (tmp_path / "empty").mkdir()
    prepare_output(tmp_path / "empty")
    other = tmp_path / "other"
    other.mkdir()
    (other / "thesis.docx").write_text("x")
    for folder, says in (
        (other, "something else"),
        (other / "thesis.docx", "not a folder"),
        (other / "thesis.docx" / "deeper", "cannot be written"),
    ):
        with pytest.raises(StoreError, match=says):
            prepare_output(folder)
    (other / MANIFEST).write_text('{"name": "a web app"}')  # a manifest, but not ours
    with pytest.raises(StoreError):
        prepare_output(other)
    assert sorted(p.name for p in other.iterdir()) == [MANIFEST, "thesis.docx"]

    def refuse(*_: Any, **__: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)  # root may write anywhere
    with pytest.raises(StoreError, match="cannot be written"):
        prepare_output(tmp_path / "new" / "deep")
    assert not (tmp_path / "new").exists()


def test_a_refused_folder_stops_a_command_before_it_computes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "thesis.docx").write_text("x")
    monkeypatch.setattr("gfmd_sim.experiments.forum_simulator.ForumSimulator.of", None)
    out = ["--out", str(tmp_path)]
    for command in (
        ["simulate", "four-groups", *out],
        ["compare", "four-groups", "--vary", "seating.rule=random,caucus", *out],
        ["demo", *out],
    ):
        assert main(command) == 2
        assert "something else" in capsys.readouterr().err
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.docx"]
