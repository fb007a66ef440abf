"""Whether two people are willing to work together on a solution: a logit of trust, agreement and
complementary resources. The odds of a tie are set between 1.75 (Boudreau et al. 2017) and 8
(Zajdela et al. 2022) for those who have sat together. Left out: reputation, contracts.

    logit p_ij = b0 + bT trust_ij + bA 4 (agree_ij - .75) + bC complement_ij + bH [same group]
    agree_ij = 1 - mean_m |x_im - x_jm|
    complement_ij = share of the needs that the two cover beyond what the better of them covers
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.compiled import compiled, inner
from gfmd_sim.pairs import Pairs, Person, trust_of
from gfmd_sim.scenario.schema import Scenario
from gfmd_sim.streams import fill_pairs_of, pair_uniform

FloatArray = NDArray[np.float64]
Mask = NDArray[np.bool_]


class PartnerParameters(NamedTuple):
    """The numbers of the partnering block, as the kernels take them."""

    intercept: float
    trust_weight: float
    agreement_weight: float
    complementarity_weight: float
    group_weight: float
    smallest: int
    largest: int
    per_solution: int
    resources_count: bool


class Pool(NamedTuple):
    """Everybody who may found partnerships at one roundtable, and their luck.

    Sets of resources are bits, in the order of ``RESOURCES``: see :func:`as_bits`.
    """

    support: FloatArray  # (n, n_solutions)
    pairs: Pairs
    group: NDArray[np.int32]  # (n,)
    resources: NDArray[np.int64]  # (n,) a set of resources each
    key: NDArray[np.uint32]
    person: NDArray[np.uint32]
    stage: int


def as_bits(resources: Mask) -> NDArray[np.int64]:
    """Sets of resources, one row each, as whole numbers with a bit for each resource."""
    return np.asarray(resources @ (1 << np.arange(resources.shape[1], dtype=np.int64)))


def partner_parameters(scenario: Scenario) -> PartnerParameters:
    """The scenario's partnering block as the kernels take it."""
    p = scenario.partnering
    return PartnerParameters(
        p.intercept,
        p.trust_weight,
        p.agreement_weight,
        p.complementarity_weight,
        p.group_weight,
        p.size[0],
        p.size[1],
        p.per_solution,
        p.resources_count,
    )


@inner
def count_bits(bits: int) -> int:
    """How many resources a set of them holds (Warren, Hacker's Delight, ch. 5)."""
    x = np.uint64(bits)
    x -= (x >> np.uint64(1)) & np.uint64(0x5555555555555555)
    x = (x & np.uint64(0x3333333333333333)) + ((x >> np.uint64(2)) & np.uint64(0x3333333333333333))
    x = (x + (x >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return int((x * np.uint64(0x0101010101010101)) >> np.uint64(56))


@inner
def complement(i: Person, j: Person, needs: int, pool: Pool) -> float:
    """Share of the needs that i and j cover beyond what the better of them covers alone."""
    mine, theirs = pool.resources[i] & needs, pool.resources[j] & needs
    more = count_bits(mine | theirs) - max(count_bits(mine), count_bits(theirs))
    return more / count_bits(needs) if needs else 0.0


@compiled
def p_willing(i: Person, j: Person, needs: int, pool: Pool, p: PartnerParameters) -> float:
    """Chance that i and j are willing to work together on a solution with these needs."""
    n_solutions = pool.support.shape[1]
    gap = 0.0
    for m in range(n_solutions):
        gap += abs(pool.support[i, m] - pool.support[j, m])
    agree = 1.0 - gap / n_solutions
    logit = (
        p.intercept
        + p.trust_weight * trust_of(pool.pairs, i, j)
        + p.agreement_weight * 4.0 * (agree - 0.75)
        + p.complementarity_weight * complement(i, j, needs, pool)
    )
    if pool.group[i] == pool.group[j]:
        logit += p.group_weight
    return float(1.0 / (1.0 + np.exp(-logit)))


@inner
def is_out_of_reach(luck: float, trust: float, p: PartnerParameters) -> bool:
    """Whether two who trust each other so much cannot be willing with this luck, whoever they are.

    Spares most pairs the look at what they think: p <= 1 / (1 + e^y), which is less than one over
    1 and the first terms of e^y, with -y the logit of two who agree, complement each other and are
    of the group that favours it.
    """
    y = -(
        p.intercept
        + p.trust_weight * trust
        + max(p.agreement_weight, -3.0 * p.agreement_weight)
        + max(p.complementarity_weight, 0.0)
        + max(p.group_weight, 0.0)
    )
    less = 1.0 + y * (1.0 + y * (1 / 2 + y * (1 / 6 + y * (1 / 24 + y * (1 / 120)))))
    return (y > 0.0) & (luck * (1.0 + less) >= 1.0)


@compiled
def who_is_willing(
    i: Person,
    others: NDArray[np.int32],
    needs: int,
    pool: Pool,
    p: PartnerParameters,
    luck: FloatArray,
    willing: NDArray[np.int32],
) -> int:
    """Which of the ``others`` are willing to work with i, in their order, as :func:`is_willing`.

    They are the first of ``willing``; returns how many. ``luck`` and ``willing`` have room for all.
    """
    key = np.empty(others.shape[0], np.uint32)
    for b in range(others.shape[0]):
        key[b] = pool.person[others[b]]
    fill_pairs_of(pool.key, pool.person[i], key, pool.stage, luck)
    n_near, pairs = 0, pool.pairs
    for b in range(others.shape[0]):
        j = others[b]
        may_be = not is_out_of_reach(luck[b], trust_of(pairs, i, j), p)
        # both stay if he is in reach, else the next takes their place
        willing[n_near] = j
        luck[n_near] = luck[b]
        n_near += may_be & (i != j)
    n = 0
    for b in range(n_near):
        j = np.int64(willing[b])
        if luck[b] < p_willing(i, j, needs, pool, p):
            willing[n] = j
            n += 1
    return n


@inner
def is_willing(i: Person, j: Person, needs: int, pool: Pool, p: PartnerParameters) -> bool:
    """Whether they are, with the luck of the pair at this roundtable."""
    luck = pair_uniform(pool.key, pool.person[i], pool.person[j], pool.stage)
    return luck < p_willing(i, j, needs, pool, p)
