"""Which points of the factors' space a sweep visits: grid, list, hypercube, Sobol, Morris."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np

from gfmd_sim.errors import Sentence, UserError, did_you_mean, nearest
from gfmd_sim.experiments.design import (
    Design,
    FloatArray,
    IntArray,
    Plan,
    cross,
    crossed,
    designs,
    uniforms,
)
from gfmd_sim.experiments.factors import Choice, Factor, Range, check_distinct
from gfmd_sim.experiments.order import Listed
from gfmd_sim.experiments.simulator import JSON, canonical_text
from gfmd_sim.streams import Decision, Streams

DRAWN = ("lhs", "sobol", "morris")
SAMPLERS = ("grid", "list", "zip", *DRAWN)


def sample(
    factors: Sequence[Factor],
    sampler: Literal["grid", "list", "zip", "lhs", "sobol", "morris"] | str,
    n: int,
    *,
    replicates: int = 1,
    seed: int = 0,
    fixed: Mapping[str, JSON] | None = None,
) -> Plan:
    """The plan of a sweep over ``factors``.

    Parameters
    ----------
    sampler
        ``grid``: every combination, ``n`` levels of each range. ``list`` and ``zip``: the first
        values of all factors together, then the second, and so on. ``lhs``: ``n`` points of a
        Latin hypercube. ``sobol``: ``n`` blocks of Saltelli's scheme (n a power of 2; a block is
        n_factors + 3 points). ``morris``: ``n`` trajectories of n_factors + 2 points.
    replicates
        Runs of each design for ``grid``, ``list``, ``zip`` and ``lhs``. In ``sobol`` and
        ``morris`` luck is a factor of its own, and the number of blocks is what is raised.

    Sources
    -------
    Saltelli et al. 2010, Comput. Phys. Commun. 181:259; Morris 1991, Technometrics 33:161; luck as
    a factor: one replicate per block, changed in the block's luck point only.
    """
    check_sampling(factors, sampler, n, replicates)
    if sampler == "grid":
        levels = [f if isinstance(f, Choice) else Choice(f.path, f.levels(n)) for f in factors]
        return _named(crossed(cross(levels, fixed), replicates), "grid", factors)
    if sampler in ("list", "zip"):
        return _named(crossed(zipped(factors, fixed), replicates), sampler, factors)
    if sampler == "lhs":
        rows = _rows(factors, latin_hypercube(n, len(factors), seed))
        return _named(crossed(designs(rows, fixed), replicates), "lhs", factors)
    if sampler == "sobol":
        return _by_points(factors, *_saltelli(len(factors), n, seed), fixed, "sobol")
    return _by_points(factors, *_trajectories(len(factors), n, seed), fixed, "morris")


def check_sampling(factors: Sequence[Factor], sampler: str, n: int, replicates: int) -> None:
    """Raise a UserError for what :func:`sample` could not sample; no point is drawn."""
    check_distinct(factors)
    if not factors:
        raise UserError("nothing to vary", remedy="name at least one --vary")
    if n < 1:
        raise UserError("the number of samples must be at least 1", given=n)
    if replicates > 1 and sampler in ("sobol", "morris"):
        raise UserError(
            Sentence("{sampler} takes no replicates: luck is one of its factors", sampler=sampler),
            given=replicates,
            remedy="raise --samples instead",
        )
    if sampler not in SAMPLERS:
        near = nearest(sampler, SAMPLERS)
        raise UserError(
            "unknown sampler", given=sampler, allowed=", ".join(SAMPLERS),
            remedy=did_you_mean(near),
        )  # fmt: skip
    if sampler == "sobol" and n & (n - 1):
        raise UserError(
            "sobol takes a power of 2 as the number of samples",
            given=n,
            allowed=Sentence(
                "{less} or {more}", less=2 ** int(math.log2(n)), more=2 ** (int(math.log2(n)) + 1)
            ),
        )


def zipped(factors: Sequence[Factor], fixed: Mapping[str, JSON] | None = None) -> list[Design]:
    """The factors' values side by side: a row of a table of designs each."""
    lengths = {}
    for f in factors:
        if isinstance(f, Range):
            raise UserError(
                "a range has no list of values", key=f.path, remedy="give lo:hi:step or a,b,c"
            )
        lengths[f.path] = len(f.values)
    if len(set(lengths.values())) > 1:
        raise UserError(
            "the lists are not equally long",
            given=", ".join(f"{p}: {k}" for p, k in lengths.items()),
            allowed="as many values for each: the first ones are a design, the second ones, ...",
            remedy="add values, or take --sampler grid for all combinations",
        )
    columns = [f.values for f in factors if isinstance(f, Choice)]
    rows = [
        dict(zip((f.path for f in factors), row, strict=True)) for row in zip(*columns, strict=True)
    ]
    return designs(rows, fixed)


