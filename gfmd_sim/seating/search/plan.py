"""The search: a fixed sequence of runs, cut where the clock, the steps or the proof says so.

What a run does depends on the problem, the seed and the steps before it, never on the clock. So the
same seed and number of steps give the same plan, and more time can only add better plans.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from fractions import Fraction
from functools import cache

import numpy as np

from gfmd_sim.errors import SeatingError, Sentence
from gfmd_sim.seating.search.anneal import anneal
from gfmd_sim.seating.search.arrays import Arrays, compile_problem
from gfmd_sim.seating.search.bounds import (
    Bounds,
    bound,
    labels,
    loss_bound,
    repeat_bound,
)
from gfmd_sim.seating.search.clash_rules import plain_clash
from gfmd_sim.seating.search.columns import new_deal
from gfmd_sim.seating.search.cover import deal_anew
from gfmd_sim.seating.search.excess import group_excess
from gfmd_sim.seating.search.exchange import exchange
from gfmd_sim.seating.search.feasibility import exact_plan, explain_infeasible, smallest_clash
from gfmd_sim.seating.search.first import first_plan, luck
from gfmd_sim.seating.search.fits import fit_all, new_fits
from gfmd_sim.seating.search.languages import cannot_talk, language_plan, matters
from gfmd_sim.seating.search.problem import (
    WEIGHT_UNIT,
    IntArray,
    Plan,
    PlanResult,
    Progress,
    SeatingProblem,
    Standing,
)
from gfmd_sim.seating.search.redeal import MOST_SEATS, new_sets, redeal
from gfmd_sim.seating.search.schedule import (
    Run,
    deals_several,
    runs,
    with_polish,
)
from gfmd_sim.seating.search.state import REPEAT_UNIT, State, better, load, new_state
from gfmd_sim.seating.search.templates import template
from gfmd_sim.seating.search.turning import turning_plan
from gfmd_sim.seating.search.validate import validate
from gfmd_sim.streams import Decision, Streams, stage_word

CHUNK = 100_000
"""Proposals between two looks at the clock."""
MAX_RINGS = 400
"""Up to so many delegates exchanges alone are gone on with; beyond, swaps take turns with them."""
TEMPLATE_LIMIT = 160
"""Above this many delegates swaps alone find plans without repeats, balance included."""


@cache
def warm_up() -> None:
    """Load the compiled kernels, so that compiling is not on anybody's clock."""
    small_search()


def small_search() -> None:
    """Call every kernel of a search once, for next to no work."""
    ids = tuple(f"w{i}" for i in range(8))
    small = SeatingProblem(ids, {"side": list("aabbaabb")}, ((4, 4), (4, 4)))
    a = compile_problem(small)
    bound(a)
    start = first_plan(a, 0)
    assert start is not None
    s = new_state(a, small.encounters, start)
    target = np.array([0, 0, -1], dtype=np.int64)
    key = Streams(0).key
    anneal(s, key, 0, 0, 0, 1.0, 1.0, 1.0, 0.0, 10.0, 0.3, 0.3, True, target)
    fits = new_fits(a)
    fit_all(s, fits)
    exchange(s, fits, key, 0, 0, 0, 1.0, 1.0, 0.0, target)
    owed = group_excess(a)
    redeal(s, new_sets(s), owed, key, 0, 0, 0, target)
    deal_anew(s, new_deal(s), owed, key, 0, 0, 0, target)
    turning_plan((4, 4), 2, 2, 0, key, 0, 0, 0, 1.0)
    load(s, a, start)
    better(target, s.best)


def labelled(a: Arrays, sizes: tuple[tuple[int, ...], ...], seed: int, attempt: int) -> Plan | None:
    """A zero-repeat template with delegates put on its labels at random, hosts on their own."""
    sittings, n = a.present.shape
    if not a.present.all() or len(set(sizes)) > 1 or (a.block >= 0).any():
        return None
    found = template(sizes[0], sittings)
    if found is None:
        return None
    order = np.argsort(luck(seed, n, 1, 1000 + attempt)[:, 0])
    plan = np.empty_like(found)
    plan[:, order] = found
    hosts = np.flatnonzero((a.fixed >= 0).any(axis=0))
    if len(hosts):
        # Row 0 of a template keeps its table in every sitting, if all tables are of one size.
        steady = {int(plan[0, i]): i for i in np.flatnonzero((plan == plan[0]).all(axis=0))}
        if (a.fixed[:, hosts] != a.fixed[0, hosts]).any() or len(
            set(a.fixed[0, hosts].tolist())
        ) < len(hosts):
            return None
        for h in hosts:
            i = steady.get(int(a.fixed[0, h]))
            if i is None:
                return None
            plan[:, [i, h]] = plan[:, [h, i]]
            steady = {int(plan[0, j]): j for j in np.flatnonzero((plan == plan[0]).all(axis=0))}
    return plan


