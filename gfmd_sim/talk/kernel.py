"""The talk of one sitting, compiled: turn by turn, who speaks, which account, who takes it up.

Sources: floor time by rank, DeliData (Karadzhov, Stafford, Vlachos 2023); uptake, Banisch, Shamon
2025 (biased processing) and Maes, Flache 2013 (exchange of arguments); what is known is said,
Stasser, Titus 1985. Left out: interruptions, replies, what is said outside the table.

Luck is named by person and turn: a person's urge to speak, the account he picks and whether he
takes something up depend on nobody else's draws.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from gfmd_sim.accounts import Links
from gfmd_sim.opinion.two_channel import OpinionParameters, form_table
from gfmd_sim.scenario.schema import Scenario
from gfmd_sim.streams import fill_uniform

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]
ByteArray = NDArray[np.uint8]
SignArray = NDArray[np.int8]

SILENCE = -1  # the speaker knows nothing to say
MAX_LOGGED_SEATS = 64  # learners are logged as a bit a seat
RANK_NOISE = 0.5  # Gumbel scale of a sitting's luck in who ranks first [A]


class TalkParameters(NamedTuple):
    """The numbers the talk needs, as the kernel takes them."""

    n_turns: int
    talk_ratio: float
    facilitation: float
    everybody_in_turn: bool
    own_side: float
    learning: float
    biased_processing: float
    p_understood: float  # between people without a common language
    memory: int  # 0: unlimited
    homophily: float  # negative: a table talks, not pairs
    opinions_every: int  # 0: at the end of the sitting, by another stage


class Luck(NamedTuple):
    """The names under which one sitting's luck is drawn: key, person keys, one word a decision."""

    key: NDArray[np.uint32]
    person: NDArray[np.uint32]
    rank: int
    speaker: int
    argument: int
    learning: int
    partner: int


class TalkLog(NamedTuple):
    """What was said, turn by turn. ``argument`` is SILENCE where nobody had anything to say.

    ``learners`` has a bit for each seat of the table (the first 64) that took the account up.
    """

    speaker: IntArray  # (n_tables, n_turns), delegate
    argument: IntArray  # (n_tables, n_turns)
    learners: NDArray[np.uint64]  # (n_tables, n_turns)
    n_learners: IntArray  # (n_tables, n_turns)


def talk_parameters(scenario: Scenario) -> TalkParameters:
    """The scenario's discussion block as the kernel takes it."""
    d, e = scenario.discussion, scenario.experimental
    return TalkParameters(
        n_turns=d.n_turns,
        talk_ratio=d.talk_ratio,
        facilitation=d.facilitation,
        everybody_in_turn=d.turn_taking == "round",
        own_side=d.own_side,
        learning=d.learning,
        biased_processing=d.biased_processing,
        p_understood=d.no_common_language + (1.0 - d.no_common_language) * d.interpretation,
        memory=e.memory or 0,
        homophily=-1.0 if e.homophily is None else e.homophily,
        opinions_every=e.opinions_every or 0,
    )


@njit(cache=True, nogil=True)
def rank_seats(status: FloatArray, luck: FloatArray) -> IntArray:
    """Seats in order of standing, the first speaker first, shape (n,)."""
    n = status.shape[0]
    standing = np.empty(n)
    for i in range(n):
        standing[i] = status[i] - RANK_NOISE * np.log(-np.log(luck[i]))
    return np.argsort(-standing, kind="mergesort").astype(np.int32)


@njit(cache=True, nogil=True)
def floor_shares(order: IntArray, p: TalkParameters) -> FloatArray:
    """Each seat's chance to take a turn: (1 - phi) r^(rank-1)/sum + phi/n, shape (n,)."""
    n = order.shape[0]
    share = np.empty(n)
    total, weight = 0.0, 1.0
    for place in range(n):
        share[order[place]] = weight
        total += weight
        weight *= p.talk_ratio
    for i in range(n):
        share[i] = (1.0 - p.facilitation) * share[i] / total + p.facilitation / n
    return share


@njit(cache=True, nogil=True)
def first_to_speak(share: FloatArray, urge: FloatArray, turn: int) -> int:
    """The seat whose exponential clock, of rate ``share``, rings first."""
    best, least = 0, np.inf
    for i in range(share.shape[0]):
        clock = -np.log(urge[i, turn]) / share[i] if share[i] > 0.0 else np.inf
        if clock < least:
            best, least = i, clock
    return best


