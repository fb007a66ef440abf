"""Summary notes in Markdown: what the record says, in three languages, and nothing obeyed."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from markdown_it import MarkdownIt

from gfmd_sim.forum import Forum
from gfmd_sim.records import Reports, SummaryNote
from gfmd_sim.reports import forum_notes, note_markdown, write_notes
from gfmd_sim.scenario.agenda import LANGUAGES, Language
from gfmd_sim.scenario.schema import Scenario


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_note_carries_what_its_record_carries(forum: Forum, language: Language) -> None:
    notes = forum_notes(forum, language)
    for (number, consultation), note in forum.archive.notes.items():
        topics = forum.roundtables[number].topics
        text = notes[f"roundtable-{number}-consultation-{consultation}.{language}.md"]
        heads = re.findall(r"^### \d+\. (.*)$", text, re.M)
        assert len(heads) == len(note.items)
        for head, item in zip(heads, note.items, strict=True):
            assert head.replace("\\", "") == topics.entries[int(item)].label.in_(language)
        counts = re.findall(r"^- (?:Reported by|Rapporté par|Llevado por) (\d+)", text, re.M)
        assert [int(c) for c in counts] == [p.n_tables for p in note.points()]


def test_the_three_languages_differ(forum: Forum) -> None:
    name = "roundtable-{0}-consultation-1.{1}.md"
    number = next(iter(forum.roundtables))
    texts = {forum_notes(forum, lang)[name.format(number, lang)] for lang in LANGUAGES}
    assert len(texts) == 3


def test_groups_that_raised_a_point_are_named_with_their_tables(forum: Forum) -> None:
    (number, consultation), note = next(iter(forum.archive.notes.items()))
    text = forum_notes(forum, "en")[f"roundtable-{number}-consultation-{consultation}.en.md"]
    first = note.points()[0]
    places = {(r.sitting, r.table, r.group) for r in first.reports if not r.is_endorsed}
    named = re.search(r"^- Raised by: (.*)$", text, re.M)
    assert named is not None
    assert sum(int(n) for n in re.findall(r"\((\d+) tables?\)", named[1])) == len(places)


def test_names_from_files_are_not_obeyed(forum: Forum) -> None:
    (number, _consultation), note = next(iter(forum.archive.notes.items()))
    topics = forum.roundtables[number].topics
    bad = ["<img src=x onerror=alert(1)>", "[a](javascript:b)", "| # *c*", "```"]
    names = [bad[g % len(bad)] for g in range(len(forum.delegates.groups))]
    shown = MarkdownIt("commonmark", {"html": True}).render(
        note_markdown(topics, note, names, "en")
    )
    assert "<img" not in shown and "<a " not in shown and "<code" not in shown


def test_what_was_reported_and_not_kept_is_said(forum: Forum) -> None:
    (number, consultation), note = next(iter(forum.archive.notes.items()))
    topics, plenary = (
        forum.roundtables[number].topics,
        forum.archive.plenaries[number, consultation],
    )
    kept = note.items[:2]
    mine = np.isin(note.reports.item, kept)
    short = replace(note, items=kept, reports=note.reports.where(mine))
    text = note_markdown(topics, short, forum.delegates.groups, "en", plenary=plenary)
    part = text.split("## What this note does not carry")[1]
    reported = {int(i) for i in plenary.reports.item} - {int(i) for i in kept}
    assert len(re.findall(r"^- ", part, re.M)) == len(reported) > 0


def test_an_empty_note(forum: Forum) -> None:
    number = next(iter(forum.roundtables))
    none = np.zeros(0, dtype=np.int32)
    note = SummaryNote(number, 3, none, none, Reports.none())
    text = note_markdown(forum.roundtables[number].topics, note, forum.delegates.groups, "en")
    assert "Nothing: no table reported a point" in text
    assert "No table endorses a solution." in text


def test_the_third_note_says_what_would_be_pledged(forum: Forum) -> None:
    for number in forum.roundtables:
        plenary = forum.archive.plenaries[number, 3]
        text = forum_notes(forum, "en")[f"roundtable-{number}-consultation-3.en.md"]
        rows = re.findall(r"^\| (?!Solution|---).*\| (\d+) \|", text, re.M)
        expected = sorted((int(n) for n in plenary.endorsements if n), reverse=True)
        assert [int(r) for r in rows] == expected


def test_notes_are_files(forum: Forum, tmp_path: Path, scenario: Scenario) -> None:
    files = write_notes(forum, tmp_path / "notes", "fr")
    assert len(files) == len(forum.archive.notes) > 0
    for path in files:
        text = path.read_text(encoding="utf-8")
        assert text.startswith("# Note de synthèse") and text.endswith("\n")
        assert scenario.name in text.replace("\\", "")
