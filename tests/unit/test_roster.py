"""The roster reader: what it takes without a murmur, and what it refuses, and how it says so."""

from __future__ import annotations

import io
import os
import pickle
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gfmd_sim.errors import RosterError, UserError
from gfmd_sim.scenario import roster as roster_module
from gfmd_sim.scenario import tabular
from gfmd_sim.scenario.namesakes import namesakes
from gfmd_sim.scenario.roster import fold, read_roster

GROUPS = ("states", "civil_society", "private_sector", "youth")

FULL = """\
Id,Name,Group,Organisation,Country,Region,Role,Languages,Gender,Status,Susceptibility,Resources,\
support:1/skills_passport,Keep with,keep-apart,Fixed table,Present,Consultation,Agency
a1,"Ångström, Åsa",States,Ministry,NO,europe,destination,no|en,w,0.5,0.85,authority|finance,\
0.6,bloc,rivals|2019,3,1-3|5,1|3,labour
a2,=1+1,Civil society,,,,,,,,,,,,,,,,
"""


def write(folder: Path, text: str, encoding: str = "utf-8", name: str = "list.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def write_book(folder: Path, rows: list[list[object]], name: str = "list.xlsx") -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(folder / name)
    return folder / name


def refusal(path: Path, groups: tuple[str, ...] | None = GROUPS) -> RosterError:
    with pytest.raises(RosterError) as caught:
        read_roster(path, groups=groups)
    assert caught.value.file == path
    return caught.value


# --- what is read -------------------------------------------------------------------------------


def test_every_column(tmp_path: Path) -> None:
    found = read_roster(write(tmp_path, FULL), groups=GROUPS)
    one, two = found.entries
    assert (one.id, one.name, one.group, one.line) == ("a1", "Ångström, Åsa", "states", 2)
    assert (one.organisation, one.country, one.region) == ("Ministry", "NO", "europe")
    assert (one.role, one.gender, one.languages) == ("destination", "w", ("no", "en"))
    assert (one.status, one.susceptibility) == (0.5, 0.85)
    assert one.resources == ("authority", "finance")
    assert one.support == {(1, "skills_passport"): 0.6}
    assert (one.keep_with, one.keep_apart) == (("bloc",), ("rivals", "2019"))
    assert one.fixed_table == 3
    assert one.present == (1, 2, 3, 5)
    assert one.consultations == (1, 3) and two.consultations == ()
    assert [one.is_present(s, c) for s, c in ((1, 1), (3, 2), (4, 2), (5, 3))] == [
        True, False, False, True]  # fmt: skip
    assert one.extra == {"agency": "labour"} and one.attribute("agency") == "labour"
    assert (two.name, two.country, two.status, two.present) == ("=1+1", None, None, True)
    assert two.languages == two.resources == two.keep_with == ()
    assert two.support == {}
    assert "support:1/skills_passport" in found.columns and found.columns[-1] == "agency"
    assert pickle.loads(pickle.dumps(found)) == found


def test_group_alone_is_enough_and_ids_follow_the_place(tmp_path: Path) -> None:
    found = read_roster(write(tmp_path, "group\nYouth\n\n \nSTATES\n"), groups=GROUPS)
    assert [(e.id, e.group, e.line) for e in found.entries] == [
        ("delegate-001", "youth", 2),
        ("delegate-002", "states", 5),
    ]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "cp1252"]
)
def test_encodings_and_separators(
    tmp_path: Path, encoding: str, separator: str, ending: str
) -> None:
    rows = [["Groupe", "Nom", "Pays"], ["youth", "Zoë Núñez-Lefèvre", "Côte d'Ivoire"]]
    text = ending.join(separator.join(row) for row in rows) + ending
    (entry,) = read_roster(write(tmp_path, text, encoding), groups=GROUPS).entries
    assert (entry.name, entry.country) == ("Zoë Núñez-Lefèvre", "Côte d'Ivoire")


