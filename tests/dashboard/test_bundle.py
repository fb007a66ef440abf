"""The folder for a machine without network; the packages themselves are not fetched here."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from gfmd_sim.cli import bundle as cli
from gfmd_sim.errors import UserError


def fetch(folder: Path) -> None:
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
    def fail(folder: Path) -> None:
        raise UserError("no connection")

    monkeypatch.setattr(cli, "download", fail)
    with pytest.raises(UserError):
        cli.bundle(tmp_path / "stick")
    assert list(tmp_path.iterdir()) == []
