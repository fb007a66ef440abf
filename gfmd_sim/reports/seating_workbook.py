"""A seating plan as a workbook: overview, by sitting, by table, by delegate, and the list of seats.

The sheet ``Plan`` is the one that programs read (columns sitting, table, seat, id, group, ...); a
hidden sheet keeps what was asked, so that the workbook alone can be checked and repaired. Cells with
text from the delegate list are neutralised: none starts a formula.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import zipfile
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from gfmd_sim.cells import neutral
from gfmd_sim.language import Translate, translator
from gfmd_sim.reports import look
from gfmd_sim.reports.seating_view import Person, RoomView, about_ids
from gfmd_sim.scenario.agenda import Language
from gfmd_sim.seating.document import SeatingDocument, to_json

PLAN = "Plan"
DATA = "gfmd-sim"
CHUNK = 30_000
FIRST_ROW = 3
"""The row with the first heading of a sheet that people read; what it is for stands above."""
_LINE = Side(style="thin", color=look.LINE[1:])
_FONT = "Calibri"
_PAGE_WIDTH, _PAGE_ROWS = 92, 28
"""What A4 across holds at full size, whatever font is there: characters of column width, and rows."""
_PAGE_WIDTH_UPRIGHT = 62
"""Characters of column width that A4 upright holds."""
_SAVED = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms)")


def workbook(document: SeatingDocument, language: Language, *, names: bool) -> bytes:
    """The plan as an XLSX file; the same plan gives the same bytes."""
    _ = translator(language)
    book = Workbook()
    views = [RoomView(document, room, language, names) for room in document.rooms]
    first = book.active
    assert isinstance(first, Worksheet)
    first.title = sheet_title(_("Overview"), "")
    _overview(first, views, language, names, about_ids(document, language))
    for view in views:
        number = "" if view.room.roundtable is None else f" {view.room.roundtable}"
        _by_sitting(book.create_sheet(sheet_title(_("By sitting"), number)), view)
        _by_table(book.create_sheet(sheet_title(_("By table"), number)), view)
        _by_delegate(book.create_sheet(sheet_title(_("By delegate"), number)), view)
    _plan(book.create_sheet(PLAN), document, names)
    _data(book.create_sheet(DATA), document, names)
    book.properties.creator = "gfmd-sim"
    book.properties.created = book.properties.modified = dt.datetime(2025, 1, 1)
    out = io.BytesIO()
    book.save(out)
    return _without_time(out.getvalue())


def _without_time(data: bytes) -> bytes:
    """The workbook without the time at which it was saved: the same plan gives the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as made, zipfile.ZipFile(out, "w") as kept:
        for part in made.infolist():
            content = made.read(part)
            if part.filename == "docProps/core.xml":
                content = _SAVED.sub(rb"\g<1>2025-01-01T00:00:00Z\g<2>", content)
            plain = zipfile.ZipInfo(part.filename)
            kept.writestr(plain, content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def read_data(data: bytes) -> dict[str, Any] | None:
    """What was asked, from the hidden sheet; None if there is none, or it is no longer readable."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    try:
        if DATA not in book.sheetnames:
            return None
        sheet = book[DATA]
        text = "".join(str(row[0] or "") for row in sheet.iter_rows(min_row=2, values_only=True))
        found = json.loads(text)
    except (ValueError, KeyError, IndexError, RecursionError):
        return None
    finally:
        book.close()
    return found if isinstance(found, dict) else None


def sheet_title(words: str, number: str) -> str:
    """A sheet's name, within what a workbook allows."""
    return f"{words[: 31 - len(number)]}{number}"


# --- sheets -------------------------------------------------------------------------------------


def _overview(
    sheet: Worksheet, views: Sequence[RoomView], language: Language, names: bool, ids: str
) -> None:
    _ = translator(language)
    _title(sheet, _("Seating plan"), 6)
    row = 3
    for view in views:
        if view.title:
            _put(sheet, row, 1, view.title, bold=True, size=13)
            row += 1
        for words, value in view.facts():
            _put(sheet, row, 1, words, colour=look.SOFT)
            _put(sheet, row, 2, value, bold=True)
            row += 1
        row += 1
        _put(sheet, row, 1, _("Groups"), bold=True)
        row += 1
        for label, mark, n in view.legend():
            cell = _put(sheet, row, 1, f"{mark.letter}  {label}")
            cell.fill = _tint(mark.colour)
            _put(sheet, row, 2, n)
            row += 1
        row += 1
    for line in (
        _("The sheet Plan is what programs read. Change tables there; then have it checked:"),
        "python3 run.py seat check plan.xlsx",
        ids,
        "" if names else _("Names are left out: they are personal data (--names writes them)."),
    ):
        if line:
            _put(sheet, row, 1, line, colour=look.SOFT)
            row += 1
    _widths(sheet, [34, 34, 14, 14, 14, 14])
    _print(sheet, landscape=False)


def _by_sitting(sheet: Worksheet, view: RoomView) -> None:
    _ = translator(view.language)
    longest = max(max(s) for s in view.problem.table_sizes)
    _title(sheet, view.title or _("By sitting"), longest + 1)
    widths = [18, *[24] * longest]
    pages = _Pages(sheet, widths)
    _for_people(sheet, _)
    row = FIRST_ROW
    for s in range(view.problem.n_sittings):
        lines = view.sitting_lines(s)
        pages.keep_whole(row, len(lines) + len(view.tables(s)))
        _head(sheet, row, ["\n".join(lines), *map(str, range(1, longest + 1))])
        row += 1
        for table, people in view.tables(s):
            _put(sheet, row, 1, view.table_title(table), bold=True)
            for k, person in enumerate(people):
                _person(sheet, row, 2 + k, person, is_host=view.is_host(person, s))
            row += 1
        row += 1
    _widths(sheet, widths)
    sheet.freeze_panes = "B3"
    _print(sheet, landscape=True, scale=pages.scale)


def _by_table(sheet: Worksheet, view: RoomView) -> None:
    _ = translator(view.language)
    sittings = view.problem.n_sittings
    _title(sheet, view.title or _("By table"), sittings + 1)
    at = [dict(view.tables(s)) for s in range(sittings)]
    widths = [14, *[24] * sittings]
    pages = _Pages(sheet, widths)
    _for_people(sheet, _)
    row = FIRST_ROW
    for table in range(view.problem.n_tables):
        heads = ["\n".join(view.sitting_lines(s)) for s in range(sittings)]
        deep = max(len(a.get(table, ())) for a in at)
        pages.keep_whole(row, (2 if view.problem.consultations else 1) + deep)
        _head(sheet, row, [view.table_title(table), *heads])
        for k in range(deep):
            seat = _put(sheet, row + 1 + k, 1, k + 1, colour=look.SOFT)
            seat.alignment = Alignment(horizontal="center", vertical="center")
            for s in range(sittings):
                people = at[s].get(table, [])
                if k < len(people):
                    person = people[k]
                    _person(sheet, row + 1 + k, 2 + s, person, is_host=view.is_host(person, s))
        row += deep + 2
    _widths(sheet, widths)
    sheet.freeze_panes = "B3"
    _print(sheet, landscape=True, scale=pages.scale)


def _by_delegate(sheet: Worksheet, view: RoomView) -> None:
    _ = translator(view.language)
    sittings = view.problem.n_sittings
    is_named = any(p.is_named for p in view.people)
    heads = [_("Delegate"), *([_("Id")] if is_named else []), _("Group")]
    heads += ["\n".join(view.sitting_lines(s)) for s in range(sittings)]
    heads += [_("Others met")]
    _title(sheet, view.title or _("By delegate"), len(heads))
    _for_people(sheet, _)
    _head(sheet, FIRST_ROW, heads)
    met = view.room.report().distinct_by_delegate
    for k, person in enumerate(view.alphabetical()):
        row = FIRST_ROW + 1 + k
        _person(sheet, row, 1, person)
        if is_named:
            _put(sheet, row, 2, person.id)
        _put(sheet, row, 2 + is_named, person.group_label)
        for s, table in enumerate(view.table_of(person)):
            cell = _put(sheet, row, 3 + is_named + s, table if table is not None else "")
            cell.alignment = Alignment(horizontal="center")
            if table is not None and view.is_host(person, s):
                cell.font = Font(name=_FONT, size=10, bold=True)
        _put(sheet, row, 3 + is_named + sittings, met[person.place])
    last = get_column_letter(len(heads))
    sheet.auto_filter.ref = f"A3:{last}{3 + len(view.people)}"
    wide = 15 if view.problem.consultations else 10
    _widths(sheet, [28, *([14] if is_named else []), 26, *[wide] * sittings, 12])
    sheet.freeze_panes = sheet.cell(4, 2)
    sheet.print_title_rows = "3:3"
    _print(sheet, landscape=True)


def _for_people(sheet: Worksheet, _: Translate) -> None:
    """Says on a sheet that it is not the one that programs read."""
    words = _("To read and to print. Programs read the sheet Plan: make changes there.")
    _put(sheet, 2, 1, words, colour=look.SOFT)


def _plan(sheet: Worksheet, document: SeatingDocument, names: bool) -> None:
    rows = seat_rows(document, names=names)
    for k, row in enumerate(rows):
        for c, value in enumerate(row):
            cell = _put(sheet, k + 1, c + 1, value)
            if k == 0:
                cell.font = Font(name=_FONT, size=10, bold=True)
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(rows[0]))}{len(rows)}"
    sheet.freeze_panes = "A2"
    columns = zip(*rows, strict=True)
    widths = [min(40, 4 + max(len(str(v)) for v in column)) for column in columns]
    _widths(sheet, widths)
    sheet.print_title_rows = "1:1"
    # Programs read it: few pages rather than large type.
    _print(sheet, landscape=False, scale=min(50, 100 * _PAGE_WIDTH_UPRIGHT // sum(widths)))


def seat_rows(document: SeatingDocument, *, names: bool) -> list[list[str | int]]:
    """The seats as rows, the header first; text neutralised. CSV and the sheet Plan share it."""
    several = any(r.roundtable is not None for r in document.rooms)
    attributes = list(
        dict.fromkeys(
            c
            for room in document.rooms
            for c in ("group", *room.problem.attributes)
            if any(room.column(c))
        )
    )
    is_named = names and bool(document.names)
    by_consultation = any(r.problem.consultations for r in document.rooms)
    header: list[str | int] = [*(["roundtable"] if several else []),
                               *(["consultation"] if by_consultation else []), "sitting", "table", "seat",
                               "id", *(["name"] if is_named else []), *attributes]  # fmt: skip
    rows = [header]
    for room in document.rooms:
        view = RoomView(document, room, "en", is_named)
        for s in range(room.problem.n_sittings):
            for t, people in view.tables(s):
                for seat, person in enumerate(people, start=1):
                    who, i = person.id, person.place
                    row: list[str | int] = [room.roundtable or 0] if several else []
                    row += [room.problem.consultation(s) or ""] if by_consultation else []
                    row += [s + 1, t + 1, seat, neutral(who)]
                    row += [neutral(document.names.get(who, ""))] if is_named else []
                    row += [neutral(room.column(c)[i]) for c in attributes]
                    rows.append(row)
    return rows


def _data(sheet: Worksheet, document: SeatingDocument, names: bool) -> None:
    text = json.dumps(to_json(document, names=names), ensure_ascii=True, separators=(",", ":"))
    _put(sheet, 1, 1, "What was asked, for gfmd-sim: leave this sheet as it is.")
    for k in range(0, len(text), CHUNK):
        # A chunk may start with any character of the JSON text, so it is written as text.
        cell = sheet.cell(2 + k // CHUNK, 1)
        cell.value = text[k : k + CHUNK]
        cell.data_type = "s"
    sheet.sheet_state = "hidden"


# --- cells --------------------------------------------------------------------------------------


def _put(
    sheet: Worksheet,
    row: int,
    column: int,
    value: str | int,
    *,
    bold: bool = False,
    size: int = 10,
    colour: str = look.INK,
) -> Cell:
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)
    cell.value = _clean(neutral(value)) if isinstance(value, str) else value
    if isinstance(value, str):
        cell.data_type = "s"
    cell.font = Font(name=_FONT, size=size, bold=bold, color=colour[1:])
    cell.alignment = Alignment(vertical="center")
    return cell


def _clean(text: str) -> str:
    """Without characters that a workbook cannot hold."""
    return "".join(c for c in text if c in "\t\n" or ord(c) >= 32)[:32_000]


def _person(
    sheet: Worksheet, row: int, column: int, person: Person, *, is_host: bool = False
) -> None:
    text = f"{person.mark.letter}  {person.label}" + ("  \N{BLACK STAR}" if is_host else "")
    cell = _put(sheet, row, column, text, bold=is_host)
    cell.fill = _tint(person.mark.colour)
    cell.border = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)


def _tint(colour: str) -> PatternFill:
    """A colour thinned with white until black text reads well on it."""
    parts = [int(colour[k : k + 2], 16) for k in (1, 3, 5)]
    light = "".join(f"{round(255 - 0.32 * (255 - p)):02X}" for p in parts)
    return PatternFill("solid", start_color=light, end_color=light)


def _title(sheet: Worksheet, text: str, width: int) -> None:
    _put(sheet, 1, 1, text, bold=True, size=18)
    sheet.row_dimensions[1].height = 30
    sheet.sheet_view.showGridLines = False
    for c in range(1, width + 1):
        sheet.cell(1, c).border = Border(bottom=Side(style="medium", color=look.ACCENT[1:]))


def _head(sheet: Worksheet, row: int, words: Sequence[str]) -> None:
    for c, text in enumerate(words, start=1):
        cell = _put(sheet, row, c, text, bold=True, colour=look.PAPER)
        cell.fill = PatternFill("solid", start_color=look.INK[1:], end_color=look.INK[1:])
        if "\n" in text:
            cell.alignment = Alignment(vertical="center", wrap_text=True)
    sheet.row_dimensions[row].height = 32 if any("\n" in text for text in words) else 20


def _widths(sheet: Worksheet, widths: Sequence[float]) -> None:
    for c, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(c)].width = width


class _Pages:
    """Where the printed pages of a sheet end: at the width's scale, and never within a block."""

    def __init__(self, sheet: Worksheet, widths: Sequence[float]) -> None:
        self.sheet = sheet
        self.scale = min(100, int(100 * _PAGE_WIDTH / sum(widths)))
        self.rows = _PAGE_ROWS * 100 // self.scale
        self.first = 1

    def keep_whole(self, row: int, rows: int) -> None:
        """End the page before ``row`` if so many rows from there on would not fit on it."""
        if row + rows - self.first > self.rows and row > 3:
            self.sheet.row_breaks.append(Break(id=row - 1))
            self.first = row


def _print(sheet: Worksheet, *, landscape: bool, scale: int | None = None) -> None:
    """A4, as wide as the sheet, or at a given scale: only there breaks are heeded."""
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = scale is None
    if scale is not None:
        sheet.page_setup.scale = scale
    sheet.oddFooter.center.text = "&A  \N{EN DASH}  &P / &N"
