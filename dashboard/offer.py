"""What can be opened: the shipped scenarios, and the one named on the command line."""

from __future__ import annotations

import functools
from pathlib import Path

from dashboard.language import N_, Words
from gfmd_sim.scenario.agenda import Roundtable
from gfmd_sim.scenario.files import SHIPPED, load_agenda, load_scenario
from gfmd_sim.scenario.schema import Scenario
from gfmd_sim.seating.rules import RULES

FIRST = ("gfmd-2024-25", "four-groups")
TITLES = {  # of the shipped scenarios: their questions are too long for a list
    "gfmd-2024-25": N_("The Forum of 2024-2025"),
    "four-groups": N_("Four groups, one roundtable"),
    "caucus-first": N_("Each group by itself first"),
    "equal-groups": N_("As many delegates of every group"),
    "facilitation": N_("A strict speakers' list at every table"),
    "fixed-tables": N_("The same table to the end"),
    "guests": N_("With media, diasporas, employers and unions"),
    "lossy-notes": N_("Short notes, little read"),
    "no-interpretation": N_("Without interpreters"),
    "summit-1500": N_("A Summit of 1,500 people"),
    "tables-of-5": N_("Tables of 5"),
    "tables-of-8": N_("Tables of 8"),
    "turnover": N_("Half of the delegates replaced each time"),
    "with-roster": N_("Half of the delegates known by name"),
}
NOT_OFFERED = ("plan", "fixed_table")  # these need a file


def names(own: str) -> list[str]:
    """Scenarios that the pages offer, the command line's first. No other file can be named."""
    found = sorted(p.stem for p in SHIPPED.glob("*.yaml"))
    first = [own, *(n for n in FIRST if n in found)]
    return list(dict.fromkeys([*first, *found]))


def chosen(asked: str, own: str) -> str:
    """``asked`` if it is offered, else the command line's."""
    return asked if asked in names(own) else own


def title(name: str, words: Words) -> str:
    """A scenario as people read it: a shipped one by its title, a file without its folders."""
    if name in TITLES:
        return words(TITLES[name])
    return Path(name).stem if name.endswith((".yaml", ".yml")) else name


@functools.lru_cache(maxsize=32)
def scenario(name: str) -> Scenario:
    """The scenario of a name."""
    return load_scenario(name)


@functools.lru_cache(maxsize=32)
def scenario_with(name: str, roster: str) -> Scenario:
    """The scenario of a name to be shown, with a delegate list as its owner calls it."""
    found = scenario(name)
    people = found.population.model_copy(update={"roster": roster or found.population.roster})
    return found.model_copy(update={"population": people})


@functools.lru_cache(maxsize=32)
def agenda(name: str) -> dict[int, Roundtable]:
    """The agenda of a scenario, by roundtable."""
    return dict(load_agenda(scenario(name)))


def rules() -> list[str]:
    """Rules of seating that need no file."""
    return [r for r in RULES if r not in NOT_OFFERED]


@functools.cache
def shipped() -> frozenset[str]:
    """Names of the shipped scenarios."""
    return frozenset(p.stem for p in SHIPPED.glob("*.yaml"))
