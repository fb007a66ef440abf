"""gfmd-sim: the consultations of the Global Forum on Migration and Development, simulated.

In the order in which a newcomer meets them: a :class:`Scenario` describes a Forum, :func:`simulate`
runs it, :func:`compare` holds designs against each other on the same luck, :func:`sweep` runs many
settings into a folder that survives anything, and :class:`ConsultationModel` is the Forum as a Mesa
model, stage by stage.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gfmd_sim.api import compare, simulate
    from gfmd_sim.experiments.forum_sweep import sweep
    from gfmd_sim.model import ConsultationModel, Delegate
    from gfmd_sim.scenario.files import load_scenario
    from gfmd_sim.scenario.schema import Scenario

__version__ = "0.1.0"

# Imported when first asked for, so that `--help` does not wait for numba, pandas and Mesa.
_HOME = {
    "Scenario": "gfmd_sim.scenario.schema",
    "load_scenario": "gfmd_sim.scenario.files",
    "simulate": "gfmd_sim.api",
    "compare": "gfmd_sim.api",
    "sweep": "gfmd_sim.experiments.forum_sweep",
    "ConsultationModel": "gfmd_sim.model",
    "Delegate": "gfmd_sim.model",
}

__all__ = [
    "ConsultationModel",
    "Delegate",
    "Scenario",
    "compare",
    "load_scenario",
    "simulate",
    "sweep",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'gfmd_sim' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
