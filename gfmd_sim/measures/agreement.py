"""Agreement and polarisation of opinions in ordered categories.

All take counts of people by category, shape (k,) or (k, m), a column a solution, and give one number
a solution. Support in [0, 1] becomes categories by :func:`histogram`: the number of categories is a
choice, and it moves every value, so compare only at the same number.
"""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gfmd_sim.compiled import compiled, filled, inlined

FloatArray = NDArray[np.float64]


def histogram(x: ArrayLike, n_bins: int = 7, low: float = 0.0, high: float = 1.0) -> FloatArray:
    """People in each of ``n_bins`` equal categories of [low, high], shape (n_bins,) or (n_bins, m).

    The last category includes ``high``; what rounding pushed outside counts in the end categories.

    Raises
    ------
    ValueError
        If an opinion is NaN: who is not there is left out before.
    """
    value = np.asarray(x, dtype=np.float64)
    place = (value - low) * (n_bins / (high - low))
    if np.isnan(place).any():
        raise ValueError("an opinion is NaN")
    counts: FloatArray = _count(place.reshape(value.shape[0], -1), n_bins)
    return counts.reshape((n_bins, *value.shape[1:]))


@compiled
def _count(place: FloatArray, n_bins: int) -> FloatArray:
    """People in each category, shape (n_bins, m); ``place`` counts categories from 0."""
    counts = filled((n_bins, place.shape[1]), 0.0, np.float64)
    for i in range(place.shape[0]):
        for c in range(place.shape[1]):
            counts[int(min(max(place[i, c], 0.0), n_bins - 1.0)), c] += 1.0
    return counts


def van_der_eijk(counts: ArrayLike) -> FloatArray:
    """Agreement A: 1 all in one category, 0 uniform, -1 half at each end.

    The counts are cut into layers of equal height, each a pattern of empty and filled categories;
    A = sum_layers (share of people) U (1 - (S - 1)/(k - 1)), S the filled categories and
    U = ((k-2) TU - (k-1) TDU) / ((k-2) (TU + TDU)), TU the triples of categories that read
    110 or 011, TDU those that read 101. Van der Eijk 2001, "Measuring agreement in ordered rating
    scales", Quality and Quantity 35:325-341. NaN without people; needs k >= 3.
    """
    count, shape = _columns(counts)
    k = count.shape[0]
    if k < 3:
        raise ValueError(f"A needs at least 3 categories, not {k}")
    found: FloatArray = _measures(count, np.arange(k, dtype=np.float64), 1.0)[0]
    return found.reshape(shape)


def tastle_wierman(counts: ArrayLike, positions: ArrayLike | None = None) -> FloatArray:
    """Consensus Cns = 1 + sum_i p_i log2(1 - |X_i - mean| / (X_max - X_min)): 1 all agree, 0 split.

    Tastle, Wierman 2007, "Consensus and dissention: a measure of ordinal dispersion", International
    Journal of Approximate Reasoning 45:531-545. ``positions`` X: where the categories lie, by
    default evenly. NaN without people.
    """
    count, shape = _columns(counts)
    x = _positions(positions, count.shape[0])
    found: FloatArray = _measures(count, x, 1.0)[1]
    return found.reshape(shape)


def esteban_ray(
    counts: ArrayLike, positions: ArrayLike | None = None, alpha: float = 1.6
) -> FloatArray:
    """Polarisation P = sum_ij p_i^(1 + alpha) p_j |y_i - y_j| with shares p at positions y.

    Esteban, Ray 1994, "On the measurement of polarization", Econometrica 62:819-851 (their K is 1).
    ``alpha``: how much it counts that people are many in one place, above 0 and at most 1.6; at 0
    it would be the Gini mean difference. ``positions``: by default evenly on [0, 1]; two halves at
    the ends then give the maximum, 2^-(1 + alpha). NaN without people.
    """
    if not 0.0 < alpha <= 1.6:
        raise ValueError(f"alpha must be above 0 and at most 1.6, not {alpha}")
    count, shape = _columns(counts)
    k = count.shape[0]
    y = _evenly(k) if positions is None else _positions(positions, k)
    found: FloatArray = _measures(count, y, alpha)[2]
    return found.reshape(shape)


