"""What a table does to its members' answers: statistics of two survey waves.

The definitions are those with which the targets were computed from America in One Room
(``gfmd_sim/data/calibration_targets.csv``): the answer after is regressed on one's own answer before
and on the mean answer before of the other members of the table, centred item by item, all items
together. All spreads are components of variance, so that chance alone gives 0.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gfmd_sim.measures.labels import codes_of
from gfmd_sim.measures.spread import icc1

FloatArray = NDArray[np.float64]


def table_effects(
    before: ArrayLike, after: ArrayLike, tables: ArrayLike, blocs: ArrayLike
) -> dict[str, float]:
    """The statistics of a discussion at tables.

    Parameters
    ----------
    before, after
        Answers, shape (n, n_items).
    tables
        Table of each person, shape (n,), every table with two people or more.
    blocs
        Group of each person; 0 and 1 are the blocs between which the gap lies.

    Returns
    -------
    ``own_slope``, ``peer_slope``: the regression; ``within_ratio``: variance within tables after
    over before, mean over items; ``icc_before``, ``icc_after``: ICC(1) of the table, mean over
    items; ``table_sd``: root mean square over items of the sd of the table effect that own and
    peers' answers before leave; ``composition_share``: share of that component's square, before
    peers are taken out, that peers' answers explain; ``residual_sd``: sd of the residual within
    tables; ``gap_ratio``: distance between the blocs after over before, mean over items weighted
    by the distance before; ``share_away``: share of table and item pairs whose mean moves away
    from the middle of the scale; ``shift_sd``: sd over items of the movement of the mean;
    ``change``: mean absolute change of an answer.
    """
    x, y = np.asarray(before, dtype=np.float64), np.asarray(after, dtype=np.float64)
    code, n_tables = codes_of(tables)
    size = np.bincount(code, minlength=n_tables)[code][:, None]
    peers = (_sums(x, code, n_tables)[code] - x) / (size - 1)
    cx, cp, cy = (v - v.mean(axis=0) for v in (x, peers, y))
    own_alone = float((cx * cy).sum() / (cx * cx).sum())
    matrix = np.array([[(cx * cx).sum(), (cx * cp).sum()], [(cx * cp).sum(), (cp * cp).sum()]])
    own, peer = np.linalg.solve(matrix, np.array([(cx * cy).sum(), (cp * cy).sum()])).tolist()
    between, within = _components(cy - own * cx - peer * cp, code, n_tables)
    with_peers, _ = _components(cy - own_alone * cx, code, n_tables)
    _, within_before = _components(cx, code, n_tables)
    _, within_after = _components(cy, code, n_tables)
    bloc = np.asarray(blocs)
    gap_before = x[bloc == 0].mean(axis=0) - x[bloc == 1].mean(axis=0)
    gap_after = y[bloc == 0].mean(axis=0) - y[bloc == 1].mean(axis=0)
    count = np.bincount(code, minlength=n_tables)[:, None]
    middle_before = _sums(x, code, n_tables) / count - 0.5
    middle_after = _sums(y, code, n_tables) / count - 0.5
    total = float(with_peers.mean())
    return {
        "own_slope": own,
        "peer_slope": peer,
        "within_ratio": float((within_after / within_before).mean()),
        "icc_before": float(np.nanmean(icc1(x, code))),
        "icc_after": float(np.nanmean(icc1(y, code))),
        "table_sd": float(np.sqrt(max(between.mean(), 0.0))),
        "composition_share": 1.0 - float(between.mean()) / total if total > 0 else float("nan"),
        "residual_sd": float(np.sqrt(within.mean())),
        "gap_ratio": float((gap_after * np.sign(gap_before)).sum() / np.abs(gap_before).sum()),
        "share_away": float((np.abs(middle_after) > np.abs(middle_before)).mean()),
        "shift_sd": float((y.mean(axis=0) - x.mean(axis=0)).std()),
        "change": float(np.abs(y - x).mean()),
    }


def _sums(x: FloatArray, code: NDArray[np.intp], n_tables: int) -> FloatArray:
    out = np.zeros((n_tables, x.shape[1]))
    np.add.at(out, code, x)
    return out


def _components(
    x: FloatArray, code: NDArray[np.intp], n_tables: int
) -> tuple[FloatArray, FloatArray]:
    """Components of variance between and within tables, item by item (analysis of variance)."""
    n = len(code)
    size = np.bincount(code, minlength=n_tables).astype(np.float64)
    centre = _sums(x, code, n_tables) / size[:, None]
    within = ((x - centre[code]) ** 2).sum(axis=0) / (n - n_tables)
    between = (size[:, None] * (centre - x.mean(axis=0)) ** 2).sum(axis=0) / (n_tables - 1)
    k0 = (n - (size**2).sum() / n) / (n_tables - 1)
    return (between - within) / k0, within