@njit(cache=True, nogil=True)
def pick_account(weight: FloatArray, total: float, luck: float) -> int:
    """An account with chance proportional to ``weight``, which adds up to ``total``; or SILENCE."""
    if total <= 0.0:
        return SILENCE
    target, reached = luck * total, 0.0
    for a in range(weight.shape[0]):
        reached += weight[a]  # an account that is not known adds nothing and is never picked
        if reached > target:
            return a
    for a in range(weight.shape[0] - 1, -1, -1):  # rounding in the total
        if weight[a] > 0.0:
            return a
    return SILENCE


@njit(cache=True, nogil=True)
def likes(support: FloatArray, strength: float, out: FloatArray) -> None:
    """exp(b (2x_m - 1)) for one person's support x, shape (n_solutions,)."""
    for m in range(support.shape[0]):
        out[m] = np.exp(strength * (2.0 * support[m] - 1.0))


@njit(cache=True, nogil=True)
def fit(account: int, liked: FloatArray, links: Links) -> float:
    """How an account fits a person: exp(b sum_m v_am (2x_m - 1)), from :func:`likes`."""
    product = 1.0
    for k in range(links.start[account], links.start[account + 1]):
        if links.sign[k] > 0:
            product *= liked[links.solution[k]]
        elif links.sign[k] < 0:
            product /= liked[links.solution[k]]
    return product


@njit(cache=True, nogil=True)
def p_uptake(account: int, biased: FloatArray, links: Links, p: TalkParameters) -> float:
    """Chance that a listener who understands takes an account up: 2 alpha / (1 + exp(-beta s))."""
    return min(1.0, 2.0 * p.learning / (1.0 + 1.0 / fit(account, biased, links)))


@njit(cache=True, nogil=True)
def prepare_to_speak(
    person: int,
    support: FloatArray,
    knows: ByteArray,
    voiced: FloatArray,
    links: Links,
    p: TalkParameters,
    own: FloatArray,
    biased: FloatArray,
    says: FloatArray,
) -> float:
    """For one person: what fits him as a speaker and as a listener, and the weight of each account.

    Returns the sum of the weights.
    """
    likes(support[person], p.own_side, own)
    likes(support[person], p.biased_processing, biased)
    total = 0.0
    for a in range(says.shape[0]):
        says[a] = voiced[a] * fit(a, own, links) if knows[person, a] else 0.0
        total += says[a]
    return total


@njit(cache=True, nogil=True)
def forget_oldest(person: int, knows: ByteArray, learned: ByteArray, age: IntArray) -> int:
    """Drop the account that was taken up longest ago; returns it, or SILENCE."""
    oldest = SILENCE
    for a in range(knows.shape[1]):
        if knows[person, a] and (oldest < 0 or age[person, a] < age[person, oldest]):
            oldest = a
    if oldest >= 0:
        knows[person, oldest] = 0
        learned[person, oldest] = 0
    return oldest


@njit(cache=True, nogil=True)
def similar_partner(
    listener: int,
    member: IntArray,
    support: FloatArray,
    homophily: float,
    urge: FloatArray,
    turn: int,
) -> int:
    """The seat that talks to ``listener``: chance proportional to similarity^h; SILENCE if none."""
    n = member.shape[0]
    rate = np.zeros(n)
    for j in range(n):
        if j != listener:
            gap = 0.0
            for m in range(support.shape[1]):
                gap += abs(support[member[listener], m] - support[member[j], m])
            rate[j] = (1.0 - gap / support.shape[1]) ** homophily
    return first_to_speak(rate, urge, turn) if rate.max() > 0.0 else SILENCE


