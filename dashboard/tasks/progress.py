"""What a piece of work is given and tells."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Values = Mapping[str, Any]
Progress = Callable[[int, int, float], None]
"""Done, total, seconds left."""
Kind = Callable[[Values, Progress], Iterator[Any]]
"""A kind of work: a generator of answers, the last of them the final one."""
