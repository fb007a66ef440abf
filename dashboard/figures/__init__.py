"""Pictures: frame in, picture with its finding and its numbers out. No Dash here."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

WIDTH = 1080.0

_COLOURS = {
    "#1d2733": "ink", "#5b6673": "soft", "#d9dde2": "line", "#e9eef3": "band", "#f0f2f4": "faint",
    "#aab4c0": "dot", "#ffffff": "paper", "#00619b": "accent", "#b34700": "warm",
    "#dfe5eb": "blue-1", "#cfe3f1": "blue-2", "#8fb9d6": "blue-3",
}  # fmt: skip


def themed(markup: str) -> str:
    """An SVG whose greys and accents follow the theme; the groups' own colours stay."""
    for colour, name in _COLOURS.items():
        markup = markup.replace(f'"{colour}"', f'"var(--{name})"')
    return markup


@dataclass(frozen=True)
class Shown:
    """A picture, its finding, its numbers: what every chart is made of."""

    id: str
    finding: str
    markup: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    first_number: int = 1
    lead: str = ""
    caption: str = ""


def shown(figure: Any) -> Shown:
    """A figure of :mod:`gfmd_sim.reports` as the pages show it."""
    return Shown(
        id=figure.id,
        finding=figure.title,
        markup=str(figure.picture),
        header=figure.table.header,
        rows=figure.table.rows,
        first_number=figure.table.first_number,
        lead=figure.subtitle,
        caption=figure.caption,
    )


def csv_text(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """A table as CSV in which no cell starts a formula."""
    from gfmd_sim.cells import neutral

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for row in (header, *rows):
        writer.writerow([neutral(str(c)) for c in row])
    return out.getvalue()
