"""Names that a list has more than once: one person with two seats at a time, or two who share a name."""

from __future__ import annotations

from gfmd_sim.errors import Sentence, cut_short, shorten
from gfmd_sim.scenario.roster import Roster, RosterEntry, fold, lines_of

MOST_TOLD = 10
"""Names that are told."""


def namesakes(roster: Roster) -> list[Sentence]:
    """A warning for each name that more than one who may come has, with their lines.

    Who has both the same name and the same organisation is told first.
    """
    by_name: dict[str, list[RosterEntry]] = {}
    for e in roster.entries:
        if e.name and e.present is not False:
            by_name.setdefault(fold(e.name) or e.name, []).append(e)
    same, other = [], []
    for found in by_name.values():
        if len(found) < 2:
            continue
        organisations = [fold(e.organisation or "") for e in found]
        facts = {"name": shorten(found[0].name, 60), "lines": lines_of([e.line for e in found])}
        if len(set(organisations)) == len(found):
            other.append(
                Sentence(
                    "'{name}' is on the list more than once, of different organisations ({lines}): if "
                    "that is one person, keep one line; as it stands each has a seat",
                    **facts,
                )
            )
        else:
            same.append(
                Sentence(
                    "'{name}' is on the list more than once ({lines}): if that is one person, keep one "
                    "line; as it stands each has a seat, at two tables at a time",
                    **facts,
                )
            )
    return cut_short([*same, *other], MOST_TOLD)
