"""A word that names nobody on the list: all whom it may mean, with their ids."""

from __future__ import annotations

from pathlib import Path

import pytest

from gfmd_sim.cli import main
from gfmd_sim.errors import Sentence
from gfmd_sim.language import wording
from gfmd_sim.scenario.agenda import LANGUAGES
from gfmd_sim.seating.people import AS_LISTED, not_one

NAMES = {
    "A1": "Awa Diallo", "A2": "Moussa DIALLO", "A3": "Fatou Diallo-Sow", "A4": "Jean Martin",
    "A5": "Jean Martin", "A6": "Ana Pérez", "A7": "Kim Lee", "A8": "", "B1": "Ann Ferry",
    "B2": "Bob Berry",
}  # fmt: skip
LIST = "id,name,group\n" + "".join(f"{who},{name},states\n" for who, name in NAMES.items())


def told(word: str, names: dict[str, str] = NAMES) -> str:
    return str(not_one(word, names, Sentence("nobody"), AS_LISTED, "--apart"))


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("diallo", "Awa Diallo (A1), Moussa DIALLO (A2), Fatou Diallo-Sow (A3)?"),
        ("Dialo", "Awa Diallo (A1), Moussa DIALLO (A2), Fatou Diallo-Sow (A3)?"),
        ("Diallo Awa", "did you mean Awa Diallo (A1)?"),
        ("Perez", "did you mean Ana Pérez (A6)?"),
        ("Jean Martn", "Jean Martin (A4), Jean Martin (A5)?"),
        ("A9", "did you mean"),
        ("zzzzzz", "check the id"),
    ],
)
def test_all_whom_a_word_may_mean_are_named(word: str, says: str) -> None:
    assert says in told(word)


def test_one_name_of_several_names_their_ids() -> None:
    assert "2 delegates" in told("Jean Martin") and "A4, A5" in told("Jean Martin")


@pytest.mark.parametrize("language", LANGUAGES)
def test_more_than_a_handful_are_counted(language: str) -> None:
    more = {"en": "and {} more", "fr": "et {} autre", "es": "y {} más"}[language]
    for n in (6, 9):
        same = {f"D{k}": f"P{k} Diallo" for k in range(n)}
        error = not_one("Diallo", same, Sentence("nobody"), AS_LISTED, "--apart")
        said = error.describe(wording(language))
        assert "P4 Diallo (D4), " + more.format(n - 5) in said and "D5" not in said
        assert ("autres" in said) is (language == "fr" and n == 9)


def test_a_surname_on_the_command_line_names_all_who_have_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    people, plan = tmp_path / "people.csv", tmp_path / "plan.csv"
    people.write_text(LIST, encoding="utf-8")
    start = ["seat", "plan", str(people), "--table-size", "5-5", "--sittings", "1", "--quiet"]
    assert main([*start, "--apart", "Diallo,A7", "--out", str(plan)]) == 2
    both = "did you mean one of these: Awa Diallo (A1), Moussa DIALLO (A2), Fatou"
    assert both in capsys.readouterr().err
    assert main([*start, "--out", str(plan)]) == 0
    capsys.readouterr()
    swap = ["seat", "explain", str(plan), "--swap", "diallo,A7", "--table", "1"]
    assert main([*swap, "--roster", str(people)]) == 2
    assert both in capsys.readouterr().err
    assert main(swap) == 2
    assert "an id of the plan" in capsys.readouterr().err
