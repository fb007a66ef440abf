"""Where tables are printed."""

from __future__ import annotations

from rich.console import Console


def console_for_tables(width: int = 120) -> Console:
    """Standard output; ``width`` characters wide where it is no terminal."""
    console = Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console = Console(highlight=False, markup=False, emoji=False, width=width)
    return console
