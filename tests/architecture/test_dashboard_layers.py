"""The dashboard's modules import one way too: no circles, and each floor knows only those below."""

from __future__ import annotations

import functools
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.architecture.test_layers import ROOT, files, imports

# From the ground up: what is counted as one room is a folder or a single file.
FLOORS: list[set[str]] = [
    {"language", "components", "levers", "door"},
    {"address", "offer", "catalogue", "playback", "futures"},
    {"tasks"},
    {"work"},
    {"worker"},
    {"jobs", "uploads", "memory"},
    {"settings", "designs", "story"},
    {"figures"},
    {"views"},
    {"pages", "api"},
    {"site"},
    {"callbacks"},
    {"shell"},
    {"app"},
]
FLOOR = {room: number for number, floor in enumerate(FLOORS) for room in floor}
FILES = [p for p in files("dashboard") if p.parent.name != "dashboard" or p.name != "__init__.py"]


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@functools.cache
def graph() -> dict[str, set[str]]:
    """Module -> modules of the dashboard that it imports, wherever in the file it does."""
    names = {name_of(p) for p in files("dashboard")}
    return {name_of(p): (imports(p) & names) - {"dashboard", name_of(p)} for p in FILES}


def test_every_room_of_the_dashboard_has_a_floor() -> None:
    assert {name.split(".")[1] for name in graph()} == set(FLOOR)


@pytest.mark.parametrize("module", sorted(graph()))
def test_the_dashboard_imports_one_way(module: str) -> None:
    here = FLOOR[module.split(".")[1]]
    for name in graph()[module]:
        assert FLOOR[name.split(".")[1]] <= here, f"{module} imports {name}, which stands above it"


def test_the_dashboard_has_no_circle() -> None:
    tuple(TopologicalSorter(graph()).static_order())


def test_a_circle_is_noticed() -> None:
    """Negative control."""
    with pytest.raises(CycleError):
        tuple(TopologicalSorter({"a": {"b"}, "b": {"a"}}).static_order())


def test_workers_and_figures_know_no_dash() -> None:
    bare = ("dashboard.tasks", "dashboard.work", "dashboard.figures", "dashboard.jobs")
    for path in FILES:
        if name_of(path).startswith(bare):
            assert not {n.split(".")[0] for n in imports(path)} & {"dash", "flask"}, path
