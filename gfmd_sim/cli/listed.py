"""What is said of a delegate list before a Forum is held with it."""

from __future__ import annotations

import sys

from gfmd_sim.cli.asked import spoken
from gfmd_sim.errors import Sentence
from gfmd_sim.scenario.schema import Scenario


def say_who_is_missing(scenario: Scenario) -> None:
    """A list is who comes; groups of the scenario that it has nobody of stay away."""
    p = scenario.population
    if p.roster is None or p.fill_roster:
        return
    from gfmd_sim.scenario.files import file_of
    from gfmd_sim.scenario.roster import read_roster

    roster = read_roster(file_of(p.roster), groups=list(p.groups))
    come = {e.group for e in roster.entries if e.present is not False}
    missing = [g for g, spec in p.groups.items() if spec.share > 0 and g not in come]
    if missing:
        told = Sentence(
            "{roster}: it has nobody of {groups}; the Forum is held without them "
            "(--set population.fill_roster=true draws them)",
            roster=p.roster, groups=", ".join(missing),
        )  # fmt: skip
        print(spoken(told), file=sys.stderr)
