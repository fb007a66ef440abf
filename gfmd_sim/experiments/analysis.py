"""What a sweep says: which factors move a measure, how much is luck, and where a lever matters.

Which tables there are depends on how the sweep was sampled:

``indices``      Sobol's or Morris's indices with limits, luck a factor of its own (sobol, morris);
                 shares of the variance between designs, from given data (lhs, grid)
``holders``      the levers an organiser holds against the uncertainties he does not
``comparison``   differences from the first design on the same luck (a few designs)
``regions``      in which worlds a lever's change is as large as what would matter (PRIM)
"""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from SALib.analyze import delta as salib_delta

from gfmd_sim.errors import StoreError, UserError
from gfmd_sim.experiments.compare import HEADLINE, Comparison, compare_runs
from gfmd_sim.experiments.design import Plan
from gfmd_sim.experiments.factors import Choice
from gfmd_sim.experiments.regions import Box, find_box, where_it_matters
from gfmd_sim.experiments.sensitivity import LUCK, sensitivity
from gfmd_sim.experiments.simulator import JSON
from gfmd_sim.experiments.statistics import FloatArray

FEW_DESIGNS = 60
LEAST_POINTS = 40
_LEAST_GIVEN = 64
_RARE = 0.05
_NOT_BY_CHANCE = 0.05


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
    """

    tables: Mapping[str, pd.DataFrame]
    sentences: tuple[str, ...]
    comparison: Comparison | None = None


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
        raise UserError("no such measure", given=unknown[0], key="--measure")
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
    regions = _regions(_steps(plan, runs, holders), effects, seed)
    if len(regions):
        tables["regions"] = regions
    said += _region_sentences(regions)
    return Analysis(tables, tuple(s.replace("nobody luck", "luck") for s in said))


def _holders(indices: pd.DataFrame, by: str) -> pd.DataFrame:
    """The strongest factor of each holder, for each measure."""
    known = indices[indices["held_by"] != ""]
    best = known.sort_values("rank").groupby(["measure", "held_by"], sort=False).head(1)
    columns = ["measure", "held_by", "factor", "rank", by, f"{by}_low", f"{by}_high"]
    chosen: pd.DataFrame = best[columns].reset_index(drop=True)
    return chosen


@dataclass(frozen=True)
class _Change:
    """All steps of a sweep that change one lever and nothing else."""

    path: str
    points: pd.DataFrame
    """What the other factors were, shape (n_steps, n_factors - 1)."""
    before: pd.DataFrame
    after: pd.DataFrame


def _steps(plan: Plan, runs: pd.DataFrame, holders: Mapping[str, str]) -> Iterator[_Change]:
    """Pairs of runs on the same luck that differ in one lever."""
    assert plan.unit is not None
    paths = [f.path for f in plan.factors]
    size = len(paths) + (3 if plan.sampler == "sobol" else 2)
    start = np.arange(len(plan)).reshape(-1, size)
    setting = [plan.designs[d].levers for d in plan.design.tolist()]
    for i, path in enumerate(paths):
        if holders.get(path) != "lever":
            continue
        if plan.sampler == "sobol":
            first, second = start[:, 0], start[:, 1 + i]
        else:
            changed = plan.unit[start[:, 1:], i] != plan.unit[start[:, :-1], i]
            first, second = start[:, :-1][changed], start[:, 1:][changed]
        pairs = [
            (a, b) for a, b in zip(first.tolist(), second.tolist(), strict=True)
            if setting[a][path] != setting[b][path]
        ]  # fmt: skip
        if not pairs:
            continue
        at = [a for a, _ in pairs]
        points = pd.DataFrame([{p: setting[a][p] for p in paths if p != path} for a in at])
        yield _Change(path, points, runs.iloc[at], runs.iloc[[b for _, b in pairs]])


def _regions(changes: Iterator[_Change], effects: Mapping[str, float], seed: int) -> pd.DataFrame:
    """Where each lever's change is as large as what would matter."""
    found: list[Where] = []
    for change in changes:
        for measure, effect in effects.items():
            gap = np.abs(change.after[measure].to_numpy() - change.before[measure].to_numpy())
            there = np.isfinite(gap)
            if there.sum() < LEAST_POINTS or change.points.empty:
                continue
            happens = gap[there] >= effect
            points = change.points[there].reset_index(drop=True)
            found.append(Where(_box(points, happens, seed), measure, lever=change.path))
    return _region_table(found)


def _box(points: pd.DataFrame, happens: np.ndarray, seed: int) -> Box:
    share = float(happens.mean())
    if not _RARE <= share <= 1 - _RARE:  # (almost) everywhere or nowhere: no region to look for
        return Box({}, share, 1.0, 1.0, share, 1.0)
    return find_box(points, happens, seed=seed)


