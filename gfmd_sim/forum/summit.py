"""The Summit: solutions are put to the vote and find partners."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.adoption import approvals
from gfmd_sim.adoption.ballot import count_ballot
from gfmd_sim.partnering.stability import stable
from gfmd_sim.partnering.willingness import Pool, as_bits
from gfmd_sim.records import Commitment, Partnership, Solution, Stage
from gfmd_sim.scenario.agenda import RESOURCES
from gfmd_sim.setup import SUMMIT
from gfmd_sim.streams import Decision, stage_word

if TYPE_CHECKING:
    from gfmd_sim.forum.forum import Forum

IntArray = NDArray[np.int32]

AUTHORITY, FINANCE, DELIVERY = (RESOURCES.index(r) for r in ("authority", "finance", "delivery"))


def adopt_solutions(forum: Forum, stage: Stage) -> None:
    """The solutions that the last note carried are put to the vote."""
    scenario, delegates = forum.scenario, forum.delegates
    for number, state in forum.roundtables.items():
        topics = state.topics
        approves = approvals(state.support, state.knows, topics, scenario.adoption)
        voters = np.zeros(len(delegates), dtype=bool)
        voters[state.present] = True
        ballot = count_ballot(
            approves, voters, delegates.group, delegates.groups, scenario.adoption.small_group
        )
        reasons = forum.setup.adoption_rule(ballot, scenario.adoption)
        note = forum.archive.notes.get((number, scenario.process.n_consultations))
        carried = set(note.items.tolist()) if note is not None else set()
        there = np.ascontiguousarray(state.support[state.present].T)
        total = np.add.reduce(there, axis=1).tolist()
        approval, n = ballot.overall.tolist(), len(state.present)
        for m, solution in enumerate(topics.roundtable.solutions):
            balloted = topics.first_solution + m in carried
            reason = reasons[m] if balloted else "not_balloted"
            forum.archive.solutions.append(
                Solution(
                    roundtable=number,
                    index=m,
                    id=solution.id,
                    is_balloted=balloted,
                    is_adopted=balloted and not reason,
                    approval=approval[m],
                    approval_by_group=ballot.by_group[:, m],
                    mean_support=total[m] / n if n else float("nan"),
                    reason=reason,
                )
            )


def pool(forum: Forum, number: int, resources: NDArray[np.int64] | None = None) -> Pool:
    """Everybody who may found partnerships at a roundtable, and their luck.

    ``resources`` are those of the delegates :func:`as_bits`, for who has them already.
    """
    return Pool(
        forum.roundtables[number].support,
        forum.pairs,
        forum.delegates.group,
        as_bits(forum.delegates.resources) if resources is None else resources,
        forum.streams.key,
        forum.setup.people.key,
        stage_word(Decision.WILLING, SUMMIT, number),
    )


def form_partnerships(forum: Forum, stage: Stage) -> None:
    """Adopted solutions find partners, the most approved ones first."""
    spare = np.full(len(forum.delegates), forum.scenario.partnering.capacity, dtype=np.int32)
    adopted = [s for s in forum.archive.solutions if s.is_adopted]
    where = {s.roundtable: forum.roundtables[s.roundtable] for s in adopted}
    delegates = forum.delegates
    group, can = delegates.group.tolist(), delegates.resources.tolist()
    states = delegates.groups.index("states") if "states" in delegates.groups else -1
    resources = as_bits(delegates.resources)
    pools = {number: pool(forum, number, resources) for number in where}
    approve = {
        number: approvals(state.support, state.knows, state.topics, forum.scenario.adoption)[
            state.present
        ]
        for number, state in where.items()
    }
    for s in sorted(adopted, key=lambda s: (-s.approval, s.roundtable, s.index)):
        state = where[s.roundtable]
        supporters = state.present[approve[s.roundtable][:, s.index]]
        rows = forum.setup.partnering_rule(
            s.index,
            supporters,
            spare,
            int(state.topics.needs_bits[s.index]),
            pools[s.roundtable],
            forum.setup.partner,
        )
        if len(rows) == 0:
            continue
        proposer = int(state.first_proposer[s.index])
        needed = state.topics.needs[s.index].nonzero()[0].tolist()
        support = state.support[:, s.index].tolist()
        for row in rows.tolist():
            members = [i for i in row if i >= 0]
            forum.archive.partnerships.append(
                _partnership(s, members, proposer, needed, support, group, states, can)
            )


def _partnership(
    s: Solution,
    members: list[int],
    proposer: int,
    needed: list[int],
    support: list[float],
    group: list[int],
    states: int,
    can: list[list[bool]],
) -> Partnership:
    """``needed`` are resources, ``states`` is a group; ``support``, ``group`` and ``can`` (what
    resources he has) are of every delegate."""
    by_support = sorted(members, key=support.__getitem__, reverse=True)  # equals in their order
    commitments = tuple([Commitment(i, r) for i in members for r in needed if can[i][r]])
    covered = [False] * len(RESOURCES)
    for _, r in commitments:
        covered[r] = True
    of_states = [i for i in by_support if group[i] == states]
    sponsors = [i for i in of_states if can[i][AUTHORITY]]
    return Partnership(
        roundtable=s.roundtable,
        solution=s.index,
        champion=members[0],
        members=tuple(members),
        covered=np.array(covered),
        commitments=commitments,
        n_groups=len({group[i] for i in members}),
        is_stable=True,
        proposer=proposer,
        implementer=_first([i for i in by_support if can[i][DELIVERY]]),
        funder=_first([i for i in by_support if can[i][FINANCE]]),
        sponsor=_first(sponsors or of_states),
    )


def _first(people: list[int]) -> int:
    return people[0] if people else -1


def measure_stability(forum: Forum, stage: Stage) -> None:
    """Which partnerships nobody would leave for another."""
    settled = []
    resources = as_bits(forum.delegates.resources)
    for number, state in forum.roundtables.items():
        mine = [p for p in forum.archive.partnerships if p.roundtable == number]
        if not mine:
            continue
        width = max(len(p.members) for p in mine)
        members = np.full((len(mine), width), -1, dtype=np.int32)
        for k, p in enumerate(mine):
            members[k, : len(p.members)] = p.members
        solution = np.array([p.solution for p in mine], dtype=np.int32)
        holds = stable(
            members,
            solution,
            state.topics.needs_bits,
            pool(forum, number, resources),
            forum.setup.partner,
        ).tolist()
        settled += [
            p if stays else replace(p, is_stable=False)
            for p, stays in zip(mine, holds, strict=True)
        ]
    forum.archive.partnerships[:] = settled
