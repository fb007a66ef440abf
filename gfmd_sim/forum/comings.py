"""Between the meetings: who comes and goes, what he has read, where his anchor stands."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.compiled import compiled
from gfmd_sim.forum.learning import argue, readers_of_note, take_up_note
from gfmd_sim.pairs import make_strangers
from gfmd_sim.population import draw_knowledge, draw_support, draw_traits
from gfmd_sim.records import Stage
from gfmd_sim.setup import SUMMIT
from gfmd_sim.streams import Decision, stage_word

if TYPE_CHECKING:
    from gfmd_sim.forum.forum import Forum

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]


def turnover(forum: Forum, stage: Stage) -> None:
    """Some seats pass to successors, who inherit half of the predecessor's move."""
    share = forum.scenario.population.turnover
    people, c = forum.setup.people, stage.consultation
    luck = forum.streams.uniform(Decision.TURNOVER, people.key, consultation=c)[:, 0]
    leaves = luck < share
    leaves[forum.n_consulted :] = False
    who = np.flatnonzero(leaves)
    if len(who) == 0:
        return
    draw_traits(people, forum.delegates, who, forum.streams, joined=c)
    forum.balance = forum.delegates.codes(forum.scenario.seating.balance)
    make_strangers(who, forum.pairs, forum.first_trust)  # and trust anew, as at the start
    for number, state in forum.roundtables.items():
        _take_seats(
            who,
            draw_support(forum.scenario, people, state.topics, who, state.lean, forum.streams, c),
            draw_knowledge(forum.scenario, people, state.topics, who, forum.streams, c),
            state.start,
            state.anchor,
            state.support,
            state.knows,
            state.learned,
        )
        readers = who.astype(np.int32)
        for written in range(1, c):
            take_up_note(forum, state, number, written, c, readers)


@compiled
def _take_seats(
    who: NDArray[np.intp],
    fresh: FloatArray,
    known: NDArray[np.uint8],
    start: FloatArray,
    anchor: FloatArray,
    support: FloatArray,
    knows: NDArray[np.uint8],
    learned: NDArray[np.uint8],
) -> None:
    """Successors ``who`` come with their own support and knowledge, and half of the move of those
    they follow; the last five arrays change in place."""
    for k in range(who.shape[0]):
        i = who[k]
        for m in range(fresh.shape[1]):
            moved = anchor[i, m] - start[i, m]
            start[i, m] = fresh[k, m]
            anchor[i, m] = min(max(fresh[k, m] + 0.5 * moved, 0.0), 1.0)
            support[i, m] = anchor[i, m]
        for a in range(known.shape[1]):
            knows[i, a] = known[k, a]
            learned[i, a] = 0


def arrive(forum: Forum, stage: Stage) -> None:
    """Who comes to this consultation, or to the Summit."""
    p = forum.scenario.population
    luck = forum.streams.uniform(
        Decision.NO_SHOW, forum.setup.people.key, consultation=stage.consultation
    )[:, 0]
    forum.attendance = luck >= p.no_shows
    forum.attendance[_stays_away(forum, stage.consultation)] = False
    if stage.consultation != SUMMIT:
        forum.attendance[forum.n_consulted :] = False
    comes = forum.delegates.attends & forum.attendance[:, None]
    if stage.consultation == SUMMIT:
        comes[forum.n_consulted :] = forum.attendance[forum.n_consulted :, None]
    for state, there in zip(forum.roundtables.values(), comes.T, strict=True):
        state.present = there.nonzero()[0].astype(np.int32)
        state.sittings = []
        state.first = None


def _stays_away(forum: Forum, consultation: int) -> IntArray:
    """Those whose roster names no sitting of this consultation; for the Summit, none at all."""
    absent = forum.setup.people.absent
    if not absent:
        return np.zeros(0, dtype=np.int32)
    n, last = forum.scenario.process.n_sittings, forum.scenario.process.n_consultations
    begin, end = (0, last) if consultation == SUMMIT else (consultation - 1, consultation)
    nobody = np.zeros(0, dtype=np.int32)
    sittings = [absent.get(s, nobody) for s in range(begin * n + 1, end * n + 1)]
    return reduce(np.intersect1d, sittings)


def open_with_notes(forum: Forum, stage: Stage) -> None:
    """The notes so far open the meeting: readers take up what they lack."""
    number, c = stage.roundtable, stage.consultation
    state = forum.roundtables[number]
    for written in forum.setup.opens_with(state.topics, c):
        readers = readers_of_note(
            state.present,
            forum.delegates.joined,
            written,
            forum.scenario.note.p_read,
            forum.streams.key,
            forum.setup.people.key,
            stage_word(Decision.NOTE_READ, written, number),
        )
        take_up_note(forum, state, number, written, c, readers)
    if c == SUMMIT:
        argue(forum, state, state.present)


def return_to_capitals(forum: Forum, stage: Stage) -> None:
    """Anchors move part of the way; support falls back to them; a new count of learning."""
    for state in forum.roundtables.values():
        _move_anchors(state.anchor, state.support, forum.delegates.anchor_shift)
        if forum.scenario.experimental.memory is None:
            state.learned.fill(0)


@compiled
def _move_anchors(anchor: FloatArray, support: FloatArray, shift: FloatArray) -> None:
    """u <- (1 - rho) u + rho x, and x <- u; in place."""
    for i in range(anchor.shape[0]):
        for m in range(anchor.shape[1]):
            anchor[i, m] = (1.0 - shift[i]) * anchor[i, m] + shift[i] * support[i, m]
            support[i, m] = anchor[i, m]
