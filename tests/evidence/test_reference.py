"""The compiled engine against plain NumPy, over a whole Forum and odd settings."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gfmd_sim.evidence import reference
from gfmd_sim.evidence.reference import sitting_deviation
from gfmd_sim.scenario.files import load_scenario


@pytest.mark.parametrize("rule", ["balanced", "caucus", "random", "fixed"])
def test_every_sitting_of_a_forum(rule: str) -> None:
    assert sitting_deviation(5, rule) < 1e-12


@settings(max_examples=12)
@given(
    seed=st.integers(0, 2**32),
    kappa=st.floats(0, 1),
    gamma=st.floats(0, 1),
    c0=st.floats(0.01, 20),
    learning=st.floats(0, 1),
    beta=st.floats(0, 4),
    own_side=st.floats(0, 3),
    phi=st.floats(0, 1),
    eta=st.sampled_from([0.0, 0.5, 1.0, 2.0]),
    theta=st.sampled_from([0.0, 0.5, 1.0, 2.0]),
    interpretation=st.floats(0, 1),
)
def test_any_parameters(
    seed: int, kappa: float, gamma: float, c0: float, learning: float, beta: float,
    own_side: float, phi: float, eta: float, theta: float, interpretation: float,
) -> None:  # fmt: skip
    scenario = load_scenario(
        "four-groups",
        {
            "opinion.table_pull": kappa,
            "opinion.argument_weight": gamma,
            "opinion.prior_weight": c0,
            "opinion.talk_weight": eta,
            "opinion.trust_weight": theta,
            "discussion.learning": learning,
            "discussion.biased_processing": beta,
            "discussion.own_side": own_side,
            "discussion.facilitation": phi,
            "discussion.interpretation": interpretation,
            "process.n_consultations": 1,
        },
    )
    assert sitting_deviation(seed, "random", scenario) < 1e-10


def test_a_wrong_reference_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: the reference with the social channel's weights not normalised."""
    right = reference._formed

    def wrong(*given: object) -> object:
        return right(*given) * (1.0 + 1e-6)  # type: ignore[arg-type]

    monkeypatch.setattr(reference, "_formed", wrong)
    assert sitting_deviation(5) > 1e-8
