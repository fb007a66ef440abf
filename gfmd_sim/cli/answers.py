"""Answers on the screen: tables that people read, in their language."""

from __future__ import annotations

import math

import pandas as pd
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from gfmd_sim.cli.console import console_for_tables
from gfmd_sim.experiments.compare import (
    CANNOT_TELL,
    DOES_NOT_MATTER,
    MATTERS,
    TOO_RARE,
    Comparison,
)
from gfmd_sim.language import N_, number, signed, translator
from gfmd_sim.reports.figures import digits_for
from gfmd_sim.reports.findings import findings
from gfmd_sim.reports.words import design_name, measure_words
from gfmd_sim.scenario.agenda import Language

_LIMITS = ("difference", "low", "high")
_VERDICTS = {
    MATTERS: N_("matters"),
    DOES_NOT_MATTER: N_("does not matter"),
    CANNOT_TELL: N_("cannot tell yet"),
    TOO_RARE: N_("too rare to tell"),
}


def print_comparison(comparison: Comparison, language: Language) -> None:
    """What was found in words, then every difference with its limits and verdict."""
    _ = translator(language)
    said = findings(comparison, language)
    console = console_for_tables()
    console.print(said.headline, style="bold")
    console.print(said.deck)
    for title, lines in (
        (_("What matters"), said.matters),
        (_("What does not"), said.does_not),
        (_("What cannot be told yet"), said.cannot_tell),
        (_("How sure this is"), said.how_sure),
    ):
        if lines:
            console.print(f"\n{title}", style="bold")
        for line in lines:
            console.print(Padding(Text(f"- {line}"), (0, 0, 0, 2), expand=False))
    first = _("First row: the baseline. Below: differences from it, their limits, verdicts.")
    console.print(f"\n{first}", style="dim")
    console.print(_table(comparison, language))
    console.print(f"\n{_('What to do')}", style="bold")
    console.print(said.decision)
    if comparison.n_failed:
        console.print(_("Runs that failed and count nowhere: {n}").format(n=comparison.n_failed))


def _table(comparison: Comparison, language: Language) -> Table:
    _ = translator(language)
    frame = comparison.frame
    measures = list(frame["measure"].drop_duplicates())
    table = Table(box=None, pad_edge=False, padding=(0, 2, 1, 0))
    table.add_column("")
    for measure in measures:
        table.add_column(measure_words(measure, language).name, justify="right")
    base = frame[frame["design"] == comparison.baseline].set_index("measure")
    name = design_name(comparison.baseline, language)
    table.add_row(name, *(number(float(base.loc[m, "mean"]), language) for m in measures))
    for design in frame["design"].drop_duplicates():
        if design != comparison.baseline:
            rows = frame[frame["design"] == design].set_index("measure")
            cells = [_cell(rows.loc[m], language) for m in measures]
            table.add_row(design_name(design, language), *cells)
    return table


def _cell(row: pd.Series, language: Language) -> Text:
    if not math.isfinite(row["difference"]):
        return Text("")
    verdict = str(row["verdict"])
    digits = digits_for(float(row["smallest_effect"]))
    middle, low, high = (signed(float(row[k]), language, digits) for k in _LIMITS)
    lines = [middle, f"{low} … {high}"]
    lines.append(translator(language)(_VERDICTS.get(verdict, verdict)))
    return Text("\n".join(lines), style="bold" if verdict == MATTERS else "")
