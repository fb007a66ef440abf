"""What stands in the columns that are balanced: how many values, which spellings are one value, what
looks like a slip of the pen.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gfmd_sim.scenario.group_names import ALIKE, SHOWN, SIX, meant
from gfmd_sim.scenario.roster import Roster, RosterEntry, fold, spelled

MOST_COMPARED = 100
"""Groups of a list that are compared with each other; with more, only a plural s is looked for."""


@dataclass(frozen=True)
class ColumnValues:
    """The values of a column, of everybody who may be seated.

    ``counts``: delegates by value, the most frequent first; ``empty``: delegates without one;
    ``spellings``: those values that the list writes in several ways, and how; ``strange``: groups
    that are none of the six, and the one of the six that may be meant (None: none is near);
    ``alike``: pairs of values that may be one, the rarer first.
    """

    name: str
    counts: Mapping[str, int]
    empty: int
    spellings: Mapping[str, Sequence[str]] = field(default_factory=dict)
    strange: Mapping[str, str | None] = field(default_factory=dict)
    alike: Sequence[tuple[str, str]] = ()


def cells(entries: Sequence[RosterEntry], roster: Roster, column: str) -> list[str]:
    """A column's values, one a delegate; what differs only in case, spaces or accents is one.

    A group that has a name of ours is that group's id; all else is written as the list usually does.
    """
    said = [e.attribute(column) for e in entries]
    if column == "group":
        words = roster.group_spellings
        return [v if v in SHOWN.values() else words.get(v, (v,))[0] for v in said]
    usual = {key: ways[0] for key, ways in spelled((_key(v), v) for v in said).items()}
    return [usual[_key(v)] for v in said]


def _key(value: str) -> str:
    return fold(value) or value


def column_values(entries: Sequence[RosterEntry], roster: Roster, column: str) -> ColumnValues:
    """What stands in a column."""
    values = cells(entries, roster, column)
    found = Counter(v for v in values if v)
    counts = dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))
    strange: dict[str, str | None] = {}
    if column == "group":
        by_value = dict(zip(values, (e.group for e in entries), strict=True))
        ways = {v: roster.group_spellings.get(group, ()) for v, group in by_value.items()}
        # A group's own id and the names that we show for it need no word of explanation.
        ways = {v: w for v, w in ways.items() if v not in SHOWN.values()}
        strange = {v: meant(fold(v), SIX) for v in counts if v not in SIX}
    else:
        ways = spelled(zip(values, (e.attribute(column) for e in entries), strict=True))
    return ColumnValues(
        column,
        counts,
        len(values) - found.total(),
        {v: w for v, w in ways.items() if v and len(w) > 1},
        strange,
        _alike(counts, ALIKE if column == "group" else None),
    )


def _alike(counts: Mapping[str, int], similar: float | None) -> list[tuple[str, str]]:
    """Pairs that differ in a plural s only or, from ``similar`` on, in little else."""
    found = []
    keys = {value: _key(value) for value in counts}
    stems: dict[str, str] = {}
    for value, key in keys.items():
        usual = stems.setdefault(key.rstrip("s") or key, value)
        near = [usual] if usual != value else []
        if similar is not None and len(counts) <= MOST_COMPARED:
            matcher = difflib.SequenceMatcher(None, "", key)
            for other in list(keys)[: list(keys).index(value)]:
                matcher.set_seq1(keys[other])
                if other not in near and matcher.ratio() >= similar:
                    near.append(other)
        found += [(value, other) for other in near]
    return found
