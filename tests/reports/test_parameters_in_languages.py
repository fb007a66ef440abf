"""What ``scenario show`` says of every parameter is said in French and Spanish, numbers and all."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable

import pytest

from gfmd_sim.cli import main
from gfmd_sim.errors import Sentence, Wording
from gfmd_sim.language import translator, wording
from gfmd_sim.locale.catalogue import CATALOGUES
from gfmd_sim.locale.kept import TRANSLATED
from gfmd_sim.scenario.describe import Parameter, parameter_at, parameters

SAME = {  # words that are also those of the language; citations may stay as they are
    "fr": {"parts", "arguments", "logit", "1 - Gini", "convergence", "solutions"},
    "es": {"logit", "1 - Gini"},
}
_CITATION = re.compile(r"[A-Z]\w+(, [A-Z]\w+)*( et al\.)? \d{4}")
_NOTHING_TO_SAY = re.compile(r"(\{\w+\}|[;, ])*")


def texts_of(p: Parameter) -> list[str]:
    """The English sentences and forms of sentences that tell what a parameter is."""
    forms: list[str] = []

    def note(text: str) -> str:
        forms.append(text)
        return text

    if p.kinds:  # else names alone
        p.allowed.said(Wording(note, lambda one, many, n: note(one), str))
    return [t for t in (p.meaning, p.unit, p.source, *forms) if not _NOTHING_TO_SAY.fullmatch(t)]


def english_left(known: Iterable[Parameter], language: str) -> list[str]:
    """Texts that the catalogue lacks, or has in English though they are no citation."""
    catalogue = CATALOGUES.read(language)
    left = []
    for text in dict.fromkeys(text for p in known for text in texts_of(p)):
        message = catalogue.get(text)
        if message is None or not message.string:
            left.append(text)
        elif message.string == text and text not in SAME[language]:
            left += [] if all(map(_CITATION.fullmatch, text.split("; "))) else [text]
    return left


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_parameter_is_told(language: str) -> None:
    assert english_left(parameters(), language) == []


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("field", ["meaning", "unit", "source", "kinds"])
def test_a_text_without_translation_is_noticed(field: str, language: str) -> None:
    """Negative control."""
    text = "nobody has said this"
    value = (Sentence(text),) if field == "kinds" else text
    strange = dataclasses.replace(parameter_at("population.n_delegates"), **{field: value})
    assert english_left([strange], language) == [text]


def untold(shown: str, language: str) -> list[str]:
    """What a listing should say of the parameters in ``language`` and does not."""
    _, said = translator(language), re.sub("[ \n]+", " ", shown)
    return [
        text
        for p in parameters()
        if p.path not in ("name", "question", "population.groups", "population.regions")
        for text in (_(p.meaning), _(p.unit), _(p.source),
                     "" if p.choices or not p.kinds or p.path.endswith(".rule")
                     else p.allowed.said(wording(language)))
        if text not in said
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["en", *TRANSLATED])
def test_show_says_it_all(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scenario", "show", "gfmd-2024-25", "--lang", language]) == 0
    shown = capsys.readouterr().out
    assert untold(shown, language) == []
    for other in {"en", *TRANSLATED} - {language}:  # negative control
        assert len(untold(shown, other)) > 100


def test_show_tells_a_text_in_three_languages_from_shares_of_speakers(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["scenario", "show", "gfmd-2024-25", "--lang", "fr"]) == 0
    shown = capsys.readouterr().out
    assert "western_europe_other = Europe occidentale et autres" in shown
    assert 'states = {"en": 0.85, "fr": 0.35, "es": 0.3}' in shown


def test_numbers_are_written_as_the_language_writes_them() -> None:
    weight, people = parameter_at("partnering.intercept"), parameter_at("trust.attention")
    share = parameter_at("adoption.share_each_group")
    assert weight.allowed == "a number from -50 to 50 (plausible: -7 to -5)"
    assert weight.allowed.said(wording("en")) == weight.allowed
    assert weight.allowed.said(wording("es")) == "un número de −50 a 50 (plausible: de −7 a −5)"
    assert people.allowed.said(wording("fr")) == (
        "un nombre supérieur à 0 ne dépassant pas 1\u202f000 (plausible\u00a0: de 3 à 6)"
    )
    assert share.allowed.endswith("(plausible: 0 to 0.666667)")
    assert share.allowed.said(wording("es")).endswith("(plausible: de 0 a 0,666667)")
