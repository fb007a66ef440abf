"""Simultaneous intervals of paired differences, and the shrunken chance of being best.

Values come as arrays of shape (n_units, n_designs, n_measures) or differences of shape
(n_units, n_cells); a unit is a replicate (or a world's mean), the same for all designs, so that
rows are paired. NaN marks a value that is undefined or whose run failed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numba import njit
from numpy.typing import NDArray

from gfmd_sim.streams import Decision, Streams

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]

N_RESAMPLES = 2000
_LARGE = 2000  # units from which the bootstrap adds nothing that luck of resampling would not hide
_FEW_UNITS = 20
_BY_CHANCE = 0.01  # [A] share of pairs of runs alike from which a measure is one of few values
_SHARE_OF_UNSEEN = 10  # [A] the part of the error that what was never seen may take: one in so many
_FLOOR = 0.25  # least spread of a resample, in units of the sample's


@dataclass(frozen=True)
class Intervals:
    """Means of paired differences with simultaneous limits, each of shape (n_cells,)."""

    mean: FloatArray
    low: FloatArray
    high: FloatArray
    standard_error: FloatArray
    n: NDArray[np.int64]
    quantile: float
    """Half-width in standard errors, the same for all cells."""


def normals(seed: int, rows: int, columns: int, event: int = 0) -> FloatArray:
    """Standard normals for the statistics' own luck, shape (rows, columns)."""
    key = np.arange(rows, dtype=np.uint32)
    return Streams(seed).normal(Decision.BOOTSTRAP, key, columns, sitting=event)


@njit(cache=True)
def _counts(u: FloatArray, n: int) -> FloatArray:
    """How often each of n units is in each resample, shape (n_resamples, n)."""
    out = np.zeros((u.shape[0], n))
    for b in range(u.shape[0]):
        for i in range(u.shape[1]):
            out[b, int(u[b, i] * n)] += 1.0
    return out


def reach_of(values: FloatArray) -> FloatArray:
    """The most by which two runs differ in each measure, shape (n_measures,), where a difference may go
    unseen; 0 where it can not.

    Measures of few values (events, counts, shares of a few) can be the same in all runs by chance: a
    difference that comes once in a hundred runs is not seen in fifty. Where hardly two runs have the
    same value, two designs that agree to the last bit in all of them are the same. A measure that was
    the same number in every run of every design is taken for an event or a count of one or more.

    Parameters
    ----------
    values
        Shape (n_units, n_designs, n_measures), NaN where undefined.
    """
    out = np.zeros(values.shape[2])
    for j in range(len(out)):
        x = values[:, :, j]
        one = x[np.isfinite(x[:, 0]), 0]
        if len(one) < _FEW_UNITS:
            out[j] = np.inf
            continue
        counts = np.unique(one, return_counts=True)[1]
        pairs = len(one) * (len(one) - 1)
        if not pairs or (counts * (counts - 1)).sum() < _BY_CHANCE * pairs:
            continue
        x = x[np.isfinite(x)]
        span = float(np.ptp(x))
        if span == 0:
            span = abs(float(x[0]))
            span = max(span, 1.0) if span.is_integer() else span
        out[j] = span
    return out


def unseen(
    mean: FloatArray, n: IntArray, reach: FloatArray, level: float
) -> tuple[FloatArray, FloatArray]:
    """Limits of mean differences that were the same in all units, each of shape (n_cells,).

    Units unlike those seen are, but for the error, a smaller share than that of which ``n`` units would
    show one: 1 - error^(1/n), about 5 in n of one cell at 95%. What they would differ by is at most
    ``reach``, either way. The error is a tenth of what ``level`` leaves, shared by these cells (the
    others keep theirs whole), and holds at all looks at once: a limit is wrong only if none was seen
    up to where it fell below the truth, and it falls only while none is seen.
    """
    error = (1 - level) / _SHARE_OF_UNSEEN / max(len(mean), 1)
    share = 1 - error ** (1 / np.maximum(n, 1))
    return (1 - share) * mean - share * reach, (1 - share) * mean + share * reach


