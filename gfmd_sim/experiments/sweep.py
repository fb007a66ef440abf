"""Runs a plan into a result folder; run again, it goes on where it was."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from gfmd_sim.advance import Advance
from gfmd_sim.errors import UserError
from gfmd_sim.experiments.design import Plan
from gfmd_sim.experiments.execute import execute, run_all
from gfmd_sim.experiments.files import Pause
from gfmd_sim.experiments.queue import Hands
from gfmd_sim.experiments.runs import Runs
from gfmd_sim.experiments.simulator import JSON, Simulator
from gfmd_sim.experiments.store import Store
from gfmd_sim.experiments.writer import SHARD_ROWS, StoreWriter

SEARCH: Mapping[str, JSON] = {"kind": "search"}
"""What the manifest says of a folder whose runs were chosen as they came."""


def sweep(
    simulator: Simulator,
    plan: Plan,
    folder: str | Path,
    *,
    seed: int = 0,
    workers: int | None = None,
    chunk: int | None = None,
    part: tuple[int, int] = (1, 1),
    retry_failed: bool = False,
    progress: Advance | None = None,
    compacting: Advance | None = None,
    patience: float = 600.0,
    on_pause: Pause | None = None,
    about: Mapping[str, JSON] | None = None,
    crew: Hands | None = None,
    compacted: bool = True,
    shard_rows: int = SHARD_ROWS,
) -> Store:
    """Run what of a plan the folder does not hold yet, and compact it when it is complete.

    Parameters
    ----------
    workers, chunk, progress
        See ``execute``.
    compacting
        Told (rows, rows in all, seconds left) while a complete sweep is put together.
    part
        (K, N): only the K-th of N parts of the plan, for several hosts with one shared folder.
        The last of them to end leaves shards; a call without ``part`` compacts them.
    retry_failed
        Do failed runs again.
    patience, on_pause
        How long to wait for a full or read-only disk, and whom to tell.
    about
        Further entries for the manifest (the command's own words, say).
    crew
        Workers of the same simulator and seed that are at hand already.
    compacted
        False leaves the shards as they are, for a plan that is to grow.
    shard_rows
        Runs from which the journal becomes a shard.

    Raises
    ------
    StoreError
        If the folder holds something else, another sweep is at work in it, or the disk refuses
        for longer than ``patience``. KeyboardInterrupt leaves everything finished stored.
    """
    k, n = part
    if not 1 <= k <= n:
        raise UserError("no such part of a plan", given=f"{k}/{n}", allowed="1/N to N/N")
    runs = Runs(plan)
    owner = "all" if n == 1 else f"{k}-of-{n}"
    with StoreWriter(
        folder,
        simulator.identity,
        seed,
        runs,
        owner=owner,
        patience=patience,
        on_pause=on_pause,
        about=about,
        shard_rows=shard_rows,
    ) as writer:
        todo = runs.is_first & ~writer.done(failed_too=not retry_failed)
        todo[: len(runs) * (k - 1) // n] = False
        todo[len(runs) * k // n :] = False
        run_all(
            simulator,
            runs,
            todo,
            seed=seed,
            workers=workers,
            chunk=chunk,
            deliver=writer.add,
            progress=progress,
            crew=crew,
        )
        writer.flush()
        if n == 1 and compacted:
            writer.compact(compacting)
    return Store.open(folder)


def frame_of(
    simulator: Simulator,
    plan: Plan,
    store: str | Path | None,
    *,
    seed: int = 0,
    workers: int | None = None,
    progress: Advance | None = None,
    crew: Hands | None = None,
    grows: bool = False,
    about: Mapping[str, JSON] | None = None,
) -> pd.DataFrame:
    """The runs of a plan as ``execute`` returns them.

    ``store`` names a folder that keeps them, and gives those that it holds already (None: memory);
    ``grows``: the plan is a step of a larger one, and the folder is not put together yet.
    ``progress`` is told of the whole plan, what is held already included; ``about``: see ``sweep``.
    """
    if store is None:
        return execute(simulator, plan, seed=seed, workers=workers, progress=progress, crew=crew)
    whole, is_told = len(plan), False

    def tell(done: int, total: int, left: float) -> None:
        nonlocal is_told
        is_told = True
        if progress is not None:
            progress(whole - total + done, whole, left)

    kept = sweep(
        simulator, plan, store, seed=seed, workers=workers, progress=tell, crew=crew,
        compacted=not grows, about=about,
    )  # fmt: skip
    if not is_told:
        tell(0, 0, 0.0)
    return kept.plan_frame()
