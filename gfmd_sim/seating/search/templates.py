"""Plans in which nobody meets twice, made by arithmetic.

A delegate is a label (row i, column x). In sitting r he sits at table x + d[r, i], where for any two
rows the differences d[r, i] - d[r, j] are all different: a difference array, Bose and Bush 1952,
Ann. Math. Stat. 23:508. Over a field d[r, i] is a product; over the integers modulo q it is found by a
short search. Rows never meet, so they can be seated as further sittings: the last class of an affine
plane. Kirkman's schoolgirls (1850) are the lines of PG(3, 2), packed into seven spreads.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.seating.search.problem import Plan
from gfmd_sim.streams import Decision, Streams

_FIELDS: dict[int, tuple[int, tuple[int, ...]]] = {
    4: (2, (1, 1, 1)),
    8: (2, (1, 1, 0, 1)),
    9: (3, (2, 1, 1)),
    16: (2, (1, 1, 0, 0, 1)),
    25: (5, (2, 1, 1)),
    27: (3, (1, 2, 0, 1)),
}
"""Prime and irreducible polynomial (constant term first) of the small fields."""


def is_prime(q: int) -> bool:
    """Whether q is prime."""
    return q > 1 and all(q % d for d in range(2, int(q**0.5) + 1))


@cache
def field_tables(q: int) -> tuple[NDArray[np.int64], NDArray[np.int64]] | None:
    """Addition and multiplication of the field with q elements, or None if it is not known."""
    numbers = np.arange(q)
    if is_prime(q):
        return (numbers[:, None] + numbers) % q, (numbers[:, None] * numbers) % q
    if q not in _FIELDS:
        return None
    p, poly = _FIELDS[q]
    m = len(poly) - 1
    digits = np.array([[x // p**k % p for k in range(m)] for x in range(q)])
    powers = p ** np.arange(m)
    plus = ((digits[:, None] + digits) % p) @ powers
    times = np.zeros((q, q), dtype=np.int64)
    for x in range(q):
        for y in range(q):
            product = np.convolve(digits[x], digits[y])
            for top in range(2 * m - 2, m - 1, -1):
                product[top - m : top + 1] -= product[top] * np.array(poly)
            times[x, y] = (product[:m] % p) @ powers
    return plus, times


def _field_differences(q: int, rows: int, sittings: int) -> NDArray[np.int64] | None:
    tables = field_tables(q)
    if tables is None or rows > q or sittings > q:
        return None
    return tables[1][:sittings, :rows]


@cache
def _found_differences(q: int, rows: int, sittings: int) -> NDArray[np.int64] | None:
    """A difference array modulo q by randomised depth-first search, column by column."""
    if sittings > q:
        return None
    for attempt in range(400):
        luck = Streams(attempt).uniform(
            Decision.SEAT_SEARCH, np.arange(rows, dtype=np.uint32), q, sitting=1
        )
        columns: list[list[int]] = [[0] * sittings]
        budget = 3000
        while len(columns) < rows:
            order = np.argsort(luck[len(columns)]).tolist()
            taken: list[set[int]] = [set() for _ in columns]
            column: list[int] = []
            tried = [iter([0])]
            while tried and len(column) < sittings and budget > 0:
                budget -= 1
                r = len(column)
                for v in tried[-1]:
                    if all(
                        (v - c[r]) % q not in seen for c, seen in zip(columns, taken, strict=False)
                    ):
                        for c, seen in zip(columns, taken, strict=False):
                            seen.add((v - c[r]) % q)
                        column.append(v)
                        shift = (7 * r + 3 * attempt) % q
                        tried.append(iter(order[shift:] + order[:shift]))
                        break
                else:
                    tried.pop()
                    if column:
                        v = column.pop()
                        for c, seen in zip(columns, taken, strict=False):
                            seen.discard((v - c[len(column)]) % q)
            if len(column) < sittings:
                break
            columns.append(column)
        if len(columns) == rows:
            return np.array(columns).T
    return None


def kirkman() -> Plan:
    """Fifteen at five tables of three over seven sittings, every pair once; shape (7, 15)."""
    lines = [(x, y, x ^ y) for x, y in combinations(range(1, 16), 2) if y < x ^ y]

    def spreads(left: frozenset[int]) -> Iterator[list[tuple[int, int, int]]]:
        if not left:
            yield []
            return
        first = min(left)
        for line in lines:
            if line[0] == first and set(line) <= left:
                for rest in spreads(left - set(line)):
                    yield [line, *rest]

    every = list(spreads(frozenset(range(1, 16))))

    def pack(chosen: list[list[tuple[int, int, int]]], used: set[tuple[int, int, int]]) -> bool:
        if len(chosen) == 7:
            return True
        first = next(line for line in lines if line not in used)
        for spread in every:
            if first in spread and not used & set(spread):
                chosen.append(spread)
                if pack(chosen, used | set(spread)):
                    return True
                chosen.pop()
        return False

    found: list[list[tuple[int, int, int]]] = []
    pack(found, set())
    plan = np.zeros((7, 15), dtype=np.int16)
    for r, spread in enumerate(found):
        for t, line in enumerate(spread):
            plan[r, [point - 1 for point in line]] = t
    return plan


def plane_and_one(q: int) -> Plan | None:
    """An affine plane of order q and one more, who sits with the same point in every sitting.

    The lines through a point hold all points, so everybody meets everybody.
    """
    plane = template((q,) * q, q + 1)
    if plane is None:
        return None
    plan = np.hstack([plane, plane[:, :1]])
    for row in plan:
        shared = row[0]
        row[:] = np.where(row == shared, 0, np.where(row == 0, shared, row))
    return plan


def template(sizes: tuple[int, ...], sittings: int) -> Plan | None:
    """A plan of labels without a repeat that could be spared, shape (sittings, n), or None if none is
    known here.

    Sizes may differ by one; larger tables come first, as in :func:`default_table_sizes`, in the plan
    that is returned. Labels of row 0 keep their table in all sittings if all sizes are equal.
    """
    q, rows, n = len(sizes), max(sizes), sum(sizes)
    if q == 5 and rows == 3 and n == 15 and 6 <= sittings <= 7:
        return kirkman()[:sittings]
    if n == q * q + 1 and rows == q + 1 and sittings == q + 1:
        return plane_and_one(q)
    if rows - min(sizes) > 1 or rows < 2:
        return None
    # Whole rows as tables: one sitting more, where rows divide into tables; one may be missing.
    extra = 1 if n >= q * rows - 1 and q % rows == 0 and sittings > q else 0
    within = sittings - extra
    field = field_tables(q)
    d = _field_differences(q, rows, within)
    if d is not None and field is not None:
        plus = field[0]
    else:
        d = _found_differences(q, rows, within)
        plus = (np.arange(q)[:, None] + np.arange(q)) % q
    if d is None:
        return None
    row = np.repeat(np.arange(rows), q)[:n]
    column = np.tile(np.arange(q), rows)[:n]
    plan = np.zeros((sittings, n), dtype=np.int16)
    for r in range(within):
        at = plus[column, d[r, row]]
        if n < q * rows:
            held = np.bincount(at, minlength=q)
            rank = np.empty(q, dtype=np.int64)
            rank[np.argsort(-held, kind="stable")] = np.argsort(-np.array(sizes), kind="stable")
            at = rank[at]
        plan[r] = at
    if extra:
        plan[-1] = row * (q // rows) + column // rows
    return plan
