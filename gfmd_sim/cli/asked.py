"""The language that the command line names: the one place that knows it.

Whoever tells something while a command works has a :class:`~gfmd_sim.errors.Sentence` and hands it
to :func:`spoken`; no command passes a language on for that.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from gfmd_sim.errors import ENGLISH, Sentence, Wording

if TYPE_CHECKING:
    from gfmd_sim.scenario.agenda import Language

_asked: Language = "en"


@contextmanager
def speaking(arguments: Sequence[str]) -> Iterator[None]:
    """Within, what is told is told in the language of these arguments; English if they name none."""
    global _asked  # a process has one command line, and threads of it that speak
    before, _asked = _asked, _named(arguments)
    try:
        yield
    finally:
        _asked = before


def asked() -> Language:
    """The language of the command line."""
    return _asked


def wording_asked() -> Wording:
    """How that language puts sentences; English loads no catalogue."""
    if _asked == "en":
        return ENGLISH
    from gfmd_sim.language import wording

    return wording(_asked)


def spoken(text: str) -> str:
    """A sentence in that language; any other text, such as a scenario's name, as it is."""
    return text.said(wording_asked()) if isinstance(text, Sentence) else text


def _named(arguments: Sequence[str]) -> Language:
    """The last ``--lang`` counts, as for the command itself."""
    words = [w for a in arguments for w in (a.split("=", 1) if a.startswith("--lang=") else [a])]
    named = [after for word, after in itertools.pairwise(words) if word == "--lang"]
    if not named:
        return "en"
    from gfmd_sim.scenario.agenda import LANGUAGES

    return next((known for known in LANGUAGES if known == named[-1]), "en")
