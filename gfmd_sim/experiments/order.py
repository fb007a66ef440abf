"""Which design meets which replicate in which world, run by run, without a list of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

IntArray: TypeAlias = NDArray[np.int64]


class Order(Protocol):
    """The runs of a plan, in order."""

    def __len__(self) -> int: ...

    def at(self, index: IntArray) -> tuple[IntArray, IntArray, IntArray]:
        """Design, world and replicate of the runs ``index``."""
        ...

    def where(self, design: IntArray, replicate: IntArray) -> Iterator[IntArray]:
        """Where each (design, replicate) stands: the first places, the second ones, ...; -1 for none."""
        ...

    @property
    def has_one_world_each(self) -> bool:
        """Whether a replicate meets one world only."""
        ...


@dataclass(frozen=True)
class Crossed:
    """Each of ``n_designs`` with each replicate, which lives in world ``replicate // per_world``.

    All designs of a replicate come together. ``per_world`` 0: all live in world 0.
    """

    n_designs: int
    replicates: range | tuple[int, ...]
    per_world: int = 0

    has_one_world_each = True

    def __len__(self) -> int:
        return self.n_designs * len(self.replicates)

    @cached_property
    def _listed(self) -> tuple[IntArray, IntArray, IntArray]:
        """The replicates, how to sort them, and sorted."""
        values = np.asarray(self.replicates, np.int64)
        order = np.argsort(values, kind="stable")
        return values, order, values[order]

    def at(self, index: IntArray) -> tuple[IntArray, IntArray, IntArray]:
        place, design = np.divmod(np.asarray(index, np.int64), self.n_designs)
        if isinstance(self.replicates, range):
            replicate = self.replicates.start + place * self.replicates.step
        else:
            replicate = self._listed[0][place]
        world = replicate // self.per_world if self.per_world else np.zeros_like(replicate)
        return design, world, replicate

    def where(self, design: IntArray, replicate: IntArray) -> Iterator[IntArray]:
        if isinstance(self.replicates, range):
            place, rest = np.divmod(replicate - self.replicates.start, self.replicates.step)
            there = (rest == 0) & (place >= 0) & (place < len(self.replicates))
        else:
            _, order, values = self._listed
            found = np.minimum(np.searchsorted(values, replicate), len(values) - 1)
            place, there = order[found], values[found] == replicate
        yield np.where(there & (design >= 0), place * self.n_designs + design, -1)


@dataclass(frozen=True)
class Listed:
    """Runs told one by one; each attribute of shape (n_runs,)."""

    design: IntArray
    world: IntArray
    replicate: IntArray

    def __len__(self) -> int:
        return len(self.design)

    def at(self, index: IntArray) -> tuple[IntArray, IntArray, IntArray]:
        return self.design[index], self.world[index], self.replicate[index]

    @cached_property
    def has_one_world_each(self) -> bool:
        pairs = (self.replicate << 32) | self.world
        return len(np.unique(pairs)) == len(np.unique(self.replicate))

    @cached_property
    def _sorted(self) -> tuple[IntArray, IntArray]:
        key = (self.design << 32) | self.replicate
        order = np.argsort(key, kind="stable")
        return key[order], order

    def where(self, design: IntArray, replicate: IntArray) -> Iterator[IntArray]:
        keys, order = self._sorted
        wanted = (design << 32) | replicate
        at = np.searchsorted(keys, wanted)
        is_more = True
        while is_more:
            inside = np.minimum(at, len(keys) - 1)
            there = (at < len(keys)) & (keys[inside] == wanted) & (design >= 0)
            yield np.where(there, order[inside], -1)
            at, is_more = at + 1, bool(there.any())


@dataclass(frozen=True)
class Joined:
    """Several orders, one after another.

    Attributes
    ----------
    parts
        The orders.
    designs
        For each, what its designs are called in the whole.
    worlds
        For each, the number of its first world in the whole.
    """

    parts: tuple[Order, ...]
    designs: tuple[IntArray, ...]
    worlds: tuple[int, ...]

    has_one_world_each = False

    @cached_property
    def _starts(self) -> IntArray:
        return np.cumsum([0, *map(len, self.parts)])

    def __len__(self) -> int:
        return int(self._starts[-1])

    def at(self, index: IntArray) -> tuple[IntArray, IntArray, IntArray]:
        out = tuple(np.empty(len(index), np.int64) for _ in range(3))
        which = np.searchsorted(self._starts, index, side="right") - 1
        for k in np.unique(which).tolist():
            mine = which == k
            design, world, replicate = self.parts[k].at(index[mine] - self._starts[k])
            out[0][mine], out[2][mine] = self.designs[k][design], replicate
            out[1][mine] = world + self.worlds[k]
        return out[0], out[1], out[2]

    def where(self, design: IntArray, replicate: IntArray) -> Iterator[IntArray]:
        for part, names, start in zip(self.parts, self.designs, self._starts, strict=False):
            own = np.full(max(int(names.max()), int(design.max(initial=0))) + 1, -1)
            own[names] = np.arange(len(names))
            for at in part.where(np.where(design >= 0, own[design], -1), replicate):
                yield np.where(at >= 0, at + start, -1)


def replicates_of(wanted: int | Sequence[int]) -> range | tuple[int, ...]:
    """A number of replicates, or the indices themselves."""
    if isinstance(wanted, int):
        return range(wanted)
    return wanted if isinstance(wanted, range) else tuple(int(r) for r in wanted)


def order_to_json(order: Order) -> dict[str, Any]:
    """An order as plain data."""
    if isinstance(order, Crossed):
        r = order.replicates
        told = {"start": r.start, "stop": r.stop, "step": r.step} if isinstance(r, range) else [*r]
        return {"n_designs": order.n_designs, "replicates": told, "per_world": order.per_world}
    if isinstance(order, Listed):
        names = ("design", "world", "replicate")
        return {name: getattr(order, name).tolist() for name in names}
    assert isinstance(order, Joined)
    return {
        "parts": [order_to_json(part) for part in order.parts],
        "designs": [names.tolist() for names in order.designs],
        "worlds": list(order.worlds),
    }


def order_from_json(content: Mapping[str, Any]) -> Order:
    """What :func:`order_to_json` wrote."""
    if "parts" in content:
        return Joined(
            tuple(map(order_from_json, content["parts"])),
            tuple(np.array(names, np.int64) for names in content["designs"]),
            tuple(content["worlds"]),
        )
    if "n_designs" in content:
        r = content["replicates"]
        replicates = tuple(r) if isinstance(r, list) else range(r["start"], r["stop"], r["step"])
        return Crossed(content["n_designs"], replicates, content["per_world"])
    return Listed(*(np.array(content[n], np.int64) for n in ("design", "world", "replicate")))
