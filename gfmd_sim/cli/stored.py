"""A comparison read back from its result folder."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pydantic import ValidationError

from gfmd_sim.errors import StoreError
from gfmd_sim.experiments.compare import Comparison
from gfmd_sim.scenario.schema import Scenario

if TYPE_CHECKING:
    from gfmd_sim.results import Results


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
    about = results.about
    try:
        scenario = Scenario.model_validate_json(json.dumps(about["scenario"]), strict=True)
        comparison = Comparison(
            frame=results.tables["comparison"],
            runs=results.runs,
            baseline=str(about["baseline"]),
            level=float(about["level"]),
            smallest_effects={str(k): float(v) for k, v in about["smallest_effects"].items()},
            lower_is_better=frozenset(),
            seed=int(about["seed"]),
            n_failed=int(about["n_failed"]),
        )
    except (KeyError, TypeError, ValueError, ValidationError) as error:
        raise StoreError(
            "the manifest lacks what a report needs",
            file=results.path,
            given=type(error).__name__,
            remedy="make the comparison again with this version",
        ) from error
    return comparison, scenario
