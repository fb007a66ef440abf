"""What America in One Room says about seven parameters: fit, recovery, and the files they leave.

    python -m gfmd_sim.evidence.calibrate            # makes gfmd_sim/data/posterior.csv, .json
    python -m gfmd_sim.evidence.calibrate --recover  # known parameters found again

Each simulation is one weekend of the emulation ``scenarios/emulations/a1r.yaml`` with its own luck,
so that the posterior has in it what one weekend can say and no more.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.evidence import a1r
from gfmd_sim.evidence.abc import (
    Box,
    Population,
    adjusted,
    population_monte_carlo,
    recover,
    resampled,
    sample_prior,
)
from gfmd_sim.evidence.data import FOLDER, targets
from gfmd_sim.scenario.files import load_scenario
from gfmd_sim.scenario.schema import AbstractAgenda, Scenario
from gfmd_sim.streams import Decision, Streams

FloatArray = NDArray[np.float64]

PRIOR: dict[str, tuple[float, float]] = {
    "opinion.table_pull": (0.0, 0.6),
    "opinion.argument_weight": (0.1, 1.0),
    "opinion.prior_weight": (0.5, 12.0),
    "discussion.learning": (0.2, 1.0),
    "discussion.biased_processing": (0.0, 3.0),
    "susceptibility": (0.7, 1.0),
    "experimental.survey_noise": (0.12, 0.28),
}
"""Even priors, wider than anybody would bet; ``susceptibility`` is that of every group."""

NUISANCE: dict[str, tuple[float, float]] = {
    "population.knows_own": (0.1, 0.5),
    "discussion.own_side": (0.0, 2.0),
    "turns_an_item": (8.0, 20.0),
}
"""What nobody knows about that weekend and the fit must not take for known; drawn with the rest. It
is shipped for emulations of that weekend, and is no part of the uncertainty of the Forum."""

FITTED: dict[str, str] = {
    "own_slope": "A1R_OWN",
    "peer_slope": "A1R_PEER",
    "within_ratio": "A1R_WITHIN",
    "icc_after": "A1R_ICC_POST",
    "table_sd": "A1R_TABLE_SD",
    "residual_sd": "A1R_RESID_SD",
    "gap_ratio": "A1R_GAP",
}
"""Statistic -> target. The other statistics are left to check the fit with."""

POINT: dict[str, float] = {
    "opinion.table_pull": 0.25,
    "opinion.argument_weight": 0.85,
    "opinion.prior_weight": 1.8,
    "discussion.learning": 0.8,
    "discussion.biased_processing": 1.7,
    "susceptibility": 0.91,
    "experimental.survey_noise": 0.22,
}
"""The defaults of the schema: one round point inside the posterior, on the ridge that it lies on
(the medians of the margins need not), at which every fitted statistic comes within one ``scale`` of
the observed. ``susceptibility`` is the pooled value of .85 for states and .95 for the others."""

DRAWN = {**PRIOR, **NUISANCE}

SLACK = 0.05
"""No statistic has to be met more closely than to 5%: the model is not that good."""

N_LUCK = 60

REAL_LUCK = 1.9
"""How much more luck there is in a real weekend than in an emulated one. Resampling tables gives the
slopes of the data a standard error of .011 and .045, those of emulated weekends .0058 and .0236:
people's answers and a table's fate hang together over items more than the model has it."""


def applied(scenario: Scenario, values: Mapping[str, float]) -> Scenario:
    """A scenario with these parameters, by path as in :data:`PRIOR`.

    ``susceptibility`` sets that of all groups; the survey noise of an emulation of America in One
    Room changes the state before with it.
    """
    out = scenario
    for path, value in values.items():
        if path == "experimental.survey_noise":
            continue
        if path == "turns_an_item":
            assert isinstance(out.agenda, AbstractAgenda)
            turns = {"n_turns": round(value * out.agenda.n_solutions)}
            discussion = out.discussion.model_copy(update=turns)
            out = out.model_copy(update={"discussion": discussion})
            continue
        if path == "susceptibility":
            groups = {
                g: s.model_copy(update={"susceptibility": float(value)})
                for g, s in out.population.groups.items()
            }
            population = out.population.model_copy(update={"groups": groups})
            out = out.model_copy(update={"population": population})
            continue
        room, name = path.split(".")
        block = getattr(out, room).model_copy(update={name: float(value)})
        out = out.model_copy(update={room: block})
    noise = values.get("experimental.survey_noise")
    if noise is not None and out.experimental.starts is not None and out.experimental.survey_noise:
        out = a1r.with_noise(out, float(noise))
    return out


def observed() -> FloatArray:
    """The fitted targets, in the order of :data:`FITTED`."""
    return np.array([targets()[key].value for key in FITTED.values()])


class Weekend:
    """Parameters and a number -> the fitted statistics of one weekend, with the luck of a real one.

    Attributes
    ----------
    luck
        Standard deviation of each statistic over emulated weekends at the scenario's parameters.
    """

    def __init__(self, seed: int = 0, n_luck: int = N_LUCK) -> None:
        self.scenario = load_scenario("emulations/a1r")
        self.seed = seed
        alike = [self.emulated(self.scenario, 10**6 + r) for r in range(n_luck)]
        self.luck = np.asarray(np.std(alike, axis=0, ddof=1))

    def emulated(self, scenario: Scenario, number: int) -> FloatArray:
        """The statistics as the model alone gives them."""
        got = a1r.statistics(scenario, self.seed, number)
        return np.array([got[name] for name in FITTED])

    def __call__(self, theta: FloatArray, number: int) -> FloatArray:
        values = dict(zip(DRAWN, theta.tolist(), strict=True))
        error = Streams(self.seed, number).normal(
            Decision.CALIBRATION, np.zeros(1, np.uint32), len(FITTED), roundtable=3
        )[0]
        more = np.sqrt(REAL_LUCK**2 - 1.0) * self.luck
        return np.asarray(self.emulated(applied(self.scenario, values), number) + more * error)

    @property
    def scale(self) -> FloatArray:
        """What a difference counts: the luck of a real weekend, and :data:`SLACK`."""
        return np.asarray(np.hypot(REAL_LUCK * self.luck, SLACK * observed()))


def fit(
    n: int = 1200, seed: int = 0, n_samples: int = 1000, quiet: bool = False
) -> tuple[FloatArray, Population, FloatArray]:
    """(samples of the posterior, in the order of :data:`DRAWN`; their particles; the scale)."""
    box, simulate = Box.of(DRAWN), Weekend(seed)
    scale = simulate.scale

    def tell(done: int, tolerance: float, accepted: float) -> None:
        if not quiet:
            print(
                f"{done} weekends, distance under {tolerance:.2f}, {accepted:.0%} got in",
                file=sys.stderr,
                flush=True,
            )

    found = population_monte_carlo(
        box,
        observed(),
        scale,
        simulate,
        n=n,
        seed=seed,
        least_accepted=0.1,
        most_steps=20,
        tell=tell,
    )
    moved, weight = adjusted(box, found.theta, found.statistics, found.weight, observed(), scale)
    return resampled(moved, weight, n_samples, seed), found, scale


def write(
    samples: FloatArray, found: Population, scale: FloatArray, settings: Mapping[str, int]
) -> None:
    """The posterior as ``posterior.csv``, and how it was made as ``posterior.json``."""
    from gfmd_sim.experiments.forum_simulator import model_version

    with (FOLDER / "posterior.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(DRAWN)
        out.writerows([[f"{v:.4f}" for v in row] for row in samples.tolist()])
    quantiles = np.quantile(samples, [0.025, 0.25, 0.5, 0.75, 0.975], axis=0)
    about = {
        "command": "python -m gfmd_sim.evidence.calibrate "
        + " ".join(f"--{k} {v}" for k, v in settings.items()),
        "model_version": model_version(),
        "settings": dict(settings),
        "n_simulated": found.n_simulated,
        "largest_distance": round(float(found.distance.max()), 3),
        "acceptance": [round(a, 3) for a in found.acceptance],
        "point": POINT,
        "prior": {k: list(v) for k, v in DRAWN.items()},
        "nuisance": list(NUISANCE),
        "real_luck": REAL_LUCK,
        "fitted": {k: targets()[t].value for k, t in FITTED.items()},
        "scale": dict(zip(FITTED, np.round(scale, 5).tolist(), strict=True)),
        "summary": {
            name: {
                "mean": round(float(samples[:, j].mean()), 4),
                **{
                    f"q{q}": round(float(v), 4)
                    for q, v in zip((2.5, 25, 50, 75, 97.5), quantiles[:, j], strict=True)
                },
            }
            for j, name in enumerate(DRAWN)
        },
        "correlation": np.round(np.corrcoef(samples.T), 2).tolist(),
    }
    text = json.dumps(about, indent=1, ensure_ascii=False) + "\n"
    (FOLDER / "posterior.json").write_text(text, encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    """The command line of this module."""
    parser = argparse.ArgumentParser(prog="python -m gfmd_sim.evidence.calibrate")
    parser.add_argument("--n", type=int, default=1200, help="particles of the first generation")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--recover", action="store_true", help="find known parameters again")
    parser.add_argument("--tests", type=int, default=200, help="how many, with --recover")
    asked = parser.parse_args(arguments)
    if asked.recover:
        box, simulate = Box.of(DRAWN), Weekend(asked.seed)
        theta, statistics = sample_prior(box, asked.n, simulate, asked.seed + 5)
        found = recover(box, theta, statistics, simulate.scale, n_tests=asked.tests)
        print(f"{'parameter':32}" + "".join(f"{f'in {q:.0%}':>10}" for q in found.levels)
              + f"{'explained':>12}")  # fmt: skip
        for j, name in enumerate(found.names):
            shares = "".join(f"{share:10.2f}" for share in found.covered[:, j])
            print(f"{name:32}{shares}{found.explained[j]:12.2f}")
        print(f"{found.n_tests} tests: a share of .95 has a standard error of "
              f"{np.sqrt(0.95 * 0.05 / found.n_tests):.3f}")  # fmt: skip
        return 0
    samples, found_at, scale = fit(asked.n, asked.seed)
    write(samples, found_at, scale, {"n": asked.n, "seed": asked.seed})
    print(f"wrote {Path(FOLDER / 'posterior.csv')}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
