"""The folder for a machine without network; the packages themselves are not fetched here."""

from __future__ import annotations

import ast
import runpy
import zipfile
from pathlib import Path

import pytest

from gfmd_sim.cli import bundle as cli
from gfmd_sim.errors import UserError


def fetch(folder: Path, requirements: str) -> None:
    folder.mkdir()
    (folder / "mesa.whl").write_bytes(b"")


def test_a_bundle_holds_what_it_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "download", fetch)
    cli.bundle(tmp_path / "stick")
    there = tmp_path / "stick"
    names = ("start.py", "start.sh", "start.bat", "dashboard/assets/room/8_room.js", "wheels/mesa.whl",
             "scenarios/gfmd-2024-25.yaml", "dashboard/locale/fr/LC_MESSAGES/dashboard.mo")  # fmt: skip
    assert all((there / name).exists() for name in names)
    ast.parse((there / "start.py").read_text(encoding="utf-8"))
    assert cli.made_for() in (there / "start.py").read_text(encoding="utf-8")
    with pytest.raises(UserError, match="holds something"):
        cli.bundle(there)


def test_a_failed_bundle_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(folder: Path, requirements: str) -> None:
        raise UserError("no connection")

    monkeypatch.setattr(cli, "download", fail)
    with pytest.raises(UserError):
        cli.bundle(tmp_path / "stick")
    assert list(tmp_path.iterdir()) == []


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
