"""Meta-consensus: do people who agree on the considerations agree on what to do?

The Deliberative Reason Index is never given alone: it is high wherever people agree on everything or
on nothing, whatever they argue, and only its distance from the same people with their preferences
dealt out anew says something about reasons.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gfmd_sim.measures.ranks import mid_ranks
from gfmd_sim.streams import Decision, Streams

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class MetaConsensus:
    """The index beside its permutation null.

    ``index``: -1 to 1. ``null_mean``, ``null_sd``: of the index with the same preferences in other
    people's hands. ``excess``: index - null_mean. ``p_value``: share of permutations, the observed
    one included, with an index as high. ``n_people``: those who told considerations and solutions
    apart, so that a correlation exists; all NaN below 3.
    """

    index: float
    null_mean: float
    null_sd: float
    p_value: float
    n_people: int

    @property
    def excess(self) -> float:
        """How much the index exceeds what the same rankings in other hands give."""
        return self.index - self.null_mean


def meta_consensus(
    considerations: ArrayLike,
    preferences: ArrayLike,
    streams: Streams,
    person: NDArray[np.uint32],
    n_permutations: int = 199,
    *,
    consultation: int = 0,
    roundtable: int = 0,
) -> MetaConsensus:
    """Deliberative Reason Index DRI = 1 - 2 mean |q_ij - r_ij| over pairs, and its null.

    q, r: Spearman correlations of two people's considerations and of their preferences (Niemeyer,
    Veri 2022, "The Deliberative Reason Index", in Research Methods in Deliberative Democracy, ch.
    7; the same as 2 (1 - mean d - lambda)/(1 - lambda) - 1 with d = |q - r|/sqrt 2 and
    lambda = 1 - sqrt 2 / 2). The null permutes people in the preferences alone.

    Parameters
    ----------
    considerations, preferences
        How much each person holds of each consideration, shape (n, a), and of each solution, (n, m).
    streams, person
        The luck (``Decision.PERMUTATION``) and the people's keys, shape (n,).
    n_permutations
        At least 1; the p-value is at least 1 / (n_permutations + 1).
    """
    if n_permutations < 1:
        raise ValueError("the null needs a permutation")
    one, other = _unit_ranks(considerations), _unit_ranks(preferences)
    if not len(one) == len(other) == len(person):
        raise ValueError(f"{len(one)}, {len(other)} and {len(person)} people")
    told = ~(np.isnan(one).any(axis=1) | np.isnan(other).any(axis=1))
    n = int(told.sum())
    if n < 3:
        nan = float("nan")
        return MetaConsensus(nan, nan, nan, nan, n)
    q, r = one[told] @ one[told].T, other[told] @ other[told].T
    i, j = np.triu_indices(n, k=1)
    q = q[i, j]
    luck = streams.uniform(
        Decision.PERMUTATION,
        np.asarray(person)[told],
        n_permutations,
        consultation=consultation,
        roundtable=roundtable,
    )
    index = float(1.0 - 2.0 * np.abs(q - r[i, j]).mean())
    deals = np.argsort(luck, axis=0, kind="stable").T
    null = np.array([1.0 - 2.0 * np.abs(q - r[deal[i], deal[j]]).mean() for deal in deals])
    as_high = np.count_nonzero(null >= index - 1e-12)
    return MetaConsensus(
        index=index,
        null_mean=float(null.mean()),
        null_sd=float(null.std(ddof=1)) if n_permutations > 1 else float("nan"),
        p_value=float((1 + as_high) / (1 + n_permutations)),
        n_people=n,
    )


def _unit_ranks(x: ArrayLike) -> FloatArray:
    """Mid-ranks by row, centred and of length 1: their products are Spearman correlations."""
    rank = mid_ranks(x)
    rank -= rank.mean(axis=1, keepdims=True)
    length = np.sqrt((rank * rank).sum(axis=1, keepdims=True))
    out = np.full(rank.shape, np.nan)
    return np.asarray(np.divide(rank, length, out=out, where=length > 0.0))
