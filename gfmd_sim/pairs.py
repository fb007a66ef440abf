"""What is known of a pair: how far two trust each other, and how often they have sat together.

Two tables hold it, and rules read both the same way, by :func:`trust_of` and :func:`meetings_of`:

- :class:`AllPairs`, all pairs, (n, n): up to ``MOST_IN_FULL`` people;
- :class:`MetPairs`, only those who have met, a row of hashed places for each person: beyond. What
  two trust each other who have not met follows from who they are and from the pair's own luck, so
  that nothing need be kept of them, and memory grows with the people and not with their pairs.

Both hold the same numbers, bit by bit. Left out: what one remembers of somebody who has left.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numba.extending import overload
from numpy.typing import NDArray

from gfmd_sim.compiled import compiled, filled, inlined, inner
from gfmd_sim.streams import fill_each_pair, fill_pairs_of, pair_uniform

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]
CountArray = NDArray[np.uint16]
Person = int | np.signedinteger[Any]
"""Somebody's index; kernels hand on 64 bits, as each type of number is machine code of its own."""

MOST_IN_FULL = 3_000
"""The most people of whom all pairs are kept: 10 bytes each, 90 MB."""
_NOBODY = -1
_FEWEST_PLACES = 16
_HASH = np.uint64(0x9E3779B97F4A7C15)  # Knuth, The Art of Computer Programming, vol. 3, 6.4
_S32 = np.uint64(32)


class FirstTrust(NamedTuple):
    """What trust between two who have not met follows from, at the start or after a succession."""

    group: IntArray  # (n,)
    joined: IntArray  # (n,) above 0: a successor, who has no ties from before
    key: NDArray[np.uint32]
    person: NDArray[np.uint32]  # (n,)
    stage: int
    within: float  # of one group
    across: float
    tie: float  # added where two know each other
    share_ties: float


class AllPairs(NamedTuple):
    """All pairs, symmetric; trust in oneself is 1."""

    trust: FloatArray  # (n, n)
    meetings: CountArray  # (n, n)


class MetPairs(NamedTuple):
    """Those who have sat down together, in both persons' rows; ``n_held`` counts the places taken in each row."""

    other: IntArray  # (n, places) -1: free
    trust: FloatArray  # (n, places)
    meetings: CountArray  # (n, places)
    n_held: IntArray  # (n,)
    first: FirstTrust


Pairs = AllPairs | MetPairs


class Tablemates(NamedTuple):
    """Who sits together: for each seat, all at its table in the order of the table's seats.

    Places beyond a table's size mean nothing, nor does one's own.
    """

    place: IntArray  # (n_seats, largest) where the other stands in one's row of the pairs
    trust: FloatArray  # (n_seats, largest) how far the two trust each other as they sit down


def strangers(first: FirstTrust) -> Pairs:
    """The table of people of whom nobody has met anybody."""
    n = first.group.shape[0]
    if n > MOST_IN_FULL:
        return _met_pairs(first, _FEWEST_PLACES)
    pairs = AllPairs(np.empty((n, n)), np.zeros((n, n), dtype=np.uint16))
    _fill(pairs.trust, first)
    return pairs


def _met_pairs(first: FirstTrust, places: int) -> MetPairs:
    shape = (first.group.shape[0], places)
    return MetPairs(
        np.full(shape, _NOBODY, dtype=np.int32),
        np.empty(shape),
        np.zeros(shape, dtype=np.uint16),
        np.zeros(shape[0], dtype=np.int32),
        first,
    )


@inlined
def _trust(
    is_same_group: bool, know_each_other: bool, within: float, across: float, tie: float
) -> float:
    value = within if is_same_group else across
    return min(1.0, value + tie) if know_each_other else value


@inlined
def _trust_by_luck(i: int, j: int, luck: float, first: FirstTrust) -> float:
    """Trust between two who have not met, with the pair's luck."""
    know = luck < first.share_ties and first.joined[i] == 0 and first.joined[j] == 0
    same = first.group[i] == first.group[j]
    return float(_trust(same, know, first.within, first.across, first.tie))


@compiled
def trust_before(i: int, j: int, first: FirstTrust) -> float:
    """Trust between two who have not met."""
    if i == j:
        return 1.0
    luck = 1.0
    if first.share_ties > 0.0 and first.joined[i] == 0 and first.joined[j] == 0:
        luck = pair_uniform(first.key, first.person[i], first.person[j], first.stage)
    return float(_trust_by_luck(i, j, luck, first))


