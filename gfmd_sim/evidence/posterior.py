"""The posterior that ships: what America in One Room says about seven parameters.

``samples()`` are draws to take whole: the parameters trade off (a stronger pull of the table goes
with a heavier prior), so that drawing each from its own range would leave the data behind.
"""

from __future__ import annotations

import functools
import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.evidence.data import FOLDER, columns

FloatArray = NDArray[np.float64]

SUSCEPTIBILITY = "susceptibility"
SURVEY_NOISE = "experimental.survey_noise"


@functools.cache
def _draws() -> dict[str, FloatArray]:
    return columns("posterior.csv")


def names() -> tuple[str, ...]:
    """The parameters, by path; ``susceptibility`` is that of all groups together."""
    return tuple(_draws())


def samples() -> list[dict[str, float]]:
    """Every draw, as parameter path -> value; all are equally likely."""
    table = _draws()
    rows = zip(*(v.tolist() for v in table.values()), strict=True)
    return [dict(zip(table, row, strict=True)) for row in rows]


def levers(
    draw: dict[str, float], susceptibility: dict[str, float], pooled: float
) -> dict[str, float]:
    """A draw as levers of a scenario of the Forum.

    Parameters
    ----------
    susceptibility
        Group id -> the scenario's own value. The fit knows one pooled value; a group keeps its
        distance from it on the scale of what holds it back: 1 - Lambda is scaled by the same
        factor in every group.
    pooled
        The pooled value for which the scenario's own stand (see :func:`point`).

    The survey noise is left out: it touches no result of the Forum.
    """
    out = {k: v for k, v in draw.items() if k not in (SUSCEPTIBILITY, SURVEY_NOISE)}
    factor = (1.0 - draw[SUSCEPTIBILITY]) / (1.0 - pooled)
    for group, value in susceptibility.items():
        held = min(1.0, (1.0 - value) * factor)
        out[f"population.groups.{group}.susceptibility"] = round(1.0 - held, 4)
    return out


@functools.cache
def about() -> dict[str, Any]:
    """How the samples were made, and their summary: ``posterior.json``."""
    text = (FOLDER / "posterior.json").read_text(encoding="utf-8")
    return dict(json.loads(text))
