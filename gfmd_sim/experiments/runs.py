"""The runs of a plan, each told completely when it is asked for; and which run a stored row is.

A run is named by its levers and its replicate. Runs of a plan with the same name (designs with equal
levers, overlapping plans put together) are one run, which stands at the first of their places.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from gfmd_sim.experiments.at_hand import AtHand
from gfmd_sim.experiments.design import Plan
from gfmd_sim.experiments.lever_texts import whole_texts
from gfmd_sim.experiments.order import Crossed
from gfmd_sim.experiments.simulator import JSON, canonical_text, digest
from gfmd_sim.experiments.worker import Chunk, Settings
from gfmd_sim.experiments.worlds import NO_WORLD, luck_of, paths_of, take

IntArray: TypeAlias = NDArray[np.int64]
BoolArray: TypeAlias = NDArray[np.bool_]
Levers: TypeAlias = Mapping[str, JSON]
_Told: TypeAlias = tuple[list[tuple[int, int]], IntArray, IntArray]
"""(design, world) of each setting that some runs have; which each run has, and its replicate."""

_AT_ONCE = 8192
_HANDED_OVER = 256


class Runs:
    """The runs of a plan by their place in it; takes no room for each."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._worlds = AtHand(plan.worlds)
        self._handed_over: dict[bytes, _Told] = {}
        # designs with these paths, by their levers' text: all of them that have these levers
        self._known: dict[tuple[str, ...], dict[str, list[int]]] = {}
        for i, design in enumerate(plan.designs):
            same = self._known.setdefault(tuple(design.levers), {})
            same.setdefault(canonical_text(design.levers), []).append(i)
        self._first_design = np.arange(len(plan.designs))
        for known in self._known.values():
            for codes in known.values():
                self._first_design[codes] = codes[0]

    def __len__(self) -> int:
        """Places in the plan, repeated runs included."""
        return len(self.plan)

    @cached_property
    def n_distinct(self) -> int:
        """Runs that differ."""
        if self._differ_all:
            return len(self)
        return int(self.is_first.sum())

    @property
    def n_designs(self) -> int:
        """Designs that differ."""
        return len(set(self._first_design.tolist()))

    @cached_property
    def _differ_all(self) -> bool:
        designs_differ = bool((np.diff(self._first_design) > 0).all())
        return designs_differ and isinstance(self.plan.order, Crossed)

    @cached_property
    def is_first(self) -> BoolArray:
        """Which places are not a repetition of an earlier one, shape (len(self),)."""
        if self._differ_all:
            return np.ones(len(self), bool)
        out = np.empty(len(self), bool)
        for start in range(0, len(self), _AT_ONCE):
            index = np.arange(start, min(start + _AT_ONCE, len(self)))
            out[index] = self.first(index) == index
        return out

    def first(self, index: IntArray) -> IntArray:
        """Where the runs ``index`` stand for the first time."""
        if self._differ_all:
            return np.asarray(index)
        design, _, replicate = self.plan.order.at(index)
        if self.plan.order.has_one_world_each:
            return next(iter(self.plan.order.where(self._first_design[design], replicate)))
        pairs, code, _ = self._told(index)
        return self.find(self._levers(pairs), code, replicate)

    def _told(self, index: IntArray) -> _Told:
        design, world, replicate = self.plan.order.at(index)
        n_worlds = len(self.plan.worlds)
        place: dict[int, int] = {}  # for a chunk it takes a fifth of what sorting takes
        each = (design * n_worlds + world).tolist()
        code = np.array([place.setdefault(pair, len(place)) for pair in each], np.int64)
        return [divmod(pair, n_worlds) for pair in place], code, replicate

    def _levers(self, pairs: Sequence[tuple[int, int]]) -> Settings:
        designs = {d: self.plan.designs[d].levers for d, _ in pairs}
        worlds = {w: self._worlds[w] for w in dict.fromkeys(w for _, w in pairs)}
        return Settings(designs, worlds, pairs)

    def chunk(self, index: IntArray) -> Chunk:
        """The runs ``index`` as a worker takes them."""
        told = pairs, code, replicate = self._told(index)
        if len(self._handed_over) == _HANDED_OVER:
            self._handed_over.pop(next(iter(self._handed_over)))
        self._handed_over[index.tobytes()] = told  # they come back to be stored
        return Chunk(index, self._levers(pairs), code, replicate)

    def settings(
        self, index: IntArray
    ) -> tuple[tuple[tuple[str, int, str, str], ...], IntArray, IntArray]:
        """(design, world, the levers of each as canonical text) of each setting of the runs ``index``;
        which each run has; their replicates."""
        told = self._handed_over.pop(index.tobytes(), None)
        pairs, code, replicate = self._told(index) if told is None else told
        label, own = self.plan.designs, self._own_texts
        drawn = {w: self._worlds.text(w) for w in dict.fromkeys(w for _, w in pairs)}
        return tuple((label[d].label, w, own[d], drawn[w]) for d, w in pairs), code, replicate

    @cached_property
    def _own_texts(self) -> list[str]:
        return [canonical_text(d.levers) for d in self.plan.designs]

    def texts(self, index: IntArray) -> tuple[pa.Array, IntArray]:
        """Levers as canonical text, each once, and which each of the runs has."""
        pairs, code, _ = self._told(index)
        design, world = np.array(pairs, np.int64).reshape(-1, 2).T
        levers = [d.levers for d in self.plan.designs]
        return whole_texts(levers, self.plan.worlds, design, world), code

    def replicate(self, index: IntArray) -> IntArray:
        """Of the runs ``index``."""
        return self.plan.order.at(index)[2]

    @cached_property
    def key(self) -> str:
        """Of the designs and how worlds are drawn: what the names in a row stand for."""
        named = [[d.label, d.levers] for d in self.plan.designs]
        return digest({"designs": named, "worlds": luck_of(self.plan.worlds)}, 32)

    @property
    def paths(self) -> set[str]:
        """All that any of them sets."""
        return {p for d in self.plan.designs for p in d.levers} | set(paths_of(self.plan.worlds))

    def find_named(
        self, labels: Sequence[str], code: IntArray, world: IntArray, replicate: IntArray
    ) -> IntArray:
        """Where rows of a plan with the same ``key`` stand in this one, -1 for nowhere.

        Design (``labels[code]``), world and replicate of each row, shape (n_rows,).
        """
        place = {d.label: i for i, d in enumerate(self.plan.designs)}
        design = np.array([place.get(label, -1) for label in labels], np.int64)[code]
        out = np.full(len(code), -1)
        for at in self.plan.order.where(design, replicate):
            mine = np.flatnonzero((out < 0) & (at >= 0))
            mine = mine[self.plan.order.at(at[mine])[1] == world[mine]]
            out[mine] = self.first(at[mine])
        return out

    def find(self, levers: Sequence[Levers], code: IntArray, replicate: IntArray) -> IntArray:
        """Where rows stand in the plan, -1 for rows that it does not ask for.

        Parameters
        ----------
        levers
            Settings as they were stored, in canonical form.
        code, replicate
            Which of them each row has, and its replicate, shape (n_rows,).
        """
        out = np.full(len(code), -1)
        for paths, known in self._known.items():
            same = [known.get(_text_of(row, paths), ()) for row in levers]
            for k in range(max(map(len, same), default=0)):
                design = np.array([codes[k] if k < len(codes) else -1 for codes in same])[code]
                for at in self.plan.order.where(design, replicate):
                    at = self._with_the_world(at, levers, code, paths)
                    out = np.where((at >= 0) & ((out < 0) | (at < out)), at, out)
        return out

    def _with_the_world(
        self, at: IntArray, levers: Sequence[Levers], code: IntArray, paths: Sequence[str]
    ) -> IntArray:
        """``at`` where the row's other levers are those of the place's world; else -1."""
        there = np.flatnonzero(at >= 0)
        if self.plan.worlds is NO_WORLD or self.plan.worlds == NO_WORLD:
            whole = np.array([len(row) == len(paths) for row in levers])[code]
            return np.where(whole, at, -1)
        world = self.plan.order.at(at[there])[1]
        n = len(self.plan.worlds)
        pairs, inverse = np.unique(code[there] * n + world, return_inverse=True)
        which = np.unique(pairs % n)
        drawn = dict(zip(which.tolist(), take(self.plan.worlds, which), strict=True))
        own = set(paths)
        agree = np.zeros(len(pairs), bool)
        for i, (c, w) in enumerate(zip((pairs // n).tolist(), (pairs % n).tolist(), strict=True)):
            rest = {p: v for p, v in levers[c].items() if p not in own}
            expected = drawn[w]
            # 1 and True are equal, and are not the same lever
            agree[i] = rest == expected and all(
                type(v) is type(expected[p]) for p, v in rest.items()
            )
        out = np.full(len(at), -1)
        out[there[agree[inverse]]] = at[there[agree[inverse]]]
        return out


def _text_of(row: Levers, paths: Sequence[str]) -> str:
    """The text of these levers; of none of a design's if one is not there."""
    return canonical_text({p: row[p] for p in paths}) if all(p in row for p in paths) else ""
