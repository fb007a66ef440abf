"""Comparison with fixed replicates, on simulated truths.

Coverage tests count simulated experiments; each states the chance that a right program fails.
"""

import numpy as np
import pandas as pd
import pytest

from gfmd_sim.errors import UserError
from gfmd_sim.experiments.compare import (
    BASELINE,
    CANNOT_TELL,
    DOES_NOT_MATTER,
    MATTERS,
    compare_runs,
)
from gfmd_sim.experiments.compare import compare as compare_anywhere
from gfmd_sim.experiments.design import cross, draw_worlds
from gfmd_sim.experiments.factors import Choice, Range
from gfmd_sim.experiments.statistics import (
    chance_of_best,
    more_units,
    simultaneous,
    split_spread,
)
from tests.experiments.toys import Gauss, Trouble, Twins

TRUTH = {
    "a": {"x": 0.0, "y": 0.0},
    "b": {"x": 2.0, "y": 0.01},
    "c": {"x": -2.0, "y": 0.2},
}
DESIGNS = cross([Choice("d", ("a", "b", "c"))])


def compare(*args, **kwargs):
    return compare_anywhere(*args, workers=0, **kwargs)


def noise(seed, *shape):
    return np.random.default_rng(seed).standard_normal(shape)


def test_verdicts_on_known_truths():
    got = compare(Gauss(TRUTH), DESIGNS, {"x": 0.5, "y": 0.5}, replicates=200)
    assert got.cell("b", "x")["verdict"] == MATTERS
    assert got.cell("b", "x")["direction"] == "higher"
    assert got.cell("c", "x")["direction"] == "lower"
    assert got.cell("b", "y")["verdict"] == DOES_NOT_MATTER
    assert got.cell("a", "y")["verdict"] == BASELINE
    assert got.cell("b", "x")["p_best"] > 0.999
    assert got.cell("c", "x")["expected_loss"] == pytest.approx(4, abs=0.4)
    # common luck has variance 4, each design's own 1: (4+1+4+1) / (1+1)
    assert got.cell("b", "x")["pairing_gain"] == pytest.approx(5, rel=0.4)
    assert got.cell("b", "x")["n"] == 200
    assert got.n_failed == 0
    few = compare(Gauss(TRUTH), DESIGNS, {"x": 0.5, "y": 0.1}, replicates=20)
    row = few.cell("c", "y")
    assert row["verdict"] == CANNOT_TELL and row["more_replicates"] > 0
    assert not few.is_clear
    assert any("more replicates" in s for s in few.sentences())
    assert len(few.sentences()) == 4


def test_baseline_can_be_named_and_order_is_kept():
    got = compare(Gauss(TRUTH), DESIGNS, {"x": 0.5}, replicates=50, baseline="b")
    assert got.frame["design"].tolist() == ["a", "b", "c"]
    assert got.cell("a", "x")["difference"] == pytest.approx(-2, abs=0.8)


def test_an_untouched_measure_differs_by_exactly_nothing():
    got = compare(Twins(), cross([Choice("twin", (0, 1))]), {"same": 0.0, "other": 0.1})
    row = got.cell("1", "same")
    assert (row["difference"], row["low"], row["high"]) == (0.0, 0.0, 0.0)
    assert row["verdict"] == DOES_NOT_MATTER and row["direction"] == ""
    assert row["p_best"] == pytest.approx(0.5)
    assert "same in every run" in " ".join(got.sentences())
    # and it does not widen the other interval: the family is the cells that can differ
    alone = compare(Twins(), cross([Choice("twin", (0, 1))]), {"other": 0.1})
    assert alone.cell("1", "other")["low"] == pytest.approx(row_low(got, "1", "other"), rel=0.02)


def row_low(got, design, measure):
    return got.cell(design, measure)["low"]


def test_failed_runs_leave_their_replicate_out_for_all_designs():
    got = compare(
        Trouble("raise", at=(3, 7)), cross([Choice("d", (0, 1))]), {"m0": 0.1}, replicates=20
    )
    assert got.n_failed == 4
    assert got.cell("1", "m0")["n"] == 18
    assert got.cell("1", "m0")["difference"] == pytest.approx(1)
    one_sided = got.runs.copy()
    one_sided.loc[(one_sided["design"] == "1") & (one_sided["replicate"] == 0), "failure"] = "x"
    again = compare_runs(one_sided, ["0", "1"], {"m0": 0.1})
    assert again.cell("0", "m0")["n"] == 17


