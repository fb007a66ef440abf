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
from numpy.typing import NDArray

from gfmd_sim.accounts import Links
from gfmd_sim.compiled import compiled
from gfmd_sim.opinion.two_channel import OpinionParameters, form_table
from gfmd_sim.pairs import Pairs
from gfmd_sim.scenario.schema import Scenario
from gfmd_sim.streams import fill_uniform

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]
ByteArray = NDArray[np.uint8]
SignArray = NDArray[np.int8]

SILENCE = -1  # the speaker knows nothing to say
MAX_LOGGED_SEATS = 64  # learners are logged as a bit a seat
BATCH = 128  # people for whom fits are computed at once: enough for the processor's lanes, few for its cache
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


def silence(n_tables: int, n_turns: int) -> TalkLog:
    """The log of a sitting in which nothing has been said yet."""
    shape = (n_tables, n_turns)
    speaker, argument = np.empty(shape, np.int32), np.empty(shape, np.int32)
    speaker.fill(SILENCE)
    argument.fill(SILENCE)
    return TalkLog(speaker, argument, np.zeros(shape, np.uint64), np.zeros(shape, np.int32))


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


@compiled
def rank_seats(status: FloatArray, luck: FloatArray) -> IntArray:
    """Seats in order of standing, the first speaker first, shape (n,)."""
    n = status.shape[0]
    standing = np.empty(n)
    order = np.empty(n, np.int32)
    for i in range(n):
        standing[i] = status[i] - RANK_NOISE * np.log(-np.log(luck[i]))
        place = i
        while place > 0 and standing[order[place - 1]] < standing[i]:
            order[place] = order[place - 1]
            place -= 1
        order[place] = i
    return order


@compiled
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


@compiled
def first_to_speak(share: FloatArray, urge: FloatArray, turn: int) -> int:
    """The seat whose exponential clock, of rate ``share``, rings first: -log(urge) / share.

    As -log(u) > 1 - u, few logarithms are needed: none of whom (1 - u) / share already rules out.
    """
    best, soonest = 0, np.inf
    for i in range(share.shape[0]):
        bound = (1.0 - urge[i, turn]) / share[i]
        if bound < soonest:
            best, soonest = i, bound
    likely = best
    least = -np.log(urge[likely, turn]) / share[likely]
    for i in range(share.shape[0]):
        if 1.0 - urge[i, turn] < least * share[i] and i != likely:
            clock = -np.log(urge[i, turn]) / share[i]
            if clock < least:
                best, least = i, clock
    return best


@compiled
def fit(
    member: IntArray,
    support: FloatArray,
    strength: float,
    links: Links,
    first: int,
    liked: FloatArray,
    out: FloatArray,
) -> None:
    """How each account fits each person: exp(b sum_m v_am (2x_m - 1)).

    ``out`` is (n_accounts, n), from its column ``first``; ``liked`` is room for exp(b (2x_m - 1)).
    """
    n = member.shape[0]
    for m in range(support.shape[1]):
        for i in range(n):
            liked[m, i] = np.exp(strength * (2.0 * support[member[i], m] - 1.0))
    for a in range(out.shape[0]):
        for i in range(n):
            out[a, first + i] = 1.0
        for k in range(links.start[a], links.start[a + 1]):
            m = links.solution[k]
            if links.sign[k] > 0:
                for i in range(n):
                    out[a, first + i] *= liked[m, i]
            elif links.sign[k] < 0:
                for i in range(n):
                    out[a, first + i] /= liked[m, i]


@compiled
def p_uptake(fit: float, p: TalkParameters) -> float:
    """Chance that a listener who understands takes up what fits him: 2 alpha / (1 + exp(-beta s))."""
    return min(1.0, 2.0 * p.learning / (1.0 + 1.0 / fit))


@compiled
def repertoire(
    knows: ByteArray, voiced: FloatArray, own: FloatArray, i: int, known: IntArray, says: FloatArray
) -> tuple[int, float]:
    """What seat ``i`` may say: the accounts ``known``, ascending, and their weights.

    Returns how many they are, and the sum of their weights.
    """
    n_known = 0
    for a in range(knows.shape[0]):
        known[n_known] = a  # stays if it is known, else the next one takes its place
        n_known += knows[a]
    total = 0.0
    for k in range(n_known):
        says[k] = voiced[known[k]] * own[known[k], i]
        total += says[k]
    return n_known, total


@compiled
def pick_account(known: IntArray, says: FloatArray, n_known: int, total: float, luck: float) -> int:
    """One of the ``known`` with chance proportional to its weight in ``says``; or SILENCE.

    ``total`` is the sum of the weights, up to rounding.
    """
    if total <= 0.0:
        return SILENCE
    target, reached = luck * total, 0.0
    for k in range(n_known):
        reached += says[k]
        if reached > target:
            return int(known[k])
    for k in range(n_known - 1, -1, -1):  # rounding in the total
        if says[k] > 0.0:
            return int(known[k])
    return SILENCE


@compiled
def insert(account: int, weight: float, n_known: int, known: IntArray, says: FloatArray) -> None:
    """Add an account to the ``n_known`` of a repertoire, in its place."""
    k = n_known
    while k > 0 and known[k - 1] > account:
        known[k], says[k] = known[k - 1], says[k - 1]
        k -= 1
    known[k], says[k] = account, weight


@compiled
def remove(account: int, n_known: int, known: IntArray, says: FloatArray) -> float:
    """Take an account out of the ``n_known`` of a repertoire; returns its weight."""
    k = 0
    while known[k] != account:
        k += 1
    weight = says[k]
    for later in range(k + 1, n_known):
        known[later - 1], says[later - 1] = known[later], says[later]
    return float(weight)


