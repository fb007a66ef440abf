"""Theory: the configured model against formulas and exact arithmetic, at several sizes and seeds.

Every number goes through a scenario and the Forum (``limits.py`` says which); the expectation is
evaluated for each size, not looked up. Draws are fixed by their seed, so that a check gives the same
number every time; where it rests on chance, its limits are four standard errors wide: one check in
16,000 would fail by luck if the seed were drawn anew.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.errors import Sentence
from gfmd_sim.evidence import limits
from gfmd_sim.evidence.check import Check, exact, near
from gfmd_sim.evidence.reference import sitting_deviation
from gfmd_sim.language import N_
from gfmd_sim.scenario.files import load_agenda
from gfmd_sim.scenario.schema import Scenario
from gfmd_sim.streams import Decision, Streams

FloatArray = NDArray[np.float64]

SE = 4.0  # limits of what rests on chance, in standard errors


def _luck(seed: int, *shape: int) -> FloatArray:
    """Even draws for the cases themselves, of any shape."""
    n = int(np.prod(shape))
    key = np.zeros(1, dtype=np.uint32)
    return Streams(seed).uniform(Decision.CALIBRATION, key, n, roundtable=9).reshape(shape)


def _final(limit: limits.Limit, seed: int = 0) -> FloatArray:
    return np.asarray(limits.trajectory(limit.forum(seed))[-1])


def degroot() -> list[Check]:
    """Averaging by a given matrix: W^t x."""
    worst = 0.0
    for n in (3, 5, 8):
        for seed, steps in ((1, 1), (2, 4), (3, 25)):
            w = _luck(seed, n, n)
            w /= w.sum(axis=1, keepdims=True)
            x = _luck(seed + 10, n)
            found = _final(limits.degroot(w, x, steps))[:, 0]
            worst = max(worst, float(np.abs(found - np.linalg.matrix_power(w, steps) @ x).max()))
    w = np.array([[0.6, 0.3, 0.1], [0.2, 0.7, 0.1], [0.25, 0.25, 0.5]])
    found = _final(limits.degroot(w, [0.0, 0.3, 1.0], 200))[:, 0]
    values, vectors = np.linalg.eig(w.T)
    left = np.real(vectors[:, np.argmax(np.real(values))])
    rest = float(left @ [0.0, 0.3, 1.0] / left.sum())
    source = "DeGroot 1974"
    return [
        exact("theory.degroot", N_("W^t x, 3 sizes, 1 to 25 steps"), worst, source),
        near("theory.degroot_limit", N_("where averaging ends"), rest, found.mean(), 1e-9,
             source),
    ]  # fmt: skip


def friedkin_johnsen() -> list[Check]:
    """Anchored averaging at rest: x = Lambda W x + (I - Lambda) u."""
    worst = 0.0
    for n in (3, 6, 12):
        for seed in (1, 2, 3):
            w = _luck(seed, n, n)
            w /= w.sum(axis=1, keepdims=True)
            u, lam = _luck(seed + 20, n), 0.5 + 0.49 * _luck(seed + 30, n)
            found = _final(limits.friedkin_johnsen(w, u, lam.tolist()))[:, 0]
            solved = np.linalg.solve(np.eye(n) - lam[:, None] * w, (1.0 - lam) * u)
            worst = max(worst, float(np.abs(found - solved).max()))
    return [
        exact("theory.friedkin_johnsen", N_("the fixed point, 3 sizes, 3 seeds"), worst,
              "Friedkin, Johnsen 1990", 1e-10)
    ]  # fmt: skip


def _rational_hk(x: list[Fraction], bound: Fraction) -> list[list[Fraction]]:
    """Hegselmann-Krause in rational numbers until nothing moves: no rounding, no doubt."""
    steps = [x]
    while True:
        x = steps[-1]
        new = []
        for mine in x:
            near = [other for other in x if abs(other - mine) <= bound]
            new.append(sum(near, Fraction(0)) / len(near))
        if new == x:
            return steps
        steps.append(new)


def hegselmann_krause() -> list[Check]:
    """Bounded confidence from even spacing, against rational arithmetic; clusters by formula."""
    worst, wrong_time, wrong_clusters = 0.0, 0, 0
    for n in (4, 6, 7, 9, 12, 13, 18):
        unit = Fraction(1, 32)
        exactly = _rational_hk([i * unit for i in range(n)], unit)
        start = [float(v) for v in exactly[0]]
        found = limits.trajectory(
            limits.hegselmann_krause(start, float(unit), len(exactly) + 2).forum()
        )[:, :, 0]
        for step, row in enumerate(exactly):
            worst = max(worst, float(np.abs(found[step] - np.array([float(v) for v in row])).max()))
        moves = [t for t, (a, b) in enumerate(pairwise(found)) if np.abs(a - b).max() > 1e-9]
        wrong_time += (moves[-1] + 1 if moves else 0) != len(exactly) - 1
        if n % 6 in (0, 1):  # Hegarty, Wedin: clusters of 3, and one of the rest
            sizes = np.unique(np.round(found[-1], 9), return_counts=True)[1].tolist()
            rest = [n % 6] if n % 6 else []
            wrong_clusters += sorted(sizes) != sorted([3] * (2 * (n // 6)) + rest)
    source = Sentence.divided(["Hegselmann, Krause 2002", Sentence("rational arithmetic")])
    return [
        exact("theory.hegselmann_krause", N_("every step, 7 sizes"), worst, source),
        exact("theory.hegselmann_krause_freeze", N_("sizes that freeze at another step"),
              wrong_time, source, 0.0),
        exact("theory.hegselmann_krause_clusters", N_("sizes with other clusters"),
              wrong_clusters, "Hegarty, Wedin 2016, arXiv 1406.0819", 0.0),
    ]  # fmt: skip


def deffuant() -> list[Check]:
    """Pairs that meet halfway: the mean stays, one cluster at .5, two at .2."""
    n, steps, runs = 400, 60, 16
    drift, share = 0.0, {}
    for bound in (0.5, 0.2):
        path = limits.trajectory(limits.deffuant(n, 0.5, bound, steps, runs).forum(3))
        drift = max(drift, float(np.abs(path[-1].mean(axis=0) - path[0].mean(axis=0)).max()))
        count = [_clusters(path[-1][:, m], bound) for m in range(runs)]
        share[bound] = float(np.mean([c == (1 if bound == 0.5 else 2) for c in count]))
    source = "Deffuant, Neau, Amblard, Weisbuch 2000"
    return [
        exact("theory.deffuant_mean", N_("drift of the mean"), drift, source),
        Check("theory.deffuant_one", N_("share of runs with one cluster, bound .5"), 1.0, 0.9,
              None, share[0.5], source),
        Check("theory.deffuant_two", N_("share of runs with two clusters, bound .2"), 1.0, 0.8,
              None, share[0.2], source),
    ]  # fmt: skip


def _clusters(x: FloatArray, bound: float) -> int:
    """Clusters that hold 5% or more: gaps wider than half the bound part them."""
    ordered = np.sort(x)
    cut = np.flatnonzero(np.diff(ordered) > bound / 2)
    sizes = np.diff(np.concatenate([[0], cut + 1, [len(x)]]))
    return int((sizes >= 0.05 * len(x)).sum())


def argument_exchange() -> list[Check]:
    """Like talks to like: without homophily nobody splits, with much of it some groups do."""
    shares = {}
    for homophily, runs in ((0.0, 4), (9.0, 12)):
        ends = [_final(limits.maes_flache(homophily), seed=s)[:, 0] for s in range(runs)]
        split = [bool(np.isin(x, (0.0, 1.0)).all() and 0.0 < x.mean() < 1.0) for x in ends]
        shares[homophily] = float(np.mean(split))
    source = "Maes, Flache 2013"
    return [
        exact("theory.maes_flache_none", N_("share that splits in two, no homophily"),
              shares[0.0], source, 0.0),
        Check("theory.maes_flache_some", N_("share that splits in two, homophily 9"), 0.3, 0.05,
              None, shares[9.0], source),
    ]  # fmt: skip


def tables_and_variance() -> list[Check]:
    """What pulling to the table's mean does to variance, at random, caucus and balanced tables."""
    out = []
    for n, size, pull in ((48, 6, 0.25), (60, 5, 0.5), (96, 8, 0.15)):
        ratios = []
        for seed in range(12):
            starts = _luck(40 + seed, n, 64)
            end = _final(limits.averaging(starts, pull, size), seed)
            ratios.append(end.var(axis=0) / starts.var(axis=0))
        ratio = np.array(ratios).mean(axis=1)  # the solutions of one run share its tables
        q = (n - size) / (size * (n - 1))
        expected = (1.0 - pull) ** 2 + pull * (2.0 - pull) * q
        margin = SE * float(ratio.std(ddof=1)) / math.sqrt(len(ratio))
        out.append(
            near(f"theory.random_tables_{n}",
                 Sentence("variance left: {n} people, tables of {size}", n=n, size=size),
                 expected, ratio.mean(), margin,
                 Sentence.divided([Sentence("random partition"),
                                   Sentence("derivation in docs/evidence.md")]))
        )  # fmt: skip
    worst_caucus, worst_balanced = 0.0, 0.0
    for groups, size, pull in (({"one": 24, "two": 24}, 6, 0.25), ({"one": 20, "two": 40}, 6, 0.6)):
        n = sum(groups.values())
        label = np.repeat([0, 1], list(groups.values()))
        starts = _luck(60 + n, n, 8)
        before = _between(starts, label)
        for rule in ("caucus", "balanced"):
            end = _final(limits.averaging(starts, pull, size, rule, groups))
            kept = 1.0 if rule == "caucus" else (1.0 - pull) ** 2
            gap = float(np.abs(_between(end, label) / before - kept).max())
            if rule == "caucus":
                worst_caucus = max(worst_caucus, gap)
            else:
                worst_balanced = max(worst_balanced, gap)
    source = N_("law of total variance")
    return [
        *out,
        exact("theory.caucus_keeps_gap", N_("variance between groups, caucus tables"),
              worst_caucus, source),
        exact("theory.balanced_shrinks_gap", N_("variance between groups over (1-kappa)^2"),
              worst_balanced, source),
    ]  # fmt: skip


