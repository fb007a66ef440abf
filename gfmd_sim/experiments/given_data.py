"""Share of what differs between designs that a factor explains alone, from given data."""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from SALib.analyze import delta as salib_delta

from gfmd_sim.experiments.design import Plan
from gfmd_sim.experiments.factors import Choice
from gfmd_sim.experiments.simulator import JSON
from gfmd_sim.experiments.statistics import FloatArray

LEAST_DESIGNS = 64


def given_data(
    plan: Plan,
    runs: pd.DataFrame,
    measures: Sequence[str],
    holders: Mapping[str, str],
    seed: int,
) -> pd.DataFrame:
    """Share of the variance of the designs' means that a factor explains alone.

    From given data (Plischke, Borgonovo, Smith 2013, EJOR 226:536), as SALib has it. NaN for a measure
    that does not vary, or is known in fewer than 64 designs (``n_designs`` says in how many).
    """
    names = [f.path for f in plan.factors]
    x = np.array([[_place(f, d.levers[f.path]) for f in plan.factors] for d in plan.designs])
    frames = []
    for measure in measures:
        mean = runs[measure].groupby(plan.design).mean()
        y = mean.reindex(range(len(plan.designs))).to_numpy(dtype=float)
        keep = np.isfinite(y)
        first, half = np.full(len(names), np.nan), np.full(len(names), np.nan)
        if keep.sum() >= LEAST_DESIGNS and np.ptp(y[keep]) > 0:
            first, half = _first_order(names, x[keep], y[keep], seed)
        frame = pd.DataFrame(
            {
                "measure": measure,
                "factor": names,
                "held_by": [holders.get(n, "") for n in names],
                "first": first,
                "first_low": first - half,
                "first_high": first + half,
                "n_designs": int(keep.sum()),
            }
        ).sort_values("first", ascending=False, kind="stable")
        frame.insert(3, "rank", np.arange(1, len(frame) + 1))
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def _first_order(
    names: Sequence[str], x: FloatArray, y: FloatArray, seed: int
) -> tuple[FloatArray, FloatArray]:
    bounds = [[float(c.min()), float(c.max())] for c in x.T]
    problem = {"num_vars": len(names), "names": list(names), "bounds": bounds}
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        found = salib_delta.analyze(
            problem, x, y, num_resamples=200, conf_level=0.95, seed=seed, method="sobol"
        )
    return np.asarray(found["S1"], float), np.asarray(found["S1_conf"], float)


def _place(factor: object, value: JSON) -> float:
    if isinstance(factor, Choice):
        return float(factor.values.index(value))
    return float(value)  # type: ignore[arg-type]