@compiled
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


@compiled
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
    rate = np.empty(n)
    any_alike = False
    for j in range(n):
        gap = 0.0
        for m in range(support.shape[1]):
            gap += abs(support[member[listener], m] - support[member[j], m])
        rate[j] = (1.0 - gap / support.shape[1]) ** homophily if j != listener else 0.0
        any_alike = any_alike or rate[j] > 0.0
    return first_to_speak(rate, urge, turn) if any_alike else SILENCE


@compiled
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
    pairs: Pairs,
    susceptibility: FloatArray,
    given: FloatArray,
    luck: Luck,
    p: TalkParameters,
    o: OpinionParameters,
    log: TalkLog,
) -> None:
    """Let every table talk for a sitting; ``knows``, ``learned`` and ``log`` change in place.

    ``seat`` lists delegates table by table, ``start`` where each table begins (one more at the
    end). ``voiced`` is the weight of each account in this sitting, by phase. ``age`` is used with a
    limited memory only. Support changes here only with ``opinions_every``. ``log`` comes as
    :func:`silence`.
    """
    n_tables, n_accounts, n_solutions = start.shape[0] - 1, knows.shape[1], support.shape[1]
    n_turns = p.n_turns
    largest = 0
    for t in range(n_tables):
        largest = max(largest, start[t + 1] - start[t])
    width = min(max(largest, BATCH), seat.shape[0])
    liked = np.empty((n_solutions, width))
    own = np.empty((n_accounts, width))
    biased = own if p.biased_processing == p.own_side else np.empty_like(own)
    known = np.empty((largest, n_accounts), np.int32)
    n_known = np.empty(largest, np.int64)
    says = np.empty((largest, n_accounts))
    total = np.empty(largest)
    evenly = np.empty(largest)
    for i in range(largest):
        evenly[i] = 1.0
    next_batch = 0
    for t in range(n_tables):
        if t == next_batch:
            while next_batch < n_tables and start[next_batch + 1] - start[t] <= width:
                next_batch += 1
            first = start[t]
            batch = seat[first : start[next_batch]]
            fit(batch, support, p.own_side, links, 0, liked, own)
            if p.biased_processing != p.own_side:
                fit(batch, support, p.biased_processing, links, 0, liked, biased)
            who = luck.person[batch]
            urges = fill_uniform(luck.key, who, luck.speaker, n_turns)
            choices = fill_uniform(luck.key, who, luck.argument, n_turns)
            uptakes = fill_uniform(luck.key, who, luck.learning, n_turns)
        here = start[t] - first  # the table's first seat in its batch
        member = seat[start[t] : start[t + 1]]
        n = member.shape[0]
        urge, choice = urges[here : here + n], choices[here : here + n]
        uptake = uptakes[here : here + n]
        order = rank_seats(
            status[member], fill_uniform(luck.key, luck.person[member], luck.rank, 1)[:, 0]
        )
        share = floor_shares(order, p)
        if p.homophily >= 0.0:
            for i in range(n):
                share[i] = 1.0 / n
            partner = fill_uniform(luck.key, luck.person[member], luck.partner, n_turns)
        else:
            partner = urge
        for i in range(n):
            n_known[i], total[i] = repertoire(
                knows[member[i]], voiced, own, here + i, known[i], says[i]
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
            account = pick_account(
                known[speaker],
                says[speaker],
                n_known[speaker],
                total[speaker],
                choice[speaker, turn],
            )
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
                if uptake[i, turn] < understood * p_uptake(biased[account, here + i], p):
                    if p.memory > 0:
                        dropped = forget_oldest(person, knows, learned, age)
                        if dropped >= 0:
                            total[i] -= remove(dropped, n_known[i], known[i], says[i])
                            n_known[i] -= 1
                        age[person, account] = turn + 1
                    knows[person, account] = 1
                    learned[person, account] = 1
                    weight = voiced[account] * own[account, here + i]
                    insert(account, weight, n_known[i], known[i], says[i])
                    n_known[i] += 1
                    total[i] += weight
                    log.n_learners[t, turn] += 1
                    if i < MAX_LOGGED_SEATS:
                        log.learners[t, turn] |= np.uint64(1) << np.uint64(i)
            if p.opinions_every > 0 and (turn + 1) % p.opinions_every == 0:
                form_table(
                    member,
                    evenly[:n],
                    support,
                    anchor,
                    learned,
                    pairs,
                    susceptibility,
                    given,
                    links.start,
                    links.solution,
                    links.sign,
                    o,
                )
                fit(member, support, p.own_side, links, here, liked, own)
                fit(member, support, p.biased_processing, links, here, liked, biased)
                for i in range(n):
                    n_known[i], total[i] = repertoire(
                        knows[member[i]], voiced, own, here + i, known[i], says[i]
                    )


@compiled
def form_opinions(
    seat: IntArray,
    start: IntArray,
    support: FloatArray,
    anchor: FloatArray,
    learned: ByteArray,
    links: Links,
    pairs: Pairs,
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
        floor = np.empty(n)
        for i in range(n):
            turns = 0
            for turn in range(n_turns):
                if log.speaker[t, turn] == member[i]:
                    turns += 1
            floor[i] = turns / n_turns if n_turns > 0 else 1.0
        form_table(
            member,
            floor,
            support,
            anchor,
            learned,
            pairs,
            susceptibility,
            given,
            links.start,
            links.solution,
            links.sign,
            o,
        )
