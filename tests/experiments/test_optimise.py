"""The search finds a front that is known, and does not boast of luck."""

from dataclasses import dataclass

import numpy as np
import pytest

from gfmd_sim.errors import UserError
from gfmd_sim.experiments.factors import Choice, Range
from gfmd_sim.experiments.optimise import optimise
from gfmd_sim.streams import Decision, Streams
from tests.experiments.toys import ONE


@dataclass(frozen=True)
class Tradeoff:
    """good = x, cheap = 1 - x, both less |y - .5|, and less .5 under the rule "bad"."""

    noise: float = 0.05
    folder: str = ""

    @property
    def identity(self):
        return {"model": "tradeoff", "noise": self.noise}

    def run(self, levers, seed, replicate):
        if self.folder:
            with open(self.folder, "a") as f:
                f.write("x")
        key = np.array([hash((levers["x"], levers["y"])) % 2**32], np.uint32)
        own = Streams(seed, replicate).normal(Decision.RANK, key, 2)[0] * self.noise
        common = Streams(seed, replicate).normal(Decision.SUPPORT, ONE)[0, 0]
        loss = abs(levers["y"] - 0.5) + 0.5 * (levers["rule"] == "bad")
        return {
            "good": levers["x"] - loss + common + own[0],
            "cheap": 1 - levers["x"] - loss + common + own[1],
        }


FACTORS = [Range("x", 0, 1), Range("y", 0, 1), Choice("rule", ("bad", "fine"))]


def test_the_front_is_found_and_judged_on_fresh_luck():
    got = optimise(Tradeoff(), FACTORS, ["good", "cheap"], budget=3000, replicates=5, workers=0)
    assert (got.frame["rule"] == "fine").all()
    assert (got.frame["y"] - 0.5).abs().median() < 0.1
    assert np.ptp(got.frame["x"]) > 0.6  # along the front, not in one place of it
    assert got.n_runs <= 3000 + 12
    assert got.frame["p_undominated"].between(0, 1).all()
    assert got.frame["p_best_balance"].sum() == pytest.approx(1)
    assert got.sentence().startswith(f"Choose {got.recommended}")


def test_one_measure_has_one_best():
    got = optimise(
        Tradeoff(), FACTORS, ["good"], budget=2500, replicates=5, workers=0,
        cost=lambda levers: {"hosts": 1 + levers["x"]},
    )  # fmt: skip
    best = got.frame.iloc[0]
    assert best["x"] > 0.9 and abs(best["y"] - 0.5) < 0.1
    assert "hosts" in got.sentence()


def test_worse_designs_are_seen_to_be_dominated():
    few = [Choice("x", (0.2, 0.8)), Choice("y", (0.5,)), Choice("rule", ("bad", "fine"))]
    got = optimise(Tradeoff(), few, ["good", "cheap"], budget=900, replicates=5, workers=0)
    by = got.frame.set_index(["x", "rule"])["p_undominated"]
    assert (by.xs("bad", level="rule") < 0.01).all() and (by.xs("fine", level="rule") > 0.9).all()


def test_a_search_goes_on_where_it_was(tmp_path):
    calls = tmp_path / "calls"
    toy = Tradeoff(folder=str(calls))
    args = {"budget": 700, "replicates": 5, "workers": 0, "store": tmp_path / "s"}

    def stop(done, total, left):
        if calls.stat().st_size > 250:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        optimise(toy, FACTORS, ["good", "cheap"], progress=stop, **args)
    first = calls.stat().st_size
    got = optimise(toy, FACTORS, ["good", "cheap"], **args)
    memory = optimise(Tradeoff(), FACTORS, ["good", "cheap"], **{**args, "store": None})
    assert got.frame.equals(memory.frame)
    assert calls.stat().st_size == got.n_runs and first > 200


@dataclass(frozen=True)
class Shy:
    """good = x; fails above x = .5 on luck that the search does not meet; {} is x = .2."""

    identity = {"model": "shy"}

    def run(self, levers, seed, replicate):
        x = levers.get("x", 0.2)
        if x > 0.5 and replicate >= 5:
            raise ValueError("no")
        luck = Streams(seed, replicate).normal(Decision.SUPPORT, ONE)[0, 0]
        return {"good": x + luck + levers.get("w", 0.0)}


def test_the_plan_as_it_stands_is_judged_along_and_what_fails_is_out():
    got = optimise(
        Shy(), [Choice("x", (0.1, 0.2, 0.4, 0.9))], ["good"], budget=400, replicates=5, workers=0,
        baseline={}, worlds=lambda n: [{"w": float(i)} for i in range(n)],
    )  # fmt: skip
    frame = got.frame.set_index("design")
    assert got.recommended == "0.4" and "0.9" not in frame.index
    assert frame.loc["0.4", "gain_good"] == pytest.approx(0.2)  # the same luck and worlds
    assert frame.loc["0.4", "gain_good_low"] == pytest.approx(0.2)
    assert frame.loc["as it stands", "is_baseline"] and frame["is_baseline"].sum() == 1
    assert got.levers[0] == {"x": 0.4} and got.is_world_drawn
    with pytest.raises(UserError, match="every run failed"):
        optimise(
            Shy(), [Choice("x", (0.8, 0.9))], ["good"], budget=400, replicates=5, workers=0
        )  # fmt: skip


def test_nothing_better_than_the_plan_is_said():
    got = optimise(
        Shy(), [Choice("x", (0.05, 0.1))], ["good"], budget=400, replicates=5, workers=0,
        baseline={},
    )  # fmt: skip
    assert got.frame["is_baseline"].iloc[0] and got.sentence().startswith("Keep")


def test_bad_questions():
    with pytest.raises(UserError, match="budget"):
        optimise(Tradeoff(), FACTORS, ["good"], budget=100, workers=0)
    with pytest.raises(UserError, match="no such measure"):
        optimise(Tradeoff(), FACTORS, ["goood"], workers=0)
    with pytest.raises(UserError, match="nothing to optimise"):
        optimise(Tradeoff(), FACTORS, [], workers=0)
