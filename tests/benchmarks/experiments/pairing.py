"""What the same luck is worth: ``python -m tests.benchmarks.experiments.pairing [REPLICATES]``.

For real designs of the Forum against the concept note's, and each headline measure: the variance of a
difference on independent draws over that on the same draws, i.e. how many times fewer replicates a
comparison takes. Twice: luck alone (the world is the scenario's), and with a plausible world for each
replicate, as ``run.py compare`` draws them. Medians with 95% limits (bootstrap over replicates).
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd

from gfmd_sim.api import smallest_effects
from gfmd_sim.experiments.design import Design, crossed
from gfmd_sim.experiments.execute import execute
from gfmd_sim.experiments.forum_simulator import ForumSimulator
from gfmd_sim.experiments.uncertainty import plausible_worlds
from gfmd_sim.scenario.files import load_scenario

DESIGNS = (
    Design("as it stands"),
    Design("random tables", {"seating.rule": "random"}),
    Design("same tables throughout", {"seating.rule": "fixed"}),
    Design("one group a table", {"seating.rule": "caucus"}),
    Design("one group, then mixed", {"seating.rule": "caucus_first"}),
    Design("like-minded tables", {"seating.rule": "like_minded"}),
    Design("tables of 5", {"seating.table_size": [5, 5]}),
    Design("tables of 8", {"seating.table_size": [8, 8]}),
    Design("one sitting fewer", {"process.n_sittings": 1}),
    Design("one sitting more", {"process.n_sittings": 3}),
    Design("40% handed out", {"discussion.facilitation": 0.4}),
    Design("80% handed out", {"discussion.facilitation": 0.8}),
    Design("half interpreted", {"discussion.interpretation": 0.5}),
    Design("longer notes", {"note.capacity": 20}),
    Design("fair share of points", {"note.rule": "fair_share"}),
    Design("two points a table", {"plenary.points_reported": 2}),
    Design("lower bar", {"adoption.share_overall": 0.6}),
)


def gains(y: np.ndarray) -> np.ndarray:
    """Of each design but the first and each measure, shape (n_designs - 1, n_measures).

    ``y``: (n_replicates, n_designs, n_measures). inf: the measure cannot differ; NaN: it never varies.
    """
    spread = y.var(axis=0, ddof=1)
    paired = (y[:, 1:] - y[:, :1]).var(axis=0, ddof=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return (spread[1:] + spread[:1]) / paired


def median(table: np.ndarray) -> float:
    """Over designs and measures where the measure can differ."""
    return float(np.median(table[np.isfinite(table)]))


def shown(y: np.ndarray, measures: list[str]) -> None:
    rng = np.random.default_rng(0)
    table = gains(y)
    resampled = [gains(y[rng.integers(len(y), size=len(y))]) for _ in range(1000)]
    print(pd.DataFrame(table, [d.label for d in DESIGNS[1:]], measures)
          .to_string(float_format=lambda v: f"{v:.1f}"))  # fmt: skip
    for name, columns in [("all", slice(None)), *((m, [j]) for j, m in enumerate(measures))]:
        low, high = np.quantile([median(r[:, columns]) for r in resampled], [0.025, 0.975])
        part = table[:, columns]
        known = part[np.isfinite(part)]
        share = (known >= 5).mean()
        print(f"{name}: median {median(part):.1f} ({low:.1f} to {high:.1f}), from {known.min():.1f} "
              f"to {known.max():.1f}; 5 or more in {share:.0%} of {len(known)}; "
              f"{np.isinf(part).sum()} cannot differ")  # fmt: skip


def main(replicates: int = 200) -> int:
    scenario = load_scenario("gfmd-2024-25")
    simulator = ForumSimulator.of(scenario)
    taken = {p for d in DESIGNS for p in d.levers}
    measures = list(smallest_effects(scenario))
    for name, worlds in (
        ("luck alone", ()),
        ("a plausible world each", plausible_worlds(scenario, taken, replicates, 0)),
    ):
        runs = execute(simulator, crossed(DESIGNS, replicates, worlds))
        assert runs["failure"].isna().all(), runs["failure"].dropna().iloc[0]
        print(f"\n{name}, {replicates} replicates")
        values = runs[measures].to_numpy(dtype=float)
        shown(values.reshape(replicates, len(DESIGNS), -1), measures)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(*(int(a) for a in sys.argv[1:])))
