"""Plausible worlds, each drawn when it is asked for: a million of them take no room."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, overload

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.experiments.factors import (
    Choice,
    Factor,
    Range,
    check_distinct,
    factor_from_json,
    factor_to_json,
)
from gfmd_sim.experiments.simulator import JSON, canonical
from gfmd_sim.streams import Decision, Streams

IntArray: TypeAlias = NDArray[np.int64]
FloatArray: TypeAlias = NDArray[np.float64]
World: TypeAlias = Mapping[str, JSON]

NO_WORLD: Sequence[World] = ({},)
"""Nothing is drawn: the one world is the scenario's."""


def draws(index: IntArray, d: int, seed: int, sitting: int = 0) -> FloatArray:
    """Uniforms of the points ``index`` in ``d`` dimensions, shape (n, d), each its own."""
    key = np.asarray(index).astype(np.uint32)
    # a plan is made before anything is compiled, and a supervisor has no other use for kernels
    return Streams(seed).uniform_by_numpy(Decision.SAMPLING, key, d, sitting=sitting)


class _Worlds(Sequence[World]):
    """Worlds by number; ``take`` makes many at once for less than one by one."""

    def take(self, index: IntArray) -> list[dict[str, JSON]]:
        raise NotImplementedError

    @overload
    def __getitem__(self, i: int) -> World: ...
    @overload
    def __getitem__(self, i: slice) -> Sequence[World]: ...
    def __getitem__(self, i: int | slice) -> World | Sequence[World]:
        if isinstance(i, slice):
            return self.take(np.arange(*i.indices(len(self))))
        at = i + len(self) if i < 0 else i
        if not 0 <= at < len(self):
            raise IndexError(i)
        return self.take(np.array([at]))[0]

    def __iter__(self) -> Iterator[World]:
        for start in range(0, len(self), 1000):
            yield from self.take(np.arange(start, min(start + 1000, len(self))))


@dataclass(frozen=True)
class DrawnWorlds(_Worlds):
    """``n`` worlds drawn from ranges, and whole from the rows of a table.

    World ``i`` depends on ``i`` and the seed only.

    Attributes
    ----------
    factors
        What is drawn from ranges.
    n, seed
        How many, and of which luck.
    rows
        Path -> values of equally likely rows, one of which each world takes whole (draws of a
        posterior, whose parameters trade off); may be empty.
    """

    factors: tuple[Factor, ...]
    n: int
    seed: int
    rows: Mapping[str, tuple[JSON, ...]]

    def __len__(self) -> int:
        return self.n

    @property
    def paths(self) -> tuple[str, ...]:
        """What a world sets, sorted."""
        return tuple(sorted({f.path for f in self.factors} | set(self.rows)))

    def columns(self, index: IntArray) -> dict[str, list[JSON]]:
        """The values of these worlds, by path."""
        u = draws(index, len(self.factors) + bool(self.rows), self.seed)
        columns: dict[str, list[JSON]] = {}
        if self.rows:
            n_rows = len(next(iter(self.rows.values())))
            which = Range("row", 0, n_rows - 1, integer=True).at_each(u[:, 0])
            columns |= {p: [values[k] for k in which] for p, values in self.rows.items()}  # type: ignore[index]
            u = u[:, 1:]
        columns |= {f.path: f.at_each(u[:, i]) for i, f in enumerate(self.factors)}
        return {p: columns[p] for p in sorted(columns)}

    def take(self, index: IntArray) -> list[dict[str, JSON]]:
        """The worlds of these numbers."""
        return rows_of(self.columns(index), len(index))

    def to_json(self) -> dict[str, Any]:
        """All that the worlds depend on."""
        return {
            "n": self.n,
            "seed": self.seed,
            "factors": [factor_to_json(f) for f in self.factors],
            "rows": {p: list(values) for p, values in self.rows.items()},
        }


def rows_of(columns: Mapping[str, Sequence[JSON]], n: int) -> list[dict[str, JSON]]:
    """Columns of ``n`` values by path as worlds."""
    if not columns:
        return [{} for _ in range(n)]
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


