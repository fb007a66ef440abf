"""Published theories as configurations of the one model: nothing here computes anything of its own.

Each function says which settings turn the Forum into a theory, and returns them with the starting
supports and the agenda they need. ``LIMITS`` lists them by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gfmd_sim.forum import Forum
from gfmd_sim.scenario.abstract import abstract_roundtable
from gfmd_sim.scenario.agenda import Roundtable
from gfmd_sim.scenario.files import load_agenda
from gfmd_sim.scenario.roster import Roster, RosterEntry
from gfmd_sim.scenario.schema import AbstractAgenda, Scenario
from gfmd_sim.setup import Setup
from gfmd_sim.streams import Streams

FloatArray = NDArray[np.float64]

_QUIET: dict[str, Any] = {
    "roundtables": (1,),
    "agenda": {"n_solutions": 1, "proposals": False},
    "population": {
        "groups": {"everybody": {"susceptibility": 1.0}},
        "turnover": 0.0,
        "no_shows": 0.0,
    },
    "process": {"n_consultations": 1, "n_sittings": 1, "phases": False},
    "seating": {"rule": "random"},
    "discussion": {"n_turns": 0},
    "opinion": {
        "table_pull": 1.0,
        "argument_weight": 0.0,
        "talk_weight": 0.0,
        "trust_weight": 0.0,
    },
    "trust": {"share_prior_ties": 0.0},
    "plenary": {"rule": "silent"},
    "note": {"rule": "blank"},
    "experimental": {"skip_summit": True},
}
"""Nobody leaves or stays away, nobody speaks, and support moves by the table's views alone."""


@dataclass(frozen=True)
class Limit:
    """A theory as a configuration: scenario, starting supports (in the roster), agenda."""

    source: str
    scenario: Scenario
    agenda: Mapping[int, Roundtable]
    roster: Roster | None = None

    def setup(self) -> Setup:
        """Ready to run."""
        return Setup.of(self.scenario, self.agenda, self.roster)

    def forum(self, seed: int = 0, replicate: int = 0) -> Forum:
        """A Forum before its first stage."""
        return Forum(self.setup(), Streams(seed, replicate))


def trajectory(forum: Forum) -> FloatArray:
    """Support at the start and after every sitting, shape (n_sittings + 1, n, n_solutions).

    Runs the Forum up to its first plenary.
    """
    (state,) = forum.roundtables.values()
    rows = [state.support.copy()]
    while not forum.is_over and forum.stages[forum.next_stage].name != "plenary":
        if forum.step().name == "form opinions":
            rows.append(state.support.copy())
    return np.array(rows)


def configured(**blocks: Mapping[str, Any]) -> Scenario:
    """A scenario in which nothing happens but what ``blocks`` switch on.

    Raises
    ------
    pydantic.ValidationError
        If a key is unknown or a value out of range.
    """
    merged = dict(_QUIET)
    for name, block in blocks.items():
        merged[name] = {**merged.get(name, {}), **block}
    return Scenario.model_validate(merged)


def starting(starts: ArrayLike, susceptibility: Sequence[float] | None = None) -> Roster:
    """Delegates 0, 1, ... who begin at these supports, shape (n,) or (n, n_solutions)."""
    table = np.asarray(starts, dtype=float)
    table = table[:, None] if table.ndim == 1 else table
    return Roster(
        entries=tuple(
            RosterEntry(
                id=f"{i:04d}",
                group="everybody",
                line=i + 2,
                susceptibility=None if susceptibility is None else susceptibility[i],
                support={(1, f"s{m + 1}"): float(x) for m, x in enumerate(row)},
            )
            for i, row in enumerate(table)
        ),
        columns=("id", "group"),
        path=Path("(limit)"),
    )


def _limit(source: str, scenario: Scenario, roster: Roster | None = None) -> Limit:
    return Limit(source, scenario, load_agenda(scenario), roster)


