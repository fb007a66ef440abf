"""The data files that ship with the package (``gfmd_sim/data``; its README has sources, licences)."""

from __future__ import annotations

import csv
import functools
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FOLDER = Path(__file__).resolve().parents[1] / "data"

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Target:
    """One observed number: value, 95% limits and sample size where known, and where it is from."""

    id: str
    quantity: str
    value: float
    low: float | None
    high: float | None
    n: int | None
    source_key: str
    kind: str


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a data file, as text."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def columns(name: str) -> dict[str, FloatArray]:
    """The numeric columns of a data file."""
    table = rows(name)
    out = {}
    for key in table[0]:
        try:
            out[key] = np.array([float(r[key]) for r in table])
        except ValueError:
            continue
    return out


@functools.cache
def targets() -> dict[str, Target]:
    """Every target by id."""

    def number(text: str) -> float | None:
        return float(text) if text else None

    return {
        r["id"]: Target(
            id=r["id"],
            quantity=r["quantity"],
            value=float(r["value"]),
            low=number(r["ci_low"]),
            high=number(r["ci_high"]),
            n=int(r["n"]) if r["n"] else None,
            source_key=r["source_key"],
            kind=r["kind"],
        )
        for r in rows("calibration_targets.csv")
    }


def items_before(block: str) -> dict[str, FloatArray]:
    """America in One Room before discussion: mean, variance, gap of the items of a block.

    ``block`` is ``immigration`` (9 items) or ``other`` (39 items).
    """
    mine = [r for r in rows("a1r_inputs.csv") if r["block"] == block]
    if not mine:
        raise ValueError(f"there is no block '{block}'")
    return {
        key: np.array([float(r[key]) for r in mine])
        for key in ("n", "mean_pre", "var_pre", "within_var_pre", "party_gap_pre")
    }
