"""The posterior that ships: what America in One Room says about seven parameters.

``samples()`` are draws to take whole: the parameters trade off (a stronger pull of the table goes
with a heavier prior), so that drawing each from its own range would leave the data behind.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.evidence.data import FOLDER, columns
from gfmd_sim.scenario.schema import Scenario

FloatArray = NDArray[np.float64]

SUSCEPTIBILITY = "susceptibility"
SURVEY_NOISE = "experimental.survey_noise"


@functools.cache
def _draws() -> dict[str, FloatArray]:
    return columns("posterior.csv")


def names() -> tuple[str, ...]:
    """The parameters, by path; ``susceptibility`` is that of all groups together."""
    return tuple(k for k in _draws() if k not in nuisance())


def nuisance() -> tuple[str, ...]:
    """What was fitted along, and concerns that weekend only."""
    return tuple(about().get("nuisance", ()))


@functools.cache
def _rows() -> tuple[dict[str, float], ...]:
    table = _draws()
    rows = zip(*(v.tolist() for v in table.values()), strict=True)
    return tuple(dict(zip(table, row, strict=True)) for row in rows)


def samples(*, with_nuisance: bool = False) -> list[dict[str, float]]:
    """Every draw, as parameter path -> value; all are equally likely.

    ``with_nuisance``: for emulations of the weekend itself, with what was fitted along.
    """
    kept = tuple(_draws()) if with_nuisance else names()
    return [{k: row[k] for k in kept} for row in _rows()]


@functools.cache
def _order() -> tuple[int, ...]:
    """The draws along their first principal axis, standardised."""
    table = np.column_stack([_draws()[k] for k in names()])
    centred = (table - table.mean(axis=0)) / table.std(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    axis = axes[:, -1] * np.sign(axes[np.argmax(np.abs(axes[:, -1])), -1])
    return tuple(np.argsort(centred @ axis, kind="stable").tolist())


def at(u: float) -> dict[str, float]:
    """The draw at ``u`` in [0, 1): an even ``u`` is a draw of the posterior.

    Draws are ordered along their main axis, so that the whole posterior can be one factor of a
    sampler, and near values of ``u`` are near worlds along the ridge.
    """
    order = _order()
    row = _rows()[order[min(int(u * len(order)), len(order) - 1)]]
    return {k: row[k] for k in names()}


def point() -> dict[str, float]:
    """One round point within the posterior: what the defaults should be, by path."""
    return {k: float(v) for k, v in about()["point"].items()}


def levers(draw: Mapping[str, float], scenario: Scenario) -> dict[str, float]:
    """A draw as levers of a scenario of the Forum.

    What the scenario moved away from the point is its own affair and left out, as is the survey
    noise, which touches no result of the Forum. The fit knows one pooled susceptibility, whose point
    the scenario's own stand for: what holds people back, 1 - Lambda, is scaled by the same factor in
    every group.
    """
    middle = point()
    out = {}
    for path, value in draw.items():
        if path not in (SUSCEPTIBILITY, SURVEY_NOISE):
            block, name = path.split(".")
            if getattr(getattr(scenario, block), name) == middle[path]:
                out[path] = value
    factor = (1.0 - draw[SUSCEPTIBILITY]) / (1.0 - middle[SUSCEPTIBILITY])
    for group, spec in scenario.population.groups.items():
        if spec.share > 0:
            held = min(1.0, (1.0 - spec.susceptibility) * factor)
            out[f"population.groups.{group}.susceptibility"] = round(1.0 - held, 4)
    return out


@functools.cache
def about() -> dict[str, Any]:
    """How the samples were made, and their summary: ``posterior.json``."""
    text = (FOLDER / "posterior.json").read_text(encoding="utf-8")
    return dict(json.loads(text))