def latin_hypercube(n: int, d: int, seed: int = 0) -> FloatArray:
    """``n`` points, one in each of ``n`` strata of every axis (McKay et al. 1979), shape (n, d)."""
    order = np.argsort(uniforms(n, d, seed, sitting=1), axis=0)
    return (order + uniforms(n, d, seed, sitting=2)) / n


def _saltelli(d: int, n: int, seed: int) -> tuple[FloatArray, IntArray]:
    """Points A, AB_1 .. AB_d, AB_luck, B of each block, shape (n (d + 3), d), and replicates."""
    from scipy.stats import qmc  # half a second to import

    base = qmc.Sobol(2 * d, scramble=True, rng=_library_seed(seed)).random(n)
    a, b = base[:, :d], base[:, d:]
    points = np.repeat(a[:, None, :], d + 3, axis=1)
    for i in range(d):
        points[:, 1 + i, i] = b[:, i]
    points[:, d + 2, :] = b
    replicate = np.repeat(2 * np.arange(n, dtype=np.int64)[:, None], d + 3, axis=1)
    replicate[:, d + 1 :] += 1
    return points.reshape(-1, d), replicate.reshape(-1)


def _trajectories(d: int, n: int, seed: int, levels: int = 4) -> tuple[FloatArray, IntArray]:
    """``n`` trajectories of Morris over d factors and luck, shape (n (d + 2), d), and replicates.

    Each step changes one factor by two thirds of its range (delta = levels / (2 (levels - 1)));
    one step changes the luck.
    """
    delta = levels / (2 * (levels - 1))
    u = uniforms(n, 3 * (d + 1), seed, sitting=3)
    points = np.empty((n, d + 2, d))
    replicate = np.empty((n, d + 2), dtype=np.int64)
    for t in range(n):
        start, up, order = u[t, :d], u[t, d + 1 : 2 * d + 1], np.argsort(u[t, 2 * d + 2 :])
        x = np.floor(start * levels / 2) / (levels - 1)  # low enough to take a step up
        sign = np.where(up < 0.5, 1.0, -1.0)
        x = np.where(sign > 0, x, x + delta)
        luck = 2 * t
        points[t, 0], replicate[t, 0] = x, luck
        for step, i in enumerate(order, start=1):
            if i == d:
                luck += 1
            else:
                x = x.copy()
                x[i] += sign[i] * delta
            points[t, step], replicate[t, step] = x, luck
    return np.clip(points.reshape(-1, d), 0.0, 1.0), replicate.reshape(-1)


def _library_seed(seed: int) -> int:
    """A seed for a library's own generator, drawn from ours."""
    u = Streams(seed).uniform_by_numpy(Decision.SAMPLING, np.zeros(1, np.uint32), sitting=4)
    return int(u[0, 0] * 2**32)


def _rows(factors: Sequence[Factor], points: FloatArray) -> list[dict[str, JSON]]:
    return [
        {f.path: f.at(float(u)) for f, u in zip(factors, point, strict=True)} for point in points
    ]


def _named(plan: Plan, sampler: str, factors: Sequence[Factor]) -> Plan:
    return replace(plan, sampler=sampler, factors=tuple(factors))


def _by_points(
    factors: Sequence[Factor],
    points: FloatArray,
    replicate: IntArray,
    fixed: Mapping[str, JSON] | None,
    sampler: str,
) -> Plan:
    """A plan with a run for each point; points with the same levers share a design."""
    rows = _rows(factors, points)
    place: dict[str, int] = {}
    distinct: list[dict[str, JSON]] = []
    index = np.empty(len(rows), dtype=np.int64)
    for i, row in enumerate(rows):
        text = canonical_text(row)
        if text not in place:
            place[text] = len(distinct)
            distinct.append(row)
        index[i] = place[text]
    width = len(str(len(distinct)))
    named = tuple(
        Design(f"{sampler}-{i:0{width}d}", {**(fixed or {}), **row})
        for i, row in enumerate(distinct)
    )
    unit = np.column_stack([points, replicate % 2])
    order = Listed(index, np.zeros_like(replicate), replicate)
    return Plan(named, order, sampler=sampler, factors=tuple(factors), unit=unit)
