"""The workshop's story: a place of the sliders against the baseline, on the same luck."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from dashboard.tasks.progress import Progress, Values
from dashboard.tasks.simulators import simulator_with
from gfmd_sim import api
from gfmd_sim.experiments.compare import compare_runs

_STORY_RUNS: dict[tuple[str, int, str], list[dict[str, float]]] = {}


def story_runs(
    scenario: str, seed: int, levers: Mapping[str, Any], n: int
) -> list[dict[str, float]]:
    """The headline measures of ``n`` runs of one design; those made before are kept."""
    from gfmd_sim.measures.outcome import HEADLINES, outcomes

    simulator = simulator_with(scenario, "{}")
    rows = _STORY_RUNS.setdefault((scenario, seed, json.dumps(levers, sort_keys=True)), [])
    for replicate in range(len(rows), n):
        all_ = outcomes(simulator.forum(levers, seed, replicate).run())
        rows.append({name: float(all_[name]) for name in HEADLINES})
    return rows[:n]


def story(scenario: str, seed: int, mine: Any, baseline: Any, n: int) -> dict[str, Any]:
    """The design chosen in the workshop against the baseline, on the same luck."""
    parts = []
    for label, levers in (("baseline", baseline), ("mine", mine)):
        rows = story_runs(scenario, seed, levers, n)
        parts.append(pd.DataFrame(rows).assign(design=label, replicate=range(n), world=0))
    runs = pd.concat(parts, ignore_index=True)
    runs["failure"] = pd.Series([None] * len(runs), dtype="str")
    smallest = api.smallest_effects(simulator_with(scenario, "{}").scenario)
    found = compare_runs(runs, ["baseline", "mine"], smallest, seed=seed)
    frame = found.frame[found.frame["design"] == "mine"]
    keep = ["measure", "baseline_mean", "mean", "difference", "low", "high", "smallest_effect",
            "verdict"]  # fmt: skip
    return {"n": n, "effects": frame[keep].to_dict("records")}


def story_task(values: Values, progress: Progress) -> Iterator[dict[str, Any]]:
    """One place of the sliders, with each number of replicates that is asked for."""
    for n in values["n"]:
        yield story(values["scenario"], values["seed"], values["mine"], values["baseline"], n)


def rehearse_task(values: Values, progress: Progress) -> Iterator[dict[str, Any]]:
    """All places of the sliders, so that they answer at once; told every few.

    All with the first number of replicates, then all with the next. Its process gives way to
    whoever is waited for.
    """
    if hasattr(os, "setpriority"):
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, 0, 19)
    found: dict[str, Any] = {}
    steps = [(n, place) for n in values["n"] for place in values["places"]]
    for k, (n, place) in enumerate(steps):
        found[json.dumps(place, sort_keys=True)] = story(
            values["scenario"], values["seed"], place, values["baseline"], n
        )
        progress(k + 1, len(steps), 0.0)
        if k % 4 == 3 or k == len(steps) - 1:
            yield found
