"""The designs that Compare's URL names, and what they are called."""

from __future__ import annotations

from typing import Any

from dashboard import offer
from dashboard.address import Address
from dashboard.language import N_, Words
from dashboard.levers import LEVERS, lever_value
from gfmd_sim.reports.words import design_name

FIRST = ("balanced", "random", "caucus", "like_minded", "fixed")
MOST, LEAST = 5, 2
SIZES = ("4-5", "5-5", "5-8", "6-6", "8-8", "8-12")
MORE = {  # the rest of the levers: name in the URL -> label, values offered
    "size": (N_("Seats a table"), SIZES),
    "sittings": (N_("Sittings a consultation"), ("1", "2", "3", "4")),
    "host": (N_("Facilitation"), ("0", "0.3", "0.5", "0.8")),
    "note": (N_("Points a note keeps"), ("0", "5", "10", "20")),
    "interpretation": (N_("Interpretation"), ("0", "0.5", "1")),
    "turnover": (N_("Turnover"), ("0", "0.2", "0.5")),
}


def n_designs(address: Address) -> int:
    """How many designs are compared."""
    return address.whole("n", 3, LEAST, MOST)


def designs(address: Address) -> list[dict[str, Any]]:
    """The designs that the URL names: label and levers, the first the baseline.

    Raises
    ------
    ValueError
        If a value is no number where one is wanted.
    """
    out: list[dict[str, Any]] = []
    for k in range(1, n_designs(address) + 1):
        rule = address.get(f"rule{k}", FIRST[k - 1])
        if rule not in offer.rules():
            rule = FIRST[k - 1]
        parts, levers = [rule], {"seating.rule": rule}
        for key in MORE:
            text = address.get(f"{key}{k}")
            if text:
                levers[LEVERS[key]] = lever_value(key, text)
                parts.append(f"{key}={text}")
        label = ", ".join(parts)
        if any(d["levers"] == levers for d in out):
            label += f" ({k})"
        out.append({"label": label, "levers": levers})
    return out


def label_in_words(label: str, words: Words) -> str:
    """A design's label as people read it; a rule alone stays, the simulator has words for it."""
    parts = label.split(", ")
    if len(parts) == 1:
        return label
    out = [design_name(parts[0], words.engine)]
    for part in parts[1:]:
        key, _, value = part.partition("=")
        out.append(f"{words(MORE[key][0]).lower()} {value}" if key in MORE else part)
    return ", ".join(out)


def job_values(address: Address, own: str) -> dict[str, Any]:
    """What the workers are asked to do."""
    return {
        "scenario": offer.chosen(address.get("scenario"), own),
        "designs": designs(address),
        "replicates": address.whole("replicates", 100, 4, 5000),
        "seed": address.whole("seed", 0, 0, 2**31 - 1),
        "until_clear": address.get("until") == "1",
        "luck_only": address.get("luck") == "1",
    }
