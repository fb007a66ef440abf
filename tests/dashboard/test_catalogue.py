"""Every sentence of the dashboard is said in French and Spanish, and the .mo files are current."""

from __future__ import annotations

import string

import pytest
from babel.messages.catalog import Catalog

from dashboard.catalogue import CATALOGUES, extracted
from dashboard.language import PSEUDO, stretched, words
from gfmd_sim.locale.kept import TRANSLATED, compiled, missing


@pytest.fixture(scope="module")
def wanted() -> Catalog:
    return extracted()


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_is_translated(language: str, wanted: Catalog) -> None:
    assert missing(CATALOGUES.read(language), wanted) == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_sentence_is_left_over(language: str, wanted: Catalog) -> None:
    known = {m.id for m in wanted}
    assert [m.id for m in CATALOGUES.read(language) if m.id and m.id not in known] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_compiled_file_is_current(language: str) -> None:
    file = CATALOGUES.mo_file(language)
    assert file.read_bytes() == compiled(CATALOGUES.read(language))


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", TRANSLATED)
def test_placeholders_are_kept(language: str) -> None:
    for message in CATALOGUES.read(language):
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        said = message.string if isinstance(message.string, tuple) else (message.string,)
        for text in said:
            assert fields(text) == fields(ids[-1]), message.id


def test_a_missing_sentence_is_noticed(wanted: Catalog) -> None:
    """Negative control."""
    known = CATALOGUES.read("fr")
    wanted_more = Catalog()
    wanted_more.add("A sentence that nobody translated")
    assert missing(known, wanted_more) == ["A sentence that nobody translated"]


def test_the_pseudo_language_stretches_all_and_keeps_placeholders() -> None:
    said = words(PSEUDO)
    assert said("{n} runs", n=3).startswith("[") and "3" in said("{n} runs", n=3)
    assert len(stretched("A sentence of some length")) > 1.3 * len("A sentence of some length")
    assert said.many("{n} run", "{n} runs", 2).startswith("[2 rüñš")


@pytest.mark.parametrize(
    ("language", "number", "percent", "one", "two"),
    [
        ("en", "1,234.5", "50%", "1 hand", "2 hands"),
        ("fr", "1\u202f234,5", "50\u202f%", "1 main", "2 mains"),
        ("es", "1.234,5", "50\u00a0%", "1 mano", "2 manos"),
    ],
)
def test_numbers_and_plurals(language: str, number: str, percent: str, one: str, two: str) -> None:
    said = words(language)
    assert said.number(1234.5, 1) == number
    assert said.percent(0.5).replace("\u202f", "\u00a0") == percent.replace("\u202f", "\u00a0")
    assert said.many("{n} hand", "{n} hands", 1) == one
    assert said.many("{n} hand", "{n} hands", 2) == two