def test_undefined_values_leave_only_their_cell():
    values = noise(1, 40, 3)
    values[:10, 1] = np.nan
    got = simultaneous(values)
    assert got.n.tolist() == [40, 30, 40]
    assert np.isfinite(got.low).all()
    values[:, 2] = np.nan
    got = simultaneous(values)
    assert got.n[2] == 0 and not np.isfinite(got.mean[2])
    assert np.isinf(simultaneous(values[:1]).high[0])


@pytest.mark.parametrize(
    ("kwargs", "text"),
    [
        ({"designs": DESIGNS[:1]}, "at least two"),
        ({"baseline": "z"}, "no such design"),
        ({"smallest_effects": {"x": -1}}, "0 or more"),
        ({"smallest_effects": {"xx": 1}}, "did you mean x"),
        ({"smallest_effects": {}}, "no measure"),
    ],
)
def test_bad_questions_get_one_clear_message(kwargs, text):
    args = {"designs": DESIGNS, "smallest_effects": {"x": 1.0}, **kwargs}
    with pytest.raises(UserError, match=text):
        compare(
            Gauss(TRUTH), args.pop("designs"), args.pop("smallest_effects"), replicates=5, **args
        )


def test_same_data_same_limits():
    x = noise(2, 30, 4)
    one, again = simultaneous(x), simultaneous(x)
    assert np.array_equal(one.low, again.low)


def skewed(rng, n, k):
    return rng.exponential(size=(n, k)) - 1 + 0.5 * (rng.exponential(size=(n, 1)) - 1)


def sparse(rng, n, k):
    return np.where(rng.random((n, k)) < 0.1, 1.0, 0.0) - 0.1


def gaussian(rng, n, k):
    return rng.standard_normal((n, k)) + rng.standard_normal((n, 1))


@pytest.mark.slow
@pytest.mark.parametrize("draw", [gaussian, skewed, sparse])
def test_fixed_intervals_cover_all_cells_at_once(draw):
    """400 experiments, 20 cells, 100 units: at a true 93% fewer than 356 would be 3.1 standard
    errors off (1 in 1,000). Measured: gaussian 378, skewed 386, sparse 399 (rare events make
    the intervals cautious)."""
    rng = np.random.default_rng(11)
    covered = 0
    for i in range(400):
        got = simultaneous(draw(rng, 100, 20), seed=i)
        covered += bool(((got.low <= 0) & (got.high >= 0)).all())
    assert covered >= 356
    assert draw is sparse or covered <= 397  # at a true 97%: 1 in 1,000 is more


@pytest.mark.slow
def test_separate_intervals_would_not_cover_at_once():
    """Negative control: 1.96 standard errors a cell cover all 20 in well under 80%."""
    rng = np.random.default_rng(11)
    covered = 0
    for _ in range(400):
        x = gaussian(rng, 100, 20)
        half = 1.96 * x.std(axis=0, ddof=1) / 10
        covered += bool((np.abs(x.mean(axis=0)) <= half).all())
    assert covered < 320


@pytest.mark.slow
def test_designs_equal_in_distribution_rarely_matter():
    """At most 5% of 300 experiments with smallest effect 0 may say "matters" at all.

    Chance that a right program (5%) shows more than 28: 1 in 1,000."""
    rng = np.random.default_rng(5)
    cried = 0
    for i in range(300):
        x = gaussian(rng, 60, 20)
        got = simultaneous(x, seed=i)
        cried += bool(((got.low > 0) | (got.high < 0)).any())
    assert cried <= 28


