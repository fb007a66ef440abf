"""Approximate Bayesian computation: population Monte Carlo, then a regression adjustment.

The sampler is the adaptive population Monte Carlo of Lenormand, Jabot, Deffuant 2013
(Computational Statistics 28:2777-2796): every simulation counts, the tolerance follows from the
population, and it stops when hardly any new particle gets in. What is left of the distance is taken
out by local linear regression (Beaumont, Zhang, Balding 2002, Genetics 162:2025-2035) on the
parameters' logits within the prior's box. Why not a library: docs/decisions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.streams import Decision, Streams

FloatArray = NDArray[np.float64]
Simulate = Callable[[FloatArray, int], FloatArray]
"""(parameters (k,), number of the simulation) -> statistics (s,)."""
Tell = Callable[[int, float, float], None]
"""(simulations so far, tolerance, share of new particles that got in) -> nothing."""


@dataclass(frozen=True)
class Box:
    """An even prior over a box: names and bounds, shape (k,)."""

    names: tuple[str, ...]
    low: FloatArray
    high: FloatArray

    @classmethod
    def of(cls, bounds: dict[str, tuple[float, float]]) -> Box:
        pairs = np.array(list(bounds.values()), dtype=np.float64)
        return cls(tuple(bounds), pairs[:, 0], pairs[:, 1])

    def from_unit(self, unit: FloatArray) -> FloatArray:
        """Points of the box from points of the unit cube."""
        return np.asarray(self.low + unit * (self.high - self.low))

    def holds(self, theta: FloatArray) -> NDArray[np.bool_]:
        """Which rows of ``theta`` (n, k) lie inside."""
        return np.asarray(((theta > self.low) & (theta < self.high)).all(axis=1))

    def logit(self, theta: FloatArray) -> FloatArray:
        """From the box to the whole space."""
        share = np.clip((theta - self.low) / (self.high - self.low), 1e-6, 1.0 - 1e-6)
        return np.asarray(np.log(share / (1.0 - share)))

    def inverse(self, value: FloatArray) -> FloatArray:
        """From the whole space back into the box."""
        return self.from_unit(1.0 / (1.0 + np.exp(-value)))


@dataclass(frozen=True)
class Population:
    """Weighted particles: parameters (n, k), statistics (n, s), distance and weight (n,)."""

    theta: FloatArray
    statistics: FloatArray
    distance: FloatArray
    weight: FloatArray
    n_simulated: int
    acceptance: tuple[float, ...]


def distances(statistics: FloatArray, observed: FloatArray, scale: FloatArray) -> FloatArray:
    """Euclidean distance of each row from the observed, in units of ``scale``."""
    return np.asarray(np.sqrt((((statistics - observed) / scale) ** 2).sum(axis=1)))


def sample_prior(box: Box, n: int, simulate: Simulate, seed: int) -> tuple[FloatArray, FloatArray]:
    """``n`` draws of the prior with their statistics."""
    unit = Streams(seed).uniform(
        Decision.CALIBRATION, np.arange(n, dtype=np.uint32), len(box.names)
    )
    theta = box.from_unit(unit)
    return theta, np.array([simulate(t, i) for i, t in enumerate(theta)])


def population_monte_carlo(
    box: Box,
    observed: FloatArray,
    scale: FloatArray,
    simulate: Simulate,
    *,
    n: int = 2000,
    share_kept: float = 0.5,
    least_accepted: float = 0.05,
    most_steps: int = 12,
    seed: int = 0,
    tell: Tell | None = None,
) -> Population:
    """Particles ever nearer to the observed statistics.

    Parameters
    ----------
    scale
        How much a difference of 1 in each statistic counts, shape (s,).
    n
        Particles of the first, even generation; ``share_kept`` of them survive every step, and as
        many new ones as it takes to fill up are simulated around them.
    least_accepted
        Stop when fewer than this share of the new particles get in.
    """
    kept = int(n * share_kept)
    theta, statistics = sample_prior(box, n, simulate, seed)
    distance = distances(statistics, observed, scale)
    weight = np.ones(n)
    n_simulated = n
    acceptance: list[float] = []
    for step in range(1, most_steps + 1):
        best = np.argsort(distance, kind="stable")[:kept]
        theta, statistics = theta[best], statistics[best]
        distance, weight = distance[best], weight[best]
        tolerance = float(distance[-1])
        share = weight / weight.sum()
        spread = 2.0 * np.cov(theta.T, aweights=share)
        new, inside = _propose(box, theta, share, spread, n - kept, seed, step)
        got = np.array([simulate(t, n_simulated + i) for i, t in enumerate(new)])
        n_simulated += len(new)
        density = _density(new, theta, share, spread) / inside
        volume = float(np.prod(box.high - box.low))
        theta = np.concatenate([theta, new])
        statistics = np.concatenate([statistics, got])
        new_distance = distances(got, observed, scale)
        distance = np.concatenate([distance, new_distance])
        weight = np.concatenate([weight, 1.0 / (volume * density)])
        acceptance.append(float((new_distance < tolerance).mean()))
        if tell is not None:
            tell(n_simulated, tolerance, acceptance[-1])
        if acceptance[-1] < least_accepted:
            break
    best = np.argsort(distance, kind="stable")[:kept]
    return Population(
        theta[best], statistics[best], distance[best], weight[best], n_simulated, tuple(acceptance)
    )


def _propose(
    box: Box,
    theta: FloatArray,
    share: FloatArray,
    spread: FloatArray,
    n: int,
    seed: int,
    step: int,
) -> tuple[FloatArray, float]:
    """``n`` points inside the box near the particles, and the share of tries that were inside."""
    key = np.arange(64 * n, dtype=np.uint32)  # most tries near the box's edge fall outside
    streams = Streams(seed)
    luck = streams.uniform(Decision.CALIBRATION, key, sitting=step)[:, 0]
    parent = np.minimum(np.searchsorted(np.cumsum(share), luck), len(share) - 1)
    jump = streams.normal(Decision.CALIBRATION, key, theta.shape[1], roundtable=1, sitting=step)
    tried = theta[parent] + jump @ np.linalg.cholesky(spread).T
    inside = box.holds(tried)
    return tried[inside][:n], float(inside.mean())


def _density(
    points: FloatArray, theta: FloatArray, share: FloatArray, spread: FloatArray
) -> FloatArray:
    """The mixture of normals around the particles, at the points."""
    root = np.linalg.cholesky(spread)
    scaled, centres = (np.linalg.solve(root, v.T).T for v in (points, theta))
    square = (scaled**2).sum(axis=1)[:, None] + (centres**2).sum(axis=1) - 2.0 * scaled @ centres.T
    constant = (2.0 * np.pi) ** (-theta.shape[1] / 2.0) / np.abs(np.diag(root)).prod()
    return np.asarray(constant * (np.exp(-0.5 * np.maximum(square, 0.0)) @ share))


def adjusted(
    box: Box,
    theta: FloatArray,
    statistics: FloatArray,
    weight: FloatArray,
    observed: FloatArray,
    scale: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    """Particles moved to where their statistics would be the observed ones, and their weights."""
    distance = distances(statistics, observed, scale)
    bandwidth = float(distance.max()) * 1.0001
    w = weight * (1.0 - (distance / bandwidth) ** 2)
    centred = (statistics - observed) / scale
    design = np.column_stack([np.ones(len(theta)), centred])
    root = np.sqrt(w / w.sum())[:, None]
    value = box.logit(theta)
    slope, *_ = np.linalg.lstsq(root * design, root * value, rcond=None)
    return box.inverse(value - centred @ slope[1:]), w / w.sum()


def resampled(theta: FloatArray, weight: FloatArray, n: int, seed: int) -> FloatArray:
    """``n`` equally weighted draws (systematic resampling, Kitagawa 1996)."""
    start = Streams(seed).uniform(Decision.CALIBRATION, np.zeros(1, np.uint32), roundtable=2)[0, 0]
    place = (np.arange(n) + start) / n
    index = np.searchsorted(np.cumsum(weight) / weight.sum(), place)
    drawn: FloatArray = theta[np.minimum(index, len(theta) - 1)]
    return drawn


def weighted_quantile(x: FloatArray, weight: FloatArray, q: Sequence[float]) -> FloatArray:
    """Quantiles of weighted draws, column by column, shape (len(q), k)."""
    out = np.empty((len(q), x.shape[1]))
    for j in range(x.shape[1]):
        order = np.argsort(x[:, j])
        reached = np.cumsum(weight[order]) - 0.5 * weight[order]
        out[:, j] = np.interp(np.asarray(q) * weight.sum(), reached, x[order, j])
    return out


@dataclass(frozen=True)
class Recovery:
    """Known parameters, found again: what share of the intervals held them, and how near.

    ``covered``: share of the tests in which the interval of each level held the parameter, shape
    (n_levels, k); ``explained``: 1 - (mean squared error of the estimate) / (variance of the prior)
    for each parameter, 0 where the data say nothing, 1 where they say all.
    """

    names: tuple[str, ...]
    levels: tuple[float, ...]
    covered: FloatArray
    explained: FloatArray
    n_tests: int


def recover(
    box: Box,
    theta: FloatArray,
    statistics: FloatArray,
    scale: FloatArray,
    *,
    n_tests: int = 200,
    share_kept: float = 0.2,
    levels: tuple[float, ...] = (0.5, 0.8, 0.95),
) -> Recovery:
    """Take each of ``n_tests`` draws of the prior for observed and fit the others to it.

    The reference table serves every test (Prangle, Blum, Popovic, Sisson 2014, Australian & New
    Zealand Journal of Statistics 56:309-329), the draw tested left out.
    """
    kept = int(len(theta) * share_kept)
    held = np.zeros((len(levels), theta.shape[1]))
    error = np.zeros(theta.shape[1])
    for i in range(n_tests):
        others = np.arange(len(theta)) != i
        distance = distances(statistics[others], statistics[i], scale)
        near = np.argsort(distance, kind="stable")[:kept]
        moved, weight = adjusted(
            box, theta[others][near], statistics[others][near], np.ones(kept), statistics[i], scale
        )
        for level, hits in zip(levels, held, strict=True):
            low, high = weighted_quantile(moved, weight, [0.5 - level / 2, 0.5 + level / 2])
            hits += (low <= theta[i]) & (theta[i] <= high)
        error += (weight @ moved - theta[i]) ** 2
    prior = (box.high - box.low) ** 2 / 12.0
    return Recovery(box.names, levels, held / n_tests, 1.0 - error / n_tests / prior, n_tests)
