"""Where tables are printed."""

from __future__ import annotations

from typing import IO, Any

from rich.console import Console
from rich.text import Text

_HELD = {"\N{NO-BREAK SPACE}": "\ue000", "\N{NARROW NO-BREAK SPACE}": "\ue001"}
_HOLD = str.maketrans(_HELD)
_LET_GO = str.maketrans({stand_in: space for space, stand_in in _HELD.items()})


class _Console(Console):
    """Begins no line with the colon or semicolon before which French has a space.

    Rich takes any space for one at which a line may end; so those at which none may are something
    else until they are written.
    """

    def render_str(self, text: str, **options: Any) -> Text:
        return super().render_str(text.translate(_HOLD), **options)

    @property
    def file(self) -> IO[str]:
        return _Written(super().file)  # type: ignore[return-value]

    @file.setter
    def file(self, new: IO[str]) -> None:
        self._file = new


class _Written:
    """A file in which the spaces are spaces again."""

    def __init__(self, file: IO[str]) -> None:
        self._into = file

    def write(self, text: str) -> int:
        return self._into.write(text.translate(_LET_GO))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._into, name)


def console_for_tables(width: int = 120) -> Console:
    """Standard output; ``width`` characters wide where it is no terminal."""
    console = _Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console = _Console(highlight=False, markup=False, emoji=False, width=width)
    return console
