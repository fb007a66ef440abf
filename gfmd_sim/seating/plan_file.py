"""A seating plan as a file: CSV or XLSX with the columns sitting, table and id.

Optional columns ``roundtable`` and ``consultation`` (1 to 3) say for which meeting a row holds;
without ``consultation``, sittings are counted through the Forum: 1 and 2 are the first
consultation's where a consultation has two sittings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gfmd_sim.errors import SeatingError
from gfmd_sim.scenario.tabular import read_table

_COLUMNS = frozenset({"sitting", "table", "id", "roundtable", "consultation", "seat", "group"})


@dataclass(frozen=True)
class PlanTables:
    """Tables by (roundtable or 0 for all, consultation or 0, sitting), then by delegate id."""

    tables: Mapping[tuple[int, int, int], Mapping[str, int]]
    path: Path | None = None

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


def read_plan(path: str | Path) -> PlanTables:
    """Read a plan.

    Raises
    ------
    SeatingError
        If a column is missing, a number is none, or somebody has two tables in one sitting.
    """
    path = Path(path)
    rows = read_table(path, lambda name: name.strip().lower() in _COLUMNS)
    columns = next(rows).cells
    names = [c.strip().lower() for c in columns]
    for needed in ("sitting", "table", "id"):
        if needed not in names:
            raise SeatingError(
                f"the seating plan has no column '{needed}'",
                file=path,
                given=", ".join(columns),
                allowed="sitting, table, id, and optionally roundtable, consultation, seat",
                remedy=f"add the column '{needed}'",
            )
    tables: dict[tuple[int, int, int], dict[str, int]] = {}
    for row in rows:
        cell = dict(zip(names, row.cells, strict=False))
        if not cell.get("table"):
            continue
        number = {}
        for name in ("roundtable", "consultation", "sitting", "table"):
            text = cell.get(name) or "0"
            try:
                number[name] = int(float(text))
            except ValueError:
                raise SeatingError(
                    f"the {name} is not a number",
                    file=path,
                    line=row.line,
                    given=text,
                    allowed="a whole number from 1",
                ) from None
        key = (number["roundtable"], number["consultation"], number["sitting"])
        seats = tables.setdefault(key, {})
        delegate = cell["id"]
        if delegate in seats:
            raise SeatingError(
                f"delegate '{delegate}' has two tables in sitting {number['sitting']}",
                file=path,
                line=row.line,
                remedy="keep one of the rows",
            )
        seats[delegate] = number["table"]
    if not tables:
        raise SeatingError("the seating plan is empty", file=path)
    return PlanTables(tables, path)
