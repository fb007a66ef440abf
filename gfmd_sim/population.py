"""Scenario, roster and luck make the delegates, and what they think and know at the start.

Every trait is drawn under its own name, indexed by person and by the consultation before which the
person joined (0: from the start), so that a successor is a new person in an old seat.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.accounts import Links, Topics
from gfmd_sim.compiled import compiled
from gfmd_sim.delegates import Delegates
from gfmd_sim.errors import ScenarioError
from gfmd_sim.scenario.agenda import RESOURCES
from gfmd_sim.scenario.roster import Roster, RosterEntry
from gfmd_sim.scenario.schema import GroupSpec, Scenario
from gfmd_sim.streams import Decision, Streams, pair_uniform, person_keys, stage_word

FloatArray = NDArray[np.float64]
Mask = NDArray[np.bool_]
MAX_LANGUAGES = 32


@dataclass(frozen=True)
class People:
    """What is settled about the delegates before any luck: who is there, and what a roster says."""

    id: tuple[str, ...]
    key: NDArray[np.uint32]
    groups: tuple[str, ...]
    group: NDArray[np.int32]
    group_key: NDArray[np.uint32]
    names: dict[str, list[str]]
    said: dict[str, NDArray[np.int32]]  # codes a roster gives; -1: to be drawn
    said_language: NDArray[np.uint32]  # 0: to be drawn
    language_chance: FloatArray  # (n_groups, n_regions, n_languages)
    said_status: FloatArray  # NaN: to be drawn
    said_susceptibility: FloatArray
    said_resources: NDArray[np.int8]  # (n, n_resources) -1: to be drawn
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
            f"the group '{empty[0]}' would have no delegate",
            key="population.n_delegates",
            given=n,
            allowed="enough delegates for every group with a share above 0",
            remedy=f"raise population.n_delegates, raise population.groups.{empty[0]}.share, "
            "or set that share to 0",
        )
    return sizes


def settle_people(scenario: Scenario, roster: Roster | None = None) -> People:
    """Who takes part: the roster's delegates, the drawn ones, and those who come to the Summit."""
    p = scenario.population
    entries: list[RosterEntry | None] = []
    ids: list[str] = []
    group_of: list[str] = []
    if roster is not None:
        absent = [g for g, s in p.groups.items() if s.share > 0] if not p.fill_roster else []
        there = {e.group for e in roster.entries}
        missing = [g for g in absent if g not in there]
        if missing:
            raise ScenarioError(
                f"the roster has nobody of the group '{missing[0]}'",
                file=roster.path,
                key="group",
                allowed=", ".join(p.groups),
                remedy=f"add a delegate, set population.groups.{missing[0]}.share to 0, or set "
                "population.fill_roster to draw the missing ones",
            )
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
    groups = tuple(dict.fromkeys([*(g for g, s in p.groups.items() if s.share > 0), *group_of]))
    unknown = [g for g in groups if g not in p.groups]
    if unknown:
        raise ScenarioError(
            f"the group '{unknown[0]}' is not defined in the scenario",
            key="population.groups",
            allowed=", ".join(p.groups),
            remedy=f"define population.groups.{unknown[0]} or mend the roster",
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
    n = len(ids)
    language_names = sorted(
        {c for g in p.groups.values() for c in g.languages}
        | {c for r in p.regions.values() for c in r.languages or {}}
        | {c for e in entries if e is not None for c in e.languages or ()}
    )
    if len(language_names) > MAX_LANGUAGES:
        raise ScenarioError(
            "too many languages", given=len(language_names), allowed=f"up to {MAX_LANGUAGES}"
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
        key=person_keys(ids),
        groups=groups,
        group=np.array([groups.index(g) for g in group_of], dtype=np.int32),
        group_key=person_keys(f"group:{g}" for g in groups),
        names=names,
        said=said,
        said_language=said_language,
        language_chance=_language_chances(scenario, groups, language_names),
        said_status=said_status,
        said_susceptibility=said_susceptibility,
        said_resources=said_resources,
        said_support={},
        absent={
            s: np.array(
                [
                    i
                    for i, e in enumerate(entries)
                    if e is not None and not isinstance(e.present, bool) and s not in e.present
                ],
                dtype=np.int32,
            )
            for s in range(1, 3 * scenario.process.n_sittings + 1)
        }
        if any(e is not None and not isinstance(e.present, bool) for e in entries)
        else {},
        n_consulted=n_consulted,
        entries=tuple(entries),
    )


def _choose(weights: list[float], luck: FloatArray) -> NDArray[np.int32]:
    """Index drawn with chance proportional to the weights, for each uniform."""
    bounds = np.cumsum(np.asarray(weights, dtype=float))
    chosen = np.searchsorted(bounds / bounds[-1], luck, side="right")
    return np.minimum(chosen, len(weights) - 1).astype(np.int32)


def draw_delegates(scenario: Scenario, people: People, streams: Streams) -> Delegates:
    """The delegates of one replicate at the start."""
    n = len(people)
    delegates = Delegates(
        id=people.id,
        key=people.key,
        names=people.names,
        code={"group": people.group, **{k: v.copy() for k, v in people.said.items()}},
        language=np.zeros(n, dtype=np.uint32),
        status=np.zeros(n),
        susceptibility=np.zeros(n),
        anchor_shift=np.zeros(n),
        resources=np.zeros((n, len(RESOURCES)), dtype=bool),
        attends=_attendance(scenario, people, streams),
        joined=np.zeros(n, dtype=np.int32),
    )
    p = scenario.population
    region = delegates.code["region"]
    drawn = region < 0
    luck = streams.uniform(Decision.REGION, people.key)[:, 0]
    region[drawn] = _choose([r.share for r in p.regions.values()], luck)[drawn]
    draw_traits(scenario, people, delegates, np.arange(n), streams, joined=0)
    delegates.attends[people.n_consulted :] = False
    return delegates


def _attendance(scenario: Scenario, people: People, streams: Streams) -> Mask:
    """Which roundtables each delegate attends: those open to his group, or some of them by lot."""
    attends = open_roundtables(scenario, people)[people.group]
    most = scenario.process.roundtables_per_delegate
    if most is not None and most < attends.shape[1]:
        luck = streams.uniform(Decision.ROUNDTABLES, people.key, attends.shape[1])
        luck = np.where(attends, luck, np.inf)
        attends &= np.argsort(np.argsort(luck, axis=1), axis=1) < most
    return attends


def open_roundtables(scenario: Scenario, people: People) -> Mask:
    """Which roundtables each group attends, shape (n_groups, n_roundtables)."""
    specs = [scenario.population.groups[g] for g in people.groups]
    return np.array(
        [
            [s.roundtables is None or number in s.roundtables for number in scenario.roundtables]
            for s in specs
        ]
    )


def draw_traits(
    scenario: Scenario,
    people: People,
    delegates: Delegates,
    who: NDArray[np.intp],
    streams: Streams,
    joined: int,
) -> None:
    """Personal traits of the delegates ``who``, who joined before consultation ``joined``."""
    p = scenario.population
    key = people.key[who]
    groups = list(people.groups)
    specs = [p.groups[g] for g in groups]
    group = people.group[who]
    first = joined == 0
    delegates.joined[who] = joined

    role_luck = streams.uniform(Decision.ROLE, key)[:, 0]  # a country's part does not change
    gender_luck = streams.uniform(Decision.GENDER, key, consultation=joined)[:, 0]
    agency_luck = streams.uniform(Decision.AGENCY, key, consultation=joined)[:, 0]
    role = _choose(list(p.roles.values()), role_luck)
    gender = np.where(gender_luck < p.share_women, 0, 1).astype(np.int32)
    agency = np.full(len(who), -1, dtype=np.int32)
    for g, spec in enumerate(specs):
        mine = group == g
        if spec.agencies and mine.any():
            kinds = [delegates.names["agency"].index(a) for a in spec.agencies]
            picked = _choose(list(spec.agencies.values()), agency_luck)
            agency[mine] = np.asarray(kinds, dtype=np.int32)[picked[mine]]
    for attribute, drawn in (("role", role), ("gender", gender), ("agency", agency)):
        given = people.said[attribute][who]
        keep = (given >= 0) if first or attribute == "role" else np.zeros(len(who), dtype=bool)
        delegates.code[attribute][who] = np.where(keep, given, drawn)

    status = (
        np.array([s.status for s in specs])[group]
        + p.status_sd * (streams.normal(Decision.STATUS, key, consultation=joined)[:, 0])
    )
    said_status, said_open = people.said_status[who], people.said_susceptibility[who]
    use = ~np.isnan(said_status) & first
    delegates.status[who] = np.where(use, said_status, status)
    susceptibility = np.array([s.susceptibility for s in specs])[group]
    use = ~np.isnan(said_open) & first
    delegates.susceptibility[who] = np.where(use, said_open, susceptibility)
    delegates.anchor_shift[who] = np.array([s.anchor_shift for s in specs])[group]

    luck = streams.uniform(Decision.RESOURCES, key, len(RESOURCES), consultation=joined)
    chance = np.array([[s.resources.get(r, 0.0) for r in RESOURCES] for s in specs])[group]
    said_resources = people.said_resources[who]
    use_said = (said_resources >= 0) & first
    delegates.resources[who] = np.where(use_said, said_resources > 0, luck < chance)

    delegates.language[who] = _draw_languages(people, delegates, who, streams, joined)


def _draw_languages(
    people: People,
    delegates: Delegates,
    who: NDArray[np.intp],
    streams: Streams,
    joined: int,
) -> NDArray[np.uint32]:
    """A bit for each language; somebody who would have none gets his likeliest one."""
    names = delegates.names["language"]
    if not names:
        return np.ones(len(who), dtype=np.uint32)
    n_regions = people.language_chance.shape[1]
    region = np.minimum(delegates.code["region"][who], n_regions - 1)
    luck = streams.uniform(Decision.LANGUAGE, people.key[who], len(names), consultation=joined)
    mine = people.language_chance[people.group[who], region]
    speaks = luck < mine
    none = ~speaks.any(axis=1)
    speaks[none, np.argmax(mine[none], axis=1)] = True
    bits = (speaks * (1 << np.arange(len(names), dtype=np.uint32))).sum(axis=1).astype(np.uint32)
    said = people.said_language[who]
    return np.where((said > 0) & (joined == 0), said, bits)


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
    streams: Streams,
    joined: int = 0,
) -> FloatArray:
    """Support of the delegates ``who`` when they join, shape (len(who), n_solutions), in [0, 1]."""
    p = scenario.population
    number, m = topics.roundtable.number, topics.n_solutions
    key = people.key[who]
    if scenario.experimental.start_uniform:
        support = streams.uniform(
            Decision.SUPPORT, key, m, consultation=joined, roundtable=number
        ).copy()
    elif scenario.experimental.starts is not None:
        person = streams.normal(Decision.SUPPORT, key, m, consultation=joined, roundtable=number)
        support = _stated_start(scenario, people.group[who], person, m)
    else:
        lean = group_lean(scenario, people, topics, streams)
        person = streams.normal(Decision.SUPPORT, key, m, consultation=joined, roundtable=number)
        support = p.support_mean + lean[people.group[who]] + p.support_sd * person
    said = people.said_support.get(number)
    if said is not None and joined == 0:
        support = np.where(np.isnan(said[who]), support, said[who])
    return np.clip(support, 0.0, 1.0)


