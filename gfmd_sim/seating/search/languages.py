"""A first plan in which every table can talk: who speaks what, counted by kind, by integer programming.

Delegates who follow the same channels, may sit at the same tables and come in groups of the same
size are of one kind, so a sitting is decided by how many of each kind sit where and in which channel each
table works. That is small even for long lists, and where it cannot be done nothing can.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds as Box
from scipy.optimize import LinearConstraint, milp
from scipy.sparse import coo_matrix

from gfmd_sim.seating.search.arrays import Arrays
from gfmd_sim.seating.search.first import luck
from gfmd_sim.seating.search.problem import Plan

MAX_NODES = 500
"""Limit of the solver's tree for one sitting, not of its time: the same plan on every machine."""
CAPRICE = 0.2
"""How much chance may prefer one channel to another, so that sittings differ."""


def matters(a: Arrays) -> bool:
    """Whether languages restrict who can sit with whom."""
    return bool(a.speaks.shape[1])


def language_plan(a: Arrays, seed: int) -> Plan | None:
    """A plan in which all sizes, fixed seats, groups and languages are kept; apart is left open.

    None if the solver finds none in its tree; see :func:`cannot_talk` for proofs.
    """
    sittings, n = a.present.shape
    chance = luck(seed, n, sittings, 500)
    plan = np.full((sittings, n), -1, dtype=np.int16)
    for r in range(sittings):
        row, _ = sitting_of(a, r, chance[:, r])
        if row is None:
            return None
        plan[r] = row
    return plan


def cannot_talk(a: Arrays) -> int | None:
    """The first sitting for which it is proven that no seating gives every table a language."""
    for r in range(a.present.shape[0]):
        _, is_impossible = sitting_of(a, r, np.zeros(a.present.shape[1]))
        if is_impossible:
            return r
    return None


def units_of(a: Arrays, r: int, chance: NDArray[np.float64]) -> list[list[int]]:
    """Groups kept together and single delegates, in an order drawn by lot."""
    here = np.flatnonzero(a.present[r])
    blocks: dict[int, list[int]] = {}
    for i in here.tolist():
        b = int(a.block[r, i])
        blocks.setdefault(b if b >= 0 else -1 - i, []).append(i)
    return sorted(blocks.values(), key=lambda unit: (float(chance[unit[0]]), unit[0]))


def common(a: Arrays, unit: list[int]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Channels that all of them follow, tables at which all may sit."""
    return np.logical_and.reduce(a.speaks[unit]), np.logical_and.reduce(a.allowed[unit])


def sitting_of(
    a: Arrays, r: int, chance: NDArray[np.float64]
) -> tuple[NDArray[np.int16] | None, bool]:
    """Tables by delegate, or None; and whether it is proven that there is no such sitting."""
    tables = np.flatnonzero(a.size[r] > 0)
    q, n_channels = len(tables), a.speaks.shape[1]
    kinds: dict[tuple[bytes, bytes, int, int], list[list[int]]] = {}
    for unit in units_of(a, r, chance):
        follows, may = common(a, unit)
        key = (follows.tobytes(), may.tobytes(), int(a.fixed[r, unit].max()), len(unit))
        kinds.setdefault(key, []).append(unit)
    n_x, n_y = len(kinds) * q, q * n_channels
    high = np.ones(n_x + n_y)
    low = np.zeros(n_x + n_y)
    high[n_x:] = a.channel[tables].ravel()
    rows: list[tuple[list[int], list[float], float, float]] = []
    for k, ((_, _, fixed, length), units) in enumerate(kinds.items()):
        speaks, fits = common(a, units[0])
        mine = [k * q + t for t in range(q)]
        rows.append((mine, [1.0] * q, len(units), len(units)))
        for t, table in enumerate(tables.tolist()):
            most = min(len(units), int(a.size[r, table]) // length)
            if not fits[table] or fixed not in (-1, table):
                most = 0
            high[k * q + t] = most
            if most and not speaks.all():
                spoken = [n_x + t * n_channels + c for c in np.flatnonzero(speaks)]
                rows.append(([k * q + t, *spoken], [1.0] + [-most] * len(spoken), -np.inf, 0))
    for t, table in enumerate(tables.tolist()):
        size = int(a.size[r, table])
        seats = [(k * q + t, float(length)) for k, (_, _, _, length) in enumerate(kinds)]
        rows.append(([c for c, _ in seats], [v for _, v in seats], size, size))
        rows.append(
            ([n_x + t * n_channels + c for c in range(n_channels)], [1.0] * n_channels, 1, 1)
        )
    at = np.concatenate([np.full(len(cols), k) for k, (cols, _, _, _) in enumerate(rows)])
    column = np.concatenate([np.array(cols, dtype=np.int64) for cols, _, _, _ in rows])
    entry = np.concatenate([np.array(data) for _, data, _, _ in rows])
    matrix = coo_matrix((entry, (at, column)), shape=(len(rows), n_x + n_y)).tocsr()
    taste = np.zeros(n_x + n_y)
    taste[n_x:] = CAPRICE * np.resize(chance, n_y)
    done = milp(
        taste,
        constraints=LinearConstraint(matrix, [x[2] for x in rows], [x[3] for x in rows]),
        integrality=np.ones(n_x + n_y, dtype=np.int64),
        bounds=Box(low, high),
        options={"node_limit": MAX_NODES, "mip_rel_gap": 0.5},
    )
    if done.x is None:
        return None, done.status == 2
    table_of = np.full(a.present.shape[1], -1, dtype=np.int16)
    held = np.rint(done.x[:n_x]).astype(np.int64).reshape(len(kinds), q)
    for row, units in zip(held, kinds.values(), strict=True):
        # Units are in an order drawn by lot, so each of a kind is as likely at any table.
        for unit, table in zip(units, np.repeat(tables, row).tolist(), strict=True):
            table_of[unit] = table
    return table_of, False
