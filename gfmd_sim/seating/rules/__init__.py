"""Who sits with whom: one rule a file, all answering :data:`~gfmd_sim.seating.room.SeatingRule`.

``RULES`` maps the name used in a scenario to the rule; :func:`register` adds one from outside.
"""

from __future__ import annotations

from gfmd_sim.seating.room import SeatingRule
from gfmd_sim.seating.rules.balanced import balanced
from gfmd_sim.seating.rules.balanced_fresh import balanced_fresh
from gfmd_sim.seating.rules.caucus import caucus, caucus_first, regional
from gfmd_sim.seating.rules.fixed import fixed
from gfmd_sim.seating.rules.opinion import like_minded, opinion_diverse
from gfmd_sim.seating.rules.optimised import optimised
from gfmd_sim.seating.rules.plan import plan
from gfmd_sim.seating.rules.random import random

RULES: dict[str, SeatingRule] = {
    "random": random,
    "balanced": balanced,
    "balanced_fresh": balanced_fresh,
    "caucus": caucus,
    "caucus_first": caucus_first,
    "like_minded": like_minded,
    "opinion_diverse": opinion_diverse,
    "fixed": fixed,
    "regional": regional,
    "optimised": optimised,
    "plan": plan,
}


def register(name: str, rule: SeatingRule) -> SeatingRule:
    """Make a rule of your own known under ``name``; returns it.

    Raises
    ------
    ValueError
        If the name is taken by another rule.
    """
    if RULES.get(name, rule) is not rule:
        raise ValueError(f"there is a seating rule named '{name}' already")
    RULES[name] = rule
    return rule
