"""Best designs under several measures: NSGA-II proposes, our runs decide, fresh luck judges.

All designs of a search meet the same replicates, so they compete on the same luck. A front picked
from few replicates is mostly picked for its luck (precision .36 in a trial with five), so what the
search ends with is run again on replicates that it never saw, and each design is given its chance
of being undominated.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from pymoo.algorithms.moo.nsga2 import NSGA2
from pymoo.core.evaluator import Evaluator
from pymoo.core.problem import Problem
from pymoo.core.termination import NoTermination
from pymoo.operators.survival.rank_and_crowding.metrics import calc_crowding_distance
from pymoo.problems.static import StaticProblem
from pymoo.util.nds.non_dominated_sorting import NonDominatedSorting

from gfmd_sim.errors import UserError
from gfmd_sim.experiments.design import Design, Factor, crossed, designs, latin_hypercube
from gfmd_sim.experiments.execute import Crew, Progress, cores, execute
from gfmd_sim.experiments.simulator import JSON, Simulator, canonical_text
from gfmd_sim.experiments.statistics import FloatArray, normals
from gfmd_sim.experiments.sweep import sweep

Cost = Callable[[Mapping[str, JSON]], Mapping[str, float]]
"""What a design costs, in units of its own (tables, hosts, interpreters, minutes)."""


@dataclass(frozen=True)
class Front:
    """What a search found.

    Attributes
    ----------
    frame
        One row a design of the final round: ``design``, a column for each lever, for each measure
        its ``mean`` (under the measure's name) and ``se_MEASURE`` on fresh luck, ``p_undominated``
        (chance that no other design of the round is at least as good in all measures and better in
        one), ``p_best_balance`` (chance of the best balance, see ``recommended``), and costs
        (``cost_NAME``). The best balance first.
    measures
        Those searched for.
    n_searched, n_runs
        Designs tried, and runs in all.
    recommended
        The design with the best chance of the best balance: the highest mean of the measures, each
        scaled to the range of the round.
    """

    frame: pd.DataFrame
    measures: tuple[str, ...]
    n_searched: int
    n_runs: int
    recommended: str

    def sentence(self) -> str:
        """The recommendation in one sentence."""
        row = self.frame[self.frame["design"] == self.recommended].iloc[0]
        values = " and ".join(f"{m} of {row[m]:.3g}" for m in self.measures)
        costs = [c for c in self.frame.columns if c.startswith("cost_")]
        price = ", ".join(f"{row[c]:g} {c.removeprefix('cost_')}" for c in costs)
        takes = f", and takes {price}" if price else ""
        return (
            f"Choose {self.recommended}: on fresh luck it brings {values}{takes}; the chance that "
            f"no other design tried beats it in all respects is {row['p_undominated']:.0%}."
        )


def optimise(
    simulator: Simulator,
    factors: Sequence[Factor],
    measures: Sequence[str],
    *,
    budget: int = 2000,
    replicates: int = 10,
    population: int = 20,
    final_share: float = 0.4,
    n_final: int = 12,
    lower_is_better: Sequence[str] = (),
    cost: Cost | None = None,
    seed: int = 0,
    workers: int | None = None,
    store: str | Path | None = None,
    progress: Progress | None = None,
) -> Front:
    """Search the factors' space for designs that no other beats.

    Parameters
    ----------
    budget
        Runs in all; ``final_share`` of them judge the ``n_final`` designs that the search ends
        with, on replicates that the search never used.
    replicates, population
        Runs of each design in the search; designs in each generation.
    store
        A result folder: a search that was stopped and is begun again with the same arguments
        takes its runs from there and goes on.

    Raises
    ------
    UserError
        If the budget does not pay for two generations, or a measure does not exist.
    """
    search_budget = int(budget * (1 - final_share))
    if search_budget < 2 * population * replicates:
        least = int(np.ceil(2 * population * replicates / (1 - final_share)))
        raise UserError("too small a budget", given=budget, allowed=f"{least} runs or more")
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
            plan = crossed(named, luck)
            hands = crew if n_workers else None
            if store is None:
                runs = execute(
                    simulator, plan, seed=seed, workers=workers, crew=hands, progress=progress
                )
            else:
                kept = sweep(
                    simulator, plan, store, seed=seed, workers=workers, crew=hands,
                    progress=progress, compacted=False,
                )  # fmt: skip
                runs = kept.plan_frame()
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
        finalists = _finalists(known, n_final)
        fresh = max((budget - n_runs) // len(finalists), 2)
        luck = range(replicates, replicates + fresh)
        chosen = [place[t] for t in finalists]
        judged = values_of(chosen, luck)
        n_runs += judged.shape[0] * judged.shape[1]
    frame = _judge(chosen, judged, measures, -sign, seed)
    if cost is not None:
        for i, levers in enumerate(chosen):
            for name, value in cost(levers).items():
                frame.loc[i, f"cost_{name}"] = float(value)
    frame = frame.sort_values("p_best_balance", ascending=False, kind="stable")
    frame = frame.reset_index(drop=True)
    return Front(frame, tuple(measures), len(known), n_runs, str(frame["design"].iloc[0]))


def _finalists(known: Mapping[str, FloatArray], n: int) -> list[str]:
    """The best designs of the search: front by front, those far apart first within a front.

    pymoo's own survival breaks ties by luck that is not ours.
    """
    texts = sorted(known)
    values = np.array([known[t] for t in texts])
    kept: list[str] = []
    for front in NonDominatedSorting().do(values):
        crowding = calc_crowding_distance(values[front])
        order = np.argsort(-np.asarray(crowding), kind="stable")
        kept += [texts[i] for i in np.asarray(front)[order]]
        if len(kept) >= n:
            break
    return kept[:n]


def _judge(
    chosen: Sequence[Mapping[str, JSON]],
    values: FloatArray,
    measures: Sequence[str],
    sign: FloatArray,
    seed: int,
) -> pd.DataFrame:
    """Means, errors and chances from fresh replicates; values of shape (n_designs, n_luck, n)."""
    k, n, m = values.shape
    whole = np.isfinite(values).all(axis=(0, 2))
    values = values[:, whole] if whole.sum() >= 2 else np.nan_to_num(values)
    n = values.shape[1]
    mean = values.mean(axis=1)
    flat = values.transpose(1, 0, 2).reshape(n, k * m)
    covariance = np.atleast_2d(np.cov(flat, rowvar=False, ddof=1)) / n
    weight, vector = np.linalg.eigh((covariance + covariance.T) / 2)
    root = vector * np.sqrt(np.clip(weight, 0, None))
    draws = mean.reshape(-1) + normals(seed, 2000, k * m, event=5) @ root.T
    draws = draws.reshape(-1, k, m) * sign
    slack = 1e-12 * np.abs(draws).max()
    at_least = (draws[:, None, :, :] >= draws[:, :, None, :] - slack).all(axis=3)
    better = (draws[:, None, :, :] > draws[:, :, None, :] + slack).any(axis=3)
    undominated = ~(at_least & better).any(axis=2)
    spread = np.ptp(mean, axis=0)
    scale = np.where(spread > 0, spread, 1.0)
    balance = (draws / scale).mean(axis=2)
    first = balance >= balance.max(axis=1, keepdims=True) - 1e-12
    rows = designs(chosen)
    frame = pd.DataFrame({"design": [d.label for d in rows]})
    for path in sorted({p for c in chosen for p in c}):
        frame[path] = [
            v if isinstance(v := c.get(path), str | int | float | None) else json.dumps(v)
            for c in chosen
        ]
    se = values.std(axis=1, ddof=1) / np.sqrt(n)
    for j, name in enumerate(measures):
        frame[name] = mean[:, j]
        frame[f"se_{name}"] = se[:, j]
    frame["p_undominated"] = undominated.mean(axis=0)
    frame["p_best_balance"] = (first / first.sum(axis=1, keepdims=True)).mean(axis=0)
    return frame
