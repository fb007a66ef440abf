"""Reports from result folders: what demo, compare and simulate have written."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from gfmd_sim.cli.options import REPORT
from gfmd_sim.errors import StoreError
from gfmd_sim.experiments.compare import Comparison
from gfmd_sim.scenario.agenda import Language
from gfmd_sim.scenario.files import load_agenda
from gfmd_sim.scenario.schema import Scenario

if TYPE_CHECKING:
    from gfmd_sim.results import Results


def report_of(results: Results, language: Language) -> str:
    """The report of a result folder, whatever command wrote it, as one HTML page."""
    from gfmd_sim.reports import comparison_report, run_report
    from gfmd_sim.results import versions

    said = results.about.get("n_delegates")
    n_delegates = said if isinstance(said, int) else None
    everywhere = bool(results.about.get("is_everybody_everywhere"))
    if "comparison" in results.tables:
        comparison, compared = comparison_of(results)
        made_with = results.about.get("versions")
        model = (made_with if isinstance(made_with, dict) else versions()).get("model", "")
        return comparison_report(
            comparison,
            comparison.runs,
            compared,
            language,
            n_delegates=n_delegates,
            is_everybody_everywhere=everywhere,
            model=str(model),
        )
    scenario = scenario_of(results)
    return run_report(
        results.runs,
        results.tables,
        scenario,
        load_agenda(scenario),
        language,
        seed=int(results.about.get("seed", 0)),
        n_delegates=n_delegates,
        is_everybody_everywhere=everywhere,
    )


def report_name(language: Language, there: str | None) -> str:
    """The file of a report: ``report.html``, or ``report.fr.html`` beside one in another language.

    ``there``: the page ``report.html`` that the folder has already, or None.

    >>> report_name("fr", None), report_name("fr", '<html lang="fr">'), report_name("fr", '<html lang="en">')
    ('report.html', 'report.html', 'report.fr.html')
    """
    other = None if there is None else re.search(r'<html lang="(\w+)"', there)
    if other is None or other[1] == language:
        return REPORT
    return f"report.{language}.html"


def is_sweep(folder: Path) -> bool:
    """Whether ``sweep`` or ``optimise`` wrote the folder."""
    from gfmd_sim.experiments.plan_file import plans_in

    return bool(plans_in(folder))


def report_sweep(folder: Path, language: Language) -> Path:
    """The report of a sweep, beside the tables of its analysis.

    Raises
    ------
    StoreError
        If it was a search, whose answer is in its own files.
    """
    from gfmd_sim.cli.analysed import analysed, write_analysis

    scenario, found = analysed(folder, None, 0)
    place = folder / "analysis"
    there = place / REPORT
    page = there.read_text(encoding="utf-8") if there.is_file() else None
    name = report_name(language, page)
    return write_analysis(place, found, scenario, language, 0, report=name)[-1]


def scenario_of(results: Results) -> Scenario:
    """The scenario that a result folder was made from.

    Raises
    ------
    StoreError
        If its manifest does not say, or says what is none.
    """
    try:
        return Scenario.model_validate_json(json.dumps(results.about["scenario"]), strict=True)
    except (KeyError, TypeError, ValueError, ValidationError) as error:
        raise StoreError(
            "the manifest does not say what scenario was run",
            file=results.path,
            given=type(error).__name__,
            remedy="run it again with this version",
        ) from error


def comparison_of(results: Results) -> tuple[Comparison, Scenario]:
    """The comparison in a result folder, and the scenario that was compared.

    Raises
    ------
    StoreError
        If the folder holds the result of one design, or what its manifest says cannot be used.
    """
    if "comparison" not in results.tables:
        raise StoreError(
            "this folder holds the result of one design; a report needs a comparison",
            file=results.path,
            given=results.kind,
            allowed="a folder written by demo or compare",
            remedy="run.py compare SCENARIO --vary ... --out FOLDER",
        )
    about, scenario = results.about, scenario_of(results)
    try:
        comparison = Comparison(
            frame=results.tables["comparison"],
            runs=results.runs,
            baseline=str(about["baseline"]),
            level=float(about["level"]),
            smallest_effects={str(k): float(v) for k, v in about["smallest_effects"].items()},
            lower_is_better=frozenset(),
            seed=int(about["seed"]),
            n_failed=int(about["n_failed"]),
            varied=tuple(map(str, about.get("varied", ()))),
        )
    except (KeyError, TypeError, ValueError, ValidationError) as error:
        raise StoreError(
            "the manifest lacks what a report needs",
            file=results.path,
            given=type(error).__name__,
            remedy="make the comparison again with this version",
        ) from error
    return comparison, scenario
