"""How work on its way is told to whoever waits for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

Advance: TypeAlias = Callable[[int, int, float], None]
"""Called with (done, in all, seconds left); 0 in all: unknown."""
