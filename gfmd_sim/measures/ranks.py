"""Do the groups rank the solutions alike?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gfmd_sim.compiled import compiled, filled
from gfmd_sim.measures.labels import labelled, sums

FloatArray = NDArray[np.float64]


def mid_ranks(x: ArrayLike) -> FloatArray:
    """Ranks along the last axis, 1 the lowest; equal values share the mean of their ranks.

    >>> mid_ranks([0.3, 0.1, 0.3]).tolist()
    [2.5, 1.0, 2.5]
    """
    value = np.asarray(x, dtype=np.float64)
    order = np.argsort(value, axis=-1, kind="stable")
    ordered = np.take_along_axis(value, order, axis=-1)
    place = np.arange(value.shape[-1])
    is_new = np.ones(value.shape, dtype=np.bool_)
    is_new[..., 1:] = ordered[..., 1:] != ordered[..., :-1]
    is_last = np.ones(value.shape, dtype=np.bool_)
    is_last[..., :-1] = is_new[..., 1:]
    # of each run of equal values: where it starts, and where it ends
    first = np.maximum.accumulate(np.where(is_new, place, 0), axis=-1)
    last_from_behind = np.where(is_last, place, place.size)[..., ::-1]
    last = np.minimum.accumulate(last_from_behind, axis=-1)[..., ::-1]
    ranks = np.empty(value.shape)
    np.put_along_axis(ranks, order, 0.5 * (first + last) + 1.0, axis=-1)
    return ranks


def group_means(support: ArrayLike, groups: ArrayLike) -> FloatArray:
    """Mean support of each group for each solution, shape (n_groups, m).

    ``support``: (n, m); ``groups``: labels of shape (n,), integers below 0 left out.
    """
    value, codes, n_labels = labelled(support, groups)
    return sums(value, codes, n_labels) / np.bincount(codes, minlength=n_labels)[:, None]


@compiled
def kendall_w(ratings: FloatArray) -> float:
    """The W of :func:`rank_agreement` alone, without NumPy's many small steps."""
    g, m = ratings.shape
    if g < 2 or m < 2:
        return np.nan
    total = filled(m, 0.0, np.float64)
    own = 0.0
    for judge in range(g):
        for a in range(m):
            below, equal = 0, 0
            for b in range(m):
                below += ratings[judge, b] < ratings[judge, a]
                equal += ratings[judge, b] == ratings[judge, a]
            centred = below + 0.5 * (equal - 1) + 1.0 - (m + 1) / 2.0
            total[a] += centred
            own += centred * centred
    squares = 0.0
    for a in range(m):
        squares += total[a] * total[a]
    return float(squares / (g * own)) if own > 0.0 else np.nan


@dataclass(frozen=True, slots=True)
class RankAgreement:
    """``kendall_w``: 0 none, 1 complete; ``mean_spearman``: -1/(g - 1) least, 1 complete."""

    kendall_w: float
    mean_spearman: float


def rank_agreement(ratings: ArrayLike) -> RankAgreement:
    """How alike g judges (rows; groups) rank m solutions (columns).

    Kendall's W = (12 sum_m R_m^2 - 3 g^2 m (m + 1)^2) / (g^2 (m^3 - m) - g sum T), R the sums of
    ranks and T = t^3 - t over each judge's ties (Kendall, Babington Smith 1939, Annals of
    Mathematical Statistics 10:275; Kendall, Gibbons 1990, Rank Correlation Methods, ch. 6). Mean
    Spearman: the mean over pairs of judges of the correlation of their mid-ranks; without ties it
    is (g W - 1)/(g - 1). A judge who holds all solutions equal has no correlation and is left out
    of the mean. NaN for fewer than two judges or solutions, or where nobody tells any apart.
    """
    rating = np.asarray(ratings, dtype=np.float64)
    g, m = rating.shape
    if g < 2 or m < 2:
        return RankAgreement(float("nan"), float("nan"))
    centred = mid_ranks(rating) - (m + 1) / 2.0
    # a judge's sum of squared centred ranks is (m^3 - m - T)/12: the ties are in it already
    own = (centred * centred).sum(axis=1)
    w = kendall_w(np.ascontiguousarray(rating))
    tells = own > 0.0
    k = int(tells.sum())
    if k < 2:
        return RankAgreement(w, float("nan"))
    unit = centred[tells] / np.sqrt(own[tells])[:, None]
    both = unit.sum(axis=0)
    return RankAgreement(w, float((both @ both - k) / (k * (k - 1))))
