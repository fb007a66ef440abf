"""Deffuant against NDlib on the same starting opinions.

The two draw their pairs each in its own way (NDlib one after the other, with repeats, the Forum a
fresh pairing of all in every sitting), so paths differ and what they have in common is compared: the
mean stays, and the opinions end in as many clusters at the same places. With 8 starts and a bound
where the number of clusters varies from run to run, the mean numbers differ by less than .75, which
is three standard errors of the difference (sd of the number about .5 in each).
"""

from __future__ import annotations

import random
import sys
import types
import warnings
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gfmd_sim.evidence import limits

N, RUNS = 120, 8


@cache
def _algorithmic_bias() -> tuple[Any, Any]:
    """NDlib's model of it, without its packages' ``__init__``.

    Those import every model, and with them six and scikit-learn, which NDlib 6.0.1 needs and does
    not ask for. Of six the one model here uses one thing.
    """
    folder = Path(pytest.importorskip("ndlib").__file__).parent
    for name in ("models", "models/opinions"):
        bare = types.ModuleType(f"ndlib.{name.replace('/', '.')}")
        bare.__path__ = [str(folder / name)]
        sys.modules.setdefault(bare.__name__, bare)
    if find_spec("six") is None:
        stand_in = types.ModuleType("six")
        stand_in.add_metaclass = lambda meta: lambda cls: cls  # type: ignore[attr-defined]
        sys.modules.setdefault("six", stand_in)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = import_module("ndlib.models.opinions.AlgorithmicBiasModel")
        config = import_module("ndlib.models.ModelConfig")
    return model.AlgorithmicBiasModel, config.Configuration


def _ndlib(starts: np.ndarray, bound: float, steps: int, seed: int) -> np.ndarray:
    import networkx as nx

    model_class, configuration = _algorithmic_bias()
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002 - NDlib draws from it
    model = model_class(nx.complete_graph(N), seed=seed)
    config = configuration()
    config.add_model_parameter("epsilon", bound)
    config.add_model_parameter("gamma", 0.0)
    model.set_initial_status(config)
    model.status = {i: float(x) for i, x in enumerate(starts)}
    model.initial_status = model.status.copy()
    model.sts = np.array([model.status[i] for i in model.ids])
    for _ in range(steps):
        model.iteration(node_status=False)
    return np.array([model.status[i] for i in range(N)])


def _clusters(x: np.ndarray, bound: float) -> list[float]:
    """Centres of the clusters that hold 5% or more."""
    ordered = np.sort(x)
    parts = np.split(ordered, np.flatnonzero(np.diff(ordered) > bound / 2) + 1)
    return [float(p.mean()) for p in parts if len(p) >= 0.05 * len(x)]


def _ours(bound: float, steps: int) -> np.ndarray:
    limit = limits.deffuant(N, 0.5, bound, steps, RUNS)
    return limits.trajectory(limit.forum(seed=5))


@pytest.mark.parametrize(("bound", "number"), [(0.5, 1), (0.25, 2)])
def test_the_same_clusters_from_the_same_starts(bound: float, number: int) -> None:
    path = _ours(bound, 60)
    counts: list[tuple[int, int]] = []
    lowest: list[tuple[float, float]] = []
    for run in range(RUNS):
        ours = path[-1][:, run]
        theirs = _ndlib(path[0][:, run], bound, 25, seed=run)
        assert theirs.mean() == pytest.approx(ours.mean(), abs=1e-9)
        mine, other = _clusters(ours, bound), _clusters(theirs, bound)
        counts.append((len(mine), len(other)))
        lowest.append((min(mine), min(other)))
    found = np.array(counts).mean(axis=0)
    assert abs(found[0] - found[1]) < 0.75
    assert np.median(np.array(counts)) == number
    gap = np.diff(np.array(lowest), axis=1)[:, 0]
    assert abs(gap.mean()) < 4.0 * max(gap.std(ddof=1) / np.sqrt(RUNS), 0.005)


def test_another_bound_is_told_apart() -> None:
    """Negative control: NDlib with half the bound does not agree."""
    path = _ours(0.5, 60)
    different = 0
    for run in range(4):
        theirs = _ndlib(path[0][:, run], 0.2, 25, seed=run)
        different += len(_clusters(theirs, 0.2)) != len(_clusters(path[-1][:, run], 0.5))
    assert different >= 3
