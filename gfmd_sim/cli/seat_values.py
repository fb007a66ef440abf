"""What a delegate list has in the columns that are balanced, in words."""

from __future__ import annotations

from collections.abc import Sequence

from rich.padding import Padding
from rich.text import Text

from gfmd_sim.cli.console import console_for_tables
from gfmd_sim.language import number, plural, translator, wording
from gfmd_sim.reports.words import column_name, upper_first, value_name
from gfmd_sim.scenario.agenda import Language
from gfmd_sim.scenario.group_names import ADVISED
from gfmd_sim.seating.values import ColumnValues

MOST_VALUES = 12
"""Values of a column that are named."""


def print_values(columns: Sequence[ColumnValues], lang: Language, *, is_quiet: bool) -> None:
    """What the list has in each column that is balanced, and what looks like a slip of the pen."""
    _, n_ = translator(lang), plural(lang)
    console = console_for_tables()
    for column in columns:
        title, total = column_name(column.name, lang), len(column.counts)
        shown = list(column.counts.items())[:MOST_VALUES]
        said = [f"{value_name(column.name, v, lang)} {number(n, lang, 0)}" for v, n in shown]
        if total > len(shown):
            more = total - len(shown)
            said.append(n_("and {n} more", "and {n} more", more).format(n=number(more, lang, 0)))
        if column.empty:
            said.append(_("{n} without").format(n=number(column.empty, lang, 0)))
        line = n_("{column}: {n} value: {values}", "{column}: {n} values: {values}", total)
        line = line.format(
            column=upper_first(title), n=number(total, lang, 0), values=", ".join(said)
        )
        if not is_quiet:
            console.print(Text(line))
        for line in _warnings(column, lang):
            console.print(Padding(Text(f"- {line}", style="bold"), (0, 0, 0, 2)))


def _warnings(column: ColumnValues, lang: Language) -> list[str]:
    """What an organiser should look at in a column."""
    _ = translator(lang)
    found = []
    for value, ways in column.spellings.items():
        words = ", ".join(f'"{w}"' for w in ways[:MOST_VALUES])
        name = value_name(column.name, value, lang)
        found.append(_("counted as one value, {name}: {words}").format(name=name, words=words))
    told = set()
    for value, near in column.strange.items():
        told.add((value, near))
        facts = {
            "name": value_name("group", value, lang),
            "n": number(column.counts[value], lang, 0),
        }
        if near is None:
            line = _("{name} ({n}) is none of the six groups; here it is a group of its own")
        else:
            line = _(
                "{name} ({n}) is none of the six groups; here it is a group of its own. If {near} "
                "is meant, write that in the list"
            )
        advised = ADVISED[near].said(wording(lang)) if near else None
        found.append(line.format(**facts, near=advised))
    for rare, usual in column.alike:
        if (rare, usual) not in told and (usual, rare) not in told:
            one, other = (value_name(column.name, v, lang) for v in (rare, usual))
            line = _("{one} and {other} look alike: if they are one, write one in the list")
            found.append(line.format(one=one, other=other))
    return found