@njit(cache=True, nogil=True)
def talk_at_tables(
    seat: IntArray,
    start: IntArray,
    support: FloatArray,
    anchor: FloatArray,
    knows: ByteArray,
    learned: ByteArray,
    age: IntArray,
    voiced: FloatArray,
    links: Links,
    status: FloatArray,
    language: NDArray[np.uint32],
    trust: FloatArray,
    susceptibility: FloatArray,
    given: FloatArray,
    luck: Luck,
    p: TalkParameters,
    o: OpinionParameters,
) -> TalkLog:
    """Let every table talk for a sitting; ``knows`` and ``learned`` change in place.

    ``seat`` lists delegates table by table, ``start`` where each table begins (one more at the
    end). ``voiced`` is the weight of each account in this sitting, by phase. ``age`` is used with a
    limited memory only. Support changes here only with ``opinions_every``.
    """
    n_tables, n_accounts = start.shape[0] - 1, knows.shape[1]
    n_turns = p.n_turns
    log = TalkLog(
        np.full((n_tables, n_turns), SILENCE, np.int32),
        np.full((n_tables, n_turns), SILENCE, np.int32),
        np.zeros((n_tables, n_turns), np.uint64),
        np.zeros((n_tables, n_turns), np.int32),
    )
    largest = 0
    for t in range(n_tables):
        largest = max(largest, start[t + 1] - start[t])
    says = np.empty((largest, n_accounts))
    own = np.empty((largest, support.shape[1]))
    biased = np.empty((largest, support.shape[1]))
    total = np.empty(largest)
    for t in range(n_tables):
        member = seat[start[t] : start[t + 1]]
        n = member.shape[0]
        who = luck.person[member]
        urge = fill_uniform(luck.key, who, luck.speaker, n_turns)
        choice = fill_uniform(luck.key, who, luck.argument, n_turns)
        uptake = fill_uniform(luck.key, who, luck.learning, n_turns)
        order = rank_seats(status[member], fill_uniform(luck.key, who, luck.rank, 1)[:, 0])
        share = floor_shares(order, p)
        if p.homophily >= 0.0:
            share[:] = 1.0 / n
            partner = fill_uniform(luck.key, who, luck.partner, n_turns)
        else:
            partner = urge
        for i in range(n):
            total[i] = prepare_to_speak(
                member[i], support, knows, voiced, links, p, own[i], biased[i], says[i]
            )
        for turn in range(n_turns):
            listener = -1
            if p.homophily >= 0.0:
                listener = first_to_speak(share, urge, turn)
                speaker = similar_partner(listener, member, support, p.homophily, partner, turn)
                if speaker == SILENCE:  # nobody is like him at all
                    continue
            elif p.everybody_in_turn:
                speaker = order[turn % n]
            else:
                speaker = first_to_speak(share, urge, turn)
            log.speaker[t, turn] = member[speaker]
            account = pick_account(says[speaker], total[speaker], choice[speaker, turn])
            if account == SILENCE:
                continue
            log.argument[t, turn] = account
            for i in range(n):
                if i == speaker or (listener >= 0 and i != listener):
                    continue
                person = member[i]
                if knows[person, account]:
                    if p.memory > 0:
                        age[person, account] = turn + 1
                    continue
                understood = 1.0 if language[person] & language[member[speaker]] else p.p_understood
                if uptake[i, turn] < understood * p_uptake(account, biased[i], links, p):
                    if p.memory > 0:
                        dropped = forget_oldest(person, knows, learned, age)
                        if dropped >= 0:
                            total[i] -= says[i, dropped]
                            says[i, dropped] = 0.0
                        age[person, account] = turn + 1
                    knows[person, account] = 1
                    learned[person, account] = 1
                    says[i, account] = voiced[account] * fit(account, own[i], links)
                    total[i] += says[i, account]
                    log.n_learners[t, turn] += 1
                    if i < MAX_LOGGED_SEATS:
                        log.learners[t, turn] |= np.uint64(1) << np.uint64(i)
            if p.opinions_every > 0 and (turn + 1) % p.opinions_every == 0:
                form_table(
                    member,
                    np.ones(n),
                    support,
                    anchor,
                    learned,
                    trust,
                    susceptibility,
                    given,
                    links.start,
                    links.solution,
                    links.sign,
                    o,
                )
                for i in range(n):
                    total[i] = prepare_to_speak(
                        member[i], support, knows, voiced, links, p, own[i], biased[i], says[i]
                    )
    return log


@njit(cache=True, nogil=True)
def form_opinions(
    seat: IntArray,
    start: IntArray,
    support: FloatArray,
    anchor: FloatArray,
    learned: ByteArray,
    links: Links,
    trust: FloatArray,
    susceptibility: FloatArray,
    given: FloatArray,
    log: TalkLog,
    o: OpinionParameters,
) -> None:
    """Let every table's members form their opinions after the talk; support changes in place."""
    n_turns = log.speaker.shape[1]
    for t in range(start.shape[0] - 1):
        member = seat[start[t] : start[t + 1]]
        n = member.shape[0]
        floor = np.ones(n)
        if n_turns > 0:
            for i in range(n):
                turns = 0
                for turn in range(n_turns):
                    if log.speaker[t, turn] == member[i]:
                        turns += 1
                floor[i] = turns / n_turns
        form_table(
            member,
            floor,
            support,
            anchor,
            learned,
            trust,
            susceptibility,
            given,
            links.start,
            links.solution,
            links.sign,
            o,
        )
