"""How talk moves support: arguments and the table's views, held back by one's anchor.

Sources: Friedkin, Johnsen 1990 (anchors); Maes, Flache 2013 (arguments); Hegselmann, Krause 2002
and Deffuant et al. 2000 (confidence bound); DeGroot 1974 (averaging) are limits of it.
Left out: sources' credibility apart from trust, forgetting within a sitting.

    f_im = (c0 u_im + sum_a L_ia [v_am > 0]) / (c0 + sum_a L_ia |v_am|)      the argument channel
    c_ij = talk_j^eta trust_ij^theta k(|x_im - x_jm|),  j at the same table    the social channel
    W    = (1 - kappa) I + kappa rownorm(c)
    x   <- Lambda [ (1 - gamma) W x + gamma f ] + (I - Lambda) u,  H times
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.compiled import compiled, inner
from gfmd_sim.scenario.schema import Scenario

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]
ByteArray = NDArray[np.uint8]

UNTIL_REST = -1
_TOLERANCE = 1e-12  # a distance this much over the bound is rounding, not distance


class OpinionParameters(NamedTuple):
    """The numbers the rule needs, as the kernel takes them."""

    table_pull: float
    argument_weight: float
    prior_weight: float
    confidence_bound: float  # negative: none
    bound_is_strict: bool
    talk_weight: float
    trust_weight: float
    repetitions: int  # UNTIL_REST: the fixed point
    self_in_mean: bool


def opinion_parameters(scenario: Scenario) -> OpinionParameters:
    """The scenario's opinion block as the kernel takes it."""
    o, e = scenario.opinion, scenario.experimental
    return OpinionParameters(
        table_pull=o.table_pull,
        argument_weight=o.argument_weight,
        prior_weight=o.prior_weight,
        confidence_bound=-1.0 if o.confidence_bound is None else o.confidence_bound,
        bound_is_strict=e.bound_is_strict,
        talk_weight=o.talk_weight,
        trust_weight=o.trust_weight,
        repetitions=UNTIL_REST if isinstance(o.repetitions, str) else o.repetitions,
        self_in_mean=e.self_in_mean,
    )


@compiled
def argued_support(
    person: int,
    anchor: FloatArray,
    learned: ByteArray,
    link_start: IntArray,
    link_solution: IntArray,
    link_sign: NDArray[np.int8],
    prior_weight: float,
    taken: IntArray,
    total: FloatArray,
    out: FloatArray,
) -> None:
    """f: where the arguments learned since the last anchor leave a person, shape (n_solutions,).

    With no prior weight and nothing learned, support stays where it is: ``out`` gets NaN. ``taken``
    (n_accounts,) is room for the arguments, ``total`` (n_solutions,) for their weight.
    """
    n_solutions = out.shape[0]
    for m in range(n_solutions):
        total[m] = prior_weight
        out[m] = prior_weight * anchor[person, m]
    n_taken = 0
    for a in range(learned.shape[1]):
        taken[n_taken] = a  # stays if it was learned, else the next one takes its place
        n_taken += learned[person, a]
    for t in range(n_taken):  # an index without a sign may not count from the end: nobody looks
        account = np.uint64(taken[t])
        begin, end = link_start[account], link_start[account + np.uint64(1)]
        for k in range(np.uint64(begin), np.uint64(end)):
            solution = np.uint64(link_solution[k])
            total[solution] += 1.0
            out[solution] += link_sign[k] > 0
    for m in range(n_solutions):
        out[m] = out[m] / total[m] if total[m] > 0.0 else np.nan


@inner
def _power(base: float, exponent: float) -> float:
    if exponent == 1.0:
        return base
    if exponent == 0.0:
        return 1.0
    return float(base**exponent)


@inner
def _within(distance: float, p: OpinionParameters) -> bool:
    if p.confidence_bound < 0.0:
        return True
    if p.bound_is_strict:
        return distance < p.confidence_bound
    return distance <= p.confidence_bound + _TOLERANCE


@inner
def pull_of_table(floor: FloatArray, trust: FloatArray, p: OpinionParameters) -> FloatArray:
    """c without the confidence bound: talk_j^eta trust_ij^theta, shape (n, n)."""
    n = floor.shape[0]
    c = np.empty((n, n))
    for i in range(n):
        c[i, i] = _power(floor[i], p.talk_weight)
        for j in range(i):  # trust is alike both ways
            weight = _power(trust[i, j], p.trust_weight)
            c[i, j] = c[j, j] * weight
            c[j, i] = c[i, i] * weight
    if not p.self_in_mean:
        for i in range(n):
            c[i, i] = 0.0
    return c


