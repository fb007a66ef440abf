"""The agenda as arrays: accounts of items, on which solutions they bear, and which way.

An account (an argument) is one telling of an agenda item from somebody's experience. The agenda
says on which solutions an item bears; whether one account of it speaks for a solution is luck, with
the chance q of the solution's quality, and 1 - q where the item contests it.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.compiled import compiled
from gfmd_sim.scenario.agenda import KINDS, RESOURCES, AgendaItem, ItemKind, Roundtable
from gfmd_sim.scenario.schema import Scenario
from gfmd_sim.streams import Decision, Streams, fill_uniform, person_keys, stage_word


class Links(NamedTuple):
    """On which solutions each account bears, and which way: compressed rows."""

    start: NDArray[np.int32]
    solution: NDArray[np.int32]
    sign: NDArray[np.int8]


@dataclass(frozen=True)
class Topics:
    """One roundtable's agenda as arrays; the same in every replicate.

    Accounts are numbered item by item: account ``a`` tells item ``item[a]``.
    """

    roundtable: Roundtable
    entries: tuple[AgendaItem, ...]  # items: challenges, opportunities, practices, solutions
    item_kind: NDArray[np.int8]  # (n_items,), index into KINDS
    item: NDArray[np.int32]  # (n_accounts,)
    kind: NDArray[np.int8]  # (n_accounts,)
    key: NDArray[np.uint32]  # (n_accounts,) luck of an account
    solution_key: NDArray[np.uint32]  # (n_solutions,)
    raised_by: NDArray[np.bool_]  # (n_accounts, n_groups)
    link_start: NDArray[np.int32]
    link_solution: NDArray[np.int32]
    contests: NDArray[np.bool_]  # (n_links,)
    needs: NDArray[np.bool_]  # (n_solutions, n_resources)
    needs_bits: NDArray[np.int64]  # (n_solutions,) the same, a bit for each resource
    addressed: NDArray[np.bool_]  # (n_solutions, n_accounts) accounts of challenges it addresses
    built_on: NDArray[np.bool_]  # (n_solutions, n_accounts) accounts of practices it builds on

    @cached_property
    def n_solutions(self) -> int:
        return len(self.roundtable.solutions)

    @property
    def n_items(self) -> int:
        return len(self.entries)

    @cached_property
    def n_accounts(self) -> int:
        return int(self.item.shape[0])

    @cached_property
    def first_solution(self) -> int:
        """Item index of the first solution: solution m is item ``first_solution + m``."""
        return self.n_items - self.n_solutions

    def kind_of(self, item: int) -> ItemKind:
        return KINDS[int(self.item_kind[item])]


_compiled: OrderedDict[tuple[int, int, bool, tuple[str, ...]], Topics] = OrderedDict()
_MAX_COMPILED = 64


def topics_of(roundtable: Roundtable, scenario: Scenario, groups: tuple[str, ...]) -> Topics:
    """:func:`compile_topics`, remembered: a sweep asks for the same topics again and again."""
    key = (
        id(roundtable),
        scenario.population.accounts_per_item,
        scenario_voices_proposals(scenario),
        groups,
    )
    found = _compiled.get(key)
    if found is None or found.roundtable is not roundtable:  # an id can be used again
        found = compile_topics(roundtable, scenario, groups)
        _compiled[key] = found
        while len(_compiled) > _MAX_COMPILED:
            _compiled.popitem(last=False)
    return found


def compile_topics(roundtable: Roundtable, scenario: Scenario, groups: tuple[str, ...]) -> Topics:
    """The arrays of one roundtable for this scenario's groups."""
    pairs = list(roundtable.items())
    copies = scenario.population.accounts_per_item
    entries = tuple(entry for _, entry in pairs)
    item_kind = np.array([KINDS.index(kind) for kind, _ in pairs], dtype=np.int8)
    telling = [
        i
        for i, (kind, _) in enumerate(pairs)
        for _ in range(copies)
        if kind != "proposal" or scenario_voices_proposals(scenario)
    ]
    item = np.array(telling, dtype=np.int32)
    names = [f"account:{entries[i].id}#{a % copies + 1}" for a, i in enumerate(telling)]
    start, solution, contests = [0], [], []
    solutions = roundtable.solutions
    for i in telling:
        entry = entries[i]
        for m, s in enumerate(solutions):
            against = entry.id in s.contested_by
            if against or entry.id == s.id or entry.id in s.addresses or entry.id in s.builds_on:
                solution.append(m)
                contests.append(against)
        start.append(len(solution))
    raised = np.zeros((len(telling), len(groups)), dtype=bool)
    for a, i in enumerate(telling):
        for g, name in enumerate(groups):
            raised[a, g] = name in entries[i].raised_by
        if not raised[a].any():  # nobody here would: then anybody might
            raised[a] = True
    ids = [entries[i].id for i in telling]
    practice = KINDS.index("practice")
    kind = item_kind[item] if len(item) else np.zeros(0, np.int8)
    shape = (len(solutions), len(telling))
    addressed = np.zeros(shape, dtype=bool)
    built_on = np.zeros(shape, dtype=bool)
    for m, s in enumerate(solutions):
        addressed[m] = [i in s.addresses for i in ids]
        built_on[m] = [i in s.builds_on and kind[a] == practice for a, i in enumerate(ids)]
    return Topics(
        roundtable=roundtable,
        entries=entries,
        item_kind=item_kind,
        item=item,
        kind=kind,
        key=person_keys(names),
        solution_key=person_keys(f"solution:{s.id}" for s in solutions),
        raised_by=raised,
        link_start=np.array(start, dtype=np.int32),
        link_solution=np.array(solution, dtype=np.int32),
        contests=np.array(contests, dtype=bool),
        needs=np.array([[r in s.needs for r in RESOURCES] for s in solutions], dtype=bool),
        needs_bits=np.array(
            [sum(1 << k for k, r in enumerate(RESOURCES) if r in s.needs) for s in solutions],
            dtype=np.int64,
        ),
        addressed=addressed,
        built_on=built_on,
    )


