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
from gfmd_sim.compiled import compiled, inlined, inner
from gfmd_sim.opinion.two_channel import OpinionParameters, form_table
from gfmd_sim.pairs import Tablemates
from gfmd_sim.scenario.schema import Scenario
from gfmd_sim.streams import fill_blocks

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]
ByteArray = NDArray[np.uint8]
SignArray = NDArray[np.int8]

SILENCE = -1  # the speaker knows nothing to say
MAX_LOGGED_SEATS = 64  # learners are logged as a bit a seat
BATCH = 128  # people for whom fits are computed at once: enough for the processor's lanes, few for its cache
ROUNDING = 1e-12  # bounds closer than this, relative, may be equal
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


def blank_log(n_tables: int, n_turns: int) -> TalkLog:
    """Room for what will be said in a sitting; the talk writes all of it."""
    shape = (n_tables, n_turns)
    return TalkLog(
        np.empty(shape, np.int32),
        np.empty(shape, np.int32),
        np.empty(shape, np.uint64),
        np.empty(shape, np.int32),
    )


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


@inlined
def rank_seats(
    member: IntArray, status: FloatArray, luck: FloatArray, standing: FloatArray, order: IntArray
) -> None:
    """Seats in ``order`` of standing, the first speaker first; ``luck`` (n, 1)."""
    for i in range(member.shape[0]):
        standing[i] = status[member[i]] - RANK_NOISE * np.log(-np.log(luck[i, 0]))
        place = i
        while place > 0 and standing[order[place - 1]] < standing[i]:
            order[place] = order[place - 1]
            place -= 1
        order[place] = i


@inlined
def floor_shares(order: IntArray, p: TalkParameters, share: FloatArray) -> None:
    """Each seat's chance to take a turn: (1 - phi) r^(rank-1)/sum + phi/n, shape (n,)."""
    n = order.shape[0]
    total, weight = 0.0, 1.0
    for place in range(n):
        share[order[place]] = weight
        total += weight
        weight *= p.talk_ratio
    for i in range(n):
        share[i] = (1.0 - p.facilitation) * share[i] / total + p.facilitation / n


@inner
def first_to_speak(wait: FloatArray, urge: FloatArray, turn: int) -> int:
    """The seat whose exponential clock, of mean ``wait``, rings first: -log(urge) * wait.

    With x = 1 - urge, -log(urge) is between s = x + x^2/2 + x^3/3 + x^4/4 and s + x^5 / (5 urge):
    only whom these bounds leave in the race needs a logarithm, and hardly ever more than one is left.
    """
    likely, soonest, second = 0, np.inf, np.inf
    for i in range(wait.shape[0]):
        x = 1.0 - urge[i, turn]
        bound = x * (1.0 + x * (1 / 2 + x * (1 / 3 + x / 4))) * wait[i]
        second = min(second, max(soonest, bound))
        likely = i if bound < soonest else likely
        soonest = min(soonest, bound)
    x = 1.0 - urge[likely, turn]
    latest = soonest + x * x * x * x * x / (5.0 * urge[likely, turn]) * wait[likely]
    if latest < second * (1.0 - ROUNDING):
        return likely
    least = np.inf
    for i in range(wait.shape[0]):
        clock = -np.log(urge[i, turn]) * wait[i]
        if clock < least:
            likely, least = i, clock
    return likely


@inner
def fit(
    member: IntArray,
    support: FloatArray,
    strength: float,
    links: Links,
    liked: FloatArray,
    out: FloatArray,
) -> None:
    """How each account fits each person: exp(b sum_m v_am (2x_m - 1)).

    ``out`` is (n_accounts, n) or wider. ``liked`` is room for the part of a
    solution, exp(b (2x_m - 1)), where an account speaks for it (1), and where against it (0).
    """
    n = member.shape[0]
    for m in range(support.shape[1]):
        for i in range(n):
            liked[1, m, i] = np.exp(strength * (2.0 * support[member[i], m] - 1.0))
        for i in range(n):
            liked[0, m, i] = 1.0 / liked[1, m, i]
    for a in range(out.shape[0]):
        begin, end = links.start[a], links.start[a + 1]
        if begin == end:
            for i in range(n):
                out[a, i] = 1.0
            continue
        part = liked[int(links.sign[begin] > 0), links.solution[begin]]
        for i in range(n):
            out[a, i] = part[i]
        for k in range(begin + 1, end):
            part = liked[1, links.solution[k]]
            if links.sign[k] > 0:
                for i in range(n):
                    out[a, i] *= part[i]
            else:
                for i in range(n):
                    out[a, i] /= part[i]


