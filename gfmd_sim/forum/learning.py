"""What is read or reported is learned, and moves support on its own: no table, no talk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.accounts import Links
from gfmd_sim.compiled import compiled
from gfmd_sim.forum.state import RoundtableState
from gfmd_sim.opinion.two_channel import argued_support
from gfmd_sim.streams import Decision, fill_uniform, philox, stage_word, unit

if TYPE_CHECKING:
    from gfmd_sim.forum.forum import Forum

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]
ByteArray = NDArray[np.uint8]


@compiled
def learn(
    who: IntArray,
    accounts: IntArray,
    p_learn: float,
    key: NDArray[np.uint32],
    person: NDArray[np.uint32],
    stage: int,
    knows: ByteArray,
    learned: ByteArray,
) -> int:
    """Each of ``who`` takes up each of ``accounts`` he lacks with chance ``p_learn``; how many did."""
    lacks = np.empty(accounts.shape[0], np.int32)
    luck = np.empty(accounts.shape[0])
    replicate, low, high = np.uint64(key[2]), np.uint64(key[0]), np.uint64(key[1])
    n = 0
    for i in who:
        n_lacks = 0
        for a in accounts:
            lacks[n_lacks] = a  # stays if he lacks it, else the next one takes its place
            n_lacks += 1 - knows[i, a]
        for k in range(n_lacks):  # a loop of its own: the processor draws several at once
            w0, _, _, _ = philox(
                np.uint64(lacks[k]), np.uint64(person[i]), np.uint64(stage), replicate, low, high
            )
            luck[k] = unit(w0)
        for k in range(n_lacks):
            if luck[k] < p_learn:
                knows[i, lacks[k]] = 1
                learned[i, lacks[k]] = 1
                n += 1
    return n


@compiled
def readers_of_note(
    present: IntArray,
    joined: IntArray,
    written: int,
    p_read: float,
    key: NDArray[np.uint32],
    person: NDArray[np.uint32],
    stage: int,
) -> IntArray:
    """Those present who have read the note of consultation ``written``; newcomers all have."""
    out = np.empty_like(present)
    n = 0
    for i in present:
        if (
            joined[i] > written
            or fill_uniform(key, person[i : i + 1], stage, np.int64(1))[0, 0] < p_read
        ):
            out[n] = i
            n += 1
    return out[:n]


@compiled
def _argue_alone(
    who: IntArray,
    support: FloatArray,
    anchor: FloatArray,
    learned: ByteArray,
    links: Links,
    susceptibility: FloatArray,
    prior_weight: float,
    argument_weight: float,
) -> None:
    """One step on the argument channel alone: x <- Lambda[(1-gamma) x + gamma f] + (I-Lambda) u."""
    f = np.empty(support.shape[1])
    total = np.empty_like(f)
    taken = np.empty(learned.shape[1], np.int32)
    for i in who:
        argued_support(
            i,
            anchor,
            learned,
            links.start,
            links.solution,
            links.sign,
            prior_weight,
            taken,
            total,
            f,
        )
        lam = susceptibility[i]
        for m in range(support.shape[1]):
            if not np.isnan(f[m]):
                moved = (1.0 - argument_weight) * support[i, m] + argument_weight * f[m]
                support[i, m] = lam * moved + (1.0 - lam) * anchor[i, m]


def take_up_note(
    forum: Forum, state: RoundtableState, number: int, written: int, now: int, readers: IntArray
) -> None:
    """Readers take up each account of an earlier note that they lack with chance ``note.p_learn``."""
    note = forum.archive.notes.get((number, written))
    if note is None or len(note.accounts) == 0 or len(readers) == 0:
        return
    learn(
        readers,
        note.accounts,
        forum.scenario.note.p_learn,
        forum.streams.key,
        forum.setup.people.key,
        stage_word(Decision.NOTE_LEARNING, now, number, written),
        state.knows,
        state.learned,
    )


def argue(forum: Forum, state: RoundtableState, who: IntArray) -> None:
    """What they have learned moves the support of some delegates, without any table's pull."""
    o = forum.scenario.opinion
    _argue_alone(
        who,
        state.support,
        state.anchor,
        state.learned,
        state.links,
        forum.delegates.susceptibility,
        o.prior_weight,
        o.argument_weight,
    )
