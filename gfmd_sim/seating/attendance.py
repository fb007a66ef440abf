"""Who is there at which sitting: by consultation, by sitting, or both where they agree."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gfmd_sim.errors import SeatingError, Sentence
from gfmd_sim.seating.people import People
from gfmd_sim.seating.request import SeatingRequest
from gfmd_sim.seating.search.problem import BoolArray, IntArray

_SAME = Sentence("let attendance by consultation and by sitting say the same, or leave one out")


@dataclass(frozen=True)
class _Coming:
    """The consultations, from 1, that a delegate comes to, and the key that says so."""

    numbers: tuple[int, ...]
    key: str


def attendance(request: SeatingRequest, people: People) -> BoolArray:
    """Who is there, shape (n_sittings, n).

    The list says it in ``consultations`` and ``present``, the request in ``attends`` and ``absent``.

    Raises
    ------
    SeatingError
        If a consultation or a sitting is not there, if somebody comes to none, or if what is said by
        consultation and by sitting contradict each other.
    """
    sittings = request.n_sittings
    there = np.ones((sittings, len(people.entries)), dtype=np.bool_)
    for i, e in enumerate(people.entries):
        if not isinstance(e.present, bool):
            there[:, i] = [r + 1 in e.present for r in range(sittings)]
    for who, away in request.absent.items():
        for s in away:
            check_sitting(s, sittings, "absent")
        _, place = people.listed(who, "absent")
        if place is not None:
            there[[s - 1 for s in away] if away else slice(None), place] = False
    consultation = np.repeat(
        np.arange(1, 1 + len(request.by_consultation)), request.by_consultation
    )
    for i, coming in _coming(request, people).items():
        comes = np.isin(consultation, coming.numbers)
        _refuse_contradiction(people, i, coming, comes, there[:, i], consultation)
        there[:, i] &= comes
    return there


def check_sitting(sitting: int, sittings: int, key: str) -> None:
    """Refuse a sitting, from 1, that is not there."""
    if sitting > sittings:
        raise SeatingError(
            "there is no such sitting",
            key=key,
            given=sitting,
            allowed=Sentence("1 to {most}", most=sittings),
        )


def _coming(request: SeatingRequest, people: People) -> dict[int, _Coming]:
    """Those of whom it is said which consultations they come to, by place."""
    found = {
        i: _Coming(e.consultations, "consultations")
        for i, e in enumerate(people.entries)
        if e.consultations
    }
    for who, numbers in request.attends.items():
        entry, i = people.listed(who, "attends")
        if not numbers or entry.present is False:
            raise SeatingError(
                Sentence("{name} comes to no consultation", name=who)
                if not numbers
                else Sentence("{name} attends consultations and is not present", name=who),
                key="attends", given=_said(numbers) or None, allowed="one consultation or more",
                remedy="name the consultations in attends, or leave him out there and write 'no' in the "
                "list's column present",
            )  # fmt: skip
        if i is None:
            continue
        listed = found.get(i)
        if listed is not None and set(listed.numbers) != set(numbers):
            raise _refusal(
                people, i, "consultations",
                Sentence("the list and attends contradict each other on {name}", name=people.label(i)),
                given=Sentence("{one} and {other}", one=_said(listed.numbers), other=_said(numbers)),
                remedy=Sentence("correct one of them, or leave one out"),
            )  # fmt: skip
        found[i] = _Coming(numbers, "attends")
    each = request.by_consultation
    for i, coming in found.items():
        if not each:
            raise _refusal(
                people, i, coming.key,
                Sentence(
                    "{name} comes to some consultations, and which sittings these have is not said",
                    name=people.label(i),
                ),
                given=_said(coming.numbers),
                remedy=Sentence("give consultations: 2,2,2 (the sittings of each) in place of sittings"),
            )  # fmt: skip
        if max(coming.numbers) > len(each):
            raise _refusal(
                people, i, coming.key,
                Sentence(
                    "there is no consultation {number}, to which {name} is to come",
                    number=max(coming.numbers), name=people.label(i),
                ),
                given=_said(coming.numbers), allowed=Sentence("1 to {most}", most=len(each)),
                remedy=Sentence("correct the number, or ask for more consultations"),
            )  # fmt: skip
    return found


def _refuse_contradiction(
    people: People,
    i: int,
    coming: _Coming,
    comes: BoolArray,
    there: BoolArray,
    consultation: IntArray,
) -> None:
    """Refuse sittings outside the consultations attended, and consultations without a sitting."""
    present = people.entries[i].present
    said = f"{coming.key}: {_said(coming.numbers)}"
    if not isinstance(present, bool):
        for s in present:
            if s <= len(comes) and not comes[s - 1]:
                raise _refusal(
                    people, i, "present",
                    Sentence(
                        "{name} is present at sitting {sitting} and does not come to consultation {number}",
                        name=people.label(i), sitting=s, number=int(consultation[s - 1]),
                    ),
                    given=Sentence("{one} and {other}", one=f"present: {_said(present)}", other=said),
                    remedy=_SAME,
                )  # fmt: skip
    for number in coming.numbers:
        if not there[consultation == number].any():
            raise _refusal(
                people, i, coming.key,
                Sentence(
                    "{name} comes to consultation {number} and is away from all its sittings",
                    name=people.label(i), number=number,
                ),
                given=said, remedy=_SAME,
            )  # fmt: skip


def _refusal(
    people: People,
    i: int,
    key: str,
    problem: Sentence,
    *,
    given: str,
    remedy: Sentence,
    allowed: Sentence | None = None,
) -> SeatingError:
    """What is wrong with a delegate's attendance, with his line where a column says it."""
    in_list = key != "attends"
    return SeatingError(
        problem, given=given, allowed=allowed, remedy=remedy, key=key,
        file=people.roster.path if in_list else None, line=people.entries[i].line if in_list else None,
    )  # fmt: skip


def _said(numbers: tuple[int, ...]) -> str:
    return ", ".join(map(str, numbers))
