"""Opinion clusters on one line: people whose neighbours are never further off than a gap."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]


def cluster_labels(x: ArrayLike, gap: float) -> IntArray:
    """Cluster of each person, 0 the lowest, shape of ``x`` (n,) or (n, m), a column a solution.

    Sorted neighbours share a cluster if they differ by at most ``gap``: single linkage in one
    dimension, the usual count of clusters in bounded-confidence models (Deffuant et al. 2000,
    Advances in Complex Systems 3:87; Hegselmann, Krause 2002, JASSS 5(3)2).
    """
    value = np.asarray(x, dtype=np.float64)
    order = np.argsort(value, axis=0, kind="stable")
    ordered = np.take_along_axis(value, order, axis=0)
    step = np.zeros(value.shape, dtype=np.intp)
    step[1:] = np.diff(ordered, axis=0) > gap
    labels = np.empty(value.shape, dtype=np.intp)
    np.put_along_axis(labels, order, np.cumsum(step, axis=0), axis=0)
    return labels


def cluster_sizes(x: ArrayLike, gap: float) -> IntArray:
    """People in each cluster of one solution, from the lowest opinion up, shape (n_clusters,)."""
    value = np.asarray(x, dtype=np.float64)
    if value.ndim != 1:
        raise ValueError(f"one solution at a time: shape (n,), not {value.shape}")
    return np.bincount(cluster_labels(value, gap))


def n_clusters(x: ArrayLike, gap: float, min_share: float = 0.0) -> IntArray:
    """How many clusters hold at least ``min_share`` of the people, for each solution.

    >>> n_clusters([0.1, 0.2, 0.8, 0.9], gap=0.15).item()
    2
    """
    ordered = np.sort(np.asarray(x, dtype=np.float64), axis=0)
    n = ordered.shape[0]
    is_break = np.diff(ordered, axis=0) > gap
    if min_share <= 0.0:
        return np.asarray(is_break.sum(axis=0) + (n > 0))
    flat = is_break.reshape(max(n - 1, 0), -1)
    label = np.zeros((n, flat.shape[1]), dtype=np.intp)
    np.cumsum(flat, axis=0, out=label[1:])
    columns = np.arange(flat.shape[1])
    size = np.bincount((label * flat.shape[1] + columns).ravel(), minlength=n * flat.shape[1])
    is_large = size.reshape(n, -1) >= max(min_share * n - 1e-9, 1)
    return np.asarray(is_large.sum(axis=0).reshape(ordered.shape[1:]))
