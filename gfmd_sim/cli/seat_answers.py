"""What ``seat`` says on the screen, in the user's language, and the same as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from gfmd_sim.cli.console import console_for_tables
from gfmd_sim.language import N_, divided, number, plural, signed, translator, wording
from gfmd_sim.reports.seating_view import RoomView
from gfmd_sim.reports.words import column_name, value_name
from gfmd_sim.scenario.agenda import Language
from gfmd_sim.seating.document import PlannedRoom, SeatingDocument, to_json
from gfmd_sim.seating.search import RepairResult
from gfmd_sim.seating.search.problem import Plan
from gfmd_sim.seating.swaps import Seated, Swap

_BINDS = {
    "host": N_("host"),
    "fixed": N_("fixed seat"),
    "locked": N_("locked seat"),
    "together": N_("kept together"),
    "apart": N_("kept apart"),
    "needs": N_("needs this table"),
}


def document_json(
    document: SeatingDocument, files: Sequence[Path], *, names: bool, with_plan: bool = True
) -> dict[str, Any]:
    """A plan's scores; the plan itself where it went into no file."""
    rooms = []
    whole = to_json(document, names=names)
    for room, one in zip(document.rooms, whole["rooms"], strict=True):
        report = room.report()
        rooms.append(
            {
                "roundtable": room.roundtable,
                "n_delegates": room.problem.n,
                "n_sittings": room.problem.n_sittings,
                "consultations": one["request"]["consultations"],
                "table_sizes": one["request"]["table_sizes"],
                **one["score"],
                "violations": list(report.violations),
                "excess_by_attribute": report.excess_by_attribute,
                "meetings": report.meetings,
                "most_meetings": report.most_meetings,
                "fewest_met": min(report.distinct_by_delegate, default=0),
            }
        )
    said: dict[str, Any] = {"out": [str(f) for f in files], "rooms": rooms}
    if with_plan and not files:
        said["plan"] = whole
    return said


def print_kept(kept: Mapping[Path, Path], lang: Language) -> None:
    """Plans that were there before and are kept beside."""
    _ = translator(lang)
    for old, beside in kept.items():
        print(_("{file} held another plan: it is kept as {beside}").format(file=old, beside=beside))


def print_document(
    document: SeatingDocument, lang: Language, *, names: bool, with_seats: bool
) -> None:
    """What each roundtable's plan is worth, and who sits where unless that is in a file."""
    _ = translator(lang)
    console = console_for_tables()
    views = [RoomView(document, room, lang, names) for room in document.rooms]
    for view in views:
        if with_seats:
            for s in range(view.problem.n_sittings):
                console.print(Text(view.sitting_title(s), style="bold"))
                for table, people in view.tables(s):
                    line = ", ".join(p.label for p in people)
                    console.print(Padding(Text(f"{view.table_title(table)}: {line}"), (0, 0, 0, 2)))
        if view.title:
            console.print(Text(view.title, style="bold"))
        facts = Table(box=None, pad_edge=False, show_header=False, padding=(0, 3, 0, 0))
        for words, value in _facts(view):
            facts.add_row(Text(words, style="dim"), Text(value))
        console.print(facts)
    if len(views) > 1:
        met: set[tuple[str, str]] = set()
        for view in views:
            met |= _pairs(view.room)
        console.print(
            Text(_("Over all roundtables {n} different pairs meet.").format(
                n=number(len(met), lang, 0)))
        )  # fmt: skip


def _pairs(room: PlannedRoom) -> set[tuple[str, str]]:
    ids = room.problem.ids
    found = set()
    for r in range(room.problem.n_sittings):
        for t in range(room.problem.n_tables):
            people = sorted(ids[i] for i in room.at(r, t))
            found |= {(a, b) for k, a in enumerate(people) for b in people[k + 1 :]}
    return found


def _facts(view: RoomView) -> list[tuple[str, str]]:
    _ = translator(view.language)
    score = view.room.score
    facts = view.facts()
    if score.steps is not None and score.seed is not None:
        again = _("seed {seed}, {steps} steps").format(seed=score.seed, steps=score.steps)
        facts.append((_("Made with"), again))
    return facts


