"""The seating kit: an index of names and table lists for the wall, cards for the tables, an itinerary for every delegate.

One HTML file, type and styles inside, made for paper: each part begins on a page of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from gfmd_sim.language import translator
from gfmd_sim.reports.environment import html_environment
from gfmd_sim.reports.page import style
from gfmd_sim.reports.seating_view import Person, RoomView, about_ids, sort_key
from gfmd_sim.scenario.agenda import Language
from gfmd_sim.seating.document import SeatingDocument

PARTS = ("index", "lists", "cards", "itineraries")
COLUMNS = 3
"""Of a list on the wall."""
_SIZES = (1.5, 1.4, 1.3, 1.2, 1.1)  # rem: of names on the wall, the largest that fits one page
_REM = 11 * 0.353  # mm: 11 points
_SMALLEST = 1.05  # what runs over a page may as well run over a page


@dataclass(frozen=True)
class Itinerary:
    """Where one delegate sits: for each roundtable, the table (from 1) of each sitting."""

    person: Person
    stops: tuple[tuple[RoomView, list[int | None]], ...]


def seating_kit(
    document: SeatingDocument,
    language: Language,
    *,
    names: bool,
    title: str = "",
    parts: Collection[str] = PARTS,
) -> str:
    """The kit as HTML. ``title``: of the meeting, printed on every card; may be empty."""
    _ = translator(language)
    views = [RoomView(document, room, language, names) for room in document.rooms]
    page = html_environment(language).get_template("seating_kit.html.jinja")
    return page.render(
        style=style("kit.css"),
        title=title or _("Seating plan"),
        meeting=title,
        views=views,
        itineraries=itineraries(views) if "itineraries" in parts else [],
        parts=[p for p in PARTS if p in parts],
        wall_size=wall_size,
        names=names and bool(document.names),
        about_ids=about_ids(document, language),
    )


def wall_size(view: RoomView, sitting: int) -> float:
    """How large names are on the wall, in rem: as large as one page lets them be."""
    return next((size for size in _SIZES if _fits(view, sitting, size)), _SMALLEST)


def _fits(view: RoomView, sitting: int, size: float) -> bool:
    """Whether the tables of a sitting go into the columns of one A4 page; all in mm."""
    line = _REM * 1.42 * size
    in_line = int(48 / (_REM * 0.5 * size))  # letters beside the mark, half as wide as high
    column, left = COLUMNS, 0.0
    for _, people in view.tables(sitting):
        high = 13 + line * sum(-(-len(p.label) // in_line) for p in people)
        if high > left:
            column, left = column - 1, 235.0
        left -= high
        if left < 0:
            return False
    return column >= 0


def itineraries(views: Sequence[RoomView]) -> list[Itinerary]:
    """One for each delegate who sits anywhere, in the order of their labels."""
    people: dict[str, Person] = {}
    stops: dict[str, list[tuple[RoomView, list[int | None]]]] = {}
    for view in views:
        for person in view.people:
            tables = view.table_of(person)
            if any(t is not None for t in tables):
                people.setdefault(person.id, person)
                stops.setdefault(person.id, []).append((view, tables))
    return sorted(
        (Itinerary(people[who], tuple(found)) for who, found in stops.items()),
        key=lambda it: sort_key(it.person.label),
    )
