"""Levers in a URL: short names, and values held within what may stand there."""

from __future__ import annotations

from typing import Any

MAX_SEED = 2**31 - 1

LEVERS = {  # short name in the URL -> parameter
    "rule": "seating.rule",
    "size": "seating.table_size",
    "sittings": "process.n_sittings",
    "host": "discussion.facilitation",
    "note": "note.capacity",
    "interpretation": "discussion.interpretation",
    "turnover": "population.turnover",
}


def levers_of(args: Any) -> dict[str, Any]:
    """The levers that a query sets.

    Raises
    ------
    ValueError
        If a value is no number where one is wanted.
    """
    return {LEVERS[key]: lever_value(key, args.get(key)) for key in LEVERS if args.get(key)}


def lever_value(key: str, text: str) -> Any:
    """A lever's value from the URL: ``5-8`` is a range of sizes."""
    if key == "rule":
        if not text.replace("_", "").isalnum() or len(text) > 40:
            raise ValueError("no such rule")
        return text
    if key == "size":
        low, _, high = text.partition("-")
        return [whole_number(low), whole_number(high or low)]
    if key in ("sittings", "note"):
        return whole_number(text)
    return float(text)


def whole_number(text: str) -> int:
    """A whole number from 0 to ``MAX_SEED``.

    Raises
    ------
    ValueError
        If it is none.
    """
    value = int(text)
    if not 0 <= value <= MAX_SEED:
        raise ValueError(f"{value} is out of range")
    return value
