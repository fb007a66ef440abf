"""The statistics on a model of your own: anything that maps (levers, seed, replicate) to measures.

Two coins and a question: which falls on heads more often, and by how much? The truth is known here
(0.1), so the answer can be checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gfmd_sim.experiments.design import Choice, cross
from gfmd_sim.experiments.select import select_best
from gfmd_sim.experiments.sequential import compare_until_clear
from gfmd_sim.experiments.simulator import JSON
from gfmd_sim.streams import Decision, Streams

COIN = np.zeros(1, np.uint32)


@dataclass(frozen=True)
class Coins:
    """A hundred throws of a coin; ``p`` is its chance of heads."""

    n: int = 100

    @property
    def identity(self) -> Mapping[str, JSON]:
        """What the values depend on besides the arguments of ``run``: results are stored under it."""
        return {"model": "coins", "version": 1, "n": self.n}

    def run(self, levers: Mapping[str, JSON], seed: int, replicate: int) -> Mapping[str, float]:
        """The same replicate is the same luck for every coin; no other luck is used."""
        u = Streams(seed, replicate).uniform(Decision.SUPPORT, COIN, self.n)[0]
        return {"heads": float((u < levers["p"]).mean())}


def main() -> None:
    coins = cross([Choice("p", (0.5, 0.52, 0.6))])
    answer = compare_until_clear(Coins(), coins, {"heads": 0.05}, workers=0)
    for line in answer.sentences():
        print(line)
    cell = answer.cell("0.6", "heads")
    print(f"the truth, 0.1, is inside: {cell['low'] <= 0.1 <= cell['high']}")
    print(
        f"{cell['n']} replicates; the same luck was worth {cell['pairing_gain']:.0f} times as many"
    )

    best = select_best(Coins(), coins, "heads", 0.05, workers=0)
    print(f"the best of three: {best.best}, after {best.n_runs} runs")


if __name__ == "__main__":
    main()
