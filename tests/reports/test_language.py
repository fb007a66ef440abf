"""Numbers, percentages and dates as each language writes them."""

from __future__ import annotations

import datetime as dt
import re

import numpy as np
import pytest

from dashboard.catalogue import CATALOGUES as PAGES
from gfmd_sim.errors import Sentence, UserError
from gfmd_sim.language import (
    date,
    dates,
    divided,
    listed,
    number,
    percent,
    plural,
    signed,
    significant,
    told,
    translator,
    wording,
)
from gfmd_sim.locale.catalogue import CATALOGUES as REPORTS
from gfmd_sim.locale.kept import Catalogues

NBSP, NNBSP, MINUS = "\u00a0", "\u202f", "\N{MINUS SIGN}"


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", "1,234.50"), ("fr", f"1{NNBSP}234,50"), ("es", "1.234,50")],
)
def test_a_number(language: str, expected: str) -> None:
    assert number(1234.5, language) == expected


def test_a_whole_number_keeps_all_its_digits() -> None:
    assert number(2**53 + 1, "en", 0) == "9,007,199,254,740,993"
    assert number(np.int64(2**53 + 1), "es", 0) == "9.007.199.254.740.993"
    assert number(-(2**53) - 1, "es", 1) == f"{MINUS}9.007.199.254.740.993,0"
    assert wording("es").number(2**64 - 1) == "18.446.744.073.709.551.615"
    assert wording("es").number(10**30) == "1" + ".000" * 10


def test_a_number_in_a_sentence_is_not_lost_for_being_small_or_large() -> None:
    said = wording("fr").number
    assert (
        said(-3.25e-7) == f"{MINUS}3,25{NBSP}×{NBSP}10⁻⁷"
        and said(1.5e22) == f"1,5{NBSP}×{NBSP}10²²"
    )
    assert said(0.0) == said(-0.0) == "0" and said(1e-4) == "0,0001" and said(2 / 3) == "0,666667"
    assert said(float("nan")) == "–"
    assert Sentence("at least {n}", n=1e-9).said(wording("es")).endswith(f"1{NBSP}×{NBSP}10⁻⁹")


def test_a_difference_has_its_sign_and_zero_has_none() -> None:
    assert signed(0.5, "en") == "+0.50"
    assert signed(-0.5, "en") == f"{MINUS}0.50"
    assert signed(-0.001, "en") == signed(0.001, "en") == "0.00"


def test_what_is_no_number_is_a_dash() -> None:
    for value in (float("nan"), float("inf")):
        assert number(value, "en") == signed(value, "fr") == percent(value, "es") == "–"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.5376, "0,5376"), (0, "0"), (1.0, "1"), (3.7062, "3,706"), (-0.02, "−0,02"),
        (1e-12, "1\u00a0×\u00a010⁻¹²"), (2.220446e-16, "2,22\u00a0×\u00a010⁻¹⁶"),
        (-1.5e22, "−1,5\u00a0×\u00a010²²"), (float("nan"), "–"),
    ],
)  # fmt: skip
def test_digits_that_count(value: float, said: str) -> None:
    assert significant(value, "fr") == said


def test_percentages() -> None:
    assert percent(0.456, "en") == "46%"
    assert percent(0.456, "en", 1) == "45.6%"
    assert percent(0.456, "fr") in (f"46{NNBSP}%", f"46{NBSP}%")


def test_dates() -> None:
    days = [dt.date(2024, 11, 6), dt.date(2024, 11, 7)]
    assert dates(days, "en") == "6–7 November 2024"
    assert dates(days, "fr") == "6–7 novembre 2024"
    assert dates(days, "es") == "6–7 de noviembre de 2024"
    assert dates([dt.date(2025, 6, 30), dt.date(2025, 7, 1)], "en") == "30 June 2025 – 1 July 2025"
    assert dates([], "en") == ""
    assert date(days[0], "fr") == "6 novembre 2024"


def test_lists() -> None:
    assert listed(["a", "b", "c"], "es") == "a, b y c"
    assert listed(["a", "b"], "fr", "or") == "a ou b"
    assert listed(["a", "b, c", "d"], "en", "or") == "a; b, c; or d"
    assert listed(["a", "b, c"], "es") == "a y b, c"
    assert listed(["a", "b, c", "d"], "fr") == "a\u202f; b, c\u202f; et d"
    assert divided(["a", "b"], "fr") == "a\u202f; b" and divided(["a", "b"], "es") == "a; b"
    assert divided(["a"], "fr") == "a"
    assert (
        listed(["a", "b", "c"], "fr", "nor")
        == listed(["a", "b", "c"], "es", "nor")
        == "a ni b ni c"
    )
    assert listed(["a", "b"], "en", "nor") == "a or b" and listed(["a"], "fr", "nor") == "a"


def test_french_has_a_space_before_a_colon() -> None:
    assert told("a", "b", "fr") == "a\N{NO-BREAK SPACE}: b" and told("a", "b", "es") == "a: b"


@pytest.mark.parametrize("catalogues", [PAGES, REPORTS])
def test_french_is_set_as_french_is(catalogues: Catalogues) -> None:
    for message in catalogues.read("fr"):
        said = message.string if isinstance(message.string, tuple) else (message.string,)
        for text in said if message.id else ():
            assert not re.search(r"[^\W\d_]'[^\W\d_]|\S [:;?!»](\s|$)|« ", str(text)), text


def test_words() -> None:
    assert translator("fr")("Challenge") == "Défi"
    assert translator("es")("Challenge") == "Desafío"
    assert translator("en")("Challenge") == "Challenge"
    assert translator("fr")("") == ""  # not the catalogue's header
    assert translator("fr")("never said anywhere") == "never said anywhere"
    assert plural("fr")("{n} table", "{n} tables", 2) == "{n} tables"


def test_a_language_we_do_not_speak() -> None:
    with pytest.raises(UserError) as error:
        translator("de")
    assert error.value.allowed == "en, fr, es"
