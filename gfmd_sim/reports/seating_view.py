"""What workbook and kit say of a plan: labels, colours, who sits where, in one language."""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np

from gfmd_sim.language import number, percent, plural, translator
from gfmd_sim.reports.look import GROUP_MARKS, Mark, group_mark
from gfmd_sim.reports.words import column_name, value_name
from gfmd_sim.scenario.agenda import Language
from gfmd_sim.scenario.roster import MADE_UP_ID, fold
from gfmd_sim.seating.document import PlannedRoom, Score, SeatingDocument


@dataclass(frozen=True)
class Person:
    """One delegate as printed.

    ``label``: the name where names are asked for, with country and id if others have it too; else
    the id.
    """

    place: int
    id: str
    label: str
    group: str
    group_label: str
    mark: Mark
    organisation: str
    languages: str
    is_named: bool


class RoomView:
    """One roundtable's plan, ready to be printed."""

    def __init__(
        self, document: SeatingDocument, room: PlannedRoom, language: Language, names: bool
    ) -> None:
        self.room, self.language = room, language
        self.problem, self.plan = room.problem, room.plan
        self.colour_by = self._colour_by()
        values = room.column(self.colour_by) if self.colour_by else [""] * self.problem.n
        self.values = [v for v, _ in Counter(v for v in values if v).most_common()]
        self.marks = self._marks()
        labels = _labels(document, room) if names else self.problem.ids
        self.people = [
            Person(
                i, who, labels[i], values[i],
                value_name(self.colour_by, values[i], language),
                self.marks.get(values[i]) or group_mark(values[i]),
                room.column("organisation")[i] if names else "",
                room.column("languages")[i].replace("|", ", ").upper(),
                names and bool(document.names.get(who)),
            )
            for i, who in enumerate(self.problem.ids)
        ]  # fmt: skip
        self.hosts = {
            (s.delegate, r)
            for s in self.problem.seats()
            if s.host
            for r in range(self.problem.n_sittings)
            if s.sitting in (None, r)
        }

    def _marks(self) -> dict[str, Mark]:
        """The mark of each value, with letters from its name in this language that no other has."""
        order = [v for v in GROUP_MARKS if v in self.values]
        order += [v for v in self.values if v not in GROUP_MARKS]
        letters: dict[str, str] = {}
        for value in order:
            name = value_name(self.colour_by, value, self.language)
            free = (c for c in _initials(name) if c not in letters.values())
            letters[value] = next(free)
        return {
            v: dataclasses.replace(group_mark(v, self.values), letter=letters[v]) for v in order
        }

    def _colour_by(self) -> str:
        if any(self.room.column("group")):
            return "group"
        return next(iter(self.problem.attributes), "")

    @property
    def title(self) -> str:
        """``Roundtable 2``, or nothing where there is only one."""
        _ = translator(self.language)
        if self.room.roundtable is None:
            return ""
        return _("Roundtable {number}").format(number=self.room.roundtable)

    def sitting_title(self, sitting: int) -> str:
        """``Sitting 3 (consultation 2)``, with the roundtable in front where there are several."""
        said = " ".join(self.sitting_lines(sitting))
        return f"{self.title}, {lower_first(said)}" if self.title else said

    def sitting_lines(self, sitting: int) -> list[str]:
        """``Sitting 3`` and, where it is known, ``(consultation 2)``: for narrow columns."""
        _ = translator(self.language)
        lines = [_("Sitting {number}").format(number=sitting + 1)]
        consultation = self.problem.consultation(sitting)
        if consultation is not None:
            lines.append(f"({lower_first(self.consultation_title(consultation))})")
        return lines

    def consultation_title(self, consultation: int) -> str:
        """``Consultation 2``."""
        _ = translator(self.language)
        return _("Consultation {number}").format(number=consultation)

    def consultations(self) -> list[tuple[int | None, list[int]]]:
        """The sittings, from 0, of each consultation; all in one of no number if none is known."""
        numbers = [self.problem.consultation(s) for s in range(self.problem.n_sittings)]
        return [(c, [s for s, k in enumerate(numbers) if k == c]) for c in dict.fromkeys(numbers)]

    def table_title(self, table: int) -> str:
        """``Table 7``."""
        _ = translator(self.language)
        return _("Table {number}").format(number=table + 1)

    def tables(self, sitting: int) -> list[tuple[int, list[Person]]]:
        """The tables of a sitting with the people at each in the order of their seats.

        By group, then label: the order of every sheet, list and card.
        """
        row = self.plan[sitting]
        return [
            (int(t), self.by_group(np.flatnonzero(row == t).tolist()))
            for t in np.unique(row[row >= 0])
        ]

    def by_group(self, people: Sequence[int]) -> list[Person]:
        """Delegates in the order of groups, then labels."""
        rank = {v: k for k, v in enumerate(self.values)}
        chosen = [self.people[i] for i in people]
        return sorted(chosen, key=lambda p: (rank.get(p.group, len(rank)), sort_key(p.label)))

    def alphabetical(self) -> list[Person]:
        """Everybody, by label."""
        return sorted(self.people, key=lambda p: sort_key(p.label))

    def table_of(self, person: Person) -> list[int | None]:
        """The tables (from 1) of a delegate, a sitting each; None where absent."""
        return [int(t) + 1 if t >= 0 else None for t in self.plan[:, person.place]]

    def is_host(self, person: Person, sitting: int) -> bool:
        """Whether a delegate hosts the table at which he sits."""
        return (person.place, sitting) in self.hosts

    def legend(self) -> list[tuple[str, Mark, int]]:
        """Group label, mark and number of delegates, largest first."""
        size = Counter(p.group for p in self.people if p.group)
        return [
            (value_name(self.colour_by, v, self.language), self.marks[v], size[v])
            for v in self.values
        ]

    def facts(self) -> list[tuple[str, str]]:
        """What the plan is worth, in words and numbers."""
        _ = translator(self.language)
        s, p = self.room.score, self.problem
        lang = self.language
        span = _range([k for row in p.table_sizes for k in row if k])
        report = self.room.report()
        served = [d for d, there in zip(report.distinct_by_delegate, (p.attendance().sum(axis=0) > 0).tolist(),
                                        strict=True) if there]  # fmt: skip
        balanced = [column_name(a, lang) for a in p.attributes if p.weights.get(a, 1.0)]
        facts = [
            (_("Delegates"), self._delegates_fact(len(served))),
            (_("Sittings"), self._sittings_fact()),
            *self._consultation_facts(),
            (_("Tables"), _("{n} of {sizes} seats").format(
                n=_range([sum(k > 0 for k in row) for row in p.table_sizes]), sizes=span)),
            (_("Constraints"), _("all kept") if report.is_valid
             else _("{n} broken").format(n=len(report.violations))),
            (_("Balanced by"), ", ".join(balanced) or "-"),
            (_("Seats out of balance"), beside_bound(s.excess, s.bound_excess, lang)),
            (_("Pairs who meet"), _("{n} of at most {bound}").format(
                n=number(s.distinct, lang, 0), bound=number(s.bound_distinct, lang, 0))),
        ]  # fmt: skip
        if p.encounters.repeats != "linear":
            facts.append((_("Cost of meeting again"),
                          beside_bound(s.repeat_cost, s.bound_repeat_cost, lang)))  # fmt: skip
        facts.append((_("Distance from the bounds"), distance(s, lang, is_kept=report.is_valid)))
        facts.append((_("Others met, per delegate"), _("{mean} on average, {least} at least").format(
            mean=number(sum(served) / max(1, len(served)), lang, 1),
            least=min(served, default=0))))  # fmt: skip
        return facts

    def _delegates_fact(self, come: int) -> str:
        _ = translator(self.language)
        n = number(self.problem.n, self.language, 0)
        if come == self.problem.n:
            return n
        gone = number(self.problem.n - come, self.language, 0)
        return _("{n}, of whom {gone} attend no sitting").format(n=n, gone=gone)

    def _sittings_fact(self) -> str:
        _ = translator(self.language)
        n = number(self.problem.n_sittings, self.language, 0)
        each = self.problem.consultations
        if not each:
            return n
        return _("{n}, in consultations of {each}").format(n=n, each=", ".join(map(str, each)))

    def _consultation_facts(self) -> list[tuple[str, str]]:
        """People and tables of each consultation, where they are not the same in all."""
        _, n_ = translator(self.language), plural(self.language)
        here = self.problem.attendance().sum(axis=1).tolist()
        sizes = [[k for k in row if k] for row in self.problem.table_sizes]
        facts = []
        for consultation, sittings in self.consultations():
            tables = [len(sizes[s]) for s in sittings]
            said = n_(
                "{people} delegates, {tables} table of {sizes} seats",
                "{people} delegates, {tables} tables of {sizes} seats",
                max(tables),
            ).format(
                people=_range([here[s] for s in sittings]),
                tables=_range(tables),
                sizes=_range([k for s in sittings for k in sizes[s]]),
            )
            if consultation is not None:
                facts.append((self.consultation_title(consultation), said))
        return facts if len({said for _title, said in facts}) > 1 else []


