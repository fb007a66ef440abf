"""What moves a measure, and where: on functions whose answer is known."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from gfmd_sim.errors import UserError
from gfmd_sim.experiments.design import cross, crossed, draw_worlds
from gfmd_sim.experiments.execute import execute
from gfmd_sim.experiments.factors import Choice, Range
from gfmd_sim.experiments.regions import find_box, where_it_matters
from gfmd_sim.experiments.samplers import sample
from gfmd_sim.experiments.sensitivity import sensitivity, shares
from gfmd_sim.streams import Decision, Streams
from tests.experiments.toys import ONE, Gauss


@dataclass(frozen=True)
class Sum:
    """a.big + a.small (uniform), b.rule (0, 1, 2 thirds), luck of standard deviation ``sd``."""

    sd: float = 0.2

    @property
    def identity(self):
        return {"model": "sum", "sd": self.sd}

    def run(self, levers, seed, replicate):
        luck = Streams(seed, replicate).normal(Decision.SUPPORT, ONE)[0, 0]
        y = levers["a.big"] + 0.3 * levers["a.small"] + 0.1 * "uvw".index(levers["b.rule"])
        return {"y": y + self.sd * luck, "flat": 1.0, "luck": luck}


FACTORS = [
    Range("a.big", 0, 1),
    Range("a.small", 0, 1),
    Choice("b.rule", ("u", "v", "w")),
    Range("c.nothing", 0, 1),
]
VARIANCE = {
    "a.big": 1 / 12,
    "a.small": 0.09 / 12,
    "b.rule": 0.01 * 2 / 3,
    "c.nothing": 0.0,
    "luck": 0.04,
}


@pytest.fixture(scope="module")
def by_sobol():
    plan = sample(FACTORS, "sobol", 512, seed=1)
    return plan, execute(Sum(), plan, workers=0)


def test_sobol_finds_the_true_shares_and_luck_is_one(by_sobol):
    """512 blocks: shares within 0.08 (3 standard errors) of the truth; what does nothing is 0."""
    got = sensitivity(*by_sobol, ["y"], held_by={"a.big": "lever", "b.rule": "lever"})
    got = got.set_index("factor")
    for name, variance in VARIANCE.items():
        truth = variance / sum(VARIANCE.values())
        assert got.loc[name, "total"] == pytest.approx(truth, abs=0.08)
        assert got.loc[name, "first"] == pytest.approx(truth, abs=0.08)
        assert got.loc[name, "total_low"] - 0.03 <= truth <= got.loc[name, "total_high"] + 0.03
    assert got.loc["c.nothing", "total"] == 0 and got.loc["c.nothing", "first"] == 0
    assert got["rank"].tolist() == [1, 2, 3, 4, 5] and got.index[0] == "a.big"
    assert got.loc["luck", "held_by"] == "nobody" and got.loc["a.big", "held_by"] == "lever"
    assert got.index[-1] == "c.nothing"


def test_new_luck_at_every_point_would_flatter_what_does_nothing(by_sobol):
    """Negative control: the same plan, each run with luck of its own."""
    plan, runs = by_sobol
    loose = runs.copy()
    luck = np.random.default_rng(1).standard_normal(len(runs))
    loose["y"] = loose["y"] - 0.2 * loose["luck"] + 0.2 * luck
    got = sensitivity(plan, loose, ["y"]).set_index("factor")
    assert got.loc["c.nothing", "total"] > 0.1


def test_shares_by_who_decides(by_sobol):
    held = {"a.big": "lever", "a.small": "uncertainty", "b.rule": "lever", "c.nothing": "lever"}
    got = shares(sensitivity(*by_sobol, ["y"], held_by=held)).set_index("held_by")["share"]
    assert got.sum() == pytest.approx(1)
    assert got["lever"] > got["nobody"] > got["uncertainty"] - 0.05
    assert abs(got["together"]) < 0.12


def test_a_measure_that_never_varies_has_no_indices(by_sobol):
    got = sensitivity(*by_sobol, ["flat", "luck"])
    assert got.loc[got["measure"] == "flat", "total"].isna().all()
    pure = got[(got["measure"] == "luck") & (got["factor"] == "luck")].iloc[0]
    assert pure["total"] == pytest.approx(1, abs=0.15)


def test_failed_blocks_are_left_out_and_said(by_sobol):
    plan, runs = by_sobol
    holes = runs.copy()
    holes.loc[3, "y"] = np.nan
    assert sensitivity(plan, holes, ["y"])["n_blocks"].iloc[0] == 511
    holes.loc[::7, "y"] = np.nan
    with pytest.raises(UserError, match="too few blocks"):
        sensitivity(plan, holes, ["y"])


def test_morris_ranks_and_measures_steps():
    plan = sample(FACTORS, "morris", 60, seed=1)
    got = sensitivity(plan, execute(Sum(), plan, workers=0), ["y"]).set_index("factor")
    assert got.loc["a.big", "mu_star"] == pytest.approx(2 / 3)
    assert got.loc["a.small", "mu_star"] == pytest.approx(0.2)
    assert got.loc["c.nothing", "mu_star"] == 0
    # the mean size of a difference of two normals: 2 sd / sqrt(pi); 60 steps, within 35%
    assert got.loc["luck", "mu_star"] == pytest.approx(2 * 0.2 / math.sqrt(math.pi), rel=0.35)
    assert got.loc["luck", "sigma"] > 0.1
    assert got.loc["a.big", "sigma"] == pytest.approx(0, abs=1e-9)


def test_other_sweeps_are_refused():
    plan = sample(FACTORS, "lhs", 10)
    with pytest.raises(UserError, match="made for it"):
        sensitivity(plan, execute(Sum(), plan, workers=0), ["y"])
    plan = sample(FACTORS, "morris", 10)
    with pytest.raises(UserError, match="no such measure"):
        sensitivity(plan, execute(Sum(), plan, workers=0), ["z"])


def cloud(seed, n=600):
    rng = np.random.default_rng(seed)
    points = pd.DataFrame(rng.random((n, 4)), columns=list("abcd"))
    points["rule"] = rng.choice(["u", "v", "w"], n)
    return rng, points


def test_a_box_that_is_there_is_found():
    rng, points = cloud(1)
    truth = (points["a"] > 0.6) & (points["b"] < 0.5) & (points["rule"] != "u")
    happens = (truth ^ (rng.random(len(points)) < 0.03)).to_numpy()
    box = find_box(points, happens)
    assert box.density > 0.75 > 3 * box.base and box.coverage > 0.6 and box.p_value < 1e-9
    assert box.limits["a"][0] == pytest.approx(0.6, abs=0.12)
    assert box.limits["b"][1] == pytest.approx(0.5, abs=0.12)
    assert box.limits["rule"] == ("v", "w")
    assert "a from" in str(box)


def test_where_there_is_no_box_none_is_claimed():
    """40 clouds of pure chance: p below .05 in at most 6 (1 in 300 at a true 5%)."""
    small = 0
    for seed in range(40):
        rng, points = cloud(seed, 200)
        small += find_box(points, rng.random(200) < 0.3).p_value < 0.05
    assert small <= 6
    with pytest.raises(UserError, match="too few"):
        find_box(points[:20], np.ones(20, dtype=bool))


def test_a_box_is_found_among_many_parameters_that_do_nothing():
    """12 clouds, 3 in 4 inside of a box of two of fifty parameters, 1 in 4 outside: at a power of .8
    fewer than 6 are found once in 250. Of mere luck, p below .05 in more than 3: once in 400."""
    found = lucky = 0
    for seed in range(12):
        rng = np.random.default_rng(seed)
        points = pd.DataFrame(rng.random((400, 50)), columns=[f"u{i}" for i in range(50)])
        chance = np.where((points["u0"] > 0.5) & (points["u1"] > 0.4), 0.75, 0.25)
        box = find_box(points, rng.random(400) < chance)
        found += box.p_value < 0.005 and {"u0", "u1"} <= set(box.limits)
        assert len(box.limits) <= 3
        lucky += find_box(points, rng.random(400) < 0.4).p_value < 0.05
    assert found >= 6 and lucky <= 3


def test_where_a_design_matters():
    """b - a is the world's w, so it matters where |w| is 1 or more: below -1 or above 1."""
    worlds = draw_worlds([Range("w", 0, 2), Range("q", 0, 1)], 200)
    truth = {"a": {"x": 0.0}, "b": {"x": 0.0}}
    plan = crossed(cross([Choice("d", ("a", "b"))]), 400, worlds, per_world=2)
    runs = execute(Gauss(truth, own=0.05), plan, workers=0)
    box = where_it_matters(runs, worlds, "b", "a", "x", 1.0)
    assert box.limits["w"][0] == pytest.approx(1, abs=0.15) and box.density > 0.85
    with pytest.raises(UserError, match="no such design"):
        where_it_matters(runs, worlds, "z", "a", "x", 1.0)
