"""The distinct runs of a plan, each told completely."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.experiments.design import Plan
from gfmd_sim.experiments.simulator import JSON, canonical_text
from gfmd_sim.experiments.worker import Chunk

IntArray: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True)
class Setting:
    """Everything that is set in a run: a design's levers and a world's uncertainties.

    Put together when asked for: a large sweep has a setting for every second run.
    """

    label: str
    world: int
    of_design: Mapping[str, JSON]
    of_world: Mapping[str, JSON]
    key: bytes
    """Stands for ``text``: see :func:`key_of`."""

    @property
    def levers(self) -> dict[str, JSON]:
        """Parameter path -> value."""
        return {**self.of_design, **self.of_world}

    @property
    def text(self) -> str:
        """The levers' canonical text: with the replicate, the run's name within a store."""
        return canonical_text(self.levers)


def key_of(text: str) -> bytes:
    """16 bytes that stand for a setting's text."""
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


@dataclass(frozen=True)
class Runs:
    """The distinct runs of a plan; designs with equal levers share theirs.

    Attributes
    ----------
    settings
        Distinct settings.
    setting, replicate
        Of each distinct run, shape (n_runs,).
    of_plan
        Which distinct run each row of the plan is, shape (len(plan),).
    """

    settings: tuple[Setting, ...]
    setting: IntArray
    replicate: IntArray
    of_plan: IntArray

    def __len__(self) -> int:
        return len(self.setting)

    def chunk(self, index: IntArray) -> Chunk:
        """The runs ``index`` as a worker takes them."""
        used, setting = np.unique(self.setting[index], return_inverse=True)
        return Chunk(index, [self.settings[s].levers for s in used], setting, self.replicate[index])


def distinct_runs(plan: Plan) -> Runs:
    """The distinct runs of a plan, in the plan's order."""
    n_worlds = len(plan.worlds)
    pair = plan.design * n_worlds + plan.world
    used, first = np.unique(pair, return_index=True)
    used = used[np.argsort(first)]  # in order of appearance
    settings: list[Setting] = []
    place: dict[bytes, int] = {}
    code: dict[int, int] = {}
    for p in used.tolist():
        design, world = plan.designs[p // n_worlds], p % n_worlds
        drawn = plan.worlds[world]
        key = key_of(canonical_text({**design.levers, **drawn}))
        if key not in place:
            place[key] = len(settings)
            settings.append(Setting(design.label, world, design.levers, drawn, key))
        code[p] = place[key]
    keys = np.array(sorted(code), dtype=np.int64)
    codes = np.array([code[k] for k in keys.tolist()], dtype=np.int64)
    setting = codes[np.searchsorted(keys, pair)]
    name = (setting << 32) | plan.replicate
    _, first, inverse = np.unique(name, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    first = first[order]
    return Runs(tuple(settings), setting[first], plan.replicate[first], rank[inverse])
