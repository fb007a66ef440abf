"""The errors a person can mend: what was given, what is allowed, what to do."""

from __future__ import annotations

import difflib
import errno
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, TypeVar

_Text = TypeVar("_Text", bound=str)


@dataclass(frozen=True)
class Wording:
    """How a language says a sentence, one of two forms for a number, and a number."""

    sentence: Callable[[str], str]
    plural: Callable[[str, str, int], str]
    number: Callable[[float], str]


ENGLISH = Wording(lambda text: text, lambda one, many, n: one if n == 1 else many, "{:,}".format)


class Sentence(str):
    """An English sentence with its fields filled, which can be said in another language too.

    Fields are filled with text as it is, numbers as the language writes them, sentences in
    the language, and lists of these one after the other.

    >>> Sentence("the column '{name}' is empty", name="group")
    "the column 'group' is empty"
    """

    form: str
    many: str | None
    values: Mapping[str, Any]

    def __new__(cls, form: str, many: str | None = None, **values: Any) -> Self:
        made = super().__new__(cls, _filled(form, many, values, ENGLISH))
        made.form, made.many, made.values = form, many, values
        return made

    @classmethod
    def counted(cls, one: str, many: str, n: int, **values: Any) -> Self:
        """The form for one or the form for many; ``n`` fills the field of that name."""
        return cls(one, many, n=n, **values)

    @classmethod
    def joined(cls, separator: str, parts: Iterable[str]) -> Self:
        """Parts one after the other."""
        known = {f"part{k}": part for k, part in enumerate(parts)}
        form = separator.join(f"{{{name}}}" for name in known)
        return cls(form, **known)

    @staticmethod
    def divided(parts: Iterable[str]) -> Sentence:
        """Parts set apart by semicolons, before which some languages have a space."""
        each = list(parts)
        whole = Sentence.joined("", each[:1])
        for part in each[1:]:
            whole = Sentence("{before}; {after}", before=whole, after=part)
        return whole

    def said(self, wording: Wording) -> str:
        """The sentence in another language."""
        return _filled(self.form, self.many, self.values, wording)

    def __reduce__(self) -> tuple[Any, ...]:
        return _made, (self.form, self.many, dict(self.values))


def _made(form: str, many: str | None, values: Mapping[str, Any]) -> Sentence:
    return Sentence(form, many, **values)


def _filled(form: str, many: str | None, values: Mapping[str, Any], wording: Wording) -> str:
    if many is None:
        known = wording.sentence(form) if form else ""
    else:
        known = wording.plural(form, many, int(values["n"]))
    if not values:
        return known
    return known.format(**{name: _put(value, wording) for name, value in values.items()})


def _put(value: object, wording: Wording) -> str:
    """What fills a field."""
    if isinstance(value, Sentence):
        return value.said(wording)
    if isinstance(value, int | float):
        return wording.number(value)
    return str(value)


def _sentence(text: str) -> Sentence:
    return text if isinstance(text, Sentence) else Sentence(text)


class GfmdError(Exception):
    """Base of everything this package raises on purpose."""


