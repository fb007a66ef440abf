"""The assumptions table: every parameter with its value, its source, and who decides it."""

from __future__ import annotations

from dataclasses import dataclass

from gfmd_sim.experiments.simulator import JSON, canonical_text
from gfmd_sim.language import number, translator
from gfmd_sim.reports.words import HOLDERS, ROOMS, said
from gfmd_sim.scenario.agenda import Language
from gfmd_sim.scenario.describe import Row, describe
from gfmd_sim.scenario.schema import ASSUMPTION, Scenario


@dataclass(frozen=True)
class AssumptionRow:
    """One parameter, in words."""

    path: str
    meaning: str
    value: str
    unit: str
    plausible: str
    holder: str
    source: str
    is_assumed: bool


@dataclass(frozen=True)
class Room:
    """The parameters of one room of the scenario."""

    name: str
    rows: list[AssumptionRow]

    @property
    def n_assumed(self) -> int:
        """How many of them rest on no data."""
        return sum(r.is_assumed for r in self.rows)


def assumptions(scenario: Scenario, language: Language) -> list[Room]:
    """All parameters, room by room; what only theory needs is left out where it is not used."""
    rooms: dict[str, list[AssumptionRow]] = {}
    for row in describe(scenario):
        room = row.path.partition(".")[0] if "." in row.path else ""
        if not row.parameter.meaning or row.path in ("name", "question"):
            continue
        if room == "experimental" and not row.is_changed:
            continue
        rooms.setdefault(room, []).append(_row(row, language))
    return [Room(said(ROOMS, room, language), rows) for room, rows in rooms.items()]


def _row(row: Row, language: Language) -> AssumptionRow:
    _ = translator(language)
    p = row.parameter
    source = _(p.source).removeprefix(ASSUMPTION).strip(" ;")
    plausible = ""
    if p.plausible is not None:
        low, high = (number(v, language, 4, trim=True) for v in p.plausible)
        plausible = _("{low} to {high}").format(low=low, high=high)
    return AssumptionRow(
        path=row.path,
        meaning=_(p.meaning),
        value=shown(row.value, language),
        unit=_(p.unit),
        plausible=plausible,
        holder=said(HOLDERS, p.holder, language),
        source=source,
        is_assumed=ASSUMPTION in p.source,
    )


def shown(value: JSON, language: Language) -> str:
    """A parameter's value as a reader expects it."""
    _ = translator(language)
    if value is None:
        return "\N{EN DASH}"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int | float):
        return number(float(value), language, 4, trim=True)
    if isinstance(value, list):
        return (
            "; ".join(f"({shown(v, language)})" if isinstance(v, list) else shown(v, language)
                      for v in value)
        )  # fmt: skip
    if isinstance(value, dict):
        return "; ".join(f"{k}: {shown(v, language)}" for k, v in value.items())
    return value if isinstance(value, str) else canonical_text(value)
