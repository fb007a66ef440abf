import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gfmd_sim.errors import UserError
from gfmd_sim.experiments.design import Design, Plan, cross, crossed, designs, draw_worlds
from gfmd_sim.experiments.factors import Choice, Range
from gfmd_sim.experiments.samplers import latin_hypercube, sample
from gfmd_sim.experiments.simulator import canonical_text, digest
from gfmd_sim.experiments.typed import parse_setting, parse_value, parse_vary


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("6", 6),
        ("1.0", 1),
        (".5", 0.5),
        ("-0.0", 0),
        ("1e-3", 0.001),
        ("true", True),
        ("null", None),
        ("NO", "NO"),
        ("off", "off"),
        ("nan", "nan"),
        ("[5, 8]", [5, 8]),
        ('"6"', "6"),
        ("1_000", "1_000"),
    ],
)
def test_values_as_typed(text, value):
    got = parse_value(text)
    assert got == value and type(got) is type(value)


def test_equal_settings_hash_alike_however_typed():
    one = Design("a", {"b.x": 1, "a.y": (5, 8), "c.z": 0.0})
    other = Design("a", {"c.z": -0.0, "a.y": [np.int64(5), 8.0], "b.x": np.float64(1)})
    assert one == other and hash(one) == hash(other)
    assert digest(one.levers) == digest(other.levers)
    assert digest({"x": True}) != digest({"x": 1})


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(2**60), 2**60)
        | st.text()
        | st.floats(allow_nan=False, allow_infinity=False),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_canonical_text_is_a_fixed_point(value):
    import json

    assert canonical_text(json.loads(canonical_text(value))) == canonical_text(value)


def test_vary_forms():
    assert parse_vary("seating.rule=random, balanced").values == ("random", "balanced")
    assert parse_vary("seating.table_size=[5,8],[6,6]").values == ([5, 8], [6, 6])
    assert parse_vary("a.b=0.1:0.3:0.1").values == (0.1, 0.2, 0.3)
    assert parse_vary("a.b=1:4", integers={"a.b"}) == Range("a.b", 1, 4, integer=True)
    assert parse_vary("a.b=1:100:log").at(0.5) == pytest.approx(10)
    assert parse_setting("a.b=x=y") == ("a.b", "x=y")


@pytest.mark.parametrize(
    "text",
    [
        "seating.rule",
        "seating.rule=",
        "=x",
        "a b=1",
        "a=2:1",
        "a=1:1",
        "a=0:5:log",
        "a=1,1",
        "a=1,1.0",
        "a=0:1:0",
        "../x=1,2",
    ],
)
def test_bad_vary_says_so(text):
    with pytest.raises(UserError):
        parse_vary(text)


@given(st.floats(0, 1), st.booleans())
def test_range_stays_within_its_limits(u, integer):
    value = Range("a", 5, 8, integer=integer).at(u)
    assert 5 <= value <= 8
    assert not integer or isinstance(value, int)


def test_whole_numbers_are_drawn_evenly():
    drawn = [Range("a", 5, 8, integer=True).at((i + 0.5) / 400) for i in range(400)]
    assert [drawn.count(v) for v in (5, 6, 7, 8)] == [100] * 4


def test_crossing_and_labels():
    two = cross([Choice("seating.rule", ("random", "caucus")), Choice("a.n", (5, 6))], {"z.q": 1})
    assert [d.label for d in two] == [
        "rule=random, n=5",
        "rule=random, n=6",
        "rule=caucus, n=5",
        "rule=caucus, n=6",
    ]
    assert all(d.levers["z.q"] == 1 for d in two)
    assert [d.label for d in cross([Choice("seating.rule", ("random", "caucus"))])] == [
        "random",
        "caucus",
    ]
    assert designs([{}])[0].label == "as it stands"
    assert cross([Choice("a.n", (1, 2)), Choice("b.n", (1, 2))])[0].label == "a.n=1, b.n=1"
    with pytest.raises(UserError, match="twice"):
        cross([Choice("a", (1,)), Choice("a", (2,))])


