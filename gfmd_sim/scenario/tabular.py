"""Rows of text from a CSV or XLSX file that somebody sent: any usual encoding, nothing trusted.

What is left out: formulas are never evaluated (an XLSX cell counts as the value saved with it), and
of a workbook only one sheet is read: the first visible one with the header, else the first.
"""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import io
import itertools
import re
import warnings
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gfmd_sim.errors import RosterError, Sentence, refusal

MAX_BYTES = 10 * 1024 * 1024
MAX_UNPACKED_BYTES = 64 * 1024 * 1024
MAX_PARTS = 2_000
MAX_SHEET_CELLS = 20_000_000
SHEET_ROWS = 1_048_576

CSV_SUFFIXES = frozenset({"", ".csv", ".tsv", ".txt"})
WORKBOOK_SUFFIXES = frozenset({".xlsx"})
SEPARATORS = (",", ";", "\t")
FORMATS = Sentence("a CSV (comma, semicolon or tab) or XLSX file of at most 10 MB")

# What Western European languages write above ASCII. Bytes read as cp1252 that give anything else
# were written in another encoding.
_WESTERN = frozenset(
    "àâäáãåæçéèêëíìîïñóòôöõøœúùûüýÿßÀÂÄÁÃÅÆÇÉÈÊËÍÌÎÏÑÓÒÔÖÕØŒÚÙÛÜÝŸ«»‘’“”–—…°ºª¿¡€·•№©®™\xa0\xad"
)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line (or sheet row) where it starts, counted from 1, and its cells, trimmed."""

    line: int
    cells: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether no cell holds anything."""
        return not any(self.cells)


def read_table(
    path: str | Path, is_key: Callable[[str], bool], faults: list[RosterError] | None = None
) -> Iterator[Row]:
    """The rows of a CSV or XLSX file that hold something, all as wide as the first, the header.

    Parameters
    ----------
    path
        A regular file of at most 10 MB.
    is_key
        Whether a cell names a column that must be there: settles which separator a header uses.
    faults
        Takes what is wrong with a row, which is then left out; else it is raised.

    Raises
    ------
    RosterError
        If there is no such file, or it is neither CSV nor XLSX, or too large, or damaged. Faults of
        single rows are raised as the rows are read.
    """
    path = Path(path)
    data = _read_bytes(path)
    if path.suffix.lower() in WORKBOOK_SUFFIXES or data.startswith(b"PK\x03\x04"):
        return _fit(path, _sheet_rows(path, data, is_key), faults, may_be_short=True)
    return _fit(path, _csv_rows(path, decode(path, data), is_key), faults, may_be_short=False)


def find_row(path: Path, is_key: Callable[[str], bool], among: int = 30) -> int | None:
    """The line, among the first, where a cell of a table names a column that must be there."""
    data = _read_bytes(path)
    if path.suffix.lower() in WORKBOOK_SUFFIXES or data.startswith(b"PK\x03\x04"):
        rows = _sheet_rows(path, data, is_key)
    else:
        lines = decode(path, data).splitlines()[:among]
        rows = [Row(k, tuple(re.split(r'[,;\t"]+', line))) for k, line in enumerate(lines, start=1)]
    return next(
        (row.line for row in rows if row.line <= among and any(map(is_key, row.cells))), None
    )


def _fit(
    path: Path, rows: Iterable[Row], faults: list[RosterError] | None, *, may_be_short: bool
) -> Iterator[Row]:
    """The rows at the header's width. Only workbooks leave out the empty cells at a row's end."""
    width = 0
    for row in rows:
        cells = row.cells
        while len(cells) > width and not cells[-1]:
            cells = cells[:-1]
        width = width or len(cells)
        if len(cells) > width or (len(cells) < width and not may_be_short):
            fault = RosterError(
                "the row does not have as many cells as the header",
                given=Sentence("{n} cells", n=len(row.cells)),
                allowed=Sentence("{n} cells", n=width),
                remedy='put a cell that holds the separator in "...": "0,5", "Geneva, Switzerland"',
                file=path,
                line=row.line,
            )
            if faults is None:
                raise fault
            faults.append(fault)
            continue
        yield Row(row.line, cells + ("",) * (width - len(cells)))