def all_three(counts: ArrayLike) -> FloatArray:
    """Agreement A, consensus Cns and polarisation P (alpha 1.6) of each solution, shape (3, m).

    :func:`van_der_eijk`, :func:`tastle_wierman` and :func:`esteban_ray` at once, of counts (k, m)
    in k >= 3 categories that lie evenly.
    """
    count, _ = _columns(counts)
    return _measures(count, _evenly(count.shape[0]), 1.6)


@compiled
def _measures(count: FloatArray, x: FloatArray, alpha: float) -> FloatArray:
    """A, Cns and P of each column of ``count`` (k, m), shape (3, m); ``x`` are the positions."""
    k, m = count.shape
    out = np.empty((3, m))
    p, height = np.empty(k), np.empty(k)
    spread = x.max() - x.min()
    for c in range(m):
        people, mean = 0.0, 0.0
        for a in range(k):
            people += count[a, c]
            place = a
            while place > 0 and height[place - 1] > count[a, c]:
                height[place] = height[place - 1]
                place -= 1
            height[place] = count[a, c]
        for a in range(k):
            p[a] = count[a, c] / people
            mean += p[a] * x[a]
        out[0, c] = _agreement(count[:, c], height) / people
        consensus, polarisation = 1.0, 0.0
        for a in range(k):
            near = 1.0 - abs(x[a] - mean) / spread
            if near > 0.0:  # a mean at one end leaves nobody at the other
                consensus += p[a] * np.log2(near)
            apart = 0.0
            for b in range(k):
                apart += p[b] * abs(x[a] - x[b])
            polarisation += p[a] ** (1.0 + alpha) * apart
        out[1, c] = consensus if people > 0.0 else np.nan
        out[2, c] = polarisation
    return out


@inlined
def _agreement(count: FloatArray, height: FloatArray) -> float:
    """People times their A, layer by layer; ``height``, the counts sorted, tells the layers."""
    k = count.shape[0]
    agreed, below = 0.0, 0.0
    for layer in range(k):
        n_filled = 0.0
        for a in range(k):
            n_filled += count[a] >= height[layer]
        before, tu, tdu = 0.0, 0.0, 0.0  # categories filled before this one; triples
        for a in range(k):
            is_filled = 1.0 if count[a] >= height[layer] else 0.0
            after = n_filled - before - is_filled
            if is_filled > 0.0:
                tu += before * (k - 1 - a - after) + (a - before) * after
            else:
                tdu += before * after
            before += is_filled
        # no such triple: one category is filled (A = 1), or all are (the factor beside U is 0)
        unimodality = 1.0
        if tu + tdu > 0.0:
            unimodality = ((k - 2) * tu - (k - 1) * tdu) / ((k - 2) * (tu + tdu))
        share = (height[layer] - below) * n_filled
        agreed += share * (unimodality * (1.0 - (n_filled - 1.0) / (k - 1.0)))
        below = height[layer]
    return agreed


def _columns(counts: ArrayLike) -> tuple[FloatArray, tuple[int, ...]]:
    count = np.asarray(counts, dtype=np.float64)
    if count.size and count.min() < 0.0:
        raise ValueError("a count is negative")
    return np.ascontiguousarray(count.reshape(count.shape[0], -1)), count.shape[1:]


@functools.cache
def _evenly(k: int) -> FloatArray:
    return np.linspace(0.0, 1.0, k)


def _positions(positions: ArrayLike | None, k: int) -> FloatArray:
    x = np.arange(k) if positions is None else np.asarray(positions)
    if x.shape != (k,) or k < 2 or not np.ptp(x) > 0:
        raise ValueError(f"{k} categories need as many positions, not all equal")
    return x.astype(np.float64)
