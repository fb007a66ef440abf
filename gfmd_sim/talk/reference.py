"""One sitting in plain NumPy, as the model's page writes it: an oracle for the compiled kernels.

:func:`talk`, :func:`form` and :func:`meet` take what :func:`~gfmd_sim.talk.kernel.talk_at_tables`,
:func:`~gfmd_sim.talk.kernel.form_opinions` and :func:`~gfmd_sim.trust.meet_at_tables` take, and must
give the same talk, and the same numbers up to rounding (a test holds them to it). Nothing is shared
with the kernels but the luck and the records. It is 50 times slower: use it to check, not to run.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.accounts import Links
from gfmd_sim.opinion.two_channel import UNTIL_REST, OpinionParameters
from gfmd_sim.pairs import CountArray, Tablemates
from gfmd_sim.streams import fill_uniform
from gfmd_sim.talk.kernel import (
    MAX_LOGGED_SEATS,
    RANK_NOISE,
    SILENCE,
    Luck,
    TalkLog,
    TalkParameters,
)
from gfmd_sim.trust import TrustParameters

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]
ByteArray = NDArray[np.uint8]
Mask = NDArray[np.bool_]


def valence(links: Links, n_accounts: int, n_solutions: int) -> FloatArray:
    """v: -1, 0 or 1 for each account and solution, shape (n_accounts, n_solutions)."""
    v = np.zeros((n_accounts, n_solutions))
    account = np.repeat(np.arange(n_accounts), np.diff(links.start))
    v[account, links.solution] = links.sign
    return v


def floor(status: FloatArray, luck: FloatArray, p: TalkParameters) -> tuple[IntArray, FloatArray]:
    """Seats by rank, the first speaker first, and each seat's chance of a turn, both (n,)."""
    n = len(status)
    order = np.argsort(-(status - RANK_NOISE * np.log(-np.log(luck))), kind="stable")
    share = np.empty(n)
    share[order] = p.talk_ratio ** np.arange(n)
    share = (1.0 - p.facilitation) * share / share.sum() + p.facilitation / n
    return order.astype(np.int32), share


def first_bell(rate: FloatArray, urge: FloatArray) -> int:
    """Who is first of several exponential clocks of these rates."""
    with np.errstate(divide="ignore"):
        return int(np.argmin(-np.log(urge) / rate))


