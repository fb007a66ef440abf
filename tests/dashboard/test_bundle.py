"""The folder for a machine without network; the packages themselves are not fetched here."""

from __future__ import annotations

import ast
import re
import runpy
import sys
import zipfile
from pathlib import Path

import pytest

from gfmd_sim.cli import bundle as cli
from gfmd_sim.cli import bundle_start
from gfmd_sim.errors import UserError


def fetch(folder: Path, requirements: str) -> None:
    folder.mkdir()
    (folder / "mesa.whl").write_bytes(b"")


def test_a_bundle_holds_what_it_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "download", fetch)
    cli.bundle(tmp_path / "stick")
    there = tmp_path / "stick"
    names = ("start.py", "start.sh", "start.bat", "dashboard/assets/room/8_room.js", "wheels/mesa.whl",
             "README.md", "scenarios/gfmd-2024-25.yaml", "dashboard/locale/fr/LC_MESSAGES/dashboard.mo")  # fmt: skip
    assert all((there / name).exists() for name in names)
    ast.parse((there / "start.py").read_text(encoding="utf-8"), feature_version=(3, 6))
    assert cli.made_for() == (there / "made-for.txt").read_text(encoding="ascii").strip()
    with pytest.raises(UserError, match="holds something"):
        cli.bundle(there)


def test_a_place_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(UserError, match="cannot be written"):
        cli.bundle(tmp_path / "file" / "stick")
    assert (tmp_path / "file").read_text() == "mine"


def test_a_failed_bundle_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(folder: Path, requirements: str) -> None:
        raise UserError("no connection")

    monkeypatch.setattr(cli, "download", fail)
    with pytest.raises(UserError):
        cli.bundle(tmp_path / "stick")
    assert list(tmp_path.iterdir()) == []


def test_a_bundle_is_no_part_of_a_checkout_and_tells_what_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "download", fetch)
    cli.bundle(tmp_path / "stick")
    there = tmp_path / "stick"
    assert (there / ".gitignore").read_text(encoding="ascii") == "*\n"
    text = (there / "README.md").read_text(encoding="utf-8")
    assert not re.findall(r"\]\((?!#)", text) and "run.py" not in text  # nothing that is not here
    assert all(f"\n## {heading}\n" in text for heading in ("English", "français", "español"))
    named = {"gfmd_sim", "dashboard", "scenarios", "wheels", "LICENSE", "start.bat", "made-for.txt"}
    assert all((there / name).exists() and text.count(f"`{name}`") >= 3 for name in named)


def test_fetching_says_how_far_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said = "import sys; print('Collecting a==1'); print('Collecting b==2'); sys.exit({code})"

    def pretend(code: int) -> None:
        run = [sys.executable, "-c", said.format(code=code)]
        monkeypatch.setattr(cli, "fetching", lambda listed, folder: run)

    pretend(0)
    cli.download(tmp_path / "good", "a==1\nb==2\n")
    told = capsys.readouterr().err
    assert all(f"{cli.FETCHING}: {k}/2" in told for k in range(3))
    pretend(1)
    with pytest.raises(UserError, match="could not be fetched"):
        cli.download(tmp_path / "bad", "a==1\nb==2\n")


def test_only_what_runs_is_packed() -> None:
    needed = cli.packages_needed()
    assert {"numba", "dash", "flask", "llvmlite", "brotli"} <= needed
    assert not {"pytest", "mypy", "playwright", "ndlib"} & needed
    names = [line.partition("==")[0] for line in cli.locked(needed).splitlines() if "==" in line]
    assert {name.lower().replace("_", "-").replace(".", "-") for name in names} == needed


def test_each_package_of_the_lock_keeps_its_hashes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "# made by hand\na==1 \\\n    --hash=sha256:0\nb-c==2 \\\n    --hash=sha256:1\n"
    (tmp_path / "requirements.lock").write_text(text, encoding="utf-8")
    monkeypatch.setattr(cli, "ROOT", tmp_path)
    assert cli.locked({"b-c"}) == "b-c==2 \\\n    --hash=sha256:1\n"


def test_the_first_start_unpacks_wheels_without_pip(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli, "download", lambda folder, requirements: folder.mkdir())
    cli.bundle(tmp_path / "stick")
    with zipfile.ZipFile(tmp_path / "stick/wheels/one-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("one/__init__.py", "")
        wheel.writestr("one-1.0.data/platlib/one/fast.py", "")
        wheel.writestr("one-1.0.data/scripts/one", "")
    half = tmp_path / "stick/packages/half.py"
    half.parent.mkdir()
    half.touch()
    runpy.run_path(str(tmp_path / "stick/start.py"), run_name="start")["unpack"]()
    there = tmp_path / "stick/packages"
    found = {str(f.relative_to(there)) for f in there.rglob("*") if f.is_file()}
    assert found == {"one/__init__.py", "one/fast.py", "complete"}
    assert "100%" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("given", "system", "language", "run"),
    [
        ([], {"LANG": "fr_CH.UTF-8"}, "fr", ["dashboard", "--lang", "fr"]),
        ([], {"LC_ALL": "es_MX", "LANG": "fr_FR"}, "es", ["dashboard", "--lang", "es"]),
        ([], {"LANG": "de_DE.UTF-8"}, "en", ["dashboard", "--lang", "en"]),
        (["--lang", "es"], {"LANG": "fr_FR"}, "es", ["dashboard", "--lang", "es"]),
        (["demo", "--lang=fr"], {}, "fr", ["demo", "--lang=fr"]),
        (["--port", "99"], {}, "en", ["dashboard", "--port", "99", "--lang", "en"]),
    ],
)
def test_the_first_start_speaks_the_reader_s_language(
    given: list[str], system: dict[str, str], language: str, run: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in system.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.argv", ["start.py", *given])
    assert bundle_start.language() == language and bundle_start.arguments() == run


def test_a_wrong_python_is_told_so_in_spanish(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "download", lambda folder, requirements: folder.mkdir())
    cli.bundle(tmp_path / "stick")
    (tmp_path / "stick/made-for.txt").write_text("3.99-moon-x\n", encoding="ascii")
    monkeypatch.setattr("sys.argv", ["start.py", "--lang", "es"])
    with pytest.raises(SystemExit, match=r"Esta carpeta es para Python 3\.99-moon-x"):
        runpy.run_path(str(tmp_path / "stick/start.py"), run_name="__main__")
