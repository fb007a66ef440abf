"""Colours and shapes: one for a group on every page, in every theme.

Source of the colours: Okabe, Ito (2008), Color Universal Design. Sky, orange and yellow are weak on
white, so every mark is outlined, and shape and letter say the same as the colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

INK = "#1d2733"
SOFT = "#5b6673"
LINE = "#d9dde2"
BAND = "#e9eef3"
FAINT = "#f0f2f4"
DOT = "#aab4c0"
PAPER = "#ffffff"
ACCENT = "#00619b"  # Okabe-Ito blue, darkened until it passes AA on paper
WARM = "#b34700"  # Okabe-Ito vermillion, darkened likewise


@dataclass(frozen=True)
class Mark:
    """How a group is drawn."""

    colour: str
    shape: str
    letter: str


GROUP_MARKS: dict[str, Mark] = {
    "states": Mark("#0072B2", "circle", "S"),
    "civil_society": Mark("#D55E00", "square", "C"),
    "private_sector": Mark("#E69F00", "diamond", "P"),
    "youth": Mark("#009E73", "triangle", "Y"),
    "local_governments": Mark("#CC79A7", "pentagon", "L"),
    "international_organisations": Mark("#56B4E9", "hexagon", "I"),
    "diaspora": Mark("#F0E442", "triangle_down", "D"),
    "media": Mark("#999999", "cross", "M"),
    "employers_workers": Mark("#8C510A", "star", "E"),
    "academia": Mark("#444B54", "bar", "A"),
}

_SPARE = [m for name, m in GROUP_MARKS.items()]


def group_mark(group: str, groups: Sequence[str] = ()) -> Mark:
    """The mark of a group; one we do not know takes the first mark that no other group uses."""
    if group in GROUP_MARKS:
        return GROUP_MARKS[group]
    strangers = [g for g in groups if g not in GROUP_MARKS]
    free = [m for g, m in GROUP_MARKS.items() if g not in groups] or _SPARE
    at = strangers.index(group) if group in strangers else 0
    spare = free[at % len(free)]
    return Mark(spare.colour, spare.shape, (group[:1] or "?").upper())