def _between(x: FloatArray, label: NDArray[np.intp]) -> FloatArray:
    means = np.array([x[label == g].mean(axis=0) for g in np.unique(label)])
    weight = np.bincount(label) / len(label)
    return np.asarray((weight[:, None] * (means - x.mean(axis=0)) ** 2).sum(axis=0))


def hidden_profile() -> list[Check]:
    """What k of a table hold and each mentions with chance p is mentioned with 1 - (1-p)^k."""
    out = []
    for p, k, size in ((0.18, 1, 3), (0.18, 3, 3), (0.1, 2, 5), (0.4, 4, 6)):
        n_tables, n_steps = 100, 20
        forum = limits.stasser_titus(p, k, size, n_tables, n_steps).forum(5)
        heard = 0
        while not forum.is_over:
            if forum.step().name == "talk":
                heard += int((forum.roundtables[1].sittings[-1].mentions[:, 0] > 0).sum())
        expected = 1.0 - (1.0 - p) ** k
        trials = n_tables * n_steps
        margin = SE * math.sqrt(expected * (1.0 - expected) / trials)
        out.append(
            near(f"theory.hidden_profile_{k}_of_{size}",
                 Sentence("{k} of {size} hold it, p = {p}", k=k, size=size, p=p),
                 expected, heard / trials, margin, "Stasser, Taylor, Hanna 1989")
        )  # fmt: skip
    return out


