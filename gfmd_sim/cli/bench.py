"""``bench``: the engine side by side with C, Mesa, NumPy and NDlib; a table, JSON, a page.

What is measured lives beside the tests, and is not installed with the package.
"""

from __future__ import annotations

import importlib
import json as json_
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from gfmd_sim.cli.options import Json, Quiet
from gfmd_sim.errors import Sentence, UserError

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "tests" / "benchmarks" / "speed"


def bench(
    quick: Annotated[
        bool, typer.Option("--quick", help="Small cases: to see that it runs, not to quote.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for bench.json and performance.md.")
    ] = None,
    page: Annotated[
        Path | None, typer.Option("--page", help="Also write the page here (docs/performance.md).")
    ] = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Ratios measured side by side, medians with quartiles; about eight minutes."""
    suite, writer = _measurements()
    for file in (out, page):
        _refuse_unwritable(file, is_folder=file is out)
    from gfmd_sim.cli.progress import checked, progress

    with progress(Sentence("bench"), checked, is_quiet=quiet or json) as advance:
        found = suite.measure(quick, advance)
    text = writer.page(found)
    whole = json_.dumps(found.as_dict(), ensure_ascii=False, indent=2)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        (out / "bench.json").write_text(whole + "\n", encoding="utf-8")
        (out / "performance.md").write_text(text, encoding="utf-8")
    if page is not None:
        page.write_text(text, encoding="utf-8")
    if json:
        print(whole)
    else:
        _print(found)


def _measurements() -> tuple[Any, Any]:
    """The modules that measure and that write the page.

    Raises
    ------
    UserError
        If they are not there: the package is installed without its tests.
    """
    if not FOLDER.is_dir():
        raise UserError(
            "what bench measures is not installed with the package",
            remedy="run it in a clone of the project: python3 run.py bench",
        )
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    at = "tests.benchmarks.speed"
    return importlib.import_module(f"{at}.suite"), importlib.import_module(f"{at}.page")


def _refuse_unwritable(path: Path | None, *, is_folder: bool) -> None:
    """Eight minutes' work is not thrown away for a folder that cannot be written."""
    from gfmd_sim.experiments.files import why_not_written

    if path is None:
        return
    if is_folder and path.exists() and not path.is_dir():
        raise UserError(
            "a folder is wanted, this is a file",
            key="--out",
            given=str(path),
            remedy="name a folder, new or not",
        )
    if not is_folder and (path.is_dir() or not path.parent.is_dir()):
        raise UserError(
            "the page cannot be written there",
            key="--page",
            given=str(path),
            allowed="a file in a folder that exists",
        )
    if refusal := why_not_written(path if is_folder else path.parent):
        raise UserError(
            "this cannot be written",
            key="--out" if is_folder else "--page",
            given=refusal,
            remedy="name a place you may write to",
        )


def _print(found: Any) -> None:
    from rich.console import Console
    from rich.table import Table

    number = importlib.import_module("tests.benchmarks.speed.figures").number
    table = Table(box=None, pad_edge=False)
    table.add_column("What")
    for name in ("Median", "Quartiles", "Has to be"):
        table.add_column(name, justify="right")
    table.add_column("")
    for f in found.figures:
        s = f.spread
        quartiles = "" if s.low == s.high else f"{number(s.low)} to {number(s.high)}"
        kept = {True: "yes", False: "NO", None: ""}[f.is_kept]
        table.add_row(f.about, f"{number(s.median)} {f.unit}".strip(), quartiles, f.limit, kept)
    console = Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console = Console(highlight=False, markup=False, emoji=False, width=160)
    console.print(table)
    for m in found.missing:
        console.print(f"Not measured: {m.about}: {m.reason}")
    console.print(
        f"{found.seconds:.0f} s; medians and quartiles; processor: {found.machine['processor']}"
    )


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(name="bench")(bench)
