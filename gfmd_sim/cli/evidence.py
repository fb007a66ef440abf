"""``evidence``: what was expected, from which source, what was found, pass or fail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from gfmd_sim.cli.as_json import print_json
from gfmd_sim.cli.options import Json, Quiet

if TYPE_CHECKING:
    from gfmd_sim.evidence.check import Check


def evidence(
    pattern: Annotated[
        str | None,
        typer.Option("--pattern", metavar="NAME", help="One emulation's statistics, intervals."),
    ] = None,
    replicates: Annotated[
        int | None,
        typer.Option("--replicates", min=2, max=100_000, help="Meetings, with --pattern."),
    ] = None,
    json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Is the model right where theory says what right is, and does it look like people?"""
    from gfmd_sim.cli.progress import checked, progress
    from gfmd_sim.evidence.suite import run_evidence, run_pattern

    if pattern is not None:
        found = run_pattern(pattern, replicates)
        if json:
            print_json(found)
        else:
            _print_pattern(found)
        return 0
    with progress("evidence", checked, is_quiet=quiet) as tell:
        checks = run_evidence(tell)
    if json:
        answer = {"checks": [c.as_dict() for c in checks]}
        print_json(answer)
    else:
        _print_checks(checks)
    return 0 if all(c.passed for c in checks) else 1


def _print_checks(checks: list[Check]) -> None:
    from rich.table import Table
    from rich.text import Text

    from gfmd_sim.cli.console import console_for_tables

    table = Table(box=None, pad_edge=False)
    for name, justify in (
        ("Check", "left"), ("Expected", "right"), ("Limits", "right"), ("Found", "right"),
        ("", "left"), ("Claim, source", "left"),
    ):  # fmt: skip
        table.add_column(name, justify=justify)  # type: ignore[arg-type]
    for c in checks:
        verdict = Text("pass") if c.passed else Text("FAIL", style="bold red")
        claim = f"{c.about} ({c.source})" if c.source else c.about
        table.add_row(
            c.id, _number(c.expected), _limits(c.low, c.high), _number(c.found), verdict, claim
        )
    console = console_for_tables(160)
    console.print(table)
    failed = [c.id for c in checks if not c.passed]
    console.print(
        f"{len(checks) - len(failed)} of {len(checks)} checks pass."
        + (f" Failed: {', '.join(failed)}" if failed else "")
    )
    console.print("What is shown and what is not claimed: docs/evidence.md")


def _print_pattern(found: dict[str, Any]) -> None:
    from rich.table import Table

    from gfmd_sim.cli.console import console_for_tables

    console = console_for_tables(160)
    console.print(f"{found['pattern']}: {found['source']}")
    console.print(f"{found['scenario']}; {found['replicates']} meetings; {found['interval']}")
    table = Table(box=None, pad_edge=False)
    table.add_column("Statistic")
    for name in ("Mean", "From", "To", "At defaults"):
        table.add_column(name, justify="right")
    for key, v in {**found["statistics"], **found["also"]}.items():
        table.add_row(key, *(_number(v[k]) for k in ("mean", "low", "high", "at_defaults")))
    console.print(table)
    for key, v in found["statistics"].items():
        console.print(f"{key}: {v['definition']}")
    for v in found.get("verdicts", ()):
        console.print(
            f"{v['rule']} against balanced: {v['verdict']}; {_number(v['smallest_seen'])} would "
            f"have been seen, {_number(v['smallest_of_interest'])} would matter"
        )


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}"


def _limits(low: float | None, high: float | None) -> str:
    if low is None:
        return f"up to {_number(high)}"
    return f"from {_number(low)}" if high is None else f"{_number(low)} to {_number(high)}"


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(name="evidence")(evidence)