@inlined
def p_uptake(fit: float, p: TalkParameters) -> float:
    """Chance that a listener who understands takes up what fits him: 2 alpha / (1 + exp(-beta s))."""
    return min(1.0, 2.0 * p.learning / (1.0 + 1.0 / fit))


@inner
def build_repertoires(
    member: IntArray,
    knows: ByteArray,
    voiced: FloatArray,
    own: FloatArray,
    here: int,
    repertoire: FloatArray,
) -> None:
    """What each seat may say: running sums of its accounts' weights, shape (n, n_accounts).

    An account that he does not know has no weight. ``own`` has the table's seats from ``here`` on.
    """
    n = member.shape[0]
    for i in range(0, n, 2):  # two seats at a time: neither sum waits for the other
        j = min(i + 1, n - 1)
        total, other = 0.0, 0.0
        mine, theirs = knows[member[i]], knows[member[j]]
        for a in range(voiced.shape[0]):
            total += voiced[a] * own[a, here + i] * mine[a]
            other += voiced[a] * own[a, here + j] * theirs[a]
            repertoire[i, a] = total
            repertoire[j, a] = other


@compiled  # not inlined: within the talk the loop would lose its lanes
def pick_account(repertoire: FloatArray, luck: float) -> int:
    """One account of a seat's repertoire, with chance proportional to its weight; or SILENCE."""
    n_accounts = repertoire.shape[0]
    if n_accounts == 0 or repertoire[n_accounts - 1] <= 0.0:
        return SILENCE
    target = luck * repertoire[n_accounts - 1]
    account = 0
    for a in range(n_accounts):
        account += repertoire[a] <= target
    return account


@inlined
def forget_oldest(person: int, knows: ByteArray, learned: ByteArray, age: IntArray) -> bool:
    """Drop the account that was taken up longest ago; whether there is one."""
    oldest = SILENCE
    for a in range(knows.shape[1]):
        if knows[person, a] and (oldest < 0 or age[person, a] < age[person, oldest]):
            oldest = a
    if oldest >= 0:
        knows[person, oldest] = 0
        learned[person, oldest] = 0
    return oldest >= 0


@inlined
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
    wait = np.empty(n)
    any_alike = False
    for j in range(n):
        gap = 0.0
        for m in range(support.shape[1]):
            gap += abs(support[member[listener], m] - support[member[j], m])
        rate = (1.0 - gap / support.shape[1]) ** homophily if j != listener else 0.0
        any_alike = any_alike or rate > 0.0
        wait[j] = 1.0 / rate if rate > 0.0 else np.inf
    return first_to_speak(wait, urge, turn) if any_alike else SILENCE


