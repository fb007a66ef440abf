"""Worlds as a sweep asks for them: one after another, each for several designs, and twice.

They are drawn in blocks, of which the last few stay at hand, with their text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from gfmd_sim.experiments.simulator import JSON, settled_text
from gfmd_sim.experiments.worlds import World, take

_BLOCK, _BLOCKS = 64, 8


def words_of(levers: Mapping[str, JSON]) -> dict[str, str]:
    """Each lever's part of the canonical text of all, by path."""
    # repr is what JSON writes of a float; settled_text takes ten times as long for it
    return {
        p: f"{_name(p)}{repr(v) if type(v) is float else settled_text(v)}"
        for p, v in levers.items()
    }


@lru_cache
def _name(path: str) -> str:
    return f"{settled_text(path)}:"


def text_of(*words: Mapping[str, str]) -> str:
    """The canonical text of levers from their words; of two words for a path the later one."""
    together = {path: word for some in words for path, word in some.items()}
    return f"{{{','.join(map(together.__getitem__, sorted(together)))}}}"


@dataclass(frozen=True)
class _Block:
    worlds: Sequence[World]

    @cached_property
    def words(self) -> list[dict[str, str]]:
        return [words_of(w) for w in self.worlds]


class AtHand:
    """Worlds, and their words, by number."""

    def __init__(self, worlds: Sequence[World]) -> None:
        self._worlds = worlds
        self._blocks: dict[int, _Block] = {}

    def __getitem__(self, world: int) -> World:
        return self._block(world).worlds[world % _BLOCK]

    def words(self, world: int) -> dict[str, str]:
        """See :func:`words_of`."""
        return self._block(world).words[world % _BLOCK]

    def _block(self, world: int) -> _Block:
        number = world // _BLOCK
        found = self._blocks.get(number)
        if found is None:
            if len(self._blocks) == _BLOCKS:
                self._blocks.pop(next(iter(self._blocks)))  # the oldest
            start = number * _BLOCK
            which = np.arange(start, min(start + _BLOCK, len(self._worlds)))
            found = self._blocks[number] = _Block(take(self._worlds, which))
        return found
