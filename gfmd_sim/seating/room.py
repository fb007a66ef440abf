"""What a seating rule may look at, and the tables it has to fill."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.compiled import compiled, filled, inlined
from gfmd_sim.delegates import Delegates
from gfmd_sim.errors import SeatingError, Sentence
from gfmd_sim.pairs import CountArray, Pairs, all_meetings
from gfmd_sim.records import Seating
from gfmd_sim.streams import Decision, Streams, fill_uniform, person_keys, stage_word

IntArray = NDArray[np.int32]
FloatArray = NDArray[np.float64]
_slot_keys: dict[int, NDArray[np.uint32]] = {}


@dataclass(frozen=True, slots=True)
class Room:
    """One sitting about to begin.

    ``present`` are the delegates in the room, ascending; arrays indexed by delegate cover all
    delegates, present or not. ``smallest`` and ``largest`` are the seats a table may have.
    ``balance`` holds the codes of the attributes to balance, most important first. ``first`` is the
    seating of this consultation's first sitting, ``opening`` that of the roundtable's very first
    (None while there is none).
    """

    present: IntArray
    sizes: IntArray  # seats of each table, larger tables first
    delegates: Delegates
    support: FloatArray  # (n, n_solutions) at this roundtable
    pairs: Pairs  # who has met whom, and how often
    balance: IntArray  # (n_attributes, n)
    smallest: int
    largest: int
    consultation: int
    roundtable: int
    sitting: int
    first: Seating | None
    opening: Seating | None
    plan: dict[str, int] | None  # delegate id -> table, for rule "plan"
    streams: Streams

    @property
    def meetings(self) -> CountArray:
        """How often each two have sat together, (n, n): to read. In a large Forum it is made when
        asked for; :func:`~gfmd_sim.pairs.meetings_of` asks for two alone."""
        return all_meetings(self.pairs)

    def luck(self) -> FloatArray:
        """One uniform for each person present in this sitting, shape (n_present,)."""
        people = self.delegates.key[self.present]
        return fill_uniform(self.streams.key, people, self._word(Decision.SEAT), 1)[:, 0]

    def in_random_order(self) -> IntArray:
        """Those present, in an order drawn by lot for this sitting."""
        people = self.delegates.key[self.present]
        return self.present[by_lot(self.streams.key, people, self._word(Decision.SEAT))]

    def lottery(self) -> IntArray:
        """The tables in an order drawn by lot for this sitting, shape (n_tables,)."""
        tables = _table_keys(len(self.sizes))
        return by_lot(self.streams.key, tables, self._word(Decision.SEAT))

    def by_profile(self) -> IntArray:
        """Those present, sorted by the attributes to balance, by lot within a profile.

        The values of each attribute come in an order drawn by lot for the sitting: who sits one
        round of dealing apart shares a table, and this should not be the same people every time.
        """
        if len(self.balance) == 0:
            return self.in_random_order()
        n_values = max(map(len, self.delegates.names.values()))
        return order_by_profile(
            self.present,
            self.balance,
            self.streams.key,
            self.delegates.key,
            self._word(Decision.SEAT),
            _table_keys(n_values + 1),  # one for those without a value
            self._word(Decision.VALUE_ORDER),
        )

    def deal(self, order: IntArray) -> Seating:
        """Deal people out like cards, one seat a table and round, tables in the lottery's order."""
        tables = _table_keys(len(self.sizes))
        return Seating(
            *_deal(order, self.sizes, self.streams.key, tables, self._word(Decision.SEAT))
        )

    def _word(self, decision: Decision) -> int:
        return stage_word(decision, self.consultation, self.roundtable, self.sitting)


SeatingRule = Callable[[Room], Seating]