class UserError(GfmdError):
    """Something the user can mend; the command line prints it and exits with 2.

    Parameters
    ----------
    problem
        One sentence: what is wrong.
    given, allowed, remedy
        What was given, what would have been accepted, what to do about it.
    file, line, key
        Where it stands, as far as that is known. Lines count from 1.
    also
        What else is wrong, a line each.

    A text with something to fill in is a :class:`Sentence`, so that it can be said in the reader's
    language; what was given is nobody's sentence unless it is one.
    """

    longest_given = 160  # characters of ``given`` that a message shows

    def __init__(
        self,
        problem: str,
        *,
        given: object = None,
        allowed: str | None = None,
        remedy: str | None = None,
        file: str | Path | None = None,
        line: int | None = None,
        key: str | None = None,
        also: Sequence[str] = (),
    ) -> None:
        self.problem = _sentence(problem)
        self.given = given
        self.allowed = None if allowed is None else _sentence(allowed)
        self.remedy = None if remedy is None else _sentence(remedy)
        self.file = Path(file) if file is not None else None
        self.line = line
        self.key = key
        self.also = tuple(map(_sentence, also))
        super().__init__(self.describe())

    @property
    def place(self) -> str:
        """``file:line, key`` as far as known, else an empty string."""
        return self._place(ENGLISH)

    def _place(self, wording: Wording) -> str:
        where = "" if self.file is None else str(self.file)
        if self.line is not None:
            line = str(self.line)
            where += f":{line}" if where else Sentence("line {line}", line=line).said(wording)
        return ", ".join(part for part in (where, self.key or "") if part)

    def within(self, where: str) -> Self:
        """The same error with what it is about in front: ``roundtable 2: ...``."""
        return self._but(problem=Sentence("{where}: {problem}", where=where, problem=self.problem))

    def at(self, file: str | Path | None, line: int | None) -> Self:
        """The same error at another place."""
        return self._but(file=file, line=line)

    def to_do(self, remedy: str) -> Self:
        """The same error with another remedy."""
        return self._but(remedy=remedy)

    def along_with(self, also: Sequence[str]) -> Self:
        """The same error, and what else is wrong."""
        return self._but(also=also)

    def _but(self, **changes: Any) -> Self:
        names = ("given", "allowed", "remedy", "file", "line", "key", "also")
        known = {name: getattr(self, name) for name in names} | changes
        return type(self)(known.pop("problem", self.problem), **known)

    def facts(self, wording: Wording = ENGLISH) -> list[tuple[str, str]]:
        """What was given, what is allowed, what to do, what else: (label, text) as far as known."""
        known: list[tuple[str, str]] = []
        if self.given is not None:
            given = self.given.said(wording) if isinstance(self.given, Sentence) else self.given
            known.append((_GIVEN.said(wording), shorten(given, self.longest_given)))
        if self.allowed:
            known.append((_ALLOWED.said(wording), self.allowed.said(wording)))
        if self.remedy:
            known.append((_DO.said(wording), self.remedy.said(wording)))
        return known + [(_ALSO.said(wording), text.said(wording)) for text in self.also]

    def headline(self, wording: Wording = ENGLISH) -> str:
        """Where it stands and what is wrong."""
        place, problem = self._place(wording), self.problem.said(wording)
        return f"{place}: {problem}" if place else problem

    def describe(self, wording: Wording = ENGLISH) -> str:
        """The whole message, a line a fact."""
        width = max(len(label.said(wording)) for label in (_GIVEN, _ALLOWED, _DO, _ALSO))
        lines = [f"  {label:<{width}} {text}" for label, text in self.facts(wording)]
        return "\n".join([self.headline(wording), *lines])


_GIVEN, _ALLOWED = Sentence("given:"), Sentence("allowed:")
_DO, _ALSO = Sentence("do:"), Sentence("also:")


class ScenarioError(UserError):
    """A scenario, agenda or roster that cannot be used as it stands."""


class RosterError(ScenarioError):
    """A delegate list that cannot be used as it stands."""


class SeatingError(UserError):
    """A seating request that nobody could fulfil."""

    longest_given = 4000  # clashing constraints are named in full


class StoreError(UserError):
    """A result folder that cannot be read or written as it stands."""


_SPACES = "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"


def shorten(value: object, limit: int = 160) -> str:
    """``value`` on one line, cut to ``limit`` characters, control characters shown as escapes."""
    text = value if isinstance(value, str) else repr(value)
    text = "".join(c if c.isprintable() or c in _SPACES else repr(c)[1:-1] for c in text)
    return text if len(text) <= limit else text[: limit - 1] + "…"


_REFUSALS = {
    "ENOENT": Sentence("there is no such file or folder"),
    "ENOTDIR": Sentence("part of the path is a file, not a folder"),
    "EISDIR": Sentence("this is a folder, not a file"),
    "EACCES": Sentence("permission denied"),
    "EPERM": Sentence("permission denied"),
    "EROFS": Sentence("the disk can only be read"),
    "ENOSPC": Sentence("the disk is full"),
    "EDQUOT": Sentence("the disk is full"),
    "EFBIG": Sentence("the file is too large"),
    "ENAMETOOLONG": Sentence("the name is too long"),
    "EEXIST": Sentence("it is there already"),
    "EBUSY": Sentence("another program is using it"),
    "ELOOP": Sentence("links that lead in a circle"),
    "EMFILE": Sentence("too many files are open"),
    "EIO": Sentence("the disk has failed"),
}


def refusal(error: OSError) -> Sentence:
    """Why the system refused a file; what has no sentence here, as the system says it."""
    known = _REFUSALS.get(errno.errorcode.get(error.errno or 0, ""))
    return known or Sentence.joined("", [error.strerror or str(error)])


def did_you_mean(name: str | None, otherwise: str = "") -> Sentence:
    """Names what was probably meant; ``otherwise`` is said where that is None."""
    return Sentence(otherwise) if name is None else Sentence("did you mean {name}?", name=name)


def cut_short(parts: Sequence[_Text], limit: int) -> list[_Text | Sentence]:
    """The first ``limit`` of several parts of a message, and how many more there are."""
    more = len(parts) - limit
    return [
        *parts[:limit],
        *([Sentence.counted("and {n} more", "and {n} more", more)] if more > 0 else []),
    ]


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word closest to ``word``, or None if none is near."""
    found = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return found[0] if found else None
