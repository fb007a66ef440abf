"""Where something happens: boxes in the space of uncertainties (PRIM).

Friedman and Fisher 1999, Stat. Comput. 9:123, as used for scenario discovery by Bryant and Lempert
2010, Technol. Forecast. Soc. Change 77:34. A box is found on one half of the points and judged on
the other, so that its density is not flattered by the search.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gfmd_sim.errors import UserError
from gfmd_sim.experiments.simulator import JSON
from gfmd_sim.experiments.worlds import take
from gfmd_sim.streams import Decision, Streams

BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class Box:
    """A region of parameters.

    Attributes
    ----------
    limits
        Path -> (low, high) for numbers, or the tuple of values kept; only what is restricted.
    density
        Share of points inside at which it happens, on the half that did not find the box.
    coverage
        Share of all such points that are inside, there.
    mass
        Share of points inside, there.
    base
        Share of points at which it happens at all, there.
    p_value
        Chance of such a density if the box meant nothing (binomial, one-sided).
    """

    limits: Mapping[str, tuple[JSON, ...]]
    density: float
    coverage: float
    mass: float
    base: float
    p_value: float

    @property
    def limits_text(self) -> str:
        """The limits as JSON: path -> values, and whether these are a range."""
        return json.dumps(
            {
                path: {"is_range": _is_range(limit), "values": list(limit)}
                for path, limit in self.limits.items()
            }
        )

    def __str__(self) -> str:
        if not self.limits:
            return f"nowhere in particular ({self.base:.0%} everywhere)"
        words = []
        for path, limit in self.limits.items():
            if _is_range(limit):
                words.append(f"{path} from {limit[0]:.3g} to {limit[1]:.3g}")
            else:
                words.append(f"{path} in {', '.join(str(v) for v in limit)}")
        return f"{' and '.join(words)}: {self.density:.0%} there, {self.base:.0%} everywhere"


def _is_range(limit: tuple[JSON, ...]) -> bool:
    """Limits of numbers are floats; values of a choice are text."""
    return len(limit) == 2 and all(isinstance(v, float) for v in limit)


def find_box(
    points: pd.DataFrame,
    happens: BoolArray,
    *,
    peel: float = 0.07,
    least_mass: float = 0.08,
    seed: int = 0,
) -> Box:
    """The box in which ``happens`` is most dense at good coverage.

    Parameters
    ----------
    points
        One column a parameter; numbers or values of a choice.
    happens
        Shape (n_points,).
    peel, least_mass
        Share of the remaining points cut at each step; least share of points in the box.

    Raises
    ------
    UserError
        With fewer than 40 points.
    """
    from scipy import stats  # half a second to import

    n = len(points)
    if n < 40:
        raise UserError("too few points to look for a region", given=n, allowed="40 or more")
    key = np.arange(n, dtype=np.uint32)
    order = np.argsort(Streams(seed).uniform(Decision.PERMUTATION, key)[:, 0])
    train, test = order[: n // 2], order[n // 2 :]
    best = _peel(points.iloc[train].reset_index(drop=True), happens[train], peel, least_mass)
    inside = _inside(points.iloc[test], best)
    base = float(happens[test].mean())
    hits, size = int(happens[test][inside].sum()), int(inside.sum())
    p = float(stats.binomtest(hits, size, base, alternative="greater").pvalue) if size else 1.0
    return Box(
        best,
        hits / size if size else float("nan"),
        hits / max(int(happens[test].sum()), 1),
        size / len(test),
        base,
        p if best else 1.0,
    )


def _peel(
    x: pd.DataFrame, y: BoolArray, share: float, least_mass: float
) -> dict[str, tuple[JSON, ...]]:
    """Cut away a slice at a time; of all boxes passed, the one with the best density x coverage."""
    keep = np.ones(len(x), dtype=bool)
    limits: dict[str, tuple[JSON, ...]] = {}
    best: dict[str, tuple[JSON, ...]] = {}
    score = float(y.mean()) * 1.0
    total = max(int(y.sum()), 1)
    while True:
        found: tuple[float, BoolArray, str, tuple[JSON, ...]] | None = None
        for path in x.columns:
            for trial, limit in _cuts(x[path], keep, share, limits.get(path)):
                if trial.sum() < least_mass * len(x) or trial.sum() == keep.sum():
                    continue
                # gain in density for each point given up (the "patient" choice)
                gain = float(y[trial].mean() - y[keep].mean()) / float(keep.sum() - trial.sum())
                if found is None or gain > found[0]:
                    found = (gain, trial, path, limit)
        if found is None:
            return best
        _, keep, path, limit = found
        limits = {**limits, path: limit}
        density, coverage = float(y[keep].mean()), float(y[keep].sum()) / total
        if density * coverage > score + 1e-12:
            score, best = density * coverage, dict(limits)


def _cuts(
    column: pd.Series, keep: BoolArray, share: float, limit: tuple[JSON, ...] | None
) -> list[tuple[BoolArray, tuple[JSON, ...]]]:
    """The box without its lowest slice, or its highest, or one of its values."""
    values = column.to_numpy()
    if values.dtype.kind in "fi":
        inside = values[keep].astype(float)
        low, high = (
            (float(values.min()), float(values.max()))
            if limit is None
            else (float(limit[0]), float(limit[1]))  # type: ignore[arg-type]
        )
        up, down = np.quantile(inside, share), np.quantile(inside, 1 - share)
        return [
            (keep & (values >= up) & (values > inside.min()), (float(up), high)),
            (keep & (values <= down) & (values < inside.max()), (low, float(down))),
        ]
    there = sorted({str(v) for v in values[keep]})
    text = np.array([str(v) for v in values])
    return [
        (keep & (text != gone), tuple(v for v in there if v != gone))
        for gone in there
        if len(there) > 1
    ]


def _inside(x: pd.DataFrame, limits: Mapping[str, tuple[JSON, ...]]) -> BoolArray:
    keep = np.ones(len(x), dtype=bool)
    for path, limit in limits.items():
        values = x[path].to_numpy()
        if values.dtype.kind in "fi":
            keep &= (values >= limit[0]) & (values <= limit[1])
        else:
            keep &= np.array([str(v) in limit for v in values])
    return keep


def where_it_matters(
    runs: pd.DataFrame,
    worlds: Sequence[Mapping[str, JSON]],
    design: str,
    baseline: str,
    measure: str,
    smallest_effect: float,
    *,
    seed: int = 0,
) -> Box:
    """In which worlds a design differs from the baseline by the smallest effect or more.

    ``runs`` as in ``Comparison.runs``, ``worlds`` as drawn for it; the differences of a world's
    replicates are averaged.
    """
    table = runs.pivot(index=["world", "replicate"], columns="design", values=measure)
    for name in (design, baseline):
        if name not in table:
            raise UserError("no such design", given=name)
    difference = (table[design] - table[baseline]).groupby("world").mean().dropna()
    points = pd.DataFrame(take(worlds, difference.index.to_numpy(dtype=np.int64)))
    return find_box(points, (difference.abs() >= smallest_effect).to_numpy(), seed=seed)
