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

from gfmd_sim.cli.asked import asked, spoken
from gfmd_sim.cli.options import Json, Lang, Quiet
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
    lang: Lang = "en",
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
    from rich.table import Table

    from gfmd_sim.cli.console import console_for_tables

    table = Table(box=None, pad_edge=False)
    table.add_column(spoken(Sentence("What")))
    for name in (Sentence("Median"), Sentence("Quartiles"), Sentence("Has to be")):
        table.add_column(spoken(name), justify="right")
    table.add_column("")
    kept = {True: spoken(Sentence("yes")), False: spoken(Sentence("NO")), None: ""}
    for f in found.figures:
        s = f.spread
        both = Sentence("{low} to {high}", low=_number(s.low), high=_number(s.high))
        table.add_row(
            spoken(f.about),
            f"{_number(s.median)} {spoken(f.unit)}".strip(),
            "" if s.low == s.high else spoken(both),
            spoken(f.limit(_number)),
            kept[f.is_kept],
        )
    console = console_for_tables(160)
    console.print(table)
    for m in found.missing:
        console.print(spoken(Sentence("Not measured: {what}: {why}", what=m.about, why=m.reason)))
    told = Sentence(
        "{seconds} s; medians and quartiles; processor: {name}",
        seconds=f"{found.seconds:.0f}", name=found.machine["processor"],
    )  # fmt: skip
    console.print(spoken(told))


def _number(value: float) -> str:
    """As the page has it, in the digits of the language."""
    said: str = importlib.import_module("tests.benchmarks.speed.figures").number(value)
    if asked() == "en":
        return said
    from gfmd_sim.language import number, significant

    if "e" in said:
        return significant(value, asked(), 3)
    return number(value, asked(), len(said.partition(".")[2]))


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(name="bench")(bench)