def lower_first(text: str) -> str:
    """The same with a small first letter, to stand within a line."""
    return text[:1].lower() + text[1:]


def _range(numbers: Sequence[int]) -> str:
    """``7`` or ``7-8``: from the least to the greatest."""
    low, high = min(numbers, default=0), max(numbers, default=0)
    return str(low) if low == high else f"{low}\N{EN DASH}{high}"


def _labels(document: SeatingDocument, room: PlannedRoom) -> list[str]:
    """Everybody's name; whom a name does not tell apart, by country and id too."""
    bearers = Counter(fold(name) for name in document.names.values())
    labels = []
    for i, who in enumerate(room.problem.ids):
        name = document.names.get(who)
        if name and bearers[fold(name)] > 1:
            name += f" ({', '.join(filter(None, (room.column('country')[i], who)))})"
        labels.append(name or who)
    return labels


def _initials(name: str) -> Iterator[str]:
    """Letters for a name, the best first: its first, those of its words, its first and another."""
    first = name[:1].upper() or "?"
    yield first
    words = name.split()
    if len(words) > 1:
        yield first + words[-1][:1].upper()
    yield from (first + c.lower() for c in name[1:] if c.isalnum())
    yield from (f"{first}{k}" for k in count(2))


def beside_bound(value: float, bound: float, language: Language) -> str:
    """A cost, and what no plan can go below where that says more."""
    _ = translator(language)
    said = number(value, language, 2, trim=True)
    if value <= 0:
        return said
    if value <= bound:
        return _("{n}, and no plan has less").format(n=said)
    return _("{n}, at least {bound} in any plan").format(
        n=said, bound=number(bound, language, 2, trim=True)
    )