@compiled
def by_lot(key: NDArray[np.uint32], who: NDArray[np.uint32], stage: int) -> IntArray:
    """Places of ``who`` in the order of their luck in a decision, shape (n,).

    Luck is spread evenly: sorted into as many boxes as there are people, hardly anybody has to
    move further.
    """
    n = who.shape[0]
    luck = fill_uniform(key, who, stage, np.int64(1))
    size = filled(n + 1, 0, np.int32)
    for i in range(n):
        size[int(luck[i, 0] * n) + 1] += 1
    for box in range(n):
        size[box + 1] += size[box]
    order = np.empty(n, np.int32)
    for i in range(n):
        box = int(luck[i, 0] * n)
        order[size[box]] = i
        size[box] += 1
    for k in range(1, n):
        i, place = order[k], k
        while place > 0 and luck[order[place - 1], 0] > luck[i, 0]:
            order[place] = order[place - 1]
            place -= 1
        order[place] = i
    return order


@compiled
def order_by_profile(
    present: IntArray,
    codes: IntArray,
    key: NDArray[np.uint32],
    person: NDArray[np.uint32],
    stage: int,
    slots: NDArray[np.uint32],
    value_stage: int,
) -> IntArray:
    """Those present, by ``codes`` (from -1), an attribute a row, the most important first.

    By lot (``stage``) within a profile. The values of an attribute come in the order of their own
    luck (``value_stage``); ``slots`` are the keys of the values.
    """
    order = present[by_lot(key, person[present], stage)]
    n_attributes = codes.shape[0]
    luck = fill_uniform(key, slots, value_stage, n_attributes)
    for place in range(n_attributes - 1, -1, -1):
        n_values = 1
        for code in codes[place]:
            n_values = max(n_values, code + 2)
        order = _sorted_by(order, codes[place], luck[:n_values, place])
    return order


@inlined
def _sorted_by(order: IntArray, code: IntArray, luck: FloatArray) -> IntArray:
    """Sort people by their ``code`` (from -1), the codes by their luck, shape (n_codes + 1,)."""
    n_values = luck.shape[0]
    size = filled(n_values, 0, np.int32)
    for i in order:
        size[code[i] + 1] += 1
    place = filled(n_values, 0, np.int32)  # where the next of each code goes
    for v in range(n_values):
        for w in range(n_values):
            if luck[w] < luck[v] or (luck[w] == luck[v] and w < v):
                place[v] += size[w]
    out = np.empty_like(order)
    for i in order:
        out[place[code[i] + 1]] = i
        place[code[i] + 1] += 1
    return out


def _table_keys(n: int) -> NDArray[np.uint32]:
    size = max(n, 64)
    if size not in _slot_keys:
        _slot_keys[size] = person_keys(f"table:{t}" for t in range(size))
    return _slot_keys[size][:n]


def table_sizes(n: int, smallest: int, largest: int) -> IntArray:
    """Sizes of the tables for ``n`` people, as even as possible, larger ones first.

    As many tables as bring the mean size nearest to the middle of the range. Where no number of
    tables keeps all sizes within the range (9 people at tables of 5 to 8), tables are as even as
    possible and none is larger than ``largest``.

    Raises
    ------
    SeatingError
        If there are fewer people than one table's smallest size.
    """
    if n < smallest:
        raise SeatingError(
            "there are more seats than people",
            given=Sentence(
                "{n} people, tables of {smallest} to {largest}",
                n=n,
                smallest=smallest,
                largest=largest,
            ),
            allowed=Sentence("tables of at most {n}", n=n),
            remedy="make seating.table_size smaller or bring more delegates",
            key="seating.table_size",
        )
    return _even_sizes(n, smallest, largest).copy()


