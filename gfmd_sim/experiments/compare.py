"""Which design is best, and how sure: paired differences on the same luck.

The verdict of a design on a measure is *matters* where the simultaneous interval of its paired
difference from the baseline lies wholly beyond the smallest effect of interest, *does not matter*
where it lies wholly inside, else *cannot tell yet*. Of an outcome that hardly ever occurs, where losing all
of it would lie inside too, *too rare to tell* is said instead (docs/decisions/0015).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gfmd_sim.advance import Advance
from gfmd_sim.errors import Sentence, UserError, did_you_mean, nearest
from gfmd_sim.experiments.design import Design, crossed, varied_in
from gfmd_sim.experiments.simulator import JSON, Simulator
from gfmd_sim.experiments.statistics import (
    FloatArray,
    Intervals,
    chance_of_best,
    more_units,
    more_unseen,
    reach_of,
    share_of_best,
    simultaneous,
    split_spread,
)
from gfmd_sim.experiments.sweep import frame_of

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from gfmd_sim.scenario.agenda import Language

HEADLINE = ("convergence", "solutions", "partnerships", "voice", "continuity")

MATTERS = "matters"
DOES_NOT_MATTER = "does not matter"
CANNOT_TELL = "cannot tell yet"
TOO_RARE = "too rare to tell"
UNTOLD = frozenset((CANNOT_TELL, TOO_RARE))
BASELINE = "baseline"
SMALL_SHARE = 0.5
"""[A] Of an outcome that is 0 in most runs, a change by less than that share of it is small: it touches fewer
than one Forum in four."""
OUT_OF_REACH = 100_000
"""[A] More replicates than that are no advice: the size lies at the very limit of what matters."""


@dataclass(frozen=True)
class Comparison:
    """Designs compared on the same luck.

    Attributes
    ----------
    frame
        One row a design and measure, the baseline's rows included (verdict "baseline"):

        ``design, measure``;
        ``baseline_mean, mean, difference, low, high``: paired difference from the baseline with
        its simultaneous limits; low = high where the difference is the same in all replicates of a
        measure of many values (of few, the limits are of what may have gone unseen); infinite where
        too few units, all the same, do not tell the spread;
        ``smallest_effect``: the smallest effect of interest;
        ``verdict``: "matters", "does not matter", "cannot tell yet", "too rare to tell" or "baseline";
        ``direction``: "higher", "lower" or "" (no difference);
        ``more_replicates``: about how many more a clear answer takes (of an outcome too rare to tell: until
        the interval is small beside how much of it there is), 0 where it is clear;
        ``p_best, p_practically_best, expected_loss``: shrunken chance of being the best, of being
        within the smallest effect of the best, and expected shortfall against the best;
        ``pairing_gain``: how many times fewer replicates than with independent luck;
        ``sd_luck, sd_worlds``: spread of the paired difference over luck within a world, and over
        worlds (NaN unless uncertainties were drawn with 2 or more replicates a world);
        ``better_in_worlds, worse_in_worlds``: in what share of the worlds drawn the design did better
        and worse than the baseline, on average over its replicates there; equal in the rest;
        ``best_in_worlds``: estimate (normal, luck taken out, ties shared) of the share of plausible
        worlds where the design is the best of all; ``best_in_runs``: the same with luck on top;
        ``n``: units compared (replicates, or worlds where uncertainties were drawn).
    runs
        One row a run: design, world, replicate, failure, measures.
    baseline, level, smallest_effects, lower_is_better, seed
        As asked for.
    n_failed
        Runs that failed; their replicates count in no design.
    varied
        Paths of the parameters in which the designs differ, where they are known.
    """

    frame: pd.DataFrame
    runs: pd.DataFrame
    baseline: str
    level: float
    smallest_effects: Mapping[str, float]
    lower_is_better: frozenset[str]
    seed: int
    n_failed: int
    varied: tuple[str, ...] = ()

    @property
    def is_clear(self) -> bool:
        """Whether every design has a verdict on every measure, be it that an outcome is too rare to tell."""
        return not (self.frame["verdict"] == CANNOT_TELL).any()

    def cell(self, design: str, measure: str) -> pd.Series:
        """The row of ``frame`` for a design and measure."""
        rows = self.frame[(self.frame["design"] == design) & (self.frame["measure"] == measure)]
        if rows.empty:
            raise KeyError((design, measure))
        return rows.iloc[0]

    def plot(self, language: Language = "en") -> go.Figure:
        """The differences as a Plotly figure; see :func:`gfmd_sim.plots.comparison_figure`."""
        from gfmd_sim.plots import comparison_figure

        return comparison_figure(self, language)

    def sentences(self) -> list[str]:
        """The verdicts in words, a sentence a design and measure, the clearest first."""
        order = {MATTERS: 0, DOES_NOT_MATTER: 1, TOO_RARE: 2, CANNOT_TELL: 3}
        rows = self.frame[self.frame["verdict"] != BASELINE]
        rows = rows.assign(_order=rows["verdict"].map(order)).sort_values("_order", kind="stable")
        return [sentence(row, self.baseline) for _, row in rows.iterrows()]


def sentence(row: pd.Series, baseline: str) -> str:
    """A verdict in plain words."""
    name, measure = row["design"], row["measure"]
    size, low, high = abs(row["difference"]), row["low"], row["high"]
    if row["verdict"] == MATTERS:
        limits = sorted((abs(low), abs(high)))
        return (
            f"{name} against {baseline}: {measure} is {row['direction']} by {size:.3g} "
            f"({limits[0]:.3g} to {limits[1]:.3g}), which matters."
        )
    if row["verdict"] == DOES_NOT_MATTER and low == high == 0:
        return f"{name} against {baseline}: {measure} is the same in every run."
    if np.isinf(low):
        return (
            f"{name} against {baseline}: {measure} cannot be told yet: {_units(int(row['n']))} too few "
            f"to know the spread; about {int(row['more_replicates']):,} more replicates would tell it."
        )
    between = f"the difference lies between {low:+.3g} and {high:+.3g}"
    if row["verdict"] == DOES_NOT_MATTER:
        return (
            f"{name} against {baseline}: {measure} hardly changes: {between}, within the "
            f"{row['smallest_effect']:.3g} that would matter."
        )
    if row["verdict"] == TOO_RARE:
        return f"{name} against {baseline}: {measure} is too rare here to tell: {between}."
    told = f"{name} against {baseline}: {measure} cannot be told yet: {between}; "
    if row["more_replicates"] > OUT_OF_REACH:
        return told + "its size is too near what would matter for more replicates to settle it."
    return told + f"about {int(row['more_replicates']):,} more replicates would settle it."


def _units(n: int) -> str:
    return "1 unit is" if n == 1 else f"{n} units that agree are"


def compare(
    simulator: Simulator,
    designs: Sequence[Design],
    smallest_effects: Mapping[str, float],
    *,
    replicates: int = 200,
    seed: int = 0,
    baseline: str | None = None,
    worlds: Sequence[Mapping[str, JSON]] = (),
    per_world: int = 1,
    level: float = 0.95,
    lower_is_better: Collection[str] = (),
    workers: int | None = None,
    progress: Advance | None = None,
    store: str | Path | None = None,
) -> Comparison:
    """Run the designs on the same replicates and compare them with the baseline.

    Parameters
    ----------
    smallest_effects
        Measure -> smallest effect of interest, in the measure's unit; its keys are the measures
        compared, and together with the designs the family that the intervals cover at once.
    baseline
        A design's label; by default the first design.
    worlds, per_world
        Uncertainties drawn (``design.draw_worlds``), shared by all designs; replicate r lives in
        world r // per_world. With 2 or more a world luck and uncertainty are reported apart.
    workers
        See ``execute``.
    store
        A result folder to keep the runs in, and to take those from that it holds already; None
        keeps them in memory.
    """
    check_comparison(designs, smallest_effects, baseline)
    plan = crossed(designs, replicates, worlds, per_world)
    runs = frame_of(simulator, plan, store, seed=seed, workers=workers, progress=progress)
    return compare_runs(
        runs,
        [d.label for d in designs],
        smallest_effects,
        baseline=baseline,
        by_world=bool(worlds),
        level=level,
        lower_is_better=lower_is_better,
        seed=seed,
        varied=varied_in(designs),
    )


def check_comparison(
    designs: Sequence[Design], smallest_effects: Mapping[str, float], baseline: str | None
) -> None:
    """Raise a UserError for what cannot be compared, before any run is paid for."""
    labels = [d.label for d in designs]
    if len(labels) < 2:
        raise UserError(
            "a comparison needs at least two designs",
            given=", ".join(labels) or Sentence("none"),
            remedy="name two values, as in --vary seating.rule=random,balanced",
        )
    if baseline is not None and baseline not in labels:
        raise UserError("no such design", given=baseline, allowed=", ".join(labels), key="baseline")
    if not smallest_effects:
        raise UserError("no measure to compare")
    for measure, effect in smallest_effects.items():
        if not (np.isfinite(effect) and effect >= 0):
            raise UserError(
                "a smallest effect of interest must be 0 or more", key=measure, given=effect
            )


def compare_runs(
    runs: pd.DataFrame,
    labels: Sequence[str],
    smallest_effects: Mapping[str, float],
    *,
    baseline: str | None = None,
    by_world: bool = False,
    level: float = 0.95,
    lower_is_better: Collection[str] = (),
    seed: int = 0,
    intervals: Intervals | None = None,
    varied: Sequence[str] = (),
) -> Comparison:
    """Compare runs that are there already (columns design, world, replicate, failure, measures).

    ``intervals`` replaces the fixed-n intervals (sequential ones, for instance); its cells are
    designs other than the baseline x measures, in the order of ``labels``.
    """
    base = labels[0] if baseline is None else baseline
    measures = list(smallest_effects)
    if "failure" in runs and len(runs) and runs["failure"].notna().all():
        raise UserError("every run failed", given=runs["failure"].iloc[0])
    for measure in measures:
        if measure not in runs.columns:
            known = [str(c) for c in runs.columns if c not in ("design", "world", "failure")]
            near = nearest(measure, known)
            raise UserError(
                "no such measure",
                given=measure,
                remedy=did_you_mean(near, "see the columns of runs.parquet"),
            )
    values, n_failed = paired_values(runs, labels, measures)
    reach = reach_of(values[:, 0])
    small = SMALL_SHARE * level_where_rare(values[:, 0])
    per_world = 1
    if by_world:
        values, per_world = group_by_world(runs, values)
    unit_values = np.nanmean(values, axis=1) if per_world > 1 else values[:, 0]
    at = list(labels).index(base)
    others = [i for i in range(len(labels)) if i != at]
    if intervals is None:
        cells = unit_values[:, others] - unit_values[:, [at]]
        intervals = simultaneous(
            cells.reshape(len(cells), -1), level, seed, np.tile(reach, len(others))
        )
    sign = np.array([-1.0 if m in lower_is_better else 1.0 for m in measures])
    rows = []
    for j, measure in enumerate(measures):
        smallest = float(smallest_effects[measure])
        y = unit_values[:, :, j]
        whole = y[np.isfinite(y).all(axis=1)]
        mean = whole.mean(axis=0) if len(whole) else np.full(len(labels), np.nan)
        best = worlds_best = runs_best = None
        spread = None
        of_measure = [others.index(i) * len(measures) + j for i in others]
        if len(whole) >= 2 and np.isfinite(intervals.standard_error[of_measure]).all():
            covariance = np.cov(whole, rowvar=False, ddof=1) / len(whole)
            best = chance_of_best(sign[j] * mean, covariance, smallest, seed)
        if per_world > 1:
            v = values[:, :, :, j]
            v = v[np.isfinite(v).all(axis=(1, 2))]
            if len(v) >= 2:
                spread = split_spread(v)
                worlds_best = share_of_best(sign[j] * mean, spread.worlds, seed)
                runs_best = share_of_best(sign[j] * mean, spread.worlds + spread.luck, seed)
        for i, label in enumerate(labels):
            row: dict[str, object] = {
                "design": label,
                "measure": measure,
                "baseline_mean": _mean(y[:, at]),
                "mean": _mean(y[:, i]),
            }
            if i == at:
                row.update(difference=0.0, low=0.0, high=0.0, smallest_effect=smallest)
                row.update(verdict=BASELINE, direction="", more_replicates=0)
                row["n"] = int(np.isfinite(y[:, at]).sum())
            else:
                cell = others.index(i) * len(measures) + j
                row.update(_verdict(intervals, cell, smallest, float(small[j]), per_world))
            row["p_best"] = best.p_best[i] if best else np.nan
            row["p_practically_best"] = best.p_practically_best[i] if best else np.nan
            row["expected_loss"] = best.expected_loss[i] if best else np.nan
            row["pairing_gain"] = np.nan if i == at else _gain(whole, at, i)
            row["sd_luck"] = _contrast_sd(spread.luck, i, at) if spread else np.nan
            row["sd_worlds"] = _contrast_sd(spread.worlds, i, at) if spread else np.nan
            if spread and i != at:
                gap = sign[j] * (v[:, :, i].mean(axis=1) - v[:, :, at].mean(axis=1))
                alike = 1e-12 * np.abs(v).max()  # means of the same numbers in another order
                row["better_in_worlds"] = (gap > alike).mean()
                row["worse_in_worlds"] = (gap < -alike).mean()
            else:
                row["better_in_worlds"] = row["worse_in_worlds"] = np.nan
            row["best_in_worlds"] = worlds_best[i] if worlds_best is not None else np.nan
            row["best_in_runs"] = runs_best[i] if runs_best is not None else np.nan
            rows.append(row)
    frame = pd.DataFrame(rows)
    frame = frame[[c for c in frame.columns if c != "n"] + ["n"]]
    frame = frame.iloc[
        np.argsort(pd.Index(labels).get_indexer(pd.Index(frame["design"])), kind="stable")
    ]
    return Comparison(
        frame.reset_index(drop=True),
        runs,
        base,
        level,
        dict(smallest_effects),
        frozenset(lower_is_better),
        seed,
        n_failed,
        tuple(varied),
    )


def paired_values(
    runs: pd.DataFrame, labels: Sequence[str], measures: Sequence[str]
) -> tuple[FloatArray, int]:
    """Values of shape (n_replicates, 1, n_designs, n_measures), and the number of failed runs.

    Replicates in ascending order. A replicate in which any design's run failed, or is missing,
    is NaN for all designs: what fails may fail because of what it would have said.
    """
    failed = runs["failure"].notna() if "failure" in runs else pd.Series(False, index=runs.index)
    replicates = np.sort(runs["replicate"].unique())
    row = np.searchsorted(replicates, runs["replicate"])
    column = pd.Index(labels).get_indexer(pd.Index(runs["design"]))
    use = (column >= 0) & ~failed.to_numpy()
    out = np.full((len(replicates), 1, len(labels), len(measures)), np.nan)
    there = np.zeros((len(replicates), len(labels)), dtype=bool)
    out[row[use], 0, column[use]] = runs.loc[use, list(measures)].to_numpy(dtype=float)
    there[row[use], column[use]] = True
    out[~there.all(axis=1)] = np.nan
    return out, int(failed.sum())


def group_by_world(runs: pd.DataFrame, values: FloatArray) -> tuple[FloatArray, int]:
    """``values`` as (n_worlds, n_per_world, n_designs, n_measures); a ragged last world is cut."""
    world = runs.drop_duplicates("replicate").sort_values("replicate")["world"].to_numpy(dtype=int)
    order = np.argsort(world, kind="stable")
    counts = np.unique(world, return_counts=True)[1]
    per_world = int(counts.max())
    full = np.repeat(counts == per_world, counts)
    grouped = values[order][full, 0]
    return grouped.reshape(-1, per_world, *grouped.shape[1:]), per_world


def level_where_rare(values: FloatArray) -> FloatArray:
    """The most of each measure that any design brings about, where all have none in most runs, shape (n_measures,).

    Infinite where some design has it in half of its runs or more: such an outcome is not rare.

    Parameters
    ----------
    values
        Shape (n_units, n_designs, n_measures), NaN where undefined.
    """
    there = np.isfinite(values)
    n = np.maximum(there.sum(axis=0), 1)
    none = ((values == 0) & there).sum(axis=0)
    level = np.where(there, np.abs(values), 0.0).sum(axis=0) / n
    return np.where((2 * none > n).all(axis=0), level.max(axis=0), np.inf)


def _verdict(
    intervals: Intervals, cell: int, smallest: float, small: float, per_unit: int
) -> dict[str, object]:
    """``small``: what is small beside how much of the outcome there is; infinite unless it is rare."""
    mean, low, high = (float(a[cell]) for a in (intervals.mean, intervals.low, intervals.high))
    se, n = float(intervals.standard_error[cell]), int(intervals.n[cell])
    more = 0
    # a difference of exactly the smallest effect matters; none at all never does
    if (low >= smallest and low > 0) or (high <= -smallest and high < 0):
        verdict = MATTERS
    elif -smallest <= low and high <= smallest:
        verdict = DOES_NOT_MATTER if -small <= low and high <= small else TOO_RARE
    else:
        verdict = CANNOT_TELL
    if verdict in UNTOLD:
        within = small if verdict == TOO_RARE else smallest
        if se == 0 and low < high:
            need = more_unseen(max(-low, high), n, within)
        else:
            need = more_units(mean, se, n, intervals.quantile, within)
        more = per_unit * need
    return {
        "difference": mean,
        "low": low,
        "high": high,
        "smallest_effect": smallest,
        "verdict": verdict,
        "direction": "higher" if mean > 0 else "lower" if mean < 0 else "",
        "more_replicates": more,
        "n": n,
    }


def _contrast_sd(covariance: FloatArray, i: int, at: int) -> float:
    """Standard deviation of design ``i`` minus design ``at``."""
    variance = covariance[i, i] + covariance[at, at] - 2 * covariance[i, at]
    return float(np.sqrt(max(float(variance), 0.0)))


def _mean(x: FloatArray) -> float:
    x = x[np.isfinite(x)]
    return float(x.mean()) if len(x) else float("nan")


def _gain(y: FloatArray, at: int, i: int) -> float:
    """Variance of the difference on independent luck over that on the same luck."""
    if len(y) < 2:
        return float("nan")
    independent = float(y[:, at].var(ddof=1) + y[:, i].var(ddof=1))
    paired = float((y[:, i] - y[:, at]).var(ddof=1))
    if paired == 0:
        return float("inf") if independent > 0 else float("nan")
    return independent / paired
