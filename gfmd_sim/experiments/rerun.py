"""One row of a result folder, run again from the archive alone."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow.compute as pc

from gfmd_sim.errors import Sentence, StoreError
from gfmd_sim.experiments.parts import KEY_COLUMNS, store_id
from gfmd_sim.experiments.simulator import JSON, Simulator
from gfmd_sim.experiments.store import Store
from gfmd_sim.experiments.worker import Chunk, run_chunk


@dataclass(frozen=True)
class Rerun:
    """A stored run and the same run now.

    Attributes
    ----------
    levers, replicate
        What was run.
    stored, found
        Measures then and now; empty where the run failed.
    stored_failure, found_failure
        Reasons, None where it went well.
    """

    levers: Mapping[str, JSON]
    replicate: int
    stored: Mapping[str, float]
    found: Mapping[str, float]
    stored_failure: str | None
    found_failure: str | None

    @property
    def differences(self) -> dict[str, tuple[float | None, float | None]]:
        """Measure -> (stored, found) wherever they are not the same bits."""
        out = {}
        for name in {**self.stored, **self.found}:
            a, b = self.stored.get(name), self.found.get(name)
            both_undefined = a is not None and b is not None and math.isnan(a) and math.isnan(b)
            if a != b and not both_undefined:
                out[name] = (a, b)
        return out

    @property
    def is_same(self) -> bool:
        """Whether the run came out as it is stored, bit by bit."""
        return not self.differences and self.stored_failure == self.found_failure


def rerun(store: Store, run: str, simulator: Simulator) -> Rerun:
    """Run one row of a store again: :func:`find`, then :func:`again`."""
    return again(store, find(store, run, simulator), simulator)


def again(store: Store, row: Mapping[str, Any], simulator: Simulator) -> Rerun:
    """Run again what :func:`find` found."""
    levers = json.loads(row["levers"])
    one = np.zeros(1, np.int64)
    replicate = int(row["replicate"])
    outcome = run_chunk(simulator, store.seed, Chunk(one, [levers], one, one + replicate))
    stored_failure = row["failure"]
    skip = {*KEY_COLUMNS, *levers}
    found = {n: float(v) for n, v in zip(outcome.names, outcome.values[0], strict=True)}
    stored = {k: float(v) for k, v in row.items() if k not in skip and k in found}
    return Rerun(
        levers, replicate, {} if stored_failure else stored, found, stored_failure,
        outcome.failures.get(0),
    )  # fmt: skip


def find(store: Store, run: str, simulator: Simulator) -> Mapping[str, Any]:
    """A row of a store.

    Parameters
    ----------
    run
        The row's number in ``runs.parquet``, counting from 0, or DESIGN/REPLICATE.
    simulator
        As ``store.identity`` describes it.

    Raises
    ------
    StoreError
        If the simulator is another one, or there is no such run.
    """
    if store_id(simulator.identity, store.seed) != store.identifier:
        raise StoreError(
            "the results are of another scenario or model version",
            file=store.folder,
            given=simulator.identity.get("version"),
            allowed=str(store.identity.get("version")),
            remedy="check out the version that manifest.json names",
        )
    design, slash, replicate = run.rpartition("/")
    n, example = 0, ""
    for batch in store.batches():
        example = example or f"{batch['design'][0]}/{batch['replicate'][0]}"
        here = -1
        if slash and replicate.isdigit():
            named = pc.equal(batch["design"], design)
            here = pc.index(pc.and_(named, pc.equal(batch["replicate"], int(replicate))), True)
            here = here.as_py()
        elif run.isdigit() and n <= int(run) < n + len(batch):
            here = int(run) - n
        if here >= 0:
            found: dict[str, Any] = batch.slice(here, 1).to_pylist()[0]
            return found
        n += len(batch)
    raise StoreError(
        "no such run",
        file=store.folder,
        given=run,
        allowed=Sentence(
            "a row from 0 to {last}, or DESIGN/REPLICATE as in '{example}'",
            last=str(n - 1),
            example=example,
        ),
    )
