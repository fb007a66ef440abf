"""Best designs under several measures: NSGA-II proposes, our runs decide, fresh luck judges.

All designs of a search meet the same replicates, and the same plausible worlds where these are drawn,
so they compete on equal terms. What the search ends with is judged on others (see ``front``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from pymoo.algorithms.moo.nsga2 import NSGA2
from pymoo.core.evaluator import Evaluator
from pymoo.core.problem import Problem
from pymoo.core.termination import NoTermination
from pymoo.problems.static import StaticProblem

from gfmd_sim.advance import Advance
from gfmd_sim.errors import Sentence, UserError
from gfmd_sim.experiments.crew import Crew
from gfmd_sim.experiments.design import Design, crossed
from gfmd_sim.experiments.factors import Factor
from gfmd_sim.experiments.front import Front, finalists, judge
from gfmd_sim.experiments.queue import cores
from gfmd_sim.experiments.samplers import latin_hypercube
from gfmd_sim.experiments.simulator import JSON, Simulator, canonical_text
from gfmd_sim.experiments.statistics import FloatArray
from gfmd_sim.experiments.sweep import SEARCH, frame_of
from gfmd_sim.experiments.worlds import Draw

Cost = Callable[[Mapping[str, JSON]], Mapping[str, float]]
"""What a design costs, in units of its own (tables, hosts, interpreters, minutes)."""


FINAL_SHARE = 0.4


def check_budget(
    budget: int, population: int, replicates: int, final_share: float = FINAL_SHARE
) -> int:
    """The runs that are for the search.

    Raises
    ------
    UserError
        If they do not pay for two generations.
    """
    search_budget = int(budget * (1 - final_share))
    if search_budget < 2 * population * replicates:
        least = int(np.ceil(2 * population * replicates / (1 - final_share)))
        raise UserError(
            "too small a budget",
            key="--budget",
            given=budget,
            allowed=Sentence("{n} runs or more", n=least),
        )
    return search_budget


def optimise(
    simulator: Simulator,
    factors: Sequence[Factor],
    measures: Sequence[str],
    *,
    budget: int = 2000,
    replicates: int = 10,
    population: int = 20,
    final_share: float = FINAL_SHARE,
    n_final: int = 12,
    lower_is_better: Sequence[str] = (),
    cost: Cost | None = None,
    baseline: Mapping[str, JSON] | None = None,
    worlds: Draw | None = None,
    seed: int = 0,
    workers: int | None = None,
    store: str | Path | None = None,
    progress: Advance | None = None,
) -> Front:
    """Search the factors' space for designs that no other beats.

    Parameters
    ----------
    budget
        Runs in all; ``final_share`` of them judge the ``n_final`` designs that the search ends
        with, on replicates that the search never used.
    replicates, population
        Runs of each design in the search; designs in each generation.
    baseline
        What the design would replace ({}: the scenario as it stands): judged along with the others.
    worlds
        Each replicate lives in a plausible world of its own, the same for all designs; None leaves
        the world as the scenario has it, and chances speak of luck alone.
    store
        A result folder: a search that was stopped and is begun again with the same arguments
        takes its runs from there and goes on.

    Raises
    ------
    UserError
        If the budget does not pay for two generations, or a measure does not exist.
    """
    search_budget = check_budget(budget, population, replicates, final_share)
    if not measures:
        raise UserError("nothing to optimise for", remedy="name at least one measure")
    sign = np.array([1.0 if m in lower_is_better else -1.0 for m in measures])  # pymoo minimises
    known: dict[str, FloatArray] = {}
    place: dict[str, dict[str, JSON]] = {}
    n_runs = 0
    n_workers = cores() if workers is None else workers
    with Crew(simulator, seed, n_workers) as crew:

        def values_of(wanted: Sequence[Mapping[str, JSON]], luck: Sequence[int]) -> FloatArray:
            """Measures of each design and replicate, shape (n_designs, n_replicates, n)."""
            named = [Design(canonical_text(w), w) for w in wanted]
            drawn = () if worlds is None else worlds(max(luck) + 1)
            plan = crossed(named, luck, drawn)
            runs = frame_of(
                simulator, plan, store, seed=seed, workers=workers, progress=progress,
                crew=crew if n_workers else None, grows=True, about=SEARCH,
            )  # fmt: skip
            if runs["failure"].notna().all():
                raise UserError(
                    "every run failed", given=runs["failure"].iloc[0],
                    remedy="leave out the lever that it names, or narrow its range",
                )  # fmt: skip
            for m in measures:
                if m not in runs:
                    raise UserError("no such measure", given=m)
            values = runs[list(measures)].to_numpy(dtype=float)
            return values.reshape(len(luck), len(named), -1).transpose(1, 0, 2)

        def score(points: FloatArray) -> FloatArray:
            nonlocal n_runs
            rows = [{f.path: f.at(float(u)) for f, u in zip(factors, p, strict=True)}
                    for p in points]  # fmt: skip
            texts = [canonical_text(r) for r in rows]
            new = {t: r for t, r in zip(texts, rows, strict=True) if t not in known}
            if new:
                found = values_of(list(new.values()), range(replicates))
                n_runs += found.shape[0] * replicates
                with np.errstate(invalid="ignore"):
                    mean = found.mean(axis=1)
                # a design with a failed run is no candidate, and no reason to stop
                mean = np.where(np.isfinite(mean), mean * sign, 1e12)
                known.update(zip(new, mean, strict=True))
                place.update(new)
            return np.array([known[t] for t in texts])

        problem = Problem(
            n_var=len(factors), n_obj=len(measures), xl=np.zeros(len(factors)),
            xu=np.ones(len(factors)),
        )  # fmt: skip
        algorithm = NSGA2(
            pop_size=population, sampling=latin_hypercube(population, len(factors), seed)
        )
        algorithm.setup(problem, termination=NoTermination(), seed=seed % 2**32)
        stale = 0
        while n_runs + population * replicates <= search_budget and stale < 20:
            before = n_runs
            generation = algorithm.ask()
            static = StaticProblem(problem, F=score(generation.get("X")))
            Evaluator().eval(static, generation)
            algorithm.tell(infills=generation)
            stale = stale + 1 if n_runs == before else 0  # a small space may be all known
        chosen = [place[t] for t in finalists(known, n_final)]
        if baseline is not None:
            chosen = [c for c in chosen if canonical_text(c) != canonical_text(baseline)]
            chosen.append(dict(baseline))
        n_fresh = max((budget - n_runs) // len(chosen), 2)
        judged = values_of(chosen, range(replicates, replicates + n_fresh))
        n_runs += judged.shape[0] * judged.shape[1]
    frame, levers = judge(chosen, judged, measures, -sign, seed, has_baseline=baseline is not None)
    if cost is not None:
        for i, setting in enumerate(levers):
            for name, value in cost(setting).items():
                frame.loc[i, f"cost_{name}"] = float(value)
    return Front(
        frame, tuple(levers), tuple(measures), len(known), n_runs, n_fresh, worlds is not None
    )
