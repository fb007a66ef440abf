"""Emulations: meetings other than the Forum, each a scenario file, a statistic, and an interval.

To add one: write ``scenarios/emulations/NAME.yaml``, write a function (scenario, seed, replicate) ->
statistics, and list both in :data:`EMULATIONS`. To hold it against data, add a ``Pattern`` too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from gfmd_sim.errors import Sentence, UserError, did_you_mean, nearest
from gfmd_sim.evidence import a1r, chat, enclaves, posterior, teams
from gfmd_sim.evidence.calibrate import REAL_LUCK, applied
from gfmd_sim.experiments.design import Factor, Range, draw_worlds
from gfmd_sim.experiments.uncertainty import uncertainties
from gfmd_sim.language import N_
from gfmd_sim.scenario.files import load_scenario
from gfmd_sim.scenario.schema import Scenario

Statistics = Callable[[Scenario, int, int], dict[str, float]]
"""(scenario, seed, replicate) -> statistic -> value, of one meeting."""

SEED = 20_241_106
ONE_MEETING = Sentence(
    "95% predictive: where the value of one such meeting should fall, over luck and what is not known"
)
LEAST_ALIKE = 24  # meetings at the scenario's own parameters: what luck alone does


@dataclass(frozen=True)
class Emulation:
    """A meeting that the model emulates.

    Attributes
    ----------
    file, source
        The scenario, and whose meeting it is.
    statistics, named
        What is measured, and which of it the emulation is about, with definitions.
    interval
        What the limits of a statistic hold, and of how large a new sample.
    replicates
        Meetings behind an interval.
    blocks
        Blocks of the scenario whose uncertainties are drawn from their plausible ranges.
    ranges
        What else is drawn, evenly: path -> limits.
    is_fitted
        Whether the fitted parameters are drawn from the posterior: not where the emulation has
        data of its own to settle what they do.
    with_nuisance
        Whether what was fitted along with them (turns an item, what people know) is drawn too.
    luck
        How much more luck there is in real meetings than in emulated ones, by statistic.
    """

    name: str
    file: str
    statistics: Statistics
    named: Mapping[str, str]
    source: str
    interval: Sentence = ONE_MEETING
    replicates: int = 100
    blocks: tuple[str, ...] = ()
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    is_fitted: bool = True
    with_nuisance: bool = False
    luck: Mapping[str, float] = field(default_factory=dict)

    def scenario(self) -> Scenario:
        """The scenario, as its file says."""
        return load_scenario(self.file)

    def worlds(self, n: int, seed: int) -> list[dict[str, float]]:
        """``n`` plausible sets of parameters, by path."""
        drawn: list[Factor] = [Range(path, *limits) for path, limits in self.ranges.items()]
        drawn += [r for r in uncertainties(self.scenario()) if r.path.split(".")[0] in self.blocks]
        worlds = [
            {k: float(v) for k, v in w.items() if isinstance(v, int | float)}
            for w in (draw_worlds(drawn, n, seed) if drawn else [{}] * n)
        ]
        if not self.is_fitted:
            return worlds
        draws = posterior.samples(with_nuisance=self.with_nuisance)
        return [{**w, **draws[(i * len(draws)) // n]} for i, w in enumerate(worlds)]


@dataclass(frozen=True)
class Interval:
    """A statistic: mean and 95% limits of a new value over luck and what is not known;
    ``at_defaults``: the mean over luck alone at the scenario's own parameters."""

    mean: float
    low: float
    high: float
    at_defaults: float


_A1R = "Fishkin, Siu, Diamond, Bradburn 2021 (America in One Room)"
_DELI = "Karadzhov, Stafford, Vlachos 2023 (DeliData)"
_A1R_LUCK = dict.fromkeys(a1r.DEFINITIONS, REAL_LUCK)


def _of(definitions: Mapping[str, str], *names: str) -> dict[str, str]:
    return {name: definitions[name] for name in names or definitions}


def _listed(*emulations: Emulation) -> dict[str, Emulation]:
    return {e.name: e for e in emulations}


