"""``--help`` is answered without importing the commands; it must say what they say."""

from __future__ import annotations

import inspect
import pkgutil
from importlib import import_module

import typer
from typer.main import get_command

import gfmd_sim.cli
from gfmd_sim.cli.app import app_with
from gfmd_sim.cli.overview import COMMANDS, about, module_of, overview


def test_the_overview_says_what_the_commands_say() -> None:
    for module, lines in COMMANDS.items():
        group = get_command(app_with([module]))
        told = {name: inspect.cleandoc(c.help or "") for name, c in group.commands.items()}  # type: ignore[attr-defined]
        first = {n: " ".join(text.split("\n\n")[0].split()) for n, text in told.items()}
        assert lines == first


def test_every_module_with_commands_is_in_it() -> None:
    names = {m.name for m in pkgutil.iter_modules(gfmd_sim.cli.__path__)}
    having = {n for n in names if hasattr(import_module(f"gfmd_sim.cli.{n}"), "add_to")}
    assert having == set(COMMANDS)


def test_each_command_finds_its_module() -> None:
    assert module_of("simulate") == "forum"
    assert module_of("dmo") is None
    assert isinstance(app_with(["forum"]), typer.Typer)


def test_the_overview_fits_the_screen_and_names_all() -> None:
    lines = overview().splitlines()
    assert max(map(len, lines)) <= 80
    assert about() in " ".join(lines)
    for commands in COMMANDS.values():
        for name in commands:
            assert sum(line.startswith(f"  {name} ") for line in lines) == 1
