import json
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gfmd_sim.errors import UserError
from gfmd_sim.experiments.at_hand import AtHand
from gfmd_sim.experiments.design import Design, cross, crossed, designs, draw_worlds, uniforms
from gfmd_sim.experiments.factors import Choice, Range
from gfmd_sim.experiments.lever_texts import texts_of, whole_texts
from gfmd_sim.experiments.merge import joined
from gfmd_sim.experiments.runs import Runs
from gfmd_sim.experiments.samplers import latin_hypercube, sample
from gfmd_sim.experiments.simulator import canonical, canonical_text, digest
from gfmd_sim.experiments.typed import parse_setting, parse_value, parse_vary
from gfmd_sim.experiments.worlds import worlds_from_json, worlds_to_json


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
    assert list(worlds) == draw_worlds([Range("w.k", 0, 1)], 5, seed=4)[:3]
    plan = crossed(cross([Choice("a.x", (1, 2))]), 6, worlds, per_world=2)
    assert len(plan) == 12
    told = [row["w.k"] for row in Runs(plan).chunk(np.arange(4)).settings]
    assert set(told) == {worlds[0]["w.k"]}
    assert plan.world.tolist() == [0] * 4 + [1] * 4 + [2] * 4
    with pytest.raises(UserError, match="lever"):
        crossed([Design("d", {"w.k": 1})], 2, worlds)
    with pytest.raises(UserError, match="same name"):
        crossed((Design("d"), Design("d")), 1)


FACTORS_OF_WORLDS = (
    Range("w.even", -1.5, 2.5), Range("w.whole", 1, 7, integer=True), Range("w.log", 0.01, 3, log=True),
    Choice("w.rule", ("a", [1, 2], 3)),
)  # fmt: skip


def test_worlds_drawn_at_once_are_those_drawn_one_by_one():
    """Each world from the number alone: factor by factor as ``at`` has it, to the bit."""
    rows = {"p.a": (0.5, 1.0, 2.0), "p.b": (7, 8, 9)}
    worlds = draw_worlds(FACTORS_OF_WORLDS, 500, 3, rows)
    u = uniforms(500, 5, 3)
    for i in (0, 1, 17, 499):
        which = Range("row", 0, 2, integer=True).at(float(u[i, 0]))
        one = {f.path: f.at(float(u[i, 1 + k])) for k, f in enumerate(FACTORS_OF_WORLDS)}
        one |= {path: canonical(values[which]) for path, values in rows.items()}
        assert canonical_text(worlds[i]) == canonical_text(one)
        assert worlds[i] == worlds[i - 500] == worlds.take(np.array([3, i]))[1]
    assert draw_worlds(FACTORS_OF_WORLDS, 20, 3, rows)[:] == worlds[:20]
    assert len({canonical_text(w) for w in worlds}) == 500
    back = worlds_from_json(json.loads(canonical_text(worlds_to_json(worlds))))
    assert back == worlds and back[499] == worlds[499]


def test_worlds_at_hand_are_the_worlds_and_their_text_is_canonical():
    """In any order, more of them than stay at hand; paths and values of every kind."""
    worlds = draw_worlds((*FACTORS_OF_WORLDS, Choice("w.é", (True, None, "é"))), 1500, 3)
    clash = {"a.x": 2, "w.even": 0.1, "z.list": [1.5, {"b": 1, "a": None}]}
    clear = {"a.x": 2, "w.f": "\0", "z.list": [1.5, {"b": 1, "a": None}]}
    at_hand, designs = AtHand(worlds), (clash, clear, {}, {"a.x": 1})
    chosen = np.random.default_rng(0).integers(0, 1500, 60)
    for i in chosen.tolist():
        assert at_hand[i] == worlds[i]
        assert at_hand.text(i) == canonical_text(worlds[i])
    for some in (designs, designs[1:], designs[2:3]):
        which = np.arange(60) % len(some)
        pairs = zip(which.tolist(), chosen.tolist(), strict=True)
        expected = [canonical_text({**some[d], **worlds[w]}) for d, w in pairs]
        assert whole_texts(some, worlds, which, chosen).to_pylist() == expected
    assert canonical_text({**clash, **worlds[0]}) != canonical_text({**worlds[0], **clash})