def scenario_voices_proposals(scenario: Scenario) -> bool:
    """Whether accounts of the solutions themselves exist (an abstract agenda may have none)."""
    return isinstance(scenario.agenda, str) or scenario.agenda.proposals


def draw_links(topics: Topics, scenario: Scenario, streams: Streams) -> Links:
    """Which way each account speaks in this replicate."""
    number = topics.roundtable.number
    if scenario.experimental.share_pro is not None:
        sign = _exact_shares(topics, scenario.experimental.share_pro)
    else:
        sign = _drawn_signs(
            streams.key,
            topics.key,
            stage_word(Decision.VALENCE, roundtable=number),
            draw_quality(topics, scenario, streams),
            topics.link_start,
            topics.link_solution,
            topics.contests,
        )
    return Links(topics.link_start, topics.link_solution, sign)


@compiled
def _drawn_signs(
    key: NDArray[np.uint32],
    account: NDArray[np.uint32],
    stage: int,
    quality: NDArray[np.float64],
    start: NDArray[np.int32],
    solution: NDArray[np.int32],
    contests: NDArray[np.bool_],
) -> NDArray[np.int8]:
    """Each account speaks for a solution with the chance of its quality, else against it."""
    sign = np.empty(solution.shape[0], np.int8)
    luck = fill_uniform(key, account, stage, quality.shape[0])
    for a in range(account.shape[0]):
        for k in range(start[a], start[a + 1]):
            q = quality[solution[k]]
            p_for = 1.0 - q if contests[k] else q
            sign[k] = 1 if luck[a, solution[k]] < p_for else -1
    return sign


def draw_quality(topics: Topics, scenario: Scenario, streams: Streams) -> NDArray[np.float64]:
    """Each solution's quality in this replicate, shape (n_solutions,)."""
    p = scenario.population
    luck = streams.uniform(
        Decision.QUALITY, topics.solution_key, roundtable=topics.roundtable.number
    )[:, 0]
    return p.quality_low + (p.quality_high - p.quality_low) * luck


def _exact_shares(topics: Topics, share: float) -> NDArray[np.int8]:
    """Signs such that exactly ``share`` of each solution's accounts speak for it."""
    sign = np.empty(len(topics.link_solution), dtype=np.int8)
    for m in range(topics.n_solutions):
        mine = np.flatnonzero(topics.link_solution == m)
        n_for = round(share * len(mine))
        sign[mine] = -1
        sign[mine[:n_for]] = 1
    return sign