def test_plan_shares_worlds_and_refuses_clashes():
    worlds = draw_worlds([Range("w.k", 0, 1)], 3, seed=4)
    assert worlds == draw_worlds([Range("w.k", 0, 1)], 5, seed=4)[:3]
    plan = crossed(cross([Choice("a.x", (1, 2))]), 6, worlds, per_world=2)
    assert len(plan) == 12
    assert [plan.levers(i)["w.k"] for i in range(4)] == [worlds[0]["w.k"]] * 4
    assert plan.world.tolist() == [0] * 4 + [1] * 4 + [2] * 4
    with pytest.raises(UserError, match="lever"):
        crossed([Design("d", {"w.k": 1})], 2, worlds)
    with pytest.raises(UserError, match="same name"):
        Plan((Design("d"), Design("d")), np.zeros(1, int), np.zeros(1, int))


def test_latin_hypercube_fills_every_stratum():
    points = latin_hypercube(50, 3, seed=1)
    for axis in points.T:
        assert sorted((axis * 50).astype(int)) == list(range(50))
    assert not np.array_equal(points, latin_hypercube(50, 3, seed=2))
    assert abs(np.corrcoef(points.T)[0, 1]) < 0.6  # not the same order on two axes


FACTORS = [Range("a.x", 0, 1), Choice("b.rule", ("u", "v", "w")), Range("c.n", 5, 8, integer=True)]


def test_grid_zip_list_and_lhs():
    assert len(sample(FACTORS, "grid", 2).designs) == 2 * 3 * 2
    pairs = sample([Choice("a", (1, 2)), Choice("b", (3, 4))], "zip", 1, replicates=5)
    assert [d.levers for d in pairs.designs] == [{"a": 1, "b": 3}, {"a": 2, "b": 4}]
    assert len(pairs) == 10
    assert len(sample(FACTORS, "lhs", 40, replicates=2)) == 80
    # levers that cannot differ more often than three times are not run forty times
    assert len(sample(FACTORS[1:2], "lhs", 40).designs) == 3
    with pytest.raises(UserError, match="equally long"):
        sample([Choice("a", (1, 2)), Choice("b", (3,))], "zip", 1)
    with pytest.raises(UserError, match="grid"):
        sample(FACTORS, "gird", 2)


def test_sobol_blocks_change_one_factor_at_a_time_and_luck_once():
    plan = sample(FACTORS, "sobol", 8)
    block = plan.unit.reshape(8, len(FACTORS) + 3, len(FACTORS) + 1)
    luck = plan.replicate.reshape(8, -1)
    for j in range(8):
        a = block[j, 0]
        for i in range(len(FACTORS) + 1):
            changed = np.flatnonzero(block[j, 1 + i] != a)
            assert changed.tolist() == [i]
        assert (luck[j] // 2 == j).all()
    with pytest.raises(UserError, match="power of 2"):
        sample(FACTORS, "sobol", 6)
    with pytest.raises(UserError, match="replicates"):
        sample(FACTORS, "sobol", 8, replicates=2)


def test_morris_steps_change_one_factor_each():
    plan = sample(FACTORS, "morris", 10)
    unit = plan.unit.reshape(10, len(FACTORS) + 2, len(FACTORS) + 1)
    for walk in unit:
        steps = np.diff(walk, axis=0)
        changed = [np.flatnonzero(s).tolist() for s in steps]
        assert sorted(changed) == [[0], [1], [2], [3]]
        assert np.allclose(np.abs(steps[:, :3]).sum(axis=0), 2 / 3)
    assert unit.min() >= 0 and unit.max() <= 1


@pytest.mark.parametrize("sampler", ["grid", "lhs", "sobol", "morris"])
def test_same_seed_same_plan(sampler):
    one, again = sample(FACTORS, sampler, 4, seed=7), sample(FACTORS, sampler, 4, seed=7)
    assert one.designs == again.designs
    assert np.array_equal(one.design, again.design)
    assert np.array_equal(one.replicate, again.replicate)
