"""What came of one Forum, as named numbers: the five headline measures, and what lies behind them.

Every measure is a pure function of a finished :class:`~gfmd_sim.forum.Forum`. Names are stable: they
are the columns of ``runs.parquet``. A share of nothing is NaN, except in a headline measure, where
nothing counts as 0. Left out on purpose: mean approval (start and valence set it) and the Discourse
Quality Index (it codes speech acts, which are not simulated).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.compiled import compiled
from gfmd_sim.forum import Forum, RoundtableState
from gfmd_sim.measures.agreement import all_three, histogram
from gfmd_sim.measures.encounters import Met, count_encounters
from gfmd_sim.measures.inequality import gini
from gfmd_sim.measures.network import component_sizes, count_ties, tie_tables_of, ties
from gfmd_sim.measures.ranks import group_means, kendall_w
from gfmd_sim.measures.spread import convergence_of_each, mean_of_known, means_by
from gfmd_sim.pairs import meetings_of_each
from gfmd_sim.records import Partnership, Solution

HEADLINES = ("convergence", "solutions", "partnerships", "voice", "continuity")

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]
RARE = 0.25  # a point first held by fewer than this share is rare
HALF = 0.5  # a point known by this share at the Summit has arrived


def outcomes(forum: Forum) -> dict[str, float]:
    """All measures of a finished Forum, by name, always the same names for one scenario."""
    measures: dict[str, float] = {}
    met = count_encounters(forum.pairs, forum.delegates.group, forum.n_consulted)
    for part in (
        _convergence(forum),
        _solutions(forum),
        _partnerships(forum, met),
        _voice(forum),
        _continuity(forum),
        _encounters(forum, met),
    ):
        measures.update(part)
    first = {name: measures.pop(name) for name in HEADLINES}
    return {**first, **measures}


def _states(forum: Forum) -> Iterator[tuple[RoundtableState, NDArray[np.intp]]]:
    """Each roundtable with the delegates who attend its consultations."""
    for k, state in enumerate(forum.roundtables.values()):
        yield state, np.flatnonzero(forum.delegates.attends[:, k])


def _rooms(forum: Forum) -> Iterator[tuple[list[RoundtableState], NDArray[np.intp]]]:
    """Roundtables with the same delegates, together: most measures take all solutions at once."""
    rooms: dict[bytes, list[RoundtableState]] = {}
    for k, state in enumerate(forum.roundtables.values()):
        rooms.setdefault(forum.delegates.attends[:, k].tobytes(), []).append(state)
    for attends, states in rooms.items():
        yield states, np.flatnonzero(np.frombuffer(attends, dtype=bool))


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole else float("nan")


def _convergence(forum: Forum) -> dict[str, float]:
    """1 - V_end / V_start of support, mean over solutions and roundtables, same delegates."""
    group = forum.delegates.group
    names = (
        "convergence",
        "convergence_between_groups",
        "convergence_within_groups",
        "variance_end",
        "agreement_van_der_eijk",
        "consensus_tastle_wierman",
        "polarisation_esteban_ray",
    )
    found: list[list[float]] = [[] for _ in names]
    ranks: list[float] = []
    for states, who in _rooms(forum):
        start = np.concatenate([s.start for s in states], axis=1)[who]
        end = np.concatenate([s.support for s in states], axis=1)[who]
        last = list(accumulate(s.support.shape[1] for s in states))
        drop, spread = convergence_of_each(start, end, group[who])
        each = np.vstack([drop.total, drop.between, drop.within, spread, all_three(histogram(end))])
        for of_all, of_these in zip(found, means_by(each, last).tolist(), strict=True):
            of_all += of_these
        means = group_means(end, group[who])
        if means.shape[0] > 1:
            parts = [means[:, begin:end] for begin, end in zip([0, *last], last, strict=False)]
            ranks += [kendall_w(np.ascontiguousarray(p)) for p in parts if p.shape[1] > 1]
    out = dict(zip(names, map(mean_of_known, found), strict=True))
    if np.isnan(out["convergence"]):
        out["convergence"] = 0.0
    return {**out, "rank_agreement": mean_of_known(ranks)}


def _solutions(forum: Forum) -> dict[str, float]:
    """Share of the balloted solutions adopted, and what became of them."""
    solutions = forum.archive.solutions
    balloted = [s for s in solutions if s.is_balloted]
    adopted = [s for s in solutions if s.is_adopted]
    groups = forum.delegates.groups
    with_partners = {(p.roundtable, p.solution) for p in forum.archive.partnerships}
    delivered = {(p.roundtable, p.solution) for p in forum.archive.partnerships if p.is_deliverable}
    n_delivered = sum((s.roundtable, s.index) in delivered for s in adopted)
    n_objectives = sum(len(t.topics.roundtable.objectives) for t in forum.roundtables.values())
    out = {
        "solutions": len(adopted) / len(balloted) if balloted else 0.0,
        "n_balloted": float(len(balloted)),
        "n_adopted": float(len(adopted)),
        "share_delivered": _ratio(n_delivered, len(balloted)),
        "speeches_only": _ratio(len(adopted) - n_delivered, len(adopted)),
        "objectives_adopted": _ratio(len(_objectives(forum, adopted)), n_objectives),
        "objectives_partnered": _ratio(
            len(
                _objectives(forum, [s for s in adopted if (s.roundtable, s.index) in with_partners])
            ),
            n_objectives,
        ),
    }
    approval = np.array([s.approval_by_group for s in solutions]).reshape(-1, len(groups))
    for name, of_each in zip(groups, approval.T.tolist(), strict=True):
        out[f"approval.{name}"] = mean_of_known(of_each)
    return out


def _objectives(forum: Forum, solutions: Sequence[Solution]) -> set[tuple[int, str]]:
    return {
        (s.roundtable, o)
        for s in solutions
        for o in forum.roundtables[s.roundtable].topics.roundtable.solutions[s.index].serves
    }


def _partnerships(forum: Forum, met: Met) -> dict[str, float]:
    """Multi-stakeholder partnerships (3+ groups) per 100 delegates, and what they are made of."""
    partnerships, delegates = forum.archive.partnerships, forum.delegates
    n = forum.n_consulted
    multi = [p for p in partnerships if p.is_multistakeholder]
    members = [p.members for p in partnerships]
    tied = ties(members)
    known = tied[(tied < n).all(axis=1)] if len(tied) else tied
    have_met = meetings_of_each(forum.pairs, known[:, 0], known[:, 1]) > 0
    n_met = (met.distinct - met.across, met.across)
    tables = tie_tables_of(known, have_met, n_met, delegates.group[:n])
    size = tables.sum(axis=(1, 2))
    size[size == 0] = 1.0
    components = component_sizes(members)
    kinds = _cooperation(forum)
    across, inside = count_ties(tied, delegates.group)
    codes = {a: delegates.code[a].tolist() for a in ("region", "agency", "role")}
    needed = {r: t.topics.needs.sum(axis=1).tolist() for r, t in forum.roundtables.items()}
    covered = [
        _ratio(int(np.count_nonzero(p.covered)), needed[p.roundtable][p.solution])
        for p in partnerships
    ]
    return {
        "partnerships": 100.0 * len(multi) / n,
        "n_partnerships": float(len(partnerships)),
        "n_multistakeholder": float(len(multi)),
        "partnership_size": mean_of_known([float(len(p.members)) for p in partnerships]),
        "partnership_groups": mean_of_known([float(p.n_groups) for p in partnerships]),
        "partnership_regions": mean_of_known([_distinct(p, codes["region"]) for p in partnerships]),
        "share_stable": mean_of_known([float(p.is_stable) for p in partnerships]),
        "share_across_agencies": mean_of_known(
            [float(_distinct(p, codes["agency"]) > 1) for p in partnerships]
        ),
        "share_across_roles": mean_of_known(
            [float(_distinct(p, codes["role"]) > 1) for p in partnerships]
        ),
        "share_south_south": mean_of_known([float(k == "south_south") for k in kinds]),
        "share_triangular": mean_of_known([float(k == "triangular") for k in kinds]),
        "needs_covered": mean_of_known(covered),
        "ties_across_groups": _ratio(across, across + inside),
        "ei_index": _ratio(across - inside, across + inside),
        "largest_component": float(components[0] if components else 0),
        # the Mantel-Haenszel odds ratio of the ever co-seated is the ratio of these two, each
        # averaged over replicates: within one run there are too few ties to divide
        "tie_odds_above": float((tables[:, 0, 0] * tables[:, 1, 1] / size).sum()),
        "tie_odds_below": float((tables[:, 0, 1] * tables[:, 1, 0] / size).sum()),
    }


def _distinct(partnership: Partnership, codes: Sequence[int]) -> float:
    """How many values of an attribute the members have; -1 is none."""
    return float(len({codes[i] for i in partnership.members} - {-1}))


def _cooperation(forum: Forum) -> list[str]:
    """What each partnership is: south_south, with two or more members of the South and none of the
    North; triangular, with some of those too; or other."""
    regions = forum.scenario.population.regions
    is_south = [
        regions[r].is_south if r in regions else None for r in forum.delegates.names["region"]
    ]
    code = forum.delegates.code["region"].tolist()
    kinds = []
    for partnership in forum.archive.partnerships:
        of = [is_south[code[i]] for i in partnership.members if code[i] >= 0]
        kind = "triangular" if False in of else "south_south"
        kinds.append(kind if of.count(True) >= 2 else "other")
    return kinds


def _voice(forum: Forum) -> dict[str, float]:
    """1 - Gini of turns per sitting attended, and each group's share of turns over its seats'."""
    delegates = forum.delegates
    came = np.flatnonzero(forum.seated > 0)
    rate = forum.turns[came] / forum.seated[came]
    inequality = float(gini(rate)) if len(came) and rate.sum() > 0 else 1.0
    n_groups = len(delegates.groups)
    group = delegates.group[came]
    turns = np.bincount(group, weights=forum.turns[came], minlength=n_groups)
    due = np.bincount(group, weights=forum.floor_due[came], minlength=n_groups)
    heard = forum.uptake.sum(axis=1)
    taken_up, taken_up_inside = float(heard.sum()), float(np.trace(forum.uptake))
    all_due = float(due.sum())
    out = {
        "voice": 1.0 - inequality,
        "uptake_per_turn": _ratio(float(forum.taught.sum()), float(forum.turns.sum())),
        "uptake_across_groups": _ratio(taken_up - taken_up_inside, taken_up),
    }
    parts = zip(delegates.groups, turns.tolist(), due.tolist(), heard.tolist(), strict=True)
    for name, spoke, had_due, was_heard in parts:
        out[f"voice_share.{name}"] = _ratio(spoke, had_due)
        out[f"uptake_share.{name}"] = _ratio(
            was_heard / max(taken_up, 1.0), had_due / max(all_due, 1e-12)
        )
    return out


def _continuity(forum: Forum) -> dict[str, float]:
    """Share of the points voiced in consultations 1 and 2 that are noted, voiced again in 3 and
    known by half at the Summit; and where the others were lost."""
    groups = forum.delegates.groups
    n_last = forum.scenario.process.n_consultations
    chain = np.zeros(4)  # voiced, noted, voiced again, known
    by_group = np.zeros((2, len(groups)))
    rare = np.zeros(2)
    aired, accounts, knowledge = 0, 0, []
    n_early = max(n_last - 1, 1)
    for k, state in enumerate(forum.roundtables.values()):
        noted = np.zeros(state.topics.n_accounts, dtype=bool)
        for c in range(n_early):
            note = forum.note(state.topics.roundtable.number, c + 1)
            if note is not None:
                noted[note.accounts] = True
        known = _follow_points(
            state.voiced[:n_last],
            state.n_raised[:n_early],
            noted,
            state.knows,
            np.ascontiguousarray(forum.delegates.attends[:, k]),  # of one type, be k one or many
            state.known_at_start,
            chain,
            by_group,
            rare,
        )
        aired += int(np.count_nonzero(state.voiced.any(axis=0)))
        accounts += len(known)
        knowledge.append(_ratio(np.add.reduce(known), len(known)))
    share = np.divide(
        by_group[1], by_group[0], out=np.full(len(groups), np.nan), where=by_group[0] > 0
    )
    there = share[~np.isnan(share)]
    out = {
        "continuity": float(chain[3] / chain[0]) if chain[0] else 0.0,
        "share_noted": _ratio(chain[1], chain[0]),
        "share_voiced_again": _ratio(chain[2], chain[0]),
        "continuity_spread": float(np.ptp(there)) if len(there) else float("nan"),
        "rare_points_reach_half": _ratio(float(rare[1]), float(rare[0])),
        "accounts_aired": _ratio(aired, accounts),
        "knowledge_end": mean_of_known(knowledge),
    }
    for g, name in enumerate(groups):
        out[f"continuity.{name}"] = float(share[g])
    return out


@compiled
def _follow_points(
    voiced: IntArray,
    n_raised: IntArray,
    noted: NDArray[np.bool_],
    knows: NDArray[np.uint8],
    attends: NDArray[np.bool_],
    known_at_start: FloatArray,
    chain: FloatArray,
    by_group: FloatArray,
    rare: FloatArray,
) -> FloatArray:
    """How far each point came; returns the share of those who attend that know it at the end.

    ``n_raised`` holds the consultations before the last (or the only one), ``voiced`` all of them.
    Counted in place: ``chain`` (4,) points voiced, noted, voiced again, known; ``by_group`` (2,
    n_groups) those a group raised, and of them those that came all the way; ``rare`` (2,) those
    rare at the start, and of them those known in the end.
    """
    n_accounts, n_early, n_last = knows.shape[1], n_raised.shape[0], voiced.shape[0]
    known = np.zeros(n_accounts)
    n = 0
    for i in range(knows.shape[0]):
        if attends[i]:
            n += 1
            for a in range(n_accounts):
                known[a] += knows[i, a]
    for a in range(n_accounts):
        if n > 0:
            known[a] /= n
        is_known = known[a] >= HALF
        n_voiced = 0
        for c in range(n_early):
            n_voiced += voiced[c, a]
        came_far = 0
        if n_voiced > 0:
            came_far = 1
            if noted[a]:
                came_far = 2
                if voiced[n_last - 1, a] > 0:
                    came_far = 4 if is_known else 3
        for step in range(came_far):
            chain[step] += 1.0
        for g in range(n_raised.shape[2]):
            raised = 0
            for c in range(n_early):
                raised += n_raised[c, a, g]
            if raised > 0:
                by_group[0, g] += 1.0
                by_group[1, g] += came_far == 4
        if known_at_start[a] < RARE:
            rare[0] += 1.0
            rare[1] += is_known
    return known


def _encounters(forum: Forum, met: Met) -> dict[str, float]:
    """Distinct pairs who sat together, over all roundtables, and how often they met again."""
    n = forum.n_consulted
    distinct, total, across = met
    starts = [np.zeros(1, dtype=np.int32), *(s.start for s in forum.archive.seatings.values())]
    sizes = np.diff(np.concatenate(starts))
    sizes = sizes[sizes > 0]  # no table is empty: from one sitting to the next they fall to 0
    all_pairs = n * (n - 1) // 2
    held = int((sizes * (sizes - 1) // 2).sum())
    return {
        "pairs_met": float(distinct),
        "pairs_met_of_bound": _ratio(distinct, min(all_pairs, held)),
        "pairs_met_again": _ratio(total - distinct, total),
        "pairs_met_across_groups": _ratio(across, distinct),
        "mean_table_size": float(sizes.mean()) if len(sizes) else float("nan"),
    }