@dataclass(frozen=True)
class Where:
    """A region looked for: where a lever, or a design against the baseline, moves a measure."""

    box: Box
    measure: str
    lever: str = ""
    design: str = ""
    baseline: str = ""

    def __str__(self) -> str:
        return (
            f"{self.lever} changed" if self.lever else f"{self.design} instead of {self.baseline}"
        )


def _region_table(found: Sequence[Where]) -> pd.DataFrame:
    """``p_adjusted`` is Bonferroni's over all regions looked for; ``limits`` is the box as JSON."""
    rows = [
        {
            "change": str(where),
            "measure": where.measure,
            "where": str(where.box),
            "density": where.box.density,
            "everywhere": where.box.base,
            "coverage": where.box.coverage,
            "mass": where.box.mass,
            "p_adjusted": min(1.0, where.box.p_value * len(found)),
            "lever": where.lever,
            "design": where.design,
            "baseline": where.baseline,
            "limits": where.box.limits_text,
        }
        for where in found
    ]
    return pd.DataFrame(rows)


def _region_sentences(regions: pd.DataFrame) -> list[str]:
    if not len(regions):
        return []
    sure = regions[regions["p_adjusted"] < _NOT_BY_CHANCE]
    out = [
        f"{r['change']}: {r['measure']} moves by what would matter mostly with {r['where']}"
        for _, r in sure.iterrows()
    ]
    return out or ["no region stands out in which a lever matters more than elsewhere"]


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
    if 2 <= len(labels) <= FEW_DESIGNS and per_design >= 2 and effects:
        comparison = compare_runs(runs, labels, effects, by_world=by_world, seed=seed)
        tables["comparison"] = comparison.frame
        said += comparison.sentences()
        if len(plan.worlds) >= LEAST_POINTS:
            regions = _world_regions(plan, runs, labels, effects, seed)
            tables["regions"] = regions
            said = _region_sentences(regions) + said
    if plan.factors and len(labels) >= _LEAST_GIVEN:
        indices = _given(plan, runs, measures, holders, seed)
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
            given=f"{len(labels)} designs, {per_design} replicates each",
            allowed="2 replicates or more, or the samplers sobol and morris",
        )
    return Analysis(tables, tuple(said), comparison)


def _world_regions(
    plan: Plan, runs: pd.DataFrame, labels: Sequence[str], effects: Mapping[str, float], seed: int
) -> pd.DataFrame:
    found: list[Where] = []
    whole = runs[runs["failure"].isna()]
    worlds: Sequence[Mapping[str, JSON]] = plan.worlds
    for label in labels[1:]:
        pair = whole[whole["design"].isin([label, labels[0]])]
        for measure, effect in effects.items():
            table = pair.pivot(index=["world", "replicate"], columns="design", values=measure)
            gap = (table[label] - table[labels[0]]).groupby("world").mean().dropna().abs()
            share = float((gap >= effect).mean()) if len(gap) else 0.0
            if len(gap) < LEAST_POINTS:
                continue
            box = Box({}, share, 1.0, 1.0, share, 1.0)
            if _RARE <= share <= 1 - _RARE:
                box = where_it_matters(pair, worlds, label, labels[0], measure, effect, seed=seed)
            found.append(Where(box, measure, design=label, baseline=labels[0]))
    return _region_table(found)


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


def _given(
    plan: Plan,
    runs: pd.DataFrame,
    measures: Sequence[str],
    holders: Mapping[str, str],
    seed: int,
) -> pd.DataFrame:
    """Share of the variance of the designs' means that a factor explains alone.

    From given data (Plischke, Borgonovo, Smith 2013, EJOR 226:536), as SALib has it.
    """
    names = [f.path for f in plan.factors]
    x = np.array([[_place(f, d.levers[f.path]) for f in plan.factors] for d in plan.designs])
    frames = []
    for measure in measures:
        mean = runs[measure].groupby(plan.design).mean()
        y = mean.reindex(range(len(plan.designs))).to_numpy(dtype=float)
        keep = np.isfinite(y)
        first, half = np.full(len(names), np.nan), np.full(len(names), np.nan)
        if keep.sum() >= _LEAST_GIVEN and np.ptp(y[keep]) > 0:
            first, half = _first_order(names, x[keep], y[keep], seed)
        frame = pd.DataFrame(
            {
                "measure": measure,
                "factor": names,
                "held_by": [holders.get(n, "") for n in names],
                "first": first,
                "first_low": first - half,
                "first_high": first + half,
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
