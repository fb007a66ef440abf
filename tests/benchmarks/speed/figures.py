"""One measured figure: what it is, its median and quartiles, and what it has to be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from gfmd_sim.errors import Sentence
from tests.benchmarks.speed.clock import Spread


@dataclass(frozen=True)
class Figure:
    """``at_most`` and ``at_least`` are the limits to keep; None: reported for information."""

    id: str
    about: Sentence
    spread: Spread
    unit: str = ""
    at_most: float | None = None
    at_least: float | None = None

    @property
    def is_kept(self) -> bool | None:
        """Whether the median keeps its limit; None without one."""
        if self.at_most is not None:
            return self.spread.median <= self.at_most
        if self.at_least is not None:
            return self.spread.median >= self.at_least
        return None

    def limit(self, write: Callable[[float], str] | None = None) -> Sentence:
        """The limit as text, its number as ``write`` writes it."""
        write = write or number
        if self.at_most is not None:
            return Sentence("at most {limit}", limit=write(self.at_most))
        if self.at_least is not None:
            return Sentence("at least {limit}", limit=write(self.at_least))
        return Sentence.joined("", [])

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {**asdict(self), "is_kept": self.is_kept}


@dataclass(frozen=True)
class Missing:
    """What could not be measured here, and why."""

    id: str
    about: Sentence
    reason: str


def number(value: float) -> str:
    """Three digits that mean something."""
    size = abs(value)
    if size >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if size >= 10 else f"{value:.2f}" if size >= 1 else f"{value:.3g}"
