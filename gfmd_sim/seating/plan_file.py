"""A seating plan as a file: CSV, XLSX or our own JSON, from whatever tool it comes.

Long: columns sitting, table and id, a row a seat. Wide: a column id and one a sitting (``sitting 1``,
``Round 2``, ``mesa 3``), a row a delegate. Column names may be English, French or Spanish; a table
may be called ``7``, ``Table 7``, ``T7`` or ``B``.

Optional columns ``roundtable`` and ``consultation`` say for which meeting a row holds. Sittings
count from 1 in each consultation, or through all of them, as in our own files: that is what is meant
where no number stands under two consultations and a later one has none of the first. Without
``consultation`` they are counted through: 1 and 2 are the first consultation's where a consultation
has two sittings.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

from gfmd_sim.errors import SeatingError, Sentence, refusal
from gfmd_sim.scenario.roster import fold
from gfmd_sim.scenario.tabular import Row, read_table

MARK = "gfmd-sim seating plan"
MAX_BYTES = 64 * 1024 * 1024
_NAMES = {
    "sitting": ("round", "session", "seance", "serie", "sesion", "ronda", "tour"),
    "table": ("table_number", "table_no", "mesa", "no_table", "numero_de_table", "assigned_table"),
    "id": ("delegate", "delegate_id", "participant", "participant_id", "person", "personne",
           "delegue", "delegado", "identifiant", "identificador", "nationbuilder_id"),
    "roundtable": ("table_ronde", "mesa_redonda", "room", "salle", "sala"),
    "consultation": ("consulta",),
    "seat": ("place", "siege", "asiento"),
    "group": ("groupe", "grupo"),
    "name": ("nom", "nombre"),
}  # fmt: skip
_OWN = {word: name for name, words in _NAMES.items() for word in (name, *words)}
_WIDE = re.compile(
    r"(?:sitting|round|session|seance|serie|sesion|ronda|tour|table|mesa)_?(\d{1,3})"
)
_TABLE = re.compile(r"(?:(?:table|mesa|tisch|t|m)[\s._#-]*)?(?:no?\.?\s*)?(\d{1,5})(?:\.0)?", re.I)


def column_called(word: str) -> str:
    """A plan's column by our name for it, a further one by its folded name."""
    return _OWN.get(fold(word), fold(word))


Key = tuple[int, int, int]
"""Roundtable or 0 for all, consultation or 0, sitting."""


@dataclass(frozen=True)
class PlanTables:
    """Tables by (roundtable or 0 for all, consultation or 0, sitting), then by delegate id.

    ``columns``: what further columns say of a delegate: column -> id -> value.
    """

    tables: Mapping[Key, Mapping[str, int]]
    path: Path | None = None
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def at(
        self, roundtable: int, consultation: int, sitting: int, n_sittings: int
    ) -> dict[str, int] | None:
        """The plan for one sitting: delegate id -> table; None if it says nothing of it."""
        through = (consultation - 1) * n_sittings + sitting
        for key in (
            (roundtable, consultation, sitting),
            (0, consultation, sitting),
            (roundtable, 0, through),
            (0, 0, through),
        ):
            if key in self.tables:
                return dict(self.tables[key])
        return None

    def through(self, roundtable: int | None = None) -> dict[int, dict[str, int]]:
        """All sittings of a roundtable (None: of the only one), counted through from 1.

        Raises
        ------
        SeatingError
            If the plan does not speak of the roundtable, or of several and none is named.
        """
        if roundtable is None and len(self.roundtables) > 1:
            raise SeatingError(
                "the plan is for several roundtables", file=self.path, key="--roundtables",
                given=", ".join(map(str, self.roundtables)), remedy="name one of them",
            )  # fmt: skip
        keys = sorted(k for k in self.tables if roundtable is None or k[0] in (0, roundtable))
        if not keys:
            raise SeatingError(
                "the plan does not speak of this roundtable", file=self.path,
                key="--roundtables", given=roundtable,
                allowed=", ".join(map(str, self.roundtables)),
            )  # fmt: skip
        each = self.consultations(roundtable)
        before = (0, 0, *accumulate(each))  # sittings before a consultation, by its number from 0
        return {before[c] + s: dict(self.tables[r, c, s]) for r, c, s in keys}

    def consultations(self, roundtable: int | None = None) -> tuple[int, ...]:
        """Sittings of each consultation (None: of the only roundtable); empty if none is named.

        A consultation of which nothing is said has as many as the longest.
        """
        keys = [k for k in self.tables if roundtable is None or k[0] in (0, roundtable)]
        last = max((c for _, c, _ in keys), default=0)
        each = [max((s for _, k, s in keys if k == c), default=0) for c in range(1, last + 1)]
        return tuple(n or max(each) for n in each)

    @property
    def roundtables(self) -> tuple[int, ...]:
        """The roundtables there are rows for; (0,) where none is named."""
        return tuple(sorted({k[0] for k in self.tables}))


