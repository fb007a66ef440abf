"""The best of many designs with few runs: elimination on the same luck.

Both rules take a ``draw``: (designs still in, first replicate, last replicate + 1) -> values of
shape (n_replicates, n_designs), higher is better; the same replicate is the same luck.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np

from gfmd_sim.advance import Advance
from gfmd_sim.errors import Sentence, UserError
from gfmd_sim.experiments.crew import Crew
from gfmd_sim.experiments.design import Design, crossed
from gfmd_sim.experiments.queue import cores
from gfmd_sim.experiments.simulator import JSON, Simulator
from gfmd_sim.experiments.statistics import FloatArray
from gfmd_sim.experiments.sweep import SEARCH, frame_of

FIRST = 20
"""Replicates of all designs before the first elimination."""

Draw: TypeAlias = Callable[[Sequence[int], int, int], FloatArray]


@dataclass(frozen=True)
class Selection:
    """A design chosen, and what it took.

    Attributes
    ----------
    best
        The design chosen (an index, or a label from ``select_best``).
    n_runs
        Runs in all.
    n_replicates
        Replicates each design got, in the order of the designs.
    means
        Of each design over the replicates it got.
    is_guaranteed
        Whether the rule's guarantee holds: False where the budget ended first.
    """

    best: int | str
    n_runs: int
    n_replicates: tuple[int, ...]
    means: tuple[float, ...]
    is_guaranteed: bool


def kim_nelson(
    draw: Draw,
    n_designs: int,
    smallest_effect: float,
    *,
    level: float = 0.95,
    first: int = FIRST,
    step: int = 1,
    budget: int | None = None,
) -> Selection:
    """Fully sequential elimination (Kim, Nelson 2001, ACM TOMACS 11:251).

    With probability ``level`` the best design is chosen wherever it leads by ``smallest_effect``
    or more; else one within it. Values are taken as normal; pairing is what makes it quick, since
    a pair is eliminated at a pace set by the variance of its difference.

    Parameters
    ----------
    first
        Replicates of all designs before the first elimination.
    step
        Replicates between eliminations.
    budget
        Most runs in all; when it ends, the highest mean is chosen without the guarantee.
    """
    if smallest_effect <= 0:
        raise UserError(
            "elimination needs a smallest effect above 0", given=smallest_effect,
            remedy="state the difference that would matter",
        )  # fmt: skip
    if first < 2:
        raise UserError("too few replicates to begin with", given=first, allowed="2 or more")
    alive = list(range(n_designs))
    values = np.asarray(draw(alive, 0, first), dtype=float)
    eta = 0.5 * ((2 * (1 - level) / max(n_designs - 1, 1)) ** (-2 / (first - 1)) - 1)
    h2 = 2 * eta * (first - 1)
    variance = np.array(
        [[np.var(values[:, i] - values[:, j], ddof=1) for j in alive] for i in alive]
    )
    total = values.sum(axis=0)
    count = np.full(n_designs, first)
    n_runs, r, guaranteed = first * n_designs, first, True
    last = int(np.floor(h2 * variance.max() / smallest_effect**2)) + 1
    while len(alive) > 1:
        mean = total[alive] / r
        width = np.maximum(
            0.0,
            smallest_effect
            / (2 * r)
            * (h2 * variance[np.ix_(alive, alive)] / smallest_effect**2 - r),
        )
        keep = (mean[:, None] >= mean[None, :] - width).all(axis=1)
        if not keep.any():  # ties broken by rounding
            keep[int(mean.argmax())] = True
        alive = [a for a, k in zip(alive, keep, strict=True) if k]
        if len(alive) == 1:
            break
        if r >= last:
            alive = [max(alive, key=lambda a: total[a])]
            break
        take = min(step, last - r)
        if budget is not None and n_runs + take * len(alive) > budget:
            guaranteed = False
            alive = [max(alive, key=lambda a: total[a])]
            break
        more = np.asarray(draw(alive, r, r + take), dtype=float)
        total[alive] += more.sum(axis=0)
        count[alive] += take
        n_runs += take * len(alive)
        r += take
    return Selection(alive[0], n_runs, _ints(count), _floats(total / count), guaranteed)


def sequential_halving(draw: Draw, n_designs: int, budget: int) -> Selection:
    """Halve the field until one is left (Karnin, Koren, Somekh 2013), on the same replicates.

    Spends ``budget`` runs, evenly over the rounds; what a design got in earlier rounds counts.
    No guarantee, but at a fixed budget hard to beat where luck is shared.
    """
    rounds = max(int(np.ceil(np.log2(n_designs))), 1)
    if budget < n_designs * rounds:
        raise UserError(
            "too small a budget", given=budget, allowed=Sentence("{n} or more", n=n_designs * rounds),
        )  # fmt: skip
    alive = list(range(n_designs))
    total, count = np.zeros(n_designs), np.zeros(n_designs, dtype=int)
    n_runs, r = 0, 0
    for _ in range(rounds):
        take = budget // (len(alive) * rounds)
        values = np.asarray(draw(alive, r, r + take), dtype=float)
        total[alive] += values.sum(axis=0)
        count[alive] += take
        n_runs += take * len(alive)
        r += take
        alive = sorted(alive, key=lambda a: -total[a])[: max(len(alive) // 2 + len(alive) % 2, 1)]
        if len(alive) == 1:
            break
    best = max(alive, key=lambda a: total[a])
    return Selection(best, n_runs, _ints(count), _floats(total / count), False)


def _ints(x: np.ndarray) -> tuple[int, ...]:
    return tuple(int(v) for v in x)


def _floats(x: np.ndarray) -> tuple[float, ...]:
    return tuple(float(v) for v in x)


def select_best(
    simulator: Simulator,
    designs: Sequence[Design],
    measure: str,
    smallest_effect: float,
    *,
    lower_is_better: bool = False,
    level: float = 0.95,
    first: int = FIRST,
    step: int = 10,
    budget: int | None = None,
    seed: int = 0,
    worlds: Callable[[int], Sequence[Mapping[str, JSON]]] | None = None,
    workers: int | None = None,
    progress: Advance | None = None,
    store: str | Path | None = None,
) -> Selection:
    """The best of many designs by one measure, by :func:`kim_nelson`.

    Parameters
    ----------
    budget
        Most runs in all; None: as many as the guarantee takes.
    worlds
        n -> n plausible worlds: each replicate lives in one of its own, the same for all designs.
    store
        A result folder to keep the runs in, and to take those from that it holds already.

    Raises
    ------
    UserError
        If a run fails or the measure is undefined in one: elimination has no place for holes.
    """
    if len(designs) < 2:
        raise UserError("nothing to choose from", given=len(designs), allowed="2 designs or more")
    n_workers = cores() if workers is None else workers
    with Crew(simulator, seed, n_workers) as crew:

        def draw(alive: Sequence[int], start: int, stop: int) -> FloatArray:
            drawn = () if worlds is None else worlds(stop)
            plan = crossed([designs[i] for i in alive], range(start, stop), drawn)
            runs = frame_of(
                simulator, plan, store, seed=seed, workers=workers, progress=progress,
                crew=crew if n_workers else None, grows=True, about=SEARCH,
            )  # fmt: skip
            if measure not in runs:
                raise UserError("no such measure", given=measure)
            values = runs[measure].to_numpy(dtype=float).reshape(-1, len(alive))
            if not np.isfinite(values).all():
                failure = runs["failure"].dropna()
                raise UserError(
                    "a run gives no value to choose by",
                    key=measure,
                    given=failure.iloc[0] if len(failure) else "undefined",
                )
            return -values if lower_is_better else values

        found = kim_nelson(
            draw, len(designs), smallest_effect, level=level, first=first, step=step, budget=budget
        )
    means = tuple(-m for m in found.means) if lower_is_better else found.means
    return Selection(
        designs[int(found.best)].label,
        found.n_runs,
        found.n_replicates,
        means,
        found.is_guaranteed,
    )
