"""The sequence of runs a search makes: how long, how hot, and where each begins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from gfmd_sim.seating.search.arrays import Arrays
from gfmd_sim.seating.search.bounds import Bounds
from gfmd_sim.seating.search.problem import Encounters
from gfmd_sim.seating.search.turning import COLD, HOT

MOST_SPARE = 4
"""More than that are hardly ever strangers to each other."""
MOST_TURNED = 64
"""In longer lists there is room enough without symmetry, or a template."""
ROOMY = 0.25
"""Where fewer of the pairs must meet there is room enough, and hardly more than descent is needed."""

CROWDED = 5.0
"""Units a table (single delegates or groups) below which two tables can hardly mend each other."""
ROOM = 4.5
"""Encounters that a plan may lose beyond the best one: with less, exchanges go in circles, with more astray."""
TURNS = 150
"""How often several tables and two take turns, before swaps are made again."""


@dataclass(frozen=True, slots=True)
class Run:
    """One annealing run: how long, temperature and weight of balance from and to."""

    steps: int
    hot: float
    cold: float
    soft: float
    hard: float
    p_near: float = 0.3
    p_schedule: float = 0.0
    focus: bool = False
    # where it begins: first, exact, template, template-best, balance, repeats, turning or best
    start: str = "first"
    rings: bool = False  # exchanges that keep balance, instead of swaps
    room: float = 0.0  # ... which may lose so many encounters more than the best plan
    redeal: bool = False  # two tables deal their people anew, instead of swaps
    several: bool = False  # ... or more
    order: int = 0  # the plan is searched for that turns into itself after so many sittings
    spare: int = 0  # ... made for so many delegates more, who then leave


def with_polish(main: Iterator[Run], redeals: bool, several: bool) -> Iterator[Run]:
    """After each run others from the best plan: tables deal anew, and balance weighs ever more.

    The latter only where balance is lacking. Tables deal anew where there are groups (``redeals``): two, or in
    turn with ``several`` at once. Several mend what two cannot, but lose encounters that two win back
    in far less time: so turns are short.
    """
    for run in main:
        yield run
        if redeals and several:
            for _ in range(TURNS):
                yield Run(100_000, 1.0, 1.0, 1.0, 1.0, start="repeats", redeal=True, several=True)
                yield Run(300_000, 1.0, 1.0, 1.0, 1.0, start="repeats", redeal=True)
        elif redeals:
            yield Run(30_000_000, 1.0, 1.0, 1.0, 1.0, start="repeats", redeal=True)
        if run.start != "template" and not run.rings:
            steps = max(1_000_000, run.steps // 5)
            for _ in range(3):
                yield Run(steps, 0.3, 0.1, 2.0, 12.0, start="balance", focus=run.focus)


def deals_several(a: Arrays, b: Bounds) -> bool:
    """Whether several tables should deal anew at once: so many are in groups, or room is plenty; and they can."""
    units = int(a.present.sum()) - int(np.maximum(a.length - 1, 0).sum())
    plain = bool(a.allowed.all()) and a.speaks.shape[1] == 0
    is_crowded = units < CROWDED * int((a.size > 0).sum())
    return plain and (is_crowded or share_of_pairs(b) < ROOMY)


def share_of_pairs(b: Bounds) -> float:
    """Share of all pairs that must meet."""
    return min(1.0, b.meetings / max(1, b.pairs))


def orders_of(a: Arrays) -> list[int]:
    """Orders of rotations for plans that turn into themselves: none where not all are alike."""
    sittings, n = a.present.shape
    alike = bool(
        a.present.all() and a.allowed.all() and (a.fixed < 0).all() and (a.block < 0).all()
    )
    alike = alike and int(a.kind.astype(np.int64).sum()) == 2 * n and a.speaks.shape[1] == 0
    if not alike or a.value.shape[1] or (a.size != a.size[0]).any() or n > MOST_TURNED:
        return []
    return [k for k in (2, 3) if sittings % k == 0]


def spare_seats(a: Arrays) -> int:
    """Seats that would make all tables of the first sitting equal, larger ones first; 0 if many."""
    size = a.size[0].astype(np.int64)
    spare = int((size.max() - size).sum())
    even = bool((np.diff(size) <= 0).all()) and size.max() - size.min() == 1
    return spare if even and spare <= MOST_SPARE else 0


def runs(a: Arrays, b: Bounds, encounters: Encounters, has_template: bool) -> Iterator[Run]:
    """The runs, without end."""
    n = a.present.shape[1]
    tight = share_of_pairs(b)
    firm = 2.0 if tight > 0.64 else 1.0
    hot, cold = max(0.25, 0.78 * tight), max(0.12, 0.36 * tight)
    if tight < ROOMY:
        # Unless groups must find their tables.
        hot, cold, firm = (0.05 if (a.block < 0).all() else 0.25), 0.02, 1.0
    plain = bool((a.block < 0).all() and (a.fixed < 0).all() and a.present.all())
    swap = 0.02 if plain else 0.0
    if has_template:
        for _ in range(3):
            yield Run(1_000_000, 5.0, 0.4, 1.0, 1.0, p_schedule=1.0, start="template")
    if a.value.shape[1] == 0:
        # Nothing to balance: swaps are free, and many coolings from new plans beat one that goes on.
        length, start = 1_500_000 + 400 * n, "first"
        spare = spare_seats(a)
        while True:
            yield Run(length, hot, cold, firm, firm, p_near=0.0, start=start)
            for order in orders_of(a):
                yield Run(2_000_000, HOT, COLD, firm, firm, start="turning", order=order)
                if spare:
                    yield Run(
                        2_000_000, HOT, COLD, firm, firm, start="turning", order=order, spare=spare
                    )
            length, start = length + length // 4, "exact"
    has_groups = bool((a.block >= 0).any())
    yield Run(
        (300_000 + 700 * n) if has_groups else (1_500_000 + 400 * n),
        hot,
        cold,
        firm,
        3 * firm,
        p_near=0.1 if tight < ROOMY else 0.3,
        focus=tight < ROOMY,
        start="first",
    )
    if has_template and tight > 0.64:
        # Hardly any repeats at first; then what balance lacks is bought with as few as can be.
        yield Run(16_000_000, 0.35, 0.35, 0.3, 5.0, p_schedule=swap, start="template-best")
        yield Run(4_000_000, 0.35, 0.3, 5.0, 12.0, start="on")
    # Exchanges from the best plan, ever longer: whenever time is up, a long cooling has ended lately.
    worth = float(encounters.cost(2))
    # Colder, the exchanges only go back and forth; how hot they may be depends on the room they have.
    warm = (0.13 + 0.676 * tight) * worth
    cool = 0.8 * warm
    length = 15_000_000
    while True:
        yield Run(length, warm, cool, firm, firm, start="best", rings=True, room=ROOM * worth)
        # Passed over while exchanges do: see :func:`solve`.
        yield Run(length // 2, hot, cold, firm, 3 * firm, start="exact")
        length += length // 2
