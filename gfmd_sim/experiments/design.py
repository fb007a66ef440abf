"""Designs to compare, and the plan of a sweep's runs.

A design is a scenario with levers set. A plan is the list of runs of a sweep: which design, in
which world (uncertainties set, shared by all designs), with which replicate (luck).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.errors import Sentence, UserError
from gfmd_sim.experiments.factors import Choice, Factor, Range, check_distinct, check_path
from gfmd_sim.experiments.order import Crossed, Joined, Order, replicates_of
from gfmd_sim.experiments.simulator import JSON, canonical, canonical_text
from gfmd_sim.experiments.typed import parse_setting, parse_vary
from gfmd_sim.experiments.worlds import NO_WORLD, draw_worlds, draws, paths_of, settled

__all__ = [
    "Choice",
    "Design",
    "Factor",
    "Plan",
    "Range",
    "cross",
    "crossed",
    "designs",
    "draw_worlds",
    "parse_setting",
    "parse_vary",
    "uniforms",
]

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]

_LABEL_LIMIT = 120


@dataclass(frozen=True)
class Design:
    """A scenario with levers set, one of those compared.

    Attributes
    ----------
    label
        What tables and plots call it.
    levers
        Parameter path -> value, in canonical form (see ``simulator.canonical``); empty for the
        scenario as it stands.
    """

    label: str
    levers: Mapping[str, JSON] = field(default_factory=dict)

    def __post_init__(self) -> None:
        levers = canonical(self.levers)
        assert isinstance(levers, dict)
        for path in levers:
            check_path(path)
        object.__setattr__(self, "levers", levers)

    def __hash__(self) -> int:
        return hash((self.label, canonical_text(self.levers)))


def cross(factors: Sequence[Choice], fixed: Mapping[str, JSON] | None = None) -> list[Design]:
    """Every combination of the factors' values, the last factor changing fastest.

    ``fixed`` levers are set in all of them and do not show in the labels.
    """
    check_distinct(factors)
    rows = itertools.product(*(f.values for f in factors))
    return designs([dict(zip((f.path for f in factors), row, strict=True)) for row in rows], fixed)


def designs(
    rows: Iterable[Mapping[str, JSON]], fixed: Mapping[str, JSON] | None = None
) -> list[Design]:
    """A design for each distinct row of levers, labelled by what differs between them."""
    settings = list({canonical_text(row): dict(row) for row in rows}.values())
    names = _short_names([path for row in settings for path in row])
    varied = {
        path
        for path in names
        if len({canonical_text(row[path]) if path in row else "" for row in settings}) > 1
    } or set(names)
    out, seen = [], set()
    for i, row in enumerate(settings):
        shown = {path: row[path] for path in row if path in varied}
        label = _label(shown, names, alone=len(varied) == 1) or "as it stands"
        if label in seen:
            label = f"{label} #{i}"
        seen.add(label)
        out.append(Design(label, {**(fixed or {}), **row}))
    return out


def varied_in(designs: Sequence[Design]) -> tuple[str, ...]:
    """Paths of the parameters in which designs differ, one that not all of them set included."""
    paths = dict.fromkeys(path for d in designs for path in d.levers)
    return tuple(
        path
        for path in paths
        if len({canonical_text(d.levers[path]) if path in d.levers else "" for d in designs}) > 1
    )


def _label(row: Mapping[str, JSON], names: Mapping[str, str], *, alone: bool) -> str:
    def text(value: JSON) -> str:
        if isinstance(value, float):
            return f"{value:.4g}"
        return value if isinstance(value, str) else canonical_text(value)

    if alone:
        whole = ", ".join(text(v) for v in row.values())
    else:
        whole = ", ".join(f"{names[path]}={text(v)}" for path, v in row.items())
    return whole if len(whole) <= _LABEL_LIMIT else whole[: _LABEL_LIMIT - 1] + "…"


def _short_names(paths: Iterable[str]) -> dict[str, str]:
    """Each path's last word, or the whole path where two would share it."""
    distinct = list(dict.fromkeys(paths))
    last = [p.rsplit(".", 1)[-1] for p in distinct]
    return {
        p: (name if last.count(name) == 1 else p) for p, name in zip(distinct, last, strict=True)
    }


@dataclass(frozen=True)
class Plan:
    """The runs of a sweep, told without a list of them.

    Attributes
    ----------
    designs, worlds
        What is set: levers, and uncertainties (one empty world where none are drawn).
    order
        Which design meets which replicate in which world, run by run. A run sets its design's
        levers, and its world's on top, and uses the luck of its replicate.
    sampler, factors
        How the designs were chosen; for ``sobol`` and ``morris`` the analysis needs the order.
    unit
        The points in the unit cube, shape (n_points, n_factors + 1) with luck as the last column,
        for ``sobol`` and ``morris``; else None.
    """

    designs: tuple[Design, ...]
    order: Order
    worlds: Sequence[Mapping[str, JSON]] = NO_WORLD
    sampler: str = "list"
    factors: tuple[Factor, ...] = ()
    unit: FloatArray | None = None

    def __post_init__(self) -> None:
        clash = set(paths_of(self.worlds)) & {p for d in self.designs for p in d.levers}
        if clash and not isinstance(self.order, Joined):
            raise UserError(
                "a parameter is both a lever of the designs and drawn as an uncertainty",
                key=min(clash),
                remedy="set it in one of the two",
            )
        labels = [d.label for d in self.designs]
        if len(set(labels)) != len(labels):
            twice = next(x for x in labels if labels.count(x) > 1)
            raise UserError("two designs have the same name", given=twice)

    def __len__(self) -> int:
        return len(self.order)

    @cached_property
    def _columns(self) -> tuple[IntArray, IntArray, IntArray]:
        return self.order.at(np.arange(len(self)))

    @property
    def design(self) -> IntArray:
        """Of each run, shape (n_runs,); as ``world`` and ``replicate``, for what fits in memory."""
        return self._columns[0]

    @property
    def world(self) -> IntArray:
        """Of each run, shape (n_runs,)."""
        return self._columns[1]

    @property
    def replicate(self) -> IntArray:
        """Of each run, shape (n_runs,)."""
        return self._columns[2]


def crossed(
    designs: Sequence[Design],
    replicates: int | Sequence[int],
    worlds: Sequence[Mapping[str, JSON]] = (),
    per_world: int = 1,
) -> Plan:
    """Each design with each replicate; replicate ``r`` lives in world ``r // per_world``.

    ``replicates`` is a number, or the indices themselves. All designs of a replicate come
    together, so that a sweep stopped half-way is a fair comparison on fewer replicates.
    """
    index = replicates_of(replicates)
    if not len(index) or not len(designs):
        raise UserError(
            "nothing to run",
            given=Sentence(
                "{designs} designs, {replicates} replicates",
                designs=len(designs),
                replicates=len(index),
            ),
        )
    if len(worlds) and max(index) >= len(worlds) * per_world:
        raise UserError(
            "not enough worlds for these replicates",
            given=Sentence(
                "{worlds} worlds, {replicates} replicates each",
                worlds=len(worlds),
                replicates=per_world,
            ),
            allowed=Sentence("at least {n} worlds", n=-(-(max(index) + 1) // per_world)),
        )
    order = Crossed(len(designs), index, per_world if len(worlds) else 0)
    return Plan(tuple(designs), order, settled(worlds))


def uniforms(n: int, d: int, seed: int, sitting: int = 0) -> FloatArray:
    """Uniforms of ``n`` points in ``d`` dimensions, shape (n, d); a point does not depend on n."""
    return draws(np.arange(n), d, seed, sitting)