def target_of(b: Bounds, problem: SeatingProblem) -> tuple[IntArray, Fraction]:
    """Where nothing is left to gain: packed for the kernel, and the bound on loss."""
    repeats = loss_bound(b, problem.encounters, balanced=b.excess == 0)
    packed = int(repeats * REPEAT_UNIT) + REPEAT_UNIT - 1
    return np.array([0, b.excess, packed], dtype=np.int64), repeats


def score(
    problem: SeatingProblem, a: Arrays, b: Bounds, plan: Plan
) -> tuple[int, int, Fraction, int, int, int]:
    """Excess in thousandths, distinct, repeat cost, meetings that do not count, repeated, worst."""
    sittings, n = plan.shape
    met = np.zeros((n, n), dtype=np.int16)
    excess = 0
    for r in range(sittings):
        for t in range(a.size.shape[1]):
            people = np.flatnonzero(plan[r] == t)
            met[np.ix_(people, people)] += 1
            if a.low.shape[2]:
                held = np.bincount(a.value[people].ravel(), minlength=a.low.shape[2] + 1)[:-1]
                off = np.maximum(np.maximum(a.low[r, t] - held, held - a.high[r, t]), 0)
                excess += int((off * a.unit).sum())
    np.fill_diagonal(met, 0)
    across = problem.encounters.across
    if across is not None:
        group = labels(list(problem.attributes[across]))
        met[group[:, None] == group[None, :]] = 0
    served = (met > 0).sum(axis=1)
    often = a.present.sum(axis=0)
    worst = int(served[often == often.max()].min())
    distinct = int((met > 0).sum()) // 2
    for members in a.member:
        inside = members[members >= 0]
        if len(inside) > 1:
            met[np.ix_(inside, inside)] = 0
    idle = b.meetings - int(met.sum()) // 2
    times = np.bincount(np.triu(met).ravel())
    loss = sum((int(k) * problem.encounters.cost(m) for m, k in enumerate(times)), Fraction(0))
    again = sum(int(k) * (m * (m - 1) // 2) for m, k in enumerate(times))
    return excess, distinct, loss, idle, again, worst


def solve(
    problem: SeatingProblem,
    seconds: float | None = 10.0,
    *,
    steps: int | None = None,
    seed: int = 0,
    progress: Progress | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> PlanResult:
    """The best plan that can be found in the time, or in exactly so many steps.

    Parameters
    ----------
    problem
        What is asked.
    seconds
        Time limit, not counting the loading of compiled code; None: no limit.
    steps
        Number of proposals; given, the clock is not looked at.
    seed
        Seed of the search.
    progress
        Called about ten times a second with how far it is.
    should_stop
        Asked as often; True keeps the best plan so far. So does Ctrl-C.

    Raises
    ------
    SeatingError
        If the request is malformed, or its constraints cannot be kept, with the smallest clash.
    """
    warm_up()
    began = time.perf_counter()
    validate(problem)
    for r in range(problem.n_sittings):
        clash = plain_clash(problem, r)
        if clash is not None:
            raise clash.error(problem)
    a = compile_problem(problem)
    across = problem.encounters.across
    b = bound(a, None if across is None else labels(list(problem.attributes[across])))
    target, repeats = target_of(b, problem)

    templated = problem.n <= TEMPLATE_LIMIT or a.value.shape[1] == 0
    start = language_plan(a, seed) if matters(a) else first_plan(a, seed)
    if start is None and matters(a):
        mute = cannot_talk(a)
        if mute is not None:
            clash = smallest_clash(problem, mute)
            raise clash.error(problem) if clash is not None else speechless(problem, mute)
        start = exact_plan(problem)
        if start is None:
            start = first_plan(a, seed)
    if start is None:
        start = exact_plan(problem)
    if start is None:
        found = explain_infeasible(problem)
        raise found.error(problem) if found else undecided()
    s = new_state(a, problem.encounters, start)
    fits = new_fits(a)
    owed, deal, sets = group_excess(a), new_deal(s), new_sets(s)
    redeals = bool((a.block >= 0).any()) and int(a.size.max()) <= MOST_SEATS
    exchanges_do = problem.n <= MAX_RINGS and bool((a.block < 0).all()) and a.value.shape[1] > 0
    # Nothing broken and no excess that could be spared, whatever the encounters.
    floor = np.array([0, b.excess, np.iinfo(np.int64).max], dtype=np.int64)
    key = Streams(seed).key
    stage = stage_word(Decision.SEAT_SEARCH)
    done = 0
    stopped = ""
    limit = None if steps is not None else seconds
    attempt = attempt_template = 0
    template_total = before = s.best.copy()
    before_plan = start
    tried_exact = False
    template_best: Plan | None = None
    last_word = 0.0

    def proven() -> bool:
        return not better(target, s.best)

    has_template = (
        templated and not matters(a) and labelled(a, problem.table_sizes, seed, 0) is not None
    )
    try:
        for run in with_polish(
            runs(a, b, problem.encounters, has_template), redeals, deals_several(a, b)
        ):
            if proven():
                stopped = "proven"
                break
            if run.start == "template":
                # Judged by itself: a template is worth going on from even if not yet the best.
                labelled_plan = labelled(a, problem.table_sizes, seed, attempt_template)
                attempt_template += 1
                assert labelled_plan is not None
                before, before_plan = s.best.copy(), s.best_place.copy()
                load(s, a, labelled_plan)
                s.best[:] = s.total
                s.best_place[:] = s.place
            elif run.start == "template-best" and template_best is not None:
                load(s, a, template_best)
            elif run.start == "exact" and exchanges_do and not better(floor, s.best):
                continue
            elif run.start in ("first", "exact"):
                attempt += 1
                other = first_plan(a, seed, attempt) if attempt > 1 else start
                if run.start == "exact" and s.best[0] > 0 and not tried_exact:
                    tried_exact = True
                    clash = explain_infeasible(problem)
                    if clash is not None:
                        raise clash.error(problem)
                    other = exact_plan(problem)
                load(s, a, start if other is None else other)
            elif (run.rings or run.redeal) and s.best[0] > 0:
                continue
            elif run.start == "best":
                load(s, a, s.best_place.copy())
                fit_all(s, fits)
            elif at_floor(run, s, b):
                continue
            elif run.start in ("balance", "repeats"):
                load(s, a, s.best_place.copy())
            cooling = (run.cold / run.hot) ** (1.0 / run.steps)
            slope = (run.hard - run.soft) / run.steps
            at = 0
            while at < run.steps and not proven():
                elapsed = time.perf_counter() - began
                if limit is not None and elapsed >= limit:
                    stopped = "time"
                    break
                if steps is not None and done >= steps:
                    stopped = "steps"
                    break
                if should_stop is not None and should_stop():
                    stopped = "hand"
                    break
                if progress is not None and elapsed - last_word > 0.1:
                    last_word = elapsed
                    report(progress, s, b, repeats, elapsed)
                n_steps = min(CHUNK, run.steps - at)
                if steps is not None:
                    n_steps = min(n_steps, steps - done)
                heat = run.hot * cooling**at
                if run.order:
                    n_steps = run.steps if steps is None else min(run.steps, steps - done)
                    sizes = problem.table_sizes[0]
                    turned = turning_plan(
                        sizes,
                        problem.n_sittings,
                        run.order,
                        seed,
                        key,
                        stage,
                        done,
                        n_steps,
                        cooling,
                        run.spare,
                    )
                    if turned is not None:
                        load(s, a, turned)
                    did = n_steps
                elif run.several:
                    did = deal_anew(s, deal, owed, key, stage, done, n_steps, target)
                elif run.redeal:
                    did = redeal(s, sets, owed, key, stage, done, n_steps, target)
                elif run.rings:
                    did = exchange(
                        s, fits, key, stage, done, n_steps, heat, cooling, run.room, target
                    )
                else:
                    did = anneal(
                        s,
                        key,
                        stage,
                        done,
                        n_steps,
                        heat,
                        cooling,
                        run.soft + slope * at,
                        slope,
                        6.0 + 2.0 * run.hard,
                        run.p_near,
                        run.p_schedule,
                        run.focus,
                        target,
                    )
                done += did
                at += did
                if run.redeal and did < n_steps:
                    break
            if run.start == "template":
                if template_best is None or better(s.best, template_total):
                    template_best, template_total = s.best_place.copy(), s.best.copy()
                if better(before, s.best):
                    s.best[:] = before
                    s.best_place[:] = before_plan
            if stopped:
                break
    except KeyboardInterrupt:
        stopped = "hand"
        if better(before, s.best):
            s.best[:] = before
            s.best_place[:] = before_plan
    if s.best[0] > 0:
        clash = explain_infeasible(problem)
        if clash is not None:
            raise clash.error(problem)
        kept = exact_plan(problem)  # any plan that may be used beats none
        if kept is None:
            raise undecided()
        load(s, a, kept)
    if progress is not None:
        report(progress, s, b, repeats, time.perf_counter() - began)
    return result(problem, a, b, s.best_place, done, seed, time.perf_counter() - began, stopped)


def at_floor(run: Run, s: State, b: Bounds) -> bool:
    """Whether a run is for balance alone and there is nothing to gain."""
    return run.start == "balance" and s.best[1] <= b.excess and s.best[0] == 0


def speechless(problem: SeatingProblem, r: int) -> SeatingError:
    """Proven that some table could not talk, but too large to say who stands in the way."""
    return SeatingError(
        Sentence(
            "no seating plan can do this: a table without a common language in {when}, "
            "wherever everybody sits",
            when=problem.sitting_words(r),
        ),
        remedy="add an interpreter, or allow tables without a common language",
    )


def undecided() -> SeatingError:
    """No plan was found, and no proof that there is none."""
    return SeatingError(
        "no plan that keeps every constraint was found in this time",
        remedy="give it more seconds, or relax a constraint",
    )


def report(progress: Progress, s: State, b: Bounds, repeats: Fraction, elapsed: float) -> None:
    """Tell the caller where the search is."""
    # Below one unit stands the tie-break.
    again, least = int(s.best[2]) // (REPEAT_UNIT // 1024) / 1024, float(repeats)
    progress(
        Standing(
            excess=int(s.best[1]) / WEIGHT_UNIT,
            bound_excess=b.excess / WEIGHT_UNIT,
            again=again,
            bound_again=least,
            gap=max(0.0, (again - least) / max(1, b.distinct_balanced)),
            broken=int(s.best[0]),
            elapsed=elapsed,
        )
    )


def result(
    problem: SeatingProblem,
    a: Arrays,
    b: Bounds,
    plan: Plan,
    steps: int,
    seed: int,
    elapsed: float,
    stopped: str,
) -> PlanResult:
    """A plan with its measures and bounds."""
    excess, distinct, loss, idle, again, worst = score(problem, a, b, plan)
    # Only plans without excess are bound by what balance allows.
    best_balanced = excess == 0
    roof = b.distinct_balanced if best_balanced else b.distinct
    repeats = repeat_bound(b, problem.encounters, best_balanced)
    linear = problem.encounters.repeats == "linear"
    least = loss_bound(b, problem.encounters, best_balanced)
    optimal = excess == b.excess and (distinct == roof if linear else loss + idle == least)
    return PlanResult(
        plan=plan.copy(),
        excess=excess / WEIGHT_UNIT,
        distinct=distinct,
        repeat_cost=float(loss),
        bound_excess=b.excess / WEIGHT_UNIT,
        bound_distinct=roof,
        bound_repeat_cost=float(repeats),
        gap=(roof - distinct) / roof if roof else 0.0,
        is_proven_optimal=bool(optimal),
        repeated_meetings=again,
        worst_served=worst,
        steps=steps,
        seed=seed,
        elapsed=elapsed,
        stopped=stopped or "proven",
    )
