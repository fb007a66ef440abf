"""The workshop's story "Does it matter who sits with whom?": its designs, and its answers at hand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.address import Address
from dashboard.jobs import Jobs
from dashboard.language import N_
from gfmd_sim.experiments.compare import MATTERS, UNTOLD

SCENARIO = "four-groups"
SEED = 2025
FULL, QUICK = 100, 6  # replicates: the answer, and the estimate until it is there
BASELINE: dict[str, Any] = {
    "seating.rule": "balanced",
    "seating.table_size": [5, 8],
    "discussion.facilitation": 0.3,
}
MIXES = ("caucus", "caucus_first", "random", "balanced")
SIZES = ([4, 5], [5, 8], [8, 12])
HOSTS = (0.0, 0.3, 0.8)
START = (0, 1, 1)  # where the sliders are at first
SIZE_WORDS = (N_("4 to 5 seats"), N_("5 to 8 seats"), N_("8 to 12 seats"))
HOST_WORDS = (N_("no host"), N_("a host"), N_("a strict speakers' list"))
ANSWERS = (
    N_("Mixed tables bring more partnerships"),
    N_("Tables of one group bring more partnerships"),
    N_("It makes no difference worth having"),
)
MIXED, ALIKE, NO_DIFFERENCE = range(len(ANSWERS))
RIGHT, DIRECTION, OPEN, WRONG = "right", "direction", "open", "wrong"  # what a guess turned out


def place(address: Address) -> tuple[int, int, int]:
    """Where the sliders are."""
    mix, size, host = START
    return (
        address.whole("mix", mix, 0, len(MIXES) - 1),
        address.whole("size", size, 0, len(SIZES) - 1),
        address.whole("host", host, 0, len(HOSTS) - 1),
    )


def levers(mix: int, size: int, host: int) -> dict[str, Any]:
    """The design that the sliders name."""
    return {
        "seating.rule": MIXES[mix],
        "seating.table_size": list(SIZES[size]),
        "discussion.facilitation": HOSTS[host],
    }


def every_place() -> list[dict[str, Any]]:
    """All designs, those near the start first."""
    found = [
        (abs(s - 1) + abs(h - 1), levers(m, s, h))
        for m in range(len(MIXES))
        for s in range(len(SIZES))
        for h in range(len(HOSTS))
    ]
    return [one for _, one in sorted(found, key=lambda pair: pair[0])]


def rehearsal(jobs: Jobs) -> str:
    """The job that makes all answers ready: an estimate of each, then each in full."""
    values = {"scenario": SCENARIO, "seed": SEED, "baseline": BASELINE, "n": [QUICK, FULL],
              "places": every_place()}  # fmt: skip
    return jobs.start("rehearse", values, "idle")


def at_hand(jobs: Jobs, mix: int, size: int, host: int) -> dict[str, Any] | None:
    """The answer of a place, or the estimate of it, if it has been rehearsed."""
    ready = jobs.news(rehearsal(jobs)).answer or {}
    found: dict[str, Any] | None = ready.get(json.dumps(levers(mix, size, host), sort_keys=True))
    return found


def ask(jobs: Jobs, mix: int, size: int, host: int, asker: str = "") -> str:
    """The job that answers for a place: an estimate from ``QUICK`` replicates, then from ``FULL``.

    Of what one ``asker`` asks only the last is answered.
    """
    values = {"scenario": SCENARIO, "seed": SEED, "baseline": BASELINE, "n": [QUICK, FULL],
              "mine": levers(mix, size, host)}  # fmt: skip
    return jobs.start("story", values, "quick", asker)


def hands(address: Address) -> list[int]:
    """The show of hands so far."""
    counts = [int(c) if c.isdecimal() else 0 for c in address.get("hands").split(".")]
    return [min(c, 9999) for c in (counts + [0] * len(ANSWERS))[: len(ANSWERS)]]


def leading(counts: Sequence[int]) -> list[int]:
    """The answers with most hands; none without a hand."""
    return [k for k, c in enumerate(counts) if c == max(counts) > 0]


def turned_out(effect: Mapping[str, Any], guess: int) -> str:
    """What became of a guess, by the effect of tables of one group (``START``) on partnerships.

    An interval beside zero settles the direction, also where it leaves open whether that matters.
    """
    side = MIXED if effect["high"] < 0 else ALIKE if effect["low"] > 0 else None
    if effect["verdict"] not in UNTOLD:
        return (
            RIGHT if guess == (side if effect["verdict"] == MATTERS else NO_DIFFERENCE) else WRONG
        )
    if side is None or guess == NO_DIFFERENCE:
        return OPEN
    return DIRECTION if guess == side else WRONG
