"""The command line as Typer has it; of the commands' modules only those asked for are imported."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Annotated

import typer

from gfmd_sim.cli.commands import App
from gfmd_sim.cli.options import Lang
from gfmd_sim.cli.overview import COMMANDS, about, module_of
from gfmd_sim.cli.start import start_text


def _version(wanted: bool) -> None:
    if wanted:
        from gfmd_sim import __version__

        print(f"gfmd-sim {__version__}")
        raise typer.Exit


def start(
    context: typer.Context,
    lang: Lang = "en",
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """gfmd-sim: how table composition changes what the Forum agrees on, and who partners up."""
    if context.invoked_subcommand is None:
        print(start_text(lang))


def app_with(modules: Iterable[str]) -> typer.Typer:
    """The command line with the commands of these modules, in their order."""
    app = App(help=about(), add_completion=False, pretty_exceptions_enable=False)
    app.callback(invoke_without_command=True)(start)
    for name in modules:
        import_module(f"gfmd_sim.cli.{name}").add_to(app)
    return app


def app_for(arguments: Sequence[str]) -> typer.Typer:
    """The command line that these arguments need: one module's commands if the first names one.

    Anything else (an option first, a slip of the pen) needs all of them to be told.
    """
    module = module_of(arguments[0]) if arguments else None
    return app_with(COMMANDS if module is None else [module])
