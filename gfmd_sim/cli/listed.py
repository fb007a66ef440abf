"""What is said of a delegate list before a Forum is held with it."""

from __future__ import annotations

import sys

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
        print(
            f"{p.roster}: it has nobody of {', '.join(missing)}; the Forum is held without them "
            "(--set population.fill_roster=true draws them)",
            file=sys.stderr,
        )
