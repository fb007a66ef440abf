"""All commands, in the order in which ``--help`` lists them."""

from __future__ import annotations

from typing import Annotated

import typer

from gfmd_sim.cli import bench, dashboard, evidence, forum, optimise, scenario, suite, sweep
from gfmd_sim.cli.options import Lang
from gfmd_sim.cli.start import start_text

app = typer.Typer(
    help="gfmd-sim: how table composition changes what the Forum on Migration and Development "
    "agrees on, and who partners up.",
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        from gfmd_sim import __version__

        print(f"gfmd-sim {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
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


forum.add_to(app)
sweep.add_to(app)
optimise.add_to(app)
app.add_typer(scenario.app, name="scenario")
evidence.add_to(app)
dashboard.add_to(app)
bench.add_to(app)
suite.add_to(app)
