"""Scenario, roster and luck make the delegates, and what they think and know at the start.

Every trait is drawn under its own name, indexed by person and by the consultation before which the
person joined (0: from the start), so that a successor is a new person in an old seat.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.accounts import Links, Topics
from gfmd_sim.compiled import compiled, inlined
from gfmd_sim.delegates import Delegates
from gfmd_sim.errors import ScenarioError, Sentence
from gfmd_sim.pairs import FirstTrust
from gfmd_sim.scenario.agenda import RESOURCES
from gfmd_sim.scenario.roster import Roster, RosterEntry
from gfmd_sim.scenario.schema import Scenario
from gfmd_sim.streams import (
    Decision,
    Streams,
    fill_normal,
    fill_uniform,
    person_keys,
    stage_word,
    stage_words,
)

FloatArray = NDArray[np.float64]
Mask = NDArray[np.bool_]
MAX_LANGUAGES = 32
_DRAWN_ANEW = (
    Decision.GENDER,
    Decision.AGENCY,
    Decision.RESOURCES,
    Decision.LANGUAGE,
    Decision.STATUS,
)
"""What a successor does not take over, in the order in which the kernel draws it."""


class Traits(NamedTuple):
    """What each group's people are like, settled before any luck, as the kernels take it.

    ``bounds`` of a choice are the upper ends of its values' shares of 1; agencies that a group does
    not have are padding.
    """

    role: FloatArray  # (n_roles,) bounds
    share_women: float
    n_agencies: NDArray[np.int32]  # (n_groups,)
    agency: FloatArray  # (n_groups, most_agencies) bounds
    agency_code: NDArray[np.int32]  # (n_groups, most_agencies)
    status: FloatArray  # (n_groups,) mean
    status_sd: float
    susceptibility: FloatArray  # (n_groups,)
    anchor_shift: FloatArray  # (n_groups,)
    resources: FloatArray  # (n_groups, n_resources) chances
    language: FloatArray  # (n_groups, n_regions, n_languages) chances


class Said(NamedTuple):
    """What a roster says of each person; -1, NaN, no language: to be drawn. Shape (n,) each."""

    role: NDArray[np.int32]
    gender: NDArray[np.int32]
    agency: NDArray[np.int32]
    language: NDArray[np.uint32]
    status: FloatArray
    susceptibility: FloatArray
    resources: NDArray[np.int8]  # (n, n_resources)


@dataclass(frozen=True)
class People:
    """What is settled about the delegates before any luck: who is there, and what a roster says."""

    id: tuple[str, ...]
    key: NDArray[np.uint32]
    groups: tuple[str, ...]
    group: NDArray[np.int32]
    group_key: NDArray[np.uint32]
    names: dict[str, list[str]]
    code: dict[str, NDArray[np.int32]]  # codes a roster gives; -1: to be drawn
    said: Said
    traits: Traits
    region: FloatArray  # (n_regions,) bounds of the choice of a region
    open: Mask  # (n_groups, n_roundtables) who may attend what
    listed: Mask  # (n,) of whom the list says which roundtables they attend
    at: Mask  # (n, n_roundtables) those it says
    lean: FloatArray  # (n_groups,) stated lean on every solution; NaN: to be drawn
    said_support: dict[int, FloatArray]  # roundtable -> (n, n_solutions), NaN: to be drawn
    absent: dict[int, NDArray[np.int32]]  # sitting (counted through the Forum) -> who stays away
    n_consulted: int  # the first so many are at the consultations, the rest at the Summit only
    entries: tuple[RosterEntry | None, ...]

    def __len__(self) -> int:
        return len(self.id)


def group_sizes(scenario: Scenario, n: int) -> dict[str, int]:
    """How many of ``n`` delegates each group has: largest remainders of the shares.

    Raises
    ------
    ScenarioError
        If no group is defined, or a group with a share would have nobody.
    """
    groups = {g: s.share for g, s in scenario.population.groups.items() if s.share > 0}
    if not groups:
        raise ScenarioError(
            "the scenario defines no stakeholder group",
            key="population.groups",
            remedy="name at least one group with a share, or extend gfmd-2024-25",
        )
    total = sum(groups.values())
    exact = {g: n * share / total for g, share in groups.items()}
    sizes = {g: int(e + 1e-9) for g, e in exact.items()}
    order = sorted(groups, key=lambda g: (-(exact[g] - sizes[g]), list(groups).index(g)))
    for g in order[: n - sum(sizes.values())]:
        sizes[g] += 1
    empty = [g for g, size in sizes.items() if size == 0]
    if empty:
        raise ScenarioError(
            Sentence("the group '{group}' would have no delegate", group=empty[0]),
            key="population.n_delegates",
            given=n,
            allowed="enough delegates for every group with a share above 0",
            remedy=Sentence(
                "raise population.n_delegates, raise population.groups.{group}.share, or set that "
                "share to 0",
                group=empty[0],
            ),
        )
    return sizes


def settle_people(scenario: Scenario, roster: Roster | None = None) -> People:
    """Who takes part: the roster's delegates, the drawn ones, and those who come to the Summit."""
    p = scenario.population
    entries: list[RosterEntry | None] = []
    ids: list[str] = []
    group_of: list[str] = []
    if roster is not None:
        for e in roster.entries:
            if e.present is False:
                continue
            entries.append(e)
            ids.append(e.id)
            group_of.append(e.group)
    n_consulted = p.n_delegates
    if roster is None or p.fill_roster:
        _draw_ids(scenario, p.n_delegates, ids, group_of, entries)
    else:
        n_consulted = len(ids)
    n_consulted = max(n_consulted, len(ids))
    if p.n_summit is not None and p.n_summit > n_consulted:
        _draw_ids(scenario, p.n_summit, ids, group_of, entries)
    if n_consulted < 2:
        raise ScenarioError(
            "a Forum needs at least 2 delegates",
            given=n_consulted,
            key="population.n_delegates" if roster is None else "roster",
            file=None if roster is None else roster.path,
            remedy="add delegates",
        )
    # in the scenario's order; a list is who comes, and may have nobody of a group
    come = set(group_of)
    groups = tuple(dict.fromkeys([*(g for g in p.groups if g in come), *group_of]))
    unknown = [g for g in groups if g not in p.groups]
    if unknown:
        raise ScenarioError(
            Sentence("the group '{group}' is not defined in the scenario", group=unknown[0]),
            key="population.groups",
            allowed=", ".join(p.groups),
            remedy=Sentence(
                "define population.groups.{group} or mend the roster", group=unknown[0]
            ),
        )
    return _with_roster(scenario, ids, group_of, groups, entries, n_consulted)