EMULATIONS: dict[str, Emulation] = _listed(
    Emulation(
        "a1r", "emulations/a1r", a1r.statistics, _of(a1r.DEFINITIONS), _A1R,
        with_nuisance=True, luck=_A1R_LUCK,
    ),
    Emulation(
        "a1r-immigration", "emulations/a1r-immigration", a1r.statistics,
        _of(a1r.DEFINITIONS, "peer_slope", "within_ratio", "gap_ratio"), _A1R,
        replicates=300, with_nuisance=True, luck=_A1R_LUCK,
    ),
    *(
        Emulation(
            f"chat-{n}", f"emulations/chat-{n}", chat.statistics,
            _of(chat.DEFINITIONS, "word_ratio", "word_gini", "unanimous"), _DELI,
            interval=Sentence(
                "95% predictive: where the value of {chats} chats of {n} should fall, over luck "
                "and what is not known", chats=chats, n=n,
            ),
            ranges=chat.RANGES, is_fitted=False, luck=chat.LUCK,
        )
        for n, chats in ((2, 100), (3, 100), (4, 100), (5, 40), (6, 20))
    ),
    Emulation(
        "like-minded", "emulations/like-minded", enclaves.statistics,
        _of(enclaves.DEFINITIONS, "shift_mixed", "shift_like_minded"),
        N_("Grönlund, Herne, Setälä 2015 (the kind of experiment; no outcome used)"),
        replicates=300, ranges=enclaves.RANGES, with_nuisance=True,
    ),
    Emulation(
        "team-formation", "emulations/team-formation", teams.statistics,
        _of(teams.DEFINITIONS, "interaction_ratio", "odds_ratio"),
        N_("Zajdela et al. 2022, Boudreau et al. 2017 (the kind of conference)"),
        interval=Sentence(
            "95% predictive: where the value of {n} conferences should fall, over luck and what is "
            "not known", n=teams.CONFERENCES,
        ),
        blocks=("trust", "partnering"),
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
            remedy=did_you_mean(close),
            key="--pattern",
        )
    return EMULATIONS[name]


def mean_at_defaults(
    name: str, replicates: int = 8, seed: int = SEED, values: Mapping[str, float] | None = None
) -> dict[str, float]:
    """The mean statistics at the scenario's own parameters, or with ``values`` set by path."""
    chosen = emulation(name)
    scenario = applied(chosen.scenario(), values or {})
    got = [chosen.statistics(scenario, seed, r) for r in range(replicates)]
    return {k: float(np.nanmean([g[k] for g in got])) for k in got[0]}


def predict(name: str, replicates: int | None = None, seed: int = SEED) -> dict[str, Interval]:
    """Every statistic of an emulation with its interval.

    Each of the ``replicates`` meetings has its own luck and its own plausible parameters, so that
    the interval is where the statistic of one new meeting should fall, 19 times in 20, if the model
    is right. Where real meetings are known to have more luck than emulated ones, each half of the
    interval is that much wider (normal luck, added in squares).
    """
    chosen = emulation(name)
    n = replicates or chosen.replicates
    base = chosen.scenario()
    plain = [chosen.statistics(base, seed, r) for r in range(min(n, max(LEAST_ALIKE, n // 4)))]
    drawn = [
        chosen.statistics(applied(base, world), seed, r)
        for r, world in enumerate(chosen.worlds(n, seed))
    ]
    return {
        key: _interval([d[key] for d in drawn], [p[key] for p in plain], chosen.luck.get(key, 1.0))
        for key in drawn[0]
    }


def _interval(drawn: list[float], alike: list[float], luck: float) -> Interval:
    value = np.array(drawn)
    value = value[np.isfinite(value)]
    if not value.size:
        return Interval(np.nan, np.nan, np.nan, np.nan)
    mean, (low, high) = float(value.mean()), np.quantile(value, [0.025, 0.975]).tolist()
    more = 1.96 * np.sqrt(luck**2 - 1.0) * float(np.nanstd(alike))
    return Interval(
        mean,
        mean - float(np.hypot(mean - low, more)),
        mean + float(np.hypot(high - mean, more)),
        float(np.nanmean(alike)),
    )
