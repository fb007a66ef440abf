"""Sums by label, for every measure that compares groups, regions or tables."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
CodeArray = NDArray[np.intp]


def codes_of(labels: ArrayLike) -> tuple[CodeArray, int]:
    """(codes 0 .. k-1 without gaps in the order of the labels, k); integers below 0 stay -1.

    A label may be anything that NumPy sorts. An integer below 0 means "without a label": an
    unseated delegate's table, an unknown region.
    """
    label = np.asarray(labels)
    if label.ndim != 1:
        raise ValueError(f"labels must have one dimension, not {label.ndim}")
    if label.dtype.kind not in "iub":
        names, codes = np.unique(label, return_inverse=True)
        return codes.astype(np.intp), len(names)
    code = label.astype(np.intp)
    if code.size and code.min() >= 0 and code.max() < 16 * code.size + 1024:
        counts = np.bincount(code)
        if counts.all():  # without gaps already
            return code, counts.size
    used = code[code >= 0]
    if used.size == 0:
        return np.full(code.shape, -1, dtype=np.intp), 0
    if used.max() >= 16 * code.size + 1024:  # sparse numbers: no array of that length
        names = np.unique(used)
        return np.where(code >= 0, np.searchsorted(names, code), -1).astype(np.intp), len(names)
    is_used = np.bincount(used) > 0
    rank = np.cumsum(is_used) - 1
    return np.where(code >= 0, rank[code], -1), int(rank[-1]) + 1


def labelled(x: ArrayLike, labels: ArrayLike) -> tuple[FloatArray, CodeArray, int]:
    """The rows of ``x`` that have a label, shape (n, m); their codes, shape (n,); how many labels.

    Raises
    ------
    ValueError
        If ``x`` and ``labels`` differ in length.
    """
    value = np.asarray(x, dtype=np.float64)
    codes, n_labels = codes_of(labels)
    if value.shape[:1] != codes.shape:
        raise ValueError(f"{codes.shape[0]} labels for values of shape {value.shape}")
    value = value.reshape(codes.shape[0], -1)
    if codes.size and codes.min() < 0:
        keep = codes >= 0
        return value[keep], codes[keep], n_labels
    return value, codes, n_labels


def sums(x: FloatArray, codes: CodeArray, n_labels: int) -> FloatArray:
    """Column sums of ``x`` (n, m) by code, shape (n_labels, m)."""
    m = x.shape[1]
    cell = (codes[:, None] * m + np.arange(m)).ravel()
    total = np.bincount(cell, weights=x.ravel(), minlength=n_labels * m)
    return np.asarray(total, dtype=np.float64).reshape(n_labels, m)
