"""Comparisons whose truth is known, and a look at pictures."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import numpy as np
import pandas as pd

from gfmd_sim.experiments.compare import Comparison, compare_runs

SMALLEST = {
    "convergence": 0.05,
    "solutions": 0.05,
    "partnerships": 1.0,
    "voice": 0.03,
    "continuity": 0.03,
}


def made_comparison(
    effects: dict[str, dict[str, float]], n: int = 60, noise: float = 0.01
) -> Comparison:
    """A comparison whose truth is known: design -> measure -> difference from ``balanced``."""
    luck = np.random.default_rng(7)
    common = {m: luck.normal(0.5, 0.05, n) for m in SMALLEST}
    parts = []
    for design in ("balanced", *effects):
        part = pd.DataFrame({"design": design, "world": 0, "replicate": range(n), "failure": None})
        for m, smallest in SMALLEST.items():
            own = luck.normal(0, noise * smallest / 0.05, n) if design != "balanced" else 0.0
            part[m] = common[m] + effects.get(design, {}).get(m, 0.0) + own
        part["voice_share.states"] = 1.1 + luck.normal(0, 0.01, n)
        part["voice_share.youth"] = 0.8 + luck.normal(0, 0.01, n)
        parts.append(part)
    runs = pd.concat(parts, ignore_index=True)
    return compare_runs(runs, ["balanced", *effects], SMALLEST)


def is_sound(picture: str) -> bool:
    """Whether a picture is well-formed and all its coordinates are numbers."""
    shapes = [
        value
        for element in ET.fromstring(picture).iter()
        for name, value in element.attrib.items()
        if name != "aria-label"
    ]
    return not any(word in value for value in shapes for word in ("nan", "inf"))
