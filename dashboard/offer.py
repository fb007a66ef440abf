"""What can be opened: the shipped scenarios, and the one named on the command line."""

from __future__ import annotations

import functools
from pathlib import Path

from gfmd_sim.scenario.agenda import Roundtable
from gfmd_sim.scenario.files import SHIPPED, load_agenda, load_scenario
from gfmd_sim.scenario.schema import Scenario
from gfmd_sim.seating.rules import RULES

FIRST = ("gfmd-2024-25", "four-groups")
NOT_OFFERED = ("plan", "fixed_table")  # these need a file


def names(own: str) -> list[str]:
    """Scenarios that the pages offer, the command line's first. No other file can be named."""
    found = sorted(p.stem for p in SHIPPED.glob("*.yaml"))
    first = [own, *(n for n in FIRST if n in found)]
    return list(dict.fromkeys([*first, *found]))


def chosen(asked: str, own: str) -> str:
    """``asked`` if it is offered, else the command line's."""
    return asked if asked in names(own) else own


def title(name: str) -> str:
    """A scenario's name as a list shows it: a file without its folders."""
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
