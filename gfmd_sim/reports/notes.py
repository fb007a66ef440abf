"""Summary notes as people can read them: Markdown, with who raised each point and where.

One file a consultation and roundtable, ``roundtable-1-consultation-1.fr.md``. A note says only what
its record carries; what fell by the wayside is listed at the end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.accounts import Topics
from gfmd_sim.forum import Forum
from gfmd_sim.language import dates, listed
from gfmd_sim.records import NotePoint, PlenaryRecord, Report, SummaryNote
from gfmd_sim.reports.environment import markdown_environment
from gfmd_sim.reports.words import KINDS, RESOURCES, group_labels, said
from gfmd_sim.scenario.agenda import RESOURCES as RESOURCE_IDS
from gfmd_sim.scenario.agenda import Language

IntArray = NDArray[np.int32]


@dataclass(frozen=True)
class Point:
    """One point of a note, in words."""

    label: str
    text: str
    kind: str
    raised_by: list[tuple[str, int]]  # group, tables at which it raised the point first
    sittings: list[tuple[int, list[int]]]  # sitting, tables (both from 1)
    n_tables: int
    n_accounts: int
    n_accounts_all: int
    endorsed_at: int  # tables that endorsed it (solutions only)


@dataclass(frozen=True)
class Endorsement:
    """A solution that tables endorsed, and what their members would pledge."""

    label: str
    n_tables: int
    pledges: list[tuple[str, int]]  # resource, people; only what it needs


@dataclass(frozen=True)
class Source:
    """The run that a note comes from."""

    scenario: str
    seed: int
    replicate: int


@dataclass(frozen=True)
class Lost:
    """A point that did not reach the note."""

    label: str
    kind: str
    n: int  # tables that reported it, or times it was voiced


def note_markdown(
    topics: Topics,
    note: SummaryNote,
    group_names: Sequence[str],
    language: Language,
    *,
    plenary: PlenaryRecord | None = None,
    voiced: IntArray | None = None,
    source: Source | None = None,
) -> str:
    """A summary note in Markdown.

    Parameters
    ----------
    group_names
        What each group is called, in the order of the groups' codes.
    plenary
        The consultation's plenary: adds what was reported and not kept, and the endorsements.
    voiced
        Mentions of each account in the consultation, shape (n_accounts,): adds what was said at
        tables and reported by none.
    source
        The run that the note comes from.
    """
    plan = topics.roundtable.consultations[note.consultation - 1]
    points = [_point(p, topics, group_names, language) for p in note.points()]
    reported = set() if plenary is None else set(plenary.reports.item.tolist())
    page = markdown_environment(language).get_template("note.md.jinja")
    return page.render(
        title=topics.roundtable.title.in_(language),
        number=note.roundtable,
        consultation=note.consultation,
        when=dates(plan.dates, language),
        purpose=plan.purpose.in_(language),
        questions=[q.text.in_(language) for q in plan.questions],
        points=points,
        n_tables=_n_tables(plenary) if plenary is not None else 0,
        endorsements=_endorsements(topics, plenary, language),
        unendorsed=_unendorsed(topics, plenary, language),
        is_last=note.consultation == len(topics.roundtable.consultations),
        dropped=_dropped(topics, plenary, set(note.items.tolist()), language),
        unreported=_unreported(topics, voiced, reported, language) if plenary is not None else [],
        source=source,
    ).rstrip() + "\n"  # fmt: skip


def forum_notes(forum: Forum, language: Language) -> dict[str, str]:
    """All notes of a Forum by file name."""
    names = list(group_labels(forum.delegates.groups, forum.scenario, language).values())
    source = Source(forum.scenario.name, forum.streams.seed, forum.streams.replicate)
    out = {}
    for (number, consultation), note in sorted(forum.archive.notes.items()):
        state = forum.roundtables[number]
        out[note_file(number, consultation, language)] = note_markdown(
            state.topics,
            note,
            names,
            language,
            plenary=forum.archive.plenaries.get((number, consultation)),
            voiced=state.voiced[consultation - 1],
            source=source,
        )
    return out


def note_file(roundtable: int, consultation: int, language: Language) -> str:
    """``roundtable-1-consultation-1.fr.md``."""
    return f"roundtable-{roundtable}-consultation-{consultation}.{language}.md"


def write_notes(forum: Forum, folder: Path, language: Language) -> list[Path]:
    """Write all notes of a Forum into ``folder``, which is made if it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for name, text in forum_notes(forum, language).items():
        path = folder / name
        path.write_text(text, encoding="utf-8", newline="\n")
        files.append(path)
    return files


