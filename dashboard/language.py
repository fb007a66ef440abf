"""What the dashboard says, in English, French and Spanish, and in a stretched pseudo-language.

English is the source. Words of the simulator itself (rules, measures, findings) come from
:mod:`gfmd_sim.language`; the dashboard's own lie in ``dashboard/locale``.
"""

from __future__ import annotations

import functools
import gettext
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from gfmd_sim.errors import Sentence, UserError, Wording

DOMAIN = "dashboard"
LOCALE_DIR = Path(__file__).parent / "locale"
Engine = Literal["en", "fr", "es"]
LANGUAGES: dict[str, str] = {"en": "English", "fr": "Français", "es": "Español"}
PSEUDO = "qps"  # not offered to anybody: shows what is not translated and what does not fit


def N_(text: str) -> str:
    """Marks ``text`` for translation where it stands; returns it as it is."""
    return text


_STRETCH = str.maketrans("aeiouAEIOUcnsy", "àéîõüÀÉÎÕÜçñšÿ")


def stretched(text: str) -> str:
    """``text`` a third longer, accented, in brackets; placeholders stay as they are."""
    out, depth = [], 0
    for c in text:
        depth += c == "{"
        out.append(c if depth else c.translate(_STRETCH))
        depth -= c == "}"
    return f"[{''.join(out)}{'·' * (len(text) // 3)}]"


@dataclass(frozen=True)
class Words:
    """The words of one language."""

    code: str

    @property
    def engine(self) -> Engine:
        """The language in which the simulator is asked."""
        return "fr" if self.code == "fr" else "es" if self.code == "es" else "en"

    def __call__(self, text: str, /, **values: object) -> str:
        """``text`` in this language, its placeholders filled."""
        said = stretched(text) if self.code == PSEUDO else _catalogue(self.code).gettext(text)
        return said.format(**values) if values else said

    def many(self, one: str, many: str, n: int, /, **values: object) -> str:
        """The sentence for ``n``; the placeholder {n} is the number as the language writes it."""
        known = _catalogue(self.code)
        said = known.ngettext(one, many, n)
        if self.code == PSEUDO:
            said = stretched(said)
        return said.format(n=self.number(n, 0), **values)

    def told(
        self, error: Exception, named: Callable[[str], str] = lambda text: text
    ) -> dict[str, Any]:
        """What an error says: ``problem``, and ``facts`` as [label, text], for people to mend it.

        ``named`` is asked how a file of ours is called.
        """
        if not isinstance(error, UserError):
            return {"problem": named(str(error)), "facts": []}
        facts = [[label, named(text)] for label, text in error.facts(self._wording)]
        problem = named(error.headline(self._wording))
        if error.file is None:  # a file in front is called as its owner calls it
            problem = problem[:1].upper() + problem[1:]
        return {"problem": problem, "facts": facts}

    def sentence(self, text: Sentence, /) -> str:
        """What the simulator says, in this language."""
        return text.said(self._wording)

    @property
    def _wording(self) -> Wording:
        """How errors are put: our own sentences, and the simulator's."""
        from gfmd_sim.language import wording

        engine = wording(self.engine)
        own = _catalogue(self.code)
        mark = stretched if self.code == PSEUDO else str

        def sentence(text: str) -> str:
            known = own.gettext(text) if text else ""
            return mark(known if known != text else engine.sentence(text))

        def plural(one: str, many: str, n: int) -> str:
            known = own.ngettext(one, many, n)
            return mark(known if known not in (one, many) else engine.plural(one, many, n))

        return Wording(sentence, plural, engine.number)

    def number(self, value: float, digits: int = 2) -> str:
        """A number as the language writes it."""
        from gfmd_sim.language import number

        return number(value, self.engine, digits)

    def signed(self, value: float, digits: int = 2) -> str:
        """A difference: always with its sign."""
        from gfmd_sim.language import signed

        return signed(value, self.engine, digits)

    def percent(self, share: float, digits: int = 0) -> str:
        """A share of 1 as a percentage."""
        from gfmd_sim.language import percent

        return percent(share, self.engine, digits)

    def table(self, texts: Mapping[str, str]) -> dict[str, str]:
        """All of ``texts`` in this language, for the scripts in the browser."""
        return {key: self(text) for key, text in texts.items()}


@functools.cache
def _catalogue(code: str) -> gettext.NullTranslations:
    if code not in ("fr", "es"):
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, str(LOCALE_DIR), [code])


def words(code: str) -> Words:
    """The words of a language; English where there is none of that code."""
    return Words(code if code in LANGUAGES or code == PSEUDO else "en")
