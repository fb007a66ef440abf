"""What is wrong with a line, a file or a place is said in one language, its quotation marks included."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gfmd_sim.cli import main
from gfmd_sim.errors import Sentence, UserError, refusal, shorten
from gfmd_sim.language import wording

FILES = {
    "file": "hi",
    "open.csv": 'group,id\nstates,"a\nyouth,b\n',
    "no.xlsx": "PK\x03\x04zzz",
    "list.yaml": "a: [1\n",
    "keys.yaml": "a: {b: 1\n",
    "sign.yaml": "a: %x\n",
    "slash.yaml": 'a: "\\q"\n',
    "item.yaml": "a: 1\n}\n",
    "odd.yaml": "a: 1\nb: \x01\n",
    "bad.json": '{"x": ',
    "broken/manifest.json": '{"a":',
}
LINES = [
    "simulat",
    "scenario lst",
    "seat pln",
    "sweep four-groups --sampler sobl",
    "bench --out file/b",
    "bundle file/b",
    "simulate four-groups --out file/b",
    "sweep four-groups --vary opinion.table_pull --out file/b",
    "optimise four-groups --for partnerships --out file/b",
    "analyse file",
    "verify file",
    "report broken",
    "scenario new nowhere/x.yaml",
    "scenario schema --out nowhere/x.json",
    "scenario check four-groups --set opinion.table_pull=yes",
    "seat plan open.csv",
    "seat plan no.xlsx",
    "seat plan sample.csv --seconds 0",
    "seat kit bad.json --out k.html",
    "seat repair none.json",
    *(f"scenario check {name}" for name in FILES if name.endswith(".yaml")),
    "sweep list.yaml --out new",
    f"simulate four-groups --out {'a' * 300}",
]
ENGLISH = re.compile(
    r"'|\\xa|\b(the|is|not|no such|file|expected|found|cannot|name|folder|Expecting|end of|0\.1)\b"
)


@pytest.mark.parametrize("line", LINES)
def test_mistakes_are_of_one_language(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, text in FILES.items():
        place = tmp_path / name
        place.parent.mkdir(exist_ok=True)
        place.write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    said = {}
    for language in ("en", "fr", "es"):
        assert main(["--lang", language, *line.split()]) == 2
        said[language] = capsys.readouterr().err
    for language in ("fr", "es"):
        known = said[language].replace(str(tmp_path), "")
        for name in sorted([*line.split(), *FILES], key=len, reverse=True):  # as they are given
            known = known.replace(name, "")
        assert not ENGLISH.search(known), known
    assert ENGLISH.search(said["en"]) or "did you mean" in said["en"], said["en"]  # sees English


def test_suggestions_have_the_quotation_marks_of_the_language(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for language, marked in (
        ("en", "'simulate'"),
        ("fr", "«\N{NO-BREAK SPACE}simulate\N{NO-BREAK SPACE}»"),
        ("es", "«simulate»"),
    ):
        assert main(["--lang", language, "simulat"]) == 2
        assert marked in capsys.readouterr().err


def test_no_catalogue_has_english_quotation_marks() -> None:
    """Around a word that is filled in; what a file or a script must hold stands as it must."""
    from dashboard.catalogue import CATALOGUES as DASHBOARD
    from gfmd_sim.locale.catalogue import CATALOGUES

    for catalogues in (CATALOGUES, DASHBOARD):
        for language in ("fr", "es"):
            for message in catalogues.read(language):
                parts = [message.string] if isinstance(message.string, str) else message.string
                for text in parts:
                    assert not re.search(r"['‘“][^'’”]*\{\w+\}[^'’”]*['’”]", text), text
                    if language == "fr":
                        assert not re.search("«(?!\u00a0)|(?<!\u00a0)»", text), text


def test_the_systems_reasons_have_sentences() -> None:
    with pytest.raises(OSError, match="none") as raised:
        Path("none/such").read_text(encoding="utf-8")
    assert refusal(raised.value) == "there is no such file or folder"
    assert refusal(OSError(9999, "what the system says")) == "what the system says"


def test_spaces_that_hold_stay_spaces() -> None:
    told = UserError("x", given=Sentence('the text "{text}"', text="yes")).describe(wording("fr"))
    assert "«\N{NO-BREAK SPACE}yes\N{NO-BREAK SPACE}»" in told
    assert shorten("a\x1b[1mb") == "a\\x1b[1mb"
