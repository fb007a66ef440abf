"""The errors a person can mend: what was given, what is allowed, what to do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path
from typing import Self


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
    ) -> None:
        self.problem = problem
        self.given = given
        self.allowed = allowed
        self.remedy = remedy
        self.file = Path(file) if file is not None else None
        self.line = line
        self.key = key
        super().__init__(self.describe())

    @property
    def place(self) -> str:
        """``file:line, key`` as far as known, else an empty string."""
        where = "" if self.file is None else str(self.file)
        if self.line is not None:
            where += f":{self.line}" if where else f"line {self.line}"
        return ", ".join(part for part in (where, self.key or "") if part)

    def within(self, where: str) -> Self:
        """The same error with what it is about in front: ``roundtable 2: ...``."""
        return type(self)(
            f"{where}: {self.problem}", given=self.given, allowed=self.allowed,
            remedy=self.remedy, file=self.file, line=self.line, key=self.key,
        )  # fmt: skip

    def describe(self) -> str:
        """The whole message, a line a fact."""
        head = f"{self.place}: {self.problem}" if self.place else self.problem
        lines = [head]
        if self.given is not None:
            lines.append(f"  given:   {shorten(self.given, self.longest_given)}")
        if self.allowed:
            lines.append(f"  allowed: {self.allowed}")
        if self.remedy:
            lines.append(f"  do:      {self.remedy}")
        return "\n".join(lines)


class ScenarioError(UserError):
    """A scenario, agenda or roster that cannot be used as it stands."""


class RosterError(ScenarioError):
    """A delegate list that cannot be used as it stands."""


class SeatingError(UserError):
    """A seating request that nobody could fulfil."""

    longest_given = 4000  # clashing constraints are named in full


class StoreError(UserError):
    """A result folder that cannot be read or written as it stands."""


def shorten(value: object, limit: int = 160) -> str:
    """``value`` on one line, cut to ``limit`` characters, control characters shown as escapes."""
    text = value if isinstance(value, str) else repr(value)
    text = "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word closest to ``word``, or None if none is near."""
    found = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return found[0] if found else None