@compiled
def take_turns(
    first: int,
    last: int,
    seat: IntArray,
    start: IntArray,
    support: FloatArray,
    knows: ByteArray,
    learned: ByteArray,
    age: IntArray,
    voiced: FloatArray,
    links: Links,
    status: FloatArray,
    language: NDArray[np.uint32],
    luck: Luck,
    p: TalkParameters,
    log: TalkLog,
) -> None:
    """Let every table talk, from turn ``first`` up to ``last``; see :func:`talk_at_tables`."""
    n_tables, n_accounts, n_solutions = start.shape[0] - 1, knows.shape[1], support.shape[1]
    largest = 0
    for t in range(n_tables):
        largest = max(largest, start[t + 1] - start[t])
    width = min(max(largest, BATCH), seat.shape[0])
    liked = np.empty((2, n_solutions, width))
    own = np.empty((n_accounts, width))
    biased = own if p.biased_processing == p.own_side else np.empty_like(own)
    repertoire = np.empty((largest, n_accounts))
    standing, order, wait = np.empty(largest), np.empty(largest, np.int32), np.empty(largest)
    block = first // 4  # luck comes in blocks of four turns
    n_events = (last - 4 * block + 3) // 4 * 4
    ranks, urges = np.empty((width, 4)), np.empty((width, n_events))
    choices, uptakes = np.empty((width, n_events)), np.empty((width, n_events))
    partners = np.empty((width if p.homophily >= 0.0 else 0, n_events))
    next_batch = 0
    for t in range(n_tables):
        if t == next_batch:
            while next_batch < n_tables and start[next_batch + 1] - start[t] <= width:
                next_batch += 1
            begin = start[t]
            batch = seat[begin : start[next_batch]]
            fit(batch, support, p.own_side, links, liked, own)
            if p.biased_processing != p.own_side:
                fit(batch, support, p.biased_processing, links, liked, biased)
            who = luck.person[batch]
            fill_blocks(luck.key, who, luck.rank, np.int64(0), ranks)
            fill_blocks(luck.key, who, luck.speaker, block, urges)
            fill_blocks(luck.key, who, luck.argument, block, choices)
            fill_blocks(luck.key, who, luck.learning, block, uptakes)
            if p.homophily >= 0.0:
                fill_blocks(luck.key, who, luck.partner, block, partners)
        here = start[t] - begin  # the table's first seat in its batch
        member = seat[start[t] : start[t + 1]]
        n = member.shape[0]
        urge, choice = urges[here : here + n], choices[here : here + n]
        uptake, partner = uptakes[here : here + n], partners[here : here + n]
        rank_seats(member, status, ranks[here : here + n], standing, order)
        floor_shares(order[:n], p, wait)
        if p.homophily >= 0.0:
            for i in range(n):
                wait[i] = 1.0 / n
        for i in range(n):
            wait[i] = 1.0 / wait[i]  # from the rate to its mean
        build_repertoires(member, knows, voiced, own, here, repertoire)
        for turn in range(first, last):
            log.speaker[t, turn], log.argument[t, turn] = SILENCE, SILENCE
            log.learners[t, turn], log.n_learners[t, turn] = np.uint64(0), 0
            event = turn - 4 * block
            listener = -1  # all
            if p.homophily >= 0.0:
                listener = first_to_speak(wait[:n], urge, event)
                speaker = similar_partner(listener, member, support, p.homophily, partner, event)
                if speaker == SILENCE:  # nobody is like him at all
                    continue
            elif p.everybody_in_turn:
                speaker = order[turn % n]
            else:
                speaker = first_to_speak(wait[:n], urge, event)
            log.speaker[t, turn] = member[speaker]
            account = pick_account(repertoire[speaker], choice[speaker, event])
            if account == SILENCE:
                continue
            log.argument[t, turn] = account
            for i in range(n):
                person = np.uint64(member[i])  # without a sign: not from the end
                if knows[person, account] or (listener >= 0 and i != listener):
                    continue
                understood = 1.0 if language[person] & language[member[speaker]] else p.p_understood
                if uptake[i, event] >= understood * p_uptake(biased[account, here + i], p):
                    continue
                if p.memory > 0 and forget_oldest(member[i], knows, learned, age):
                    one = member[i : i + 1]
                    build_repertoires(one, knows, voiced, own, here + i, repertoire[i : i + 1])
                knows[person, account] = 1
                learned[person, account] = 1
                weight = voiced[account] * own[account, here + i]
                later = repertoire[i, account:]
                for a in range(later.shape[0]):
                    later[a] += weight
                log.n_learners[t, turn] += 1
                if i < MAX_LOGGED_SEATS:
                    log.learners[t, turn] |= np.uint64(1) << np.uint64(i)
            if p.memory > 0:
                for i in range(n):  # heard again, it is as fresh as when it was new
                    listens = i != speaker and (listener < 0 or i == listener)
                    if listens and knows[member[i], account]:
                        age[member[i], account] = turn + 1


@compiled
def form_opinions(
    seat: IntArray,
    start: IntArray,
    support: FloatArray,
    anchor: FloatArray,
    learned: ByteArray,
    links: Links,
    mates: Tablemates,
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
            mates.trust[start[t] : start[t + 1]],
            susceptibility,
            given,
            links.start,
            links.solution,
            links.sign,
            o,
        )


@compiled
def talk_and_form(
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
    mates: Tablemates,
    susceptibility: FloatArray,
    given: FloatArray,
    luck: Luck,
    p: TalkParameters,
    o: OpinionParameters,
    log: TalkLog,
    evenly: TalkLog,
) -> None:
    """A sitting with ``opinions_every``: talk for so many turns, form opinions, talk on.

    ``evenly``: the log of no turns, in which nobody has spoken more than others.
    """
    for first in range(0, p.n_turns, p.opinions_every):
        last = min(first + p.opinions_every, p.n_turns)
        take_turns(
            first,
            last,
            seat,
            start,
            support,
            knows,
            learned,
            age,
            voiced,
            links,
            status,
            language,
            luck,
            p,
            log,
        )
        if last - first == p.opinions_every:
            form_opinions(
                seat,
                start,
                support,
                anchor,
                learned,
                links,
                mates,
                susceptibility,
                given,
                evenly,
                o,
            )


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
    mates: Tablemates,
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
    limited memory only. Support changes here only with ``opinions_every``.
    """
    if p.opinions_every == 0:
        take_turns(
            0,
            p.n_turns,
            seat,
            start,
            support,
            knows,
            learned,
            age,
            voiced,
            links,
            status,
            language,
            luck,
            p,
            log,
        )
        return
    talk_and_form(
        seat,
        start,
        support,
        anchor,
        knows,
        learned,
        age,
        voiced,
        links,
        status,
        language,
        mates,
        susceptibility,
        given,
        luck,
        p,
        o,
        log,
        blank_log(start.shape[0] - 1, 0),
    )