@functools.lru_cache(maxsize=512)
def _even_sizes(n: int, smallest: int, largest: int) -> IntArray:
    fewest = -(-n // largest)
    most = n // smallest
    n_tables = round(2 * n / (smallest + largest))
    n_tables = min(max(n_tables, fewest), most) if fewest <= most else fewest
    base, extra = divmod(n, n_tables)
    sizes = np.full(n_tables, base, dtype=np.int32)
    sizes[:extra] += 1
    return sizes


@compiled
def _deal(
    order: IntArray,
    sizes: IntArray,
    key: NDArray[np.uint32],
    tables: NDArray[np.uint32],
    stage: int,
) -> tuple[IntArray, IntArray]:
    lottery = by_lot(key, tables, stage)
    n_tables = sizes.shape[0]
    taken = filled(n_tables, 0, np.int32)
    table = np.empty(order.shape[0], np.int32)
    dealt, had = 0, -1
    while dealt < order.shape[0] and dealt > had:
        had = dealt
        for t in lottery:
            if taken[t] < sizes[t] and dealt < order.shape[0]:
                table[dealt] = t
                taken[t] += 1
                dealt += 1
    start = filled(n_tables + 1, 0, np.int32)
    for t in range(n_tables):
        start[t + 1] = start[t] + taken[t]
    seat = np.empty(dealt, np.int32)
    taken[:] = 0
    for k in range(dealt):
        seat[start[table[k]] + taken[table[k]]] = order[k]
        taken[table[k]] += 1
    _sort_tables(seat, start)
    return seat, start


@compiled
def _sort_tables(seat: IntArray, start: IntArray) -> None:
    """Sort the members of each table by their index, in place."""
    for t in range(start.shape[0] - 1):
        for s in range(start[t] + 1, start[t + 1]):
            who, place = seat[s], s
            while place > start[t] and seat[place - 1] > who:
                seat[place] = seat[place - 1]
                place -= 1
            seat[place] = who


def chunk(order: IntArray, sizes: IntArray) -> Seating:
    """Fill one table after the other."""
    start = np.zeros(len(sizes) + 1, dtype=np.int32)
    np.cumsum(sizes, out=start[1:])
    seat = order.astype(np.int32)
    _sort_tables(seat, start)
    return Seating(seat, start)


def fill_up(table_of: IntArray, present: IntArray, smallest: int) -> Seating:
    """Keep a seating for those present; newcomers and short tables are filled up.

    ``table_of`` gives each delegate's table (-1: none). Newcomers go to the smallest tables, in the
    order of ``present``; then a table that has fallen under ``smallest`` takes those last in that
    order from the largest table, or is dissolved if there are no seats to spare. A table that was
    meant to be smaller, and is complete, is left alone.
    """
    meant = np.bincount(table_of[table_of >= 0], minlength=1)
    least = {t: min(smallest, int(n)) for t, n in enumerate(meant)}
    tables: dict[int, list[int]] = {}
    homeless: list[int] = []
    for i in present.tolist():
        t = int(table_of[i])
        if t < 0:
            homeless.append(i)
        else:
            tables.setdefault(t, []).append(i)
    if not tables:
        tables[0] = []
    # heaps of (size, table): an entry whose table has another size by now is passed over
    by_size = [(len(members), t) for t, members in tables.items()]
    largest = [(-n, t) for n, t in by_size]
    short: list[tuple[int, int]] = []

    def has_changed(t: int, size: int) -> bool:
        return t not in tables or len(tables[t]) != size

    def note(t: int) -> None:
        size = len(tables[t])
        heappush(by_size, (size, t))
        heappush(largest, (-size, t))
        if size < least[t]:
            heappush(short, (size, t))

    def seat_at_smallest(i: int) -> None:
        while has_changed(by_size[0][1], by_size[0][0]):
            heappop(by_size)
        t = by_size[0][1]
        tables[t].append(i)
        note(t)

    heapify(by_size)
    heapify(largest)
    for i in homeless:
        seat_at_smallest(i)
    short = [(len(members), t) for t, members in tables.items() if len(members) < least[t]]
    heapify(short)
    while short and len(tables) > 1:
        size, t = short[0]
        if has_changed(t, size):
            heappop(short)
            continue
        while has_changed(largest[0][1], -largest[0][0]):
            heappop(largest)
        donor = largest[0][1]
        if len(tables[donor]) > smallest:
            tables[t].append(tables[donor].pop())
            note(t)
            note(donor)
        else:
            for i in tables.pop(t):
                seat_at_smallest(i)
    return Seating.from_tables([np.array(tables[t], dtype=np.int32) for t in sorted(tables)])
