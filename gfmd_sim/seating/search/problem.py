"""What is asked of a seating plan, and what is answered.

Everything counts from 0: delegates by their place in ``ids``, tables and sittings by number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import accumulate
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.errors import SeatingError, Sentence

Plan = NDArray[np.int16]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]

MAX_SITTINGS = 30
MAX_TABLE = 120
WEIGHT_UNIT = 1000
"""Balance is counted in thousandths, so that weighted costs stay whole numbers."""


@dataclass(frozen=True, slots=True)
class FixedSeat:
    """A delegate who must sit at ``table``, in one ``sitting`` or (None) in all of them.

    A table has one ``host`` at most; other delegates may be fixed there too.
    """

    delegate: int
    table: int
    sitting: int | None = None
    host: bool = False


@dataclass(frozen=True, slots=True)
class Encounters:
    """Which meetings count, and what meeting again is worth.

    Parameters
    ----------
    across
        None: all pairs count. An attribute's name: only pairs that differ in it.
    repeats
        ``linear``: a pair that met m times costs m - 1, so distinct encounters are what counts;
        ``geometric``: the k-th meeting is worth 1/2**(k-1); ``square``: m meetings cost (m-1)**2.
    """

    across: str | None = None
    repeats: Literal["linear", "geometric", "square"] = "linear"

    def cost(self, m: int) -> Fraction:
        """Cost of one pair's ``m`` meetings, in encounters lost; 0 for none and for one."""
        if m <= 1:
            return Fraction(0)
        if self.repeats == "linear":
            return Fraction(m - 1)
        if self.repeats == "square":
            return Fraction((m - 1) ** 2)
        return m - 2 + Fraction(1, 2 ** (m - 1))


@dataclass(frozen=True)
class SeatingProblem:
    """One roundtable's seating request.

    Parameters
    ----------
    ids
        The delegates, distinct; all other fields speak of them by their place here.
    attributes
        Values to balance, a list of n strings each; an empty string is unknown and counts nowhere.
    table_sizes
        For each sitting the size of every table; they must add up to the delegates present.
    weights
        Weight of an attribute's excess; 1 if not named. 0 leaves it out.
    present
        shape (n_sittings, n); None: all are there always.
    apart, together
        Groups of delegates no two of whom ever share a table; who share one whenever present.
    fixed, locked
        Seats that must be so: hosts and wishes; seats taken over from an earlier plan.
    capacity
        Seats a table has at most, by table; tables not named hold any number.
    needs, features
        What a delegate needs of his table (``step-free``, ...); what each table has.
    languages, interpreters
        Languages of each delegate (empty: not known, fits everywhere). A table works if all share
        a language, or if all speak one of the languages of an interpreter at that table.
    encounters
        Which meetings count.
    names
        What to call the delegates in messages; ``ids`` if None.
    consultations
        Sittings of each consultation, for what is said and printed of the plan; empty: not known.
    """

    ids: tuple[str, ...]
    attributes: Mapping[str, Sequence[str]]
    table_sizes: tuple[tuple[int, ...], ...]
    weights: Mapping[str, float] = field(default_factory=dict)
    present: BoolArray | None = None
    apart: tuple[tuple[int, ...], ...] = ()
    together: tuple[tuple[int, ...], ...] = ()
    fixed: tuple[FixedSeat, ...] = ()
    locked: tuple[FixedSeat, ...] = ()
    capacity: Mapping[int, int] = field(default_factory=dict)
    needs: Mapping[int, frozenset[str]] = field(default_factory=dict)
    features: Mapping[int, frozenset[str]] = field(default_factory=dict)
    languages: tuple[frozenset[str], ...] = ()
    interpreters: Mapping[int, tuple[frozenset[str], ...]] = field(default_factory=dict)
    encounters: Encounters = field(default_factory=Encounters)
    names: tuple[str, ...] | None = None
    consultations: tuple[int, ...] = ()

    @property
    def n(self) -> int:
        """Number of delegates."""
        return len(self.ids)

    @property
    def n_sittings(self) -> int:
        """Number of sittings."""
        return len(self.table_sizes)

    @property
    def n_tables(self) -> int:
        """Tables of the sitting that has most."""
        return max(len(sizes) for sizes in self.table_sizes)

    def attendance(self) -> BoolArray:
        """Who is there, shape (n_sittings, n)."""
        if self.present is None:
            return np.ones((self.n_sittings, self.n), dtype=np.bool_)
        return np.asarray(self.present, dtype=np.bool_)

    def name(self, delegate: int) -> str:
        """What messages call a delegate."""
        return self.names[delegate] if self.names is not None else self.ids[delegate]

    def seats(self) -> tuple[FixedSeat, ...]:
        """Fixed and locked seats alike."""
        return self.fixed + self.locked

    def consultation(self, sitting: int) -> int | None:
        """The consultation, from 1, of a sitting, from 0; None where it is not known."""
        ends = accumulate(self.consultations)
        return next((c for c, end in enumerate(ends, start=1) if sitting < end), None)

    def sitting_words(self, sitting: int) -> Sentence:
        """What messages call a sitting, from 0."""
        return sitting_words(sitting + 1, self.consultation(sitting))


