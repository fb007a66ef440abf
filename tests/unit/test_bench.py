"""What ``run.py bench`` compares must agree, or comparing its speed means nothing."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from gfmd_sim.cli import bench as command
from gfmd_sim.cli import main
from gfmd_sim.errors import UserError
from gfmd_sim.experiments.forum_simulator import ForumSimulator
from gfmd_sim.scenario.files import load_agenda, load_scenario, with_levers
from tests.benchmarks.speed.c_sitting import NoCompiler, compile_c, compiler
from tests.benchmarks.speed.clock import Spread, race
from tests.benchmarks.speed.figures import Figure
from tests.benchmarks.speed.mesa_forum import MesaForum
from tests.benchmarks.speed.page import page
from tests.benchmarks.speed.sittings import assert_same, sittings_of
from tests.benchmarks.speed.suite import Bench
from tests.benchmarks.speed.whole import leaked

HEADLINES = ("convergence", "solutions", "partnerships", "voice", "continuity")
FOUR_GROUPS = load_scenario("four-groups")


def has_compiler() -> bool:
    try:
        return bool(compiler())
    except NoCompiler:
        return False


@pytest.mark.skipif(not has_compiler(), reason="there is no C compiler")
@pytest.mark.parametrize(
    "levers",
    [
        {},
        {"discussion.interpretation": 0.0, "discussion.biased_processing": 1.7},
        {
            "trust.repeats_add_less": False,
            "opinion.talk_weight": 0.5,
            "seating.table_size": [9, 12],
        },
    ],
    ids=["as it stands", "few languages, bias", "large tables"],
)
def test_c_and_the_engine_agree_bit_by_bit(levers: dict[str, object], tmp_path: Path) -> None:
    prepare = compile_c(tmp_path)
    sittings = sittings_of(ForumSimulator.of(with_levers(FOUR_GROUPS, levers)))
    assert len(sittings) == 6
    for sitting in sittings:
        ours, theirs = sitting.fresh(), sitting.fresh()
        ours.hold_compiled()
        prepare(theirs)()
        assert ours.log.n_learners.sum() > 100
        assert_same(ours, theirs)


@pytest.mark.skipif(not has_compiler(), reason="there is no C compiler")
def test_another_number_in_c_is_found(tmp_path: Path) -> None:
    """Negative control."""
    prepare = compile_c(tmp_path)
    sitting = sittings_of(ForumSimulator.of(FOUR_GROUPS))[0]
    ours, theirs = sitting.fresh(), sitting.fresh()
    theirs.talk = theirs.talk._replace(learning=theirs.talk.learning + 0.01)
    ours.hold_compiled()
    prepare(theirs)()
    with pytest.raises(AssertionError):
        assert_same(ours, theirs)


def test_c_refuses_what_it_does_not_have(tmp_path: Path) -> None:
    if not has_compiler():
        pytest.skip("there is no C compiler")
    levers = {"opinion.confidence_bound": 0.3}
    sitting = sittings_of(ForumSimulator.of(with_levers(FOUR_GROUPS, levers)))[0]
    with pytest.raises(ValueError, match="mechanisms"):
        compile_c(tmp_path)(sitting)


def mesa_runs(n: int, levers: dict[str, object]) -> np.ndarray:
    settled = with_levers(FOUR_GROUPS, levers)
    agenda = dict(load_agenda(settled))
    rows = []
    for seed in range(n):
        model = MesaForum(settled, seed=seed, agenda=agenda)
        while model.running:
            model.step()
        rows.append(model.datacollector.get_model_vars_dataframe().iloc[-1][list(HEADLINES)])
    return np.array(rows, dtype=float)


@pytest.mark.slow
def test_mesa_and_the_engine_agree_in_distribution() -> None:
    """Means of five measures within 4 standard errors (fails by chance once in 3,000), and a model
    in which one learns half as much does not pass."""
    simulator = ForumSimulator.of(FOUR_GROUPS)
    runs = [simulator.run({}, 0, k) for k in range(300)]
    engine = np.array([[run[name] for name in HEADLINES] for run in runs])

    def apart(mesa: np.ndarray) -> np.ndarray:
        error = np.sqrt(engine.var(axis=0) / len(engine) + mesa.var(axis=0, ddof=1) / len(mesa))
        return np.abs(engine.mean(axis=0) - mesa.mean(axis=0)) / error

    assert (apart(mesa_runs(60, {})) < 4.0).all()
    assert apart(mesa_runs(20, {"discussion.learning": 0.3})).max() > 4.0


def test_cases_take_turns() -> None:
    order: list[str] = []

    def case(name: str, seconds: float) -> float:
        order.append(name)
        return seconds

    ran = race({"a": lambda: case("a", 2.0), "b": lambda: case("b", 1.0)}, rounds=2)
    assert order == ["a", "b", "a", "b", "b", "a"]  # warmed, then there and back
    assert ran.ratio("a", "b") == Spread(2.0, 2.0, 2.0)


def test_a_leak_is_found() -> None:
    kept: list[object] = []
    assert leaked(lambda k: None, 200)[0] == 0.0
    assert leaked(lambda k: kept.append([k]), 200)[0] >= 1.0


def test_the_page_says_what_is_not_kept() -> None:
    kept = Figure("a", "kept", Spread(1.1, 1.0, 1.2), "times", at_most=1.25)
    broken = Figure("b", "broken", Spread(90.0, 80.0, 95.0), "times", at_least=100.0)
    text = page(Bench({"python": "3"}, False, [kept, broken], [], [("the whole run", 10.0)]))
    assert "| kept | 1.10 times | 1 to 1.20 | at most 1.25 | yes |" in text
    assert "| broken | 90 times | 80 to 95 | at least 100 | **no** |" in text


@pytest.mark.skipif(
    not Path("/proc/self").exists(), reason="a place that nobody can write is needed"
)
@pytest.mark.parametrize("option", ["--out", "--page"])
def test_bench_does_not_begin_what_it_could_not_keep(
    option: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tests.benchmarks.speed.suite.measure", lambda *_: pytest.fail("it began"))
    assert main(["bench", option, "/proc/page"]) == 2
    assert option in capsys.readouterr().err


def test_without_a_clone_bench_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(command, "FOLDER", tmp_path / "nothing")
    with pytest.raises(UserError, match="not installed"):
        command.bench()


@pytest.mark.slow
def test_bench_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command.bench(quick=True, out=tmp_path, json=True)
    printed = json.loads(capsys.readouterr().out)
    assert json.loads((tmp_path / "bench.json").read_text()) == printed
    assert {"sitting.turn", "forum.mesa", "forum.batch", "forum.compiled", "size.flat", "size.run.flat", "size.memory.flat", "face",
            "face.leak", "sweep.writing", "compare", "start.help"} <= {
        f["id"] for f in printed["figures"]
    }  # fmt: skip
    assert "Measured with `--quick`" in (tmp_path / "performance.md").read_text()
