"""Whether the sheets of a plan's workbook that people read still say what the sheet Plan says.

Programs read the sheet ``Plan``. Somebody who moves a delegate in another sheet would be overheard
without a word, so that is looked for. A sheet that is as we wrote it is no contradiction, though
``Plan`` was changed since; nor is one that was changed in the same way.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from gfmd_sim.errors import SeatingError, Sentence, cut_short
from gfmd_sim.language import translator
from gfmd_sim.reports.seating_view import Person, RoomView
from gfmd_sim.reports.seating_workbook import FIRST_ROW, sheet_title
from gfmd_sim.scenario.agenda import LANGUAGES
from gfmd_sim.seating.document import SeatingDocument

Grid = Sequence[Sequence[object]]
_MARKED = re.compile(r"\S{1,3}  (.+?)(?:  \N{BLACK STAR})?", re.S)
"""A delegate's cell: the letter of the group, the label, a star for a host."""


@dataclass(frozen=True)
class Contradiction:
    """A cell that was changed, and not as the sheet Plan was: what it says, what Plan says."""

    sheet: str
    cell: str
    found: str
    planned: str

    def sentence(self) -> Sentence:
        """In words."""
        return Sentence(
            "{sheet}, cell {cell}: '{found}', where Plan has '{planned}'",
            sheet=self.sheet, cell=self.cell, found=self.found, planned=self.planned,
        )  # fmt: skip


def refuse_contradictions(
    data: bytes, made: SeatingDocument, now: SeatingDocument, path: object
) -> None:
    """Refuse a workbook whose sheets contradict each other.

    Parameters
    ----------
    data
        The workbook.
    made, now
        The plan as the workbook was made with, and as its sheet Plan has it.

    Raises
    ------
    SeatingError
        If a sheet was changed otherwise than Plan; it names the cells.
    """
    found = contradictions(data, made, now)
    if found:
        first, *others = found
        raise SeatingError(
            "a sheet was changed and the sheet Plan, which is the one that programs read, was not",
            file=str(path), key=f"{first.sheet}, {first.cell}", given=first.found,
            allowed=Sentence("'{planned}', as in Plan", planned=first.planned),
            remedy="make the change in the sheet Plan, or take it back here",
            also=cut_short([one.sentence() for one in others], 9),
        )  # fmt: skip


def contradictions(data: bytes, made: SeatingDocument, now: SeatingDocument) -> list[Contradiction]:
    """The cells that contradict the sheet Plan, sheet by sheet."""
    sheets = _sheets(data)
    found: list[Contradiction] = []
    for room in made.rooms:
        number = "" if room.roundtable is None else f" {room.roundtable}"
        view = RoomView(made, room, "en", bool(made.names))
        current = RoomView(now, now.room(room.roundtable), "en", bool(made.names))
        for words, look in _LOOKS.items():
            titles = {sheet_title(translator(lang)(words), number) for lang in LANGUAGES}
            for title in titles & sheets.keys():
                found += [
                    Contradiction(title, f"{get_column_letter(column)}{row}", said, planned)
                    for row, column, said, planned in look(sheets[title], view, current)
                ]
    return found


def _sheets(data: bytes) -> dict[str, Grid]:
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    try:
        found: dict[str, Grid] = {}
        for sheet in book.worksheets:
            if sheet.sheet_state == "visible":
                sheet.reset_dimensions()
                found[sheet.title] = list(sheet.iter_rows(values_only=True))
        return found
    finally:
        book.close()


def _at(grid: Grid, row: int, column: int) -> str:
    """A cell's text; empty where there is none. Rows and columns count from 1."""
    cells = grid[row - 1] if row <= len(grid) else ()
    value = cells[column - 1] if column <= len(cells) else None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()


def _label(text: str) -> str:
    match = _MARKED.fullmatch(text)
    return match[1].strip() if match else text


Difference = tuple[int, int, str, str]
"""Row, column, what stands there, what Plan has."""


def _by_sitting(grid: Grid, view: RoomView, now: RoomView) -> Iterator[Difference]:
    longest = max(max(s) for s in view.problem.table_sizes)
    row = FIRST_ROW
    for s in range(view.problem.n_sittings):
        for table, people in view.tables(s):
            row += 1
            cells = [(row, 2 + k) for k in range(longest)]
            yield from _differences(grid, cells, people, dict(now.tables(s)).get(table, []))
        row += 2


def _by_table(grid: Grid, view: RoomView, now: RoomView) -> Iterator[Difference]:
    sittings = range(view.problem.n_sittings)
    at = [dict(view.tables(s)) for s in sittings]
    today = [dict(now.tables(s)) for s in sittings]
    row = FIRST_ROW
    for table in range(view.problem.n_tables):
        deep = max(len(a.get(table, ())) for a in at)
        for s in sittings:
            cells = [(row + 1 + k, 2 + s) for k in range(deep)]
            yield from _differences(grid, cells, at[s].get(table, []), today[s].get(table, []))
        row += deep + 2


def _differences(
    grid: Grid, cells: Sequence[tuple[int, int]], made: Sequence[Person], now: Sequence[Person]
) -> Iterator[Difference]:
    """The cells of a table that hold others than those who sat there, unless Plan says so too."""
    said = [_label(_at(grid, *cell)) for cell in cells]
    there = Counter(filter(None, said))
    if there in (Counter(p.label for p in made), Counter(p.label for p in now)):
        return
    expected = [p.label for p in made] + [""] * (len(cells) - len(made))
    planned = {p.label for p in now}
    for cell, text, label in zip(cells, said, expected, strict=True):
        if text != label and text not in planned:
            yield (*cell, text, label)


def _by_delegate(grid: Grid, view: RoomView, now: RoomView) -> Iterator[Difference]:
    is_named = any(p.is_named for p in view.people)
    places = {p.id if is_named else p.label: p.place for p in view.people}
    for row in range(FIRST_ROW + 1, len(grid) + 1):
        key = _at(grid, row, 2) if is_named else _label(_at(grid, row, 1))
        place = places.get(key.removeprefix("'"), places.get(key))
        if place is None:
            continue
        made, today = (v.table_of(v.people[place]) for v in (view, now))
        for s, (old, new) in enumerate(zip(made, today, strict=True)):
            column = 3 + is_named + s
            text = _at(grid, row, column)
            if text not in ("" if old is None else str(old), "" if new is None else str(new)):
                yield row, column, text, "" if new is None else str(new)


_LOOKS = {"By sitting": _by_sitting, "By table": _by_table, "By delegate": _by_delegate}
"""How each sheet that people read is looked at."""
