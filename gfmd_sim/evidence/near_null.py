"""Where composition does not matter: the emulation ``near-null``, and the verdict on it.

Barrett et al. 2024 (JAAMAS 38:30) and Farrar et al. 2009 (British Journal of Political Science
39:615-626) report next to no effect of grouping among open-minded citizens with expert information
and time to talk. A tool that found an effect here as well would find one everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass

from gfmd_sim.errors import Sentence
from gfmd_sim.experiments.compare import DOES_NOT_MATTER, compare
from gfmd_sim.experiments.design import Choice, cross
from gfmd_sim.experiments.forum_simulator import ForumSimulator
from gfmd_sim.language import N_
from gfmd_sim.scenario.files import load_scenario

RULES = ("balanced", "random", "caucus", "like_minded")
MEASURE = "convergence"
SOURCE = Sentence.divided(["Barrett et al. 2024", "Farrar et al. 2009"])

# what is said of each rule: the claim, what the difference is, the verdict
CLAIMS = {
    "random": N_(
        "convergence, random against balanced: the limit farther from 0; an effect of {seen} would "
        "have been seen; verdict: {verdict}"
    ),
    "caucus": N_(
        "convergence, caucus against balanced: the limit farther from 0; an effect of {seen} would "
        "have been seen; verdict: {verdict}"
    ),
    "like_minded": N_(
        "convergence, like_minded against balanced: the limit farther from 0; an effect of {seen} "
        "would have been seen; verdict: {verdict}"
    ),
}
DEFINITIONS = {
    "random": N_("convergence with random tables minus that with balanced ones"),
    "caucus": N_("convergence with caucus tables minus that with balanced ones"),
    "like_minded": N_("convergence with like_minded tables minus that with balanced ones"),
}
VERDICTS = {
    "random": N_(
        "random against balanced: {verdict}; {seen} would have been seen, {smallest} would matter"
    ),
    "caucus": N_(
        "caucus against balanced: {verdict}; {seen} would have been seen, {smallest} would matter"
    ),
    "like_minded": N_(
        "like_minded against balanced: {verdict}; {seen} would have been seen, {smallest} would "
        "matter"
    ),
}


@dataclass(frozen=True)
class Verdict:
    """What a comparison says of one composition against balanced tables.

    ``smallest_seen``: half the width of the interval, the smallest effect that would have been
    told from nothing.
    """

    rule: str
    measure: str
    difference: float
    low: float
    high: float
    smallest_of_interest: float
    smallest_seen: float
    verdict: str

    @property
    def is_null(self) -> bool:
        return self.verdict == DOES_NOT_MATTER


def verdicts(
    replicates: int = 60, seed: int = 0, scenario: str = "emulations/near-null"
) -> list[Verdict]:
    """Convergence under each composition against balanced tables, on the same luck."""
    settled = load_scenario(scenario)
    effect = settled.smallest_effects.convergence
    found = compare(
        ForumSimulator.of(settled),
        cross([Choice("seating.rule", RULES)]),
        {MEASURE: effect},
        replicates=replicates,
        seed=seed,
        workers=0,
    )
    out = []
    for _, row in found.frame.iterrows():
        if row["design"] != found.baseline:
            out.append(
                Verdict(
                    rule=str(row["design"]).removeprefix("seating.rule="),
                    measure=MEASURE,
                    difference=float(row["difference"]),
                    low=float(row["low"]),
                    high=float(row["high"]),
                    smallest_of_interest=effect,
                    smallest_seen=(float(row["high"]) - float(row["low"])) / 2.0,
                    verdict=str(row["verdict"]),
                )
            )
    return out
