"""Who may be seated at a roundtable: the delegate list's entries, and how they are found by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gfmd_sim.errors import SeatingError, Sentence, cut_short, did_you_mean, nearest
from gfmd_sim.scenario.roster import HOST_NO as NO
from gfmd_sim.scenario.roster import HOST_YES as YES
from gfmd_sim.scenario.roster import OWN, Roster, RosterEntry, fold, numbers_in

__all__ = ["NO", "OWN", "YES", "People", "numbers", "people_of"]

MOST_NAMED = 5
"""Delegates whom a message names where one word may mean several."""
AS_LISTED = Sentence("an id, or a name as it stands on the list")


@dataclass(frozen=True)
class People:
    """The delegates of one plan, by place: entries of the list, and how to find them."""

    entries: tuple[RosterEntry, ...]
    roster: Roster

    def find(self, word: str, key: str) -> int:
        """The place of a delegate named by id, or by a name that only one has.

        Raises
        ------
        SeatingError
            If nobody, or more than one, is meant.
        """
        for i, e in enumerate(self.entries):
            if e.id == word:
                return i
        names = {e.id: e.name or "" for e in self.entries}
        same = [i for i, e in enumerate(self.entries) if e.name and fold(e.name) == fold(word)]
        if len(same) == 1:
            return same[0]
        nobody = Sentence("there is no such delegate on the list")
        raise not_one(word, names, nobody, AS_LISTED, key)

    def listed(self, word: str, key: str) -> tuple[RosterEntry, int | None]:
        """As :meth:`find`, in the whole list; the place is None where he is not seated here.

        Raises
        ------
        SeatingError
            If nobody on the list, or more than one, is meant.
        """
        whole = People(self.roster.entries, self.roster)
        entry = whole.entries[whole.find(word, key)]
        return entry, next((i for i, e in enumerate(self.entries) if e is entry), None)

    def label(self, i: int) -> str:
        """What messages call delegate ``i``: name and id as far as the list has them."""
        e = self.entries[i]
        return f"{e.name} ({e.id})" if e.name else e.id

    def cell(self, i: int, column: str) -> str:
        """A further column of delegate ``i``, under any of its names."""
        for name in OWN.get(column, (column,)):
            if name in self.entries[i].extra:
                return self.entries[i].extra[name]
        return ""


def not_one(
    word: str, names: Mapping[str, str], nobody: Sentence, allowed: Sentence, key: str
) -> SeatingError:
    """What is wrong with a word that is no id and not the name of exactly one; all whom it may mean.

    Parameters
    ----------
    names
        Id -> name, empty where it is not known.
    nobody, allowed
        What is said where nobody has that name.
    """
    same = [who for who, name in names.items() if name and fold(name) == fold(word)]
    if same:
        return SeatingError(
            Sentence("{n} delegates have this name", n=len(same)), key=key, given=word,
            allowed=Sentence.joined(", ", cut_short(same, MOST_NAMED)), remedy="name the id",
        )  # fmt: skip
    near = [f"{names[who]} ({who})" if names[who] else who for who in _meant(word, names)]
    return SeatingError(
        nobody, key=key, given=word, allowed=allowed,
        remedy=did_you_mean(near[0] if near else None, "check the id")
        if len(near) < 2
        else Sentence(
            "did you mean one of these: {delegates}? Name the id",
            delegates=Sentence.joined(", ", cut_short(near, MOST_NAMED)),
        ),
    )  # fmt: skip


def _meant(word: str, names: Mapping[str, str]) -> list[str]:
    """All in whose names the words are (a surname that several have), else all who have the nearest."""

    def bearers(said: str) -> list[str]:
        words = set(said.split("_"))
        return [who for who, name in folded.items() if words <= set(name.split("_"))]

    folded = {who: fold(name) for who, name in names.items()}
    if found := bearers(fold(word)):
        return found
    known = [w for who, name in folded.items() for w in (fold(who), name, *name.split("_")) if w]
    near = nearest(fold(word), dict.fromkeys(known))
    if near is None:
        return []
    return [who for who in names if fold(who) == near] or bearers(near)


def people_of(roster: Roster, roundtable: int | None) -> People:
    """Who may be seated: not those marked absent, and those of this roundtable only."""
    kept = (
        e
        for e in roster.entries
        if e.present is not False
        and (roundtable is None or not e.roundtables or roundtable in e.roundtables)
    )
    return People(tuple(kept), roster)


def numbers(people: People, i: int, column: str, high: int) -> tuple[int, ...]:
    """A cell such as ``1-3|5`` as numbers; empty where it says nothing."""
    cell = people.cell(i, column)
    found = numbers_in(cell, high)
    if found is None:
        raise SeatingError(
            Sentence("{name} is no list of numbers", name=column),
            file=people.roster.path, line=people.entries[i].line, key=column, given=cell,
            allowed=Sentence("numbers from 1 to {most}, such as 1-3|5", most=high),
        )  # fmt: skip
    return found
