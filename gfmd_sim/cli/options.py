"""The options that commands share, each said once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from gfmd_sim.cli.asked import asked


def _named(lang: str) -> str:
    """``--lang`` may stand before the command too."""
    return asked() if lang == "en" else lang


Lang = Annotated[
    Literal["en", "fr", "es"],
    typer.Option("--lang", callback=_named, help="Language of what is shown and written."),
]
Json = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress, no chat.")]
Seed = Annotated[
    int, typer.Option("--seed", min=0, max=2**64 - 1, help="The same seed is the same luck.")
]
Out = Annotated[
    Path | None, typer.Option("--out", help="Result folder: new, empty, or a result of ours.")
]
Roster = Annotated[
    Path | None, typer.Option("--roster", help="Delegate list (CSV or XLSX) instead of drawn ones.")
]
Replicates = Annotated[
    int, typer.Option("--replicates", min=1, max=1_000_000, help="How many lucks to run.")
]
Workers = Annotated[
    int | None,
    typer.Option("--workers", min=0, max=1024, help="Processes; results do not depend on them."),
]
Sets = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PARAMETER=VALUE", help="Set a parameter; may be repeated."),
]
Varies = Annotated[
    list[str],
    typer.Option(
        "--vary",
        metavar="PARAMETER=A,B,...",
        help="Values to compare, the first is the baseline; may be repeated (all combinations).",
    ),
]
Names = Annotated[bool, typer.Option("--names", help="Write delegates' names too (personal data).")]
ScenarioName = Annotated[
    str, typer.Argument(metavar="SCENARIO", help="A scenario file, or the name of a shipped one.")
]

REPORT = "report.html"
"""The report in a result folder, and in that of an analysis."""
