"""Deffuant and Hegselmann-Krause, as configured limits of the one model, against NDlib."""

from __future__ import annotations

import random
import sys
import types
import warnings
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from gfmd_sim.errors import Sentence
from gfmd_sim.evidence import limits
from gfmd_sim.forum import Forum
from gfmd_sim.streams import Streams
from tests.benchmarks.speed.clock import cpu, race
from tests.benchmarks.speed.figures import Figure, Missing


class NoNDlib(RuntimeError):
    """NDlib is not there, or cannot be imported."""


@cache
def _ndlib() -> tuple[Any, Any, Any]:
    """Its two models and the configuration, without the packages' ``__init__``.

    Those import every model, and with them packages that NDlib does not ask for.
    """
    spec = find_spec("ndlib")
    if spec is None or spec.origin is None:
        raise NoNDlib("NDlib is not installed (pip install ndlib)")
    for name in ("models", "models/opinions"):
        bare = types.ModuleType(f"ndlib.{name.replace('/', '.')}")
        bare.__path__ = [str(Path(spec.origin).parent / name)]
        sys.modules.setdefault(bare.__name__, bare)
    _stand_in("six", add_metaclass=lambda meta: lambda cls: cls)
    _stand_in("sklearn")
    _stand_in("sklearn.metrics", jaccard_score=None)  # imported by its HK and not used
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            opinions = "ndlib.models.opinions"
            return (
                import_module(f"{opinions}.AlgorithmicBiasModel").AlgorithmicBiasModel,
                import_module(f"{opinions}.HKModel").HKModel,
                import_module("ndlib.models.ModelConfig").Configuration,
            )
    except (ImportError, AttributeError) as error:
        raise NoNDlib(f"NDlib cannot be imported: {error}") from error


def _is_installed(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ValueError:  # a stand-in of ours
        return False


def _stand_in(name: str, **values: Any) -> None:
    """A module with these values, where the real one is not installed."""
    if name not in sys.modules and not _is_installed(name.split(".")[0]):
        module = types.ModuleType(name)
        vars(module).update(values)
        sys.modules[name] = module


def _theirs(model_class: Any, n: int, steps: int, seed: int, **parameters: float) -> float:
    """Processor seconds of ``steps`` iterations among ``n`` in a complete graph."""
    import networkx as nx

    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002 - NDlib draws from it
    model = model_class(nx.complete_graph(n))
    config = _ndlib()[2]()
    for name, value in parameters.items():
        config.add_model_parameter(name, value)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.set_initial_status(config)

    def iterate() -> None:
        for _ in range(steps):
            model.iteration(node_status=False)

    return cpu(iterate)


def _ours(limit: limits.Limit) -> float:
    """Processor seconds of the limit's sittings, with nothing kept but the end."""
    forum = Forum(limit.setup(), Streams(0, 0))

    def hold() -> None:
        while not forum.is_over and forum.stages[forum.next_stage].name != "plenary":
            forum.step()

    return cpu(hold)


def against_ndlib(n: int, steps: int, rounds: int) -> Iterator[Figure | Missing]:
    """A step: as many pairs meet as half the people (Deffuant), everybody moves once (HK).

    NDlib's iteration of Deffuant is ``n`` meetings of two, ours ``n / 2``: ours are given twice
    as many. Its HK moves one person at a time (ndlib #263), so only the cost of a step compares.
    """
    try:
        bias, krause, _ = _ndlib()
    except NoNDlib as missing:
        yield Missing(
            "ndlib", Sentence("Deffuant and Hegselmann-Krause against NDlib"), str(missing)
        )
        return
    fresh = limits.deffuant(n, 0.5, 0.2, 2 * steps)
    starts = np.random.default_rng(0).random(n)
    krause_limit = limits.hegselmann_krause(starts, 0.2, steps)
    cases = {
        "deffuant": (lambda: _ours(fresh), lambda: _theirs(bias, n, steps, 1, epsilon=0.2, gamma=0.0)),
        "hegselmann-krause": (lambda: _ours(krause_limit), lambda: _theirs(krause, n, steps, 1, epsilon=0.2)),
    }  # fmt: skip
    for name, (ours, theirs) in cases.items():
        try:
            ran = race({"ours": ours, "theirs": theirs}, rounds)
        except Exception as error:  # noqa: BLE001 - whatever ails NDlib is not ours to mend
            why = Sentence(
                "NDlib fails: {kind}: {error}", kind=type(error).__name__, error=str(error)
            )
            yield Missing(f"ndlib.{name}", Sentence.joined("", [name]), why)
            continue
        about = Sentence(
            "NDlib on {name}, {n} people, {steps} steps, against the Forum configured as it",
            name=name, n=n, steps=steps,
        )  # fmt: skip
        yield Figure(
            f"ndlib.{name}", about, ran.ratio("theirs", "ours"), Sentence("times the engine")
        )