def distance(score: Score, language: Language, *, is_kept: bool) -> str:
    """How far balance and encounters each are from what no plan can beat."""
    _ = translator(language)
    if not is_kept:
        return _("none, since constraints are broken")
    if score.is_proven_optimal:
        return _("proven optimal: balance and encounters both meet their bounds")
    excess, again = score.excess - score.bound_excess, score.repeat_cost - score.bound_repeat_cost
    balance = (
        _("balance {n} above its bound").format(n=number(excess, language, 2, trim=True))
        if excess > 0
        else _("balance proven best")
    )
    if score.gap > 0:
        share = percent(score.gap, language, 1)
        if share == percent(0.0, language, 1):
            share = _("less than {share}").format(share=percent(0.001, language, 1))
        encounters = _("encounters {share} below their bound").format(share=share)
    elif again > 0:
        encounters = _("meeting again costs {n} above its bound").format(
            n=number(again, language, 2, trim=True)
        )
    else:
        encounters = _("encounters meet their bound")
    return _("{balance}; {encounters}").format(balance=balance, encounters=encounters)


def about_ids(document: SeatingDocument, language: Language) -> str:
    """What an id stands for where the list has none; empty where it has."""
    _ = translator(language)
    ids = [who for room in document.rooms for who in room.problem.ids]
    numbers = [re.fullmatch(MADE_UP_ID.replace("{:03d}", r"(\d{3,})"), who) for who in ids]
    if not all(numbers):
        return ""
    words = _("The list has no ids: {id} is the delegate in row {n} below its headings.")
    example = ids[min(11, len(ids) - 1)]
    return words.format(id=example, n=int(example.rpartition("-")[2]))


_PLAIN = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
)


def sort_key(label: str) -> tuple[str, str]:
    """Labels in order, accents and case aside."""
    apart = unicodedata.normalize("NFKD", label.casefold())
    bare = "".join(c for c in apart if not unicodedata.combining(c))
    return bare.translate(_PLAIN), label