@pytest.mark.parametrize(
    ("encoding", "names"),
    [
        ("cp1251", ["Наталья Иванова", "Сергей Петров", "Министерство труда и занятости"]),
        ("cp1256", ["محمد عبد الله", "وزارة الشؤون الاجتماعية", "المغرب العربي"]),
        ("gb18030", ["中华人民共和国公安部国家移民管理局", "王小明", "李红"]),
        ("cp1252", ["François", "Œuvre – l’été", "Müller"]),
        ("utf-16", ["محمد", "王小明", "Ñandú"]),
    ],
)
def test_scripts_of_the_world(tmp_path: Path, encoding: str, names: list[str]) -> None:
    text = "group;name\n" + "".join(f"youth;{name}\n" for name in names)
    found = read_roster(write(tmp_path, text, encoding), groups=GROUPS)
    assert [entry.name for entry in found.entries] == names


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("GROUPE", "group"),
        (" grupo ", "group"),
        ("Nombre", "name"),
        ("País", "country"),
        ("Région", "region"),
        ("Rôle", "role"),
        ("Género", "gender"),
        ("Organización", "organisation"),
        ("Keep  With", "keep_with"),
        ("Table fixe", "fixed_table"),
    ],
)
def test_header_synonyms(tmp_path: Path, header: str, column: str) -> None:
    other = "" if column == "group" else "group,"
    found = read_roster(write(tmp_path, f"{other}{header}\n{'youth,' * bool(other)}1\n"))
    assert column in found.columns


def test_a_synonym_beside_the_columns_own_name_is_an_attribute(tmp_path: Path) -> None:
    found = read_roster(write(tmp_path, "group,stakeholder\nyouth,Scouts\n"))
    assert found.entries[0].extra == {"stakeholder": "Scouts"}


def test_decimal_comma_and_excels_separator_line(tmp_path: Path) -> None:
    text = "sep=;\r\ngroupe;soutien:2/visa;susceptibilité\r\nyouth;0,25;,5\r\n"
    (entry,) = read_roster(write(tmp_path, text, "cp1252")).entries
    assert (entry.support, entry.susceptibility) == ({(2, "visa"): 0.25}, 0.5)
    assert entry.line == 3


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("yes", True), ("Oui", True), ("SÍ", True), ("1", True), ("true", True), ("", True),
        ("no", False), ("Non", False), ("0", False), ("FALSE", False),
        ("2", (2,)), ("1-1", (1,)), ("5|1-3", (1, 2, 3, 5)), ("1–2", (1, 2)),
    ],
)  # fmt: skip
def test_presence(tmp_path: Path, cell: str, expected: object) -> None:
    found = read_roster(write(tmp_path, f"group;present\nyouth;{cell}\n"))
    assert found.entries[0].present == expected


@pytest.mark.parametrize("cell", ["en|fr", "EN FR", "en; fr", "en,fr", "en/fr", "en, fr, en"])
def test_languages(tmp_path: Path, cell: str) -> None:
    found = read_roster(write(tmp_path, f'group,languages\nyouth,"{cell}"\n'))
    assert found.entries[0].languages == ("en", "fr")


def test_without_known_groups_any_folded_name_is_one(tmp_path: Path) -> None:
    found = read_roster(write(tmp_path, "group\nSociété locale\nsociete-locale\nشباب\n"))
    assert [e.group for e in found.entries] == ["societe_locale", "societe_locale", "شباب"]


def test_known_groups_keep_their_spelling(tmp_path: Path) -> None:
    found = read_roster(write(tmp_path, "group\ncivil society\n"), groups=["Civil-Society"])
    assert found.entries[0].group == "Civil-Society"


def test_workbook(tmp_path: Path) -> None:
    path = write_book(
        tmp_path,
        [
            [None, None],
            ["Group", "Country", "Status", "present", "fixed table", "Badge", None],
            ["Civil-Society", "NO", 0.5, True, 4, 12.0],
            [],
            ["youth"],
        ],
    )
    one, two = read_roster(path, groups=GROUPS).entries
    assert (one.group, one.country, one.status, one.present) == ("civil_society", "NO", 0.5, True)
    assert (one.fixed_table, one.extra, one.line) == (4, {"badge": "12"}, 3)
    assert (two.group, two.line, two.country) == ("youth", 5, None)


def test_formulas_in_a_workbook_are_not_evaluated(tmp_path: Path) -> None:
    path = write_book(tmp_path, [["group", "name"], ["youth", "=1+1"]])
    assert read_roster(path).entries[0].name is None


def test_the_first_visible_sheet_counts(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["nothing"])
    book.active.sheet_state = "hidden"
    book.create_sheet("list").append(["group"])
    book["list"].append(["youth"])
    book.save(tmp_path / "list.xlsx")
    assert len(read_roster(tmp_path / "list.xlsx")) == 1


@settings(deadline=None)
@given(st.text(max_size=30))
@example("\U0001d468")
def test_fold_is_idempotent(text: str) -> None:
    assert fold(fold(text)) == fold(text)


# --- what is refused ----------------------------------------------------------------------------


def test_no_such_file(tmp_path: Path) -> None:
    assert "no such file" in refusal(tmp_path / "none.csv").problem


