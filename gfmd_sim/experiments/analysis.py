"""What a sweep says: which factors move a measure, how much is luck, and where a lever matters.

Which tables there are depends on how the sweep was sampled:

``indices``      Sobol's or Morris's indices with limits, luck a factor of its own (sobol, morris);
                 shares of the variance between designs, from given data (lhs, grid)
``holders``      the levers an organiser holds against the uncertainties he does not
``comparison``   differences from the first design on the same luck (a few designs; sampled points are none)
``regions``      in which worlds a lever's change is as large as what would matter (PRIM)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf, prod

import numpy as np
import pandas as pd

from gfmd_sim.errors import Sentence, StoreError, UserError, did_you_mean, nearest
from gfmd_sim.experiments.compare import HEADLINE, Comparison, compare_runs
from gfmd_sim.experiments.design import Plan, varied_in
from gfmd_sim.experiments.factors import Factor, Range
from gfmd_sim.experiments.given_data import LEAST_DESIGNS, given_data
from gfmd_sim.experiments.samplers import DRAWN
from gfmd_sim.experiments.sensitivity import LUCK, sensitivity
from gfmd_sim.experiments.where import (
    LEAST_POINTS,
    region_sentences,
    regions_of_steps,
    regions_of_worlds,
)

FEW_DESIGNS = 60


@dataclass(frozen=True)
class TooFewPoints:
    """Why a sampled sweep is not analysed: how many points it has, and how many that takes."""

    n: int
    needed: int = LEAST_DESIGNS
    n_possible: float = inf
    """How many settings there are at all, where values are listed or whole numbers."""


@dataclass(frozen=True)
class Analysis:
    """What was found.

    Attributes
    ----------
    tables
        Name -> frame, as listed above; only those that the sweep allows.
    sentences
        The same in words, the main points first.
    comparison
        The comparison behind the table of that name, for a report; None without one.
    too_few
        Where settings were sampled, and are too few to say what moves a measure; else None.
    """

    tables: Mapping[str, pd.DataFrame]
    sentences: tuple[str, ...]
    comparison: Comparison | None = None
    too_few: TooFewPoints | None = None


def analyse(
    plan: Plan,
    runs: pd.DataFrame,
    smallest_effects: Mapping[str, float],
    *,
    measures: Sequence[str] = HEADLINE,
    held_by: Mapping[str, str] | None = None,
    seed: int = 0,
) -> Analysis:
    """Analyse the runs of a plan, in the plan's order (``Store.plan_frame``).

    Parameters
    ----------
    smallest_effects
        Measure -> smallest effect of interest; regions and comparisons are for these measures.
    held_by
        Parameter path -> "lever" or "uncertainty".

    Raises
    ------
    UserError
        For an unknown measure, or a sweep too small to say anything.
    """
    unknown = [m for m in measures if m not in runs]
    if unknown:
        near = nearest(unknown[0], runs.columns)
        raise UserError(
            "no such measure", given=unknown[0], key="--measure", allowed="a column of runs.parquet",
            remedy=did_you_mean(near, "see docs/results.md"),
        )  # fmt: skip
    holders = dict(held_by or {})
    effects = {m: e for m, e in smallest_effects.items() if m in measures}
    if plan.unit is not None:
        return _designed(plan, runs, effects, measures, holders, seed)
    return _crossed(plan, runs, effects, measures, holders, seed)


def _designed(
    plan: Plan,
    runs: pd.DataFrame,
    effects: Mapping[str, float],
    measures: Sequence[str],
    holders: Mapping[str, str],
    seed: int,
) -> Analysis:
    """Sobol and Morris."""
    indices = sensitivity(plan, runs, measures, held_by=holders, seed=seed)
    by = "total" if plan.sampler == "sobol" else "mu_star"
    ranked = _holders(indices, by)
    tables = {"indices": indices, "holders": ranked}
    said = []
    for measure in measures:
        rows = ranked[(ranked["measure"] == measure) & ranked[by].notna()]
        parts = [
            f"{held} {factor} ({value:.3g}, {low:.3g} to {high:.3g})"
            if value
            else f"no {held} moves it"
            for held, factor, value, low, high in rows[
                ["held_by", "factor", by, f"{by}_low", f"{by}_high"]
            ].itertuples(index=False)
        ]
        name = "total share" if plan.sampler == "sobol" else "effect of two thirds of the range"
        said.append(
            f"{measure}: the strongest by {name}: " + "; ".join(parts)
            if parts
            else f"{measure} does not vary in this sweep"
        )
    regions = regions_of_steps(plan, runs, effects, holders, seed)
    if len(regions):
        tables["regions"] = regions
    said += region_sentences(regions)
    return Analysis(tables, tuple(s.replace("nobody luck", "luck") for s in said))


def _holders(indices: pd.DataFrame, by: str) -> pd.DataFrame:
    """The strongest factor of each holder, for each measure."""
    known = indices[indices["held_by"] != ""]
    best = known.sort_values("rank").groupby(["measure", "held_by"], sort=False).head(1)
    columns = ["measure", "held_by", "factor", "rank", by, f"{by}_low", f"{by}_high"]
    chosen: pd.DataFrame = best[columns].reset_index(drop=True)
    return chosen


def _crossed(
    plan: Plan,
    runs: pd.DataFrame,
    effects: Mapping[str, float],
    measures: Sequence[str],
    holders: Mapping[str, str],
    seed: int,
) -> Analysis:
    """Designs crossed with replicates, and with worlds where these were drawn."""
    tables: dict[str, pd.DataFrame] = {"spread": _spread(plan, runs, measures)}
    said: list[str] = []
    comparison = None
    labels = [d.label for d in plan.designs]
    per_design = len(plan) // len(labels)
    by_world = len(plan.worlds) > 1
    too_few = _too_few(plan)
    is_of_points = too_few is not None or len(labels) > FEW_DESIGNS
    if len(labels) >= 2 and not is_of_points and per_design >= 2 and effects:
        comparison = compare_runs(
            runs, labels, effects, by_world=by_world, seed=seed, varied=varied_in(plan.designs)
        )
        tables["comparison"] = comparison.frame
        said += comparison.sentences()
        if len(plan.worlds) >= LEAST_POINTS:
            regions = regions_of_worlds(plan, runs, labels, effects, seed)
            tables["regions"] = regions
            said = region_sentences(regions) + said
    if plan.factors and len(labels) >= LEAST_DESIGNS:
        indices = given_data(plan, runs, measures, holders, seed)
        tables["indices"] = indices
        tables["holders"] = _holders(indices, "first")
        for measure in measures:
            top = indices[indices["measure"] == measure].iloc[0]
            if np.isfinite(top["first"]):
                said.append(
                    f"{measure}: {top['factor']} explains most of what differs between designs "
                    f"({top['first']:.0%}, {top['first_low']:.0%} to {top['first_high']:.0%})"
                )
    luck = tables["spread"][tables["spread"]["source"] == LUCK]
    said += [f"{r['measure']}: {r['share']:.0%} of the spread is luck" for _, r in luck.iterrows()]
    if not said:
        raise StoreError(
            "too small a sweep to analyse",
            given=Sentence(
                "{designs} designs, {replicates} replicates",
                designs=len(labels),
                replicates=per_design,
            ),
            allowed=Sentence(
                "{n} settings or more, 2 replicates or more, or the samplers sobol and morris",
                n=LEAST_DESIGNS,
            ),
        )
    if too_few is not None:
        said.insert(0, f"{too_few.n} sampled points; {too_few.needed} say what moves a measure")
    return Analysis(tables, tuple(said), comparison, too_few)


def _too_few(plan: Plan) -> TooFewPoints | None:
    """Whether settings were sampled, and how far they are from saying anything.

    A sampled point is no design that anybody proposed, so points are not held against each other.
    Where every setting that there is was met, the sample is a grid.
    """
    points = TooFewPoints(len(plan.designs), n_possible=_n_possible(plan.factors))
    if plan.sampler not in DRAWN or points.n >= min(points.n_possible, points.needed):
        return None
    return points


def _n_possible(factors: Sequence[Factor]) -> float:
    """How many settings there are; infinitely many where a range is drawn from."""
    sizes = (
        (f.high - f.low + 1 if f.integer else inf) if isinstance(f, Range) else len(f.values)
        for f in factors
    )
    return prod(sizes) if factors else inf


def _spread(plan: Plan, runs: pd.DataFrame, measures: Sequence[str]) -> pd.DataFrame:
    """What the runs' variance is made of: designs, worlds (with how designs fare there), luck.

    Luck is what differs between runs of the same design in the same world; without two of these,
    luck and worlds cannot be told apart and stand together.
    """
    rows = []
    for measure in measures:
        y = runs[measure]
        total = float(y.var(ddof=0))
        if not total > 0:
            continue
        designs = float(y.groupby(plan.design).transform("mean").var(ddof=0)) / total
        groups = [plan.design, plan.world] if len(plan.worlds) > 1 else [plan.design]
        size = float(y.groupby(groups).size().median())
        parts = {"designs": designs}
        if size < 2:
            parts["worlds and luck" if len(plan.worlds) > 1 else "designs and luck"] = 1 - designs
        else:
            # unbiased within a cell: a mean of few runs has swallowed some of their luck
            luck = float(y.groupby(groups).var(ddof=1).mean()) / total
            if len(plan.worlds) > 1:
                parts["worlds"] = max(1 - designs - luck, 0.0)
            parts[LUCK] = min(luck, 1.0)
        if size < 2 and len(plan.worlds) <= 1:
            parts = {"designs and luck": 1.0}
        rows += [{"measure": measure, "source": k, "share": v} for k, v in parts.items()]
    return pd.DataFrame(rows, columns=["measure", "source", "share"])