def print_basis(
    basis: str, others: Sequence[str], lang: Language, *, with_constraints: bool
) -> None:
    """By what a plan was judged, and how to have it judged by more."""
    _ = translator(lang)
    console = console_for_tables()
    if basis == "asked":
        console.print(Text(_("Judged by what was asked when the plan was made."), style="dim"))
        return
    lines = [
        _("Judged by the plan alone: bounds are of plans with its table sizes and absences.")
        if basis == "plan"
        else _("Judged by the delegate list: bounds are of plans with these table sizes.")
    ]
    if others:
        columns = ", ".join(others)
        lines.append(_("Not balanced: {columns} (--balance names others).").format(columns=columns))
    if basis == "plan":
        lines.append(_("To hold it to constraints: --roster LIST --constraints FILE."))
    elif not with_constraints:
        lines.append(_("Constraints of the list only; others: --constraints FILE, --apart, --fix."))
    for line in lines:
        console.print(Text(line, style="dim"))


def print_violations(broken: Mapping[int | None, Sequence[str]], lang: Language) -> None:
    """The constraints that a plan breaks, or that it breaks none."""
    _, n_ = translator(lang), plural(lang)
    console = console_for_tables()
    if not any(broken.values()):
        console.print(Text(_("Every constraint is kept."), style="bold"))
        return
    console.print(Text(_("What is broken"), style="bold"))
    for roundtable, words in broken.items():
        number_ = _("Roundtable {number}").format(number=roundtable)
        where = "" if roundtable is None else f"{number_}, "
        for line in words[:50]:
            console.print(Padding(Text(f"- {where}{line}"), (0, 0, 0, 2)))
        if len(words) > 50:
            rest = len(words) - 50
            more = n_("and {n} more", "and {n} more", rest).format(n=rest)
            console.print(Padding(Text(more), (0, 0, 0, 2)))


def print_front(documents: Sequence[SeatingDocument], lang: Language) -> None:
    """Balance against encounters: a few plans of which none is better in both."""
    _ = translator(lang)
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0))
    for words in (_("Point"), _("Seats out of balance"), _("Pairs who meet")):
        table.add_column(words, justify="right")
    for k, document in enumerate(documents, start=1):
        score = document.rooms[0].score
        table.add_row(str(k), number(score.excess, lang, 2, trim=True),
                      number(score.distinct, lang, 0))  # fmt: skip
    console = console_for_tables()
    console.print(Text(_("Balance against encounters: none of these is better in both."),
                       style="bold"))  # fmt: skip
    console.print(table)


def print_repair(
    found: RepairResult, before_it: PlannedRoom, room: PlannedRoom, lang: Language
) -> None:
    """Who moves, where a chair stays empty, which table has no host, what is lost."""
    _ = translator(lang)
    console = console_for_tables()
    p = found.problem
    if not found.moves:
        console.print(Text(_("Nobody has to move."), style="bold"))
    else:
        console.print(Text(_("Who moves"), style="bold"))
    for m in found.moves:
        words = _("{when}: {name} from table {old} to table {new}").format(
            when=p.sitting_words(m.sitting).said(wording(lang)),
            name=p.name(m.delegate),
            old=m.old + 1,
            new=m.new + 1,
        )
        console.print(Padding(Text(f"- {words}"), (0, 0, 0, 2)))
    for r, t, was, now in fewer_seats(before_it.plan, found.plan):
        words = _("{when}: table {table} has {new} people, {old} before").format(
            when=p.sitting_words(r).said(wording(lang)), table=t + 1, new=now, old=was
        )
        console.print(Padding(Text(f"- {words}"), (0, 0, 0, 2)))
    for r, t in found.hostless:
        when = p.sitting_words(r).said(wording(lang))
        words = _("{when}: table {table} has no host").format(when=when, table=t + 1)
        console.print(Padding(Text(f"- {words}", style="bold"), (0, 0, 0, 2)))
    facts = Table(box=None, pad_edge=False, show_header=False, padding=(0, 3, 0, 0))
    before, after = found.before, found.after
    for name, old, new in (
        (_("Seats out of balance"), before.excess, after.excess),
        (_("Pairs who meet"), before.distinct, after.distinct),
        (_("Pairs who could meet at most"), before_it.score.bound_distinct,
         room.score.bound_distinct),
    ):  # fmt: skip
        change = _("{old} before, {new} now").format(
            old=number(old, lang, 2, trim=True), new=number(new, lang, 2, trim=True)
        )
        facts.add_row(Text(name, style="dim"), Text(change))
    console.print(facts)
    if not found.after.is_valid:
        print_violations({room.roundtable: room.report(_).violations}, lang)


