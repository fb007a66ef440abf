"""What is the case at one roundtable, in arrays."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.accounts import Links, Topics
from gfmd_sim.pairs import Tablemates, nobody_together
from gfmd_sim.plenary.tables import SittingRecord
from gfmd_sim.records import Seating

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]
ByteArray = NDArray[np.uint8]


@dataclass(slots=True)
class RoundtableState:
    """What the delegates think and know at one roundtable, and what has been said there."""

    topics: Topics
    links: Links
    lean: FloatArray  # (n_groups, n_solutions) with which each group's people come
    support: FloatArray  # (n, n_solutions)
    anchor: FloatArray  # (n, n_solutions)
    start: FloatArray  # (n, n_solutions) support with which the present holder of a seat began
    knows: ByteArray  # (n, n_accounts)
    learned: ByteArray  # (n, n_accounts) since the last anchor
    age: IntArray  # (n, n_accounts) with a limited memory only
    known_at_start: FloatArray  # (n_accounts,) share of the delegates who knew each account
    voiced: IntArray  # (3, n_accounts) mentions by consultation
    n_raised: IntArray  # (3, n_accounts, n_groups) tables at which a group raised it first
    first_proposer: IntArray  # (n_solutions,) delegate who first voiced an account of it, or -1
    sittings: list[SittingRecord] = field(default_factory=list)  # of the present consultation
    first: Seating | None = None  # of the present consultation's first sitting
    opening: Seating | None = None  # of this roundtable's very first sitting
    mates: Tablemates = field(default_factory=nobody_together)  # of the present sitting
    present: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int32))
