"""The compiled sitting and the plain NumPy one: the same talk, the same numbers up to rounding."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from gfmd_sim.evidence.limits import LIMITS
from gfmd_sim.experiments.forum_simulator import ForumSimulator
from gfmd_sim.forum import Forum, sitting
from gfmd_sim.scenario.files import load_scenario
from gfmd_sim.talk import reference

SIMULATOR = ForumSimulator.of(load_scenario("four-groups"))

CASES: dict[str, Mapping[str, Any]] = {
    "as it stands": {},
    "own side and bias apart, few languages": {
        "discussion.own_side": 2.0,
        "discussion.biased_processing": 0.5,
        "discussion.interpretation": 0.0,
    },
    "in turn, bounded confidence, repeated": {
        "discussion.turn_taking": "round",
        "opinion.confidence_bound": 0.3,
        "opinion.repetitions": 3,
        "opinion.talk_weight": 0.5,
    },
    "pairs, memory, opinions every fifth turn": {
        "experimental.homophily": 2.0,
        "experimental.memory": 30,
        "experimental.opinions_every": 5,
    },
    "to the fixed point, oneself in the mean": {
        "opinion.repetitions": "until_rest",
        "experimental.self_in_mean": True,
        "opinion.trust_weight": 0.0,
    },
    "one consultation, no prior weight": {
        "opinion.prior_weight": 0.0,
        "process.n_consultations": 1,
        "trust.repeats_add_less": False,
    },
}


def run_by(monkeypatch: pytest.MonkeyPatch, forum: Forum, is_reference: bool) -> Forum:
    """Run a Forum whose sittings are the reference's, or the kernels'."""
    with monkeypatch.context() as patch:
        if is_reference:
            patch.setattr(sitting, "talk_at_tables", reference.talk)
            patch.setattr(sitting, "form_table_opinions", reference.form)
            patch.setattr(sitting, "meet_at_tables", reference.meet)
        return forum.run()


def assert_equal(one: Forum, other: Forum) -> None:
    for number, state in one.roundtables.items():
        twin = other.roundtables[number]
        assert np.array_equal(state.voiced, twin.voiced)
        assert np.array_equal(state.knows, twin.knows)
        assert np.array_equal(state.learned, twin.learned)
        np.testing.assert_allclose(state.support, twin.support, rtol=0, atol=1e-10)
        for mine, theirs in zip(state.sittings, twin.sittings, strict=True):
            for field, same in zip(mine.log, theirs.log, strict=True):
                assert np.array_equal(field, same)
    assert np.array_equal(one.turns, other.turns)
    assert np.array_equal(one.uptake, other.uptake)
    assert np.array_equal(one.meetings, other.meetings)
    np.testing.assert_allclose(one.trust, other.trust, rtol=0, atol=1e-12)


@pytest.mark.parametrize("levers", CASES.values(), ids=CASES)
def test_kernels_and_reference_agree(
    levers: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    kernel, plain = (
        run_by(monkeypatch, SIMULATOR.forum(levers, 4, 1), is_reference) for is_reference in (0, 1)
    )
    assert kernel.turns.sum() > 500
    assert_equal(kernel, plain)


@pytest.mark.parametrize(
    "mistake",
    [{"discussion.learning": 0.61}, {"opinion.table_pull": 0.1501}, {"trust.gain": 0.3501}],
    ids=str,
)
def test_a_reference_with_a_mistake_is_found(
    mistake: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: a slightly wrong uptake, pull or trust must not pass."""
    kernel = SIMULATOR.forum({}, 4, 1).run()
    wrong = SIMULATOR.forum(mistake, 4, 1)
    with pytest.raises(AssertionError):
        assert_equal(kernel, run_by(monkeypatch, wrong, is_reference=True))


def test_the_limit_of_pairs_who_exchange_arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    limit = LIMITS["maes_flache"](4.0, n_events=300)
    kernel, plain = (
        run_by(monkeypatch, limit.forum(seed=2), is_reference) for is_reference in (0, 1)
    )
    assert_equal(kernel, plain)
