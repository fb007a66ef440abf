"""Answers on the screen: tables that people read, in their language."""

from __future__ import annotations

import math

import pandas as pd
from rich.console import Console
from rich.table import Table

from gfmd_sim.experiments.compare import BASELINE, CANNOT_TELL, MATTERS, Comparison
from gfmd_sim.language import N_, number, signed, translator
from gfmd_sim.reports.words import design_name, measure_words
from gfmd_sim.scenario.agenda import Language

HEADLINES = ("convergence", "solutions", "partnerships", "voice", "continuity")
_MARKS = {MATTERS: N_("matters"), CANNOT_TELL: N_("cannot tell yet")}


def print_means(runs: pd.DataFrame, language: Language) -> None:
    """The headline measures of one design: mean and, with several runs, their spread."""
    _ = translator(language)
    table = Table(box=None, pad_edge=False)
    table.add_column(_("Measure"))
    table.add_column(_("Mean") if len(runs) > 1 else "", justify="right")
    if len(runs) > 1:
        table.add_column(_("Spread between runs"), justify="right")
    table.add_column(_("Scale"), style="dim")
    for measure in HEADLINES:
        if measure not in runs:
            continue
        words = measure_words(measure, language)
        cells = [words.name, number(float(runs[measure].mean()), language)]
        if len(runs) > 1:
            cells.append(number(float(runs[measure].std()), language))
        table.add_row(*cells, words.scale)
    _console().print(table)


def print_comparison(comparison: Comparison, language: Language) -> None:
    """Differences from the baseline with their limits, a verdict each, and the baseline itself."""
    _ = translator(language)
    frame = comparison.frame
    measures = list(frame["measure"].drop_duplicates())
    table = Table(box=None, pad_edge=False, show_lines=False, padding=(0, 2, 1, 0))
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
    console = _console()
    console.print(table)
    console.print(
        _("First row: the baseline itself. Below: difference from it, limits (95% for all cells "
          "together), verdict. Blank verdict: it does not matter."),
        style="dim", markup=False,
    )  # fmt: skip
    if comparison.n_failed:
        console.print(
            _("Runs that failed and count nowhere: {n}").format(n=comparison.n_failed), markup=False
        )


def _cell(row: pd.Series, language: Language) -> str:
    if row["verdict"] == BASELINE or not math.isfinite(row["difference"]):
        return ""
    verdict = _MARKS.get(str(row["verdict"]), "")
    low, high = (signed(float(row[k]), language) for k in ("low", "high"))
    lines = [signed(float(row["difference"]), language), f"{low} … {high}"]
    if verdict:
        lines.append(translator(language)(verdict))
    return "\n".join(lines)


def _console() -> Console:
    console = Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console = Console(highlight=False, markup=False, emoji=False, width=120)
    return console
