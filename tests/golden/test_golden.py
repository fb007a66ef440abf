"""Results stay what they were, bit by bit, or the changelog says under "Results change" why not.

Write the file anew with ``python -m tests.golden.test_golden`` after a change of results that is
meant, read the difference, and say so in CHANGELOG.md.
"""

from __future__ import annotations

import json
import math
from pathlib import Path

from gfmd_sim.experiments.forum_simulator import ForumSimulator
from gfmd_sim.scenario.files import load_scenario

FILE = Path(__file__).with_name("outcomes.json")
CASES: dict[str, tuple[str, dict[str, object]]] = {
    "the Forum": ("gfmd-2024-25", {}),
    "caucus, no interpretation": (
        "gfmd-2024-25",
        {"seating.rule": "caucus", "discussion.interpretation": 0.0, "roundtables": [1, 5]},
    ),
    "consensus mode, evidence asked for": (
        "four-groups",
        {"opinion.mode": "consensus", "adoption.needs_evidence": True},
    ),
    "in turn, bounded confidence, fixed tables": (
        "four-groups",
        {
            "discussion.turn_taking": "round",
            "opinion.confidence_bound": 0.4,
            "seating.rule": "fixed",
            "note.rule": "fair_share",
        },
    ),
}


def outcomes_now() -> dict[str, dict[str, float | None]]:
    found = {}
    for name, (scenario, levers) in CASES.items():
        values = ForumSimulator.of(load_scenario(scenario, levers)).run({}, 11, 2)
        found[name] = {k: None if math.isnan(v) else v for k, v in values.items()}
    return found


def test_results_are_what_they_were() -> None:
    reviewed = json.loads(FILE.read_text(encoding="utf-8"))
    now = outcomes_now()
    assert now.keys() == reviewed.keys()
    for case, values in now.items():
        changed = {
            k: (reviewed[case].get(k), v)
            for k, v in values.items()
            if reviewed[case].get(k, "new") != v
        }
        # the last bits of exp and log may differ between C libraries, not what they lead to
        far = {
            k: pair
            for k, pair in changed.items()
            if None in pair or "new" in pair or not math.isclose(*pair, rel_tol=1e-9)
        }
        assert not far, case
        assert reviewed[case].keys() == values.keys(), case


if __name__ == "__main__":
    FILE.write_text(json.dumps(outcomes_now(), indent=1) + "\n", encoding="utf-8")
