"""Every sentence of the simulator is said in French and Spanish, and the compiled files are current.

When one of these fails: translate what ``python -m gfmd_sim.locale.catalogue`` lists, run it again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo

from gfmd_sim.locale.catalogue import CATALOGUES, PACKAGE, extracted
from gfmd_sim.locale.kept import TRANSLATED, missing

_FIELD = re.compile(r"\{\w*\}")


@pytest.fixture(scope="module")
def wanted() -> Catalog:
    return extracted()


def _said(message: Message) -> Iterator[tuple[str, str]]:
    ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    for k, string in enumerate(strings):
        yield ids[min(k, len(ids) - 1)], string


def _pairs(catalogue: Catalog) -> set[tuple[str, str]]:
    return {pair for message in catalogue if message.id for pair in _said(message)}


@pytest.mark.parametrize("language", TRANSLATED)
def test_everything_is_translated(language: str, wanted: Catalog) -> None:
    assert missing(CATALOGUES.read(language), wanted) == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_missing_sentence_is_noticed(language: str, wanted: Catalog) -> None:
    """Negative control: the check above can fail."""
    catalogue = CATALOGUES.read(language)
    message = catalogue.get("Challenge")
    assert message is not None
    message.string = ""
    assert missing(catalogue, wanted) == ["Challenge"]


@pytest.mark.parametrize("language", TRANSLATED)
def test_nothing_is_left_over(language: str, wanted: Catalog) -> None:
    assert [m.id for m in CATALOGUES.read(language) if m.id and wanted.get(m.id) is None] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_compiled_file_is_up_to_date(language: str) -> None:
    with CATALOGUES.mo_file(language).open("rb") as file:
        compiled = read_mo(file)
    assert _pairs(compiled) == _pairs(CATALOGUES.read(language))


@pytest.mark.parametrize("language", TRANSLATED)
def test_fields_are_the_same(language: str) -> None:
    for message in CATALOGUES.read(language):
        if message.id:
            for english, translation in _said(message):
                assert set(_FIELD.findall(translation)) == set(_FIELD.findall(english)), english


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_sentence_is_a_copy_of_the_english(language: str) -> None:
    """Short words and names may be the same; a sentence may not, unless it is citations alone."""
    copies = [
        english
        for message in CATALOGUES.read(language)
        if message.id
        for english, translation in _said(message)
        if translation == english and len(english.split()) > 3 and not re.search(r"\d{4}$", english)
    ]
    assert copies == []


_PAST_THE_MARKS = re.compile(r"translator\([^()]*\)\(\s*[\"']")


def test_no_sentence_is_said_past_the_marks() -> None:
    """What stands in ``translator(lang)("...")`` is not extracted: it has to be ``_("...")``."""
    assert _PAST_THE_MARKS.search('translator(lang)(\n    "Names are left out")')  # can be seen
    said = [
        str(path)
        for folder in (PACKAGE, PACKAGE.parent / "dashboard")
        for path in folder.rglob("*.py")
        if _PAST_THE_MARKS.search(path.read_text(encoding="utf-8"))
    ]
    assert said == []