@compiled
def _fill(trust: FloatArray, first: FirstTrust) -> None:
    """:func:`trust_before` of all pairs; with the arrays at hand, which is faster."""
    group, joined, person = first.group, first.joined, first.person
    key, stage = first.key, first.stage
    within, across, tie, share = first.within, first.across, first.tie, first.share_ties
    luck = filled(group.shape[0], 1.0, np.float64)
    for i in range(group.shape[0]):
        if share > 0.0:
            fill_pairs_of(key, person[i], person[i:], stage, luck)
        trust[i, i] = 1.0
        for j in range(i + 1, group.shape[0]):
            know = luck[j - i] < share and joined[i] == 0 and joined[j] == 0
            value = _trust(group[i] == group[j], know, within, across, tie)
            trust[i, j] = value
            trust[j, i] = value


# -- reading and writing, of either table ---------------------------------------------------------
#
# Each is written once for either table. Kernels call the function that they name; numba puts the
# table's own in its place when it compiles a kernel for the type of table.


def trust_of(pairs: Pairs, i: Person, j: Person) -> float:
    """How far two trust each other, 0 to 1; alike both ways."""
    return float(_TRUST_OF[type(pairs)](pairs, i, j))


def meetings_of(pairs: Pairs, i: int, j: int) -> int:
    """How often two have sat together (counted up to 65,535)."""
    return int(_MEETINGS_OF[type(pairs)](pairs, i, j))


def other_at(pairs: Pairs, i: int, k: int) -> int:
    """Who stands at place ``k`` of i's row; somebody if ``pairs.meetings[i, k]`` is above 0."""
    return int(_OTHER_AT[type(pairs)](pairs, i, k))


@compiled
def _place(other: IntArray, i: int, j: int) -> int:
    """Where in i's row j is, or would be: the first free place from that of his hash on."""
    last = np.int64(other.shape[1] - 1)  # the number of places is a power of 2
    k = np.int64((np.uint64(j) * _HASH) >> _S32) & last
    while other[i, k] != j and other[i, k] != _NOBODY:
        k = (k + 1) & last
    return int(k)


@inlined
def _trust_in_full(pairs: AllPairs, i: int, j: int) -> float:
    return float(pairs.trust[i, j])


@compiled
def _trust_if_met(pairs: MetPairs, i: int, j: int) -> float:
    k = _place(pairs.other, i, j)
    if pairs.other[i, k] == j:
        return float(pairs.trust[i, k])
    return trust_before(i, j, pairs.first)


@inlined
def _meetings_in_full(pairs: AllPairs, i: int, j: int) -> int:
    return int(pairs.meetings[i, j])


@compiled
def _meetings_if_met(pairs: MetPairs, i: int, j: int) -> int:
    return int(pairs.meetings[i, _place(pairs.other, i, j)])  # 0 in a free place


@inlined
def _other_in_full(pairs: AllPairs, i: int, k: int) -> int:
    return k


@compiled
def _other_if_met(pairs: MetPairs, i: int, k: int) -> int:
    return int(pairs.other[i, k])


_TRUST_OF: dict[type, Any] = {AllPairs: _trust_in_full, MetPairs: _trust_if_met}
_MEETINGS_OF: dict[type, Any] = {AllPairs: _meetings_in_full, MetPairs: _meetings_if_met}
_OTHER_AT: dict[type, Any] = {AllPairs: _other_in_full, MetPairs: _other_if_met}


@overload(trust_of, strict=False, inline="always")
def _choose_trust_of(pairs: Any, i: Any, j: Any) -> Callable[..., Any]:
    of_table = _TRUST_OF[pairs.instance_class]
    return lambda pairs, i, j: of_table(pairs, i, j)


@overload(meetings_of, strict=False, inline="always")
def _choose_meetings_of(pairs: Any, i: Any, j: Any) -> Callable[..., Any]:
    of_table = _MEETINGS_OF[pairs.instance_class]
    return lambda pairs, i, j: of_table(pairs, i, j)


@overload(other_at, strict=False, inline="always")
def _choose_other_at(pairs: Any, i: Any, k: Any) -> Callable[..., Any]:
    of_table = _OTHER_AT[pairs.instance_class]
    return lambda pairs, i, k: of_table(pairs, i, k)


# -- whole tables ---------------------------------------------------------------------------------


def nobody_together() -> Tablemates:
    """Of no table."""
    return Tablemates(np.empty((0, 0), np.int32), np.empty((0, 0)))


def sit_down(pairs: Pairs, seat: IntArray, start: IntArray) -> tuple[Pairs, Tablemates]:
    """Who sits together, and the table of pairs, or a larger one, in which they have their places.

    ``seat`` lists people table by table, ``start`` where each table begins (one more at the end).
    """
    if isinstance(pairs, AllPairs):
        return pairs, _look_up(seat, start, pairs.trust)
    pairs = _with_room(pairs, seat, start)
    return pairs, _introduce(seat, start, pairs)


