"""The workshop's story: a place of the sliders against the baseline, on the same luck."""

from __future__ import annotations

import contextlib
import json
import math
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from dashboard.tasks.progress import Progress, Values
from dashboard.tasks.simulators import simulator_with
from gfmd_sim import api
from gfmd_sim.experiments.compare import CANNOT_TELL, compare_runs

_STORY_RUNS: dict[tuple[str, int, str], list[dict[str, float]]] = {}


def story_runs(
    scenario: str, seed: int, levers: Mapping[str, Any], n: int, progress: Progress
) -> list[dict[str, float]]:
    """The headline measures of ``n`` runs of one design; those made before are kept."""
    from gfmd_sim.measures.outcome import HEADLINES, outcomes

    simulator = simulator_with(scenario, "{}")
    rows = _STORY_RUNS.setdefault((scenario, seed, json.dumps(levers, sort_keys=True)), [])
    first, begun = len(rows), time.monotonic()
    for replicate in range(first, n):
        all_ = outcomes(simulator.forum(levers, seed, replicate).run())
        rows.append({name: float(all_[name]) for name in HEADLINES})
        done = replicate + 1
        progress(done, n, (time.monotonic() - begun) / (done - first) * (n - done))
    return rows[:n]


def story(values: Values, mine: Any, n: int, progress: Progress) -> dict[str, Any]:
    """A design of the workshop against the baseline, on the same luck.

    The last number of replicates in ``values`` gives the answer with its intervals, those before it
    an estimate: no more than means, for intervals take longer than its runs.
    """
    scenario, seed = values["scenario"], values["seed"]
    rows = [
        story_runs(scenario, seed, levers, n, progress) for levers in (values["baseline"], mine)
    ]
    smallest = api.smallest_effects(simulator_with(scenario, "{}").scenario)
    if n < values["n"][-1]:
        limit = 0.0 if mine == values["baseline"] else math.nan
        return {"n": n, "effects": estimated(*rows, smallest, limit)}
    labels = ["baseline", "mine"]
    parts = [
        pd.DataFrame(part).assign(design=label, replicate=range(n), world=0)
        for label, part in zip(labels, rows, strict=True)
    ]
    runs = pd.concat(parts, ignore_index=True)
    runs["failure"] = pd.Series([None] * len(runs), dtype="str")
    found = compare_runs(runs, labels, smallest, seed=seed)
    frame = found.frame[found.frame["design"] == "mine"]
    keep = ["measure", "baseline_mean", "mean", "difference", "low", "high", "smallest_effect",
            "verdict"]  # fmt: skip
    return {"n": n, "effects": frame[keep].to_dict("records")}


def estimated(
    baseline: Sequence[Mapping[str, float]],
    mine: Sequence[Mapping[str, float]],
    smallest: Mapping[str, float],
    limit: float,
) -> list[dict[str, Any]]:
    """Means and differences of a few runs, with ``limit`` where an answer has those of intervals."""
    found = []
    for measure, effect in smallest.items():
        pairs = [(b[measure], m[measure]) for b, m in zip(baseline, mine, strict=True)]
        whole = [(b, m) for b, m in pairs if math.isfinite(b - m)]
        before, now = (
            math.fsum(side) / len(whole) if whole else math.nan
            for side in ([b for b, _ in whole], [m for _, m in whole])
        )
        found.append(
            {
                "measure": measure, "baseline_mean": before, "mean": now, "difference": now - before,
                "low": limit, "high": limit, "smallest_effect": effect, "verdict": CANNOT_TELL,
            }
        )  # fmt: skip
    return found


def story_task(values: Values, progress: Progress) -> Iterator[dict[str, Any]]:
    """One place of the sliders, with each number of replicates that is asked for."""
    for n in values["n"]:
        yield story(values, values["mine"], n, progress)


def rehearse_task(values: Values, progress: Progress) -> Iterator[dict[str, Any]]:
    """All places of the sliders, so that they answer at once; told every few.

    All with the first number of replicates, then all with the next: then its process gives way to
    whoever is waited for.
    """
    found: dict[str, Any] = {}
    steps = [(n, place) for n in values["n"] for place in values["places"]]
    for k, (n, place) in enumerate(steps):
        if k == len(values["places"]):
            _give_way()
        found[json.dumps(place, sort_keys=True)] = story(values, place, n, lambda *_: None)
        progress(k + 1, len(steps), 0.0)
        if k % 4 == 3 or k == len(steps) - 1:
            yield found


def _give_way() -> None:
    if hasattr(os, "setpriority"):
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, 0, 19)
