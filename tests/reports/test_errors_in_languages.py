"""What a scenario or a delegate list can do wrong is said in French and Spanish too."""

from __future__ import annotations

import ast
import pickle
import re
from pathlib import Path
from typing import Any

import pytest

from gfmd_sim.errors import ENGLISH, RosterError, SeatingError, Sentence, UserError, Wording
from gfmd_sim.language import wording
from gfmd_sim.locale.catalogue import CATALOGUES, PACKAGE, complaining_files
from gfmd_sim.locale.complaints import unsayable
from gfmd_sim.locale.kept import TRANSLATED
from gfmd_sim.scenario.files import load_scenario
from gfmd_sim.scenario.roster import read_roster
from gfmd_sim.seating.build import people_of, problem_of
from gfmd_sim.seating.request import request_of
from gfmd_sim.seating.search import solve
from tests.unit.test_scenario_files import BAD

GROUPS = ("states", "youth")
NAMES = re.compile(r"[\w.:/*-]+(, [\w.:/*-]+)*\Z")  # ids and keys are the same in all languages
BAD_LISTS = [
    "", "group\n", "name\nA\n", "grup,name\nx,A\n", "name,group\nA,\n", "group\nStat\nyouth\nX\n",
    "id,group\nA,youth\nA,states\n", "id,group\nA,youth\n,states\n", "group,grupo,grupo\na,b,c\n",
    "group,nom,nombre\nyouth,a,b\n", "group,languages\nyouth,xx\n", "group,status\nyouth,99\n",
    "group,status\nyouth,many\n", "group,fixed_table\nyouth,1.5\n", "group,resources\nyouth,gold\n",
    "group,present\nyouth,perhaps\n", "group,consultations\nyouth,0\n", "group,support:1\nyouth,1\n", "group,???\nyouth,1\n",
    "group,\nyouth,1\n", "group,name\nyouth\n", 'group\n"youth\n',
    "group\n" + "".join(f"x{k}\n" for k in range(60)),
]  # fmt: skip


def of_scenario(text: str, folder: Path) -> UserError:
    path = folder / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UserError) as caught:
        load_scenario(path)
    return caught.value


def of_list(text: str, folder: Path) -> UserError:
    path = folder / "mine.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UserError) as caught:
        read_roster(path, groups=GROUPS)
    return caught.value


def english_left(error: UserError, language: str) -> list[str]:
    """Sentences of a message that the catalogue of a language does not have."""
    known = {
        text
        for message in CATALOGUES.read(language)
        for text in (message.id if isinstance(message.id, tuple) else (message.id,))
    }
    asked: list[str] = []

    def note(text: str) -> str:
        asked.append(text)
        return text

    def note_both(one: str, many: str, n: int) -> str:
        asked.extend((one, many))
        return one

    error.describe(Wording(note, note_both, ENGLISH.number))
    return [
        text
        for text in asked
        if text
        and text not in known
        and not NAMES.match(text)
        and re.sub(r"\{\w+\}|[;, ]", "", text)
    ]


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("text", [case[0] for case in BAD], ids=lambda text: text[:30])
def test_a_scenario(text: str, language: str, tmp_path: Path) -> None:
    assert english_left(of_scenario(text, tmp_path), language) == []


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("text", BAD_LISTS, ids=lambda text: text[:30])
def test_a_list(text: str, language: str, tmp_path: Path) -> None:
    assert english_left(of_list(text, tmp_path), language) == []