def _point(p: NotePoint, topics: Topics, names: Sequence[str], language: Language) -> Point:
    entry = topics.entries[p.item]
    voiced = [r for r in p.reports if not r.is_endorsed]
    raised = Counter(names[g] for g in _first_raisers(voiced))
    places: dict[int, set[int]] = {}
    for r in p.reports:
        places.setdefault(r.sitting, set()).add(r.table + 1)
    return Point(
        label=entry.label.in_(language),
        text=entry.text.in_(language),
        kind=said(KINDS, topics.kind_of(p.item), language),
        raised_by=raised.most_common(),
        sittings=[(s, sorted(tables)) for s, tables in sorted(places.items())],
        n_tables=p.n_tables,
        n_accounts=len(p.accounts),
        n_accounts_all=int((topics.item == p.item).sum()),
        endorsed_at=len({(r.sitting, r.table) for r in p.reports if r.is_endorsed}),
    )


def _first_raisers(reports: Sequence[Report]) -> list[int]:
    """The group behind each table's report of a point, once a table and group."""
    seen = {(r.sitting, r.table, r.group) for r in reports}
    return [group for _, _, group in sorted(seen)]


def _n_tables(plenary: PlenaryRecord) -> int:
    r = plenary.reports
    return len({*zip(r.sitting.tolist(), r.table.tolist(), strict=True)})


def _endorsements(
    topics: Topics, plenary: PlenaryRecord | None, language: Language
) -> list[Endorsement]:
    if plenary is None:
        return []
    order = np.argsort(-plenary.endorsements, kind="stable")
    return [
        Endorsement(
            label=topics.entries[topics.first_solution + m].label.in_(language),
            n_tables=int(plenary.endorsements[m]),
            pledges=[
                (said(RESOURCES, name, language), int(plenary.pledges[m, k]))
                for k, name in enumerate(RESOURCE_IDS)
                if topics.needs[m, k]
            ],
        )
        for m in order.tolist()
        if plenary.endorsements[m] > 0
    ]


def _unendorsed(topics: Topics, plenary: PlenaryRecord | None, language: Language) -> str:
    if plenary is None:
        return ""
    missing = np.flatnonzero(plenary.endorsements == 0).tolist()
    labels = [topics.entries[topics.first_solution + m].label.in_(language) for m in missing]
    return listed(labels, language) if labels else ""


def _dropped(
    topics: Topics, plenary: PlenaryRecord | None, kept: set[int], language: Language
) -> list[Lost]:
    """What tables reported and the note had no room for, the most reported first."""
    if plenary is None:
        return []
    r = plenary.reports
    places = {*zip(r.item.tolist(), r.sitting.tolist(), r.table.tolist(), strict=True)}
    count = Counter(item for item, _, _ in places)
    rows = sorted(count.items(), key=lambda row: (-row[1], row[0]))
    return [_lost(topics, item, n, language) for item, n in rows if item not in kept]


def _unreported(
    topics: Topics, voiced: IntArray | None, reported: set[int], language: Language
) -> list[Lost]:
    """What was voiced at tables and reported by none, the most voiced first."""
    if voiced is None:
        return []
    times = np.bincount(topics.item, weights=voiced, minlength=topics.n_items).astype(int)
    rows = sorted(enumerate(times.tolist()), key=lambda row: (-row[1], row[0]))
    return [_lost(topics, i, n, language) for i, n in rows if n > 0 and i not in reported]


def _lost(topics: Topics, item: int, n: int, language: Language) -> Lost:
    return Lost(
        topics.entries[item].label.in_(language), said(KINDS, topics.kind_of(item), language), n
    )
