"""Where a lever matters: regions of a sweep in which its change is as large as what would matter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gfmd_sim.experiments.design import Plan
from gfmd_sim.experiments.regions import Box, find_box, where_it_matters
from gfmd_sim.experiments.simulator import JSON

LEAST_POINTS = 40
_RARE = 0.05
_NOT_BY_CHANCE = 0.05


def regions_of_steps(
    plan: Plan,
    runs: pd.DataFrame,
    effects: Mapping[str, float],
    holders: Mapping[str, str],
    seed: int,
) -> pd.DataFrame:
    """Where each lever's steps (``sobol``, ``morris``) are as large as what would matter."""
    return _regions(_steps(plan, runs, holders), effects, seed)


def regions_of_worlds(
    plan: Plan, runs: pd.DataFrame, labels: Sequence[str], effects: Mapping[str, float], seed: int
) -> pd.DataFrame:
    """In which worlds each design differs from the first by what would matter."""
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


def region_sentences(regions: pd.DataFrame) -> list[str]:
    """The regions that are not chance, a line each."""
    if not len(regions):
        return []
    sure = regions[regions["p_adjusted"] < _NOT_BY_CHANCE]
    out = [
        f"{r['change']}: {r['measure']} moves by what would matter mostly with {r['where']}"
        for _, r in sure.iterrows()
    ]
    return out or ["no region stands out in which a lever matters more than elsewhere"]


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
