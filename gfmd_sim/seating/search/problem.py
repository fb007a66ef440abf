"""What is asked of a seating plan, and the same as plain arrays for the kernels.

Everything counts from 0: delegates by their place in ``ids``, tables and sittings by number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.errors import SeatingError

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


Progress = Callable[[float, float, float, float], None]
"""Called with cost, bound, gap and seconds elapsed."""


@dataclass(frozen=True)
class Arrays:
    """A problem as the kernels take it. T sittings, n delegates, q tables, V values, B blocks.

    Unknown values share index V, which costs nothing. A block is a together group in one sitting;
    single delegates have none (-1).
    """

    present: BoolArray  # (T, n)
    size: NDArray[np.int16]  # (T, q), 0 where a sitting has fewer tables
    value: NDArray[np.int16]  # (n, A)
    low: NDArray[np.int16]  # (T, q, V) floor of the fair share
    high: NDArray[np.int16]  # (T, q, V) ceiling
    unit: IntArray  # (V,) weight of one seat of excess, in thousandths
    kind: NDArray[np.uint8]  # (n, n): 0 counts, 1 apart, 2 tied, 3 does not count
    fixed: NDArray[np.int16]  # (T, n) table, -1 free
    allowed: BoolArray  # (n, q)
    block: NDArray[np.int32]  # (T, n), -1 single
    member: NDArray[np.int32]  # (B, longest) delegates of each block, -1 beyond its length
    length: NDArray[np.int32]  # (T, B) members present
    speaks: BoolArray  # (n, C) can take part in a table that works in channel c
    channel: BoolArray  # (q, C) where a channel is to be had


def refuse(problem: str, **facts: Any) -> SeatingError:
    """A SeatingError, to be raised by the caller."""
    return SeatingError(problem, **facts)


def validate(problem: SeatingProblem) -> None:
    """Shapes, numbers and names; not whether a plan exists.

    Raises
    ------
    SeatingError
        With what was given, what is allowed and what to do.
    """
    n, sittings = problem.n, problem.n_sittings
    if n < 2:
        raise refuse("a seating plan needs delegates", given=n, allowed="two or more")
    if len(set(problem.ids)) != n:
        twice = sorted({i for i in problem.ids if problem.ids.count(i) > 1})
        raise refuse("delegates' ids must be distinct", given=twice, remedy="rename one of them")
    if not 1 <= sittings <= MAX_SITTINGS:
        raise refuse("the number of sittings is out of range", given=sittings, allowed="1 to 30")
    if problem.names is not None and len(problem.names) != n:
        raise refuse("there must be a name for each delegate", given=len(problem.names))
    if problem.languages and len(problem.languages) != n:
        raise refuse("there must be languages for each delegate", given=len(problem.languages))
    for attribute, values in problem.attributes.items():
        if len(values) != n:
            raise refuse(
                f"attribute '{attribute}' must have a value for each delegate",
                given=len(values),
                allowed=str(n),
            )
        if not any(values):
            raise refuse(
                f"attribute '{attribute}' is empty: no delegate has a value",
                key=attribute,
                remedy="fill in the column, or leave it out of the attributes to balance",
            )
    for attribute, weight in problem.weights.items():
        if attribute not in problem.attributes:
            raise refuse(
                "a weight is given for an attribute that is not there",
                given=attribute,
                allowed=", ".join(problem.attributes),
            )
        if not 0 <= weight <= 1000:
            raise refuse(
                f"the weight of '{attribute}' is out of range", given=weight, allowed="0 to 1000"
            )
    across = problem.encounters.across
    if across is not None and across not in problem.attributes:
        raise refuse(
            "encounters are to count across an attribute that is not there",
            given=across,
            allowed=", ".join(problem.attributes),
        )
    there = problem.attendance()
    if there.shape != (sittings, n):
        raise refuse("'present' has the wrong shape", given=there.shape, allowed=f"{(sittings, n)}")
    for r, sizes in enumerate(problem.table_sizes):
        if not sizes or min(sizes) < 1 or max(sizes) > MAX_TABLE:
            raise refuse(
                f"table sizes of sitting {r + 1} are out of range",
                given=sizes,
                allowed=f"1 to {MAX_TABLE}",
            )
        if sum(sizes) != int(there[r].sum()):
            raise refuse(
                f"the tables of sitting {r + 1} do not hold the delegates present",
                given=f"{sum(sizes)} seats in {len(sizes)} tables",
                allowed=f"{int(there[r].sum())} seats",
                remedy="change table sizes or their number",
            )
    people = range(n)
    for group in problem.apart + problem.together:
        if any(i not in people for i in group):
            raise refuse("a group names a delegate who is not on the list", given=group)
    for seat in problem.seats():
        if (
            seat.delegate not in people
            or not 0 <= seat.table < problem.n_tables
            or not (seat.sitting is None or 0 <= seat.sitting < sittings)
        ):
            who = problem.name(seat.delegate) if seat.delegate in people else seat.delegate
            when = "" if seat.sitting is None else f", sitting {seat.sitting + 1}"
            raise refuse(
                "a fixed seat is out of range",
                given=f"{who} at table {seat.table + 1}{when}",
                allowed=f"tables 1 to {problem.n_tables}, sittings 1 to {sittings}",
            )
    for t in problem.capacity:
        if not 0 <= t < problem.n_tables:
            raise refuse("a capacity is given for a table that is not there", given=t)


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


def fixed_tables(problem: SeatingProblem, blocks: Sequence[Sequence[int]]) -> NDArray[np.int16]:
    """Table each delegate must have, through his block too, shape (T, n), -1 where free."""
    there = problem.attendance()
    fixed = np.full((problem.n_sittings, problem.n), -1, dtype=np.int16)
    for seat in problem.seats():
        rows = range(problem.n_sittings) if seat.sitting is None else (seat.sitting,)
        for r in rows:
            if there[r, seat.delegate]:
                fixed[r, seat.delegate] = seat.table
    for members in blocks:
        for r in range(problem.n_sittings):
            known = fixed[r, members].max()
            if known >= 0:
                here = [i for i in members if there[r, i]]
                fixed[r, here] = known
    return fixed


def channels(problem: SeatingProblem) -> tuple[BoolArray, BoolArray]:
    """Who can follow which channel, and which tables have it: (n, C) and (q, C).

    A channel is a language (to be had everywhere) or an interpreter's set of languages. Where one
    serves everybody at every table, languages restrict nothing, and there are none.
    """
    n, q = problem.n, problem.n_tables
    if not problem.languages:
        return np.zeros((n, 0), dtype=np.bool_), np.zeros((q, 0), dtype=np.bool_)
    known = sorted({word for spoken in problem.languages for word in spoken})
    sets = {frozenset([word]) for word in known}
    sets |= {frozenset(s) for rows in problem.interpreters.values() for s in rows}
    order = sorted(sets, key=sorted)
    speaks = np.array(
        [[not spoken or bool(spoken & s) for s in order] for spoken in problem.languages],
        dtype=np.bool_,
    ).reshape(n, len(order))
    have = np.zeros((q, len(order)), dtype=np.bool_)
    for c, s in enumerate(order):
        for t in range(q):
            at_table = [frozenset(x) for x in problem.interpreters.get(t, ())]
            have[t, c] = len(s) == 1 or s in at_table
    if (speaks.all(axis=0) & have.all(axis=0)).any():
        return speaks[:, :0], have[:, :0]
    return speaks, have


def compile_problem(problem: SeatingProblem) -> Arrays:
    """The problem as arrays; call :func:`validate` first."""
    n, sittings, q = problem.n, problem.n_sittings, problem.n_tables
    there = problem.attendance()
    size = np.zeros((sittings, q), dtype=np.int16)
    for r, sizes in enumerate(problem.table_sizes):
        size[r, : len(sizes)] = sizes

    values: list[tuple[str, str]] = []
    weighed = [a for a in problem.attributes if problem.weights.get(a, 1.0) > 0]
    index = np.zeros((n, len(weighed)), dtype=np.int16)
    for column, attribute in enumerate(weighed):
        for value in sorted({v for v in problem.attributes[attribute] if v}):
            mine = [v == value for v in problem.attributes[attribute]]
            index[mine, column] = len(values)
            values.append((attribute, value))
    for column, attribute in enumerate(weighed):
        index[[not v for v in problem.attributes[attribute]], column] = len(values)
    unit = np.array(
        [round(problem.weights.get(a, 1.0) * WEIGHT_UNIT) for a, _ in values], dtype=np.int64
    )
    held = np.zeros((sittings, len(values) + 1), dtype=np.int64)
    for column in range(len(weighed)):
        for r in range(sittings):
            held[r] += np.bincount(index[there[r], column], minlength=len(values) + 1)
    seats = np.maximum(there.sum(axis=1), 1)[:, None, None]
    share = held[:, None, :-1] * size[:, :, None].astype(np.int64)
    low = share // seats
    high = -(-share // seats)

    blocks = merge(problem.together, n)
    kind = np.zeros((n, n), dtype=np.uint8)
    if problem.encounters.across is not None:
        label = np.unique(
            np.array(problem.attributes[problem.encounters.across]), return_inverse=True
        )[1]
        kind[label[:, None] == label[None, :]] = 3
    for members in blocks:
        kind[np.ix_(members, members)] = 2
    for group in problem.apart:
        kind[np.ix_(list(group), list(group))] = 1
    np.fill_diagonal(kind, 2)

    longest = max([len(b) for b in blocks], default=1)
    member = np.full((max(len(blocks), 1), longest), -1, dtype=np.int32)
    length = np.zeros((sittings, max(len(blocks), 1)), dtype=np.int32)
    block = np.full((sittings, n), -1, dtype=np.int32)
    for b, members in enumerate(blocks):
        member[b, : len(members)] = members
        for r in range(sittings):
            here = [i for i in members if there[r, i]]
            length[r, b] = len(here)
            if len(here) > 1:
                block[r, here] = b

    allowed = np.ones((n, q), dtype=np.bool_)
    for i, wanted in problem.needs.items():
        for t in range(q):
            allowed[i, t] = wanted <= problem.features.get(t, frozenset())
    speaks, channel = channels(problem)
    return Arrays(
        present=there,
        size=size,
        value=index,
        low=low.astype(np.int16),
        high=high.astype(np.int16),
        unit=unit,
        kind=kind,
        fixed=fixed_tables(problem, blocks),
        allowed=allowed,
        block=block,
        member=member,
        length=length,
        speaks=speaks,
        channel=channel,
    )


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
        raise refuse(
            "table sizes must go from a smaller to a larger number",
            given=f"{smallest}-{largest} for {n} delegates",
        )
    tables = -(-n // largest)
    if n // tables < smallest:
        more = f"{n // tables}-{largest}"
        raise refuse(
            f"{n} delegates cannot be seated at tables of {smallest} to {largest}",
            given=f"{smallest}-{largest}",
            remedy=f"allow tables of {more}, or change the number of delegates",
        )
    even, rest = divmod(n, tables)
    return (even + 1,) * rest + (even,) * (tables - rest)
