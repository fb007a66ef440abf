"""Reading scenario files: what is accepted, and one clear message for everything else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gfmd_sim.errors import ScenarioError
from gfmd_sim.scenario import files
from gfmd_sim.scenario.agenda import Roundtable
from gfmd_sim.scenario.describe import describe, parameter_at, parameters, value_at
from gfmd_sim.scenario.files import (
    check_text,
    edited_text,
    load,
    load_agenda,
    load_scenario,
    save_text,
    with_levers,
)
from gfmd_sim.scenario.schema import Scenario
from gfmd_sim.scenario.yaml_text import MAX_BYTES, parse


def refused(text: str, tmp_path: Path) -> ScenarioError:
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)
    assert "pydantic" not in str(caught.value) and "https://" not in str(caught.value)
    return caught.value


# text, key, line, a part of the message
BAD = [
    ("seatin:\n  rule: random\n", "seatin", 1, "did you mean seating?"),
    ("name: x\nseating:\n  rul: random\n", "seating.rul", 3, "did you mean seating.rule?"),
    ("opinion:\n  kappa: 0.2\n", "opinion.kappa", 2, "did you mean opinion.table_pull"),
    ("population: {n_delegates: '120'}", "population.n_delegates", 1, 'the text "120"'),
    ("population: {n_delegates: true}", "population.n_delegates", 1, "given:   true"),
    ("population: {n_delegates: 120.5}", "population.n_delegates", 1, "a whole number from 2"),
    ("population: {n_delegates: 1}", "population.n_delegates", 1, "out of range"),
    ("population: {n_delegates: }", "population.n_delegates", 1, "given:   nothing"),
    ("population: 3", "population", 1, "keys and values"),
    ("process: {same_tables: yes}", "process.same_tables", 1, "write true or false"),
    ("opinion:\n  table_pull: 1.5\n", "opinion.table_pull", 2, "from 0 to 1 (plausible: 0.02"),
    ("opinion: {mode: consensu}", "opinion.mode", 1, "did you mean consensus?"),
    ("seating: {table_size: [8, 5]}", "seating.table_size", 1, "smallest <= largest"),
    ("seating: {table_size: 8}", "seating.table_size", 1, "such as [8, 8]"),
    ("roundtables: []", "roundtables", 1, "at least 1"),
    ("roundtables: [1, 1]", "roundtables", 1, "distinct"),
    ("population: {n_delegates: 9, n_summit: 5}", "population.n_summit", 1, "must not be below"),
    ("population: {groups: {States: {share: 1}}}", "population.groups.States", 1, "lower-case"),
    ("population: {groups: {states: {share: -1}}}", "population.groups.states.share", 1, "range"),
    ("question: {en: What?}", "question.fr", 1, "missing"),
    ("agenda: nowhere", "agenda", 1, "cannot be found"),
    ("population: {roster: none.csv}", "population.roster", 1, "cannot be found"),
    ("seating: {rule: a}\nname: y\nseating: {rule: b}", "seating", 3, "first on line 1"),
    ("name: [1, 2", None, None, "not YAML"),
    ("name: x: y", None, 1, "a colon where none can stand"),
    ("a:\n\tb: 1", None, 2, "indent with spaces"),
    ("name: !!python/object/apply:os.system [x]", "name", 1, "tags"),
    ("name: !!str x", "name", 1, "tags"),
    ("!mine\nname: x", None, 1, "tags"),
    ("name: &a x", "name", 1, "anchors"),
    ("name: *a", None, 1, "alias"),
    ("<<: {name: x}", None, 1, "a key must be a word"),
    ("? [a]\n: 1", None, 1, "a key must be a word"),
    ("opinion: {table_pull: .nan}", "opinion.table_pull", 1, "usable number"),
    ("name: x\n---\nname: y", None, 2, "second document"),
    ("- name", None, 1, "keys and values"),
    ("# nothing\n", None, None, "says nothing"),
    ("  \n", None, None, "empty"),
    ("[" * 3000, None, 1, "nested too deeply"),
    ("extends: nowhere", "extends", 1, "cannot be found"),
    ("extends: mine", "extends", 1, "circle"),
    ("extends: [mine]", "extends", 1, "must name another"),
]


@pytest.mark.parametrize(("text", "key", "line", "says"), BAD, ids=[b[0][:30] for b in BAD])
def test_what_is_wrong_is_said_with_its_place(
    text: str, key: str | None, line: int | None, says: str, tmp_path: Path
) -> None:
    error = refused(text, tmp_path)
    assert error.key == key
    assert error.file is not None and error.file.name == "mine.yaml"
    if line is not None:
        assert error.line == line
    assert says in str(error)


def test_several_problems_are_one_message(tmp_path: Path) -> None:
    error = refused("seating: {rul: a}\nopinion:\n  table_pull: 3\n", tmp_path)
    assert error.key == "seating.rul"
    assert "mine.yaml:3 opinion.table_pull: out of range" in str(error)


def test_an_alias_bomb_is_refused_before_it_grows(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 40)]
    assert "anchors" in str(refused("\n".join(lines), tmp_path))


def test_files_that_are_no_scenario(tmp_path: Path) -> None:
    def message(path: Path) -> str:
        with pytest.raises(ScenarioError) as caught:
            load_scenario(path)
        return str(caught.value)

    assert "folder" in message(tmp_path)
    assert "no such scenario" in message(tmp_path / "none.yaml")
    huge = tmp_path / "huge.yaml"
    with huge.open("wb") as out:
        out.truncate(100_000_000)
    assert f"up to {MAX_BYTES:,} bytes" in message(huge)
    binary = tmp_path / "binary.yaml"
    binary.write_bytes(b"\x89PNG\0\0")
    assert "not a text file" in message(binary)
    latin = tmp_path / "latin.yaml"
    latin.write_bytes("name: x\n# caf\xe9\n".encode("latin-1"))
    assert "mine" not in message(latin) and "latin.yaml:2" in message(latin)
    pipe = tmp_path / "pipe.yaml"
    os.mkfifo(pipe)  # reading it would wait for ever
    assert "no such scenario" in message(pipe)


def test_no_is_a_word_and_a_mark_is_skipped(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"\xef\xbb\xbfname: NO\npopulation: {n_delegates: 60.0}\n")
    scenario = load_scenario(path)
    assert scenario.name == "NO"
    assert scenario.population.n_delegates == 60


def test_a_child_says_only_what_differs(tmp_path: Path) -> None:
    (tmp_path / "grand.yaml").write_text(
        "name: grand\nquestion: {en: A?, fr: B ?, es: ¿C?}\n"
        "population:\n  n_delegates: 60\n  groups: {states: {share: 3, status: 1}}\n"
    )
    (tmp_path / "parent.yaml").write_text("extends: grand\nseating: {rule: caucus}\n")
    (tmp_path / "child.yaml").write_text(
        "extends: parent.yaml\npopulation: {groups: {states: {share: 2}, youth: {share: 1}}}\n"
    )
    loaded = load(tmp_path / "child.yaml")
    s = loaded.scenario
    assert s.name == "child" and s.question is None
    assert s.population.n_delegates == 60 and s.seating.rule == "caucus"
    assert s.population.groups["states"].share == 2
    assert s.population.groups["states"].status == 1
    assert [p.name for p in loaded.parents] == ["parent.yaml", "grand.yaml"]
    changed = {r.path for r in describe(s, loaded.parent) if r.is_changed}
    assert changed >= {"population.groups.states.share", "name"}
    assert "seating.rule" not in changed and "population.n_delegates" not in changed


def test_an_inherited_mistake_is_placed_in_the_parent(tmp_path: Path) -> None:
    (tmp_path / "parent.yaml").write_text("name: p\nopinion:\n  table_pull: 3\n")
    error = refused("extends: parent\n", tmp_path)
    assert error.file is not None
    assert (error.file.name, error.line) == ("parent.yaml", 3)


def test_cycles_of_several_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text("extends: mine\n")
    assert "mine.yaml -> other.yaml -> mine.yaml" in str(refused("extends: other\n", tmp_path))


def test_further_files_are_found_beside_the_scenario(tmp_path: Path) -> None:
    folder = tmp_path / "sub"
    folder.mkdir()
    (folder / "people.csv").write_text("group\nstates\n")
    (folder / "parent.yaml").write_text("population: {roster: people.csv}\n")
    (tmp_path / "mine.yaml").write_text("extends: sub/parent.yaml\n")
    roster = load_scenario(tmp_path / "mine.yaml").population.roster
    assert roster is not None
    assert files.file_of(roster) == (folder / "people.csv").resolve()


def test_levers_are_set_by_path() -> None:
    s = with_levers(
        Scenario(),
        {"seating.rule": "caucus", "seating.table_size.1": 9, "population.roles.origin": 0.5,
         "discussion.n_turns": 30.0},
    )  # fmt: skip
    assert s.seating.rule == "caucus" and s.seating.table_size == (5, 9)
    assert s.population.roles == {"origin": 0.5, "transit": 0.5, "destination": 1.0}
    assert s.discussion.n_turns == 30


def test_levers_mean_the_same_in_a_file_and_after(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("name: a\npopulation: {groups: {states: {share: 1}}}\n")
    levers = {"population.roles.origin": 0.5, "population.groups.states.languages.fr": 0.9,
              "seating.table_size.0": 6}  # fmt: skip
    assert load_scenario(tmp_path / "a.yaml", levers) == with_levers(
        load_scenario(tmp_path / "a.yaml"), levers
    )


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("seating.rul", "x", "did you mean seating.rule?"),
        ("kappa", 0.2, "opinion.table_pull"),
        ("seating", "x", "no such parameter"),
        ("seating.rule.more", "x", "no such parameter"),
        ("seating.table_size.2", 6, "0 to 1"),
        ("population.groups.states.share", 1, "no 'states' in population.groups"),
        ("opinion.table_pull", 7, "out of range"),
        ("population.n_delegates", 30.5, "a whole number"),
    ],
)
def test_levers_that_cannot_be_set(path: str, value: object, says: str, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("name: a\n")
    for attempt in (
        lambda: with_levers(Scenario(), {path: value}),  # type: ignore[dict-item]
        lambda: load_scenario(tmp_path / "a.yaml", {path: value}),  # type: ignore[dict-item]
    ):
        with pytest.raises(ScenarioError, match="(?s).") as caught:
            attempt()
        assert says in str(caught.value)
        assert caught.value.file is None  # the file is not what is wrong


def test_the_agenda_is_read_by_number(tmp_path: Path) -> None:
    scenario = with_levers(Scenario(), {"roundtables": [5]})
    agenda = load_agenda(scenario)
    assert list(agenda) == [5]
    assert isinstance(agenda[5], Roundtable) and agenda[5].number == 5
    with pytest.raises(ScenarioError, match="no agenda file for roundtable 77"):
        load_agenda(with_levers(scenario, {"roundtables": [5, 77]}))
    abstract = with_levers(scenario, {"agenda": {"n_solutions": 3, "n_roundtables": 2}})
    assert {n: len(r.solutions) for n, r in load_agenda(abstract).items()} == {1: 3, 2: 3}


def test_a_broken_agenda_names_its_line(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    text = next((files.SHIPPED / "agenda").glob("5-*.yaml")).read_text(encoding="utf-8")
    (folder / "5-x.yaml").write_text(text.replace("number: 5", "number: five", 1))
    line = text[: text.index("number: 5")].count("\n") + 1
    (tmp_path / "mine.yaml").write_text("agenda: mine\nroundtables: [5]\n")
    with pytest.raises(ScenarioError) as caught:
        load_agenda(load_scenario(tmp_path / "mine.yaml"))
    assert (caught.value.line, caught.value.key) == (line, "number")


def test_saving_keeps_comments_and_order(tmp_path: Path) -> None:
    text = "# head\nname: NO  # a country\nseating:\n  # why\n  rule: random\nroundtables: [1]\n"
    out = edited_text(text, {"seating.rule": "caucus", "seating.table_size": [5, 6],
                             "opinion.table_pull": 0.2})  # fmt: skip
    assert "# head\nname: NO  # a country\nseating:\n  # why\n  rule: caucus\n" in out
    assert "table_size: [5, 6]" in out
    loaded = save_text(out, tmp_path / "a.yaml")
    assert loaded.scenario.seating.table_size == (5, 6)
    assert load_scenario(tmp_path / "a.yaml").opinion.table_pull == 0.2
    with pytest.raises(ScenarioError, match="exists"):
        save_text(out, tmp_path / "a.yaml")
    with pytest.raises(ScenarioError, match="unknown key"):
        save_text("nam: x", tmp_path / "b.yaml")
    assert [p.name for p in tmp_path.iterdir()] == ["a.yaml"]


def test_every_parameter_is_described() -> None:
    paths = [p.path for p in parameters()]
    assert len(paths) == len(set(paths)) > 100
    for p in parameters():
        assert p.meaning, p.path
        assert p.source or p.holder == "frame", p.path
        assert parameter_at(p.path.replace("*", "states")) is p
        if p.plausible is not None:
            low, high = p.plausible
            assert low < high and (p.low is None or low >= p.low)
            assert p.high is None or high <= p.high
            assert isinstance(p.default, int | float) and low <= p.default <= high, p.path
    every = {r.path for r in describe(Scenario())}
    assert "seating.rule" in every and value_at(Scenario().model_dump(), "seating.rule")


def test_text_of_a_file_not_yet_written(tmp_path: Path) -> None:
    assert check_text("name: draft", tmp_path / "new.yaml").scenario.name == "draft"
    assert parse("a:\n  b: 1\n").lines[("a", "b")] == 2
