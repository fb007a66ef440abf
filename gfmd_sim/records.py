"""What a Forum leaves behind: frozen records, each saying where it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.compiled import compiled, filled

IntArray = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Seating:
    """Who sits where in one sitting.

    ``seat`` lists delegates (their index) table by table, in the order of their index at each
    table; table ``t`` has the seats ``start[t]`` to ``start[t + 1]``.
    """

    seat: NDArray[np.int32]
    start: NDArray[np.int32]

    @property
    def n_tables(self) -> int:
        return len(self.start) - 1

    @property
    def sizes(self) -> NDArray[np.int32]:
        """Seats a table, shape (n_tables,)."""
        return np.diff(self.start)

    def tables(self) -> list[NDArray[np.int32]]:
        """The delegates of each table."""
        return [self.seat[a:b] for a, b in zip(self.start[:-1], self.start[1:], strict=True)]

    def table_of(self, n_delegates: int) -> NDArray[np.int32]:
        """The table of each delegate, -1 for those not seated, shape (n_delegates,)."""
        table = np.full(n_delegates, -1, dtype=np.int32)
        table[self.seat] = np.repeat(np.arange(self.n_tables, dtype=np.int32), self.sizes)
        return table

    @classmethod
    def from_tables(cls, tables: list[NDArray[np.int32]]) -> Seating:
        """From a list of tables; empty tables are left out."""
        kept = [np.sort(np.asarray(t, dtype=np.int32)) for t in tables if len(t)]
        start = np.zeros(len(kept) + 1, dtype=np.int32)
        np.cumsum([len(t) for t in kept], out=start[1:])
        seat = np.concatenate(kept) if kept else np.zeros(0, dtype=np.int32)
        return cls(seat, start)

    @classmethod
    def from_table_of(cls, table_of: NDArray[np.int32]) -> Seating:
        """From the table of each delegate (-1: not seated); tables are renumbered without gaps."""
        seated = np.flatnonzero(table_of >= 0).astype(np.int32)
        order = np.argsort(table_of[seated], kind="stable")
        _, counts = np.unique(table_of[seated], return_counts=True)
        start = np.zeros(len(counts) + 1, dtype=np.int32)
        np.cumsum(counts, out=start[1:])
        return cls(seated[order], start)


@dataclass(frozen=True, slots=True)
class Report:
    """One point that a table reported in a plenary."""

    account: int
    item: int
    sitting: int  # from 1
    table: int  # from 0, within the sitting
    group: int  # of the delegate who voiced it first at that table
    n_voiced: int
    is_endorsed: bool = False  # reported because the table endorsed the solution; account is -1


@compiled
def _distinct(account: IntArray) -> IntArray:
    """The values from 0 up, each once, ascending."""
    last = -1
    for a in account:
        last = max(last, a)
    is_there = filled(last + 1, False, np.bool_)
    for a in account:
        if a >= 0:
            is_there[a] = True
    out = np.empty(last + 1, np.int32)
    n = 0
    for a in range(last + 1):
        if is_there[a]:
            out[n] = a
            n += 1
    return out[:n]


@dataclass(frozen=True, slots=True)
class Reports:
    """All points reported in a plenary, as one table.

    ``columns``, shape (7, n_reports): a report is a column, a row a field of :class:`Report`.
    """

    columns: IntArray

    @property
    def account(self) -> IntArray:
        return self._field(0)

    @property
    def item(self) -> IntArray:
        return self._field(1)

    @property
    def sitting(self) -> IntArray:
        return self._field(2)

    @property
    def table(self) -> IntArray:
        return self._field(3)

    @property
    def group(self) -> IntArray:
        return self._field(4)

    @property
    def n_voiced(self) -> IntArray:
        return self._field(5)

    @property
    def is_endorsed(self) -> NDArray[np.bool_]:
        return self._field(6).astype(np.bool_)

    def _field(self, row: int) -> IntArray:
        field: IntArray = self.columns[row]
        return field

    def __len__(self) -> int:
        return int(self.columns.shape[1])

    def rows(self) -> Iterator[Report]:
        """The reports one by one."""
        for account, item, sitting, table, group, n_voiced, is_endorsed in self.columns.T.tolist():
            yield Report(account, item, sitting, table, group, n_voiced, bool(is_endorsed))

    def accounts(self) -> IntArray:
        """The accounts reported, each once, ascending."""
        return _distinct(self.account)

    def where(self, kept: NDArray[np.bool_]) -> Reports:
        """Those reports that ``kept`` marks."""
        return Reports(self.columns.take(kept.nonzero()[0], axis=1))

    @classmethod
    def join(cls, parts: Sequence[Reports]) -> Reports:
        """Several lists of reports in one."""
        return cls(np.concatenate([part.columns for part in parts], axis=1))

    @classmethod
    def none(cls) -> Reports:
        """No report at all."""
        return cls(np.zeros((7, 0), dtype=np.int32))


@dataclass(frozen=True, slots=True)
class PlenaryRecord:
    """What the room heard after a consultation's sittings at one roundtable."""

    roundtable: int
    consultation: int
    reports: Reports
    endorsements: IntArray  # (n_solutions,) tables that endorsed it
    pledges: IntArray  # (n_solutions, n_resources) members of those tables who would pledge it
    n_learned: int  # accounts taken up in the plenary, over all participants

    @property
    def accounts(self) -> IntArray:
        """The accounts reported, each once, ascending."""
        return self.reports.accounts()


