"""Commands that say their help in the language of the line, and the ``Typer`` that makes them.

What a command and its options mean stands in English where they are; it is translated when it is
shown. The catalogues collect it (:mod:`gfmd_sim.locale.helped`).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from typing import Any, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup

from gfmd_sim.cli.asked import spoken
from gfmd_sim.cli.held import Written, held
from gfmd_sim.errors import Sentence

_Function = TypeVar("_Function", bound=Callable[..., Any])

_USAGE = Sentence("Usage:")
_TYPERS = {  # what typer.rich_utils says around the texts of commands
    "ARGUMENTS_PANEL_TITLE": Sentence("Arguments"),
    "OPTIONS_PANEL_TITLE": Sentence("Options"),
    "COMMANDS_PANEL_TITLE": Sentence("Commands"),
    "DEFAULT_STRING": Sentence("[default: {}]"),
    "REQUIRED_LONG_STRING": Sentence("[required]"),
}


class Command(TyperCommand):
    """A command."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        _write_usage(self, ctx, formatter)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        with _translated(self, ctx):
            super().format_help(ctx, formatter)


class Group(TyperGroup):
    """Commands under a name."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        _write_usage(self, ctx, formatter)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        self.subcommand_metavar = _said(self.subcommand_metavar)
        for command in self.commands.values():
            command.help = _said(command.help)
        with _translated(self, ctx):
            super().format_help(ctx, formatter)


class App(typer.Typer):
    """A ``Typer`` of these groups and commands."""

    def __init__(self, **options: Any) -> None:
        super().__init__(cls=Group, **options)

    def command(self, name: str | None = None, **options: Any) -> Callable[[_Function], _Function]:
        return super().command(name, cls=Command, **options)


def _write_usage(command: Command | Group, ctx: Any, formatter: Any) -> None:
    pieces = " ".join(command.collect_usage_pieces(ctx))
    formatter.write_usage(ctx.command_path, pieces, prefix=f"{_said(_USAGE)} ")


@contextmanager
def _translated(command: Command | Group, ctx: Any) -> Iterator[None]:
    """All that its help shows is put in the language; what is in it already stays."""
    from typer import rich_utils

    for name, words in _TYPERS.items():
        setattr(rich_utils, name, _said(words))
    command.help = _said(command.help)
    command.options_metavar = _said(command.options_metavar)
    for param in command.get_params(ctx):
        param.metavar = _said(param.metavar)
        if hasattr(param, "help"):
            param.help = _said(param.help)
    with redirect_stdout(Written(sys.stdout)):
        yield


def _said(text: str | None) -> Any:
    """A text of help, as the catalogues have it: by paragraphs, each in a line. None stays None."""
    if text is None:
        return None
    parts = (" ".join(part.split()) for part in text.split("\n\n"))
    return held("\n\n".join(spoken(Sentence(part)) for part in parts))
