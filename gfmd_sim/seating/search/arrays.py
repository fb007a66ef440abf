"""A request as plain arrays, as the kernels take it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.seating.search.problem import (
    WEIGHT_UNIT,
    BoolArray,
    IntArray,
    SeatingProblem,
    merge,
)


@dataclass(frozen=True)
class Arrays:
    """A problem as the kernels take it. T sittings, n delegates, q tables, V values, B blocks.

    Unknown values share index V, which costs nothing. A block is a together group in one sitting;
    single delegates have none (-1).
    """

    present: BoolArray  # (T, n)
    size: NDArray[np.int16]  # (T, q), 0 where a sitting has fewer tables
    value: NDArray[np.int16]  # (n, A)
    low: NDArray[np.int16]  # (T, q, V) floor of the fair share
    high: NDArray[np.int16]  # (T, q, V) ceiling
    unit: IntArray  # (V,) weight of one seat of excess, in thousandths
    kind: NDArray[np.uint8]  # (n, n): 0 counts, 1 apart, 2 tied, 3 does not count
    fixed: NDArray[np.int16]  # (T, n) table, -1 free
    allowed: BoolArray  # (n, q)
    block: NDArray[np.int32]  # (T, n), -1 single
    member: NDArray[np.int32]  # (B, longest) delegates of each block, -1 beyond its length
    length: NDArray[np.int32]  # (T, B) members present
    speaks: BoolArray  # (n, C) can take part in a table that works in channel c
    channel: BoolArray  # (q, C) where a channel is to be had


def fixed_tables(problem: SeatingProblem, blocks: Sequence[Sequence[int]]) -> NDArray[np.int16]:
    """Table each delegate must have, through his block too, shape (T, n), -1 where free."""
    there = problem.attendance()
    fixed = np.full((problem.n_sittings, problem.n), -1, dtype=np.int16)
    for seat in problem.seats():
        rows = range(problem.n_sittings) if seat.sitting is None else (seat.sitting,)
        for r in rows:
            if there[r, seat.delegate]:
                fixed[r, seat.delegate] = seat.table
    for members in blocks:
        for r in range(problem.n_sittings):
            known = fixed[r, members].max()
            if known >= 0:
                here = [i for i in members if there[r, i]]
                fixed[r, here] = known
    return fixed


def channels(problem: SeatingProblem) -> tuple[BoolArray, BoolArray]:
    """Who can follow which channel, and which tables have it: (n, C) and (q, C).

    A channel is a language (to be had everywhere) or an interpreter's set of languages. Where one
    serves everybody at every table, languages restrict nothing, and there are none.
    """
    n, q = problem.n, problem.n_tables
    if not problem.languages:
        return np.zeros((n, 0), dtype=np.bool_), np.zeros((q, 0), dtype=np.bool_)
    known = sorted({word for spoken in problem.languages for word in spoken})
    sets = {frozenset([word]) for word in known}
    sets |= {frozenset(s) for rows in problem.interpreters.values() for s in rows}
    order = sorted(sets, key=sorted)
    speaks = np.array(
        [[not spoken or bool(spoken & s) for s in order] for spoken in problem.languages],
        dtype=np.bool_,
    ).reshape(n, len(order))
    have = np.zeros((q, len(order)), dtype=np.bool_)
    for c, s in enumerate(order):
        for t in range(q):
            at_table = [frozenset(x) for x in problem.interpreters.get(t, ())]
            have[t, c] = len(s) == 1 or s in at_table
    if (speaks.all(axis=0) & have.all(axis=0)).any():
        return speaks[:, :0], have[:, :0]
    return speaks, have


def compile_problem(problem: SeatingProblem) -> Arrays:
    """The problem as arrays; call :func:`validate` first."""
    n, sittings, q = problem.n, problem.n_sittings, problem.n_tables
    there = problem.attendance()
    size = np.zeros((sittings, q), dtype=np.int16)
    for r, sizes in enumerate(problem.table_sizes):
        size[r, : len(sizes)] = sizes

    values: list[tuple[str, str]] = []
    weighed = [a for a in problem.attributes if problem.weights.get(a, 1.0) > 0]
    index = np.zeros((n, len(weighed)), dtype=np.int16)
    for column, attribute in enumerate(weighed):
        for value in sorted({v for v in problem.attributes[attribute] if v}):
            mine = [v == value for v in problem.attributes[attribute]]
            index[mine, column] = len(values)
            values.append((attribute, value))
    for column, attribute in enumerate(weighed):
        index[[not v for v in problem.attributes[attribute]], column] = len(values)
    unit = np.array(
        [round(problem.weights.get(a, 1.0) * WEIGHT_UNIT) for a, _ in values], dtype=np.int64
    )
    held = np.zeros((sittings, len(values) + 1), dtype=np.int64)
    for column in range(len(weighed)):
        for r in range(sittings):
            held[r] += np.bincount(index[there[r], column], minlength=len(values) + 1)
    seats = np.maximum(there.sum(axis=1), 1)[:, None, None]
    share = held[:, None, :-1] * size[:, :, None].astype(np.int64)
    low = share // seats
    high = -(-share // seats)

    blocks = merge(problem.together, n)
    kind = np.zeros((n, n), dtype=np.uint8)
    if problem.encounters.across is not None:
        label = np.unique(
            np.array(problem.attributes[problem.encounters.across]), return_inverse=True
        )[1]
        kind[label[:, None] == label[None, :]] = 3
    for members in blocks:
        kind[np.ix_(members, members)] = 2
    for group in problem.apart:
        kind[np.ix_(list(group), list(group))] = 1
    np.fill_diagonal(kind, 2)

    longest = max([len(b) for b in blocks], default=1)
    member = np.full((max(len(blocks), 1), longest), -1, dtype=np.int32)
    length = np.zeros((sittings, max(len(blocks), 1)), dtype=np.int32)
    block = np.full((sittings, n), -1, dtype=np.int32)
    for b, members in enumerate(blocks):
        member[b, : len(members)] = members
        for r in range(sittings):
            here = [i for i in members if there[r, i]]
            length[r, b] = len(here)
            if len(here) > 1:
                block[r, here] = b

    allowed = np.ones((n, q), dtype=np.bool_)
    for i, wanted in problem.needs.items():
        for t in range(q):
            allowed[i, t] = wanted <= problem.features.get(t, frozenset())
    speaks, channel = channels(problem)
    return Arrays(
        present=there,
        size=size,
        value=index,
        low=low.astype(np.int16),
        high=high.astype(np.int16),
        unit=unit,
        kind=kind,
        fixed=fixed_tables(problem, blocks),
        allowed=allowed,
        block=block,
        member=member,
        length=length,
        speaks=speaks,
        channel=channel,
    )