def test_folder(tmp_path: Path) -> None:
    assert "folder" in refusal(tmp_path).problem


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
def test_pipe_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "list.csv")
    assert "ordinary file" in refusal(tmp_path / "list.csv").problem


@pytest.mark.parametrize(
    ("name", "data", "word"),
    [
        ("list.pdf", b"%PDF-1.7", "neither"),
        ("list.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "text"),
        ("list.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel"),
        ("list.xlsx", b"group\nyouth\n", "XLSX"),
        ("list.xlsx", b"PK\x03\x04rubbish", "XLSX"),
        ("list.csv", b"", "empty"),
        ("list.csv", b"\n \n;;\n", "empty"),
    ],
)
def test_not_a_list(tmp_path: Path, name: str, data: bytes, word: str) -> None:
    (tmp_path / name).write_bytes(data)
    assert word in refusal(tmp_path / name).problem


def test_too_large(tmp_path: Path) -> None:
    path = write(tmp_path, "group\n" + "youth\n" * (tabular.MAX_BYTES // 6 + 1))
    assert "too large" in refusal(path).problem


def test_missing_group_column_names_the_nearest(tmp_path: Path) -> None:
    error = refusal(write(tmp_path, "nom;gruop;pays\nA;youth;NO\n"))
    assert "'gruop'" in error.problem and error.line == 1 and error.key == "group"
    assert error.given == "nom, gruop, pays"


def test_unknown_groups_are_all_named_once_with_lines(tmp_path: Path) -> None:
    text = "group\nstates\ncivl society\nyouth\nMars\ncivl society\n"
    error = refusal(write(tmp_path, text))
    assert error.problem.count("civl society") == 1
    assert "'civl society' (lines 3, 6; nearest: civil_society)" in error.problem
    assert "'Mars' (line 5)" in error.problem
    assert error.line == 3 and error.key == "group" and "private_sector" in str(error)


def test_delegates_without_a_group(tmp_path: Path) -> None:
    error = refusal(write(tmp_path, "group,name\nyouth,A\n,B\n"), None)
    assert error.line == 3 and "without a group" in error.problem


def test_duplicate_ids(tmp_path: Path) -> None:
    error = refusal(write(tmp_path, "id,group\na,youth\nb,youth\na,states\n"))
    assert "'a' (lines 2, 4)" in error.problem and error.line == 4 and error.key == "id"


def test_ids_for_some_only(tmp_path: Path) -> None:
    error = refusal(write(tmp_path, "id,group\na,youth\n,youth\n"))
    assert error.line == 3 and error.key == "id"


def test_more_delegates_than_allowed(tmp_path: Path) -> None:
    limit = roster_module.MAX_DELEGATES
    assert len(read_roster(write(tmp_path, "group\n" + "youth\n" * limit))) == limit
    error = refusal(write(tmp_path, "group\n" + "youth\n" * (limit + 1)))
    assert "too many" in error.problem


def test_no_delegates(tmp_path: Path) -> None:
    assert "no delegates" in refusal(write(tmp_path, "group,name\n\n,\n")).problem


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("support:1/a", "1.01"), ("support:1/a", "-0.1"), ("support:1/a", "60%"),
        ("support:1/a", "nan"), ("susceptibility", "1,5"), ("susceptibility", "inf"),
        ("status", "11"), ("status", "high"), ("fixed_table", "0"), ("fixed_table", "1.5"),
        ("languages", "english"), ("languages", "en|qq"), ("resources", "gold"),
        ("present", "maybe"), ("present", "3-1"), ("present", "0-2"), ("present", "1-9999"),
        ("present", "-1"), ("present", "|"), ("present", "2025-03-01"),
    ],
)  # fmt: skip
def test_cells_out_of_range(tmp_path: Path, column: str, cell: str) -> None:
    error = refusal(write(tmp_path, f"group;{column}\nstates;\nyouth;{cell}\n"))
    assert (error.line, error.key, error.given) == (3, column, cell)
    assert error.allowed and error.remedy


def test_faults_are_told_all_at_once_ten_at_most(tmp_path: Path) -> None:
    rows = ["states;a;maybe;", "mars;b;;en", "youth;b;;klingon", *["youth;;-1;en"] * 12]
    error = refusal(write(tmp_path, "\n".join(["group;id;present;languages", *rows]) + "\n"))
    told = str(error)
    assert error.key == "group" and "'mars'" in error.problem
    for said in ("id, line 5: delegates without an id", "languages, line 4", "(klingon)",
                 "present, lines 2, 5, 6, 7, 8, 9, 10, 11, 12, 13 and 3 more: ", "(maybe, -1)"):  # fmt: skip
        assert said in told, said
    assert "id, line 4: the same id more than once: 'b' (lines 3, 4)" in told
    assert told.count("  also:") == 4
    columns = [f"support:1/s{k}" for k in range(12)]
    rows = [",".join(["group", *columns]), ",".join(["youth", *["x"] * 12])]
    told = str(refusal(write(tmp_path, "\n".join(rows) + "\n")))
    assert told.count("  also:") == 10 and "and 2 more" in told


def test_one_fault_of_many_rows_is_told_once(tmp_path: Path) -> None:
    rows = [f"youth;{w}" for w in ("English", "French", "English", "en")]
    error = refusal(write(tmp_path, "\n".join(["group;languages", *rows]) + "\n"))
    assert error.line == 2 and "two-letter codes" in str(error.allowed)
    assert list(error.also) == ["languages, lines 3, 4: a language is not known (French, English)"]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_title_above_the_headings_is_told(ending: str, tmp_path: Path) -> None:
    rows = [
        ["Delegates of the Forum", "2025"],
        ["as of today", ""],
        ["Name", "Groupe"],
        ["A", "youth"],
    ]
    if ending == "xlsx":
        path = write_book(tmp_path, [list(row) for row in rows])
    else:
        path = write(tmp_path, "\n".join(map(";".join, rows)) + "\n")
    error = refusal(path)
    assert error.key == "group" and error.line == 1
    assert error.remedy == "the headings seem to be in line 3: delete the rows above it"


@pytest.mark.parametrize("header", ["support:1", "support:x/a", "support:0/a", "support: 1/A-b"])
def test_support_column_without_address(tmp_path: Path, header: str) -> None:
    assert refusal(write(tmp_path, f"group;{header}\nyouth;0.5\n")).line == 1


@pytest.mark.parametrize("row", ["youth,A,B", "youth", 'youth,"A', 'youth,"A"B'])
def test_ragged_or_broken_rows(tmp_path: Path, row: str) -> None:
    assert refusal(write(tmp_path, f"group,name\nyouth,C\n{row}\n")).line == 3


def test_empty_cells_at_the_end_are_no_fault(tmp_path: Path) -> None:
    assert len(read_roster(write(tmp_path, "group,name,,\nyouth,A,,\nyouth,B,,,,\n"))) == 2


def test_two_columns_of_one_meaning(tmp_path: Path) -> None:
    error = refusal(write(tmp_path, "group,nom,nombre\nyouth,A,B\n"))
    assert error.key == "name" and "'nom'" in str(error.given)


def test_values_under_no_name(tmp_path: Path) -> None:
    assert refusal(write(tmp_path, "group,,name\nyouth,x,A\n")).line == 2


def archive(folder: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(folder / "list.xlsx", "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in parts.items():
            file.writestr(name, data)
    return folder / "list.xlsx"


def test_zip_that_is_no_workbook(tmp_path: Path) -> None:
    assert "no XLSX workbook" in refusal(archive(tmp_path, {"a.txt": b"group"})).problem


def test_zip_bomb_is_refused_before_it_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = {"xl/workbook.xml": b"", "xl/media.bin": b"\0" * (tabular.MAX_UNPACKED_BYTES + 1)}
    path = archive(tmp_path, parts)

    def unpacked(*_: object) -> None:
        raise AssertionError("it was unpacked")

    monkeypatch.setattr(zipfile.ZipFile, "open", unpacked)
    assert path.stat().st_size < tabular.MAX_BYTES
    assert "unpacks to far more" in refusal(path).problem


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_xml_entities_are_refused(tmp_path: Path, encoding: str) -> None:
    plain = write_book(tmp_path, [["group"], ["youth"]], "plain.xlsx")
    with zipfile.ZipFile(plain) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    entity = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]>'
    parts["xl/worksheets/sheet1.xml"] = entity.encode(encoding)
    assert "document type" in refusal(archive(tmp_path, parts)).problem


def test_far_away_rows_end(tmp_path: Path) -> None:
    plain = write_book(tmp_path, [["group"], ["youth"]], "plain.xlsx")
    with zipfile.ZipFile(plain) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    far = b'<row r="999999999999"><c r="A999999999999"><v>1</v></c></row></sheetData>'
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(b"</sheetData>", far)
    assert len(read_roster(archive(tmp_path, parts))) == 1


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_give_a_roster_or_a_mendable_error(data: bytes) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        for name in ("list.csv", "list.xlsx"):
            path = Path(folder) / name
            path.write_bytes(data)
            try:
                read_roster(path)
            except UserError as error:
                assert error.file == path


def test_damaged_workbooks_give_a_mendable_error(tmp_path: Path) -> None:
    """Every 7th byte flipped in turn: a roster or a RosterError, never anything else."""
    whole = write_book(tmp_path, [["group", "name"], ["youth", "A"]]).read_bytes()
    n_refused = 0
    for place in range(0, len(whole), 7):
        data = bytearray(whole)
        data[place] ^= 0xFF
        (tmp_path / "bent.xlsx").write_bytes(data)
        try:
            read_roster(tmp_path / "bent.xlsx")
        except RosterError:
            n_refused += 1
    assert n_refused > 100


def test_messages_show_no_control_characters(tmp_path: Path) -> None:
    error = refusal(write(tmp_path, 'group\n"a\nb"\n'))
    assert "a\\nb" in error.problem
    assert io.StringIO(str(error)).read().count("a\nb") == 0


# --- the same person twice ----------------------------------------------------------------------


def test_a_row_written_twice_is_refused_with_both_lines(tmp_path: Path) -> None:
    rows = "name,organisation,group\nAda,Ministry,states\nBo,Union,youth\nAda,Ministry,states\n"
    error = refusal(write(tmp_path, rows))
    assert "line 2" in error.problem and "line 4" in error.problem and error.line == 4
    assert error.remedy is not None and "delete one of the lines" in error.remedy


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (["Ada,Ministry,states", "ADA,ministry,youth"], "lines 2, 3): if that is one person"),
        (["Ada,Ministry,states", "Ada,Union,states"], "different organisations (lines 2, 3)"),
        (["Ada,,states", "Ada,,states"], "more than once (lines 2, 3)"),
        (["Ada,Ministry,states", "Eve,Ministry,states", ",,states", ",,states"], ""),
    ],
)
def test_a_name_that_is_there_twice_is_told(rows: list[str], told: str, tmp_path: Path) -> None:
    text = "\n".join(["name,organisation,group", *rows])
    found = namesakes(read_roster(write(tmp_path, text), groups=GROUPS))
    assert len(found) == bool(told) and told in "".join(found)


