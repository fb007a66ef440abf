"""Who founds a partnership with whom? One published answer a file."""

from __future__ import annotations

from collections.abc import Callable

from gfmd_sim.partnering.champions import IntArray, champions
from gfmd_sim.partnering.nobody import nobody
from gfmd_sim.partnering.pairs import pairs
from gfmd_sim.partnering.willingness import PartnerParameters, Pool

PartneringRule = Callable[[int, IntArray, IntArray, int, Pool, PartnerParameters], IntArray]
"""(solution, supporters, spare capacity, needs, pool, parameters) -> members, one row each."""

RULES: dict[str, PartneringRule] = {"champions": champions, "pairs": pairs, "nobody": nobody}
