"""The network of partnerships: how far it reaches, whom it joins, what sitting together did for it.

A partnership is an array of its members; each two members are tied.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gfmd_sim.measures.labels import codes_of

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]


def ties(partnerships: Iterable[ArrayLike]) -> IntArray:
    """Distinct pairs of partners, smaller index first, sorted, shape (n_ties, 2)."""
    found: set[tuple[int, int]] = set()
    for members in partnerships:
        found.update(itertools.combinations(sorted(_people(members)), 2))
    return np.array(sorted(found), dtype=np.intp).reshape(-1, 2)


def _people(members: ArrayLike) -> set[int]:
    return set(members if isinstance(members, tuple) else np.asarray(members).tolist())


def component_sizes(partnerships: Iterable[ArrayLike]) -> list[int]:
    """People in each connected part of the network, largest first; people without a tie are none."""
    parts: list[set[int]] = []
    for members in partnerships:
        whole = _people(members)
        apart = []
        for part in parts:
            if part.isdisjoint(whole):
                apart.append(part)
            else:
                whole |= part
        parts = [*apart, whole]
    return sorted((len(part) for part in parts if len(part) > 1), reverse=True)


def share_across(pairs: ArrayLike, labels: ArrayLike) -> float:
    """Share of ties whose ends differ in label (group, region, agency); NaN without ties.

    Ties of people without a label (integers below 0) do not count.
    """
    external, internal = count_ties(pairs, labels)
    return external / (external + internal) if external + internal else float("nan")


def ei_index(pairs: ArrayLike, labels: ArrayLike) -> float:
    """E-I = (E - I) / (E + I), E ties across labels, I ties within: -1 all within, 1 all across.

    Krackhardt, Stern 1988, "Informal networks and organizational crises", Social Psychology
    Quarterly 51:123-140. It is not corrected for the groups' sizes: with many groups chance alone
    makes it positive. NaN without ties.
    """
    external, internal = count_ties(pairs, labels)
    total = external + internal
    return (external - internal) / total if total else float("nan")


def count_ties(pairs: ArrayLike, labels: ArrayLike) -> tuple[int, int]:
    """(ties across labels, ties within a label); ties of people without one count in neither."""
    tie = np.asarray(pairs, dtype=np.intp).reshape(-1, 2)
    codes, _ = codes_of(labels)
    one, other = codes[tie[:, 0]], codes[tie[:, 1]]
    known = (one >= 0) & (other >= 0)
    external = int(np.count_nonzero(known & (one != other)))
    return external, int(np.count_nonzero(known)) - external


@dataclass(frozen=True, slots=True)
class OddsRatio:
    """A common odds ratio, its interval, and the standard error of its logarithm."""

    estimate: float
    low: float
    high: float
    log_se: float


def mantel_haenszel(tables: ArrayLike, level: float = 0.95) -> OddsRatio:
    """The common odds ratio of 2 x 2 tables [[a, b], [c, d]], one a stratum, shape (k, 2, 2).

    Estimate sum(ad/n) / sum(bc/n) (Mantel, Haenszel 1959, J. National Cancer Institute 22:719).
    The variance of its logarithm is sum PR / (2 R^2) + sum (PS + QR) / (2 R S) + sum QS / (2 S^2)
    with P = (a + d)/n, Q = (b + c)/n, R = ad/n, S = bc/n in each stratum and R, S their sums
    (Robins, Breslow, Greenland 1986, Biometrics 42:311). Empty strata do not count. No ad: 0; no
    bc: infinite; the interval is then NaN. Neither: all NaN.
    """
    table = np.asarray(tables, dtype=np.float64).reshape(-1, 2, 2)
    if table.size and table.min() < 0.0:
        raise ValueError("a count is negative")
    n = table.sum(axis=(1, 2))
    table, n = table[n > 0.0], n[n > 0.0]
    a, b, c, d = table[:, 0, 0], table[:, 0, 1], table[:, 1, 0], table[:, 1, 1]
    p, q, r, s = (a + d) / n, (b + c) / n, a * d / n, b * c / n
    sum_r, sum_s = float(r.sum()), float(s.sum())
    nan = float("nan")
    if sum_r == 0.0 or sum_s == 0.0:
        estimate = nan if sum_r == sum_s else (0.0 if sum_r == 0.0 else math.inf)
        return OddsRatio(estimate, nan, nan, nan)
    variance = (
        float(p @ r) / (2.0 * sum_r**2)
        + float(p @ s + q @ r) / (2.0 * sum_r * sum_s)
        + float(q @ s) / (2.0 * sum_s**2)
    )
    log_se = math.sqrt(variance)
    width = NormalDist().inv_cdf(0.5 + level / 2.0) * log_se
    estimate = sum_r / sum_s
    return OddsRatio(estimate, estimate * math.exp(-width), estimate * math.exp(width), log_se)


def tie_tables(pairs: ArrayLike, met: ArrayLike, labels: ArrayLike) -> FloatArray:
    """All C(n, 2) pairs counted as [same or different label][met or not][tied or not], (2, 2, 2).

    Parameters
    ----------
    pairs
        Ties, shape (n_ties, 2), each once, from :func:`ties`.
    met
        Whether (or how often) two sat together, symmetric, shape (n, n).
    labels
        Group of each delegate, shape (n,); pairs with somebody without one do not count.
    """
    codes, _ = codes_of(labels)
    n = len(codes)
    has_met = np.asarray(met) > 0
    if has_met.shape != (n, n):
        raise ValueError(f"met has shape {has_met.shape} for {n} labels")
    known = codes >= 0
    has_met = has_met & known & known[:, None]
    is_across = codes[:, None] != codes
    n_across = int((has_met & is_across).sum()) // 2
    tie = np.asarray(pairs, dtype=np.intp).reshape(-1, 2)
    n_within = (int(has_met.sum()) - int(np.trace(has_met))) // 2 - n_across
    return tie_tables_of(tie, has_met[tie[:, 0], tie[:, 1]], (n_within, n_across), codes)


def tie_tables_of(
    pairs: IntArray,
    have_met: NDArray[np.bool_],
    n_met: tuple[int, int],
    codes: NDArray[np.signedinteger],
) -> FloatArray:
    """:func:`tie_tables` of those who have met, counted beforehand.

    Parameters
    ----------
    pairs
        Ties, shape (n_ties, 2), each once.
    have_met
        Whether the two of each tie sat together, shape (n_ties,).
    n_met
        Pairs who sat together, within a label and across labels.
    codes
        Label of each delegate, an integer; below 0: none.
    """
    known = codes[codes >= 0]
    size = np.bincount(known)
    within = int((size * (size - 1)).sum()) // 2
    out = np.zeros((2, 2, 2))
    out[:, 0, 1] = n_met
    out[:, 1, 1] = within - n_met[0], len(known) * (len(known) - 1) // 2 - within - n_met[1]
    counts = (codes[pairs] >= 0).all(axis=1)
    one, other = codes[pairs[counts, 0]], codes[pairs[counts, 1]]
    place = ((one != other).astype(np.intp), (~have_met[counts]).astype(np.intp))
    np.add.at(out[:, :, 0], place, 1.0)
    np.add.at(out[:, :, 1], place, -1.0)
    return out


def co_seated_odds(
    pairs: ArrayLike, met: ArrayLike, labels: ArrayLike, level: float = 0.95
) -> OddsRatio:
    """How much higher the odds of a tie are for two who sat together, given same or other group.

    :func:`mantel_haenszel` over :func:`tie_tables`: without the strata, seating by group would pass
    for an effect of sitting together. The interval takes pairs as independent, which pairs that
    share a person are not: it is too narrow for one run; across replicates use their spread.
    """
    return mantel_haenszel(tie_tables(pairs, met, labels), level)
