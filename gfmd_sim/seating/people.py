"""Who may be seated at a roundtable: the delegate list's entries, and how they are found by name."""

from __future__ import annotations

from dataclasses import dataclass

from gfmd_sim.errors import SeatingError, Sentence, did_you_mean, nearest
from gfmd_sim.scenario.roster import Roster, RosterEntry, fold, numbers_in

OWN = frozenset({"host", "fixed_sittings", "needs", "roundtables"})
_WORDS = {
    "host": ("hote", "anfitrion", "facilitator", "facilitateur", "facilitador"),
    "fixed_sittings": ("seances_fixes", "sesiones_fijas"),
    "needs": ("besoins", "necesidades", "accessibility", "accessibilite", "accesibilidad"),
    "roundtables": ("roundtable", "tables_rondes", "table_ronde", "mesas_redondas", "mesa_redonda"),
}
YES = frozenset({"yes", "y", "oui", "o", "si", "s", "true", "vrai", "verdadero", "x", "1"})
NO = frozenset({"", "no", "n", "non", "false", "faux", "falso", "0"})


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
        same = [i for i, e in enumerate(self.entries) if e.name and fold(e.name) == fold(word)]
        if len(same) == 1:
            return same[0]
        if same:
            raise SeatingError(
                Sentence("{n} delegates have this name", n=len(same)),
                key=key,
                given=word,
                allowed=", ".join(self.entries[i].id for i in same),
                remedy="name the id",
            )
        near = nearest(word, [e.id for e in self.entries] + [e.name or "" for e in self.entries])
        raise SeatingError(
            "there is no such delegate on the list",
            key=key,
            given=word,
            allowed="an id, or a name as it stands on the list",
            remedy=did_you_mean(near, "check the id"),
        )

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
        for name in (column, *_WORDS.get(column, ())):
            if name in self.entries[i].extra:
                return self.entries[i].extra[name]
        return ""


def people_of(roster: Roster, roundtable: int | None) -> People:
    """Who may be seated: not those marked absent, and those of this roundtable only."""
    everybody = People(roster.entries, roster)
    kept = []
    for i, e in enumerate(roster.entries):
        listed = numbers(everybody, i, "roundtables", 255)
        if e.present is not False and (roundtable is None or not listed or roundtable in listed):
            kept.append(e)
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