def _at_one_table(starts: ArrayLike) -> tuple[dict[str, Any], dict[str, Any]]:
    """The agenda and seating blocks for all delegates at one table."""
    shape = np.shape(starts)
    agenda = {"n_solutions": shape[1] if len(shape) > 1 else 1, "proposals": False}
    return agenda, {"rule": "random", "table_size": (shape[0], shape[0])}


def degroot(weights: ArrayLike, starts: ArrayLike, n_steps: int = 1) -> Limit:
    """x(t+1) = W x(t), ``n_steps`` times in one sitting.

    ``weights`` (n, n) is W; ``starts`` (n,) or (n, n_solutions): each column is a run of its own.
    """
    agenda, seating = _at_one_table(starts)
    return _limit(
        "DeGroot 1974, JASA 69:118-121",
        configured(
            agenda=agenda,
            seating=seating,
            opinion={"repetitions": n_steps},
            experimental={"given_weights": np.asarray(weights).tolist()},
        ),
        starting(starts),
    )


def friedkin_johnsen(
    weights: ArrayLike, anchors: ArrayLike, susceptibility: Sequence[float]
) -> Limit:
    """x = Lambda W x + (I - Lambda) u, solved for x; ``anchors`` (n,) or (n, n_solutions) is u."""
    agenda, seating = _at_one_table(anchors)
    return _limit(
        "Friedkin, Johnsen 1990, J. Math. Sociology 15:193-206",
        configured(
            agenda=agenda,
            seating=seating,
            opinion={"repetitions": "until_rest"},
            experimental={"given_weights": np.asarray(weights).tolist()},
        ),
        starting(anchors, susceptibility),
    )


def hegselmann_krause(starts: ArrayLike, bound: float, n_steps: int) -> Limit:
    """Everybody moves to the mean of all within ``bound``, himself included; a step a sitting."""
    agenda, seating = _at_one_table(starts)
    return _limit(
        "Hegselmann, Krause 2002, JASSS 5(3)2",
        configured(
            agenda=agenda,
            seating=seating,
            process={"n_sittings": n_steps},
            opinion={"confidence_bound": bound},
            experimental={"self_in_mean": True},
        ),
        starting(starts),
    )


def deffuant(n: int, pull: float, bound: float, n_steps: int, n_solutions: int = 1) -> Limit:
    """Fresh random pairs in every sitting; who differ by less than ``bound`` move by ``pull``.

    Starts are uniform; several solutions share the pairs, and each has starts of its own.
    """
    return _limit(
        "Deffuant, Neau, Amblard, Weisbuch 2000, Advances in Complex Systems 3:87-98",
        configured(
            agenda={"n_solutions": n_solutions},
            population={"n_delegates": n},
            process={"n_sittings": n_steps},
            seating={"table_size": (2, 2)},
            opinion={"table_pull": pull, "confidence_bound": bound},
            experimental={"bound_is_strict": True, "start_uniform": True},
        ),
    )


def maes_flache(
    homophily: float,
    n: int = 10,
    n_arguments: int = 20,
    memory: int = 4,
    n_events: int = 30_000,
    biased_processing: float = 0.0,
) -> Limit:
    """Pairs exchange arguments; like talks to like; the oldest argument is forgotten.

    Each turn a listener, drawn evenly, hears one argument of a speaker drawn by similarity to the
    power of ``homophily``. Support is the share of the arguments kept that speak for the solution.
    """
    return _limit(
        "Maes, Flache 2013, PLoS ONE 8(11):e74516",
        configured(
            agenda={"challenges": n_arguments},
            population={"n_delegates": n, "accounts_per_item": 1},
            seating={"table_size": (n, n)},
            discussion={
                "n_turns": n_events,
                "own_side": 0.0,
                "learning": 1.0,
                "biased_processing": biased_processing,
                "no_common_language": 1.0,
            },
            opinion={"table_pull": 0.0, "argument_weight": 1.0, "prior_weight": 0.0},
            experimental={
                "memory": memory,
                "homophily": homophily,
                "opinions_every": 1,
                "knows_count": memory,
                "share_pro": 0.5,
                "support_from_knowledge": True,
            },
        ),
    )


