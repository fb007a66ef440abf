"""From a comparison to what an organiser can do: which design to take, and how sure that is.

A design *holds* in a measure if it is within the smallest effect of interest of the best design, which
``p_practically_best`` tells. No decision says other than the verdicts: what may lose by as much as
matters against the baseline is not taken, what no verdict tells apart is not ruled out, and where
another may yet beat the baseline, that is said beside it. How likely a design holds in all measures at
once is bounded without asking how the measures hang together: at least 1 minus the sum of the
chances that it fails, at most the least of its chances (Bonferroni, Fréchet).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, TypedDict

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gfmd_sim.experiments.compare import (
    BASELINE,
    DOES_NOT_MATTER,
    OUT_OF_REACH,
    TOO_RARE,
    UNTOLD,
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
        The designs that hold; for ``OPEN`` the likeliest one to hold in everything, of equals the
        one with the least expected shortfall, if the chances are known.
    avoid
        Designs that all but surely fail somewhere: the interval of another lies above theirs,
        their chance to hold is at most 1 - level, and no verdict there is open.
    unsettled
        For ``TAKE``: measures in which an interval leaves room for another design, not one to avoid,
        to beat the baseline, which is taken, by as much as matters.
    rivals
        Those other designs.
    more_replicates
        About how many more would settle what of the open or unsettled can be; 0 where no number would.
    is_partly_out_of_reach
        Whether something of it is too near what would matter for any number to settle.
    best_for
        For ``TRADE``: (designs that hold, or else the likeliest best one; the measures in which),
        of the measures that tell designs apart.
    rare
        Measures too rare to tell; they have no say, unless some design's difference there matters or is open.
    """

    kind: Kind
    take: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    unsettled: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()
    more_replicates: int = 0
    is_partly_out_of_reach: bool = False
    best_for: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = ()
    rare: tuple[str, ...] = ()


def decide(comparison: Comparison) -> Decision:
    """What the verdicts allow to be done."""
    frame = comparison.frame
    by_measure = frame[frame["verdict"] != BASELINE].groupby("measure", sort=False)["verdict"]
    rare = {str(m) for m, said in by_measure if TOO_RARE in set(said)}
    silent = {m for m in rare if set(by_measure.get_group(m)) <= {TOO_RARE, DOES_NOT_MATTER}}
    names = tuple(m for m in dict.fromkeys(map(str, frame["measure"])) if m in rare)
    told = frame[~frame["measure"].isin(silent)]
    if told.empty:
        designs = [str(d) for d in dict.fromkeys(frame["design"])]
        return Decision(Kind.OPEN, **_more(frame, designs, names), rare=names)
    return replace(_decided(comparison, told), rare=names)


def _decided(comparison: Comparison, frame: pd.DataFrame) -> Decision:
    """What to do by the rows of ``frame``."""
    designs = [str(d) for d in dict.fromkeys(frame["design"])]
    measures = [str(m) for m in dict.fromkeys(frame["measure"])]
    verdicts = frame.loc[frame["verdict"] != BASELINE, "verdict"]
    if (verdicts == DOES_NOT_MATTER).all():
        return Decision(Kind.SAME)

    def values(column: str) -> NDArray[Any]:
        table = frame.pivot(index="design", columns="measure", values=column)
        return np.asarray(table.loc[designs, measures])

    holds, loss, best = values("p_practically_best"), values("expected_loss"), values("p_best")
    if not np.isfinite(holds).all():
        return Decision(Kind.OPEN, **_more(frame, designs, measures))
    limits = np.array([[_limits(comparison, d, m) for m in measures] for d in designs])
    low, high = limits[:, :, 0], limits[:, :, 1]
    smallest = np.array([comparison.smallest_effects[m] for m in measures])
    surely, hardly = comparison.level, 1 - comparison.level

    at_least = 1 - (1 - holds).sum(axis=1)
    stands = (low >= -smallest).all(axis=1)
    base = designs.index(comparison.baseline)
    no_better = ~(low > smallest).any()
    is_taken = (at_least >= surely) & np.where(np.arange(len(designs)) == base, no_better, stands)
    is_beaten = high < low.max(axis=0)  # the interval of another lies above
    fails = (holds <= hardly) & is_beaten & ~np.isin(values("verdict"), list(UNTOLD))
    is_out = fails.any(axis=1)
    take, avoid = _marked(designs, is_taken), _marked(designs, is_out)
    if take:
        may_win = (high > smallest) & ~is_out[:, None] & is_taken[base]
        unsettled = _marked(measures, may_win.any(axis=0))
        rivals = _marked(designs, may_win.any(axis=1))
        return Decision(
            Kind.TAKE, take, avoid, unsettled, rivals, **_more(frame, rivals, unsettled)
        )
    if is_out.all():
        best_for: dict[tuple[str, ...], tuple[str, ...]] = {}
        for j, measure in enumerate(measures):
            if fails[:, j].any():
                likeliest = np.arange(len(designs)) == best[:, j].argmax()
                holding = holds[:, j] >= surely
                names = _marked(designs, holding if holding.any() else likeliest)
                best_for[names] = (*best_for.get(names, ()), measure)
        return Decision(Kind.TRADE, best_for=tuple(best_for.items()))
    shortfall = (loss / np.where(smallest > 0, smallest, 1.0)).max(axis=1)
    left = np.flatnonzero(~is_out).tolist()
    # chances that round to the same percent are equal: the shortfall tells those apart
    today = min(left, key=lambda i: (-round(at_least[i], 2), shortfall[i]))
    open_ones = [designs[i] for i in left]
    return Decision(
        Kind.OPEN,
        (designs[today],),
        avoid,
        **_more(frame, open_ones, measures),
    )


def _marked(names: Sequence[str], is_marked: BoolArray) -> tuple[str, ...]:
    return tuple(name for name, yes in zip(names, is_marked.tolist(), strict=True) if yes)


def _limits(comparison: Comparison, design: str, measure: str) -> tuple[float, float]:
    """Simultaneous limits of what a design gains on the baseline, more being better."""
    row = comparison.cell(design, measure)
    low, high = float(row["low"]), float(row["high"])
    return (-high, -low) if measure in comparison.lower_is_better else (low, high)


class _More(TypedDict):
    more_replicates: int
    is_partly_out_of_reach: bool


def _more(frame: pd.DataFrame, designs: Sequence[str], measures: Sequence[str]) -> _More:
    """Replicates until what can be settled of these is, and whether something cannot be."""
    is_asked = frame["design"].isin(designs) & frame["measure"].isin(measures)
    still = frame.loc[is_asked & frame["verdict"].isin(UNTOLD), "more_replicates"]
    within = still[still <= OUT_OF_REACH]
    return {
        "more_replicates": int(within.max()) if len(within) else 0,
        "is_partly_out_of_reach": len(within) < len(still),
    }
