"""One sitting of a roundtable: seat, talk, form opinions, build trust, endorse."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.adoption import approvals
from gfmd_sim.forum.learning import argue
from gfmd_sim.forum.state import RoundtableState
from gfmd_sim.forum.tallies import endorse_at_tables, tally
from gfmd_sim.opinion.consensus import agree_at_tables
from gfmd_sim.pairs import sit_down
from gfmd_sim.plenary.tables import SittingRecord
from gfmd_sim.records import Seating, Stage
from gfmd_sim.seating.room import Room, table_sizes
from gfmd_sim.streams import Decision, stage_word, stage_words
from gfmd_sim.talk.kernel import Luck, blank_log, talk_at_tables
from gfmd_sim.talk.kernel import form_opinions as form_table_opinions
from gfmd_sim.trust import meet_at_tables

if TYPE_CHECKING:
    from gfmd_sim.forum.forum import Forum

IntArray = NDArray[np.int32]

# in the order in which Luck takes them
_DRAWN_IN_TALK = (
    Decision.RANK,
    Decision.SPEAKER,
    Decision.ARGUMENT,
    Decision.LEARNING,
    Decision.PARTNER,
)


def seat(forum: Forum, stage: Stage) -> None:
    """The seating rule proposes, unless the tables of the first sitting are kept."""
    state = forum.roundtables[stage.roundtable]
    key = (stage.consultation, stage.roundtable, stage.sitting)
    present = present_at(forum, state, stage)
    if key in forum.seat_plan:
        seating = forum.seat_plan[key]
    elif forum.scenario.process.same_tables and state.first is not None:
        seating = state.first
    elif len(present) == 0:
        seating = Seating.from_tables([])
    else:
        seating = forum.setup.seating_rule(forum.room(stage, present))
    state.first = state.first or seating
    state.opening = state.opening or seating
    forum.archive.seatings[key] = seating


def present_at(forum: Forum, state: RoundtableState, stage: Stage) -> IntArray:
    """Those present in one sitting: a roster may say that somebody comes to some only."""
    through = (stage.consultation - 1) * forum.scenario.process.n_sittings + stage.sitting
    absent = forum.setup.people.absent.get(through)
    return state.present if absent is None else np.setdiff1d(state.present, absent)


def room(forum: Forum, stage: Stage, present: IntArray | None = None) -> Room:
    """What a seating rule may look at before a sitting."""
    state = forum.roundtables[stage.roundtable]
    present = present_at(forum, state, stage) if present is None else present
    s = forum.scenario.seating
    smallest = min(s.table_size[0], len(present))
    plan = forum.setup.plan
    return Room(
        present=present,
        sizes=table_sizes(len(present), smallest, s.table_size[1]),
        delegates=forum.delegates,
        support=state.support,
        pairs=forum.pairs,
        balance=forum.balance,
        smallest=smallest,
        largest=s.table_size[1],
        consultation=stage.consultation,
        roundtable=stage.roundtable,
        sitting=stage.sitting,
        first=state.first,
        opening=state.opening,
        plan=plan.at(
            stage.roundtable,
            stage.consultation,
            stage.sitting,
            forum.scenario.process.n_sittings,
        )
        if plan is not None
        else None,
        streams=forum.streams,
    )


def talk(forum: Forum, stage: Stage) -> None:
    """Every table talks, turn by turn."""
    state = forum.roundtables[stage.roundtable]
    c, r, s = stage.consultation, stage.roundtable, stage.sitting
    seating = forum.archive.seatings[c, r, s]
    people = forum.setup.people
    if forum.setup.talk.memory > 0:
        state.age -= forum.setup.talk.n_turns  # ages count turns from the sitting's start
    luck = Luck(forum.streams.key, people.key, *stage_words(_DRAWN_IN_TALK, c, r, s))
    log = blank_log(seating.n_tables, forum.setup.talk.n_turns)
    forum.pairs, state.mates = sit_down(forum.pairs, seating.seat, seating.start)
    talk_at_tables(
        seating.seat,
        seating.start,
        state.support,
        state.anchor,
        state.knows,
        state.learned,
        state.age,
        forum.setup.voiced(state.topics, c, s),
        state.links,
        forum.delegates.status,
        forum.delegates.language,
        state.mates,
        forum.delegates.susceptibility,
        forum.setup.given,
        luck,
        forum.setup.talk,
        forum.setup.opinion,
        log,
    )
    mentions, raised_by = tally(
        log,
        state.topics.n_accounts,
        forum.delegates.group,
        forum.turns,
        forum.seated,
        forum.floor_due,
        forum.uptake,
        forum.taught,
        seating.seat,
        seating.start,
        state.voiced[c - 1],
        state.n_raised[c - 1],
        state.first_proposer,
        people.key,
        state.topics.item,
        state.topics.first_solution,
    )
    state.sittings.append(
        SittingRecord(
            s,
            seating,
            log,
            mentions,
            raised_by,
            np.zeros((seating.n_tables, state.topics.n_solutions), dtype=bool),
        )
    )


def form_opinions(forum: Forum, stage: Stage) -> None:
    """What was heard moves support, at every table."""
    state = forum.roundtables[stage.roundtable]
    sitting = state.sittings[-1]
    seating = sitting.seating
    if forum.setup.talk.opinions_every > 0:
        return  # formed turn by turn already
    if forum.scenario.opinion.mode == "consensus":
        argue(forum, state, seating.seat)
        if len(seating.seat) == 0:
            return
        agree_at_tables(
            seating.seat,
            seating.start,
            state.support,
            # of the anchors, so that no table's talk changes how divided another one seems
            state.anchor[np.sort(seating.seat)].std(axis=0),
            forum.delegates.susceptibility,
            forum.streams.key,
            forum.setup.people.key,
            stage_word(Decision.TABLE_AGREES, stage.consultation, stage.roundtable, stage.sitting),
            forum.scenario.experimental.consensus_pull,
        )
        return
    form_table_opinions(
        seating.seat,
        seating.start,
        state.support,
        state.anchor,
        state.learned,
        state.links,
        state.mates,
        forum.delegates.susceptibility,
        forum.setup.given,
        sitting.log,
        forum.setup.opinion,
    )


def build_trust(forum: Forum, stage: Stage) -> None:
    """Those who sat together come to know each other."""
    state = forum.roundtables[stage.roundtable]
    seating = state.sittings[-1].seating
    meet_at_tables(
        seating.seat,
        seating.start,
        state.mates,
        forum.pairs.trust,
        forum.pairs.meetings,
        forum.setup.trust,
    )


def endorse(forum: Forum, stage: Stage) -> None:
    """Tables endorse what enough of their seats approve."""
    state = forum.roundtables[stage.roundtable]
    sitting = state.sittings[-1]
    adoption = forum.scenario.adoption
    approves = approvals(state.support, state.knows, state.topics, adoption)
    endorse_at_tables(
        sitting.seating.seat,
        sitting.seating.start,
        approves,
        adoption.endorsement,
        sitting.endorsed,
    )