def _stated_start(
    scenario: Scenario, group: NDArray[np.int32], person: FloatArray, n_solutions: int
) -> FloatArray:
    """Support as ``experimental.starts`` states it, before clipping, shape (n, n_solutions)."""
    starts = scenario.experimental.starts or ()
    if len(starts) != n_solutions:
        raise ScenarioError(
            "every solution needs its start",
            key="experimental.starts",
            given=f"{len(starts)} starts",
            allowed=f"{n_solutions}, one a solution",
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
    for g, name in enumerate(people.groups):
        declared = p.groups[name].support_lean
        if declared is not None:
            lean[g] = declared
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
    luck = streams.uniform(
        Decision.KNOWS, people.key[who], topics.n_accounts, consultation=joined, roundtable=number
    )
    count = scenario.experimental.knows_count
    if count is not None:
        rank = np.argsort(np.argsort(luck, axis=1), axis=1)
        return (rank < count).astype(np.uint8)
    common = streams.uniform(Decision.COMMON_KNOWLEDGE, topics.key, roundtable=number)[:, 0]
    return _who_knows(
        luck,
        common < p.common_knowledge,
        topics.raised_by,
        people.group[who],
        p.knows_own,
        p.knows_other,
    )


@compiled
def _who_knows(
    luck: FloatArray,
    is_common: Mask,
    raised_by: Mask,
    group: NDArray[np.int32],
    own: float,
    other: float,
) -> NDArray[np.uint8]:
    """Everybody knows what is common; the rest likelier if one's own group would raise it."""
    knows = np.empty(luck.shape, np.uint8)
    for i in range(luck.shape[0]):
        for a in range(luck.shape[1]):
            chance = own if raised_by[a, group[i]] else other
            knows[i, a] = is_common[a] or luck[i, a] < chance
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


@compiled
def _fill_trust(
    trust: FloatArray,
    key: NDArray[np.uint32],
    person: NDArray[np.uint32],
    stage: int,
    group: NDArray[np.int32],
    within: float,
    across: float,
    tie: float,
    share_ties: float,
) -> None:
    n = person.shape[0]
    for i in range(n):
        trust[i, i] = 1.0
        for j in range(i + 1, n):
            value = within if group[i] == group[j] else across
            if share_ties > 0.0 and pair_uniform(key, person[i], person[j], stage) < share_ties:
                value = min(1.0, value + tie)
            trust[i, j] = value
            trust[j, i] = value


def draw_trust(scenario: Scenario, people: People, streams: Streams) -> FloatArray:
    """Trust between all pairs at the start, symmetric, shape (n, n)."""
    t = scenario.trust
    trust = np.empty((len(people), len(people)))
    _fill_trust(
        trust,
        streams.key,
        people.key,
        stage_word(Decision.PRIOR_TIE),
        people.group,
        t.within_group,
        t.across_groups,
        t.prior_tie,
        t.share_prior_ties,
    )
    return trust


def spec_of(scenario: Scenario, people: People, i: int) -> GroupSpec:
    """The group definition of delegate ``i``."""
    return scenario.population.groups[people.groups[int(people.group[i])]]
