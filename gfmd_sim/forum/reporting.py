"""After the sittings: tables report to the plenary, and a summary note is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.adoption import approvals
from gfmd_sim.forum.learning import argue, learn
from gfmd_sim.forum.state import RoundtableState
from gfmd_sim.forum.tallies import gather_pledges
from gfmd_sim.note import write_note
from gfmd_sim.records import PlenaryRecord, Reports, Stage
from gfmd_sim.scenario.agenda import RESOURCES
from gfmd_sim.streams import Decision, stage_word

if TYPE_CHECKING:
    from gfmd_sim.forum.forum import Forum

IntArray = NDArray[np.int32]


def report_to_plenary(forum: Forum, stage: Stage) -> None:
    """Tables report, the room takes some of it up, and support moves on the arguments alone."""
    number, c = stage.roundtable, stage.consultation
    state = forum.roundtables[number]
    p = forum.scenario.plenary
    reports = forum.setup.plenary_rule(
        state.sittings, state.topics, forum.delegates.group, p.points_reported
    )
    endorsements = np.zeros(state.topics.n_solutions, dtype=np.int32)
    pledges = np.zeros((state.topics.n_solutions, len(RESOURCES)), dtype=np.int32)
    is_silent = len(reports) == 0
    if c == 3 and not is_silent:
        endorsements, pledges, endorsed = _report_endorsements(forum, state)
        reports = Reports.join([reports, endorsed])
    n_learned = 0
    if not is_silent:
        n_learned = learn(
            state.present,
            reports.accounts(),
            p.p_learn,
            forum.streams.key,
            forum.setup.people.key,
            stage_word(Decision.PLENARY_LEARNING, c, number),
            state.knows,
            state.learned,
        )
        argue(forum, state, state.present)
    forum.archive.plenaries[number, c] = PlenaryRecord(
        number, c, reports, endorsements, pledges, n_learned
    )


def _report_endorsements(
    forum: Forum, state: RoundtableState
) -> tuple[IntArray, IntArray, Reports]:
    """What tables endorsed, and what the members who approve would pledge to it."""
    topics = state.topics
    approves = approvals(state.support, state.knows, topics, forum.scenario.adoption)
    endorsements = np.zeros(topics.n_solutions, dtype=np.int32)
    pledges = np.zeros((topics.n_solutions, len(RESOURCES)), dtype=np.int32)
    out = np.empty((7, sum(sitting.endorsed.size for sitting in state.sittings)), np.int32)
    n = 0
    for sitting in state.sittings:
        n = gather_pledges(
            sitting.seating.seat,
            sitting.seating.start,
            sitting.endorsed,
            approves,
            forum.delegates.resources,
            topics.needs,
            forum.delegates.group,
            len(forum.delegates.groups),
            endorsements,
            pledges,
            topics.first_solution,
            sitting.sitting,
            n,
            out,
        )
    return endorsements, pledges, Reports(out[:, :n])


def write_summary_note(forum: Forum, stage: Stage) -> None:
    """The summary note keeps what its rule chooses of the reports."""
    number, c = stage.roundtable, stage.consultation
    forum.archive.notes[number, c] = write_note(
        forum.archive.plenaries[number, c].reports,
        forum.setup.note_rule,
        forum.scenario.note.capacity,
        number,
        c,
    )
