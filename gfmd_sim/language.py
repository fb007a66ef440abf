"""What the simulator says, in English, French and Spanish: gettext for words, Babel for numbers.

English is the source: message ids are the English sentences. French and Spanish catalogues lie in
``gfmd_sim/locale``; :mod:`gfmd_sim.locale.catalogue` keeps them. Numbers, percentages and dates are
written as the language writes them, with a true minus sign.
"""

from __future__ import annotations

import datetime as dt
import decimal
import functools
import gettext
import math
from collections.abc import Callable, Iterable, Sequence
from numbers import Integral
from pathlib import Path
from typing import Literal

from babel.core import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent

from gfmd_sim.errors import ENGLISH, Sentence, UserError, Wording
from gfmd_sim.scenario.agenda import LANGUAGES, Language

DOMAIN = "gfmd_sim"
LOCALE_DIR = Path(__file__).parent / "locale"
MINUS = "\N{MINUS SIGN}"
NOTHING = "\N{EN DASH}"  # where there is no number

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

Translate = Callable[[str], str]


def N_(text: str) -> str:
    """Marks ``text`` for translation where it stands; returns it as it is."""
    return text


def checked(language: str) -> Language:
    """``language`` if it is one of the three.

    Raises
    ------
    UserError
        If it is not.
    """
    for known in LANGUAGES:
        if language == known:
            return known
    raise UserError(
        "there is no such language",
        key="--lang",
        given=language,
        allowed=", ".join(LANGUAGES),
        remedy="choose one of these",
    )


@functools.cache
def catalogue(language: str) -> gettext.NullTranslations:
    """The translations of one language; English needs none."""
    if checked(language) == "en":
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, str(LOCALE_DIR), [language])


def translator(language: str) -> Translate:
    """The function that says an English sentence in ``language``."""
    return _of(language)


@functools.cache
def _of(language: str) -> Translate:
    known = catalogue(language)
    # The empty message id is the catalogue's header; it is never what anybody means.
    return lambda text: known.gettext(text) if text else ""


def plural(language: str) -> Callable[[str, str, int], str]:
    """``ngettext`` of ``language``: (one, many, n) -> the sentence for n."""
    return catalogue(language).ngettext


@functools.cache
def wording(language: str) -> Wording:
    """How errors and their sentences are put in ``language``."""
    if checked(language) == "en":
        return ENGLISH
    return Wording(translator(language), plural(language), lambda n: _in_a_sentence(n, language))


def said(text: str, language: str) -> str:
    """A text that the catalogues know in ``language``, with what fills it; any other, such as a
    citation, as it is."""
    known = wording(language)
    return text.said(known) if isinstance(text, Sentence) else known.sentence(text)


@functools.cache
def locale_of(language: str) -> Locale:
    """Babel's locale of one of the three languages."""
    return Locale.parse({"en": "en_GB", "fr": "fr_FR", "es": "es_ES"}[checked(language)])


def number(value: float, language: str, digits: int = 2, *, trim: bool = False) -> str:
    """A number with ``digits`` decimals (``trim``: as many as needed, at most ``digits``)."""
    places = ("#" if trim else "0") * digits
    pattern = f"#,##0.{places}" if digits else "#,##0"
    rounded: float
    if isinstance(value, Integral):  # as it is: a float would hold 16 of its digits
        rounded = int(value)
    elif math.isfinite(value):
        rounded = round(float(value), digits) + 0.0  # no minus before a zero
    else:
        return NOTHING
    with decimal.localcontext() as exact:
        exact.prec = max(exact.prec, digits + 2 + int(math.log10(abs(rounded) or 1)))
        said = format_decimal(rounded, pattern, locale_of(language))
    return str(said).replace("-", MINUS)


def significant(value: float, language: str, digits: int = 4) -> str:
    """A number with ``digits`` digits that count; next to nothing, or very much, as a power of ten."""
    mantissa, e, power = f"{value:.{digits}g}".partition("e")
    said = number(float(mantissa), language, len(mantissa.partition(".")[2]))
    return f"{said}\u00a0×\u00a010{str(int(power)).translate(_RAISED)}" if e else said


def _in_a_sentence(value: float, language: str) -> str:
    """Whole numbers digit by digit, others with six decimals, as a power of ten where Python has one."""
    if isinstance(value, Integral) or value == 0.0 or 1e-4 <= abs(value) < 1e16:
        return number(value, language, 6, trim=True)
    return significant(value, language, 6)


def signed(value: float, language: str, digits: int = 2) -> str:
    """A difference: always with its sign, except zero."""
    text = number(value, language, digits)
    return f"+{text}" if math.isfinite(value) and round(value, digits) > 0 else text


def percent(share: float, language: str, digits: int = 0) -> str:
    """A share of 1 as a percentage."""
    if not math.isfinite(share):
        return NOTHING
    locale = locale_of(language)
    rounded = round(share, digits + 2) + 0.0
    pattern = locale.percent_formats[None].pattern
    if digits:
        pattern = pattern.replace("#,##0", "#,##0." + "0" * digits)
    return str(format_percent(rounded, pattern, locale)).replace("-", MINUS)


def date(day: dt.date, language: str) -> str:
    """``6 November 2024``."""
    return str(format_date(day, "long", locale_of(language)))


def dates(days: Sequence[dt.date], language: str) -> str:
    """One day or several: ``6–7 November 2024``."""
    if not days:
        return ""
    first, last = min(days), max(days)
    if first == last:
        return date(first, language)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}\N{EN DASH}{date(last, language)}"
    return f"{date(first, language)} \N{EN DASH} {date(last, language)}"


def listed(
    words: Iterable[str], language: str, style: Literal["standard", "or", "nor"] = "standard"
) -> str:
    """``a, b and c``, or ``a, b or c``; after a "not" ``a ni b ni c`` where one says so. Three or
    more of which one has a comma of its own: ``a; b, c; or d``."""
    items = list(words)
    if style == "nor":
        if language in ("fr", "es"):
            return " ni ".join(items)
        style = "or"
    if len(items) < 3 or not any(", " in item for item in items):
        return format_list(items, style, locale_of(language))
    last = format_list(["", items[-1]], style, locale_of(language))  # " or d"
    return divided([*items[:-1], ""], language).rstrip() + last


def divided(parts: Iterable[str], language: str) -> str:
    """``a; b; c``, with the space that French has before a semicolon."""
    return ("\N{NARROW NO-BREAK SPACE}; " if language == "fr" else "; ").join(parts)


def told(name: str, what: str, language: str) -> str:
    """``name: what``, with the space that French has before the colon."""
    return f"{name}\N{NO-BREAK SPACE}: {what}" if language == "fr" else f"{name}: {what}"