def who_sits_with_a_holder() -> list[Check]:
    """A random table of n has one of h holders with 1 - C(N-h, n) / C(N, n)."""
    out = []
    for n, holders, size in ((48, 5, 6), (60, 3, 5), (80, 12, 8)):
        limit = limits.averaging(_luck(70, n), 0.1, size, process={"n_sittings": 250})
        forum = limit.forum(7)
        has = []
        while not forum.is_over:
            stage = forum.step()
            if stage.name == "seat":
                seating = forum.archive.seatings[1, 1, stage.sitting]
                has.append(np.mean([bool((t < holders).any()) for t in seating.tables()]))
        expected = 1.0 - math.comb(n - holders, size) / math.comb(n, size)
        margin = SE * float(np.std(has, ddof=1)) / math.sqrt(len(has))
        out.append(
            near(f"theory.holder_at_table_{n}",
                 Sentence("tables with one of {holders} of {n}, size {size}",
                          holders=holders, n=n, size=size),
                 expected, float(np.mean(has)), margin, N_("hypergeometric distribution"))
        )  # fmt: skip
    return out


def trust_grows() -> list[Check]:
    """One meeting: the exact solution of the equation of trust, evaluated by series."""
    worst = 0.0
    for size, gain, decay, attention in (
        (8, 0.9, 0.2, 4.2),
        (5, 0.35, 0.05, 4.0),
        (12, 0.6, 0.1, 3.0),
    ):
        limit = limits.averaging(
            _luck(80, size), 0.1, size,
            trust={"gain": gain, "decay": decay, "attention": attention, "within_group": 0.1,
                   "share_prior_ties": 0.0},
        )  # fmt: skip
        forum = limit.forum()
        while forum.stages[forum.next_stage].name != "build trust":
            forum.step()
        forum.step()
        interaction = min(1.0, attention / (size - 1))
        grow, fall = gain * interaction, decay * (1.0 - interaction)
        # dT/dt = grow (1 - T) - fall T, by its Taylor series in t = 1: an independent route
        term, value, rate = grow * 0.9 - fall * 0.1, 0.1, grow + fall
        for k in range(1, 40):
            value += term
            term *= -rate / (k + 1)
        worst = max(worst, abs(float(forum.trust[0, 1]) - value))
    source = Sentence.divided([Sentence("after Zajdela et al. 2022"), Sentence("Taylor series")])
    return [exact("theory.trust", N_("trust after one meeting, 3 sizes"), worst, source)]