@inner
def _blank_mates(n_seats: int, start: IntArray) -> Tablemates:
    largest = 0
    for t in range(start.shape[0] - 1):
        largest = max(largest, start[t + 1] - start[t])
    return Tablemates(np.empty((n_seats, largest), np.int32), np.empty((n_seats, largest)))


@compiled
def _look_up(seat: IntArray, start: IntArray, trust: FloatArray) -> Tablemates:
    """Of all pairs: people stand in each other's rows at their own number."""
    mates = _blank_mates(seat.shape[0], start)
    for t in range(start.shape[0] - 1):
        begin = start[t]
        for s in range(begin, start[t + 1]):
            for r in range(begin, s + 1):
                value = trust[seat[s], seat[r]]
                mates.place[s, r - begin], mates.place[r, s - begin] = seat[r], seat[s]
                mates.trust[s, r - begin], mates.trust[r, s - begin] = value, value
    return mates


@compiled
def _introduce(seat: IntArray, start: IntArray, pairs: MetPairs) -> Tablemates:
    """Who has not met gets a place in the other's row, with trust as it was before; all luck at once."""
    other, trust, first = pairs.other, pairs.trust, pairs.first
    mates, person, n_new = _blank_mates(seat.shape[0], start), first.person, 0
    one, two = np.empty(mates.place.size // 2, np.int32), np.empty(mates.place.size // 2, np.int32)
    my_key, your_key = np.empty(one.shape[0], np.uint32), np.empty(one.shape[0], np.uint32)
    for t in range(start.shape[0] - 1):
        begin = start[t]
        for s in range(begin, start[t + 1]):
            i = seat[s]
            mates.trust[s, s - begin] = 1.0
            for r in range(begin, s):
                j = seat[r]
                here, there = _place(other, i, j), _place(other, j, i)
                mates.place[s, r - begin], mates.place[r, s - begin] = here, there
                if other[i, here] == j:
                    mates.trust[s, r - begin] = trust[i, here]
                    mates.trust[r, s - begin] = trust[i, here]
                    continue
                other[i, here], other[j, there] = j, i
                pairs.n_held[i] += 1
                pairs.n_held[j] += 1
                one[n_new], two[n_new] = s, r
                my_key[n_new], your_key[n_new] = person[i], person[j]
                n_new += 1
    luck = filled(n_new, 1.0, np.float64)
    if first.share_ties > 0.0:
        fill_each_pair(first.key, my_key[:n_new], your_key[:n_new], first.stage, luck)
    t = 0
    for k in range(n_new):
        s, r = one[k], two[k]
        while s >= start[t + 1]:
            t += 1
        i, j = seat[s], seat[r]
        value = _trust_by_luck(i, j, luck[k], first)
        mates.trust[s, r - start[t]] = value
        mates.trust[r, s - start[t]] = value
        trust[i, mates.place[s, r - start[t]]] = value
        trust[j, mates.place[r, s - start[t]]] = value
    return mates


def _with_room(pairs: MetPairs, seat: IntArray, start: IntArray) -> MetPairs:
    """A table in which everybody has a place for all others at his table: this one, or a larger one."""
    n_places = pairs.other.shape[1]
    needed = _most_to_hold(pairs.n_held, seat, start)
    if 4 * needed <= 3 * n_places:  # a quarter is free, so that others are found soon
        return pairs
    while 4 * needed > 3 * n_places:
        n_places *= 2
    larger = _met_pairs(pairs.first, n_places)
    _copy(pairs, larger)
    return larger


@compiled
def _most_to_hold(n_held: IntArray, seat: IntArray, start: IntArray) -> int:
    most = 0
    for t in range(start.shape[0] - 1):
        for i in seat[start[t] : start[t + 1]]:
            most = max(most, n_held[i] + start[t + 1] - start[t] - 1)
    return most


@compiled
def _copy(pairs: MetPairs, larger: MetPairs) -> None:
    for i in range(pairs.other.shape[0]):
        for k in range(pairs.other.shape[1]):
            j = pairs.other[i, k]
            if pairs.meetings[i, k] > 0:
                to = _place(larger.other, i, j)
                larger.n_held[i] += 1
                larger.other[i, to] = j
                larger.trust[i, to] = pairs.trust[i, k]
                larger.meetings[i, to] = pairs.meetings[i, k]


def make_strangers(who: NDArray[np.intp], pairs: Pairs, first: FirstTrust) -> None:
    """Let successors ``who`` have met nobody, and trust as people do who have not; in place.

    ``first.joined`` says already that they are successors.
    """
    if isinstance(pairs, AllPairs):
        _forget_in_full(who, pairs, first)
    else:
        _forget_if_met(who, pairs)


@compiled
def _forget_in_full(who: NDArray[np.intp], pairs: AllPairs, first: FirstTrust) -> None:
    """Successors know nobody from before: the pair's luck need not be drawn."""
    trust, meetings, group = pairs.trust, pairs.meetings, first.group
    for i in who:
        for j in range(group.shape[0]):
            fresh = _trust(group[i] == group[j], False, first.within, first.across, first.tie)
            trust[i, j] = fresh
            trust[j, i] = fresh
            meetings[i, j] = 0
            meetings[j, i] = 0
        trust[i, i] = 1.0


@compiled
def _forget_if_met(who: NDArray[np.intp], pairs: MetPairs) -> None:
    """Their places stay taken, which spares moving what stands behind them."""
    for i in who:
        for k in range(pairs.other.shape[1]):
            j = pairs.other[i, k]
            if j != _NOBODY:
                fresh = trust_before(i, j, pairs.first)
                back = _place(pairs.other, j, i)
                pairs.trust[i, k] = fresh
                pairs.trust[j, back] = fresh
                pairs.meetings[i, k] = 0
                pairs.meetings[j, back] = 0


def total_trust(pairs: Pairs, n: int, at_first: float) -> float:
    """Trust of the first ``n`` people in each other, summed over all ordered pairs.

    ``at_first``: that sum had nobody met, from :func:`total_first_trust`; of :class:`AllPairs` it is
    not asked for.
    """
    if isinstance(pairs, AllPairs):
        return float(pairs.trust[:n, :n].sum()) - n
    return at_first + _trust_gained(pairs, n)


@compiled
def _trust_gained(pairs: MetPairs, n: int) -> float:
    total = 0.0
    for i in range(n):
        for k in range(pairs.other.shape[1]):
            j = pairs.other[i, k]
            if j < n and pairs.meetings[i, k] > 0:
                total += pairs.trust[i, k] - trust_before(i, j, pairs.first)
    return total


@compiled
def total_first_trust(first: FirstTrust, n: int) -> float:
    """Trust of the first ``n`` people in each other had nobody met. Takes all pairs' luck."""
    total = 0.0
    for i in range(n):
        for j in range(i):
            total += 2.0 * trust_before(i, j, first)
    return total


def all_trust(pairs: Pairs) -> FloatArray:
    """Trust between all, (n, n): the table itself, or a copy that cannot be written to."""
    return pairs.trust if isinstance(pairs, AllPairs) else _copied(trust_among, pairs)


def all_meetings(pairs: Pairs) -> CountArray:
    """Meetings of all, (n, n): the table itself, or a copy that cannot be written to."""
    return pairs.meetings if isinstance(pairs, AllPairs) else _copied(meetings_among, pairs)


def _copied(of: Callable[[Pairs, IntArray], NDArray[Any]], pairs: MetPairs) -> NDArray[Any]:
    table = of(pairs, np.arange(len(pairs.n_held), dtype=np.int32))
    table.flags.writeable = False
    return table


def trust_among(pairs: Pairs, people: IntArray) -> FloatArray:
    """Trust between all of these people, shape (len(people), len(people))."""
    return _trust_among(pairs, people)


def meetings_among(pairs: Pairs, people: IntArray) -> CountArray:
    """Meetings of all of these people with each other, shape (len(people), len(people))."""
    return _meetings_among(pairs, people)


def meetings_of_each(
    pairs: Pairs, one: NDArray[np.signedinteger[Any]], other: NDArray[np.signedinteger[Any]]
) -> CountArray:
    """How often each of ``one`` has sat together with the same place of ``other``, shape (n,)."""
    if isinstance(pairs, AllPairs):
        counts: CountArray = pairs.meetings[one, other]
        return counts
    both = zip(one.tolist(), other.tolist(), strict=True)
    return np.array([meetings_of(pairs, i, j) for i, j in both], dtype=np.uint16)


@compiled
def _trust_among(pairs: Pairs, people: IntArray) -> FloatArray:
    out = np.empty((people.shape[0], people.shape[0]))
    for a in range(people.shape[0]):
        for b in range(people.shape[0]):
            out[a, b] = trust_of(pairs, people[a], people[b])
    return out


@compiled
def _meetings_among(pairs: Pairs, people: IntArray) -> CountArray:
    out = np.empty((people.shape[0], people.shape[0]), np.uint16)
    for a in range(people.shape[0]):
        for b in range(people.shape[0]):
            out[a, b] = meetings_of(pairs, people[a], people[b])
    return out
