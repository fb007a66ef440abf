"""Several result folders of one scenario, version and seed, put together as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from gfmd_sim.advance import Advance
from gfmd_sim.errors import Sentence, StoreError
from gfmd_sim.experiments.design import Design, Plan
from gfmd_sim.experiments.order import IntArray, Joined
from gfmd_sim.experiments.queue import Meter
from gfmd_sim.experiments.runs import Runs
from gfmd_sim.experiments.samplers import DRAWN
from gfmd_sim.experiments.store import Store
from gfmd_sim.experiments.worlds import JoinedWorlds
from gfmd_sim.experiments.writer import StoreWriter


def merge(
    folders: Sequence[str | Path],
    into: str | Path,
    *,
    progress: Advance | None = None,
    compacting: Advance | None = None,
) -> Store:
    """Put what ``folders`` hold into ``into`` (new, empty, or a store of the same sweep).

    Each run counts once, wherever it is found. The plan of the whole is all plans one after
    another, the earlier folders' first; where they use a name for different levers, the later
    one's is numbered. ``progress`` is told of rows taken, ``compacting`` of rows put together.

    Raises
    ------
    StoreError
        If the folders' simulator or seed differ, or a folder is not a result folder.
    """
    stores = [Store.open(f) for f in folders]
    if not stores:
        raise StoreError("nothing to merge")
    first = stores[0]
    for store in stores[1:]:
        if store.identifier != first.identifier:
            raise StoreError(
                "the folders hold results of different scenarios, model versions or seeds",
                file=store.folder,
                given=f"seed {store.seed}",
                allowed=Sentence(
                    "what {folder} holds (seed {seed})", folder=first.folder, seed=str(first.seed)
                ),
            )
    if any(s.folder.resolve() == Path(into).resolve() for s in stores):
        raise StoreError("a folder cannot be merged into itself", file=into)
    each = {tuple(s.manifest["plan"]): s for s in stores}  # parts of one sweep have one plan
    plan = joined([s.plan() for s in each.values()])
    with StoreWriter(into, first.identity, first.seed, Runs(plan)) as writer:
        found = [store.parts() for store in stores]
        meter = Meter(sum(part.n_rows for parts in found for part in parts), progress)
        for store, parts in zip(stores, found, strict=True):
            for part in parts:
                writer.take(part)
                meter.add(part.n_rows)
            writer.take_journals(store.folder)
        writer.compact(compacting)
    return Store.open(into)


def joined(plans: Sequence[Plan]) -> Plan:
    """All runs of all plans, one plan after another."""
    if len(plans) == 1:
        return plans[0]
    designs: list[Design] = []
    code: dict[Design, int] = {}
    names: list[IntArray] = []
    worlds: list[int] = []
    labels: set[str] = set()
    for plan in plans:
        for design in plan.designs:
            if design not in code:
                label, n = design.label, 2
                while label in labels:
                    label, n = f"{design.label} ({n})", n + 1
                labels.add(label)
                code[design] = len(designs)
                designs.append(Design(label, design.levers))
        names.append(np.array([code[d] for d in plan.designs], np.int64))
        worlds.append(sum(len(p.worlds) for p in plans[: len(worlds)]))
    order = Joined(tuple(p.order for p in plans), tuple(names), tuple(worlds))
    whole = Plan(tuple(designs), order, JoinedWorlds(tuple(p.worlds for p in plans)))
    drawn = [p for p in plans if p.sampler in DRAWN]
    if not drawn:
        return whole
    # what was drawn stays a sample: its points are no designs to hold against each other
    alike = all(p.factors == drawn[0].factors for p in plans)
    return replace(whole, sampler=drawn[0].sampler, factors=drawn[0].factors if alike else ())