def one_speaker_airs_all() -> list[Check]:
    """One speaker who picks evenly needs A H_A turns on average to air all of A arguments."""
    out = []
    for a in (5, 10, 20):
        seen = []
        n_tables = 200
        scenario = limits.configured(
            agenda={"challenges": a},
            population={"n_delegates": 2 * n_tables, "accounts_per_item": 1, "knows_own": 1.0},
            seating={"table_size": (2, 2)},
            discussion={"n_turns": 40 * a, "own_side": 0.0, "talk_ratio": 1e-12,
                        "facilitation": 0.0},
            process={"phases": False},
        )  # fmt: skip
        forum = limits.Limit("", scenario, load_agenda(scenario)).forum(9)
        while forum.step().name != "talk":
            pass
        argument = forum.roundtables[1].sittings[-1].log.argument
        for row in argument:
            first = [int(np.flatnonzero(row == k)[0]) for k in range(a) if (row == k).any()]
            if len(first) == a:
                seen.append(max(first) + 1)
        expected = a * sum(1.0 / k for k in range(1, a + 1))
        margin = SE * float(np.std(seen, ddof=1)) / math.sqrt(len(seen))
        out.append(
            near(f"theory.airing_{a}",
                 Sentence("turns until all of {a} arguments are aired", a=a), expected,
                 float(np.mean(seen)), margin, N_("coupon collector"))
        )  # fmt: skip
    return out


def engine() -> list[Check]:
    """The compiled engine against one sitting in plain NumPy."""
    worst = max(sitting_deviation(seed, rule) for seed in (1, 2) for rule in ("balanced", "caucus"))
    return [
        exact("theory.engine", N_("a sitting: compiled against plain NumPy"), worst,
              "gfmd_sim/evidence/reference.py", 1e-9)
    ]  # fmt: skip


def duplicate_runs() -> list[Check]:
    """The same luck is the same Forum, to the last bit."""
    from gfmd_sim.experiments.forum_simulator import ForumSimulator
    from gfmd_sim.scenario.files import load_scenario

    scenario: Scenario = load_scenario("four-groups")
    one, two = (ForumSimulator.of(scenario).run({}, 11, 3) for _ in range(2))
    differing = sum(repr(one[k]) != repr(two[k]) for k in one)
    return [exact("theory.duplicate", N_("measures that differ between equal runs"), differing,
                  N_("randomness contract"), 0.0)]  # fmt: skip


CHECKS: tuple[Callable[[], list[Check]], ...] = (
    degroot,
    friedkin_johnsen,
    hegselmann_krause,
    deffuant,
    argument_exchange,
    tables_and_variance,
    hidden_profile,
    who_sits_with_a_holder,
    trust_grows,
    one_speaker_airs_all,
    engine,
    duplicate_runs,
)
