"""Comparison with fixed replicates, on simulated truths.

Coverage tests count simulated experiments; each states the chance that a right program fails.
"""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, norm, t

from gfmd_sim.errors import UserError
from gfmd_sim.experiments.compare import (
    BASELINE,
    CANNOT_TELL,
    DOES_NOT_MATTER,
    MATTERS,
    OUT_OF_REACH,
    TOO_RARE,
    compare_runs,
)
from gfmd_sim.experiments.compare import compare as compare_anywhere
from gfmd_sim.experiments.design import cross, draw_worlds
from gfmd_sim.experiments.factors import Choice, Range
from gfmd_sim.experiments.statistics import (
    chance_of_best,
    more_units,
    one_way_limits,
    reach_of,
    score_limits,
    simultaneous,
    split_spread,
    unseen,
)
from tests.experiments.toys import Events, Gauss, Trouble, Twins

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


def events(rng, n, k):
    """Something rare that only one of two designs can bring about."""
    return np.where(rng.random((n, k)) < 0.1, 1.0, 0.0)


def both_ways(rng, n, k):
    """A rare event that either of two designs may be spared."""
    u = rng.random((n, k))
    return np.where(u < 0.06, 0.25, np.where(u > 0.96, -0.25, 0.0))


def counts(rng, n, k):
    return (rng.poisson(0.6, (n, k)) - rng.poisson(0.4, (n, k))) / 2.0


def gaussian(rng, n, k):
    return rng.standard_normal((n, k)) + rng.standard_normal((n, 1))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("draw", "truth"),
    [(gaussian, 0), (skewed, 0), (events, 0.1), (both_ways, 0.005), (counts, 0.1)],
)
def test_fixed_intervals_cover_all_cells_at_once(draw, truth):
    """400 experiments, 20 cells, 100 units: at a true 93% fewer than 356 would be 3.1 standard
    errors off, at a true 97% more than 397 (1 in 1,000 each). Measured in this order: 378, 386, 378, 381, 381."""
    rng = np.random.default_rng(11)
    covered = 0
    for i in range(400):
        got = simultaneous(draw(rng, 100, 20), seed=i)
        covered += bool(((got.low <= truth) & (got.high >= truth)).all())
    assert 356 <= covered <= 397


@pytest.mark.parametrize("n", [2, 3, 6])
def test_a_handful_of_units_covers_all_cells_at_once(n):
    """100 experiments, 20 cells: at a true 95% fewer than 88 would be one in 1,000. One spread
    shared by all cells, of a multivariate t, covers fewer (37, 77 and 99 here)."""
    rng = np.random.default_rng(12)
    covered = 0
    for i in range(100):
        got = simultaneous(gaussian(rng, n, 20), seed=i)
        covered += bool(((got.low <= 0) & (got.high >= 0)).all())
    assert covered >= 88


def test_limits_of_rare_events_are_where_the_score_test_rejects():
    """At each limit the test statistic, with the restricted estimate found by a fine grid, is the
    quantile asked for; none in any direction leaves limits on both sides."""
    b, c, n = np.array([2, 0, 21, 3]), np.array([0, 0, 9, 3]), np.array([50, 50, 101, 40])
    low, high = score_limits(b, c, n, 1.96)
    assert (low < (b - c) / n).all() and ((b - c) / n < high).all()
    assert high[1] == pytest.approx(-low[1]) and high[1] == pytest.approx(1.96**2 / (50 + 1.96**2))
    q = np.linspace(1e-7, 1, 2_000_001)
    for i in range(4):
        for delta in (low[i], high[i]):
            p = q + delta  # chances of the event with the one only, and (q) with the other only
            ok = (p > 0) & (p + q < 1)
            likely = b[i] * np.log(p[ok]) + c[i] * np.log(q[ok])
            likely += (n[i] - b[i] - c[i]) * np.log1p(-p[ok] - q[ok])
            share = q[ok][likely.argmax()]
            variance = n[i] * (2 * share + delta * (1 - delta))
            gap = abs(b[i] - c[i] - n[i] * delta) / np.sqrt(variance)
            assert gap == pytest.approx(1.96, rel=1e-3)


