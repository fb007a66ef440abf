"""What ships in scenarios/: complete, true to its README, and each file a small change."""

from __future__ import annotations

import re

import numpy as np
import pytest

from gfmd_sim.experiments.forum_simulator import ForumSimulator
from gfmd_sim.scenario.describe import describe
from gfmd_sim.scenario.files import (
    SHIPPED,
    edited_text,
    file_of,
    load,
    load_scenario,
    shipped_names,
)
from gfmd_sim.scenario.roster import read_roster
from gfmd_sim.scenario.yaml_text import parse

FLAGSHIP = "gfmd-2024-25"


@pytest.mark.parametrize("name", shipped_names())
def test_each_asks_one_question_in_three_languages(name: str) -> None:
    scenario = load(name).scenario
    assert scenario.name == name
    assert scenario.question is not None
    questions = [scenario.question.in_(language) for language in ("en", "fr", "es")]
    assert len(set(questions)) == 3
    assert all(q.count("?") == 1 and q.endswith("?") and len(q) < 120 for q in questions)
    assert questions[2].count("¿") == 1


@pytest.mark.parametrize("name", [n for n in shipped_names() if n != FLAGSHIP])
def test_each_says_only_what_differs(name: str) -> None:
    loaded = load(name)
    assert loaded.parent is not None
    changed = {r.path for r in describe(loaded.scenario, loaded.parent) if r.is_changed}
    said = {
        ".".join(map(str, path))
        for path, _ in parse(loaded.text).lines.items()
        if path and path[0] not in ("extends", "name", "question")
    }
    leaves = {p for p in said if not any(q.startswith(f"{p}.") for q in said)}
    leaves = {re.sub(r"\.\d+$", "", p) for p in leaves}
    new = set(loaded.scenario.population.groups) - set(loaded.parent.population.groups)

    def whole(paths: set[str]) -> set[str]:
        """A group that the parent does not have is new as a whole."""
        return {re.sub(rf"^(population\.groups\.({'|'.join(new)}))\..*", r"\1", p) for p in paths}

    if new:
        leaves, changed = whole(leaves), whole(changed)
    assert leaves == changed - {"name", "question"}


def test_the_flagship_is_the_forum() -> None:
    p = load(FLAGSHIP).scenario.population
    assert {g: s.share for g, s in p.groups.items()} == {
        "states": 56,
        "civil_society": 28,
        "private_sector": 8,
        "youth": 8,
        "local_governments": 8,
        "international_organisations": 12,
    }
    assert p.n_delegates == 120
    for spec in [*p.groups.values(), *p.regions.values()]:
        assert spec.label is not None
        assert len({spec.label.en, spec.label.fr, spec.label.es}) == 3
    assert sum(r.share for r in p.regions.values()) == 193
    assert list(load(FLAGSHIP).scenario.roundtables) == [1, 2, 3, 4, 5, 6]


def test_the_readme_lists_every_file_with_its_question() -> None:
    readme = (SHIPPED / "README.md").read_text(encoding="utf-8")
    for name in shipped_names():
        question = load(name).scenario.question
        assert question is not None
        assert f"| `{name}.yaml` | {question.en}" in readme
    assert set(re.findall(r"^\| `(.+)\.yaml`", readme, re.M)) == set(shipped_names())


def test_the_sample_roster_uses_every_column() -> None:
    p = load("with-roster").scenario.population
    assert p.roster is not None
    roster = read_roster(file_of(p.roster), groups=list(p.groups))
    assert len(roster) == 60
    assert {e.group for e in roster.entries} == set(p.groups)
    assert {e.region for e in roster.entries} == set(p.regions)
    for column in ("name", "organisation", "country", "role", "languages", "gender", "status",
                   "susceptibility", "resources", "support", "keep_with", "keep_apart",
                   "fixed_table"):  # fmt: skip
        assert any(getattr(e, column) for e in roster.entries), column
    assert any(e.present is not True for e in roster.entries)
    for attribute in ("keep_with", "keep_apart"):
        labels = [label for e in roster.entries for label in getattr(e, attribute)]
        assert all(labels.count(label) > 1 for label in labels)


@pytest.mark.parametrize("name", shipped_names())
def test_a_file_survives_an_edit(name: str) -> None:
    text = load(name).text
    edited = edited_text(text, {"plenary.points_reported": 4})
    comments = re.findall(r"#.*", text)
    assert [c for c in comments if c not in edited] == []
    data = parse(edited).data
    assert data.pop("plenary") == {"points_reported": 4}
    assert data == parse(text).data


def test_guests_sit_at_the_roundtables_that_name_them() -> None:
    forum = ForumSimulator.of(load_scenario("guests")).forum({}, 3, 0)
    attends = {
        g: {
            r
            for k, r in enumerate(forum.roundtables)
            if forum.delegates.attends[forum.delegates.group == i, k].all()
        }
        for i, g in enumerate(forum.delegates.groups)
    }
    assert attends["media"] == {3}
    assert attends["diaspora"] == {2, 4}
    assert attends["employers_workers"] == {4}
    assert attends["states"] == {1, 2, 3, 4, 5, 6}
    forum.run()
    media = np.flatnonzero(forum.delegates.group == forum.delegates.groups.index("media"))
    for (_, roundtable, _), seating in forum.archive.seatings.items():
        assert np.isin(media, seating.seat).any() == (roundtable == 3)


def test_a_guest_attends_some_of_the_roundtables_open_to_him() -> None:
    simulator = ForumSimulator.of(load_scenario("guests"))
    forum = simulator.forum({"process.roundtables_per_delegate": 2}, 3, 0)
    number = forum.delegates.attends.sum(axis=1)
    guests = np.array([g in ("media", "employers_workers") for g in forum.delegates.groups])
    assert set(number[guests[forum.delegates.group]]) == {1}
    assert set(number[~guests[forum.delegates.group]]) == {2}


def test_french_texts_have_apostrophes_of_the_printer() -> None:
    """In agendas and questions, as in the catalogues."""
    texts = []
    for path in sorted(SHIPPED.rglob("*.yaml")):
        waiting: list[object] = [parse(path.read_text(encoding="utf-8"), path).data]
        while waiting:
            value = waiting.pop()
            if isinstance(value, dict):
                waiting += value.values()
                if isinstance(value.get("fr"), str):
                    texts.append(value["fr"])
            elif isinstance(value, list):
                waiting += value
    assert sum("\N{RIGHT SINGLE QUOTATION MARK}" in text for text in texts) > 100
    assert [text for text in texts if re.search(r"[^\W\d_]'[^\W\d_]", text)] == []
