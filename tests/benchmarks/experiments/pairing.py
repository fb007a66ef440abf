"""What the same luck is worth: ``python -m tests.benchmarks.experiments.pairing [REPLICATES]``.

For real designs of the Forum against the concept note's, luck alone: the variance of a difference on
independent luck over that on the same luck, i.e. how many times fewer replicates a comparison takes.
"""

from __future__ import annotations

import sys

import numpy as np

from gfmd_sim.api import smallest_effects
from gfmd_sim.experiments.compare import compare
from gfmd_sim.experiments.design import Design
from gfmd_sim.experiments.forum_simulator import ForumSimulator
from gfmd_sim.scenario.files import load_scenario

DESIGNS = (
    Design("as it stands"),
    Design("random tables", {"seating.rule": "random"}),
    Design("one group a table", {"seating.rule": "caucus"}),
    Design("tables of 5", {"seating.table_size": [5, 5]}),
    Design("tables of 8", {"seating.table_size": [8, 8]}),
    Design("40% handed out", {"discussion.facilitation": 0.4}),
    Design("longer notes", {"note.capacity": 20}),
    Design("notes read by more", {"note.p_read": 0.9}),
    Design("two points a table", {"plenary.points_reported": 2}),
    Design("lower bar", {"adoption.share_overall": 0.6}),
)


def main(replicates: int = 200) -> int:
    scenario = load_scenario("gfmd-2024-25")
    simulator = ForumSimulator.of(scenario)
    got = compare(simulator, DESIGNS, smallest_effects(scenario), replicates=replicates)
    table = got.frame.pivot(index="design", columns="measure", values="pairing_gain")
    table = table.loc[[d.label for d in DESIGNS[1:]]]
    print(table.to_string(float_format=lambda v: f"{v:.1f}"))
    gains = table.to_numpy().ravel()
    gains = gains[~np.isnan(gains)]
    known = gains[np.isfinite(gains)]
    print(f"\nmedian {np.median(gains):.1f} (inf: cannot differ at all); "
          f"of the {len(known)} that can differ {np.median(known):.1f}, "
          f"from {known.min():.1f} to {known.max():.1f}; {replicates} replicates")  # fmt: skip
    return 0


if __name__ == "__main__":
    raise SystemExit(main(*(int(a) for a in sys.argv[1:])))
