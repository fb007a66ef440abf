"""Spread of support: variance, its split within and between labels, convergence, ICC(1).

All take support of shape (n,) or (n, m), people by solutions, and give one number a solution, shape
(m,) (the trailing axes of the input). Variances divide by n: the people are all there are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gfmd_sim.compiled import compiled, filled
from gfmd_sim.measures.labels import labelled

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Split:
    """A quantity and its parts within and between labels; ``total = within + between``."""

    total: FloatArray
    within: FloatArray
    between: FloatArray


def variance(x: ArrayLike) -> FloatArray:
    """V = mean (x - mean x)^2 over people.

    >>> float(variance([0.0, 1.0]))
    0.25
    """
    value = np.asarray(x, dtype=np.float64)
    centred = value - value.mean(axis=0)
    return np.asarray((centred * centred).mean(axis=0))


def split_variance(x: ArrayLike, labels: ArrayLike) -> Split:
    """V = W + B: within, mean (x_i - mean of i's label)^2; between, mean (label mean - mean)^2.

    The law of total variance (Fisher 1925, Statistical Methods for Research Workers, ch. 7).
    People without a label (an integer below 0) count nowhere.
    """
    value, codes, n_labels = labelled(x, labels)
    within, between = _within_and_between(np.ascontiguousarray(value), codes, n_labels)
    shape = np.shape(x)[1:]
    return Split((within + between).reshape(shape), within.reshape(shape), between.reshape(shape))


@compiled
def _within_and_between(
    value: FloatArray, codes: NDArray[np.intp], n_labels: int
) -> tuple[FloatArray, FloatArray]:
    """Both parts for each column of ``value`` (n, m), without NumPy's many small steps."""
    n, m = value.shape
    mean = filled(m, 0.0, np.float64)
    within, between = filled(m, 0.0, np.float64), filled(m, 0.0, np.float64)
    centre, size = filled((n_labels, m), 0.0, np.float64), filled(n_labels, 0.0, np.float64)
    for i in range(n):
        size[codes[i]] += 1.0
        for c in range(m):
            mean[c] += value[i, c]
    for c in range(m):
        mean[c] /= n
    for i in range(n):
        for c in range(m):
            centre[codes[i], c] += value[i, c] - mean[c]
    for label in range(n_labels):
        for c in range(m):
            centre[label, c] /= size[label]
            between[c] += size[label] * centre[label, c] * centre[label, c]
    for i in range(n):
        for c in range(m):
            residual = value[i, c] - mean[c] - centre[codes[i], c]
            within[c] += residual * residual
    for c in range(m):
        within[c] /= n
        between[c] /= n
    return within, between


def variance_ratio(start: ArrayLike, end: ArrayLike) -> FloatArray:
    """V_end / V_start of the same people; NaN where nobody differed at the start."""
    return _ratio(variance(end), variance(start))


def convergence(start: ArrayLike, end: ArrayLike, labels: ArrayLike | None = None) -> Split:
    """1 - V_end / V_start, mean over solutions: 0 none, 1 complete, below 0 divergence.

    With ``labels`` the drop is split: ``within`` = mean (W_start - W_end) / V_start, ``between``
    likewise; they add up to the total. Without, both are NaN. Solutions on which nobody differed at
    the start do not count; with no other, the result is NaN.
    """
    if np.shape(start) != np.shape(end):
        raise ValueError(f"start has shape {np.shape(start)}, end has {np.shape(end)}")
    if labels is None:
        drop = 1.0 - variance_ratio(start, end)
        nothing = np.asarray(np.nan)
        return Split(np.asarray(mean_of_known(drop.ravel().tolist())), nothing, nothing)
    split, _ = convergence_of_each(start, end, labels)
    within, between = mean_of_known(split.within.tolist()), mean_of_known(split.between.tolist())
    return Split(np.asarray(within + between), np.asarray(within), np.asarray(between))


def convergence_of_each(
    start: ArrayLike, end: ArrayLike, labels: ArrayLike
) -> tuple[Split, FloatArray]:
    """:func:`convergence` of each solution, NaN where nobody differed; and the variance at the end."""
    n = np.shape(start)[0]
    both = np.concatenate([np.reshape(start, (n, -1)), np.reshape(end, (n, -1))], axis=1)
    split, m = split_variance(both, labels), both.shape[1] // 2
    within = _ratio(split.within[:m] - split.within[m:], split.total[:m])
    between = _ratio(split.between[:m] - split.between[m:], split.total[:m])
    return Split(within + between, within, between), split.total[m:]


def means_by(values: FloatArray, last: Sequence[int]) -> FloatArray:
    """The mean of each roundtable's solutions (NaN left out), shape (k, n_roundtables).

    ``values``, shape (k, m): k numbers a solution; ``last``: where each roundtable's solutions end.
    """
    return _means_by(values, np.array(last, dtype=np.int64))


@compiled
def _means_by(values: FloatArray, last: NDArray[np.int64]) -> FloatArray:
    out = np.empty((values.shape[0], last.shape[0]))
    for row in range(values.shape[0]):
        begin = np.int64(0)
        for part in range(last.shape[0]):
            total, n = 0.0, 0.0
            for c in range(begin, last[part]):
                if not np.isnan(values[row, c]):
                    total += values[row, c]
                    n += 1.0
            out[row, part] = total / n if n > 0.0 else np.nan
            begin = last[part]
    return out


def mean_of_known(values: Sequence[float]) -> float:
    """The mean of those that are not NaN, whatever their order; NaN if none is."""
    known = [v for v in values if v == v]
    return math.fsum(known) / len(known) if known else math.nan


def icc1(x: ArrayLike, labels: ArrayLike) -> FloatArray:
    """ICC(1), the share of variance that lies between labels (tables), corrected for chance.

    (MSB - MSW) / (MSB + (k0 - 1) MSW) with k0 = (n - sum n_t^2 / n) / (T - 1) for unequal sizes
    (Shrout, Fleiss 1979, Psychological Bulletin 86:420; k0 after Snedecor, Cochran). About 0 where
    people sit at random, below 0 where tables mirror the room, 1 where each table is of one mind.
    NaN with fewer than two labels, with nobody to spare within them, or where nobody differs.
    """
    value, codes, n_labels = labelled(x, labels)
    n = len(codes)
    shape = np.shape(x)[1:]
    if n_labels < 2 or n <= n_labels:
        return np.full(shape, np.nan)
    parts = split_variance(value, codes)
    size = np.bincount(codes, minlength=n_labels)
    between = parts.between * n / (n_labels - 1)
    within = parts.within * n / (n - n_labels)
    k0 = (n - (size * size).sum() / n) / (n_labels - 1)
    return _ratio(between - within, between + (k0 - 1.0) * within).reshape(shape)


def _ratio(above: FloatArray, below: FloatArray) -> FloatArray:
    out = np.full(np.shape(above), np.nan)
    return np.asarray(np.divide(above, below, out=out, where=below > 0.0))
