"""What a delegate list calls its groups: names of ours are taken, others are told, slips are shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from gfmd_sim.errors import RosterError
from gfmd_sim.language import translator, wording
from gfmd_sim.reports.words import GROUPS
from gfmd_sim.scenario.agenda import LANGUAGES, Language
from gfmd_sim.scenario.group_names import ADVISED, MEANT, SIX
from gfmd_sim.scenario.roster import Roster, fold, read_roster
from gfmd_sim.seating.build import people_of, problem_of
from gfmd_sim.seating.request import request_of
from gfmd_sim.seating.values import column_values


def listed(folder: Path, *rows: str) -> Roster:
    path = folder / "list.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    return read_roster(path)


def test_the_names_that_are_shown_are_taken(tmp_path: Path) -> None:
    shown = [
        (group, translator(lang)(word)) for group, word in GROUPS.items() for lang in LANGUAGES
    ]
    path = tmp_path / "shown.csv"
    path.write_text("\n".join(["group", *(word for _, word in shown)]), encoding="utf-8")
    for groups in (None, list(GROUPS)):
        found = read_roster(path, groups=groups)
        assert [e.group for e in found.entries] == [group for group, _ in shown]


def test_every_word_for_a_group_is_folded_and_means_one_that_there_is() -> None:
    assert {fold(word) for word in MEANT} == set(MEANT)
    assert set(MEANT.values()) == set(GROUPS)
    assert set(SIX) < set(GROUPS)


@pytest.mark.parametrize(
    ("word", "group"),
    [("Member states", "states"), ("Estados miembros", "states"), ("États membres", "states"),
     ("Socité civile", "civil_society"), ("Juventd", "youth"),
     ("ONG", "civil_society"), ("Entreprises", "private_sector"), ("Maires", "local_governments"),
     ("UN", "international_organisations"), ("Stats", "states")],
)  # fmt: skip
def test_who_refuses_a_group_says_which_is_meant(word: str, group: str, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(f"group\nyouth\n{word}\n", encoding="utf-8")
    with pytest.raises(RosterError, match=f"nearest: {group}\\)"):
        read_roster(path, groups=SIX)


@pytest.mark.parametrize(
    ("words", "group"),
    [
        ("Governments, GOUVERNEMENTS, Gobiernos", "states"),
        ("Organisations de la société civile, Organizaciones de la sociedad civil", "civil_society"),
        ("Jeunesse, juventud", "youth"),
        ("Collectivités locales, collectivites territoriales, Autorités locales, Local authorities, "
         "Autoridades locales, Local government", "local_governments"),
        ("International organizations, Organizaciones internacionales, Organismos internacionales, "
         "Organisation internationale", "international_organisations"),
    ],
)  # fmt: skip
def test_official_names_of_the_groups_are_read(words: str, group: str, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("\n".join(["group", *words.split(", ")]), encoding="utf-8")
    for groups in (None, SIX):
        assert {e.group for e in read_roster(path, groups=groups).entries} == {group}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_advised_is_read(lang: Language, tmp_path: Path) -> None:
    """In the reader's language too: an organiser writes it as it was said."""
    path = tmp_path / "list.csv"
    path.write_text(
        "\n".join(["group", *(word.said(wording(lang)) for word in ADVISED.values())]),
        encoding="utf-8",
    )
    assert [e.group for e in read_roster(path, groups=SIX).entries] == list(SIX)
    path.write_text("group\nyouth\nSocité civile\n", encoding="utf-8")
    with pytest.raises(RosterError) as caught:
        read_roster(path, groups=SIX)
    assert ADVISED["civil_society"].said(wording(lang)) in caught.value.headline(wording(lang))


def test_a_slip_in_a_name_of_another_language_is_seen(tmp_path: Path) -> None:
    roster = listed(tmp_path, "group", *["Société civile"] * 17, "Socité civile")
    assert column_values(roster.entries, roster, "group").strange == {
        "Socité civile": "civil_society"
    }


@pytest.mark.parametrize("cell", ["#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#¡VALOR!"])
def test_errors_of_a_spreadsheet_are_no_values(cell: str, tmp_path: Path) -> None:
    with pytest.raises(RosterError) as caught:
        listed(tmp_path, "group,gender", "states,woman", f"youth,{cell}", f"{cell},man")
    assert (caught.value.line, caught.value.key, caught.value.given) == (3, "gender", cell)
    assert "group, line 4" in caught.value.describe()
    assert listed(tmp_path, "group,role", "states,#1", "youth,# A").entries[0].role == "#1"


def test_what_differs_in_case_spaces_or_accents_only_is_one_value(tmp_path: Path) -> None:
    rows = ["Ngo,F", "NGO,f", "NGO,M", "states,M", "États,É", "states,e"]
    roster = listed(tmp_path, "group,gender", *rows)
    people = people_of(roster, None)
    asked = request_of({"balance": ["group", "gender"], "tables": 2, "table_size": "3"})
    found = problem_of(asked, people).attributes
    assert list(found["group"]) == ["NGO"] * 3 + ["states"] * 3
    assert list(found["gender"]) == ["F", "F", "M", "M", "É", "É"]
    column = column_values(people.entries, roster, "group")
    assert column.counts == {"NGO": 3, "states": 3} and column.spellings == {"NGO": ("NGO", "Ngo")}
    assert column.strange == {"NGO": "civil_society"} and not column.alike
    assert column_values(people.entries, roster, "gender").spellings == {
        "F": ("F", "f"), "É": ("É", "e")}  # fmt: skip


def test_groups_that_look_alike_are_shown(tmp_path: Path) -> None:
    rows = [*["states"] * 3, "State", "Farmers", "farmer", "youth", "media"]
    roster = listed(
        tmp_path, "group,region", *(f"{g},{r}" for g, r in zip(rows, [*"abcd"] * 2, strict=True))
    )
    column = column_values(roster.entries, roster, "group")
    assert set(column.alike) == {("State", "states"), ("farmer", "Farmers")}
    assert column.strange == {"State": "states", "Farmers": None, "farmer": None, "media": None}
    assert not column_values(roster.entries, roster, "region").alike
