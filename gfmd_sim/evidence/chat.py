"""Small groups in a chat without a host: who has the floor, and whether they end up agreeing.

Source: DeliData (Karadzhov, Stafford, Vlachos 2023, doi 10.1145/3610056), the puzzle of the four
cards (Wason 1968). A turn stands for as many words as any other. Left out: how long a message is,
and that some groups know the answer.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gfmd_sim.evidence.a1r import forum_of
from gfmd_sim.measures.inequality import gini
from gfmd_sim.scenario.schema import Scenario

FloatArray = NDArray[np.float64]

TURNED = 0.5  # who supports a card by this much turns it


def ratio_by_rank(shares: ArrayLike) -> float:
    """r of the shares r^(rank-1) / sum nearest (least squares) to these, largest first, shape (n,)."""
    share = np.asarray(shares, dtype=np.float64)
    r = np.linspace(0.2, 1.0, 801)
    fitted = r[:, None] ** np.arange(len(share))
    fitted /= fitted.sum(axis=1, keepdims=True)
    return float(r[np.argmin(((fitted - share) ** 2).sum(axis=1))])


def statistics(scenario: Scenario, seed: int, replicate: int) -> dict[str, float]:
    """The statistics of a hundred chats.

    ``word_ratio``: floor of each rank over that of the rank before, from the mean shares by rank;
    ``word_gini``: mean Gini of the floor within a chat; ``unanimous``: share of chats in which all
    turn the same cards in the end; ``unanimous_start``: at first; ``distinct_start``,
    ``distinct_end``: mean number of different answers in a chat.
    """
    forum = forum_of(scenario, seed, replicate).run()
    (state,) = forum.roundtables.values()
    tables = forum.archive.seatings[1, 1, 1].tables()
    turns = forum.turns.astype(np.float64)
    floor = np.array([np.sort(turns[t])[::-1] for t in tables])
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
    }


def _distinct(choices: NDArray[np.bool_]) -> int:
    return len(np.unique(choices, axis=0))
