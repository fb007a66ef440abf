"""What ``simulate`` prints: the headline measures of one design. Light: a run need not wait for more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from rich.table import Table

from gfmd_sim.cli.console import console_for_tables
from gfmd_sim.language import number, translator
from gfmd_sim.measures.outcome import HEADLINES
from gfmd_sim.reports.words import measure_words, one_world
from gfmd_sim.scenario.agenda import Language


def print_means(runs: Sequence[Mapping[str, float]], language: Language) -> None:
    """Mean of each headline measure over the runs and, with several, their spread."""
    _ = translator(language)
    several = len(runs) > 1
    table = Table(box=None, pad_edge=False)
    table.add_column(_("Measure"))
    table.add_column(_("Mean") if several else "", justify="right")
    if several:
        table.add_column(_("Spread between runs"), justify="right")
    table.add_column(_("Scale"), style="dim")
    for measure in HEADLINES:
        words = measure_words(measure, language)
        values = np.array([run[measure] for run in runs])
        values = values[~np.isnan(values)]  # a run in which there was nothing to measure
        cells = [words.name, number(float(values.mean()) if len(values) else np.nan, language)]
        if several:
            spread = float(values.std(ddof=1)) if len(values) > 1 else np.nan
            cells.append(number(spread, language))
        table.add_row(*cells, words.scale)
    console = console_for_tables()
    console.print(table)
    console.print(one_world(language))
