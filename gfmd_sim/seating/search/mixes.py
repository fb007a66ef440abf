"""A sharper bound for short lists: what balanced tables can be made of.

Delegates with the same values are of one profile. On a short list few mixes of profiles balance a
table, and they let some pairs of profiles meet more often than they have pairs. The bound is the linear
programme over all mixes: how many tables of each mix, so that every delegate sits at every sitting
and as many distinct pairs meet as can be. It is solved by adding mixes as they pay (Gilmore and Gomory
1961, "A linear programming approach to the cutting-stock problem", Oper. Res. 9:849). The value is
worked out from the prices over every mix, so it holds however roughly they were found.
"""

from __future__ import annotations

from math import floor, inf
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_matrix, hstack, identity

from gfmd_sim.compiled import compiled
from gfmd_sim.seating.search.arrays import Arrays
from gfmd_sim.seating.search.problem import IntArray

MAX_MIXES = 4000
"""With more mixes than that the programme takes seconds, and hardly forbids anything."""
MAX_TRIED = 4_000_000
"""Steps of the enumeration at most."""
ROUNDS = 60
PAYING = 200
"""Mixes added in a round."""
PAYS = 1e-7
"""What a mix must gain to be added."""
MISSING = 20.0
"""Price of a seat without its delegate while the programme has too few mixes."""
Floats = NDArray[np.float64]


class Mixes(NamedTuple):
    """Every balanced mix. K profiles, N mixes, S sorts of table (size and shares alike)."""

    mix: IntArray  # (N, K) delegates of each profile
    sort: IntArray  # (N,)
    tables: IntArray  # (S,) tables of each sort, over all sittings
    seats: IntArray  # (K,) seats each profile takes, over all sittings
    profile: IntArray  # (n,) profile of each delegate


@compiled
def list_mixes(
    value: NDArray[np.int16],
    count: IntArray,
    low: NDArray[np.int16],
    high: NDArray[np.int16],
    size: int,
    max_tried: int,
    out: NDArray[np.int8],
) -> int:
    """Fill ``out`` with the mixes that make a balanced table; their number, -1 if too many.

    ``value`` is (K, A), ``count`` (K,); a value beyond ``low`` is unknown and counts nowhere.
    """
    n_profiles, n_values = len(count), len(low)
    after = np.zeros((n_profiles + 1, n_values + 1), dtype=np.int64)  # holders from here on
    room = np.zeros(n_profiles + 1, dtype=np.int64)
    for k in range(n_profiles - 1, -1, -1):
        after[k] = after[k + 1]
        room[k] = room[k + 1] + count[k]
        for v in value[k]:
            after[k, v] += count[k]
    held = np.zeros(n_values + 1, dtype=np.int64)
    x = np.zeros(n_profiles, dtype=np.int64)
    left, at, found = size, 0, 0
    x[0] = -1
    for _ in range(max_tried):
        if at < 0:
            return found
        x[at] += 1
        full = x[at] > count[at]
        if x[at] > 0:
            left -= 1
            for v in value[at]:
                held[v] += 1
                full = full or (v < n_values and held[v] > high[v])
        if full or left < 0:
            for v in value[at]:
                held[v] -= x[at]
            left += x[at]
            x[at] = 0
            at -= 1
            continue
        hopeful = room[at + 1] >= left
        for v in range(n_values):
            short = low[v] - held[v]
            hopeful = hopeful and short <= left and short <= after[at + 1, v]
        if not hopeful:
            continue
        if left == 0:
            if found == len(out):
                return -1
            for k in range(n_profiles):
                out[found, k] = x[k]
            found += 1
        elif at + 1 < n_profiles:
            at += 1
            x[at] = -1
    return -1


def balanced_mixes(a: Arrays) -> Mixes | None:
    """All of them, or None if they are too many."""
    on = a.size > 0
    shares = np.concatenate([a.size[on][:, None], a.low[on], a.high[on]], axis=1)
    sorts, tables = np.unique(shares, axis=0, return_counts=True)
    profiles, profile = np.unique(a.value, axis=0, return_inverse=True)
    profile = profile.ravel()
    count = np.bincount(profile)
    seats = np.bincount(profile, weights=a.present.sum(axis=0)).astype(np.int64)
    n_values = a.low.shape[2]
    mixes, kinds = [], []
    for k, row in enumerate(sorts):
        out = np.zeros((MAX_MIXES, len(count)), dtype=np.int8)
        low, high = row[1 : 1 + n_values], row[1 + n_values :]
        found = list_mixes(profiles, count, low, high, int(row[0]), MAX_TRIED, out)
        if found <= 0:
            return None
        mixes.append(out[:found].astype(np.int64))
        kinds.append(np.full(found, k))
    if sum(len(m) for m in mixes) > MAX_MIXES:
        return None
    return Mixes(np.concatenate(mixes), np.concatenate(kinds), tables, seats, profile)