def fewer_seats(old: Plan, new: Plan) -> list[tuple[int, int, int, int]]:
    """(sitting, table, people before, people now) of the tables at which fewer sit than before."""
    found = []
    for r in range(len(old)):
        tables = int(max(old[r].max(initial=-1), new[r].max(initial=-1))) + 1
        was, now = (np.bincount(p[r][p[r] >= 0], minlength=tables).tolist() for p in (old, new))
        found += [(r, t, was[t], now[t]) for t in range(tables) if now[t] < was[t]]
    return found


def print_table(
    room: PlannedRoom,
    sitting: int,
    table: int,
    mix: Mapping[str, Sequence[tuple[str, int, int, int]]],
    people: Sequence[Seated],
    lang: Language,
) -> None:
    """The mix of a table against its fair share, and what each of its people finds there."""
    _ = translator(lang)
    console = console_for_tables()
    when = room.problem.sitting_words(sitting).said(wording(lang))
    title = _("Table {table}, {when}").format(table=table + 1, when=when)
    console.print(Text(title, style="bold"))
    rows = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0))
    rows.add_column(_("Delegate"))
    rows.add_column(_("New faces here"), justify="right")
    rows.add_column(_("Bound by"))
    for one in people:
        bound = ", ".join(_(_BINDS[b]) for b in one.bound_by)
        name = Text(room.problem.name(one.delegate))
        rows.add_row(name, str(one.new_faces), Text(bound))
    console.print(rows)
    for attribute, values in mix.items():
        shown = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0))
        shown.add_column(Text(column_name(attribute, lang)))
        shown.add_column(_("here"), justify="right")
        shown.add_column(_("fair share"), justify="right")
        for value, here, low, high in values:
            if here or high:
                share = str(low) if low == high else f"{low}\N{EN DASH}{high}"
                style = "" if low <= here <= high else "bold"
                called = value_name(attribute, value, lang)
                shown.add_row(Text(called, style=style), Text(str(here), style=style), share)
        console.print(shown)


def print_swaps(room: PlannedRoom, swaps: Sequence[Swap], looked_at: int, lang: Language) -> None:
    """What each swap does to balance and encounters."""
    _ = translator(lang)
    console = console_for_tables()
    if not swaps:
        console.print(Text(_("No swap with another table keeps every constraint."), style="bold"))
        return
    head = (
        _("What the swap would do")
        if looked_at == 1
        else _("The swaps that cost least, of {n}").format(n=number(looked_at, lang, 0))
    )
    console.print(Text(head, style="bold"))
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0))
    for words, justify in (
        (_("Swap"), "left"), (_("Tables"), "right"), (_("Seats out of balance"), "right"),
        (_("Pairs who meet"), "right"), (_("What is broken"), "left"),
    ):  # fmt: skip
        table.add_column(words, justify=justify)  # type: ignore[arg-type]
    for s in swaps:
        a, b = (int(room.plan[s.sitting, i]) + 1 for i in (s.one, s.other))
        table.add_row(
            Text(f"{room.problem.name(s.one)} \N{LEFT RIGHT ARROW} {room.problem.name(s.other)}"),
            f"{a}, {b}",
            signed(s.excess, lang, 0 if float(s.excess).is_integer() else 2),
            signed(s.distinct, lang, 0),
            Text(divided(s.breaks, lang)),
        )
    console.print(table)
