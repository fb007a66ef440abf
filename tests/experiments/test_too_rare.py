"""An outcome that hardly ever occurs does not make designs alike: decision 15."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from gfmd_sim.experiments.compare import (
    DOES_NOT_MATTER,
    MATTERS,
    TOO_RARE,
    Comparison,
    compare_runs,
)
from gfmd_sim.experiments.decide import Kind, decide
from gfmd_sim.reports.decision import decision
from gfmd_sim.reports.findings import findings
from gfmd_sim.scenario.agenda import Language

SMALLEST = {"convergence": 0.05, "partnerships": 1.0}


def compared(partnerships: dict[str, np.ndarray]) -> Comparison:
    """Designs that converge alike to within luck, with these partnerships in each replicate."""
    luck = np.random.default_rng(3)
    n = len(next(iter(partnerships.values())))
    common, parts = luck.normal(0.4, 0.05, n), []
    for design, found in partnerships.items():
        own = common + luck.normal(0, 0.01, n)
        parts.append(
            pd.DataFrame(
                {"design": design, "world": 0, "replicate": range(n), "failure": None,
                 "convergence": own, "partnerships": found}
            )
        )  # fmt: skip
    return compare_runs(pd.concat(parts, ignore_index=True), list(partnerships), SMALLEST)


def events(places: list[int], n: int = 60, each: float = 1.7) -> np.ndarray:
    out = np.zeros(n)
    out[places] = each
    return out


RARE = compared({"random": events([3, 30, 41]), "balanced": events([3, 8])})


def test_losing_all_of_a_rare_outcome_is_not_called_no_difference() -> None:
    """3 and 2 of 60 runs: even none at all would lie within the smallest effect of 1."""
    row = RARE.cell("balanced", "partnerships")
    assert max(-row["low"], row["high"]) < SMALLEST["partnerships"]
    assert row["verdict"] == TOO_RARE and row["more_replicates"] > 60
    assert RARE.cell("balanced", "convergence")["verdict"] == DOES_NOT_MATTER
    assert RARE.is_clear  # no look at more of the same runs is waited for
    assert any("too rare here to tell" in s for s in RARE.sentences())


def test_what_never_occurs_tells_nothing() -> None:
    never = compared({"random": events([]), "balanced": events([])})
    assert never.cell("balanced", "partnerships")["verdict"] == TOO_RARE


@pytest.mark.parametrize("noise", [0.0, 1.7])
def test_what_is_common_and_equal_does_not_matter(noise: float) -> None:
    """The negative control: an outcome of every run, equal but for luck."""
    luck = np.random.default_rng(5)
    base = 1.7 * luck.poisson(5, 400)
    other = np.abs(base + noise * luck.integers(-1, 2, 400))
    found = compared({"random": base, "balanced": other})
    assert found.cell("balanced", "partnerships")["verdict"] == DOES_NOT_MATTER


def test_a_rare_outcome_that_is_known_to_be_equal_does_not_matter() -> None:
    """One run in five, the same runs but for 1 in 100 of them each way: small beside how much there is."""
    luck = np.random.default_rng(7)
    base = np.where(luck.random(4000) < 0.2, 1.7, 0.0)
    other = base.copy()
    turned = luck.random(4000) < 0.01
    other[turned] = 1.7 - base[turned]
    other[np.flatnonzero(base)[:32]] = 0.0  # as many lost as won
    row = compared({"random": base, "balanced": other}).cell("balanced", "partnerships")
    assert row["verdict"] == DOES_NOT_MATTER and row["high"] < 0.17


def test_a_design_under_which_it_is_common_is_seen() -> None:
    found = compared({"random": events([3]), "balanced": events(list(range(58)))})
    assert found.cell("balanced", "partnerships")["verdict"] == MATTERS


def test_what_is_too_rare_has_no_say_and_is_named() -> None:
    found = decide(RARE)
    assert found.kind is Kind.SAME and found.rare == ("partnerships",)
    only = compared({"random": events([3]), "balanced": events([8])})
    frame = only.frame[only.frame["measure"] == "partnerships"]
    alone = decide(Comparison(**{**vars(only), "frame": frame}))
    assert alone.kind is Kind.OPEN and alone.more_replicates > 0


@pytest.mark.parametrize(
    ("language", "says", "helps"),
    [
        ("en", "too rare here to tell", "all roundtables together, or about"),
        ("fr", "trop rare ici", "toutes les tables rondes ensemble, ou environ"),
        ("es", "demasiado raro aquí", "todas las mesas redondas juntas, o alrededor de"),
    ],
)
def test_it_is_said_with_what_would_help(language: Language, says: str, helps: str) -> None:
    said = findings(RARE, language)
    assert says in said.cannot_tell[0] and helps in said.cannot_tell[0]
    assert not any("artnersh" in s or "artenari" in s or "lianza" in s for s in said.does_not)
    assert "partnership" not in said.deck and "partenariat" not in said.deck
    assert {"en": "too rare", "fr": "trop rare", "es": "demasiado raro"}[language] in decision(
        RARE, language
    )


def test_no_sameness_is_claimed_of_what_is_too_rare() -> None:
    said = decision(RARE, "en")
    assert said.startswith("In what can be told, it does not matter here who sits with whom")
    assert said.endswith("no say in this: partnerships.")
    assert findings(RARE, "en").headline.endswith("in what can be told")
