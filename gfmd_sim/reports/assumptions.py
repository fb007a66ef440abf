"""The assumptions table: every parameter with its value, its source, and who decides it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from gfmd_sim.experiments.simulator import JSON, canonical_text
from gfmd_sim.language import divided, number, plural, told, translator
from gfmd_sim.reports.words import HOLDERS, ROOMS, said
from gfmd_sim.scenario.agenda import Language
from gfmd_sim.scenario.describe import Row, describe
from gfmd_sim.scenario.schema import ASSUMPTION, Scenario

_OF_NO_LIST = re.compile(r"population\.(n_delegates|groups\.\w+\.share)")


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
    """All parameters, room by room; what only theory needs is left out where it is not used, and so
    is what a delegate list says instead: how many come, and of which groups."""
    rooms: dict[str, list[AssumptionRow]] = {}
    p = scenario.population
    is_listed = p.roster is not None and not p.fill_roster
    for row in describe(scenario):
        if is_listed and _OF_NO_LIST.fullmatch(row.path):
            continue
        room = row.path.partition(".")[0] if "." in row.path else ""
        if not row.parameter.meaning or row.path in ("name", "question"):
            continue
        if room == "experimental" and not row.is_changed:
            continue
        rooms.setdefault(room, []).append(_row(row, language))
    return [Room(said(ROOMS, room, language), rows) for room, rows in rooms.items()]


def who_comes(
    scenario: Scenario, n_delegates: int | None, language: Language, everywhere: bool = False
) -> str:
    """``62 delegates of my-list.csv``; empty where the scenario draws its delegates."""
    roster = scenario.population.roster
    if roster is None:
        return ""
    _, n_ = translator(language), plural(language)
    name = Path(roster).name
    if n_delegates is None:
        return _("the delegates of {list}").format(list=name)
    they = n_("{n} delegate of {list}", "{n} delegates of {list}", n_delegates).format(
        n=number(n_delegates, language, 0), list=name
    )
    if not everywhere:
        return they
    return _(
        "{they}, each at all {n} roundtables (a column roundtables in the list says who is at which)"
    ).format(they=they, n=len(scenario.roundtables))


def _row(row: Row, language: Language) -> AssumptionRow:
    _ = translator(language)
    p = row.parameter
    source = _(p.source).removeprefix(_(ASSUMPTION)).strip(" ;")
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
        entries = [shown(v, language) for v in value]
        return divided(
            [f"({e})" if isinstance(v, list) else e for e, v in zip(entries, value, strict=True)],
            language,
        )
    if isinstance(value, dict):
        return divided([told(k, shown(v, language), language) for k, v in value.items()], language)
    return value if isinstance(value, str) else canonical_text(value)
