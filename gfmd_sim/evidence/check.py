"""One claim: what was expected, from which source, what was found, and whether that passes."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """One line of ``run.py evidence``.

    Attributes
    ----------
    id
        Kind and name, as in ``theory.degroot``; kinds are theory, pattern, control, fit, verdict.
    about
        The claim in a few words, in English; the catalogues know it (a :class:`Sentence` if
        something is filled in).
    expected
        The value that theory or data give; None where only the limits are given.
    low, high
        Between these, limits included, ``found`` passes; None: open.
    found
        What the model gives.
    source
        Where the expectation comes from: citations, or as ``about``.
    """

    id: str
    about: str
    expected: float | None
    low: float | None
    high: float | None
    found: float
    source: str

    @property
    def passed(self) -> bool:
        """Whether what was found lies within the limits; nothing found passes nowhere."""
        if not math.isfinite(self.found):
            return False
        above = self.low is None or self.found >= self.low
        return above and (self.high is None or self.found <= self.high)

    def as_dict(self) -> dict[str, object]:
        """The check for ``--json``."""
        return {
            "id": self.id,
            "about": self.about,
            "expected": self.expected,
            "low": self.low,
            "high": self.high,
            "found": self.found if math.isfinite(self.found) else None,
            "passed": self.passed,
            "source": self.source,
        }


def exact(id: str, about: str, deviation: float, source: str, tolerance: float = 1e-12) -> Check:
    """A check that the largest deviation from theory is rounding."""
    return Check(id, about, 0.0, None, tolerance, float(deviation), source)


def near(id: str, about: str, expected: float, found: float, margin: float, source: str) -> Check:
    """A check that what was found is within ``margin`` of what was expected."""
    return Check(id, about, expected, expected - margin, expected + margin, float(found), source)
