"""Where tables are printed."""

from __future__ import annotations

from typing import IO, Any

from rich.console import Console
from rich.text import Text

from gfmd_sim.cli.held import Written, held


class _Console(Console):
    """Begins no line with the colon or semicolon before which French has a space."""

    def render_str(self, text: str, **options: Any) -> Text:
        return super().render_str(held(text), **options)

    @property
    def file(self) -> IO[str]:
        return Written(super().file)  # type: ignore[return-value]

    @file.setter
    def file(self, new: IO[str]) -> None:
        self._file = new


def console_for_tables(width: int = 120) -> Console:
    """Standard output; ``width`` characters wide where it is no terminal."""
    console = _Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console = _Console(highlight=False, markup=False, emoji=False, width=width)
    return console