def _read_bytes(path: Path) -> bytes:
    def refuse(problem: str, **facts: object) -> RosterError:
        return RosterError(problem, given=facts.get("given"), allowed=FORMATS, file=path)

    if path.is_dir():
        raise refuse(Sentence("this is a folder, not a file"))
    try:
        if not path.exists():
            raise RosterError(
                "there is no such file", allowed=FORMATS, remedy="check the path", file=path
            )
        if not path.is_file():
            raise refuse(Sentence("this is not an ordinary file"))
        if path.suffix.lower() not in CSV_SUFFIXES | WORKBOOK_SUFFIXES:
            raise RosterError(
                "this is neither a CSV nor an XLSX file",
                given=path.suffix,
                allowed=FORMATS,
                remedy="save the list as .csv or .xlsx",
                file=path,
            )
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        why = refusal(error) if isinstance(error, OSError) else None
        raise refuse(Sentence("the file cannot be read"), given=why) from error
    if len(data) > MAX_BYTES:
        raise RosterError(
            "the file is too large",
            given=Sentence("more than {n} MB", n=MAX_BYTES // 1024**2),
            allowed=FORMATS,
            remedy="keep the delegates' rows only, without pictures or formatting",
            file=path,
        )
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise RosterError(
            "this is an old Excel workbook (.xls) or one protected by a password",
            allowed=FORMATS,
            remedy="open it and save it as .xlsx without a password",
            file=path,
        )
    return data


# --- text ---------------------------------------------------------------------------------------


def decode(path: Path, data: bytes) -> str:
    """The text of ``data``: by byte order mark, else UTF-8, else by what reads like a language."""
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe\x00\x00", "utf-32"),
        (b"\x00\x00\xfe\xff", "utf-32"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if data.startswith(mark):
            return _text_or_refuse(path, data, (encoding,))
    if b"\x00" in data[:4096]:
        # ASCII letters in UTF-16 have their zero byte behind (little endian) or before (big)
        little = data[1:4096:2].count(0) >= data[0:4096:2].count(0)
        return _text_or_refuse(path, data, ("utf-16-le" if little else "utf-16-be",))
    try:
        return _text_or_refuse(path, data, ("utf-8",))
    except RosterError:
        western = data.decode("cp1252", errors="replace")
        if _reads_western(western):
            return _text_or_refuse(path, data, ("cp1252",))
    from charset_normalizer import from_bytes  # slow to import, seldom needed

    best = from_bytes(data).best()
    return _text_or_refuse(path, data, (best.encoding,) if best else ())


def _text_or_refuse(path: Path, data: bytes, encodings: tuple[str, ...]) -> str:
    for encoding in encodings:
        try:
            text = data.decode(encoding).removeprefix("\ufeff")
        except UnicodeError:
            continue
        if not any(ord(c) < 32 and c not in "\t\n\r\x0b\x0c" for c in set(text)):
            return text
    raise RosterError(
        "this file does not read as text",
        allowed=FORMATS,
        remedy="save the list as CSV in UTF-8, or as .xlsx",
        file=path,
    )


def _reads_western(text: str) -> bool:
    """Whether the letters above ASCII are Western ones, in words that are mostly ASCII."""
    if not all(c in _WESTERN for c in set(text) if not c.isascii()):
        return False
    words = [w for w in re.findall(r"[^\W\d_]+", text) if not w.isascii()]
    accented = sum(not c.isascii() for w in words for c in w)
    return 2 * accented <= sum(map(len, words))


def _csv_rows(path: Path, text: str, is_key: Callable[[str], bool]) -> Iterator[Row]:
    separator, text, skipped = _separator(text, is_key)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1 + skipped
    try:
        for cells in reader:
            row = Row(line, tuple(_trim(cell) for cell in cells))
            line = reader.line_num + 1 + skipped
            if not row.is_empty:
                yield row
    except csv.Error as error:
        raise RosterError(
            "the row cannot be read",
            given=_MISREAD.get(str(error)),
            allowed='cells with a separator, quote or line break inside stand in "..."',
            remedy="look for a quotation mark that is not closed, here or below",
            file=path,
            line=line,
        ) from error


_MISREAD = {  # what Python's reader says that readers of a list understand
    "unexpected end of data": Sentence("a quotation mark that is not closed"),
}


def _separator(text: str, is_key: Callable[[str], bool]) -> tuple[str, str, int]:
    """(separator, text without Excel's ``sep=`` line, lines left out)."""
    hint = re.match(r"sep=([,;\t])\r?\n", text, flags=re.IGNORECASE)
    if hint:
        return hint[1], text[hint.end() :], 1
    header = text.lstrip("\r\n\t ;,").partition("\n")[0].partition("\r")[0]
    if not header:
        return SEPARATORS[0], "", 0

    def score(separator: str) -> tuple[bool, int]:
        cells = next(csv.reader([header], delimiter=separator), [])
        return any(is_key(_trim(cell)) for cell in cells), len(cells)

    return max(SEPARATORS, key=score), text, 0


def _trim(cell: str) -> str:
    return cell.strip().strip("\ufeff\u200b").strip()


# --- workbooks ----------------------------------------------------------------------------------


def _sheet_rows(path: Path, data: bytes, is_key: Callable[[str], bool]) -> list[Row]:
    _refuse_unsafe_archive(path, data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl tells of features that it leaves out
        try:
            return _read_sheet(path, data, is_key)
        except RosterError:
            raise
        except Exception as error:  # openpyxl raises whatever a damaged part makes it stumble over
            raise _damaged(path, error) from error


def _read_sheet(path: Path, data: bytes, is_key: Callable[[str], bool]) -> list[Row]:
    import openpyxl  # slow to import

    n_cells = 0
    found: list[Row] = []
    with contextlib.closing(
        openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    ) as book:
        visible = [s for s in book.worksheets if s.sheet_state == "visible"] or book.worksheets
        if not visible:
            return []
        for candidate in visible:
            candidate.reset_dimensions()  # what the file says of its own size may be wrong
        sheet = next((s for s in visible if _has_header(s, is_key)), visible[0])
        rows = itertools.islice(sheet.iter_rows(values_only=True), SHEET_ROWS)
        for line, values in enumerate(rows, start=1):
            n_cells += len(values)
            if n_cells > MAX_SHEET_CELLS:
                raise RosterError(
                    "the sheet is too large",
                    given=Sentence("more than {n} cells, empty ones included", n=MAX_SHEET_CELLS),
                    allowed=FORMATS,
                    remedy="copy the delegates' rows into a new workbook",
                    file=path,
                    line=line,
                )
            row = Row(line, tuple(_cell_text(value) for value in values))
            if not row.is_empty:
                found.append(row)
    return found


def _has_header(sheet: Any, is_key: Callable[[str], bool]) -> bool:
    """Whether the first row that holds something names a column that must be there."""
    for values in itertools.islice(sheet.iter_rows(values_only=True), 100):
        cells = [_cell_text(value) for value in values[:1000]]
        if any(cells):
            return any(is_key(cell) for cell in cells)
    return False


def _refuse_unsafe_archive(path: Path, data: bytes) -> None:
    """Refuse what is no workbook, unpacks to too much, or brings its own XML entities."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            size = sum(part.file_size for part in parts)
            if size > MAX_UNPACKED_BYTES or len(parts) > MAX_PARTS:
                raise RosterError(
                    "the workbook unpacks to far more than a delegate list needs",
                    given=Sentence("{mb} MB in {n} parts", mb=round(size / 1024**2), n=len(parts)),
                    allowed=Sentence(
                        "{mb} MB in {n} parts", mb=MAX_UNPACKED_BYTES // 1024**2, n=MAX_PARTS
                    ),
                    remedy="copy the delegates' rows into a new workbook",
                    file=path,
                )
            if "xl/workbook.xml" not in {part.filename for part in parts}:
                raise RosterError(
                    "this is a zip archive, but no XLSX workbook",
                    allowed=FORMATS,
                    remedy="save the list as .xlsx or as CSV",
                    file=path,
                )
            for part in parts:
                xml = archive.read(part) if part.filename.endswith((".xml", ".rels")) else b""
                # a declaration may stand in UTF-16: without its zero bytes it reads the same
                if b"<!doctype" in xml.replace(b"\x00", b"").lower():
                    raise RosterError(
                        "the workbook declares a document type, which no spreadsheet program does",
                        given=part.filename,
                        remedy="copy the delegates' rows into a new workbook",
                        file=path,
                    )
    except RosterError:
        raise
    except Exception as error:  # zipfile too has many ways to fail on a damaged file
        raise _damaged(path, error) from error


def _damaged(path: Path, error: Exception) -> RosterError:
    return RosterError(
        "this does not open as an XLSX workbook",
        given=type(error).__name__,
        allowed=FORMATS,
        remedy="open it in a spreadsheet program and save it again, or save it as CSV",
        file=path,
    )


def _cell_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    return _trim(str(value))
