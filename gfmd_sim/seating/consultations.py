"""How the sittings of a plan fall into consultations: a number of them, or the sittings of each."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from gfmd_sim.errors import Sentence
from gfmd_sim.language import N_
from gfmd_sim.seating.search.problem import MAX_SITTINGS

FORUM = (2, 2, 2)
"""Sittings of each consultation where nothing is said: the Forum's."""
SITTINGS_EACH = 2
"""Sittings of a consultation where only the number of consultations is said."""


def given(value: Any) -> Any:
    """What a file or an option says: a number of consultations, or the sittings of each.

    >>> given("2,2,1"), given([2, 2, 1]), given("3"), given(3)
    ((2, 2, 1), (2, 2, 1), 3, 3)

    Raises
    ------
    ValueError
        If it is neither.
    """
    parts = re.split(r"[,|]", value) if isinstance(value, str) else value
    is_number = not isinstance(parts, list | tuple) or (isinstance(value, str) and len(parts) == 1)
    parts = list(parts) if isinstance(parts, list | tuple) else [parts]
    if not parts or not all(re.fullmatch(r"\s*0*[1-9]\d{0,3}\s*", str(part)) for part in parts):
        raise ValueError(
            N_("neither a number of consultations nor the sittings of each, such as 2,2,2")
        )
    whole = tuple(int(part) for part in parts)
    return whole[0] if is_number else whole


_Number = Annotated[int, Field(ge=1, le=MAX_SITTINGS)]
Consultations = Annotated[_Number | tuple[_Number, ...], BeforeValidator(given)]
"""A number of consultations, or the sittings of each."""


def sittings_of_each(asked: int | tuple[int, ...] | None, sittings: int | None) -> tuple[int, ...]:
    """Sittings of each consultation; empty where only sittings are spoken of.

    >>> sittings_of_each(3, None), sittings_of_each(3, 9), sittings_of_each((2, 1), None)
    ((2, 2, 2), (3, 3, 3), (2, 1))
    >>> sittings_of_each(None, 6), sittings_of_each(None, None)
    ((), (2, 2, 2))
    """
    if asked is None:
        return FORUM if sittings is None else ()
    if isinstance(asked, int):
        return (SITTINGS_EACH if sittings is None else sittings // asked,) * asked
    return asked


def refuse_contradiction(asked: int | tuple[int, ...] | None, sittings: int | None) -> None:
    """Refuse consultations that are not as many sittings as are asked for, or too many.

    Raises
    ------
    ValueError
        With the key that it is of in front.
    """
    each = sittings_of_each(asked, sittings)
    if isinstance(asked, int) and sittings is not None and sittings % asked:
        raise ValueError(
            Sentence(
                "consultations: {n} of them do not share {sittings} sittings evenly; write the "
                "sittings of each instead, such as 2,2,1",
                n=asked, sittings=sittings,
            )
        )  # fmt: skip
    if each and sittings is not None and sum(each) != sittings:
        raise ValueError(
            Sentence(
                "sittings and consultations contradict each other: {sittings}, and {each} make "
                "{together}; one of the two is enough",
                sittings=sittings, each=" + ".join(map(str, each)), together=sum(each),
            )
        )  # fmt: skip
    if sum(each) > MAX_SITTINGS:
        raise ValueError(
            Sentence(
                "consultations have {n} sittings together; {most} is the most",
                n=sum(each), most=MAX_SITTINGS,
            )
        )  # fmt: skip
