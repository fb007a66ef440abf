"""Values, settings and factors as they are typed on a command line or in a sweep file."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Container

from gfmd_sim.errors import Sentence, UserError
from gfmd_sim.experiments.factors import Choice, Factor, Range, check_path
from gfmd_sim.experiments.simulator import JSON, canonical

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\Z")
_MOST_STEPS = 10_000


def parse_value(text: str) -> JSON:
    """A value as typed on a command line: JSON where it is JSON, else the text itself.

    >>> parse_value("6"), parse_value(".5"), parse_value("[5, 8]"), parse_value("NO")
    (6, 0.5, [5, 8], 'NO')
    """
    text = text.strip()
    if _NUMBER.match(text):
        return canonical(float(text)) if not text.lstrip("+-").isdigit() else int(text)
    try:
        return canonical(json.loads(text))
    except (ValueError, UserError):
        return text


def parse_setting(text: str) -> tuple[str, JSON]:
    """``--set path=value``.

    >>> parse_setting("seating.rule=caucus")
    ('seating.rule', 'caucus')
    """
    path, sign, value = text.partition("=")
    if not sign or not value.strip():
        raise UserError(
            "a setting has no value", given=text, allowed="path=value, as in seating.rule=caucus"
        )
    return check_path(path.strip()), parse_value(value)


def parse_vary(text: str, integers: Container[str] = ()) -> Factor:
    """``--vary path=a,b,c``, ``path=lo:hi``, ``path=lo:hi:log`` or ``path=lo:hi:step``.

    ``integers`` names the paths whose ranges are of whole numbers.

    >>> parse_vary("seating.rule=random,balanced").values
    ('random', 'balanced')
    >>> parse_vary("opinion.table_pull=0.07:0.28").high
    0.28
    >>> parse_vary("seating.n=5:8:1").values
    (5, 6, 7, 8)
    """
    path, sign, value = text.partition("=")
    path, value = path.strip(), value.strip()
    if not sign or not value:
        raise UserError(
            "nothing to vary",
            given=text,
            allowed="path=value,value,... or path=lo:hi, as in seating.rule=random,balanced",
        )
    check_path(path)
    parts = [p.strip() for p in value.split(":")]
    if len(parts) in (2, 3) and all(_NUMBER.match(p) for p in parts[:2]):
        low, high = float(parts[0]), float(parts[1])
        if len(parts) == 2 or parts[2] == "log":
            return Range(path, low, high, integer=path in integers, log=len(parts) == 3)
        if _NUMBER.match(parts[2]) and float(parts[2]) > 0 and low < high:
            n = math.floor((high - low) / float(parts[2]) + 1e-9) + 1
            if n > _MOST_STEPS:
                raise UserError(
                    "too many steps in a range",
                    key=path,
                    given=n,
                    allowed=Sentence("up to {n}", n=_MOST_STEPS),
                )
            steps = (low + i * float(parts[2]) for i in range(n))
            return Choice(path, tuple(canonical(float(f"{v:.12g}")) for v in steps))
        raise UserError(
            "not a range", key=path, given=value, allowed="lo:hi, lo:hi:log or lo:hi:step"
        )
    return Choice(path, tuple(parse_value(v) for v in _split(value)))


def _split(text: str) -> list[str]:
    """``text`` at its commas, except those inside brackets, braces or double quotes."""
    parts, depth, quoted, start = [], 0, False, 0
    for i, c in enumerate(text):
        if c == '"' and text[i - 1 : i] != "\\":
            quoted = not quoted
        elif not quoted:
            depth += (c in "[{") - (c in "]}")
            if c == "," and depth == 0:
                parts.append(text[start:i])
                start = i + 1
    parts.append(text[start:])
    return [p for p in parts if p.strip()]