def _draw_ids(
    scenario: Scenario,
    n: int,
    ids: list[str],
    group_of: list[str],
    entries: list[RosterEntry | None],
) -> None:
    """Add made-up delegates until there are ``n``, in the groups' proportions."""
    taken = set(ids)
    for g, size in group_sizes(scenario, n).items():
        number = 0
        missing = size - group_of.count(g)
        while missing > 0 and len(ids) < n:
            number += 1
            name = f"{g}-{number:04d}"
            if name not in taken:
                taken.add(name)
                ids.append(name)
                group_of.append(g)
                entries.append(None)
                missing -= 1


def _with_roster(
    scenario: Scenario,
    ids: list[str],
    group_of: list[str],
    groups: tuple[str, ...],
    entries: list[RosterEntry | None],
    n_consulted: int,
) -> People:
    p = scenario.population
    specs = [p.groups[g] for g in groups]
    n = len(ids)
    language_names = sorted(
        {c for g in p.groups.values() for c in g.languages}
        | {c for r in p.regions.values() for c in r.languages or {}}
        | {c for e in entries if e is not None for c in e.languages or ()}
    )
    if len(language_names) > MAX_LANGUAGES:
        raise ScenarioError(
            "too many languages",
            given=len(language_names),
            allowed=Sentence("up to {n}", n=MAX_LANGUAGES),
        )
    names: dict[str, list[str]] = {
        "group": list(groups),
        "region": list(p.regions),
        "role": list(p.roles),
        "agency": sorted({a for g in p.groups.values() for a in g.agencies}),
        "gender": ["woman", "man"],
        "country": [],
        "language": language_names,
    }
    said = {k: np.full(n, -1, dtype=np.int32) for k in names if k not in ("group", "language")}
    said_language = np.zeros(n, dtype=np.uint32)
    said_status = np.full(n, np.nan)
    said_susceptibility = np.full(n, np.nan)
    said_resources = np.full((n, len(RESOURCES)), -1, dtype=np.int8)

    def code(attribute: str, value: str) -> int:
        known = names.setdefault(attribute, [])
        if value not in known:
            known.append(value)
        return known.index(value)

    for i, e in enumerate(entries):
        if e is None:
            continue
        for attribute, value in (
            ("region", e.region), ("role", e.role), ("gender", e.gender), ("country", e.country),
            ("organisation", e.organisation), *e.extra.items(),
        ):  # fmt: skip
            if value:
                if attribute not in said:
                    said[attribute] = np.full(n, -1, dtype=np.int32)
                said[attribute][i] = code(attribute, value)
        for language in e.languages or ():
            said_language[i] |= np.uint32(1 << language_names.index(language))
        if e.status is not None:
            said_status[i] = e.status
        if e.susceptibility is not None:
            said_susceptibility[i] = e.susceptibility
        if e.resources is not None:
            said_resources[i] = [r in e.resources for r in RESOURCES]
    return People(
        id=tuple(ids),
        key=_keys_of(tuple(ids)).copy(),
        groups=groups,
        group=np.array([groups.index(g) for g in group_of], dtype=np.int32),
        group_key=person_keys(f"group:{g}" for g in groups),
        names=names,
        code=said,
        said=Said(
            said["role"],
            said["gender"],
            said["agency"],
            said_language,
            said_status,
            said_susceptibility,
            said_resources,
        ),
        traits=_traits(scenario, groups, names),
        region=_bounds(r.share for r in p.regions.values()),
        open=np.array(
            [
                [s.roundtables is None or r in s.roundtables for r in scenario.roundtables]
                for s in specs
            ]
        ),
        listed=np.array([e is not None and bool(e.roundtables) for e in entries], dtype=bool),
        at=np.array(
            [[e is not None and r in e.roundtables for r in scenario.roundtables] for e in entries],
            dtype=bool,
        ),
        lean=np.array([np.nan if s.support_lean is None else s.support_lean for s in specs]),
        said_support={},
        absent=_absent(entries, scenario.process.n_sittings),
        n_consulted=n_consulted,
        entries=tuple(entries),
    )