def talk(
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
    """Let every table talk; ``knows``, ``learned``, ``age`` and ``log`` change in place (and
    ``support`` with ``opinions_every``)."""
    n_tables = len(start) - 1
    v = valence(links, knows.shape[1], support.shape[1])
    log.speaker[:] = log.argument[:] = SILENCE
    log.learners[:] = log.n_learners[:] = 0
    for t in range(n_tables):
        member = seat[start[t] : start[t + 1]]
        n = len(member)
        who = luck.person[member]

        def draw(word: int, n_events: int, who: NDArray[np.uint32] = who) -> FloatArray:
            return fill_uniform(luck.key, who, word, n_events)

        urge, choice = draw(luck.speaker, p.n_turns), draw(luck.argument, p.n_turns)
        uptake, partner = draw(luck.learning, p.n_turns), draw(luck.partner, p.n_turns)
        order, share = floor(status[member], draw(luck.rank, 1)[:, 0], p)
        shared = (language[member][:, None] & language[member]) > 0
        understood = np.where(shared, 1.0, p.p_understood)
        for turn in range(p.n_turns):
            x = support[member]
            lean = (2.0 * x - 1.0) @ v.T  # sum_m v_am (2x_m - 1), by seat and account
            listens = np.ones(n, dtype=bool)
            if p.homophily >= 0.0:
                listener = first_bell(np.full(n, 1.0 / n), urge[:, turn])
                alike = (1.0 - np.abs(x - x[listener]).mean(axis=1)) ** p.homophily
                alike[listener] = 0.0
                if not alike.any():
                    continue
                speaker = first_bell(alike, partner[:, turn])
                listens = np.arange(n) == listener
            elif p.everybody_in_turn:
                speaker = int(order[turn % n])
            else:
                speaker = first_bell(share, urge[:, turn])
            listens[speaker] = False
            log.speaker[t, turn] = member[speaker]
            weight = voiced * np.exp(p.own_side * lean[speaker]) * knows[member[speaker]]
            if weight.sum() <= 0.0:
                continue
            reached = np.cumsum(weight)
            a = int(np.searchsorted(reached, choice[speaker, turn] * reached[-1], side="right"))
            log.argument[t, turn] = a
            reads = np.minimum(
                1.0, 2.0 * p.learning / (1.0 + np.exp(-p.biased_processing * lean[:, a]))
            )
            knew = knows[member, a] > 0
            takes = listens & ~knew & (uptake[:, turn] < understood[speaker] * reads)
            if p.memory > 0:
                age[member[listens & knew], a] = turn + 1
                for i in member[takes]:
                    _forget_oldest(knows[i], learned[i], age[i])
                age[member[takes], a] = turn + 1
            knows[member[takes], a] = 1
            learned[member[takes], a] = 1
            log.n_learners[t, turn] = takes.sum()
            bits = np.flatnonzero(takes[:MAX_LOGGED_SEATS]).astype(np.uint64)
            log.learners[t, turn] = np.sum(np.uint64(1) << bits, dtype=np.uint64)
            if p.opinions_every > 0 and (turn + 1) % p.opinions_every == 0:
                trust = mates.trust[start[t] : start[t + 1], :n]
                _form_table(
                    member, np.ones(n), support, anchor, learned, v, trust, susceptibility, given, o
                )


def _forget_oldest(knows: ByteArray, learned: ByteArray, age: IntArray) -> None:
    known = np.flatnonzero(knows)
    if len(known):
        oldest = known[np.argmin(age[known])]
        knows[oldest] = learned[oldest] = 0


def form(
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
    """Let every table's members form their opinions; ``support`` changes in place."""
    v = valence(links, learned.shape[1], support.shape[1])
    n_turns = log.speaker.shape[1]
    for t in range(len(start) - 1):
        member = seat[start[t] : start[t + 1]]
        turns = (log.speaker[t] == member[:, None]).sum(axis=1)
        share = turns / n_turns if n_turns else np.ones(len(member))
        trust = mates.trust[start[t] : start[t + 1], : len(member)]
        _form_table(member, share, support, anchor, learned, v, trust, susceptibility, given, o)


def _form_table(
    member: IntArray,
    floor_share: FloatArray,
    support: FloatArray,
    anchor: FloatArray,
    learned: ByteArray,
    v: FloatArray,
    trust: FloatArray,
    susceptibility: FloatArray,
    given: FloatArray,
    o: OpinionParameters,
) -> None:
    """x <- Lambda [(1-gamma) W x + gamma f] + (I - Lambda) u, H times or to its fixed point."""
    n = len(member)
    x, u = support[member], anchor[member]
    taken = learned[member].astype(float)
    weight = o.prior_weight + taken @ np.abs(v)
    with np.errstate(invalid="ignore"):
        f = np.where(weight > 0, (o.prior_weight * u + taken @ (v > 0)) / weight, x)
    lam, gamma = susceptibility[member][:, None], o.argument_weight
    if o.repetitions == UNTIL_REST:
        for m in range(x.shape[1]):
            w = _influence(member, floor_share, x[:, m], trust, given, o)
            right = lam * gamma * f[:, m : m + 1] + (1.0 - lam) * u[:, m : m + 1]
            x[:, m] = np.linalg.solve(np.eye(n) - lam * (1.0 - gamma) * w, right)[:, 0]
    for _ in range(max(o.repetitions, 0)):
        social = np.empty_like(x)
        for m in range(x.shape[1]):
            social[:, m] = _influence(member, floor_share, x[:, m], trust, given, o) @ x[:, m]
        x = lam * ((1.0 - gamma) * social + gamma * f) + (1.0 - lam) * u
    support[member] = x


def _influence(
    member: IntArray,
    floor_share: FloatArray,
    x: FloatArray,
    trust: FloatArray,
    given: FloatArray,
    o: OpinionParameters,
) -> FloatArray:
    """W = omega I + (1-omega) rownorm(c), c_ij = talk_j^eta trust_ij^theta k_eps(|x_i - x_j|)."""
    if len(given):
        return given[np.ix_(member, member)]
    n = len(member)
    itself = np.eye(n, dtype=bool)
    c = floor_share**o.talk_weight * trust**o.trust_weight
    c[itself] = floor_share**o.talk_weight if o.self_in_mean else 0.0
    if o.confidence_bound >= 0.0:
        gap = np.abs(x[:, None] - x)
        near = gap < o.confidence_bound if o.bound_is_strict else gap <= o.confidence_bound + 1e-12
        c = np.where(near, c, 0.0)
    total = c.sum(axis=1, keepdims=True)
    pulled = (1.0 - o.table_pull) * itself + o.table_pull * c / np.where(total > 0, total, 1.0)
    return np.where(total > 0, pulled, itself)


def meet(
    seat: IntArray,
    start: IntArray,
    mates: Tablemates,
    trust: FloatArray,
    meetings: CountArray,
    p: TrustParameters,
) -> None:
    """T <- T* + (T - T*) exp(-k t) for every pair at a table; changes in place.

    Of tables of all pairs: whom one meets is looked up there, and not among the ``mates``.
    """
    for t in range(len(start) - 1):
        member = seat[start[t] : start[t + 1]]
        n = len(member)
        if n < 2:
            continue
        apart = ~np.eye(n, dtype=bool)
        pair = np.ix_(member, member)
        talked = min(1.0, p.attention / (n - 1))
        k = p.gain * talked + p.decay * (1.0 - talked)
        time = 1.0 / (1.0 + meetings[pair].astype(float)) ** 2 if p.repeats_add_less else 1.0
        if k > 0.0:
            rest = p.gain * talked / k
            grown = rest + (trust[pair] - rest) * np.exp(-k * time)
            trust[pair] = np.where(apart, grown, trust[pair])
        meetings[pair] += (apart & (meetings[pair] < 65535)).astype(np.uint16)
