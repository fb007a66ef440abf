"""A plan as files named by their content: designs, runs, and the worlds where some were drawn."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from gfmd_sim.errors import StoreError
from gfmd_sim.experiments.design import Design, Plan
from gfmd_sim.experiments.factors import Choice, Factor, Range
from gfmd_sim.experiments.files import (
    sha256,
)
from gfmd_sim.experiments.parts import to_bytes
from gfmd_sim.experiments.simulator import canonical_text


def _factor_to_json(factor: Factor) -> dict[str, Any]:
    return {"kind": type(factor).__name__.lower(), **asdict(factor)}


def _factor_from_json(content: Mapping[str, Any]) -> Factor:
    rest = {k: v for k, v in content.items() if k != "kind"}
    if content["kind"] == "choice":
        return Choice(rest["path"], tuple(rest["values"]))
    return Range(**rest)


def plan_files(plan: Plan) -> dict[str, bytes]:
    """Name -> content of the files that hold a plan."""
    designs = pa.table(
        {
            "design": pa.array([d.label for d in plan.designs], pa.string()),
            "levers": pa.array([canonical_text(d.levers) for d in plan.designs], pa.string()),
        }
    )
    columns = {"design": plan.design, "world": plan.world, "replicate": plan.replicate}
    if plan.unit is not None:
        columns |= {f"unit_{i}": u for i, u in enumerate(plan.unit.T)}
    about = {
        "sampler": plan.sampler,
        "factors": [_factor_to_json(f) for f in plan.factors],
    }
    runs = pa.table(columns).replace_schema_metadata({b"plan": canonical_text(about).encode()})
    tables = [("designs", designs), ("plan", runs)]
    if plan.worlds != ({},):
        # not in the metadata: Parquet's readers take no more than 100 MB there
        texts = pa.array([canonical_text(w) for w in plan.worlds], pa.large_string())
        tables.append(("worlds", pa.table({"world": texts})))
    out = {}
    for kind, table in tables:
        data = to_bytes(table)
        out[f"{kind}-{sha256(data)}.parquet"] = data
    return out


def read_plan(folder: Path, names: Sequence[str]) -> Plan:
    """The plan that the files ``names`` (designs, runs, worlds) hold."""
    tables = []
    for name in names:
        path = folder / name
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            raise StoreError("the plan is missing", file=path, remedy="resume the sweep") from None
        if sha256(data) != path.stem.partition("-")[2]:
            raise StoreError("the plan is damaged", file=path, remedy="resume the sweep")
        tables.append(pq.read_table(pa.BufferReader(data)))
    designs, runs, *worlds = tables
    about = json.loads(runs.schema.metadata[b"plan"])
    unit = [c for c in runs.column_names if c.startswith("unit_")]
    return Plan(
        tuple(
            Design(label, json.loads(levers))
            for label, levers in zip(
                designs["design"].to_pylist(), designs["levers"].to_pylist(), strict=True
            )
        ),
        runs["design"].to_numpy(),
        runs["replicate"].to_numpy(),
        tuple(map(json.loads, worlds[0]["world"].to_pylist())) if worlds else ({},),
        runs["world"].to_numpy(),
        about["sampler"],
        tuple(_factor_from_json(f) for f in about["factors"]),
        np.column_stack([runs[c].to_numpy() for c in unit]) if unit else None,
    )


def check_plan_file(path: Path) -> None:
    """Raise a StoreError if a file of the plan is missing or damaged."""
    if not path.exists():
        raise StoreError("it is missing")
    if sha256(path.read_bytes()) != path.stem.partition("-")[2]:
        raise StoreError("its content is not what its name promises")