@dataclass(frozen=True)
class JoinedWorlds(_Worlds):
    """Several plans' worlds, one plan's after another's."""

    parts: tuple[Sequence[World], ...]

    def __len__(self) -> int:
        return sum(map(len, self.parts))

    @property
    def paths(self) -> tuple[str, ...]:
        """What any of them sets, sorted."""
        return tuple(sorted({p for part in self.parts for p in paths_of(part)}))

    def take(self, index: IntArray) -> list[dict[str, JSON]]:
        """The worlds of these numbers."""
        starts = np.cumsum([0, *map(len, self.parts)])
        which = np.searchsorted(starts, index, side="right") - 1
        out: list[dict[str, JSON]] = [{}] * len(index)
        for k in np.unique(which).tolist():
            places = np.flatnonzero(which == k)
            found = take(self.parts[k], index[places] - starts[k])
            for place, world in zip(places.tolist(), found, strict=True):
                out[place] = world
        return out


def draw_worlds(
    factors: Sequence[Factor],
    n: int,
    seed: int = 0,
    rows: Mapping[str, Sequence[JSON]] | None = None,
) -> DrawnWorlds:
    """``n`` plausible worlds: uncertainties drawn from their ranges, the same for all designs.

    World ``i`` does not depend on ``n``, so that more can be added later. ``rows`` are drawn
    whole: see :class:`DrawnWorlds`.
    """
    check_distinct(factors)
    table = {p: tuple(map(canonical, values)) for p, values in (rows or {}).items()}
    return DrawnWorlds(tuple(factors), n, seed, table)


def settled(worlds: Sequence[World]) -> Sequence[World]:
    """Worlds in canonical form; none are the scenario's own."""
    if isinstance(worlds, _Worlds):
        return worlds
    return tuple(dict(canonical(w)) for w in worlds) or NO_WORLD  # type: ignore[arg-type]


def take(worlds: Sequence[World], index: IntArray) -> list[dict[str, JSON]]:
    """The worlds of these numbers."""
    if isinstance(worlds, _Worlds):
        return worlds.take(index)
    return [dict(worlds[i]) for i in index.tolist()]


def columns_of(worlds: Sequence[World], index: IntArray) -> dict[str, list[JSON]]:
    """The values of these worlds, by path; None where a world has none."""
    if isinstance(worlds, DrawnWorlds):
        return worlds.columns(index)
    found = take(worlds, index)
    return {p: [w.get(p) for w in found] for p in paths_of(worlds)}


def samples_of(worlds: Sequence[World]) -> Iterator[World]:
    """Worlds, or their like, that have every kind of value which the worlds have."""
    if isinstance(worlds, JoinedWorlds):
        for part in worlds.parts:
            yield from samples_of(part)
    elif isinstance(worlds, DrawnWorlds):
        for f in worlds.factors:
            if isinstance(f, Choice):
                yield from ({f.path: v} for v in f.values)
            else:
                yield {f.path: 0 if f.integer else 0.5}
        for path, values in worlds.rows.items():
            yield from ({path: v} for v in values)
    else:
        yield from worlds


def paths_of(worlds: Sequence[World]) -> tuple[str, ...]:
    """What any of them sets, sorted."""
    if isinstance(worlds, DrawnWorlds | JoinedWorlds):
        return worlds.paths
    return tuple(sorted({p for w in worlds for p in w}))


def worlds_to_json(worlds: Sequence[World]) -> dict[str, Any]:
    """Worlds as plain data: how they are drawn, not each of them."""
    if isinstance(worlds, DrawnWorlds):
        return {"drawn": worlds.to_json()}
    if isinstance(worlds, JoinedWorlds):
        return {"joined": [worlds_to_json(part) for part in worlds.parts]}
    return {"given": [dict(w) for w in worlds]}


def luck_of(worlds: Sequence[World]) -> dict[str, Any]:
    """As :func:`worlds_to_json`, but for how many there are: more of them change none."""
    told = worlds_to_json(worlds)
    if "drawn" in told:
        told["drawn"].pop("n")
    return told


def worlds_from_json(content: Mapping[str, Any]) -> Sequence[World]:
    """What :func:`worlds_to_json` wrote."""
    if "joined" in content:
        return JoinedWorlds(tuple(map(worlds_from_json, content["joined"])))
    if "given" in content:
        return tuple(content["given"])
    told = content["drawn"]
    factors = [factor_from_json(f) for f in told["factors"]]
    return draw_worlds(factors, told["n"], told["seed"], told["rows"])


Draw: TypeAlias = Callable[[int], Sequence[World]]
"""n -> n plausible worlds; the first do not depend on n."""
