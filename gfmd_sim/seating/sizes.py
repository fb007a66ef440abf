"""How many tables, and how large each: for the people of one sitting, within what was asked.

Even tables, as large as allowed, unless seats are taken, a table holds fewer, or more tables are
needed because so many are to be kept apart.
"""

from __future__ import annotations

from collections.abc import Mapping

from gfmd_sim.errors import SeatingError

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
    when: str = "",
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
        Words for the error message, such as ``sitting 2``.

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
        raise SeatingError(f"nobody is there{f' in {when}' if when else ''}", key="present")
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
    asked = span(smallest, largest)
    raise SeatingError(
        f"{n} delegates cannot be seated at {f'{n_tables} tables' if n_tables else 'tables'} "
        f"of {asked}{f' in {when}' if when else ''}",
        given=asked + (f", {n_tables} tables" if n_tables else "")
        + "".join(f"; table {t + 1} holds {capacity[t]}" for t in limits),
        allowed="; or ".join(_that_fit(n, smallest, largest, n_tables)),
        remedy="choose one of these" + (" and let those tables hold more" if limits else ""),
        key="table_size",
    )  # fmt: skip


def _that_fit(n: int, smallest: int, largest: int, n_tables: int | None) -> list[str]:
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
        numbers = span(low, high, " to ")
        told.append(f"{numbers} table{'s' if high > 1 else ''} of {sizes}")
    return told


def span(low: int, high: int, between: str = "-") -> str:
    """``5-8``, or ``8`` where there is only one.

    >>> span(5, 8), span(8, 8)
    ('5-8', '8')
    """
    return str(low) if low == high else f"{low}{between}{high}"


def fitted(sizes: tuple[int, ...], n: int, when: str = "") -> tuple[int, ...]:
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
            f"the tables do not hold the delegates{f' of {when}' if when else ''}",
            given=f"{sum(sizes)} seats at {len(sizes)} tables",
            allowed=f"{n} seats or more",
            remedy="add a table or make one larger",
            key="sizes",
        )
    size = list(sizes)
    for _ in range(sum(sizes) - n):
        size[max(range(len(size)), key=lambda t: (size[t], t))] -= 1
    return tuple(s for s in size if s > 0)
