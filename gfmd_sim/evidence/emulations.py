"""Emulations: meetings other than the Forum, each a scenario file, a statistic, and an interval.

To add one: write ``scenarios/emulations/NAME.yaml``, write a function (scenario, seed, replicate) ->
statistics, and list both in :data:`EMULATIONS`. To hold it against data, add a ``Pattern`` too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from gfmd_sim.errors import UserError, nearest
from gfmd_sim.evidence import a1r, chat, enclaves, posterior, teams
from gfmd_sim.evidence.calibrate import applied
from gfmd_sim.experiments.design import Range, draw_worlds
from gfmd_sim.experiments.uncertainty import uncertainties
from gfmd_sim.scenario.files import load_scenario
from gfmd_sim.scenario.schema import Scenario

Statistics = Callable[[Scenario, int, int], dict[str, float]]
"""(scenario, seed, replicate) -> statistic -> value, of one meeting."""

SEED = 20_241_106


@dataclass(frozen=True)
class Emulation:
    """A meeting that the model emulates.

    ``file``: of the scenario; ``statistics``: what is measured; ``source``: whose meeting it is;
    ``replicates``: meetings behind an interval; ``rooms``: blocks whose uncertainties are drawn from
    their plausible ranges too, beside the posterior; ``fixed``: parameters of the posterior that
    this meeting settles itself.
    """

    name: str
    file: str
    statistics: Statistics
    source: str
    replicates: int = 100
    rooms: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()

    def with_values(self, scenario: Scenario, values: Mapping[str, float]) -> Scenario:
        """The scenario with parameters set by path, but for those that are fixed."""
        return applied(scenario, {k: v for k, v in values.items() if k not in self.fixed})

    def scenario(self) -> Scenario:
        """The scenario, as its file says."""
        return load_scenario(self.file)


@dataclass(frozen=True)
class Interval:
    """A statistic: mean and 95% limits of one such meeting over luck and what is not known;
    ``at_defaults``: the mean over luck alone at the scenario's own parameters."""

    mean: float
    low: float
    high: float
    at_defaults: float


_A1R = "Fishkin, Siu, Diamond, Bradburn 2021 (America in One Room)"
_DELI = "Karadzhov, Stafford, Vlachos 2023 (DeliData)"


def _listed(*emulations: Emulation) -> dict[str, Emulation]:
    return {e.name: e for e in emulations}


EMULATIONS: dict[str, Emulation] = _listed(
    Emulation("a1r", "emulations/a1r", a1r.statistics, _A1R),
    Emulation("a1r-immigration", "emulations/a1r-immigration", a1r.statistics, _A1R, 300),
    *(
        Emulation(
            f"chat-{n}", f"emulations/chat-{n}", chat.statistics, _DELI, fixed=("susceptibility",)
        )
        for n in (2, 3, 4, 5, 6)
    ),
    Emulation(
        "like-minded", "emulations/like-minded", enclaves.statistics,
        "Grönlund, Herne, Setälä 2015 (the kind of experiment; no outcome used)", 300,
    ),
    Emulation(
        "team-formation", "emulations/team-formation", teams.statistics,
        "Zajdela et al. 2022, Boudreau et al. 2017 (the kind of conference)", 100,
        ("trust", "partnering"),
    ),
)  # fmt: skip


def emulation(name: str) -> Emulation:
    """The emulation of that name.

    Raises
    ------
    UserError
        If there is none.
    """
    if name not in EMULATIONS:
        close = nearest(name, EMULATIONS)
        raise UserError(
            "there is no such emulation",
            given=name,
            allowed=", ".join([*EMULATIONS, "near-null"]),
            remedy=f"did you mean {close}?" if close else None,
            key="--pattern",
        )
    return EMULATIONS[name]


def mean_at_defaults(
    name: str, replicates: int = 8, seed: int = SEED, values: Mapping[str, float] | None = None
) -> dict[str, float]:
    """The mean statistics at the scenario's own parameters, or with ``values`` set by path."""
    chosen = emulation(name)
    scenario = chosen.with_values(chosen.scenario(), values or {})
    got = [chosen.statistics(scenario, seed, r) for r in range(replicates)]
    return {k: float(np.nanmean([g[k] for g in got])) for k in got[0]}


def predict(name: str, replicates: int | None = None, seed: int = SEED) -> dict[str, Interval]:
    """Every statistic of an emulation with its interval.

    Each of the ``replicates`` meetings has its own luck and its own draw of the posterior (and of
    the ranges of ``rooms``), so that the interval is where the statistic of one new meeting of this
    size should fall, 19 times in 20, if model and posterior are right.
    """
    chosen = emulation(name)
    n = replicates or chosen.replicates
    base = chosen.scenario()
    draws = posterior.samples()
    worlds = _worlds(base, chosen.rooms, n, seed)
    plain, drawn = [], []
    for r in range(n):
        draw = draws[(r * len(draws)) // n]
        if r < max(8, n // 4):
            plain.append(chosen.statistics(base, seed, r))
        drawn.append(chosen.statistics(chosen.with_values(base, {**worlds[r], **draw}), seed, r))
    out = {}
    for key in drawn[0]:
        value = np.array([d[key] for d in drawn])
        value = value[np.isfinite(value)]
        low, high = np.quantile(value, [0.025, 0.975]) if value.size else (np.nan, np.nan)
        mean = float(value.mean()) if value.size else float("nan")
        out[key] = Interval(
            mean, float(low), float(high), float(np.nanmean([p[key] for p in plain]))
        )
    return out


def _worlds(
    scenario: Scenario, rooms: tuple[str, ...], n: int, seed: int
) -> list[dict[str, float]]:
    ranges: list[Range] = [r for r in uncertainties(scenario) if r.path.split(".")[0] in rooms]
    if not ranges:
        return [{} for _ in range(n)]
    return [
        {k: float(v) for k, v in w.items() if isinstance(v, int | float)}
        for w in draw_worlds(ranges, n, seed)
    ]
