"""Inequality of voice: who has the turns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]


def gini(x: ArrayLike) -> FloatArray:
    """G = sum_ij |x_i - x_j| / (2 n^2 mean): 0 all equal, (n - 1)/n one has all.

    Gini 1912, "Variabilita e mutabilita"; computed as sum_i (2i - n - 1) x_(i) / (n sum x) over the
    sorted values. Not corrected for small n, as the observed values it is compared with. ``x`` of
    shape (n,) or (n, m) is non-negative; NaN where nobody has any.

    >>> gini([0.0, 0.0, 0.0, 1.0]).item()
    0.75
    """
    ordered = np.sort(np.asarray(x, dtype=np.float64), axis=0)
    n = ordered.shape[0]
    if n and (ordered[:1] < 0.0).any():
        raise ValueError("a value is negative")
    weight = 2.0 * np.arange(1, n + 1) - n - 1.0
    above = weight @ ordered
    below = n * ordered.sum(axis=0)
    out = np.full(np.shape(above), np.nan)
    return np.asarray(np.divide(above, below, out=out, where=below > 0.0))


@dataclass(frozen=True, slots=True)
class Shares:
    """By group, shape (n_groups,): share of the turns, share of the seats, and their ratio."""

    turns: FloatArray
    seats: FloatArray
    ratio: FloatArray


def share_against_seats(
    turns: ArrayLike, groups: ArrayLike, seats: ArrayLike | None = None, n_groups: int | None = None
) -> Shares:
    """What share of the turns each group has, against its share of the seats; 1 is in proportion.

    Parameters
    ----------
    turns
        Turns (or mentions taken up) of each delegate, shape (n,).
    groups
        Code of each delegate's group from 0, shape (n,); below 0: in no group, counts in the
        totals only.
    seats
        Sittings that each delegate attended, shape (n,); by default one each.
    n_groups
        How many groups there are, if the last may have nobody here.

    Returns
    -------
    Shares
        NaN in ``turns`` where nobody spoke, in ``ratio`` for groups without a seat.
    """
    turn = np.asarray(turns, dtype=np.float64)
    code = np.asarray(groups, dtype=np.intp)
    seat = np.ones(turn.shape) if seats is None else np.asarray(seats, dtype=np.float64)
    if not turn.shape == code.shape == seat.shape:
        raise ValueError(f"shapes differ: {turn.shape}, {code.shape}, {seat.shape}")
    length = (n_groups if n_groups is not None else int(code.max(initial=-1)) + 1) + 1
    # code + 1: place 0 is for those in no group
    turn_share = _share(np.bincount(code + 1, weights=turn, minlength=length))
    seat_share = _share(np.bincount(code + 1, weights=seat, minlength=length))
    ratio = np.divide(
        turn_share, seat_share, out=np.full(turn_share.shape, np.nan), where=seat_share > 0.0
    )
    return Shares(turn_share, seat_share, ratio)


def _share(weights: ArrayLike) -> FloatArray:
    counts = np.asarray(weights, dtype=np.float64)
    total = counts.sum()
    return counts[1:] / total if total > 0.0 else np.full(counts.size - 1, np.nan)