@dataclass(frozen=True)
class PlanResult:
    """A plan and how far it is from perfect.

    Attributes
    ----------
    plan
        Table of each delegate at each sitting, shape (n_sittings, n), -1 where absent.
    excess
        Weighted balance excess; 0 means every table holds the floor or the ceiling of its fair
        share of every value.
    distinct
        Different pairs (of those that count) who meet at least once.
    repeat_cost
        Cost of meeting again, in encounters lost; equals meetings - distinct where linear.
    bound_excess, bound_distinct, bound_repeat_cost
        No plan that keeps the constraints can do better than these; the last two hold for the
        plans with the least excess.
    gap
        Share of ``bound_distinct`` that is missing, 0 to 1.
    is_proven_optimal
        True exactly when balance and encounters both meet their bound.
    repeated_meetings
        Sum over pairs of C(meetings, 2): the tie-break.
    worst_served
        Distinct encounters of the delegate who has fewest, among those present most often.
    steps, seed, elapsed
        Proposals tried, the seed, and seconds on the clock: the first two make the plan again.
    stopped
        Why the search ended: ``proven``, ``time``, ``steps`` or ``hand``.
    """

    plan: Plan
    excess: float
    distinct: int
    repeat_cost: float
    bound_excess: float
    bound_distinct: int
    bound_repeat_cost: float
    gap: float
    is_proven_optimal: bool
    repeated_meetings: int
    worst_served: int
    steps: int
    seed: int
    elapsed: float
    stopped: str


class Standing(NamedTuple):
    """How far a search is.

    ``excess``: seats out of balance, weighted; ``again``: cost of meeting again, in encounters lost;
    each with its bound. ``gap``: share of the bound on encounters that is missing. ``broken``: hard
    constraints not kept yet. ``elapsed``: seconds.
    """

    excess: float
    bound_excess: float
    again: float
    bound_again: float
    gap: float
    broken: int
    elapsed: float

    @property
    def cost(self) -> float:
        """Excess and encounters lost together."""
        return self.excess + self.again

    @property
    def bound(self) -> float:
        """What no plan's cost can go below."""
        return self.bound_excess + self.bound_again


Progress = Callable[[Standing], None]


def sitting_words(number: int, consultation: int | None) -> Sentence:
    """A sitting by its number, and its consultation where that is known; both from 1.

    >>> sitting_words(3, None), sitting_words(3, 2)
    ('sitting 3', 'sitting 3 (consultation 2)')
    """
    if consultation is None:
        return Sentence("sitting {sitting}", sitting=number)
    return Sentence(
        "sitting {sitting} (consultation {consultation})",
        sitting=number, consultation=consultation,
    )  # fmt: skip


def merge(groups: Sequence[Sequence[int]], n: int) -> list[list[int]]:
    """Together groups that share a delegate are one group; those of one delegate are none."""
    root = list(range(n))

    def find(i: int) -> int:
        while root[i] != i:
            root[i] = root[root[i]]
            i = root[i]
        return i

    for group in groups:
        for i in group[1:]:
            root[find(i)] = find(group[0])
    found: dict[int, list[int]] = {}
    for i in range(n):
        found.setdefault(find(i), []).append(i)
    return [members for members in found.values() if len(members) > 1]


def default_table_sizes(n: int, smallest: int = 5, largest: int = 8) -> tuple[int, ...]:
    """Sizes that hold ``n`` delegates, as large and as even as the limits allow.

    >>> default_table_sizes(100, 5, 8)
    (8, 8, 8, 8, 8, 8, 8, 8, 8, 7, 7, 7, 7)

    Raises
    ------
    SeatingError
        If no number of tables holds exactly ``n`` delegates.
    """
    if n < 1 or not 1 <= smallest <= largest:
        raise SeatingError(
            "table sizes must go from a smaller to a larger number",
            given=Sentence("{sizes} for {n} delegates", sizes=f"{smallest}-{largest}", n=n),
        )
    tables = -(-n // largest)
    if n // tables < smallest:
        more = f"{n // tables}-{largest}"
        raise SeatingError(
            Sentence(
                "{n} delegates cannot be seated at tables of {least} to {most}",
                n=n,
                least=smallest,
                most=largest,
            ),
            given=f"{smallest}-{largest}",
            remedy=Sentence(
                "allow tables of {sizes}, or change the number of delegates", sizes=more
            ),
        )
    even, rest = divmod(n, tables)
    return (even + 1,) * rest + (even,) * (tables - rest)
