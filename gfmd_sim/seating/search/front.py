"""Balance against encounters: a few plans of which none is better in both.

Each weight of balance gives one annealing run; what no other plan beats is kept (weighted sums: Das
and Dennis 1997, Structural Optimization 14:63, whose limit, no points in dents, holds here too).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gfmd_sim.seating.search.anneal import anneal
from gfmd_sim.seating.search.arrays import compile_problem
from gfmd_sim.seating.search.bounds import bound, labels
from gfmd_sim.seating.search.plan import CHUNK, score, solve
from gfmd_sim.seating.search.problem import WEIGHT_UNIT, Plan, Progress, SeatingProblem
from gfmd_sim.seating.search.state import REPEAT_UNIT, load, new_state
from gfmd_sim.streams import Decision, Streams, stage_word


@dataclass(frozen=True, slots=True)
class FrontPoint:
    """One plan of the front: weighted excess, distinct encounters, cost of meeting again."""

    plan: Plan
    excess: float
    distinct: int
    repeat_cost: float


@dataclass(frozen=True, slots=True)
class Front:
    """The points, from least excess to most encounters, and whether Ctrl-C ended the search."""

    points: tuple[FrontPoint, ...]
    is_stopped: bool


def pareto(
    problem: SeatingProblem,
    seconds: float | None = 10.0,
    *,
    steps: int | None = None,
    seed: int = 0,
    points: int = 6,
    progress: Progress | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Front:
    """A small front; its first point is as good in balance as what :func:`solve` finds.

    Half of the time (or steps) goes to ``solve``, the rest to ``points`` weights. Ctrl-C, or
    ``should_stop``, keeps the points found so far.

    Raises
    ------
    SeatingError
        As :func:`solve`.
    """
    half = None if seconds is None else seconds / 2
    first = solve(
        problem,
        half,
        steps=None if steps is None else steps // 2,
        seed=seed,
        progress=progress,
        should_stop=should_stop,
    )
    is_stopped = first.stopped == "hand"
    a = compile_problem(problem)
    across = problem.encounters.across
    b = bound(a, None if across is None else labels(list(problem.attributes[across])))
    s = new_state(a, problem.encounters, first.plan)
    target = np.array([-1, -1, -1], dtype=np.int64)
    key = Streams(seed).key
    stage = stage_word(Decision.SEAT_SEARCH, sitting=4)
    tight = min(1.0, b.meetings / max(1, b.pairs))
    archive: list[tuple[int, int, Plan]] = [(int(s.total[1]), int(s.total[2]), first.plan)]
    share = None if half is None else half / points
    n_steps = 2_000_000 if steps is None else max(1, steps // 2 // points)
    done = 0
    try:
        for weight in np.geomspace(1.5, 0.05, points):
            if is_stopped:
                break
            began = time.perf_counter()
            load(s, a, first.plan)
            hot, cold = max(0.25, 0.7 * tight), 0.05
            cooling = (cold / hot) ** (1.0 / n_steps)
            at = 0
            while at < n_steps and not is_stopped:
                if should_stop is not None and should_stop():
                    is_stopped = True
                    break
                timely = share is None or time.perf_counter() - began < share
                if steps is None and not timely:
                    break
                did = anneal(
                    s,
                    key,
                    stage,
                    done,
                    min(CHUNK, n_steps - at),
                    hot * cooling**at,
                    cooling,
                    float(weight),
                    0.0,
                    10.0,
                    0.3,
                    0.0,
                    False,
                    target,
                )
                at += did
                done += did
                if s.total[0] == 0:
                    archive.append((int(s.total[1]), int(s.total[2]), s.place.copy()))
    except KeyboardInterrupt:
        is_stopped = True
    archive.sort(key=lambda point: point[:2])
    front: list[FrontPoint] = []
    least: int | None = None
    for _, rest, plan in archive:
        lost = rest // REPEAT_UNIT
        if least is None or lost < least:
            least = lost
            excess, distinct, loss, _, _, _ = score(problem, a, b, plan)
            front.append(FrontPoint(plan, excess / WEIGHT_UNIT, distinct, float(loss)))
    return Front(tuple(front), is_stopped)
