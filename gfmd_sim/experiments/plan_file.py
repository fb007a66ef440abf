"""A plan as files named by their content: designs, how they are run, and how worlds are drawn."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from gfmd_sim.errors import StoreError
from gfmd_sim.experiments.design import Design, Plan
from gfmd_sim.experiments.factors import factor_from_json, factor_to_json
from gfmd_sim.experiments.files import sha256
from gfmd_sim.experiments.order import Listed, order_from_json, order_to_json
from gfmd_sim.experiments.parts import to_bytes
from gfmd_sim.experiments.simulator import canonical_text
from gfmd_sim.experiments.worlds import NO_WORLD, worlds_from_json, worlds_to_json
from gfmd_sim.parquet import read_parquet


def plan_files(plan: Plan) -> dict[str, bytes]:
    """Name -> content of the files that hold a plan."""
    designs = pa.table(
        {
            "design": pa.array([d.label for d in plan.designs], pa.string()),
            "levers": pa.array([canonical_text(d.levers) for d in plan.designs], pa.string()),
        }
    )
    about = {"sampler": plan.sampler, "factors": [factor_to_json(f) for f in plan.factors]}
    contents = [("designs", "parquet", to_bytes(designs))]
    if isinstance(plan.order, Listed):
        columns = {"design": plan.design, "world": plan.world, "replicate": plan.replicate}
        if plan.unit is not None:
            columns |= {f"unit_{i}": u for i, u in enumerate(plan.unit.T)}
        told = canonical_text(about).encode()
        runs = pa.table(columns).replace_schema_metadata({b"plan": told})
        contents.append(("plan", "parquet", to_bytes(runs)))
    else:
        contents.append(("plan", "json", _text({**about, "order": order_to_json(plan.order)})))
    if plan.worlds != NO_WORLD:
        contents.append(("worlds", "json", _text(worlds_to_json(plan.worlds))))
    return {f"{kind}-{sha256(data)}.{suffix}": data for kind, suffix, data in contents}


_NAME = re.compile(r"(designs|plan|worlds)-[0-9a-f]{64}\.(parquet|json)")


def plans_in(folder: Path) -> list[Path]:
    """The files of any plan in a folder: named as :func:`plan_files` does, not alike by chance."""
    return [path for path in folder.glob("*-*") if _NAME.fullmatch(path.name)]


def _text(content: object) -> bytes:
    return (canonical_text(content) + "\n").encode()


def read_plan(folder: Path, names: Sequence[str]) -> Plan:
    """The plan that the files ``names`` (designs, runs, worlds) hold."""
    data = {}
    for name in names:
        path = folder / name
        try:
            data[name.partition("-")[0]] = path.suffix, path.read_bytes()
        except FileNotFoundError:
            raise StoreError("the plan is missing", file=path, remedy="resume the sweep") from None
        if sha256(data[name.partition("-")[0]][1]) != path.stem.partition("-")[2]:
            raise StoreError("the plan is damaged", file=path, remedy="resume the sweep")
    table = read_parquet(data["designs"][1])
    designs = tuple(
        Design(label, json.loads(levers))
        for label, levers in zip(
            table["design"].to_pylist(), table["levers"].to_pylist(), strict=True
        )
    )
    worlds = worlds_from_json(json.loads(data["worlds"][1])) if "worlds" in data else NO_WORLD
    suffix, content = data["plan"]
    unit, order = None, None
    if suffix == ".json":
        about = json.loads(content)
        order = order_from_json(about["order"])
    else:
        runs = read_parquet(content)
        about = json.loads(runs.schema.metadata[b"plan"])
        order = Listed(*(runs[c].to_numpy() for c in ("design", "world", "replicate")))
        points = [runs[c].to_numpy() for c in runs.column_names if c.startswith("unit_")]
        unit = np.column_stack(points) if points else None
    factors = tuple(factor_from_json(f) for f in about["factors"])
    return Plan(designs, order, worlds, about["sampler"], factors, unit)


def check_plan_file(path: Path) -> None:
    """Raise a StoreError if a file of the plan is missing or damaged."""
    if not path.exists():
        raise StoreError("it is missing")
    if sha256(path.read_bytes()) != path.stem.partition("-")[2]:
        raise StoreError("its content is not what its name promises")