def _absent(entries: list[RosterEntry | None], n_sittings: int) -> dict[int, NDArray[np.int32]]:
    """Who stays away from a sitting, counted through the Forum; nothing where all come to all."""
    if not any(
        e is not None and (e.consultations or not isinstance(e.present, bool)) for e in entries
    ):
        return {}
    return {
        s: np.array(
            [
                i
                for i, e in enumerate(entries)
                if e is not None and not e.is_present(s, 1 + (s - 1) // n_sittings)
            ],
            dtype=np.int32,
        )
        for s in range(1, 3 * n_sittings + 1)
    }


@functools.lru_cache(maxsize=8)
def _keys_of(ids: tuple[str, ...]) -> NDArray[np.uint32]:
    """:func:`person_keys`, remembered: the same people meet in every plausible world."""
    return person_keys(ids)


def _bounds(weights: Iterable[float]) -> FloatArray:
    """The upper ends of the shares of 1 that go to values with these weights."""
    bounds: FloatArray = np.cumsum(np.fromiter(weights, dtype=np.float64))
    bounds /= bounds[-1]
    return bounds


def _traits(scenario: Scenario, groups: tuple[str, ...], names: dict[str, list[str]]) -> Traits:
    p = scenario.population
    specs = [p.groups[g] for g in groups]
    most = max((len(s.agencies) for s in specs), default=0)
    agency = np.ones((len(specs), most))
    agency_code = np.full((len(specs), most), -1, dtype=np.int32)
    for g, s in enumerate(specs):
        if s.agencies:
            agency[g, : len(s.agencies)] = _bounds(s.agencies.values())
            agency_code[g, : len(s.agencies)] = [names["agency"].index(a) for a in s.agencies]
    return Traits(
        role=_bounds(p.roles.values()),
        share_women=float(p.share_women),
        n_agencies=np.array([len(s.agencies) for s in specs], dtype=np.int32),
        agency=agency,
        agency_code=agency_code,
        status=np.array([s.status for s in specs], dtype=np.float64),
        status_sd=float(p.status_sd),
        susceptibility=np.array([s.susceptibility for s in specs], dtype=np.float64),
        anchor_shift=np.array([s.anchor_shift for s in specs], dtype=np.float64),
        resources=np.array(
            [[s.resources.get(r, 0.0) for r in RESOURCES] for s in specs], dtype=np.float64
        ),
        language=_language_chances(scenario, groups, names["language"]),
    )


@inlined
def _choose(bounds: FloatArray, luck: float) -> int:
    """The value whose share of 1 the luck falls into."""
    chosen = 0
    while chosen < bounds.shape[0] - 1 and bounds[chosen] <= luck:
        chosen += 1
    return chosen


def draw_delegates(scenario: Scenario, people: People, streams: Streams) -> Delegates:
    """The delegates of one replicate at the start."""
    n = len(people)
    delegates = Delegates(
        id=people.id,
        key=people.key,
        names=people.names,
        code={"group": people.group, **{k: v.copy() for k, v in people.code.items()}},
        language=np.zeros(n, dtype=np.uint32),
        status=np.zeros(n),
        susceptibility=np.zeros(n),
        anchor_shift=np.zeros(n),
        resources=np.zeros((n, len(RESOURCES)), dtype=bool),
        attends=_attendance(scenario, people, streams),
        joined=np.zeros(n, dtype=np.int32),
    )
    _draw_regions(
        delegates.code["region"],
        streams.key,
        people.key,
        stage_word(Decision.REGION),
        people.region,
    )
    draw_traits(people, delegates, np.arange(n), streams, joined=0)
    delegates.attends[people.n_consulted :] = False
    return delegates


@compiled
def _draw_regions(
    region: NDArray[np.int32],
    key: NDArray[np.uint32],
    person: NDArray[np.uint32],
    stage: int,
    bounds: FloatArray,
) -> None:
    """Where a roster does not say it (-1), a region is drawn; in place."""
    luck = fill_uniform(key, person, stage, np.int64(1))
    for i in range(region.shape[0]):
        if region[i] < 0:
            region[i] = _choose(bounds, luck[i, 0])


def is_everybody_everywhere(scenario: Scenario, people: People) -> bool:
    """Whether all delegates of a list attend all of several roundtables, as nothing says otherwise."""
    n = len(scenario.roundtables)
    most = scenario.process.roundtables_per_delegate
    everywhere = bool(people.open[people.group[: people.n_consulted]].all())
    return n > 1 and (most is None or most >= n) and everywhere and not people.listed.any()


def _attendance(scenario: Scenario, people: People, streams: Streams) -> Mask:
    """Which roundtables each delegate attends: those that a list says, else those open to his
    group, or some of them by lot."""
    attends: Mask = people.open[people.group]
    most = scenario.process.roundtables_per_delegate
    if most is not None and most < attends.shape[1]:
        luck = streams.uniform(Decision.ROUNDTABLES, people.key, attends.shape[1])
        luck = np.where(attends, luck, np.inf)
        attends &= np.argsort(np.argsort(luck, axis=1), axis=1) < most
    attends[people.listed] = people.at[people.listed]
    return attends


def draw_traits(
    people: People,
    delegates: Delegates,
    who: NDArray[np.intp],
    streams: Streams,
    joined: int,
) -> None:
    """Personal traits of the delegates ``who``, who joined before consultation ``joined``."""
    delegates.joined[who] = joined
    _draw_traits(
        who,
        joined == 0,
        streams.key,
        people.key,
        people.group,
        delegates.code["region"],
        stage_word(Decision.ROLE),
        stage_words(_DRAWN_ANEW, joined),
        people.traits,
        people.said,
        delegates.code["role"],
        delegates.code["gender"],
        delegates.code["agency"],
        delegates.status,
        delegates.susceptibility,
        delegates.anchor_shift,
        delegates.resources,
        delegates.language,
    )


@compiled
def _draw_traits(
    who: NDArray[np.intp],
    first: bool,
    key: NDArray[np.uint32],
    person: NDArray[np.uint32],
    group: NDArray[np.int32],
    region: NDArray[np.int32],
    role_stage: int,
    stages: tuple[int, ...],
    traits: Traits,
    said: Said,
    role: NDArray[np.int32],
    gender: NDArray[np.int32],
    agency: NDArray[np.int32],
    status: FloatArray,
    susceptibility: FloatArray,
    anchor_shift: FloatArray,
    resources: Mask,
    language: NDArray[np.uint32],
) -> None:
    """Fill the last eight arrays, (n,) each, for the people ``who``.

    ``stages`` are the words of ``_DRAWN_ANEW``. What a roster says holds for the ``first`` holder of
    a seat; a country's part (role) and region hold for his successors too.
    """
    n_resources = resources.shape[1]
    n_regions, n_languages = traits.language.shape[1], traits.language.shape[2]
    them = person[who]
    role_luck = fill_uniform(key, them, role_stage, np.int64(1))
    gender_luck = fill_uniform(key, them, stages[0], np.int64(1))
    agency_luck = fill_uniform(key, them, stages[1], np.int64(1))
    resource_luck = fill_uniform(key, them, stages[2], n_resources)
    language_luck = fill_uniform(key, them, stages[3], n_languages)
    deviation = fill_normal(key, them, stages[4], np.int64(1))
    for k in range(who.shape[0]):
        i = who[k]
        g = group[i]
        role[i] = said.role[i] if said.role[i] >= 0 else _choose(traits.role, role_luck[k, 0])
        gender[i] = 0 if gender_luck[k, 0] < traits.share_women else 1
        agency[i] = -1
        if traits.n_agencies[g] > 0:
            bounds = traits.agency[g, : traits.n_agencies[g]]
            agency[i] = traits.agency_code[g, _choose(bounds, agency_luck[k, 0])]
        status[i] = traits.status[g] + traits.status_sd * deviation[k, 0]
        susceptibility[i] = traits.susceptibility[g]
        anchor_shift[i] = traits.anchor_shift[g]
        for r in range(n_resources):
            resources[i, r] = resource_luck[k, r] < traits.resources[g, r]
        chance = traits.language[g, min(region[i], n_regions - 1)]
        bits, likeliest = np.uint32(0), 0
        for b in range(n_languages):
            if language_luck[k, b] < chance[b]:
                bits |= np.uint32(1) << np.uint32(b)
            if chance[b] > chance[likeliest]:
                likeliest = b
        # somebody who would have no language has his likeliest one
        language[i] = bits if bits else np.uint32(1) << np.uint32(likeliest)
        if first:
            if said.gender[i] >= 0:
                gender[i] = said.gender[i]
            if said.agency[i] >= 0:
                agency[i] = said.agency[i]
            if not np.isnan(said.status[i]):
                status[i] = said.status[i]
            if not np.isnan(said.susceptibility[i]):
                susceptibility[i] = said.susceptibility[i]
            for r in range(n_resources):
                if said.resources[i, r] >= 0:
                    resources[i, r] = said.resources[i, r] > 0
            if said.language[i]:
                language[i] = said.language[i]


def _language_chances(scenario: Scenario, groups: tuple[str, ...], names: list[str]) -> FloatArray:
    """Chance of each language by group and region, shape (n_groups, n_regions, n_languages).

    A region that states its languages overrides the group's.
    """
    p = scenario.population
    chance = np.zeros((len(groups), len(p.regions), len(names)))
    for g, name in enumerate(groups):
        for r, region in enumerate(p.regions.values()):
            spoken = region.languages if region.languages else p.groups[name].languages
            for language, share in spoken.items():
                chance[g, r, names.index(language)] = share
    return chance


def draw_support(
    scenario: Scenario,
    people: People,
    topics: Topics,
    who: NDArray[np.intp],
    lean: FloatArray,
    streams: Streams,
    joined: int = 0,
) -> FloatArray:
    """Support of the delegates ``who`` when they join, shape (len(who), n_solutions), in [0, 1].

    ``lean``: see :func:`group_lean`.
    """
    p, e = scenario.population, scenario.experimental
    number, m = topics.roundtable.number, topics.n_solutions
    key, group = people.key[who], people.group[who]
    stage = stage_word(Decision.SUPPORT, joined, number)
    if e.start_uniform:
        support = fill_uniform(streams.key, key, stage, m).copy()
    elif e.starts is not None:
        person = fill_normal(streams.key, key, stage, m)
        support = _stated_start(scenario, group, person, m).clip(0.0, 1.0)
    else:
        support = _around_lean(streams.key, key, stage, group, lean, p.support_mean, p.support_sd)
    said = people.said_support.get(number)
    if said is not None and joined == 0:
        support = np.where(np.isnan(said[who]), support, said[who])
    return support


@compiled
def _around_lean(
    key: NDArray[np.uint32],
    person: NDArray[np.uint32],
    stage: int,
    group: NDArray[np.int32],
    lean: FloatArray,
    mean: float,
    sd: float,
) -> FloatArray:
    """Everybody's support scatters around his group's lean."""
    support = fill_normal(key, person, stage, lean.shape[1])
    for i in range(support.shape[0]):
        for m in range(support.shape[1]):
            own = mean + lean[group[i], m] + sd * support[i, m]
            support[i, m] = min(max(own, 0.0), 1.0)
    return support


def _stated_start(
    scenario: Scenario, group: NDArray[np.int32], person: FloatArray, n_solutions: int
) -> FloatArray:
    """Support as ``experimental.starts`` states it, before clipping, shape (n, n_solutions)."""
    starts = scenario.experimental.starts or ()
    if len(starts) != n_solutions:
        raise ScenarioError(
            "every solution needs its start",
            key="experimental.starts",
            given=Sentence("{n} starts", n=len(starts)),
            allowed=Sentence("{n}, one a solution", n=n_solutions),
        )
    mean, sd, gap = (np.array([getattr(s, k) for s in starts]) for k in ("mean", "sd", "gap"))
    side = np.array([0.5, -0.5])[np.minimum(group, 1)] * (group < 2)
    support: FloatArray = mean + side[:, None] * gap + sd * person
    return support


def group_lean(scenario: Scenario, people: People, topics: Topics, streams: Streams) -> FloatArray:
    """Each group's lean on each solution, shape (n_groups, n_solutions)."""
    p = scenario.population
    lean = p.group_lean_sd * streams.normal(
        Decision.GROUP_LEAN,
        people.group_key,
        topics.n_solutions,
        roundtable=topics.roundtable.number,
    )
    stated = ~np.isnan(people.lean)
    if stated.any():
        lean[stated] = people.lean[stated, None]
    return lean


def draw_knowledge(
    scenario: Scenario,
    people: People,
    topics: Topics,
    who: NDArray[np.intp],
    streams: Streams,
    joined: int = 0,
) -> NDArray[np.uint8]:
    """Which accounts the delegates ``who`` know when they join, shape (len(who), n_accounts)."""
    p = scenario.population
    number = topics.roundtable.number
    if topics.n_accounts == 0:
        return np.zeros((len(who), 0), dtype=np.uint8)
    key = people.key[who]
    count = scenario.experimental.knows_count
    if count is not None:
        luck = streams.uniform(
            Decision.KNOWS, key, topics.n_accounts, consultation=joined, roundtable=number
        )
        rank = np.argsort(np.argsort(luck, axis=1), axis=1)
        return (rank < count).astype(np.uint8)
    return _who_knows(
        streams.key,
        key,
        stage_word(Decision.KNOWS, joined, number),
        people.group[who],
        topics.key,
        stage_word(Decision.COMMON_KNOWLEDGE, 0, number),
        topics.raised_by,
        p.common_knowledge,
        p.knows_own,
        p.knows_other,
    )


def share_who_know(knows: NDArray[np.uint8]) -> FloatArray:
    """The share of the delegates (rows) who know each account, shape (n_accounts,)."""
    return np.asarray(np.add.reduce(knows, axis=0, dtype=np.int32) / len(knows))


@compiled
def _who_knows(
    key: NDArray[np.uint32],
    person: NDArray[np.uint32],
    stage: int,
    group: NDArray[np.int32],
    account: NDArray[np.uint32],
    account_stage: int,
    raised_by: Mask,
    common: float,
    own: float,
    other: float,
) -> NDArray[np.uint8]:
    """Everybody knows what is common; the rest likelier if one's own group would raise it."""
    n_accounts, n_groups = raised_by.shape
    account_luck = fill_uniform(key, account, account_stage, np.int64(1))
    chance = np.empty((n_groups, n_accounts))
    for g in range(n_groups):
        for a in range(n_accounts):
            chance[g, a] = own if raised_by[a, g] else other
            if account_luck[a, 0] < common:
                chance[g, a] = 1.0
    luck = fill_uniform(key, person, stage, n_accounts)
    knows = np.empty(luck.shape, np.uint8)
    for i in range(luck.shape[0]):
        mine = chance[group[i]]
        for a in range(n_accounts):
            knows[i, a] = luck[i, a] < mine[a]
    return knows


def support_from_knowledge(
    support: FloatArray, knows: NDArray[np.uint8], topics: Topics, links: Links
) -> FloatArray:
    """Support as the share of known accounts that speak for a solution (Maes, Flache 2013)."""
    account = np.repeat(np.arange(topics.n_accounts), np.diff(links.start))
    out = support.copy()
    for m in range(topics.n_solutions):
        mine = links.solution == m
        known = knows[:, account[mine]].astype(float)
        total = known.sum(axis=1)
        pro = known[:, links.sign[mine] > 0].sum(axis=1)
        out[:, m] = np.where(total > 0, pro / np.maximum(total, 1), support[:, m])
    return out


def first_trust(
    scenario: Scenario, people: People, delegates: Delegates, streams: Streams
) -> FirstTrust:
    """What trust between two who have not met follows from."""
    t = scenario.trust
    return FirstTrust(
        people.group,
        delegates.joined,
        streams.key,
        people.key,
        stage_word(Decision.PRIOR_TIE),
        t.within_group,
        t.across_groups,
        t.prior_tie,
        t.share_prior_ties,
    )
