"""What is said of a delegate list before a Forum is held with it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from gfmd_sim.cli.asked import spoken
from gfmd_sim.errors import Sentence, cut_short
from gfmd_sim.scenario.schema import Scenario

if TYPE_CHECKING:
    from gfmd_sim.scenario.roster import Roster


def say_namesakes(roster: Roster) -> None:
    """Names that the list has more than once."""
    from gfmd_sim.scenario.namesakes import namesakes

    for names in namesakes(roster):
        told = Sentence("in {roster}: {names}", roster=str(roster.path), names=names)
        print(spoken(told), file=sys.stderr)


def _say_who_is_where(scenario: Scenario, roster: Roster) -> None:
    """That all are at all roundtables, where nothing says otherwise; who by the list is at none of those held."""
    from gfmd_sim.errors import UserError
    from gfmd_sim.population import is_everybody_everywhere, settle_people
    from gfmd_sim.seating.people import MOST_NAMED

    try:
        people = settle_people(scenario, roster)
    except UserError:  # told where it is raised for good
        return
    if is_everybody_everywhere(scenario, people):
        told = Sentence.counted(
            "{roster}: {n} delegate, at all {m} roundtables; a column roundtables in the list (such as "
            "1|3; empty: all) says who is at which",
            "{roster}: {n} delegates, each at all {m} roundtables; a column roundtables in the list (such "
            "as 1|3; empty: all) says who is at which",
            people.n_consulted,
            roster=str(scenario.population.roster),
            m=len(scenario.roundtables),
        )
        print(spoken(told), file=sys.stderr)
    held = set(scenario.roundtables)
    come = [e for e in roster.entries if e.present is not False]
    nowhere = [e.id for e in come if e.roundtables and not held & set(e.roundtables)]
    if nowhere:
        told = Sentence.counted(
            "{roster}: {n} delegate is at none of the roundtables held ({held}), as the column roundtables says: {ids}",
            "{roster}: {n} delegates are at none of the roundtables held ({held}), as the column roundtables says: {ids}",
            len(nowhere),
            roster=str(scenario.population.roster),
            held=", ".join(map(str, scenario.roundtables)),
            ids=Sentence.joined(", ", cut_short(nowhere, MOST_NAMED)),
        )
        print(spoken(told), file=sys.stderr)


def say_who_comes(scenario: Scenario) -> None:
    """Who is on the list of a scenario more than once, and of which groups it has nobody."""
    p = scenario.population
    if p.roster is None:
        return
    from gfmd_sim.scenario.files import file_of
    from gfmd_sim.scenario.group_names import ADVISED
    from gfmd_sim.scenario.roster import read_roster

    roster = read_roster(file_of(p.roster), groups=list(p.groups))
    say_namesakes(roster)
    _say_who_is_where(scenario, roster)
    if p.fill_roster:
        return  # groups that it lacks are drawn
    come = {e.group for e in roster.entries if e.present is not False}
    missing = [g for g, spec in p.groups.items() if spec.share > 0 and g not in come]
    if missing:
        told = Sentence(
            "{roster}: it has nobody of {groups}; the Forum is held without them "
            "(--set population.fill_roster=true draws them)",
            roster=p.roster,
            groups=Sentence.joined(", ", [ADVISED.get(g, g) for g in missing]),
        )  # fmt: skip
        print(spoken(told), file=sys.stderr)
