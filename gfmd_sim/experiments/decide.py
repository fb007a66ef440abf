"""From a comparison to what an organiser can do: which design to take, and how sure that is.

A design *holds* in a measure if it is within the smallest effect of interest of the best design.
Against the baseline that is read off the simultaneous intervals, so that no decision says more than
the verdicts; among the others off ``p_practically_best``. How likely a design holds in all measures at
once is bounded without asking how the measures hang together: at least 1 minus the sum of the
chances that it fails, at most the least of its chances (Bonferroni, Fréchet).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.experiments.compare import (
    BASELINE,
    CANNOT_TELL,
    DOES_NOT_MATTER,
    OUT_OF_REACH,
    Comparison,
)

BoolArray = NDArray[np.bool_]


class Kind(Enum):
    """What can be decided."""

    SAME = "same"  # no design differs from the baseline by as much as matters
    TAKE = "take"  # the designs in ``take`` hold in every measure
    TRADE = "trade"  # every design fails somewhere: which is best for what
    OPEN = "open"  # cannot be told yet


@dataclass(frozen=True)
class Decision:
    """What to do.

    Attributes
    ----------
    take
        The designs that hold; for ``OPEN`` the one that has least to lose today, if the
        expected shortfall is known.
    avoid
        Designs that all but surely fail somewhere: the interval of another lies above theirs, and
        their chance to hold is at most 1 - level.
    more_replicates
        About how many more would settle what is open; 0 where no number would.
    best_for
        For ``TRADE``: (designs that hold, or else the likeliest best one; the measures in which),
        of the measures that tell designs apart.
    """

    kind: Kind
    take: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    more_replicates: int = 0
    best_for: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = ()


def decide(comparison: Comparison) -> Decision:
    """What the verdicts allow to be done."""
    frame = comparison.frame
    designs = [str(d) for d in dict.fromkeys(frame["design"])]
    measures = [str(m) for m in dict.fromkeys(frame["measure"])]
    verdicts = frame.loc[frame["verdict"] != BASELINE, "verdict"]
    if (verdicts == DOES_NOT_MATTER).all():
        return Decision(Kind.SAME)

    def values(column: str) -> NDArray[np.float64]:
        table = frame.pivot(index="design", columns="measure", values=column)
        return np.asarray(table.loc[designs, measures], dtype=np.float64)

    holds, loss, best = values("p_practically_best"), values("expected_loss"), values("p_best")
    if not np.isfinite(holds).all():
        return Decision(Kind.OPEN, more_replicates=_more(comparison, designs))
    surely, hardly = comparison.level, 1 - comparison.level
    at_least = 1 - (1 - holds).sum(axis=1)
    is_beaten = _is_beaten(comparison, designs, measures)
    stands = _stands_against_baseline(comparison, designs, measures)
    take = tuple(d for d, p in zip(designs, at_least, strict=True) if p >= surely and stands[d])
    fails = (holds <= hardly) & is_beaten
    avoid = tuple(d for d, row in zip(designs, fails, strict=True) if row.any())
    if take:
        return Decision(Kind.TAKE, take, avoid)
    if len(avoid) == len(designs):
        best_for: dict[tuple[str, ...], tuple[str, ...]] = {}
        for j, measure in enumerate(measures):
            if fails[:, j].any():
                who = np.flatnonzero(holds[:, j] >= surely).tolist()
                who = who or [int(best[:, j].argmax())]
                names = tuple(designs[i] for i in who)
                best_for[names] = (*best_for.get(names, ()), measure)
        return Decision(Kind.TRADE, best_for=tuple(best_for.items()))
    left = [d for d in designs if d not in avoid]
    smallest = np.array([comparison.smallest_effects[m] for m in measures])
    shortfall = (loss / np.where(smallest > 0, smallest, 1.0)).max(axis=1)
    safest = min(left, key=lambda d: shortfall[designs.index(d)])
    return Decision(Kind.OPEN, (safest,), avoid, _more(comparison, left))


def _limits(comparison: Comparison, design: str, measure: str) -> tuple[float, float]:
    """Simultaneous limits of what a design gains on the baseline, more being better."""
    row = comparison.cell(design, measure)
    low, high = float(row["low"]), float(row["high"])
    return (-high, -low) if measure in comparison.lower_is_better else (low, high)


def _is_beaten(comparison: Comparison, designs: list[str], measures: list[str]) -> BoolArray:
    """Whether the interval of another design lies above a design's, (n_designs, n_measures)."""
    limits = np.array([[_limits(comparison, d, m) for m in measures] for d in designs])
    beaten: BoolArray = limits[:, :, 1] < limits[:, :, 0].max(axis=0)
    return beaten


def _stands_against_baseline(
    comparison: Comparison, designs: list[str], measures: list[str]
) -> dict[str, bool]:
    """Of each design, whether the intervals leave no room for a loss that matters against the
    baseline; of the baseline, against any design."""
    stands = dict.fromkeys(designs, True)
    for measure in measures:
        smallest = comparison.smallest_effects[measure]
        for design in designs:
            if design != comparison.baseline:
                low, high = _limits(comparison, design, measure)
                stands[design] &= low >= -smallest
                stands[comparison.baseline] &= high <= smallest
    return stands


def _more(comparison: Comparison, designs: list[str]) -> int:
    """Replicates until what is open of these designs is settled; 0 where no number would."""
    frame = comparison.frame
    still = frame[(frame["verdict"] == CANNOT_TELL) & frame["design"].isin(designs)]
    more = int(still["more_replicates"].max()) if len(still) else 0
    return more if more <= OUT_OF_REACH else 0