def simultaneous(
    difference: FloatArray, level: float = 0.95, seed: int = 0, reach: FloatArray | None = None
) -> Intervals:
    """Intervals that all cover at once with probability ``level``.

    The half-width is the ``level`` quantile of the largest |t| over all cells: of a studentised
    bootstrap over units (which follows skewness), and never less than of a multivariate t with
    the cells' correlation (which holds where a handful of units differ at all; of fewer than 20 with
    a spread for each cell). Cells whose difference is the same in all units do not widen the others; their own limits are 0 wide, or, where
    a difference may have gone unseen (``reach``), as :func:`unseen` has them; they have none where
    fewer than 20 units do not tell the spread (:func:`tell_unseen`). Cells in which
    something happens or not (differences of -d, 0 and d only) get the second of these quantiles,
    since resamples of a few events say little; where it was seen in one direction only, the limits of a
    rare event (:func:`one_way_limits`), which know what spread was not seen, at the same chance of error.

    Of 500 simulated sets of 20 correlated cells (normal, exponential, lognormal, sparse) at 50 to
    200 units this covered 92 to 98%; the multivariate t alone, 61 to 96%, for lognormal worst.

    Parameters
    ----------
    difference
        Shape (n_units, n_cells), NaN where undefined.
    seed
        Of the resampling; the same data and seed give the same limits.
    reach
        Of each cell, as :func:`reach_of` has it for measures, shape (n_cells,); default: none has.
    """
    n_units, n_cells = difference.shape
    there = np.isfinite(difference)
    n = there.sum(axis=0)
    x = np.where(there, difference, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(n > 0, x.sum(axis=0) / n, np.nan)
        centred = np.where(there, difference - mean, 0.0)
        sd = np.sqrt((centred**2).sum(axis=0) / (n - 1))
    same = np.array([n[j] > 0 and np.ptp(difference[there[:, j], j]) == 0 for j in range(n_cells)])
    if same.any():
        mean[same] = [difference[there[:, j], j][0] for j in np.flatnonzero(same)]
    sd[same] = 0.0
    se = sd / np.sqrt(np.maximum(n, 1))
    # one unit says nothing about spread, even if that one difference is 0
    se[(n < 2)] = np.inf
    varies = (sd > 0) & (n >= 2)
    step = np.array([_step(difference[there[:, j], j]) for j in range(n_cells)])
    is_event = varies & (step > 0)
    gaussian = quantile = known = 0.0
    if varies.any():
        z = centred[:, varies] / sd[varies]
        mask = there[:, varies].astype(float)
        gaussian, known = _gaussian_quantiles(z, mask, int(n[varies].min()), level, seed)
        quantile = gaussian
        smooth = ~is_event[varies]
        if n_units <= _LARGE and smooth.any():
            resampled = _bootstrap_quantile(z[:, smooth], mask[:, smooth], level, seed)
            quantile = max(quantile, resampled)
    width = np.where(is_event, gaussian, quantile)
    half = np.where(np.isinf(se), np.inf, width * np.where(np.isinf(se), 0.0, se))
    with np.errstate(invalid="ignore"):
        low, high = mean - half, mean + half
    more, less = (difference > 0).sum(axis=0), (difference < 0).sum(axis=0)
    one_way = is_event & ((more == 0) | (less == 0))
    if one_way.any():
        limits = one_way_limits(more[one_way], less[one_way], n[one_way], known)
        low[one_way], high[one_way] = step[one_way] * np.array(limits)
    tell_unseen(low, high, se, mean, n, same, reach, level)
    return Intervals(mean, low, high, se, n, quantile)


def tell_unseen(
    low: FloatArray,
    high: FloatArray,
    se: FloatArray,
    mean: FloatArray,
    n: IntArray,
    same: NDArray[np.bool_],
    reach: FloatArray | None,
    level: float,
) -> None:
    """Limits of cells that were the same in all units, put into ``low``, ``high`` and ``se``.

    Those in which a difference may have gone unseen get the limits of that. A handful of equal counts do
    not tell their spread: fewer than 20 units with the same difference (other than none of a measure of
    many values, which two designs share to the last bit) have no limits.
    """
    reach = np.zeros(len(mean)) if reach is None else reach
    cells = same & (n >= 2) & (reach > 0) & np.isfinite(reach)
    low[cells], high[cells] = unseen(mean[cells], n[cells], reach[cells], level)
    unknown = same & (n < _FEW_UNITS) & ((mean != 0) | np.isinf(reach))
    low[unknown], high[unknown], se[unknown] = -np.inf, np.inf, np.inf


def _step(x: FloatArray) -> float:
    """d where the values are -d, 0 and d only, some of them 0; else 0."""
    if len(x) < _FEW_UNITS:
        return 0.0  # too few to tell a rare event from a number
    d = float(np.abs(x).max())
    return d if d > 0 and (x == 0).any() and np.isin(np.abs(x), (0.0, d)).all() else 0.0


def score_limits(
    more: IntArray, less: IntArray, n: IntArray, quantile: float
) -> tuple[FloatArray, FloatArray]:
    """Limits of differences of paired proportions, each of shape (n_cells,), by inverting the
    score test (Tango 1998, Stat. Med. 17:891): right for rare events, and for none in one direction.

    Parameters
    ----------
    more, less, n
        Units in which the event happened with the one only, with the other only, and all, shape
        (n_cells,).
    quantile
        Standard errors of the test.
    """
    b, c, size = (np.asarray(v, float) for v in (more, less, n))
    mean = (b - c) / size

    def is_far(delta: FloatArray) -> NDArray[np.bool_]:
        linear = -b - c + (2 * size - b + c) * delta
        root = np.sqrt(np.maximum(linear**2 + 8 * size * c * delta * (1 - delta), 0))
        share = (root - linear) / (4 * size)
        variance = size * np.maximum(2 * share + delta * (1 - delta), 0)
        return np.asarray((b - c - size * delta) ** 2 > quantile**2 * variance)

    limits = []
    for end in (-1.0, 1.0):
        inside, outside = mean.copy(), np.full_like(mean, end)
        for _ in range(60):
            middle = (inside + outside) / 2
            far = is_far(middle)
            outside, inside = np.where(far, middle, outside), np.where(far, inside, middle)
        limits.append((inside + outside) / 2)
    return limits[0], limits[1]


def one_way_limits(
    more: IntArray, less: IntArray, n: IntArray, quantile: float
) -> tuple[FloatArray, FloatArray]:
    """Limits of differences of paired proportions where the event was seen in one direction only.

    Those of a binomial by mid-P (Lancaster 1961, JASA 56:223), whose error is the same on both sides
    however rare the event is: the score test errs twice as often as asked on the one side and hardly
    ever on the other. Where the score test does not tell the difference from none, its own limit on
    that side, which allows for events in the other direction.

    Parameters
    ----------
    more, less, n
        As in :func:`score_limits`; one of ``more`` and ``less`` is 0 and the other neither 0 nor ``n``.
    quantile
        Standard errors of a normal whose chance beyond them is the error.
    """
    from scipy.special import betainc, ndtr  # a tenth of a second to import

    up = more > 0
    k, size = np.where(up, more, less).astype(float), np.asarray(n, float)
    near, far = score_limits(np.where(up, more, less), 0 * n, n, quantile)

    def share_at(chance: float) -> FloatArray:
        """The share at which that many or more have this chance (half of just that many)."""
        below, above = np.zeros_like(size), np.ones_like(size)
        for _ in range(60):
            middle = (below + above) / 2
            more_or_as_many = betainc(k, size - k + 1, middle) + betainc(k + 1, size - k, middle)
            is_small = more_or_as_many / 2 < chance
            below, above = np.where(is_small, middle, below), np.where(is_small, above, middle)
        return np.asarray((below + above) / 2)

    error = float(ndtr(-quantile))
    near, far = np.where(near < 0, near, share_at(error)), share_at(1 - error)
    return np.where(up, near, -far), np.where(up, far, -near)


def _gaussian_quantiles(
    z: FloatArray, mask: FloatArray, n: int, level: float, seed: int
) -> tuple[float, float]:
    """Quantiles of max |t|, multivariate t with the correlation of ``z`` and n - 1 degrees, and of
    max |z|, multivariate normal.

    A multivariate t has one estimate of spread for all cells. Of fewer than 20 units each cell's own may be far
    too small by chance, and among many cells one is: there each has its own degrees.
    """
    together = np.maximum(mask.T @ mask - 1, 1)
    correlation = np.clip((z.T @ z) / together, -1, 1)
    np.fill_diagonal(correlation, 1.0)
    weight, vector = np.linalg.eigh(correlation)
    root = vector * np.sqrt(np.clip(weight, 0, None))
    rows = 5 * N_RESAMPLES
    each = np.abs(normals(seed, rows, z.shape[1], event=1) @ root.T)
    degrees = n - 1
    if degrees > 200:
        scale = np.ones((rows, 1))
    else:
        from scipy.special import gammaincinv  # a tenth of a second to import

        key = np.arange(rows, dtype=np.uint32)
        columns = z.shape[1] if n < _FEW_UNITS else 1
        u = Streams(seed).uniform(Decision.BOOTSTRAP, key, columns, sitting=2)
        scale = np.sqrt(gammaincinv(degrees / 2, u) * 2 / degrees)
    return float(np.quantile((each / scale).max(axis=1), level)), float(
        np.quantile(each.max(axis=1), level)
    )


def _bootstrap_quantile(z: FloatArray, mask: FloatArray, level: float, seed: int) -> float:
    """Quantile of max |t| over resamples of the units."""
    n = len(z)
    key = np.arange(N_RESAMPLES, dtype=np.uint32)
    weight = _counts(Streams(seed).uniform(Decision.BOOTSTRAP, key, n), n)
    size = np.maximum(weight @ mask, 2)
    mean = weight @ z / size
    spread = np.sqrt(np.maximum((weight @ z**2) / size - mean**2, 0) * size / (size - 1))
    return float(
        np.quantile((np.abs(mean) * np.sqrt(size) / np.maximum(spread, _FLOOR)).max(axis=1), level)
    )


def more_units(mean: float, standard_error: float, n: int, quantile: float, smallest: float) -> int:
    """About how many more units until the interval clears the smallest effect of interest.

    Supposes that the mean is as estimated, and asks for 80% chance that it is enough. At most
    a million, since nobody waits longer for a difference that sits on the line. Where the spread is not
    known, as many as until equal units would tell it.
    """
    if n < 2 or not np.isfinite(standard_error):
        return max(_FEW_UNITS - n, 1)
    gap = abs(abs(mean) - smallest)
    if standard_error == 0:
        return 0 if gap else 1_000_000
    need = n * ((quantile + 0.84) * standard_error / gap) ** 2 if gap > 0 else np.inf
    # looks better on two digits than it is: the mean itself is a guess
    return int(round_up(min(max(need - n, n * 0.1, 1.0), 1_000_000.0)))


def more_unseen(high: float, n: int, smallest: float) -> int:
    """About how many more units, all the same, until ``high``, which falls as 1 / n, is ``smallest``."""
    if smallest <= 0:
        return 1_000_000
    return int(round_up(min(max(n * (high / smallest - 1), n * 0.1, 1.0), 1_000_000.0)))


def round_up(x: float) -> float:
    """``x`` rounded up to two significant digits."""
    unit = 10.0 ** max(np.floor(np.log10(x)) - 1, 0)
    return float(np.ceil(x / unit) * unit)


@dataclass(frozen=True)
class Best:
    """How likely each design is the best, each of shape (n_designs,)."""

    p_best: FloatArray
    p_practically_best: FloatArray
    """Chance of being within the smallest effect of interest of the best."""
    expected_loss: FloatArray
    """Expected shortfall against the best, in the measure's unit."""
    shrunken_mean: FloatArray


def chance_of_best(
    mean: FloatArray, covariance: FloatArray, smallest: float, seed: int = 0
) -> Best:
    """Posterior of which design has the highest mean, under shrinkage.

    The designs' true means are taken as draws from one normal distribution whose spread is
    unknown (uniform prior on the shrinkage: Daniels 1999, Can. J. Stat. 27:567), estimated with
    the covariance of paired runs. Only contrasts enter, so that luck common to all designs does
    not count. With a flat prior the apparent winner's chance is overstated (winner's curse).

    Parameters
    ----------
    mean, covariance
        Of the designs' estimated means, shapes (n_designs,) and (n_designs, n_designs).
    """
    k = len(mean)
    if k == 1:
        one = np.ones(1)
        return Best(one, one, np.zeros(1), mean.copy())
    contrast = np.linalg.qr(np.column_stack([np.ones(k), np.eye(k)[:, : k - 1]]))[0][:, 1:].T
    y = contrast @ mean
    v = contrast @ covariance @ contrast.T
    noise, axes = np.linalg.eigh((v + v.T) / 2)
    noise = np.where(noise > 1e-12 * np.trace(covariance), noise, 0.0)
    y = axes.T @ y
    scale = noise.mean()
    if scale <= 0:  # no noise at all: the truth is known
        draws = (mean - mean.mean())[None, :]
    else:
        shrinkage = (np.arange(100) + 0.5) / 100
        between = scale * (1 - shrinkage) / shrinkage
        total = between[:, None] + noise[None, :]
        log_weight = -0.5 * (np.log(total) + y**2 / total).sum(axis=1)
        weight = np.exp(log_weight - log_weight.max())
        n_draws = 4000
        cut = np.cumsum(weight) / weight.sum()
        # systematic draws of the spread: (i + 1/2) / n needs no luck
        spread = between[np.minimum(np.searchsorted(cut, (np.arange(n_draws) + 0.5) / n_draws), 99)]
        keep = spread[:, None] / (spread[:, None] + noise[None, :])
        z = normals(seed, n_draws, k - 1, event=3)
        phi = keep * y + np.sqrt(keep * noise) * z
        draws = phi @ axes.T @ contrast
    top = draws.max(axis=1, keepdims=True)
    tolerance = 1e-9 * (np.ptp(mean) + np.sqrt(scale)) + 1e-14 * np.abs(mean).max()
    first = draws >= top - tolerance
    return Best(
        p_best=(first / first.sum(axis=1, keepdims=True)).mean(axis=0),
        p_practically_best=(draws >= top - max(smallest, tolerance)).mean(axis=0),
        expected_loss=(top - draws).mean(axis=0),
        shrunken_mean=mean.mean() + draws.mean(axis=0),
    )


@dataclass(frozen=True)
class Spread:
    """What the runs' spread is made of, for one measure."""

    luck: FloatArray
    """Covariance within worlds, shape (n_designs, n_designs)."""
    worlds: FloatArray
    """Covariance between worlds, luck taken out, shape (n_designs, n_designs)."""


def split_spread(values: FloatArray) -> Spread:
    """Luck and uncertainty apart: one-way random effects by moments.

    Parameters
    ----------
    values
        Shape (n_worlds, n_per_world, n_designs), at least 2 a world, no NaN.
    """
    n_worlds, per_world, k = values.shape
    centre = values.mean(axis=1)
    within = (values - centre[:, None, :]).reshape(-1, k)
    luck = within.T @ within / (n_worlds * (per_world - 1))
    between = np.cov(centre, rowvar=False, ddof=1).reshape(k, k) - luck / per_world
    weight, vector = np.linalg.eigh((between + between.T) / 2)
    return Spread(luck, (vector * np.clip(weight, 0, None)) @ vector.T)


def share_of_best(mean: FloatArray, covariance: FloatArray, seed: int = 0) -> FloatArray:
    """In what share of draws from a multivariate normal each is the highest, shape (n,)."""
    weight, vector = np.linalg.eigh((covariance + covariance.T) / 2)
    root = vector * np.sqrt(np.clip(weight, 0, None))
    draws = mean + normals(seed, 4000, len(mean), event=4) @ root.T
    tolerance = 1e-9 * (np.ptp(mean) + np.sqrt(np.trace(covariance)) + 1e-300)
    first = draws >= draws.max(axis=1, keepdims=True) - tolerance
    return np.asarray((first / first.sum(axis=1, keepdims=True)).mean(axis=0))
