"""Who was put together, and who teamed up.

Source of the question: Zajdela et al. 2022 (prescribed interaction at conferences and the teams that
form), Boudreau et al. 2017 (one shared session and joint applications). Left out: what people do in
the breaks.
"""

from __future__ import annotations

import numpy as np

from gfmd_sim.evidence.a1r import forum_of
from gfmd_sim.language import N_
from gfmd_sim.measures.network import mantel_haenszel, ties
from gfmd_sim.scenario.schema import Scenario

DEFINITIONS = {
    "interaction_ratio": N_(
        "mean interaction in the small groups of two who then teamed up over that of "
        "two who did not; a sitting together in a group of n counts min(1, attention / (n - 1))"
    ),
    "odds_ratio": N_(
        "odds of teaming up for two who sat in the same small group at least once over the "
        "odds of two who never did (Mantel-Haenszel over conferences)"
    ),
}

CONFERENCES = 10  # pooled in one statistic: one conference has too few teams to tell


def statistics(scenario: Scenario, seed: int, replicate: int) -> dict[str, float]:
    """What sitting together did for teaming up, over :data:`CONFERENCES` conferences.

    ``interaction_ratio``: mean interaction of two who teamed up over that of two who did not, where
    a sitting at a table of n counts min(1, attention / (n - 1)); ``odds_ratio``: odds of teaming up
    for two who sat together at least once over those of two who never did (Mantel-Haenszel over
    conferences); ``n_teams``: teams a conference.
    """
    together, is_tied, tables, n_teams = [], [], [], 0
    for k in range(CONFERENCES):
        forum = forum_of(scenario, seed, replicate * CONFERENCES + k).run()
        n = len(forum.delegates)
        interaction = np.zeros((n, n))
        for seating in forum.archive.seatings.values():
            for table in seating.tables():
                part = min(1.0, scenario.trust.attention / max(len(table) - 1, 1))
                interaction[np.ix_(table, table)] += part
        tied = np.zeros((n, n), dtype=bool)
        joined = ties(np.array(p.members) for p in forum.archive.partnerships)
        tied[joined[:, 0], joined[:, 1]] = True
        pairs = np.triu_indices(n, 1)
        met, mine = interaction[pairs] > 0, tied[pairs]
        tables.append(
            [[(mine & met).sum(), (mine & ~met).sum()], [(~mine & met).sum(), (~mine & ~met).sum()]]
        )
        together.append(interaction[pairs])
        is_tied.append(mine)
        n_teams += len(forum.archive.partnerships)
    all_together, all_tied = np.concatenate(together), np.concatenate(is_tied)
    return {
        "interaction_ratio": float(all_together[all_tied].mean() / all_together[~all_tied].mean())
        if all_tied.any()
        else float("nan"),
        "odds_ratio": mantel_haenszel(tables).estimate,
        "n_teams": n_teams / CONFERENCES,
    }
