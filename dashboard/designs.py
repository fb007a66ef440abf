"""The designs that Compare's URL names, and what they are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard import offer
from dashboard.address import Address
from dashboard.language import N_, Words
from dashboard.levers import LEVERS, lever_value
from gfmd_sim.errors import Sentence, UserError
from gfmd_sim.reports.words import design_name
from gfmd_sim.scenario.files import with_levers
from gfmd_sim.scenario.schema import Scenario

FIRST = ("balanced", "random", "caucus", "like_minded", "fixed")
MOST, LEAST = 5, 2
MORE = {  # the rest of the levers: name in the URL -> label, values offered
    "size": (N_("Seats a table"), ("4-5", "5-5", "5-8", "6-6", "8-8", "8-12")),
    "sittings": (N_("Sittings a consultation"), ("1", "2", "3", "4")),
    "host": (N_("Facilitation"), ("0", "0.3", "0.5", "0.8")),
    "note": (N_("Points a note keeps"), ("0", "5", "10", "20")),
    "interpretation": (N_("Interpretation"), ("0", "0.5", "1")),
    "turnover": (N_("Turnover"), ("0", "0.2", "0.5")),
}
FILE = "file"  # marks a design that is a scenario of its own in a label
_WORDS_OF_A_SCENARIO = ("name", "question")  # what says nothing about what happens


def n_designs(address: Address) -> int:
    """How many designs are compared."""
    return address.whole("n", 3, LEAST, MOST)


def baseline(address: Address) -> int:
    """Which of them the others are held against, counted from 1."""
    return address.whole("base", 1, 1, n_designs(address))


def rule_of(address: Address, k: int) -> str:
    """Who sits with whom in design ``k``; empty: as its file says."""
    rule = address.get(f"rule{k}", "" if file_of(address, k) else FIRST[k - 1])
    if rule in offer.rules():
        return rule
    return "" if file_of(address, k) else FIRST[k - 1]


def file_of(address: Address, k: int) -> str:
    """The scenario that design ``k`` is taken from, empty where it is the Forum compared."""
    name = address.get(f"file{k}")
    return name if name in offer.shipped() else ""


def designs(address: Address, own: str) -> list[dict[str, Any]]:
    """The designs that the URL names: label and levers.

    Raises
    ------
    UserError
        If a value is no number where one is wanted, a scenario differs from the Forum in more than
        parameters, or two designs are the same.
    """
    out: list[dict[str, Any]] = []
    for k in range(1, n_designs(address) + 1):
        one = one_design(address, own, k)
        same = next((i for i, d in enumerate(out, 1) if d["levers"] == one["levers"]), None)
        if same is not None:
            raise UserError(
                "two designs are the same",
                given=Sentence("{one} and {other}", one=same, other=k),
                remedy="change one of them",
            )
        out.append(one)
    return out


def one_design(address: Address, own: str, k: int) -> dict[str, Any]:
    """Design ``k``, counted from 1; raises as :func:`designs`."""
    parts: list[str] = []
    levers: dict[str, Any] = {}
    if file := file_of(address, k):
        base = offer.scenario(offer.chosen(address.get("scenario"), own))
        levers |= differences(base, offer.scenario(file))
        parts.append(f"{FILE}={file}")
    if rule := rule_of(address, k):
        levers["seating.rule"] = rule
        parts.append(rule)
    for key in MORE:
        text = address.get(f"{key}{k}")
        if text:
            levers[LEVERS[key]] = lever_value(key, text)
            parts.append(f"{key}={text}")
    return {"label": ", ".join(parts), "levers": levers}


def differences(base: Scenario, other: Scenario) -> dict[str, Any]:
    """The parameters, by path, that make ``other`` of ``base``.

    Raises
    ------
    UserError
        If parameters alone do not.
    """
    wanted = other.model_dump(mode="json", exclude=set(_WORDS_OF_A_SCENARIO))
    found = _different(base.model_dump(mode="json", exclude=set(_WORDS_OF_A_SCENARIO)), wanted)
    made = with_levers(base, found).model_dump(mode="json", exclude=set(_WORDS_OF_A_SCENARIO))
    if made != wanted:
        raise UserError(
            "this scenario is not a design of the same Forum", given=other.name,
            remedy="choose it as the Forum itself, or compare it with scenarios of its kind",
        )  # fmt: skip
    return found


def _different(a: Mapping[str, Any], b: Mapping[str, Any], path: str = "") -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key in b:
        if a.get(key) == b[key]:
            continue
        if isinstance(a.get(key), dict) and isinstance(b[key], dict):
            out |= _different(a[key], b[key], f"{path}{key}.")
        else:
            out[f"{path}{key}"] = b[key]
    return out


def label_in_words(label: str, words: Words) -> str:
    """A design's label as people read it; a rule alone stays, the simulator has words for it."""
    parts = label.split(", ")
    if len(parts) == 1 and "=" not in label:
        return label
    out = []
    for part in parts:
        key, _, value = part.partition("=")
        if key == FILE:
            title = offer.title(value, words)
            out.append(f"{title[:1].lower()}{title[1:]}")
        elif key in MORE:
            out.append(f"{words(MORE[key][0]).lower()} {value}")
        else:
            out.append(design_name(part, words.engine))
    return ", ".join(out)


def job_values(address: Address, own: str, roster: str = "") -> dict[str, Any]:
    """What the workers are asked to do; ``roster`` is the file of an uploaded list."""
    found = designs(address, own)
    values: dict[str, Any] = {
        "scenario": offer.chosen(address.get("scenario"), own),
        "designs": found,
        "baseline": found[baseline(address) - 1]["label"],
        "replicates": address.whole("replicates", 100, 4, 5000),
        "seed": address.whole("seed", 0, 0, 2**31 - 1),
        "until_clear": address.get("until") == "1",
        "luck_only": address.get("luck") == "1",
    }
    if roster:
        values["levers"] = {"population.roster": roster}
    return values