@dataclass(frozen=True, slots=True)
class SummaryNote:
    """What is written down after a consultation and sent to all.

    ``items`` are the items it keeps, the most reported first; ``reports`` all that tables reported
    of them (with table, sitting and group), ``accounts`` the accounts it carries, ascending.
    """

    roundtable: int
    consultation: int
    items: IntArray
    accounts: IntArray
    reports: Reports

    def points(self) -> list[NotePoint]:
        """The items one by one, with what was reported of each."""
        rows = list(self.reports.rows())
        out = []
        for item in self.items.tolist():
            mine = tuple(r for r in rows if r.item == item)
            out.append(
                NotePoint(
                    item=item,
                    accounts=tuple(sorted({r.account for r in mine if r.account >= 0})),
                    n_tables=len({(r.sitting, r.table) for r in mine}),
                    reports=mine,
                )
            )
        return out


@dataclass(frozen=True, slots=True)
class NotePoint:
    """One item of a summary note."""

    item: int
    accounts: tuple[int, ...]
    n_tables: int
    reports: tuple[Report, ...]


@dataclass(frozen=True, slots=True)
class Solution:
    """What became of one solution at the Summit."""

    roundtable: int
    index: int
    id: str
    is_balloted: bool
    is_adopted: bool
    approval: float  # share of all who could vote
    approval_by_group: NDArray[np.float64]  # (n_groups,), NaN where nobody of the group was there
    mean_support: float
    reason: str  # why it was not adopted, else empty: not_balloted, overall, group:<id>, rule


class Commitment(NamedTuple):
    """A delegate pledges a resource to a solution."""

    delegate: int
    resource: int


@dataclass(frozen=True, slots=True)
class Partnership:
    """People who commit resources to an adopted solution."""

    roundtable: int
    solution: int
    champion: int
    members: tuple[int, ...]
    covered: NDArray[np.bool_]  # (n_resources,)
    commitments: tuple[Commitment, ...]  # what of the solution's needs each member pledges
    n_groups: int
    is_stable: bool
    # the delivery chain: delegate index, or -1 where nobody does
    proposer: int
    implementer: int
    funder: int
    sponsor: int

    @property
    def is_multistakeholder(self) -> bool:
        """Three groups or more."""
        return self.n_groups >= 3

    @property
    def is_deliverable(self) -> bool:
        """Somebody implements, somebody funds, a state sponsors."""
        return self.implementer >= 0 and self.funder >= 0 and self.sponsor >= 0


@dataclass(frozen=True, slots=True)
class Stage:
    """The name of one step of the schedule; numbers count from 1, 0 where they do not apply."""

    name: str
    consultation: int = 0
    roundtable: int = 0
    sitting: int = 0

    def __str__(self) -> str:
        parts = [
            f"{word} {number}"
            for word, number in (
                ("consultation", self.consultation),
                ("roundtable", self.roundtable),
                ("sitting", self.sitting),
            )
            if number
        ]
        return ", ".join([*parts, self.name])


@dataclass(slots=True)
class Archive:
    """Everything recorded of one run, in the order in which it happened."""

    seatings: dict[tuple[int, int, int], Seating] = field(default_factory=dict)
    plenaries: dict[tuple[int, int], PlenaryRecord] = field(default_factory=dict)
    notes: dict[tuple[int, int], SummaryNote] = field(default_factory=dict)
    solutions: list[Solution] = field(default_factory=list)
    partnerships: list[Partnership] = field(default_factory=list)