def test_texts_of_many_values_are_those_of_each():
    """Numbers of every size, to the last digit; and what is no fraction."""
    rng = np.random.default_rng(0)
    numbers = 10 ** rng.uniform(-12, 20, 20_000) * rng.choice([-1, 1], 20_000)
    numbers = np.concatenate(
        [numbers, numbers.round(3), numbers.astype(np.float32), rng.random(20_000)]
    )
    edges = [1e-3, 1e9, 999_999_999.5, 1e16, 5e-324, 1.7976931348623157e308, 0.1, 1 / 3]
    values = [canonical(v) for v in [*numbers.tolist(), *edges]]
    values += [1, -3, True, None, "é\0", [0.5], {"a": 1e-9}]
    assert texts_of(values).to_pylist() == [canonical_text(v) for v in values]


def test_a_plan_of_ten_million_runs_takes_no_room_for_them():
    worlds = draw_worlds([Range("w.k", 0, 1)], 250_000)
    tracemalloc.start()
    runs = Runs(crossed(cross([Choice("a.x", (1, 2))]), 5_000_000, worlds, per_world=20))
    chunk = runs.chunk(np.array([9_999_998, 9_999_999]))
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()
    assert len(runs) == runs.n_distinct == 10_000_000
    assert chunk.replicate.tolist() == [4_999_999] * 2
    assert [s["a.x"] for s in chunk.settings] == [1, 2]
    assert {s["w.k"] for s in chunk.settings} == {worlds[249_999]["w.k"]}


def rows_of(runs):
    """Every run as a stored row: levers, and its replicate."""
    chunk = runs.chunk(np.arange(len(runs)))
    return chunk.settings, chunk.setting, chunk.replicate


def test_rows_are_found_by_their_levers_wherever_they_stand():
    """All kinds of order: a row is found at the first place of its run, strangers are not."""
    worlds = draw_worlds([Range("w.k", 0, 1)], 6)
    pair = cross([Choice("a.x", (1, 2))])
    same = [*pair, Design("again", {"a.x": 2}), Design("bare")]
    plans = [
        crossed(pair, 12, worlds, per_world=2),
        crossed(same, [5, 3, 9, 0]),
        sample([Choice("a.x", (1, 2)), Range("b.y", 0, 1)], "sobol", 4),
        joined([crossed(pair, 6), crossed(same, 8), crossed(pair, range(4, 12), worlds, 2)]),
    ]
    for plan in plans:
        runs = Runs(plan)
        settings, code, replicate = rows_of(runs)
        whole = [canonical_text(levers) for levers in settings]
        assert runs.texts(np.arange(len(runs)))[0].to_pylist() == whole
        parts = [
            (json.loads(a), json.loads(b)) for *_, a, b in runs.settings(np.arange(len(runs)))[0]
        ]
        assert [canonical_text({**a, **b}) for a, b in parts] == whole
        named = [(canonical_text(settings[c]), r) for c, r in zip(code, replicate, strict=True)]
        first = [named.index(name) for name in named]
        assert runs.first(np.arange(len(runs))).tolist() == first
        assert runs.find(settings, code, replicate).tolist() == first
        assert runs.n_distinct == len(set(named)) == runs.is_first.sum()
        assert (runs.find(settings, code, replicate + 1000) == -1).all()
        other = [{**s, "z.z": 1} for s in settings]
        assert (runs.find(other, code, replicate) == -1).all()
        design, world, _ = plan.order.at(np.arange(len(plan)))
        labels = [d.label for d in plan.designs]
        assert runs.find_named(labels, design, world, replicate).tolist() == first
        assert (runs.find_named(["else"], 0 * design, world, replicate) == -1).all()
    # a world's lever that is True is not the plan's 1
    one = Runs(crossed([Design("d")], 1, [{"w.k": 1}]))
    assert one.find([{"w.k": 1}], np.zeros(1, int), np.zeros(1, int)) == [0]
    assert one.find([{"w.k": True}], np.zeros(1, int), np.zeros(1, int)) == [-1]


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
