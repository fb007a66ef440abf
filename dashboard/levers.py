"""Levers in a URL: short names, and values held within what may stand there."""

from __future__ import annotations

from typing import Any

from gfmd_sim.errors import Sentence, UserError

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
    UserError
        If a value is no number where one is wanted.
    """
    return {LEVERS[key]: lever_value(key, args.get(key)) for key in LEVERS if args.get(key)}


def lever_value(key: str, text: str) -> Any:
    """A lever's value from the URL: ``5-8`` is a range of sizes."""
    if key == "rule":
        if not text.replace("_", "").isalnum() or len(text) > 40:
            raise UserError("there is no such rule of seating", given=text)
        return text
    if key == "size":
        low, _, high = text.partition("-")
        return [whole_number(low), whole_number(high or low)]
    if key in ("sittings", "note"):
        return whole_number(text)
    try:
        return float(text)
    except ValueError:
        raise UserError("this is not a number", given=text, key=LEVERS[key]) from None


def whole_number(text: str) -> int:
    """A whole number from 0 to ``MAX_SEED``.

    Raises
    ------
    UserError
        If it is none.
    """
    value = int(text) if text.isdecimal() and len(text) <= 10 else -1
    if not 0 <= value <= MAX_SEED:
        raise UserError(
            "this is not a whole number that can stand here", given=text,
            allowed=Sentence("{low} to {high}", low=0, high=MAX_SEED),
        )  # fmt: skip
    return value