def chance_of_covering(limits, n, chances):
    """That 20 independent cells of ``n`` units all cover, by ``chances`` of an event that only one design
    can bring about: exact, from the binomial distribution; then the chances of a cell's two errors.
    A cell in which none was seen errs in neither (it is 0 for sure, as all that never differs)."""
    seen, p = np.arange(1, n), np.asarray(chances)[:, None]
    low, high = limits(seen, 0 * seen, np.full(n - 1, n))
    chance = binom.pmf(seen, n, p)
    above, below = (chance * (low > p)).sum(axis=1), (chance * (high < p)).sum(axis=1)
    return (1 - above - below) ** 20, above, below


EACH = (1 - 0.95 ** (1 / 20)) / 2  # error of a cell on each side, where 20 cover in 95%
NORMAL = -norm.ppf(EACH)


@pytest.mark.parametrize("n", [50, 100, 200, 400])
def test_rare_events_of_one_design_are_covered_about_as_often_as_asked(n):
    """No luck in it. A count takes few values: at one chance of the event it is 91 to 100%, so what is held
    to 94 to 98% is the mean over chances of 2 to 30%. The control is the score test with the t of
    ``n - 1`` degrees: hardly ever wrong at 50 units, and from 200 on far more often on one side."""
    chances = np.linspace(0.02, 0.3, 57)
    covered, above, below = chance_of_covering(
        lambda b, c, size: one_way_limits(b, c, size, NORMAL), n, chances
    )
    assert 0.94 <= covered.mean() <= 0.98 and covered.min() > 0.91
    assert above.mean() < 1.1 * EACH and below.mean() < 1.1 * EACH
    usual, far, _ = chance_of_covering(
        lambda b, c, size: score_limits(b, c, size, t.isf(EACH, n - 1)), n, chances
    )
    if n == 50:
        assert usual.mean() > 0.99
    if n >= 200:
        assert far.mean() > 1.3 * EACH


def test_rare_events_do_not_widen_the_other_intervals():
    rng = np.random.default_rng(4)
    smooth, rare = rng.standard_normal((60, 3)), events(rng, 60, 3)
    alone, beside = simultaneous(smooth), simultaneous(np.hstack([smooth, rare]))
    ratio = (beside.high - beside.low)[:3] / (alone.high - alone.low)
    assert (ratio < 1.25).all()  # six cells instead of three, not t of a handful of events
    few = simultaneous(np.array([0.0, 1.0] * 5)[:, None])  # ten units: a number like any other
    assert few.high[0] - 0.5 == pytest.approx(0.5 - few.low[0]) and few.high[0] > 0.8


@pytest.mark.slow
@pytest.mark.parametrize(("chance", "at_most"), [(0.02, 4), (0.1, 370)])
def test_events_never_seen_are_covered_as_often_as_asked(chance, at_most):
    """400 experiments, 20 cells, 50 units: of an event in 2% of them, 7 cells of 20 never see any. At a
    true 93% fewer than 356 would be 3.1 standard errors off (1 in 1,000). Measured: 400, 389. The control,
    told as 0 for sure, as what cannot differ is: 0, 361."""
    rng = np.random.default_rng(12)
    covered = control = 0
    for i in range(400):
        x = np.where(rng.random((50, 20)) < chance, 1.0, 0.0)
        got = simultaneous(x, seed=i, reach=np.ones(20))
        covered += bool(((got.low <= chance) & (got.high >= chance)).all())
        sure = simultaneous(x, seed=i)
        control += bool(((sure.low <= chance) & (sure.high >= chance)).all())
    assert covered >= 356 and control <= at_most


@pytest.mark.parametrize("cells", [1, 20])
@pytest.mark.parametrize("chance", [0.002, 0.02, 0.1, 0.5])
def test_what_was_never_seen_is_bounded_at_all_looks_at_once(cells, chance):
    """No luck in it: a limit errs only if the event is unseen up to the first look at which the limit is
    below its chance, which happens no more often than asked for (0.5% shared by the cells)."""

    def limit(n):
        return unseen(np.zeros(cells), np.full(cells, n), np.ones(cells), 0.95)[1][0]

    first = next(n for n in range(1, 10_000) if limit(n) < chance)
    assert (1 - chance) ** first <= 0.005 / cells < (1 - chance) ** (first - 2)


def test_the_limits_of_what_never_changed_reach_as_far_as_runs_differ():
    low, high = unseen(np.array([0.0, 1.0]), np.array([100, 100]), np.array([1.0, 1.0]), 0.95)
    share = 1 - 0.0025 ** (1 / 100)
    assert high.tolist() == pytest.approx([share, 1.0])
    assert low.tolist() == pytest.approx([-share, 1 - 2 * share])


