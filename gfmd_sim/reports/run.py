"""The report of one design's runs: one HTML page that needs nothing but itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gfmd_sim.language import number, plural, translator
from gfmd_sim.reports.assumptions import assumptions, who_comes
from gfmd_sim.reports.figures import DataTable, by_group
from gfmd_sim.reports.page import caveats, render
from gfmd_sim.reports.run_figures import Agenda, journey, partnerships, solutions, trajectory
from gfmd_sim.reports.words import MEASURES, group_labels, measure_words, one_world
from gfmd_sim.scenario.agenda import Language
from gfmd_sim.scenario.schema import Scenario


@dataclass(frozen=True)
class HeadlineNumber:
    """A headline measure over all runs."""

    name: str
    value: str
    spread: str
    meaning: str


def run_report(
    runs: pd.DataFrame,
    tables: Mapping[str, pd.DataFrame],
    scenario: Scenario,
    agenda: Agenda,
    language: Language,
    *,
    seed: int = 0,
    command: str = "",
    n_delegates: int | None = None,
    is_everybody_everywhere: bool = False,
) -> str:
    """The runs of one design as a self-contained HTML page.

    Parameters
    ----------
    runs
        One row a run: ``replicate`` and the measures.
    tables
        ``trajectory, solutions, partnerships, points`` as ``simulate`` writes them, with a column
        ``replicate`` where there are several; what is missing is left out of the report.
    agenda
        Roundtable by number, for the names of solutions.
    n_delegates, is_everybody_everywhere
        How many a delegate list brings, where that is known.
    """
    _, n_ = translator(language), plural(language)
    runs = runs if "design" in runs else runs.assign(design=scenario.name)
    if "replicate" not in runs:
        runs = runs.assign(replicate=range(len(runs)))
    none = pd.DataFrame()
    found = [
        trajectory(tables["trajectory"], language) if "trajectory" in tables else None,
        journey(tables.get("points", none), language),
        solutions(tables.get("solutions", none), scenario, agenda, language),
        partnerships(tables.get("partnerships", none), scenario, agenda, language),
    ]
    groups = [str(c).removeprefix("voice_share.") for c in runs if "voice_share." in str(c)]
    design = str(runs["design"].iloc[0])
    found.append(
        by_group(runs, "voice_share", [design], group_labels(groups, scenario, language), language)
    )
    headline = n_(
        "One run of the Forum: one draw of luck, no conclusion",
        "What came of {n} runs of the Forum",
        len(runs),
    ).format(n=number(len(runs), language, 0))
    return render(
        "run.html.jinja",
        language,
        title=_("Runs: {scenario}").format(scenario=scenario.name),
        scenario=scenario.name,
        who=who_comes(scenario, n_delegates, language, is_everybody_everywhere),
        headline=headline,
        one_world=one_world(language),
        question=scenario.question.in_(language) if scenario.question else "",
        numbers=_numbers(runs, language),
        figures=[f for f in found if f is not None],
        measures=_all_measures(runs, language),
        rooms=assumptions(scenario, language),
        caveats=caveats(language),
        seed=seed,
        command=command,
    )


def _numbers(runs: pd.DataFrame, language: Language) -> list[HeadlineNumber]:
    _ = translator(language)
    out = []
    for measure in MEASURES:
        if measure not in runs:
            continue
        values = runs[measure].to_numpy(dtype=float)
        values = values[np.isfinite(values)]
        if not len(values):
            continue
        digits = 1 if measure == "partnerships" else 2
        spread = ""
        if len(values) > 1:
            low, high = np.quantile(values, [0.05, 0.95])
            spread = _("nine in ten runs: {low} to {high}").format(
                low=number(low, language, digits), high=number(high, language, digits)
            )
        words = measure_words(measure, language)
        scale = f" ({words.scale})" if words.scale else ""
        value = number(float(values.mean()), language, digits)
        out.append(HeadlineNumber(words.name, value, spread, words.meaning + scale))
    return out


def _all_measures(runs: pd.DataFrame, language: Language) -> DataTable:
    """Every measure: mean, spread, range."""
    _ = translator(language)
    rows = []
    for column in runs.select_dtypes("number").columns:
        if column in ("replicate", "world"):
            continue
        values = runs[column].to_numpy(dtype=float)
        values = values[np.isfinite(values)]
        if not len(values):
            continue
        sd = float(values.std(ddof=1)) if len(values) > 1 else float("nan")
        cells = [float(values.mean()), sd, float(values.min()), float(values.max())]
        rows.append([str(column), *(number(v, language, 3) for v in cells)])
    header = [_("Measure"), _("Mean"), _("Spread over runs"), _("Least"), _("Most")]
    return DataTable(header, rows)
