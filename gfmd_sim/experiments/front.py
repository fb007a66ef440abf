"""What a search ends with: its best designs on luck that it never saw.

A front picked from few replicates is mostly picked for its luck (precision .36 in a trial with
five), so each of its designs is run again and given its chance of being undominated.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pymoo.operators.survival.rank_and_crowding.metrics import calc_crowding_distance
from pymoo.util.nds.non_dominated_sorting import NonDominatedSorting
from scipy import stats

from gfmd_sim.errors import UserError
from gfmd_sim.experiments.design import designs
from gfmd_sim.experiments.simulator import JSON
from gfmd_sim.experiments.statistics import FloatArray, normals

BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class Front:
    """What a search found.

    Attributes
    ----------
    frame
        One row a design of the final round, the best balance first: ``design``; a column for each
        lever; for each measure its mean (under the measure's name) and ``se_MEASURE`` on fresh
        luck, and, where there is a baseline, ``gain_MEASURE`` over it on the same luck with the
        limits ``gain_MEASURE_low`` and ``gain_MEASURE_high``; ``p_undominated`` (chance that no
        other design of the round is at least as good in all measures and better in one);
        ``p_best_balance`` (chance of the best balance, see ``recommended``); costs (``cost_NAME``);
        ``is_baseline``.
    levers
        What each row sets, in the rows' order.
    measures
        Those searched for.
    n_searched, n_runs
        Designs tried, and runs in all.
    n_fresh
        Replicates of the final round.
    is_world_drawn
        Whether each replicate had a plausible world of its own; else luck alone was drawn.
    """

    frame: pd.DataFrame
    levers: tuple[Mapping[str, JSON], ...]
    measures: tuple[str, ...]
    n_searched: int
    n_runs: int
    n_fresh: int
    is_world_drawn: bool

    @property
    def recommended(self) -> str:
        """The design with the best chance of the best balance.

        The balance is the mean of the measures, each scaled to its range in the round.
        """
        return str(self.frame["design"].iloc[0])

    def sentence(self) -> str:
        """The recommendation in one sentence, in the parameters' own names."""
        row = self.frame.iloc[0]
        if row["is_baseline"]:
            return "Keep the scenario as it stands: no design tried has a better balance."
        values = " and ".join(f"{m} of {row[m]:.3g}" for m in self.measures)
        costs = [c for c in self.frame.columns if c.startswith("cost_")]
        price = ", ".join(f"{row[c]:g} {c.removeprefix('cost_')}" for c in costs)
        takes = f", and takes {price}" if price else ""
        return (
            f"Choose {self.recommended}: on fresh luck it brings {values}{takes}; the chance that "
            f"no other design tried beats it in all respects is {row['p_undominated']:.0%}."
        )


def finalists(known: Mapping[str, FloatArray], n: int) -> list[str]:
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


def judge(
    chosen: Sequence[Mapping[str, JSON]],
    values: FloatArray,
    measures: Sequence[str],
    sign: FloatArray,
    seed: int,
    *,
    has_baseline: bool = False,
) -> tuple[pd.DataFrame, list[Mapping[str, JSON]]]:
    """Means, gains and chances from fresh replicates, the best balance first, and its levers.

    Parameters
    ----------
    values
        Shape (n_designs, n_replicates, n_measures), NaN where a run failed: a design that fails in
        half of them is out, else the replicate counts for none.
    sign
        1 where more is better, -1 where less is, shape (n_measures,).
    has_baseline
        The last design is the one that the others would replace.

    Raises
    ------
    UserError
        If nothing is left to judge.
    """
    stands = np.isfinite(values).all(axis=2).mean(axis=1) > 0.5
    is_baseline = np.arange(len(chosen)) == (len(chosen) - 1 if has_baseline else -1)
    chosen = [c for c, ok in zip(chosen, stands, strict=True) if ok]
    values, is_baseline = values[stands], is_baseline[stands]
    values = values[:, np.isfinite(values).all(axis=(0, 2))]
    k, n, m = values.shape
    if k == 0 or n < 2:
        raise UserError(
            "the designs found fail on fresh luck", given=f"{len(stands)} designs",
            remedy="see the column failure of runs.parquet, and leave out the lever it names",
        )  # fmt: skip
    frame = _settings(chosen, is_baseline)
    mean = values.mean(axis=1)
    se = values.std(axis=1, ddof=1) / np.sqrt(n)
    for j, name in enumerate(measures):
        frame[name] = mean[:, j]
        frame[f"se_{name}"] = se[:, j]
        if is_baseline.any():
            gap = values[:, :, j] - values[is_baseline, :, j]
            half = stats.t.ppf(0.975, n - 1) * gap.std(axis=1, ddof=1) / np.sqrt(n)
            frame[f"gain_{name}"] = gap.mean(axis=1)
            frame[f"gain_{name}_low"] = gap.mean(axis=1) - half
            frame[f"gain_{name}_high"] = gap.mean(axis=1) + half
    undominated, best = _chances(values, sign, seed)
    frame["p_undominated"] = undominated
    frame["p_best_balance"] = best
    frame["is_baseline"] = is_baseline
    frame = frame.sort_values("p_best_balance", ascending=False, kind="stable")
    order = frame.index.to_list()
    return frame.reset_index(drop=True), [chosen[i] for i in order]


def _settings(chosen: Sequence[Mapping[str, JSON]], is_baseline: BoolArray) -> pd.DataFrame:
    """Names and levers; the baseline's absence of levers makes nobody's name longer."""
    names = [
        d.label for d in designs([c for c, b in zip(chosen, is_baseline, strict=True) if not b])
    ]
    names += ["as it stands"] * int(is_baseline.sum())
    frame = pd.DataFrame({"design": names})
    for path in sorted({p for c in chosen for p in c}):
        frame[path] = [
            v if isinstance(v := c.get(path), str | int | float | None) else json.dumps(v)
            for c in chosen
        ]
    return frame


def _chances(values: FloatArray, sign: FloatArray, seed: int) -> tuple[FloatArray, FloatArray]:
    """Chance of each design to be undominated, and to have the best balance of measures.

    Over draws of the designs' true means, normal about those seen with the covariance of paired
    runs.
    """
    k, n, m = values.shape
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
    balance = (draws / np.where(spread > 0, spread, 1.0)).mean(axis=2)
    first = balance >= balance.max(axis=1, keepdims=True) - 1e-12
    share = first / first.sum(axis=1, keepdims=True)
    return undominated.mean(axis=0), share.mean(axis=0)
