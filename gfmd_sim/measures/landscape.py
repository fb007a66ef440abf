"""Landscape theory: how well a division into blocs suits those who like and dislike each other.

Axelrod, Bennett 1993, "A landscape theory of aggregation", British Journal of Political Science
23:211-233. What is left out: distances between blocs other than same (0) and different (1).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gfmd_sim.measures.labels import codes_of

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]


def frustration(
    propensity: ArrayLike, blocs: ArrayLike, sizes: ArrayLike | None = None
) -> FloatArray:
    """F_i = sum over j != i of s_j p_ij d_ij, shape (n,); d_ij = 1 in different blocs, else 0.

    ``propensity`` p: how well i and j get along, symmetric, shape (n, n), any sign; the diagonal
    does not count. ``sizes`` s: the weight of each, by default 1.
    """
    p, s, codes = _checked(propensity, blocs, sizes)
    return np.asarray((p * (codes[:, None] != codes)) @ s)


def energy(propensity: ArrayLike, blocs: ArrayLike, sizes: ArrayLike | None = None) -> float:
    """E = sum_i s_i F_i = sum_ij s_i s_j p_ij d_ij: the lower, the better the blocs suit all."""
    p, s, codes = _checked(propensity, blocs, sizes)
    return float(s @ ((p * (codes[:, None] != codes)) @ s))


def move_gains(
    propensity: ArrayLike,
    blocs: ArrayLike,
    sizes: ArrayLike | None = None,
    n_blocs: int | None = None,
) -> FloatArray:
    """Change of the energy if one person moves alone to each bloc, shape (n, n_blocs).

    ``blocs`` are codes from 0; ``n_blocs`` may leave room for blocs that nobody is in. A move
    changes the energy by 2 s_i times the change of i's own frustration, since p is symmetric: so
    whatever pleases the one who moves lowers the energy (their theorem). 0 at one's own bloc.
    """
    p, s, _ = _checked(propensity, blocs, sizes)
    bloc = np.asarray(blocs)
    if bloc.dtype.kind not in "iu" or (bloc.size and bloc.min() < 0):
        raise ValueError("blocs must be codes from 0")
    k = int(bloc.max(initial=-1)) + 1 if n_blocs is None else n_blocs
    if bloc.size and bloc.max() >= k:
        raise ValueError(f"bloc {int(bloc.max())} of {k}")
    is_in = (bloc[:, None] == np.arange(k)).astype(np.float64)
    liking = (p * s) @ is_in  # of i for those in each bloc
    own = np.take_along_axis(liking, bloc[:, None], axis=1)
    return np.asarray(2.0 * s[:, None] * (own - liking))


def descend(
    propensity: ArrayLike,
    blocs: ArrayLike,
    sizes: ArrayLike | None = None,
    n_blocs: int | None = None,
) -> tuple[IntArray, list[float]]:
    """Follow the best single move until none lowers the energy: (blocs at the end, all energies).

    The energies start with that of ``blocs`` and fall at each move; the end is a local minimum,
    where nobody gains by moving alone. Ties go to the first person and bloc.
    """
    p, s, _ = _checked(propensity, blocs, sizes)
    bloc = np.array(blocs, dtype=np.intp)
    scale = float(np.abs(p * s[:, None] * s).sum())
    energies = [energy(p, bloc, s)]
    while bloc.size:
        gain = move_gains(p, bloc, s, n_blocs)
        who, where = np.unravel_index(int(gain.argmin()), gain.shape)
        if gain[who, where] >= -1e-12 * scale:  # rounding is no improvement
            break
        bloc[who] = where
        energies.append(energy(p, bloc, s))
    return bloc, energies


def _checked(
    propensity: ArrayLike, blocs: ArrayLike, sizes: ArrayLike | None
) -> tuple[FloatArray, FloatArray, IntArray]:
    p = np.array(propensity, dtype=np.float64)
    codes, _ = codes_of(blocs)
    n = len(codes)
    s = np.ones(n) if sizes is None else np.asarray(sizes, dtype=np.float64)
    if p.shape != (n, n) or s.shape != (n,):
        raise ValueError(f"shapes {p.shape} and {s.shape} for {n} people")
    if not np.array_equal(p, p.T):
        if not np.allclose(p, p.T):
            raise ValueError("the propensity must be symmetric")
        p = 0.5 * (p + p.T)  # what differs is rounding
    np.fill_diagonal(p, 0.0)
    return p, s, codes
