"""Where something happens: boxes in the space of uncertainties (PRIM).

Friedman and Fisher 1999, Stat. Comput. 9:123, as used for scenario discovery by Bryant and Lempert
2010, Technol. Forecast. Soc. Change 77:34; cuts are chosen by their standard error. A box is found
on one half of the points and judged on the other, so that its density is not flattered by the search.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gfmd_sim.errors import UserError
from gfmd_sim.experiments.simulator import JSON
from gfmd_sim.experiments.worlds import take
from gfmd_sim.streams import Decision, Streams

BoolArray = NDArray[np.bool_]

_SLICES = np.array([0.07, 0.15, 0.25, 0.35, 0.45, 0.55])  # [A] shares of a box cut at once
_LEAST_Z = 2.5  # [A] of a cut, in standard errors: of so many the best of mere luck is beyond two
_MOST_LIMITS = 3  # [A] parameters that a region can be told by


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
    least_mass: float = 0.08,
    seed: int = 0,
) -> Box:
    """A box in which ``happens`` is more frequent than outside of it, of three parameters at most.

    Parameters
    ----------
    points
        One column a parameter; numbers or values of a choice.
    happens
        Shape (n_points,).
    least_mass
        Least share of points in the box.

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
    best = _peel(points.iloc[train].reset_index(drop=True), happens[train], least_mass)
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


def _peel(x: pd.DataFrame, y: BoolArray, least_mass: float) -> dict[str, tuple[JSON, ...]]:
    """Cut away what sets itself apart most from what it leaves, as long as anything does.

    The best slice of a few points is nearly always a lucky one where parameters are many: so slices
    are small and large, and what counts is the difference of the shares over its standard error.
    """
    columns = {path: _plain(x[path]) for path in x.columns}
    keep = np.ones(len(x), dtype=bool)
    limits: dict[str, tuple[JSON, ...]] = {}
    while True:
        n, hits = int(keep.sum()), int(y[keep].sum())
        if hits in (0, n):
            return limits
        base = hits / n
        found: tuple[float, BoolArray, str, tuple[JSON, ...]] | None = None
        for path, values in columns.items():
            if path not in limits and len(limits) == _MOST_LIMITS:
                continue
            for trial, limit in _cuts(values, keep, limits.get(path)):
                left = int(trial.sum())
                if left < least_mass * len(x) or left == n:
                    continue
                inside = int(y[trial].sum())
                apart = inside / left - (hits - inside) / (n - left)
                z = apart / math.sqrt(base * (1 - base) * (1 / left + 1 / (n - left)))
                if found is None or z > found[0]:
                    found = (z, trial, path, limit)
        if found is None or found[0] < _LEAST_Z:
            return limits
        _, keep, path, limit = found
        limits = {**limits, path: limit}


def _plain(column: pd.Series) -> NDArray[Any]:
    """Numbers as floats, else the values' text."""
    values = column.to_numpy()
    if values.dtype.kind in "fi":
        return values.astype(float)
    return np.array([str(v) for v in values])


def _cuts(
    values: NDArray[Any], keep: BoolArray, limit: tuple[JSON, ...] | None
) -> Iterator[tuple[BoolArray, tuple[JSON, ...]]]:
    """The box without a slice at its low end, or its high one, or without one of its values."""
    inside = values[keep]
    if values.dtype.kind == "f":
        low, high = (
            (float(values.min()), float(values.max()))
            if limit is None
            else (float(limit[0]), float(limit[1]))  # type: ignore[arg-type]
        )
        ups, downs = np.quantile(inside, (_SLICES, 1 - _SLICES))
        for up, down in zip(ups.tolist(), downs.tolist(), strict=True):
            yield keep & (values >= up) & (values > inside.min()), (up, high)
            yield keep & (values <= down) & (values < inside.max()), (low, down)
        return
    there = sorted(set(inside.tolist()))
    if len(there) > 1:
        for gone in there:
            yield keep & (values != gone), tuple(v for v in there if v != gone)


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
