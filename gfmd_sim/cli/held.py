"""Spaces at which no line may end, kept from rich while it sets lines.

French has a space before the colon and the semicolon. Rich takes any space for one at which a line
may end; so those at which none may are something else until they are written.
"""

from __future__ import annotations

from typing import IO, Any

_HELD = {"\N{NO-BREAK SPACE}": "\ue000", "\N{NARROW NO-BREAK SPACE}": "\ue001"}
_HOLD = str.maketrans(_HELD)
_LET_GO = str.maketrans({stand_in: space for space, stand_in in _HELD.items()})


def held(text: str) -> str:
    """A text as rich is to have it; what it makes of it goes to a :class:`Written`."""
    return text.translate(_HOLD)


class Written:
    """A file in which the spaces are spaces again."""

    def __init__(self, file: IO[str]) -> None:
        self._into = file

    def write(self, text: str) -> int:
        return self._into.write(text.translate(_LET_GO))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._into, name)