def mix_bound(a: Arrays, may: NDArray[np.bool_], stop_at: int) -> int | None:
    """Distinct pairs at most if every table is balanced; None where there are too many mixes.

    ``may`` holds the pairs that count and may meet, shape (n, n). The work ends once it is clear
    that the bound will not fall below ``stop_at``.
    """
    m = balanced_mixes(a)
    if m is None:
        return None
    n_profiles = m.mix.shape[1]
    member = np.zeros((len(m.profile), n_profiles))
    member[np.arange(len(m.profile)), m.profile] = 1
    cap = member.T @ may @ member
    np.fill_diagonal(cap, np.diag(cap) / 2)
    one, other = np.triu_indices(n_profiles)
    cap = cap[one, other]
    chosen = np.zeros(len(m.mix), dtype=np.bool_)
    chosen[:: max(1, len(m.mix) // (4 * n_profiles))] = True
    chosen[np.unique(m.sort, return_index=True)[1]] = True
    least, reached = inf, -inf
    for _ in range(ROUNDS):
        reached, price, wage = programme(m, np.flatnonzero(chosen), cap, one, other)
        if reached >= stop_at - 1e-6:
            break
        value, gain = worth(m, cap, one, other, price, wage)
        known = np.array([gain[chosen & (m.sort == k)].max() for k in range(len(m.tables))])
        paid = gain - known[m.sort]
        least = min(least, value)
        if not (paid > PAYS).any() or (least + 1e-6) // 1 == (reached + 1e-6) // 1:
            break
        best = np.argsort(-paid)[:PAYING]
        chosen[best[paid[best] > PAYS]] = True
    return floor(least + 1e-6) if np.isfinite(least) and np.isfinite(reached) else None


def programme(
    m: Mixes, chosen: IntArray, cap: Floats, one: IntArray, other: IntArray
) -> tuple[float, Floats, Floats]:
    """The programme over some mixes: pairs reached, price of a meeting, wage of each profile.

    Seats may stay empty at a high price, so there is a solution; pairs reached are -inf then.
    """
    x = m.mix[chosen].astype(np.float64)
    n_mixes, n_profiles = x.shape
    n_pairs, n_sorts = len(cap), len(m.tables)
    meetings = (x[:, one] * x[:, other] - (one == other) * x[:, one]) / (1 + (one == other))
    sort = (m.sort[chosen][None, :] == np.arange(n_sorts)[:, None]).astype(np.float64)
    # Variables: tables of each mix, pairs reached, empty seats, seats too many.
    idle = csr_matrix((n_pairs, 2 * n_profiles))
    reach = hstack([csr_matrix(-meetings.T), identity(n_pairs), idle])
    filled = hstack(
        [
            csr_matrix(x.T),
            csr_matrix((n_profiles, n_pairs)),
            identity(n_profiles),
            -identity(n_profiles),
        ]
    )
    counted = hstack([csr_matrix(sort), csr_matrix((n_sorts, n_pairs + 2 * n_profiles))])
    most = np.concatenate([np.full(n_mixes, inf), cap, np.full(2 * n_profiles, inf)])
    given: dict[str, Any] = {
        "A_ub": csr_matrix(reach),
        "b_ub": np.zeros(n_pairs),
        "A_eq": csr_matrix(np.vstack([filled.toarray(), counted.toarray()])),
        "b_eq": np.concatenate([m.seats, m.tables]),
        "bounds": np.stack([np.zeros(len(most)), most], axis=1),
    }
    cost = np.concatenate([np.zeros(n_mixes), -np.ones(n_pairs), np.full(2 * n_profiles, MISSING)])
    done = linprog(cost, method="highs", **given)
    if done.x is None:
        return -inf, np.zeros(n_pairs), np.zeros(n_profiles)
    is_whole = done.x[n_mixes + n_pairs :].sum() < 1e-7
    reached = float(-(cost @ done.x)) if is_whole else -inf
    price = np.clip(-done.ineqlin.marginals, 0.0, 1.0)
    return reached, price, -done.eqlin.marginals[:n_profiles]


def worth(
    m: Mixes, cap: Floats, one: IntArray, other: IntArray, price: Floats, wage: Floats
) -> tuple[float, Floats]:
    """The bound that these prices prove, and what a table of each mix gains at them.

    min(pairs, meetings) is at most price * meetings + (1 - price) * pairs for any price from 0 to 1;
    wages may be any numbers, since the seats that each profile takes are known.
    """
    n_profiles = m.mix.shape[1]
    by_pair = np.zeros((n_profiles, n_profiles))
    by_pair[one, other] = price
    by_pair[other, one] = price
    x = m.mix.astype(np.float64)
    gain = (((x @ by_pair) * x).sum(axis=1) - x @ np.diag(by_pair)) / 2 - x @ wage
    most = np.array([gain[m.sort == k].max() for k in range(len(m.tables))])
    value = float(((1 - price) * cap).sum() + m.seats @ wage + m.tables @ most)
    return value, gain