def test_an_event_never_seen_is_not_told_as_sure():
    """In one design in 0.1% of runs and in the other never: not one in the 40 of this seed; a number
    that no lever touches stays exactly 0, whatever stands beside it."""
    pair = cross([Choice("d", (0, 1))])
    got = compare(Events(0.001), pair, {"event": 0.05, "never": 0.05, "number": 0.0}, replicates=40)
    for measure in ("event", "never"):
        row = got.cell("1", measure)
        assert row["difference"] == 0 and row["low"] == -row["high"] < 0
        assert row["high"] == pytest.approx(1 - 0.0025 ** (1 / 40))
        assert row["verdict"] == CANNOT_TELL and 40 < row["more_replicates"] < 100
    row = got.cell("1", "number")
    assert (row["low"], row["high"], row["verdict"]) == (0, 0, DOES_NOT_MATTER)
    more = compare(Events(0.0), pair, {"event": 0.05}, replicates=140)
    row = more.cell("1", "event")
    assert -0.05 <= row["low"] < row["high"] <= 0.05  # by decision 15 that is no equality yet
    assert row["verdict"] == TOO_RARE and row["more_replicates"] > OUT_OF_REACH
    always = compare(Events(1.0), pair, {"event": 0.5}, replicates=40).cell("1", "event")
    assert always["difference"] == 1 and 0.7 < always["low"] < always["high"] == 1


def test_reach_is_of_measures_of_few_values():
    rng = np.random.default_rng(0)
    x = np.empty((30, 2, 5))
    x[:, :, 0] = rng.standard_normal((30, 2))
    x[:, :, 1] = rng.integers(0, 4, (30, 2)) / 4
    x[:, :, 2], x[:, :, 3], x[:, :, 4] = 0, 7, 0.25
    x[3, 1, 1] = np.nan
    assert reach_of(x).tolist() == [0, 0.75, 1, 7, 0.25]


def test_a_few_equal_counts_are_no_certainty():
    """Two worlds in which the counts differ by the same: neither "matters" nor "does not matter"."""
    for gap in (3.0, 0.5, 0.0):
        runs = pd.DataFrame(
            {"design": [d for d in "ab" for _ in range(4)], "world": [0, 0, 1, 1] * 2, "failure": None,
             "replicate": list(range(4)) * 2, "x": [3.0, 4, 6, 9, 3 + gap, 4 + gap, 6 + gap, 9 + gap]}
        )  # fmt: skip
        for by_world, units in ((True, 2), (False, 4)):
            row = compare_runs(runs, ["a", "b"], {"x": 1.0}, by_world=by_world).cell("b", "x")
            assert (row["difference"], row["n"], row["verdict"]) == (gap, units, CANNOT_TELL)
            assert np.isinf([row["low"], row["high"]]).all() and np.isnan(row["p_best"])
            assert row["more_replicates"] == (20 - units) * (2 if by_world else 1)
    # from 20 units on, a difference that never varies is told; and the other cells have their limits
    many = simultaneous(np.column_stack([np.full(20, 3.0), noise(3, 20)]))
    few = simultaneous(np.column_stack([np.full(19, 3.0), noise(3, 19)]))
    assert many.low[0] == many.high[0] == 3
    assert np.isinf(few.high[0]) and np.isfinite(few.high[1])
    assert any("too few" in s for s in compare_runs(runs, ["a", "b"], {"x": 1.0}).sentences())


def test_worlds_are_counted_with_their_ties():
    """Worse in 34 worlds of 100 and equal in the rest: not "better in 31%" as a normal would have it."""
    replicate = np.arange(200)
    loss = np.where(replicate // 2 < 34, 1.0, 0.0)
    parts = [
        pd.DataFrame({"design": d, "world": replicate // 2, "replicate": replicate, "failure": None,
                      "x": 5.0 + replicate % 7 - k * loss})
        for k, d in enumerate("ab")
    ]  # fmt: skip
    runs = pd.concat(parts, ignore_index=True)
    for less, expected in (((), (0, 0.34)), (("x",), (0.34, 0))):
        row = compare_runs(runs, ["a", "b"], {"x": 1.0}, by_world=True, lower_is_better=less)
        got = row.cell("b", "x")
        assert (got["better_in_worlds"], got["worse_in_worlds"]) == expected


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
    assert row["better_in_worlds"] + row["worse_in_worlds"] == 1
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
