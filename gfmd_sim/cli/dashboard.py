"""``dashboard``: the Forum in a browser, on this machine only."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Annotated

import typer

from gfmd_sim.cli.options import Lang
from gfmd_sim.errors import UserError


def dashboard(
    scenario: Annotated[
        str | None, typer.Argument(metavar="[SCENARIO]", help="What the pages open with.")
    ] = None,
    store: Annotated[
        Path | None, typer.Option("--store", help="Result folder of a comparison to open.")
    ] = None,
    port: Annotated[
        int | None,
        typer.Option("--port", min=1, max=65535, help="Default: 8050, or the next free."),
    ] = None,
    lang: Lang = "en",
) -> None:
    """The Forum in a browser: the room, designs compared, solutions, reasons. Works offline."""
    try:
        # the dashboard imports gfmd_sim, never the other way round: found by name, when asked for
        app = importlib.import_module("dashboard.app")
    except ModuleNotFoundError as error:
        if error.name not in ("dashboard", "dashboard.app"):
            raise
        raise UserError(
            "the dashboard is not installed here",
            remedy="run it from the project's folder: python3 run.py dashboard",
        ) from None
    # what cannot be shown is refused here, not on every page; what is shipped needs no check
    if scenario is not None:
        from gfmd_sim.scenario.files import load_scenario

        load_scenario(scenario)
    if store is not None:
        from gfmd_sim.cli.stored import comparison_of
        from gfmd_sim.results import read_results

        comparison_of(read_results(store))
    app.serve(scenario=scenario, store=store, port=port, language=lang)


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(dashboard)
