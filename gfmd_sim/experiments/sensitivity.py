"""What moves a measure: indices of Sobol and Morris with luck as a factor of its own.

A run with new luck at every point gives a parameter that does nothing a total index of .17; here a
block of points shares its luck but for the one point that changes it, so that such a parameter
gets exactly 0, and the share of luck is reported like any other.

Where worlds were drawn, a block of points shares its world too. Effects are then means over worlds;
Sobol's shares are of the whole spread, between worlds included, and leave over what worlds make.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd
from SALib.analyze import morris as salib_morris
from SALib.analyze import sobol as salib_sobol

from gfmd_sim.errors import Sentence, UserError
from gfmd_sim.experiments.design import Plan
from gfmd_sim.experiments.statistics import FloatArray

LUCK = "luck"
LEAST_BLOCKS = 8


def sensitivity(
    plan: Plan,
    runs: pd.DataFrame,
    measures: Sequence[str],
    *,
    held_by: Mapping[str, str] | None = None,
    level: float = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    """Indices of every factor, and of luck, for every measure; the most influential first.

    Parameters
    ----------
    plan, runs
        A plan of the sampler ``sobol`` or ``morris``, and its runs in the plan's order
        (``execute`` and ``Store.plan_frame`` give them so).
    held_by
        Parameter path -> who decides on it ("lever", "uncertainty"): a column of the answer.

    Returns
    -------
    Columns measure, factor, held_by, rank (1 is the most influential), n_blocks, and

    for ``sobol``: ``first`` (share of the variance that the factor explains alone), ``total``
    (share that goes when it is fixed, with all its interactions), each with ``_low`` and ``_high``;
    for ``morris``: ``mu_star`` (mean effect of two thirds of the range) with limits, ``mu``, and
    ``sigma`` (large where the effect depends on the other factors).

    A measure that does not vary has NaN. Blocks with a failed run or an undefined value are left
    out; ``n_blocks`` says how many are left.
    """
    if plan.sampler not in ("sobol", "morris") or plan.unit is None:
        raise UserError(
            "sensitivity needs a sweep that was made for it",
            given=f"sampler {plan.sampler}",
            allowed="sobol or morris",
            remedy="run.py sweep --sampler sobol, or morris for many factors and few runs",
        )
    if len(runs) != len(plan):
        raise UserError(
            "the runs are not those of the plan",
            given=len(runs),
            allowed=Sentence("the plan's {n}", n=len(plan)),
        )
    names = [f.path for f in plan.factors] + [LUCK]
    size = len(names) + 2 if plan.sampler == "sobol" else len(names) + 1
    unit = plan.unit.reshape(-1, size, len(names))
    frames = []
    for measure in measures:
        if measure not in runs:
            raise UserError("no such measure", given=measure)
        y = runs[measure].to_numpy(dtype=float).reshape(-1, size)
        whole = np.isfinite(y).all(axis=1)
        n = int(whole.sum())
        if n < LEAST_BLOCKS:
            raise UserError(
                "too few blocks of runs to analyse",
                key=measure,
                given=f"{n} whole blocks of {len(y)}",
                allowed=Sentence("{n} or more", n=LEAST_BLOCKS),
            )
        analyse = _sobol if plan.sampler == "sobol" else _morris
        frame = analyse(names, unit[whole], y[whole], level, seed)
        by = "total" if plan.sampler == "sobol" else "mu_star"
        frame = frame.sort_values(by, ascending=False, kind="stable").reset_index(drop=True)
        frame.insert(0, "measure", measure)
        holders = {LUCK: "nobody", **(held_by or {})}
        frame.insert(2, "held_by", [holders.get(f, "") for f in frame["factor"]])
        frame.insert(3, "rank", np.arange(1, len(frame) + 1))
        frame["n_blocks"] = n
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def shares(indices: pd.DataFrame) -> pd.DataFrame:
    """Sobol's first-order shares by who decides: measure, held_by, share.

    ``held_by`` "together" is what no factor explains alone, worlds drawn along included. Shares are estimates: they can fall a
    little below 0 and need not add up to exactly 1.
    """
    alone = indices.groupby(["measure", "held_by"], sort=False)["first"].sum()
    rest = 1 - alone.groupby(level="measure", sort=False).sum()
    rest.index = pd.MultiIndex.from_product([rest.index, ["together"]], names=alone.index.names)
    whole: pd.DataFrame = pd.concat([alone, rest]).rename("share").sort_index(level=0).reset_index()
    return whole


def _problem(names: Sequence[str]) -> dict[str, object]:
    return {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}


def _sobol(
    names: Sequence[str], unit: FloatArray, y: FloatArray, level: float, seed: int
) -> pd.DataFrame:
    """Saltelli et al. 2010 (first) and Jansen 1999 (total), as SALib has them."""
    nothing = np.full(len(names), np.nan)
    if np.ptp(y) == 0:
        found = {"S1": nothing, "S1_conf": nothing, "ST": nothing, "ST_conf": nothing}
    else:
        with _quiet():
            found = salib_sobol.analyze(
                _problem(names), y.reshape(-1), calc_second_order=False, conf_level=level, seed=seed
            )
    first, total = np.asarray(found["S1"]), np.asarray(found["ST"])
    return pd.DataFrame(
        {
            "factor": names,
            "first": first,
            "first_low": first - found["S1_conf"],
            "first_high": first + found["S1_conf"],
            "total": total,
            "total_low": total - found["ST_conf"],
            "total_high": total + found["ST_conf"],
        }
    )


def _morris(
    names: Sequence[str], unit: FloatArray, y: FloatArray, level: float, seed: int
) -> pd.DataFrame:
    """Morris 1991, Campolongo, Cariboni, Saltelli 2007, as SALib has them."""
    with _quiet():
        found = salib_morris.analyze(
            _problem(names), unit.reshape(-1, len(names)), y.reshape(-1), conf_level=level,
            num_levels=4, seed=seed,
        )  # fmt: skip
    # SALib divides by the step; the effect of the step itself is in the measure's unit
    step = 4 / 6
    star = np.asarray(found["mu_star"], dtype=float) * step
    half = np.asarray(found["mu_star_conf"], dtype=float) * step
    return pd.DataFrame(
        {
            "factor": names,
            "mu_star": star,
            "mu_star_low": np.maximum(star - half, 0),
            "mu_star_high": star + half,
            "mu": np.asarray(found["mu"], dtype=float) * step,
            "sigma": np.asarray(found["sigma"], dtype=float) * step,
        }
    )


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """SALib prints, and warns of divisions that are handled here."""
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        yield
