"""What the measures of a run are called, for whoever asks before there is one."""

from __future__ import annotations

from collections.abc import Iterable

NAMES = (
    "convergence", "solutions", "partnerships", "voice", "continuity",
    "convergence_between_groups", "convergence_within_groups", "variance_end",
    "agreement_van_der_eijk", "consensus_tastle_wierman", "polarisation_esteban_ray",
    "rank_agreement",
    "n_balloted", "n_adopted", "share_delivered", "speeches_only", "objectives_adopted",
    "objectives_partnered", "approval.*",
    "n_partnerships", "n_multistakeholder", "partnership_size", "partnership_groups",
    "partnership_regions", "share_stable", "share_across_agencies", "share_across_roles",
    "share_south_south", "share_triangular", "needs_covered", "ties_across_groups", "ei_index",
    "largest_component", "tie_odds_above", "tie_odds_below",
    "uptake_per_turn", "uptake_across_groups", "voice_share.*", "uptake_share.*",
    "share_noted", "share_voiced_again", "continuity_spread", "rare_points_reach_half",
    "accounts_aired", "knowledge_end", "continuity.*",
    "pairs_met", "pairs_met_of_bound", "pairs_met_again", "pairs_met_across_groups",
    "mean_table_size",
)  # fmt: skip
"""In the order in which a run tells them; ``*`` stands for each group that takes part."""


def measure_names(groups: Iterable[str]) -> tuple[str, ...]:
    """The measures of a Forum of these groups."""
    known = list(groups)
    return tuple(
        name.replace("*", g) for name in NAMES for g in (known if name.endswith("*") else [""])
    )
