"""``evidence``: what was expected, from which source, what was found, pass or fail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from gfmd_sim.cli.as_json import print_json
from gfmd_sim.cli.options import Json, Lang, Quiet
from gfmd_sim.errors import Sentence
from gfmd_sim.scenario.agenda import Language

if TYPE_CHECKING:
    from gfmd_sim.evidence.check import Check

_WIDE = 120  # characters that checks' ids, numbers and claims take side by side


def evidence(
    pattern: Annotated[
        str | None,
        typer.Option("--pattern", metavar="NAME", help="One emulation's statistics, intervals."),
    ] = None,
    replicates: Annotated[
        int | None,
        typer.Option("--replicates", min=2, max=100_000, help="Meetings, with --pattern."),
    ] = None,
    lang: Lang = "en",
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
            _print_pattern(found, lang)
        return 0
    with progress(Sentence("evidence"), checked, is_quiet=quiet) as tell:
        checks = run_evidence(tell)
    if json:
        answer = {"checks": [c.as_dict() for c in checks]}
        print_json(answer)
    else:
        _print_checks(checks, lang)
    return 0 if all(c.passed for c in checks) else 1


def _print_checks(checks: list[Check], lang: Language) -> None:
    from rich.console import Group
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    from gfmd_sim.cli.console import console_for_tables
    from gfmd_sim.language import said, told, translator

    _ = translator(lang)
    console = console_for_tables(160)
    is_narrow = console.width < _WIDE  # a claim then stands below its check, not beside it
    table = Table(box=None, pad_edge=False)
    claims = f"\n  {_('Claim, source')}" if is_narrow else ""
    table.add_column(_("Check") + claims, overflow="fold", no_wrap=not is_narrow)
    for name in (_("Expected"), _("Limits"), _("Found")):
        table.add_column(name, justify="right", no_wrap=is_narrow)
    table.add_column("", no_wrap=is_narrow)
    if not is_narrow:
        table.add_column(_("Claim, source"))
    for c in checks:
        verdict = Text(_("pass")) if c.passed else Text(_("FAIL"), style="bold red")
        claim = said(c.about, lang) + (f" ({said(c.source, lang)})" if c.source else "")
        limits = _limits(c.low, c.high, lang)
        found = (_number(c.expected, lang), limits, _number(c.found, lang), verdict)
        if is_narrow:
            table.add_row(Group(c.id, Padding(claim, (0, 0, 0, 2))), *found)
        else:
            table.add_row(c.id, *found, claim)
    console.print(table)
    failed = [c.id for c in checks if not c.passed]
    passing = _("{passed} of {n} checks pass.")
    summary = [passing.format(passed=len(checks) - len(failed), n=len(checks))]
    if failed:
        summary.append(told(_("Failed"), ", ".join(failed), lang))
    console.print(" ".join(summary))
    console.print(
        _(
            "Not reproduced: a third of real answers did not change at all; topics moved as a whole more "
            "than here; groups of two end of one mind more often than here."
        )
    )
    console.print(_("What is shown and what is not claimed: docs/evidence.md"))


def _print_pattern(found: dict[str, Any], lang: Language) -> None:
    from rich.table import Table

    from gfmd_sim.cli.console import console_for_tables
    from gfmd_sim.evidence.near_null import VERDICTS
    from gfmd_sim.language import divided, number, said, told, translator

    _ = translator(lang)
    console = console_for_tables(160)
    n = str(found["replicates"]) if lang == "en" else number(found["replicates"], lang, 0)
    meetings = _("{n} meetings").format(n=n)
    console.print(told(found["pattern"], said(found["source"], lang), lang))
    console.print(divided([found["scenario"], meetings, said(found["interval"], lang)], lang))
    table = Table(box=None, pad_edge=False)
    table.add_column(_("Statistic"), overflow="fold")
    for name in (_("Mean"), _("From"), _("To"), _("At defaults")):
        table.add_column(name, justify="right")
    for key, v in {**found["statistics"], **found["also"]}.items():
        cells = (_number(v[k], lang) for k in ("mean", "low", "high", "at_defaults"))
        table.add_row(key, *cells)
    console.print(table)
    for key, v in found["statistics"].items():
        console.print(told(key, said(v["definition"], lang), lang))
    for v in found.get("verdicts", ()):
        form = VERDICTS[v["rule"]]
        console.print(
            _(form).format(
                verdict=said(v["verdict"], lang),
                seen=_number(v["smallest_seen"], lang),
                smallest=_number(v["smallest_of_interest"], lang),
            )
        )


def _number(value: float | None, lang: Language) -> str:
    if value is None:
        return ""
    if lang == "en":
        return f"{value:.4g}"
    from gfmd_sim.language import significant

    return significant(value, lang)


def _limits(low: float | None, high: float | None, lang: Language) -> str:
    from gfmd_sim.language import translator

    _ = translator(lang)
    below, above = _number(low, lang), _number(high, lang)
    if low is None:
        return _("up to {high}").format(high=above)
    if high is None:
        return _("from {low}").format(low=below)
    return _("{low} to {high}").format(low=below, high=above)


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(name="evidence")(evidence)
