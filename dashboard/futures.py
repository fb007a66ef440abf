"""Two futures on the same luck: a seating changed by hand, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dashboard.language import N_
from gfmd_sim.forum import Forum
from gfmd_sim.records import Seating

MakeForum = Callable[[], Forum]
Key = tuple[int, int, int]


def changed_seating(
    make: MakeForum, key: Key, one: int, other: int | None, table: int | None
) -> Seating:
    """The seating of one sitting with two delegates swapped, or one moved to ``table``.

    Raises
    ------
    ValueError
        If that cannot be: somebody is not seated, no such table, a table left empty.
    """
    forum = make()
    while key not in forum.archive.seatings and not forum.is_over:
        forum.step()
    if key not in forum.archive.seatings:
        raise ValueError(N_("there is no such sitting"))
    table_of = forum.archive.seatings[key].table_of(len(forum.delegates))
    if not 0 <= one < len(table_of) or table_of[one] < 0:
        raise ValueError(N_("this delegate is not seated there"))
    if other is not None:
        if not 0 <= other < len(table_of) or table_of[other] < 0:
            raise ValueError(N_("this delegate is not seated there"))
        if table_of[one] == table_of[other]:
            raise ValueError(N_("both sit at the same table"))
        table_of[one], table_of[other] = table_of[other], table_of[one]
    else:
        if table is None or not 0 <= table <= table_of.max():
            raise ValueError(N_("there is no such table"))
        if (table_of == table_of[one]).sum() == 1:
            raise ValueError(N_("a table would be left empty"))
        table_of[one] = table
    return Seating.from_table_of(table_of)


def differences(before: dict[str, Any], after: dict[str, Any], most: int = 12) -> dict[str, Any]:
    """What changed between two futures, and for whom.

    Returns
    -------
    ``outcomes`` [name, before, after]; ``people`` [delegate, largest change of support of any
    solution at the Summit, in points of 100], the most changed first; ``n_changed`` people;
    ``solutions`` [index, adopted before, adopted after] where it changed; ``lost`` and ``won``
    partnerships.
    """
    m = before["n_solutions"]
    x, y = (np.array(p["support"][-1]).reshape(-1, m) for p in (before, after))
    change = y - x
    at = np.abs(change).argmax(axis=1) if m else np.zeros(len(x), dtype=int)
    largest = change[np.arange(len(x)), at]
    order = np.argsort(-np.abs(largest), kind="stable")
    order = order[np.abs(largest[order]) > 0]

    def founded(p: dict[str, Any]) -> list[dict[str, Any]]:
        scenes = [s for s in p["scenes"] if s["kind"] == "partners"]
        return list(scenes[-1]["partnerships"]) if scenes else []

    def names(ps: list[dict[str, Any]]) -> set[tuple[int, tuple[int, ...]]]:
        return {(p["solution"], tuple(sorted(p["members"]))) for p in ps}

    a, b = founded(before), founded(after)
    return {
        "outcomes": [[k, v, after["outcomes"][k]] for k, v in before["outcomes"].items()],
        "people": [[int(i), int(largest[i]), int(at[i])] for i in order[:most]],
        "n_changed": len(order),
        "solutions": [
            [i, s["is_adopted"], t["is_adopted"]]
            for i, (s, t) in enumerate(zip(before["solutions"], after["solutions"], strict=True))
            if s["is_adopted"] != t["is_adopted"]
        ],
        "lost": [[s, list(who)] for s, who in sorted(names(a) - names(b))],
        "won": [[s, list(who)] for s, who in sorted(names(b) - names(a))],
    }
