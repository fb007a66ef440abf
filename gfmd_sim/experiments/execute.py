"""Runs a plan: here in one process, in plan order."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeAlias

import pandas as pd

from gfmd_sim.errors import UserError
from gfmd_sim.experiments.design import Plan
from gfmd_sim.experiments.simulator import Simulator

Progress: TypeAlias = Callable[[int, int, float], None]
"""Told (runs done, runs in all, seconds left)."""


def execute(
    simulator: Simulator, plan: Plan, *, seed: int = 0, progress: Progress | None = None
) -> pd.DataFrame:
    """One row a run, in the plan's order: design, world, replicate, failure, measures."""
    rows, started = [], time.monotonic()
    for i in range(len(plan)):
        replicate = int(plan.replicate[i])
        row: dict[str, object] = {
            "design": plan.designs[plan.design[i]].label,
            "world": int(plan.world[i]),
            "replicate": replicate,
            "failure": None,
        }
        try:
            row.update(simulator.run(plan.levers(i), seed, replicate))
        except UserError:
            raise
        except Exception as error:  # noqa: BLE001 - a failed run is a row, whatever failed
            row["failure"] = f"{type(error).__name__}: {error}"
        rows.append(row)
        if progress is not None:
            spent = time.monotonic() - started
            progress(i + 1, len(plan), spent / (i + 1) * (len(plan) - i - 1))
    return pd.DataFrame(rows)
