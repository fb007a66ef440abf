"""One sitting in plain NumPy, as the equations of the model read: an oracle for the engine.

Nothing here is compiled or shared with the kernels but the luck, which has names. It is slow and
meant to be read beside docs/ODD.md. Left out: what only the limits of the theory switch on.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.forum import Forum, RoundtableState
from gfmd_sim.records import Seating
from gfmd_sim.scenario.schema import Scenario
from gfmd_sim.streams import Decision, Streams

FloatArray = NDArray[np.float64]


def talk_and_form(
    forum: Forum, state: RoundtableState, seating: Seating, stage: tuple[int, int, int]
) -> tuple[FloatArray, NDArray[np.uint8], NDArray[np.int32]]:
    """(support, knows, speakers (n_tables, n_turns)) after the sitting; the forum is not touched."""
    scenario = forum.scenario
    d = scenario.discussion
    consultation, roundtable, sitting = stage
    streams = forum.streams
    at = {"consultation": consultation, "roundtable": roundtable, "sitting": sitting}
    support, knows, learned = state.support.copy(), state.knows.copy(), state.learned.copy()
    valence = _valence(state)
    voiced = forum.setup.voiced(state.topics, consultation, sitting)
    speakers = np.full((seating.n_tables, d.n_turns), -1, dtype=np.int32)
    understood = d.no_common_language + (1.0 - d.no_common_language) * d.interpretation
    for t, member in enumerate(seating.tables()):
        n = len(member)
        key = forum.setup.people.key[member]
        luck = {
            name: streams.uniform(decision, key, d.n_turns, **at)
            for name, decision in (
                ("speaker", Decision.SPEAKER),
                ("argument", Decision.ARGUMENT),
                ("learning", Decision.LEARNING),
            )
        }
        gumbel = -np.log(-np.log(streams.uniform(Decision.RANK, key, 1, **at)[:, 0]))
        rank = np.argsort(np.argsort(-(forum.delegates.status[member] + 0.5 * gumbel)))
        share = d.talk_ratio**rank / (d.talk_ratio ** np.arange(n)).sum()
        share = (1.0 - d.facilitation) * share + d.facilitation / n
        taste = valence @ (2.0 * support[member] - 1.0).T  # (n_accounts, n): sum_m v (2x - 1)
        for turn in range(d.n_turns):
            i = int(np.argmin(-np.log(luck["speaker"][:, turn]) / share))
            speakers[t, turn] = member[i]
            weight = voiced * np.exp(d.own_side * taste[:, i]) * knows[member[i]]
            if weight.sum() <= 0.0:
                continue
            reached = np.cumsum(weight)
            a = int(np.searchsorted(reached, luck["argument"][i, turn] * reached[-1], side="right"))
            for j in range(n):
                if j == i or knows[member[j], a]:
                    continue
                shared = forum.delegates.language[member[i]] & forum.delegates.language[member[j]]
                p = 2.0 * d.learning / (1.0 + np.exp(-d.biased_processing * taste[a, j]))
                p = min(1.0, p) * (1.0 if shared else understood)
                if luck["learning"][j, turn] < p:
                    knows[member[j], a] = learned[member[j], a] = 1
        talk = np.array([(speakers[t] == i).mean() for i in member])
        support[member] = _formed(forum, state, member, support, learned, valence, talk)
    return support, knows, speakers


def _formed(
    forum: Forum,
    state: RoundtableState,
    member: NDArray[np.int32],
    support: FloatArray,
    learned: NDArray[np.uint8],
    valence: FloatArray,
    talk: FloatArray,
) -> FloatArray:
    opinion = forum.scenario.opinion
    kappa, gamma, c0 = opinion.table_pull, opinion.argument_weight, opinion.prior_weight
    x, u = support[member], state.anchor[member]
    heard = learned[member].astype(float)  # a product of booleans would be a logical or
    f = (c0 * u + heard @ (valence > 0).astype(float)) / (c0 + heard @ np.abs(valence))
    c = talk[None, :] ** opinion.talk_weight * (
        forum.trust[np.ix_(member, member)] ** opinion.trust_weight
    )
    np.fill_diagonal(c, 0.0)
    total = c.sum(axis=1, keepdims=True)
    n = len(member)
    w = (1.0 - kappa) * np.eye(n) + kappa * np.divide(c, total, out=np.eye(n), where=total > 0)
    lam = forum.delegates.susceptibility[member][:, None]
    return np.asarray(lam * ((1.0 - gamma) * w @ x + gamma * f) + (1.0 - lam) * u)


def _valence(state: RoundtableState) -> FloatArray:
    """v[a, m] in {-1, 0, 1}."""
    v = np.zeros((state.topics.n_accounts, state.topics.n_solutions))
    account = np.repeat(np.arange(state.topics.n_accounts), np.diff(state.links.start))
    v[account, state.links.solution] = state.links.sign
    return v


def sitting_deviation(seed: int, rule: str = "balanced", scenario: Scenario | None = None) -> float:
    """Largest difference between the engine and this page over every sitting of a small Forum.

    What is compared: support, what everybody knows, and who spoke in every turn.
    """
    from gfmd_sim.experiments.forum_simulator import ForumSimulator
    from gfmd_sim.scenario.files import load_scenario

    settled = scenario or load_scenario("four-groups")
    forum = Forum(ForumSimulator.of(settled).setup({"seating.rule": rule}), Streams(seed))
    worst = 0.0
    while not forum.is_over:
        stage = forum.stages[forum.next_stage]
        if stage.name != "talk":
            forum.step()
            continue
        state = forum.roundtables[stage.roundtable]
        place = (stage.consultation, stage.roundtable, stage.sitting)
        seating = forum.archive.seatings[place]
        support, knows, speakers = talk_and_form(forum, state, seating, place)
        forum.step()
        forum.step()
        worst = max(
            worst,
            float(np.abs(state.support - support).max()),
            float((state.knows != knows).sum()),
            float((state.sittings[-1].log.speaker != speakers).sum()),
        )
    return worst