SEATS = "id,group\n" + "".join(f"D{k},{'states' if k % 3 else 'youth'}\n" for k in range(12))
BAD_SEATS: list[dict[str, Any]] = [
    {"balance": {"grup": 1}}, {"sittings": 40}, {"table_size": "8-5"}, {"table_size": "many"},
    {"table_size": "7-8"}, {"sizes": [4, 4], "tables": 3}, {"sizes": [4, 4]}, {"capacity": {9: 4}},
    {"keep_apart": [["D1", "D2", "D3", "D4", "D5"]], "tables": 3},
    {"keep_together": [["D1", "D2", "D3", "D4", "D5", "D6", "D7", "D8", "D9"]]},
    {"keep_apart": [["D1", "D2"]], "keep_together": [["D1", "D3"], ["D2", "D3"]]},
    {"keep_apart": [["D1"]]}, {"keep_apart": [["D1", "nobody"]]}, {"absent": {"D1": [9]}},
    {"attends": {"D1": [9]}}, {"attends": {"D1": []}}, {"attends": {"D1": [1]}, "sittings": 6},
    {"attends": {"D1": [2]}, "absent": {"D1": [3, 4]}}, {"sittings": 5, "consultations": [2, 2, 2]},
    {"consultations": "many"}, {"consultations": 4, "sittings": 6}, {"consultations": [20, 20]},
    {"fixed": [{"delegate": "D1", "table": 1}, {"delegate": "D1", "table": 2}]},
    {"fixed": [{"delegate": f"D{k}", "table": 1, "host": True} for k in (1, 2)]},
    {"fixed": [{"delegate": f"D{k}", "table": 1} for k in (1, 2)], "keep_apart": [["D1", "D2"]]},
    {"fixed": [{"delegate": f"D{k}", "table": 1} for k in (1, 2, 3)], "capacity": {1: 2}},
    {"fixed": [{"delegate": "D1", "table": 99}], "tables": 2},
    {"needs": {"D1": ["ramp"]}}, {"roundtables": {"x": {}}}, {"balances": {"group": 1}},
]  # fmt: skip


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("asked", BAD_SEATS, ids=lambda asked: str(asked)[:40])
def test_a_seating_request(asked: dict[str, Any], language: str, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(SEATS, encoding="utf-8")
    with pytest.raises(SeatingError) as caught:
        people = people_of(read_roster(path), None)
        solve(problem_of(request_of({"balance": {"group": 1}, **asked}), people), steps=1000)
    assert english_left(caught.value, language) == []


def test_a_clash_in_spanish(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(SEATS, encoding="utf-8")
    asked = {"balance": ["group"], "keep_apart": [["D1", "D2"]], "keep_together": [["D2", "D1"]]}
    with pytest.raises(SeatingError) as caught:
        solve(problem_of(request_of(asked), people_of(read_roster(path), None)), steps=1000)
    assert caught.value.describe(wording("es")).splitlines() == [
        "ningún plano de mesas lo permite en la sesión 1 (consulta 1): separados y juntos a la vez",
        "  dado:      D1, D2: separados; D2, D1: juntos",
        "  qué hacer: renuncie primero a esto: D1, D2: separados",
    ]


def test_an_unknown_sentence_is_noticed() -> None:
    """Negative control."""
    assert english_left(UserError("nobody has said this"), "fr") == ["nobody has said this"]


@pytest.mark.parametrize("path", complaining_files(), ids=lambda p: p.name)
def test_no_sentence_is_put_together_on_the_spot(path: Path) -> None:
    assert unsayable(path) == []


def test_a_sentence_put_together_on_the_spot_is_noticed(tmp_path: Path) -> None:
    """Negative control."""
    path = tmp_path / "some.py"
    path.write_text("raise UserError(f'no {x}', remedy='a' + b)", encoding="utf-8")
    assert len(unsayable(path)) == 2


def test_all_files_that_refuse_scenarios_and_lists_are_looked_at() -> None:
    kinds = {"ScenarioError", "RosterError"}
    raising = {
        path
        for path in PACKAGE.rglob("*.py")
        if "cli" not in path.parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in kinds
    }
    assert raising <= set(complaining_files())


def test_a_whole_message_in_french(tmp_path: Path) -> None:
    error = of_list("group\nStat\n", tmp_path)
    assert error.describe(wording("fr")).splitlines()[1:] == [
        "  reçu\u00a0:    Stat",
        "  admis\u00a0:   États, jeunes",
        "  à faire\u00a0: corrigez les lignes, ou définissez ces groupes dans le scénario",
    ]
    assert error.describe(wording("fr")).splitlines()[0].endswith(
        "mine.csv:2, group: groupe inconnu\u00a0: «\u00a0Stat\u00a0» "
        "(ligne 2\u202f; le plus proche\u00a0: États)"
    )  # fmt: skip


def test_numbers_are_written_as_the_language_writes_them() -> None:
    sentence = Sentence("more than {n} rows", n=20_000)
    assert sentence == "more than 20,000 rows"
    assert sentence.said(wording("fr")) == "plus de 20\u202f000 lignes"
    assert sentence.said(wording("es")) == "más de 20.000 filas"


def test_what_semicolons_divide_has_the_space_that_french_has_before_them() -> None:
    parts = ["{x}", Sentence("more than {n} rows", n=2), "z"]
    assert Sentence.divided(parts) == "{x}; more than 2 rows; z"
    assert Sentence.divided(parts).said(wording("fr")) == "{x}\u202f; plus de 2 lignes\u202f; z"
    assert [Sentence.divided(parts[:k]) for k in (0, 1)] == ["", "{x}"]


def test_an_error_stays_whole_on_its_way_between_processes() -> None:
    error = RosterError(
        Sentence("two columns mean '{name}'", name="{x}"), given="a {b}", file="list.csv", line=3
    )
    again = pickle.loads(pickle.dumps(error))
    assert again.describe() == error.describe()
    assert again.describe(wording("es")) == error.describe(wording("es"))