def read_plan(path: str | Path) -> PlanTables:
    """Read a plan.

    Raises
    ------
    SeatingError
        If a column is missing, a number is none, or somebody has two tables in one sitting.
    """
    path = Path(path)
    if path.suffix.lower() == ".json":
        return tables_of(read_json(path), path)
    rows = read_table(path, lambda name: _OWN.get(fold(name)) in ("sitting", "id"))
    header = next(rows, None)
    if header is None:
        raise SeatingError("the seating plan is empty", file=path)
    names = [column_called(c) for c in header.cells]
    wide = {k: int(m[1]) for k, c in enumerate(header.cells) if (m := _WIDE.fullmatch(fold(c)))}
    if not wide or {"sitting", "table"} <= set(names):
        wide = {}
        for needed in ("sitting", "table", "id"):
            _need(path, header, names, needed)
    _need(path, header, names, "id")
    tables: dict[Key, dict[str, int]] = {}
    columns: dict[str, dict[str, str]] = {}
    for row in rows:
        cell = dict(zip(names, row.cells, strict=False))
        delegate = cell["id"].removeprefix("'") if cell["id"][:2] in _ESCAPED else cell["id"]
        if not delegate:
            continue
        for place in _places(path, row, cell, wide):
            seats = tables.setdefault(place[:3], {})
            if delegate in seats:
                raise SeatingError(
                    Sentence(
                        "delegate '{delegate}' has two tables in sitting {sitting}",
                        delegate=delegate,
                        sitting=place[2],
                    ),
                    file=path,
                    line=row.line,
                    remedy="keep one of the rows",
                )
            seats[delegate] = place[3]
        for k, name in enumerate(names):
            if name and k not in wide and name not in ("sitting", "table", "seat", "id"):
                columns.setdefault(name, {}).setdefault(delegate, row.cells[k])
    if not any(tables.values()):
        raise SeatingError("the seating plan is empty", file=path)
    return PlanTables(_within(tables), path, columns)


def _within(tables: Mapping[Key, dict[str, int]]) -> dict[Key, dict[str, int]]:
    """The same with sittings counted in each consultation, where they were counted through all."""
    numbers: dict[tuple[int, int], list[int]] = {}
    for r, c, s in sorted(tables):
        numbers.setdefault((r, c), []).append(s)
    first: dict[tuple[int, int], int] = {}
    for r in {r for r, _ in numbers}:
        named = [c for k, c in numbers if k == r]
        spans = [(numbers[r, c][0], numbers[r, c][-1]) for c in named]
        is_through = all(one[1] < other[0] for one, other in pairwise(spans))
        is_through = is_through and (named[0] == 1 or spans[0][0] > 1) and 0 not in named
        for k, c in enumerate(named):
            follows = k > 0 and named[k - 1] == c - 1
            start = spans[k - 1][1] + 1 if follows else spans[k][0]
            first[r, c] = start if is_through and c > 1 else 1
    return {(r, c, s - first[r, c] + 1): seats for (r, c, s), seats in tables.items()}