def test_shrinkage_gives_an_honest_chance_of_being_best():
    """400 sets of 6 designs: when it says p, the pick is right in about p (within 0.07: 3
    standard errors). Without shrinkage the same picks claim at least 0.07 more than they hold."""
    rng = np.random.default_rng(3)
    said, flat, right = [], [], 0
    for i in range(400):
        truth = 0.5 * rng.standard_normal(6)
        covariance = np.eye(6) * 0.5
        seen = truth + np.sqrt(0.5) * rng.standard_normal(6)
        best = chance_of_best(seen, covariance, 0.0, seed=i)
        pick = int(seen.argmax())
        said.append(best.p_best[pick])
        draws = seen + np.sqrt(0.5) * rng.standard_normal((500, 6))
        flat.append((draws.argmax(axis=1) == pick).mean())
        right += truth[pick] == truth.max()
    assert abs(np.mean(said) - right / 400) < 0.07
    assert np.mean(flat) - right / 400 > 0.07


def test_chance_of_best_sums_to_one_and_twins_share_it():
    got = chance_of_best(np.array([1.0, 1.0, 0.0]), np.full((3, 3), 0.3), 0.1)
    assert got.p_best.sum() == pytest.approx(1)
    assert got.p_best.tolist() == pytest.approx([0.5, 0.5, 0])
    assert got.p_practically_best.tolist() == [1, 1, 0]
    assert got.expected_loss[2] == pytest.approx(1)
    own = chance_of_best(np.array([1.0, 0.9, 0.0]), 0.01 * np.eye(3), 0.2)
    assert own.p_best[0] > own.p_best[1] > own.p_best[2]
    assert own.p_practically_best[1] > 0.7


def test_less_can_be_better():
    got = compare(Gauss(TRUTH), DESIGNS, {"x": 0.5}, replicates=50, lower_is_better=["x"])
    assert got.cell("c", "x")["p_best"] > 0.99


def test_more_replicates_is_about_right():
    """With the number it asks for, the interval is clear in about 80% of 300 trials (65-95%)."""
    rng = np.random.default_rng(8)
    mean, sd, smallest, q = 0.8, 2.0, 0.5, 2.6
    n = 50 + more_units(mean, sd / np.sqrt(50), 50, q, smallest)
    clear = 0
    for _ in range(300):
        x = mean + sd * rng.standard_normal(n)
        clear += x.mean() - q * x.std(ddof=1) / np.sqrt(n) > smallest
    assert 0.65 < clear / 300 < 0.95
    assert more_units(0.5, 0.1, 50, 2.6, 0.5) == 1_000_000


def test_luck_and_uncertainty_apart():
    """Truth: b - a moves by w (standard deviation 1 / sqrt 12 * 4) over worlds, and by
    sqrt 2 * 0.5 over luck; 400 worlds of 2, estimates within 15%."""
    worlds = draw_worlds([Range("w", -2, 2)], 400, seed=1)
    got = compare(
        Gauss(TRUTH, own=0.5), DESIGNS[:2], {"y": 0.1}, replicates=800, worlds=worlds, per_world=2
    )
    row = got.cell("b", "y")
    assert row["n"] == 400
    assert row["sd_worlds"] == pytest.approx(4 / np.sqrt(12), rel=0.15)
    assert row["sd_luck"] == pytest.approx(0.5 * np.sqrt(2), rel=0.15)
    assert row["better_in_worlds"] == pytest.approx(0.5, abs=0.1)
    assert got.frame["best_in_worlds"].sum() == pytest.approx(1)
    # luck inside a world must not pass for more worlds: the limits are of world means
    half = (row["high"] - row["low"]) / 2
    assert half == pytest.approx(1.96 * np.sqrt(16 / 12 + 0.25) / 20, rel=0.15)
    with pytest.raises(UserError, match="not enough worlds"):
        compare(Gauss(TRUTH), DESIGNS, {"y": 1.0}, replicates=9, worlds=worlds[:2], per_world=2)


def test_split_spread_finds_no_worlds_where_there_are_none():
    spread = split_spread(noise(1, 300, 2, 2))
    assert np.allclose(np.diag(spread.luck), 1, rtol=0.25)
    assert (np.diag(spread.worlds) < 0.2).all()


def test_a_missing_run_is_not_a_zero():
    got = compare(Gauss(TRUTH), DESIGNS, {"x": 0.5}, replicates=30)
    less = got.runs.drop(index=got.runs.index[[0]])
    assert compare_runs(less, ["a", "b", "c"], {"x": 0.5}).cell("b", "x")["n"] == 29
    assert isinstance(got.frame, pd.DataFrame)
