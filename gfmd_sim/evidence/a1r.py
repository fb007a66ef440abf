"""America in One Room: 523 citizens at 40 tables of 10 to 16, before and after a long weekend.

Source: Fishkin, Siu, Diamond, Bradburn 2021, APSR 115(4), doi 10.1017/S0003055421000642; aggregates
in ``gfmd_sim/data``. What is taken from the data is the state before: of each item the mean, the
spread and the gap between the two blocs. Left out: the plenaries with experts (they move everybody
alike), differences between moderators, answers not given.
"""

from __future__ import annotations

import functools

import numpy as np

from gfmd_sim.evidence.data import items_before
from gfmd_sim.evidence.survey import answers, starts_behind
from gfmd_sim.evidence.table_effects import table_effects
from gfmd_sim.forum import Forum
from gfmd_sim.language import N_
from gfmd_sim.scenario.agenda import Roundtable
from gfmd_sim.scenario.files import load_agenda
from gfmd_sim.scenario.schema import AbstractAgenda, Scenario, StartSpec
from gfmd_sim.setup import Setup
from gfmd_sim.streams import Streams

DEFINITIONS = {
    "own_slope": N_(
        "slope of the answer after on one's own before, with peers' in the regression, "
        "centred item by item, all items together"
    ),
    "peer_slope": N_(
        "slope of the answer after on the mean answer before of the other members of the "
        "table, in the same regression"
    ),
    "within_ratio": N_("variance of answers within tables, after over before, mean over items"),
    "icc_before": N_("ICC(1) of the table before, mean over items"),
    "icc_after": N_("ICC(1) of the table after, mean over items"),
    "table_sd": N_(
        "standard deviation of the table effect that own and peers' answers before leave"
    ),
    "composition_share": N_(
        "share of the variance between tables, own answer taken out, that peers' "
        "answers before explain"
    ),
    "residual_sd": N_("standard deviation within tables of what the regression leaves"),
    "gap_ratio": N_(
        "distance between the two party blocs' mean answers, after over before, items "
        "weighted by the distance before"
    ),
    "share_away": N_("share of table and item pairs whose mean moves away from the scale's middle"),
    "change": N_("mean absolute change of an answer on 0-1"),
}
"""The statistics of a weekend; computed by :func:`table_effects`."""

BLOCK = {39: "other", 9: "immigration"}
"""Which block of items an emulation with so many solutions is about."""


@functools.lru_cache(maxsize=32)
def _roundtables(agenda: AbstractAgenda) -> dict[int, Roundtable]:
    return load_agenda(Scenario(roundtables=(1,), agenda=agenda))


def forum_of(scenario: Scenario, seed: int, replicate: int) -> Forum:
    """A Forum with an abstract agenda, ready to run; agendas are remembered."""
    assert isinstance(scenario.agenda, AbstractAgenda)
    setup = Setup.of(scenario, _roundtables(scenario.agenda))
    return Forum(setup, Streams(seed, replicate))


@functools.lru_cache(maxsize=256)
def starts(block: str, noise: float, shares: tuple[float, ...]) -> tuple[StartSpec, ...]:
    """The starts whose answers, with this noise, are those observed before the discussion."""
    data = items_before(block)
    return tuple(
        starts_behind(data["mean_pre"], data["var_pre"], data["party_gap_pre"], noise, shares)
    )


def with_noise(scenario: Scenario, noise: float) -> Scenario:
    """The emulation at another survey noise: what people thought before changes with it."""
    assert isinstance(scenario.agenda, AbstractAgenda)
    block = BLOCK[scenario.agenda.n_solutions]
    shares = tuple(g.share for g in scenario.population.groups.values())
    noise = round(noise, 3)
    known = starts(block, noise, shares)
    changed = scenario.experimental.model_copy(update={"survey_noise": noise, "starts": known})
    return scenario.model_copy(update={"experimental": changed})


def statistics(
    scenario: Scenario, seed: int, replicate: int, *, shuffled: bool = False
) -> dict[str, float]:
    """The statistics of :func:`table_effects` of one such weekend.

    ``shuffled``: with table labels permuted among people, the null of everything a table does.
    """
    forum = forum_of(scenario, seed, replicate).run()
    (state,) = forum.roundtables.values()
    key, noise = forum.delegates.key, scenario.experimental.survey_noise
    before = answers(state.start, noise, forum.streams, key, wave=1)
    after = answers(state.support, noise, forum.streams, key, wave=2)
    table = forum.archive.seatings[1, 1, 1].table_of(len(forum.delegates))
    if shuffled:
        from gfmd_sim.streams import Decision

        luck = forum.streams.uniform(Decision.PERMUTATION, key)[:, 0]
        table = table[np.argsort(luck)]
    return table_effects(before, after, table, forum.delegates.group)