_ESCAPED = ("'=", "'+", "'-", "'@")


def _need(path: Path, header: Row, names: list[str], needed: str) -> None:
    if needed not in names:
        raise SeatingError(
            Sentence("the seating plan has no column '{name}'", name=needed),
            file=path,
            line=header.line,
            given=", ".join(header.cells),
            allowed="sitting, table, id, and optionally roundtable, consultation, seat; "
            "or id and a column for each sitting: sitting 1, sitting 2, ...",
            remedy=Sentence("add the column '{name}'", name=needed),
        )


def _places(
    path: Path, row: Row, cell: Mapping[str, str], wide: Mapping[int, int]
) -> Iterator[tuple[int, int, int, int]]:
    """Roundtable, consultation, sitting, table of each seat that a row gives."""
    roundtable, consultation = (
        _whole(path, row, name, cell.get(name, "")) if cell.get(name) else 0
        for name in ("roundtable", "consultation")
    )
    if wide:
        for k, sitting in wide.items():
            if row.cells[k]:
                yield roundtable, consultation, sitting, _table(path, row, row.cells[k])
    elif cell.get("table"):
        sitting = _whole(path, row, "sitting", cell["sitting"])
        yield roundtable, consultation, sitting, _table(path, row, cell["table"])


def _whole(path: Path, row: Row, name: str, text: str) -> int:
    match = re.fullmatch(r"\D{0,20}?(\d{1,5})(?:\.0)?", text.strip())
    if match is None or int(match[1]) < 1:
        raise SeatingError(
            Sentence("'{name}' is not a number", name=name), file=path, line=row.line, given=text,
            allowed="a whole number from 1",
        )  # fmt: skip
    return int(match[1])


def _table(path: Path, row: Row, text: str) -> int:
    """``7``, ``Table 7``, ``T7``, ``7.0``; a single letter counts from A."""
    match = _TABLE.fullmatch(text.strip())
    if match and int(match[1]) >= 1:
        return int(match[1])
    if re.fullmatch(r"(?:(?:table|mesa)\s+)?[A-Za-z]", text.strip(), re.I):
        return ord(text.strip()[-1].upper()) - ord("A") + 1
    raise SeatingError(
        "the table is not a number", file=path, line=row.line, given=text,
        allowed="a whole number from 1, 'Table 7', or a letter",
    )  # fmt: skip


def read_json(path: Path) -> dict[str, Any]:
    """The JSON document of a plan of ours.

    Raises
    ------
    SeatingError
        If it is not one.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise SeatingError("the file is too large", file=path, allowed="up to 64 MB")
        found = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SeatingError("the file cannot be read", file=path, given=refusal(error)) from None
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        raise SeatingError("this is not JSON", file=path, line=line) from None
    if not isinstance(found, dict) or found.get("format") != MARK:
        raise SeatingError(
            "this is no seating plan of ours", file=path,
            allowed=Sentence(
                'a JSON document with "format": "{mark}", or CSV or XLSX', mark=MARK
            ),
        )  # fmt: skip
    return found


def tables_of(document: Mapping[str, Any], path: Path | None = None) -> PlanTables:
    """The seats of a JSON document.

    Raises
    ------
    SeatingError
        If it is damaged.
    """
    tables: dict[Key, dict[str, int]] = {}
    try:
        for room in document["rooms"]:
            each = room.get("request", {}).get("consultations") or ()
            at = [(c, s) for c, n in enumerate(each, start=1) for s in range(1, int(n) + 1)]
            for seat in room["seats"]:
                sitting = int(seat["sitting"])
                place = at[sitting - 1] if at else (0, sitting)
                key = (int(room["roundtable"] or 0), *place)
                tables.setdefault(key, {})[str(seat["id"])] = int(seat["table"])
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise SeatingError(
            "the seating plan is damaged", file=path, given=f"{type(error).__name__}: {error}"
        ) from None
    if not tables:
        raise SeatingError("the seating plan is empty", file=path)
    return PlanTables(tables, path)
