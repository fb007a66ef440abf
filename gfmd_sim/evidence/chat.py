"""Small groups in a chat without a host: who has the floor, and whether they end up agreeing.

Source: DeliData (Karadzhov, Stafford, Vlachos 2023, doi 10.1145/3610056), the puzzle of the four
cards (Wason 1968). A turn stands for as many words as any other. Left out: how long a message is,
and that some groups know the answer.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gfmd_sim.evidence.a1r import forum_of
from gfmd_sim.language import N_
from gfmd_sim.measures.inequality import gini
from gfmd_sim.scenario.schema import Scenario

FloatArray = NDArray[np.float64]

TURNED = 0.5  # who supports a card by this much turns it

DEFINITIONS = {
    "word_ratio": N_(
        "r for which shares proportional to r^(rank - 1) are nearest (least squares) to the "
        "mean shares of the floor by rank within a chat, of chats in which everybody wrote"
    ),
    "word_gini": N_("mean over the same chats of the Gini of the floor among the members"),
    "unanimous": N_("share of chats in which all members turn the same cards in the end"),
}

RANGES = {"discussion.talk_ratio": (0.64, 0.69), "experimental.consensus_pull": (0.76, 0.88)}
"""What groups of 2 to 4 leave open: within two standard errors of their Gini and of how many end of
one mind. The parameters of the America in One Room fit stay at their defaults, with which these two
were set."""

LUCK = {"word_ratio": 1.4, "word_gini": 1.4}
"""Real chats of one size differ more in their Gini (sd .10, .105, .103 with 2, 3, 4) than emulated
ones (.083, .087, .080; .07 and .06 with 5 and 6)."""


def ratio_by_rank(shares: ArrayLike) -> float:
    """r of the shares r^(rank-1) / sum nearest (least squares) to these, largest first, shape (n,)."""
    share = np.asarray(shares, dtype=np.float64)
    r = np.linspace(0.2, 1.0, 801)
    fitted = r[:, None] ** np.arange(len(share))
    fitted /= fitted.sum(axis=1, keepdims=True)
    return float(r[np.argmin(((fitted - share) ** 2).sum(axis=1))])


def statistics(scenario: Scenario, seed: int, replicate: int) -> dict[str, float]:
    """The statistics of the chats of one scenario, all of one size.

    :data:`DEFINITIONS`, and ``unanimous_start``: as ``unanimous``, at first; ``distinct_start``,
    ``distinct_end``: mean number of different answers in a chat; ``share_silent``: chats in which
    somebody never wrote. The data count who wrote as the group, so those chats have no say in the
    first two.
    """
    forum = forum_of(scenario, seed, replicate).run()
    (state,) = forum.roundtables.values()
    tables = forum.archive.seatings[1, 1, 1].tables()
    turns = forum.turns.astype(np.float64)
    floor = np.array([np.sort(turns[t])[::-1] for t in tables])
    everybody = floor[:, -1] > 0
    floor = floor[everybody] if everybody.any() else floor
    shares = floor / floor.sum(axis=1, keepdims=True)
    start = np.array([_distinct(state.start[t] >= TURNED) for t in tables])
    end = np.array([_distinct(state.support[t] >= TURNED) for t in tables])
    return {
        "word_ratio": ratio_by_rank(shares.mean(axis=0)),
        "word_gini": float(gini(floor.T).mean()),
        "unanimous": float((end == 1).mean()),
        "unanimous_start": float((start == 1).mean()),
        "distinct_start": float(start.mean()),
        "distinct_end": float(end.mean()),
        "share_silent": float(1.0 - everybody.mean()),
    }


def _distinct(choices: NDArray[np.bool_]) -> int:
    return len(np.unique(choices, axis=0))
