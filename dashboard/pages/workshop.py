"""A workshop story: does it matter who sits with whom? Predict, try, reveal, debrief."""

from __future__ import annotations

import contextlib
import json
from typing import Any

from dash import html

from dashboard.address import Address
from dashboard.components import Hands, Slider
from dashboard.jobs import Jobs, QueueFull
from dashboard.language import N_, Words
from gfmd_sim.reports.words import design_name

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
SIZE_WORDS = (N_("4 to 5 seats"), N_("5 to 8 seats"), N_("8 to 12 seats"))
HOST_WORDS = (N_("no host"), N_("a host"), N_("a strict speakers' list"))
ANSWERS = (
    N_("Mixed tables bring more partnerships"),
    N_("Tables of one group bring more partnerships"),
    N_("It makes no difference worth having"),
)
STEPS = (N_("Predict"), N_("Try and reveal"), N_("Debrief"))
KEPT = ("theme", "hands", "mix", "size", "host")


def place(address: Address) -> tuple[int, int, int]:
    """Where the sliders are."""
    return (
        address.whole("mix", 0, 0, len(MIXES) - 1),
        address.whole("size", 1, 0, len(SIZES) - 1),
        address.whole("host", 1, 0, len(HOSTS) - 1),
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
    """The job that makes all answers ready."""
    values = {"scenario": SCENARIO, "seed": SEED, "baseline": BASELINE, "n": FULL,
              "places": every_place()}  # fmt: skip
    return jobs.start("rehearse", values, "idle")


def at_hand(jobs: Jobs, mix: int, size: int, host: int) -> dict[str, Any] | None:
    """The answer of a place, if it has been rehearsed."""
    ready = jobs.news(rehearsal(jobs)).answer or {}
    found: dict[str, Any] | None = ready.get(json.dumps(levers(mix, size, host), sort_keys=True))
    return found


def ask(jobs: Jobs, mix: int, size: int, host: int, n: int, lane: str) -> str:
    """The job that answers for a place with ``n`` replicates."""
    values = {"scenario": SCENARIO, "seed": SEED, "baseline": BASELINE, "n": n,
              "mine": levers(mix, size, host)}  # fmt: skip
    return jobs.start("story", values, lane)


def answer(jobs: Jobs, mix: int, size: int, host: int, n: int = FULL) -> dict[str, Any] | None:
    """What the simulator says of a place, waiting for it if need be; None while it is too busy."""
    found = at_hand(jobs, mix, size, host)
    if found is not None:
        return found
    news = jobs.wait(ask(jobs, mix, size, host, n, "quick"), 20.0)
    return news.answer if news.state == "done" else None


def hands(address: Address) -> list[int]:
    """The show of hands so far."""
    counts = [int(c) if c.isdecimal() else 0 for c in address.get("hands").split(".")]
    return [min(c, 9999) for c in (counts + [0] * len(ANSWERS))[: len(ANSWERS)]]


def draw(address: Address, words: Words, jobs: Jobs) -> list[Any]:
    """The page."""
    step = address.whole("step", 1, 1, len(STEPS))
    kept = address.only(*KEPT)
    steps = html.Ol(
        [
            html.Li(
                html.A(
                    f"{k}. {words(label)}",
                    href=str(kept.with_(step=k)),
                    **{"data-carry": ""},
                    **({"aria-current": "step"} if k == step else {}),
                )
            )
            for k, label in enumerate(STEPS, start=1)
        ],
        className="steps noprint",
    )
    with contextlib.suppress(QueueFull):
        rehearsal(jobs)
    body = {1: _predict, 2: _try, 3: _debrief}[step](address, words, jobs)
    following = (
        html.P(
            html.A(
                words("Go on"), href=str(kept.with_(step=step + 1)), className="button",
                **{"data-carry": ""},
            ),
            className="actions noprint",
        )
        if step < len(STEPS)
        else None
    )  # fmt: skip
    return [html.Div([steps, *body, following], className="story")]


def _predict(address: Address, words: Words, jobs: Jobs) -> list[Any]:
    return [
        html.H1(words("Does it matter who sits with whom?")),
        html.P(
            words(
                "64 delegates of four groups meet three times at tables of five to eight. Then the "
                "Summit votes, and those who trust one another found partnerships. Before the "
                "simulator speaks: what do you expect? Click once for every hand."
            ),
            className="lead",
        ),
        Hands(
            id="hands",
            answers=[words(a) for a in ANSWERS],
            counts=hands(address),
            words={"less": words("One hand less")},
        ),
    ]


def _try(address: Address, words: Words, jobs: Jobs) -> list[Any]:
    mix, size, host = place(address)
    return [
        html.Div(
            [
                html.Div(
                    [
                        html.P(words("Your design"), className="kicker"),
                        html.Div(
                            [
                                Slider(
                                    id="mix", name="mix", label=words("Who sits with whom"),
                                    value=mix,
                                    stops=[design_name(r, words.engine) for r in MIXES],
                                ),
                                Slider(
                                    id="size", name="size", label=words("Size of the tables"),
                                    value=size, stops=[words(s) for s in SIZE_WORDS],
                                ),
                                Slider(
                                    id="host", name="host", label=words("Facilitation"),
                                    value=host, stops=[words(h) for h in HOST_WORDS],
                                ),
                            ],
                            className="sliders",
                        ),
                        html.P(
                            words(
                                "Against: balanced tables of 5 to 8 with a host, on the same luck."
                            ),
                            className="soft",
                        ),
                    ]
                ),
                html.Div(
                    reveal((mix, size, host), words, jobs), id="reveal", className="reveal"
                ),
            ],
            className="two",
        )
    ]  # fmt: skip


def reveal(at: tuple[int, int, int], words: Words, jobs: Jobs) -> list[Any]:
    """What the simulator says of the sliders' place: at hand, or a quick estimate and then more."""
    from dashboard.components import Poll
    from dashboard.results import story_view

    found = at_hand(jobs, *at)
    if found is not None:
        return story_view(found, words)
    quick = answer(jobs, *at, n=QUICK)
    full = ask(jobs, *at, n=FULL, lane="runs")
    return [
        *story_view(quick, words),
        Poll(id="refine", job=full, version=-1, state="waiting", words={}, quiet=True),
    ]


def _debrief(address: Address, words: Words, jobs: Jobs) -> list[Any]:
    from dashboard.results import debrief_view

    mix, size, host = place(address)
    return debrief_view(answer(jobs, mix, size, host), words, hands(address), (mix, size, host))