def banisch_shamon(biased_processing: float, n_events: int = 30_000, **sizes: int) -> Limit:
    """As :func:`maes_flache`, talking to anybody, but fitting arguments are taken up more readily."""
    limit = maes_flache(0.0, n_events=n_events, biased_processing=biased_processing, **sizes)
    return Limit(
        "Banisch, Shamon 2025, Sociological Methods & Research (biased processing)",
        limit.scenario,
        limit.agenda,
    )


def stasser_titus(
    p_mention: float,
    n_holders: int,
    table_size: int = 3,
    n_tables: int = 100,
    n_steps: int = 20,
    learning: float = 0.0,
) -> Limit:
    """A hidden profile: at every table ``n_holders`` know an item that the others do not.

    Everybody has one turn and mentions the item, if he knows it, with chance ``p_mention``, else
    what all know. Account 0 is the item. Without ``learning`` every sitting is a new trial.
    """
    n = table_size * n_tables
    holders = {"share": float(n_holders), "susceptibility": 1.0}
    others = {"share": float(table_size - n_holders), "susceptibility": 1.0}
    weights = (p_mention, 0.0, 1.0 - p_mention, 0.0)
    scenario = configured(
        agenda={"challenges": 1, "practices": 1},
        population={
            "n_delegates": n,
            "groups": {"youth": holders, "states": others},
            "accounts_per_item": 1,
            "common_knowledge": 0.0,
            "knows_own": 1.0,
            "knows_other": 0.0,
        },
        process={"n_sittings": n_steps, "phases": True},
        seating={"rule": "balanced", "table_size": (table_size, table_size), "balance": ("group",)},
        discussion={
            "n_turns": table_size,
            "turn_taking": "round",
            "own_side": 0.0,
            "learning": learning,
            "phase_weights": (weights, weights, weights),
        },
    )
    assert isinstance(scenario.agenda, AbstractAgenda)
    roundtable = abstract_roundtable(scenario.agenda, 1)
    hidden = roundtable.challenges[0].model_copy(update={"raised_by": ["youth"]})
    return Limit(
        "Stasser, Titus 1985, JPSP 48:1467-1478; Stasser, Taylor, Hanna 1989, JPSP 57:67-78",
        scenario,
        {1: roundtable.model_copy(update={"challenges": [hidden]})},
    )


def averaging(
    starts: ArrayLike,
    pull: float,
    table_size: int,
    rule: str = "random",
    groups: Mapping[str, int] | None = None,
    **blocks: Mapping[str, Any],
) -> Limit:
    """Tables of one size, at which everybody moves by ``pull`` towards the table's mean.

    Oneself counts in the mean. ``groups`` sorts the delegates into groups, in their order; further
    ``blocks`` change the scenario.
    """
    shape = np.shape(starts)
    roster = starting(starts)
    if groups is not None:
        names = [g for g, size in groups.items() for _ in range(size)]
        entries = tuple(
            RosterEntry(id=e.id, group=g, line=e.line, support=e.support)
            for e, g in zip(roster.entries, names, strict=True)
        )
        roster = Roster(entries, roster.columns, roster.path)
    settings: dict[str, dict[str, Any]] = {
        "agenda": {"n_solutions": shape[1] if len(shape) > 1 else 1, "proposals": False},
        "population": {
            "groups": {g: {"susceptibility": 1.0} for g in groups or {"everybody": shape[0]}}
        },
        "seating": {
            "rule": rule,
            "table_size": (table_size, table_size),
            "balance": ("group",),
        },
        "opinion": {"table_pull": pull},
        "experimental": {"self_in_mean": True},
    }
    for name, block in blocks.items():
        settings[name] = {**settings.get(name, {}), **block}
    return _limit("averaging at tables", configured(**settings), roster)


LIMITS: dict[str, Callable[..., Limit]] = {
    "degroot": degroot,
    "friedkin_johnsen": friedkin_johnsen,
    "hegselmann_krause": hegselmann_krause,
    "deffuant": deffuant,
    "maes_flache": maes_flache,
    "banisch_shamon": banisch_shamon,
    "stasser_titus": stasser_titus,
}
