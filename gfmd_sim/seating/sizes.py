"""How many tables, and how large each: for the people of one sitting, within what was asked.

Even tables, as large as allowed, unless seats are taken, a table holds fewer, or more tables are
needed because so many are to be kept apart.
"""

from __future__ import annotations

from collections.abc import Mapping

from gfmd_sim.errors import SeatingError, Sentence

_NONE: Mapping[int, int] = {}


def sizes_for(
    n: int,
    smallest: int,
    largest: int,
    *,
    n_tables: int | None = None,
    at_least: int = 1,
    capacity: Mapping[int, int] = _NONE,
    taken: Mapping[int, int] = _NONE,
    when: Sentence | None = None,
) -> tuple[int, ...]:
    """Seats of every table for ``n`` people.

    Parameters
    ----------
    n_tables
        So many tables exactly; None: as few as hold everybody.
    at_least
        Tables to have at least, where people suffice: the highest number of a fixed table, or the
        largest group whose members are all kept apart.
    capacity, taken
        By table, from 0: the most it holds; the seats that are taken already.
    when
        What the error message calls the sitting.

    >>> sizes_for(100, 5, 8)
    (8, 8, 8, 8, 8, 8, 8, 8, 8, 7, 7, 7, 7)
    >>> sizes_for(20, 5, 8, n_tables=3, capacity={0: 6})
    (6, 7, 7)

    Raises
    ------
    SeatingError
        If no tables of these sizes hold exactly so many.
    """
    if not 1 <= smallest <= largest:
        raise SeatingError(
            "table sizes go from a smaller to a larger number",
            given=f"{smallest}-{largest}",
            allowed="such as 5-8",
            key="table_size",
        )
    if n < 1:
        raise SeatingError(_of_sitting(Sentence("nobody is there"), when), key="present")
    most = max(1, n // smallest)
    first = max(-(-n // largest), min(at_least, most))
    numbers = [n_tables] if n_tables is not None else range(first, max(first, n) + 1)
    for q in numbers:
        high = [max(min(largest, capacity.get(t, largest)), taken.get(t, 0)) for t in range(q)]
        size = [max(min(smallest, high[t]), taken.get(t, 0)) for t in range(q)]
        if sum(size) > n:
            break
        if sum(high) < n:
            continue
        for _ in range(n - sum(size)):
            size[min((t for t in range(q) if size[t] < high[t]), key=lambda t: (size[t], t))] += 1
        return tuple(size)
    limits = [t for t in sorted(capacity) if t < (n_tables or n) and capacity[t] < largest]
    wanted = _tables(n_tables, span(smallest, largest))
    held = [Sentence("table {table} holds {most}", table=t + 1, most=capacity[t]) for t in limits]
    raise SeatingError(
        _of_sitting(
            Sentence("{people} delegates cannot be seated at {tables}", people=n, tables=wanted), when
        ),
        given=Sentence.divided([wanted, *held]),
        allowed=Sentence.divided(_that_fit(n, smallest, largest, n_tables)),
        remedy="choose one of these and let those tables hold more" if limits
        else "choose one of these",
        key="table_size",
    )  # fmt: skip


def _that_fit(n: int, smallest: int, largest: int, n_tables: int | None) -> list[Sentence]:
    """Numbers of tables and sizes near those asked for that hold exactly so many."""
    few, many = -(-n // largest), n // smallest
    found = []
    if n_tables and n_tables <= n:
        found.append((n_tables, n_tables))
    if few <= many:
        found.append((few, many))
    elif not found:
        found += [(q, q) for q in dict.fromkeys((few, max(1, many)))]
    told = []
    for low, high in found:
        sizes = span(n // low, -(-n // low)) if low == high else span(smallest, largest)
        told.append(
            _tables(low, sizes)
            if low == high
            else Sentence("{least} to {most} tables of {sizes}", least=low, most=high, sizes=sizes)
        )
    return told


def _tables(n: int | None, sizes: str) -> Sentence:
    """So many tables of these sizes."""
    if n is None:
        return Sentence("tables of {sizes}", sizes=sizes)
    return Sentence.counted("{n} table of {sizes}", "{n} tables of {sizes}", n, sizes=sizes)


def _of_sitting(problem: Sentence, when: Sentence | None) -> Sentence:
    """The same, with the sitting that it is about in front."""
    return problem if when is None else Sentence("{when}: {what}", when=when, what=problem)


def span(low: int, high: int) -> str:
    """``5-8``, or ``8`` where there is only one.

    >>> span(5, 8), span(8, 8)
    ('5-8', '8')
    """
    return str(low) if low == high else f"{low}-{high}"


def fitted(sizes: tuple[int, ...], n: int, when: Sentence | None = None) -> tuple[int, ...]:
    """Sizes given one by one, made smaller evenly where fewer people come to a sitting.

    >>> fitted((8, 8, 6), 20)
    (7, 7, 6)

    Raises
    ------
    SeatingError
        If there are more people than seats.
    """
    if sum(sizes) < n:
        raise SeatingError(
            _of_sitting(Sentence("the tables do not hold the delegates"), when),
            given=Sentence("{seats} seats at {tables} tables", seats=sum(sizes), tables=len(sizes)),
            allowed=Sentence("{n} seats or more", n=n),
            remedy="add a table or make one larger",
            key="sizes",
        )
    size = list(sizes)
    for _ in range(sum(sizes) - n):
        size[max(range(len(size)), key=lambda t: (size[t], t))] -= 1
    return tuple(s for s in size if s > 0)
