"""Support as a survey sees it: answers with noise, and the support behind observed answers.

An answer is support plus normal noise, kept within 0-1; the noise of two waves is independent. So
what people answered before a discussion already has noise in it, and the support that lies behind
is less spread out. Without this, regression to the mean passes for persuasion: an own slope of .54
beside a gap between parties that keeps .80 of its size (America in One Room) cannot both be
movement. Left out: rounding to the scale's points, answers not given.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri

from gfmd_sim.scenario.schema import StartSpec
from gfmd_sim.streams import Decision, Streams

FloatArray = NDArray[np.float64]

_GRID = np.linspace(0.0, 1.0, 201)
_NODES = ndtri((np.arange(161) + 0.5) / 161)  # equal shares of a normal


def answers(
    support: ArrayLike,
    noise: float,
    streams: Streams,
    key: NDArray[np.uint32],
    wave: int,
    roundtable: int = 1,
) -> FloatArray:
    """What people say when asked: support (n, m) plus noise of sd ``noise``, within 0-1."""
    x = np.asarray(support, dtype=np.float64)
    error = streams.normal(
        Decision.SURVEY_NOISE, key, x.shape[1], consultation=wave, roundtable=roundtable
    )
    return np.clip(x + noise * error, 0.0, 1.0)


def answer_moments(support: ArrayLike, noise: float) -> tuple[FloatArray, FloatArray]:
    """Mean and mean square of the answers of people with this support."""
    x = np.asarray(support, dtype=np.float64)
    if noise <= 0.0:
        return x, x * x
    low, high = -x / noise, (1.0 - x) / noise
    inside, above = ndtr(high) - ndtr(low), 1.0 - ndtr(high)
    root = 1.0 / np.sqrt(2.0 * np.pi)
    at_low, at_high = root * np.exp(-0.5 * low * low), root * np.exp(-0.5 * high * high)
    first = x * inside + noise * (at_low - at_high) + above
    second = (
        (x * x + noise * noise) * inside
        + noise * (2.0 * x * (at_low - at_high) + noise * (low * at_low - high * at_high))
        + above
    )
    return first, second


def starts_behind(
    mean: ArrayLike,
    variance: ArrayLike,
    gap: ArrayLike,
    noise: float,
    shares: Sequence[float],
    steps: int = 80,
) -> list[StartSpec]:
    """The starts whose answers have these means, variances and gaps, one an item, shape (m,).

    Parameters
    ----------
    gap
        Mean answer of the first group minus that of the second.
    noise
        Standard deviation of what the survey adds.
    shares
        Size of each group, the two blocs first.

    An item whose answers spread less than the noise alone would gets the least spread there is;
    how near its answers come is for :func:`answers_of` to say.
    """
    wanted = [np.asarray(v, dtype=np.float64) for v in (mean, variance, gap)]
    mu, sd, between = wanted[0].copy(), np.sqrt(wanted[1]), wanted[2].copy()
    for _ in range(steps):
        got = _answers_of(mu, sd, between, noise, shares)
        mu = mu + 1.2 * (wanted[0] - got[0])
        sd = np.clip(sd * (wanted[1] / got[1]) ** 0.7, 0.01, 3.0)
        factor = np.clip(wanted[2] / np.where(np.abs(got[2]) > 1e-6, got[2], 1e-6), 0.5, 2.0)
        between = np.clip(between * factor, -3.0, 3.0)
    return [
        StartSpec(mean=round(float(a), 4), sd=round(float(b), 4), gap=round(float(c), 4))
        for a, b, c in zip(mu, sd, between, strict=True)
    ]


def answers_of(starts: Sequence[StartSpec], noise: float, shares: Sequence[float]) -> FloatArray:
    """Mean, variance and gap of the answers that these starts give, shape (3, m)."""
    mu, sd, gap = (np.array([getattr(s, k) for s in starts]) for k in ("mean", "sd", "gap"))
    return np.stack(_answers_of(mu, sd, gap, noise, shares))


def _answers_of(
    mu: FloatArray, sd: FloatArray, gap: FloatArray, noise: float, shares: Sequence[float]
) -> tuple[FloatArray, FloatArray, FloatArray]:
    weight = np.asarray(shares, dtype=np.float64) / np.sum(shares)
    side = np.array([0.5, -0.5, *[0.0] * (len(weight) - 2)])[: len(weight)]
    x = mu[:, None, None] + side[:, None] * gap[:, None, None] + sd[:, None, None] * _NODES
    x = np.clip(x, 0.0, 1.0)
    one, two = answer_moments(_GRID, noise)
    first = np.interp(x, _GRID, one).mean(axis=2)
    second = np.interp(x, _GRID, two).mean(axis=2)
    mean = first @ weight
    difference = first[:, 0] - first[:, 1] if len(weight) > 1 else np.zeros_like(mean)
    return mean, second @ weight - mean**2, difference
