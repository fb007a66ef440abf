"""Imports run one way, and what must be in one place is in one place."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# From the ground up; a module may import what stands below it or beside it.
FLOORS: list[set[str]] = [
    {"advance", "errors", "cache", "cells", "compiled", "parquet", "streams"},
    {"scenario"},
    {"language", "locale"},
    {"records", "accounts", "delegates"},
    {"population", "pairs", "trust", "opinion"},
    {"seating", "talk", "plenary", "note", "adoption", "partnering"},
    {"setup"},
    {"forum"},
    {"model", "measures", "recorder"},
    {"experiments", "evidence", "reports", "results", "plots", "api"},
    {"cli"},
]
FLOOR = {room: number for number, floor in enumerate(FLOORS) for room in floor}


def imports(path: Path) -> set[str]:
    """Absolute names of all modules that a file imports, wherever in the file it does."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def files(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def room(path: Path) -> str:
    return path.relative_to(ROOT / "gfmd_sim").parts[0].removesuffix(".py")


def test_every_room_has_a_floor() -> None:
    rooms = {room(p) for p in files("gfmd_sim")} - {"__init__", "data"}
    assert rooms == set(FLOOR)


@pytest.mark.parametrize("path", files("gfmd_sim"), ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_run_one_way(path: Path) -> None:
    here = FLOOR.get(room(path), len(FLOORS))
    for name in imports(path):
        parts = name.split(".")
        if parts[0] == "gfmd_sim" and len(parts) > 1 and parts[1] in FLOOR:
            assert FLOOR[parts[1]] <= here, f"{path.name} imports {name}, which stands above it"


def test_the_simulator_knows_no_screen_and_mesa_has_one_door() -> None:
    for path in files("gfmd_sim"):
        names = {name.split(".")[0] for name in imports(path)}
        assert not names & {"dash", "dash_mantine_components", "dashboard"}, path
        if path.name != "model.py":
            assert "mesa" not in names, path


def test_only_streams_makes_randomness() -> None:
    for path in files("gfmd_sim"):
        text = path.read_text(encoding="utf-8")
        assert "default_rng(" not in text, path
        assert "np.random." not in text, path
        assert "random" not in imports(path), path


def test_nothing_reads_what_lies_outside_the_project() -> None:
    for path in [*files("gfmd_sim"), *files("dashboard"), *files("tests"), ROOT / "run.py"]:
        assert "../" + "shared" not in path.read_text(encoding="utf-8"), path
