"""Options of ``seat`` as keys of a request: one grammar for ids, tables and sittings."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gfmd_sim.errors import UserError
from gfmd_sim.scenario.roster import numbers_in
from gfmd_sim.seating.request import SeatingRequest, read_request, request_of

MOST = 9999
"""The largest number that a list in an option may hold; what there are so many of is asked later."""
_SEAT = re.compile(
    r"(?P<who>.+?)\s*=\s*(?P<table>\d{1,4})(?:\s*@\s*(?P<sittings>[\d\s,;|\u2013-]+))?"
)


def request_from(constraints: Path | None, given: Mapping[str, Any]) -> SeatingRequest:
    """The request of a YAML file and options; lists in options add to the file's.

    Raises
    ------
    UserError
        For a word that cannot be read.
    """
    options = options_from(given)
    return request_of(options) if constraints is None else read_request(constraints, options)


def options_from(given: Mapping[str, Any]) -> dict[str, Any]:
    """What was given, as keys of a request; ``given``: parameters of a command by name.

    Raises
    ------
    UserError
        For a word that cannot be read.
    """
    found: dict[str, Any] = {}
    if (text := given.get("table_size")) is not None:
        found |= _sizes(text)
    for key in ("sittings", "consultations", "tables"):
        if given.get(key) is not None:
            found[key] = given[key]
    if (text := given.get("balance")) is not None:
        found["balance"] = weights_of(text)
    for key in ("apart", "together"):
        if given.get(key):
            found[f"keep_{key}"] = [ids_of(text) for text in given[key]]
        if given.get(f"{key}_by"):
            found[f"keep_{key}_by"] = [c for text in given[f"{key}_by"] for c in ids_of(text)]
    seats = [_seat(t, "--fix", False) for t in given.get("fix") or ()]
    seats += [_seat(t, "--host", True) for t in given.get("host") or ()]
    if seats:
        found["fixed"] = seats
    if given.get("capacity"):
        found["capacity"] = dict(_pair(text, "--capacity") for text in given["capacity"])
    if given.get("shared_language"):
        found["shared_language"] = True
    for key, name, example in (
        ("attends", "attends", "ID=CONSULTATIONS: D009=1,3"),
        ("absent", "away", "ID=SITTINGS: D009=3-4"),
    ):
        if given.get(name):
            found[key] = _numbers_by_delegate(given[name], f"--{name}", example)
    if given.get("across") is not None:
        found["encounters"] = {"across": given["across"]}
    lock, lock_sittings = given.get("lock"), given.get("lock_sittings")
    if lock is not None:
        chosen = numbers_of(lock_sittings, "--lock-sittings") if lock_sittings else []
        found["lock"] = {"plan": str(lock), "sittings": chosen}
    elif lock_sittings is not None:
        raise UserError(
            "there is no plan to lock seats of", key="--lock-sittings", given=lock_sittings,
            remedy="name it with --lock",
        )  # fmt: skip
    return found


def ids_of(text: str) -> list[str]:
    """``D001, D002`` as a list."""
    return [part.strip() for part in re.split(r"[,|]", text) if part.strip()]


def numbers_of(text: str, key: str) -> list[int]:
    """``1-3,5`` as numbers.

    Raises
    ------
    UserError
        If it is none.
    """
    found = numbers_in(text, MOST)
    if not found:
        raise UserError(
            "no list of numbers", key=key, given=text, allowed="numbers from 1, such as 1-3,5"
        )
    return list(found)


def weights_of(text: str) -> dict[str, float]:
    """``group:2,region`` as weights.

    Raises
    ------
    UserError
        If a weight is no number.
    """
    found: dict[str, float] = {}
    for part in ids_of(text):
        name, colon, weight = part.rpartition(":") if ":" in part else (part, "", "1")
        try:
            found[name.strip()] = float(weight)
        except ValueError:
            raise UserError(
                "a weight is no number", key="--balance", given=part,
                allowed="columns, each with a weight if you like: group:2,region",
            ) from None  # fmt: skip
    return found


def _sizes(text: str) -> dict[str, Any]:
    if "," not in text:
        return {"table_size": text}
    try:
        return {"sizes": [int(part) for part in text.split(",")]}
    except ValueError:
        raise UserError(
            "no list of table sizes", key="--table-size", given=text,
            allowed="5-8, one size, or every table's size: 8,8,7,6",
        ) from None  # fmt: skip


def _seat(text: str, key: str, host: bool) -> dict[str, Any]:
    match = _SEAT.fullmatch(text.strip())
    if match is None:
        raise UserError(
            "no seat", key=key, given=text, allowed="ID=TABLE, or ID=TABLE@SITTINGS: D001=3@1-2"
        )
    sittings = numbers_of(match["sittings"], key) if match["sittings"] else []
    return {"delegate": match["who"], "table": int(match["table"]), "sittings": sittings,
            "host": host}  # fmt: skip


def _pair(text: str, key: str) -> tuple[int, int]:
    match = re.fullmatch(r"\s*(\d{1,4})\s*=\s*(\d{1,4})\s*", text)
    if match is None:
        raise UserError("no capacity", key=key, given=text, allowed="TABLE=SEATS, such as 3=6")
    return int(match[1]), int(match[2])


def _numbers_by_delegate(texts: Sequence[str], key: str, allowed: str) -> dict[str, list[int]]:
    """``D009=3-4`` as numbers by delegate; what several say of one is put together."""
    found: dict[str, set[int]] = {}
    for text in texts:
        who, equals, numbers = text.rpartition("=")
        if not equals or not who.strip():
            raise UserError("no delegate and numbers", key=key, given=text, allowed=allowed)
        found.setdefault(who.strip(), set()).update(numbers_of(numbers, key))
    return {who: sorted(numbers) for who, numbers in found.items()}
