"""Worlds as a sweep asks for them: one after another, each for several designs, and twice.

They are drawn in blocks, of which the last few stay at hand, with their text.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from gfmd_sim.experiments.lever_texts import row_texts
from gfmd_sim.experiments.simulator import canonical_text
from gfmd_sim.experiments.worlds import DrawnWorlds, IntArray, World, rows_of, take

_BLOCK, _BLOCKS = 512, 3


class _Block:
    """Some worlds, and their text once it is asked for."""

    def __init__(self, worlds: Sequence[World], index: IntArray) -> None:
        self._columns = worlds.columns(index) if isinstance(worlds, DrawnWorlds) else {}
        if self._columns:
            self.worlds = rows_of(self._columns, len(index))
        else:
            self.worlds = take(worlds, index)

    @cached_property
    def texts(self) -> list[str]:
        if self._columns:
            return row_texts(self._columns)
        return [canonical_text(world) for world in self.worlds]


class AtHand:
    """Worlds, and their levers' canonical text, by number."""

    def __init__(self, worlds: Sequence[World]) -> None:
        self._worlds = worlds
        self._blocks: dict[int, _Block] = {}

    def __getitem__(self, world: int) -> World:
        return self._block(world).worlds[world % _BLOCK]

    def text(self, world: int) -> str:
        """Its levers as canonical text."""
        return self._block(world).texts[world % _BLOCK]

    def _block(self, world: int) -> _Block:
        number = world // _BLOCK
        found = self._blocks.get(number)
        if found is None:
            if len(self._blocks) == _BLOCKS:
                self._blocks.pop(next(iter(self._blocks)))  # the oldest
            start = number * _BLOCK
            which = np.arange(start, min(start + _BLOCK, len(self._worlds)))
            found = self._blocks[number] = _Block(self._worlds, which)
        return found