def test_two_of_one_name_may_each_have_an_id(tmp_path: Path) -> None:
    text = "id,name,organisation,group\n1,Ada,Ministry,states\n2,Ada,Ministry,states\n"
    assert len(namesakes(read_roster(write(tmp_path, text), groups=GROUPS))) == 1


def test_faults_of_every_kind_are_told_in_one_pass(tmp_path: Path) -> None:
    """The shape of rows, headings, failed formulas, groups, ids and cells: no second run for the next kind."""
    rows = [
        "group;id;status;support:x;;roundtables;host",
        "mars;a;1;;;1;",
        "youth;a;x;;;1-3;",
        "youth;;1;;;;",
        "youth;d;#REF!;;;x;",
        "youth;e",
        "youth;f;1;;stray;;",
        "youth;g;99;;;2;maybe",
    ]
    path = write(tmp_path, "\n".join(rows) + "\n")
    told = str(refusal(path))
    for said in (
        "support:x, line 1: this support column",
        "line 6: the row does not have as many cells",
        "line 7: a column without a name holds something (stray)",
        "status, line 5: the cell holds an error of the spreadsheet",
        "group, line 2: unknown group: 'mars'",
        "id, line 4: delegates without an id",
        "id, line 3: the same id more than once",
        "status, line 3: status is no number (x)",
        "roundtables, line 5: roundtables is no list of numbers (x)",
        "status, line 8: status is out of range (99)",
    ):
        place, _, problem = said.partition(": ")
        assert said in told or (problem in told and place.rpartition(" ")[2] in told), said
    assert "maybe" not in told  # of no concern where nobody is seated
    with pytest.raises(RosterError) as raised:
        read_roster(path, groups=["youth"], for_seating=True)
    assert "and 1 more" in str(raised.value)


def test_a_missing_column_stays_first(tmp_path: Path) -> None:
    error = refusal(write(tmp_path, "id,support:x,country,pays,pays\n1,,CH,,\n"))
    assert error.key == "group"
    assert "support:x" in str(error) and "two columns mean 'pays'" in str(error)


def test_the_roundtables_of_a_delegate(tmp_path: Path) -> None:
    path = write(tmp_path, "group;tables rondes\nyouth;1-2|5\nyouth;\n")
    assert [e.roundtables for e in read_roster(path).entries] == [(1, 2, 5), ()]
