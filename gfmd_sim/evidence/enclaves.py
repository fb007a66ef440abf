"""The like-minded among themselves, against mixed tables.

Source of the question: Sunstein 2002 (enclaves polarise); Grönlund, Herne, Setälä 2015 (with rules
and a briefing they need not). Left out: who stays away, and what the briefing itself moves.
"""

from __future__ import annotations

from gfmd_sim.evidence.a1r import forum_of
from gfmd_sim.language import N_
from gfmd_sim.scenario.schema import Scenario

RESTRICTIVE = "restrictive"

DEFINITIONS = {
    "shift_mixed": N_(
        "mean support of the restrictive members after minus before, on 0-1 (above 0: "
        "towards the permissive), mean over the items of the issue, at mixed tables"
    ),
    "shift_like_minded": N_("the same at tables of restrictive members only"),
}

RANGES = {"experimental.share_pro": (0.4, 0.6)}
"""A briefing meant to be balanced need not be so in effect [A]."""


def statistics(scenario: Scenario, seed: int, replicate: int) -> dict[str, float]:
    """Mean movement of the restrictive members, above 0 towards the permissive.

    ``shift_mixed``: at the scenario's own tables; ``shift_like_minded``: at tables of one bloc, the
    same people with the same luck; ``shift_difference``: the first minus the second; beside them
    ``gap_mixed`` and ``gap_like_minded``, distance between the blocs after over before.
    """
    out: dict[str, float] = {}
    for name, rule in (("mixed", scenario.seating.rule), ("like_minded", "caucus")):
        seating = scenario.seating.model_copy(update={"rule": rule})
        forum = forum_of(scenario.model_copy(update={"seating": seating}), seed, replicate).run()
        (state,) = forum.roundtables.values()
        mine = forum.delegates.group == forum.delegates.groups.index(RESTRICTIVE)
        out[f"shift_{name}"] = float((state.support - state.start)[mine].mean())
        after = state.support[~mine].mean() - state.support[mine].mean()
        before = state.start[~mine].mean() - state.start[mine].mean()
        out[f"gap_{name}"] = float(after / before)
    out["shift_difference"] = out["shift_mixed"] - out["shift_like_minded"]
    return out