@inner
def _influence_row(
    i: int, m: int, c: FloatArray, x: FloatArray, p: OpinionParameters, row: FloatArray
) -> None:
    """W's row of seat i for solution m."""
    n = c.shape[0]
    total = 0.0
    for j in range(n):
        row[j] = c[i, j] if _within(abs(x[i, m] - x[j, m]), p) else 0.0
        total += row[j]
    if total <= 0.0:
        for j in range(n):
            row[j] = 0.0
        row[i] = 1.0
        return
    for j in range(n):
        row[j] *= p.table_pull / total
    row[i] += 1.0 - p.table_pull


@inner
def _solve(system: FloatArray, right: FloatArray, m: int) -> None:
    """Solve system @ x = right[:, m] by elimination; x replaces it, ``system`` is used up.

    Needs no pivots: I - Lambda (1 - gamma) W is diagonally dominant, as rows of W add up to 1.
    """
    n = system.shape[0]
    for k in range(n):
        for i in range(k + 1, n):
            factor = system[i, k] / system[k, k]
            for j in range(k + 1, n):
                system[i, j] -= factor * system[k, j]
            right[i, m] -= factor * right[k, m]
    for i in range(n - 1, -1, -1):
        for j in range(i + 1, n):
            right[i, m] -= system[i, j] * right[j, m]
        right[i, m] /= system[i, i]


@inner
def form_table(
    member: IntArray,
    floor: FloatArray,
    support: FloatArray,
    anchor: FloatArray,
    learned: ByteArray,
    trust: FloatArray,
    susceptibility: FloatArray,
    given: FloatArray,
    link_start: IntArray,
    link_solution: IntArray,
    link_sign: NDArray[np.int8],
    p: OpinionParameters,
) -> None:
    """Move the support of one table's members, in place.

    ``floor`` is each seat's share of the turns (1 each where nobody spoke), ``trust`` that among the
    seats, (n, n) or wider; ``given`` is W itself, for all delegates, or has no rows.
    """
    n = member.shape[0]
    n_solutions = support.shape[1]
    x = np.empty((n, n_solutions))
    f = np.empty((n, n_solutions))
    total = np.empty(n_solutions)
    taken = np.empty(learned.shape[1], np.int32)
    for i in range(n):
        argued_support(
            member[i],
            anchor,
            learned,
            link_start,
            link_solution,
            link_sign,
            p.prior_weight,
            taken,
            total,
            f[i],
        )
        for m in range(n_solutions):
            x[i, m] = support[member[i], m]
            if np.isnan(f[i, m]):
                f[i, m] = x[i, m]
    is_given = given.shape[0] > 0
    c = pull_of_table(floor, trust, p)
    row = np.empty(n)
    new = np.empty((n, n_solutions))
    if p.repetitions == UNTIL_REST:
        system = np.empty((n, n))
        for m in range(n_solutions):
            for i in range(n):
                lam = susceptibility[member[i]]
                if is_given:
                    for j in range(n):
                        row[j] = given[member[i], member[j]]
                else:
                    _influence_row(i, m, c, x, p, row)
                for j in range(n):
                    system[i, j] = (i == j) - lam * (1.0 - p.argument_weight) * row[j]
                new[i, m] = lam * p.argument_weight * f[i, m] + (1.0 - lam) * anchor[member[i], m]
            _solve(system, new, m)
        x = new
    else:
        for _ in range(p.repetitions):
            for i in range(n):
                lam = susceptibility[member[i]]
                for m in range(n_solutions):
                    if is_given:
                        for j in range(n):
                            row[j] = given[member[i], member[j]]
                    elif m == 0 or p.confidence_bound >= 0.0:
                        _influence_row(i, m, c, x, p, row)
                    social = 0.0
                    for j in range(n):
                        social += row[j] * x[j, m]
                    moved = (1.0 - p.argument_weight) * social + p.argument_weight * f[i, m]
                    new[i, m] = lam * moved + (1.0 - lam) * anchor[member[i], m]
            x, new = new, x
    for i in range(n):
        for m in range(n_solutions):
            support[member[i], m] = x[i, m]
