import pytest

from gfmd_sim.errors import UserError
from gfmd_sim.experiments.design import cross, crossed
from gfmd_sim.experiments.estimate import estimate
from gfmd_sim.experiments.factors import Choice, Range
from gfmd_sim.experiments.sweep_file import read_sweep
from tests.experiments.toys import Trouble

GOOD = """\
scenario: gfmd-2024-25
sampler: lhs
samples: 8
replicates: 2
set: {process.n_sittings: 2}
vary:
  seating.rule: [random, balanced]
  opinion.table_pull: 0.07:0.28
  discussion.n_turns: 30:60
"""


def write(folder, text):
    path = folder / "sweep.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_sweep_file_is_a_plan(tmp_path):
    got = read_sweep(write(tmp_path, GOOD), integers={"discussion.n_turns"})
    assert got.factors == (
        Choice("seating.rule", ("random", "balanced")),
        Range("opinion.table_pull", 0.07, 0.28),
        Range("discussion.n_turns", 30, 60, integer=True),
    )
    plan = got.plan()
    assert len(plan) == 16 and all(d.levers["process.n_sittings"] == 2 for d in plan.designs)


def test_listed_designs(tmp_path):
    text = "scenario: x\nreplicates: 3\ndesigns:\n- {a.b: 1}\n- {a.b: 2.5, c.d: NO}\n"
    plan = read_sweep(write(tmp_path, text)).plan()
    assert [d.levers for d in plan.designs] == [{"a.b": 1}, {"a.b": 2.5, "c.d": "NO"}]
    assert len(plan) == 6


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (GOOD.replace("sampler", "samplr"), "did you mean sampler"),
        (GOOD.replace("lhs", "sobl"), "unknown sampler"),
        (GOOD.replace("samples: 8", "samples: -1"), "whole number"),
        (GOOD.replace("0.07:0.28", "0.28:0.07"), "not a range"),
        (GOOD.replace("vary:", "vary: ["), "not a YAML file"),
        (GOOD + "designs: [{a.b: 1}]\n", "either vary or designs"),
        ("scenario: x\n", "either vary or designs"),
        ("- 1\n", "not a sweep"),
        ("", "not a sweep"),
        ("vary: {a.b: [1]}\n", "no scenario"),
        ("scenario: x\ndesigns: [1]\n", "not a mapping"),
        ("scenario: !!python/object:os.system x\n", "not a YAML file"),
    ],
)
def test_bad_files_get_one_clear_message(tmp_path, text, words):
    with pytest.raises(UserError, match=words) as caught:
        read_sweep(write(tmp_path, text))
    assert caught.value.file is not None and caught.value.file.name == "sweep.yaml"


def test_a_missing_file_says_so(tmp_path):
    with pytest.raises(UserError, match="cannot be read"):
        read_sweep(tmp_path / "none.yaml")


def test_an_estimate_counts_and_writes_nothing(tmp_path):
    plan = crossed(cross([Choice("d", (0, 1, 1.5))]), 1000)
    got = estimate(Trouble(seconds=0.01), plan, workers=2)
    assert got.n_runs == 3000 and got.n_designs == 3 and got.n_measures == 3
    assert got.seconds >= 15 and got.seconds_a_run >= 0.01
    assert 1e4 < got.bytes < 1e6 and got.n_failed == 0
    assert estimate(Trouble("raise", at=(0, 999)), plan).n_failed > 0
