"""Adds replicates until the answer is clear: intervals that hold whenever one stops.

A t-test looked at 49 times cries wolf in more than a quarter of all cases; a confidence sequence
may be looked at as often as one likes. Its price is width: about 1.6 times that of a single look.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np
import pandas as pd

from gfmd_sim.advance import Advance
from gfmd_sim.errors import UserError
from gfmd_sim.experiments.compare import (
    Comparison,
    check_comparison,
    compare_runs,
    group_by_world,
    paired_values,
)
from gfmd_sim.experiments.crew import Crew
from gfmd_sim.experiments.design import Design, crossed, varied_in
from gfmd_sim.experiments.queue import cores
from gfmd_sim.experiments.simulator import JSON, Simulator
from gfmd_sim.experiments.statistics import FloatArray, Intervals, reach_of, tell_unseen
from gfmd_sim.experiments.sweep import frame_of

FIRST_LOOK = 40
GROWTH = 1.25

Look = Callable[[Comparison], None]
"""Told what is known after each batch."""


def confidence_sequence(
    difference: FloatArray,
    level: float = 0.95,
    first_look: int = FIRST_LOOK,
    reach: FloatArray | None = None,
) -> Intervals:
    """Intervals of paired differences that cover all cells at all looks at once.

    The asymptotic confidence sequence of Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas (2024,
    Ann. Stat. 52:2613, theorem 2.2), narrowest at ``first_look``, with the error shared out evenly
    over the cells. For the first looks, at which an asymptotic sequence is too sure, the normal
    quantile is widened to Student's, and by the sample's skewness over the root of n (the order of
    the Edgeworth term of t at such quantiles: Johnson 1978, JASA 73:536). Left out: the correlation
    of the cells, which would narrow it a little.

    Parameters
    ----------
    difference
        Shape (n_units, n_cells), NaN where undefined; look at ``first_look`` units or more.
    reach
        Of each cell, as :func:`~gfmd_sim.experiments.statistics.reach_of` has it for measures: cells
        that are the same in all units get limits of what may have gone unseen.
    """
    there = np.isfinite(difference)
    n = there.sum(axis=0)
    x = np.where(there, difference, 0.0)
    from scipy import stats  # half a second to import

    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(n > 0, x.sum(axis=0) / n, np.nan)
        centred = np.where(there, difference - mean, 0.0)
        sd = np.sqrt((centred**2).sum(axis=0) / (n - 1))
    lowest = np.where(there, difference, np.inf).min(axis=0)
    highest = np.where(there, difference, -np.inf).max(axis=0)
    same = (n > 0) & (lowest == highest)
    mean, sd = np.where(same, lowest, mean), np.where(same, 0.0, sd)
    n_cells = max(int((~same & (n > 1)).sum()), 1)
    alpha = (1 - level) / n_cells
    # the variance of the mixture that makes the sequence narrowest at the first look
    rho2 = (-2 * np.log(alpha) + np.log(-2 * np.log(alpha)) + 1) / first_look
    m = np.maximum(n, 2)
    width = np.sqrt(2 * (m * rho2 + 1) / (m**2 * rho2) * np.log(np.sqrt(m * rho2 + 1) / alpha))
    student = stats.t.isf(alpha / 2, m - 1) / stats.norm.isf(alpha / 2)
    with np.errstate(invalid="ignore", divide="ignore"):
        skewness = np.where(same | (n < 2), 0.0, np.abs((centred**3).sum(axis=0)) / (n * sd**3))
    skewed = 1 + np.nan_to_num(skewness) / np.sqrt(m)
    half = np.where(n < 2, np.inf, np.where(same, 0.0, sd * width * student * skewed))
    se = np.where(n < 2, np.inf, sd / np.sqrt(m))
    quantile = float(np.max(width * student * skewed * np.sqrt(m)))
    low, high = mean - half, mean + half
    tell_unseen(low, high, se, mean, n, same, reach, level)
    return Intervals(mean, low, high, se, n, quantile)


def compare_until_clear(
    simulator: Simulator,
    designs: Sequence[Design],
    smallest_effects: Mapping[str, float],
    *,
    budget: int = 2000,
    first_look: int = FIRST_LOOK,
    seed: int = 0,
    baseline: str | None = None,
    worlds: Sequence[Mapping[str, JSON]] = (),
    per_world: int = 1,
    level: float = 0.95,
    lower_is_better: Collection[str] = (),
    workers: int | None = None,
    store: str | None = None,
    progress: Advance | None = None,
    look: Look | None = None,
) -> Comparison:
    """Compare designs with as many replicates as it takes, or as there is budget for.

    Intervals and verdicts hold at every look, and whenever the user stops. Parameters as in
    ``compare.compare``, and:

    Parameters
    ----------
    budget
        Most replicates of each design.
    first_look
        Units (replicates, or worlds) before the first look; at least 20, since the sequence
        leans on the law of large numbers.
    worlds
        Enough of them for the whole budget.
    look
        Told what is known after each batch; raise KeyboardInterrupt to stop.
    """
    check_comparison(designs, smallest_effects, baseline)
    if first_look < 20:
        raise UserError(
            "too early a first look", given=first_look, allowed="20 or more", key="first_look"
        )
    labels = [d.label for d in designs]
    base = labels[0] if baseline is None else baseline
    runs = pd.DataFrame()
    done, target = 0, min(first_look * per_world, budget)
    n_workers = cores() if workers is None else workers
    with Crew(simulator, seed, n_workers) as crew:
        hands = crew if n_workers else None
        while True:
            # a folder gives back what it holds; in memory the new replicates are put to the old
            first = done if store is None else 0
            plan = crossed(designs, range(first, target), worlds, per_world)
            new = frame_of(
                simulator, plan, store, seed=seed, workers=workers, progress=progress, crew=hands,
                grows=True,
            )  # fmt: skip
            runs = pd.concat([runs, new], ignore_index=True) if first else new
            done = target
            answer = compare_runs(
                runs,
                labels,
                smallest_effects,
                baseline=baseline,
                by_world=bool(worlds),
                level=level,
                lower_is_better=lower_is_better,
                seed=seed,
                intervals=sequence_of(
                    runs, labels, list(smallest_effects), base, bool(worlds), level, first_look
                ),
                varied=varied_in(designs),
            )
            if look is not None:
                look(answer)
            if answer.is_clear or done >= budget:
                return answer
            step = max(per_world, round(done * (GROWTH - 1)) // per_world * per_world)
            target = min(done + step, budget)


def sequence_of(
    runs: pd.DataFrame,
    labels: Sequence[str],
    measures: list[str],
    base: str,
    by_world: bool,
    level: float = 0.95,
    first_look: int = FIRST_LOOK,
) -> Intervals:
    """The confidence sequence of runs, whose paired differences are from the baseline ``base``.

    A unit is a replicate, or a world's mean; a cell is a measure of a design other than the baseline.
    """
    values, _ = paired_values(runs, labels, measures)
    reach = reach_of(values[:, 0])
    if by_world:
        values, _ = group_by_world(runs, values)
    unit = values.mean(axis=1)
    at = list(labels).index(base)
    others = [i for i in range(len(labels)) if i != at]
    cells = (unit[:, others] - unit[:, [at]]).reshape(len(unit), -1)
    return confidence_sequence(cells, level, first_look, np.tile(reach, len(others)))
