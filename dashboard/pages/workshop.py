"""The Workshop: one story. Predict, try and reveal, debrief."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

from dash import Dash, Input, Output, State, html, no_update

from dashboard import story
from dashboard.address import Address
from dashboard.components import Hands, Poll, Slider
from dashboard.jobs import Jobs, QueueFull
from dashboard.language import N_, Words
from dashboard.settings import Visit
from dashboard.views.story import debrief_view, story_view
from gfmd_sim.reports.words import design_name

STEPS = (N_("Predict"), N_("Try and reveal"), N_("Debrief"))
KEPT = ("theme", "hands", "mix", "size", "host")


def draw(visit: Visit) -> list[Any]:
    """The page."""
    address, words = visit.address, visit.words
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
        story.rehearsal(visit.jobs)
    body = {1: _predict, 2: _try, 3: _debrief}[step](address, words, visit.jobs)
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


def register(app: Dash, visit: Callable[[str], Visit]) -> None:
    """The sliders, and the answer that follows an estimate."""

    @app.callback(
        Output("reveal", "children"),
        Input("mix", "value"),
        Input("size", "value"),
        Input("host", "value"),
        State("location", "href"),
        prevent_initial_call=True,
    )
    def _reveal(mix: int, size: int, host: int, href: str) -> Any:
        there = visit(href)
        return reveal((mix, size, host), there.words, there.jobs)

    @app.callback(
        Output("reveal", "children", allow_duplicate=True),
        Input("refine", "version"),
        State("refine", "job"),
        State("location", "href"),
        prevent_initial_call=True,
    )
    def _refined(version: int, job: str, href: str) -> Any:
        return refined(job, visit(href))


def refined(job: str, visit: Visit) -> Any:
    """The full answer to a place of the sliders, once it is there."""
    answer = visit.jobs.news(job).answer
    return no_update if answer is None else story_view(answer, visit.words)


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
            answers=[words(a) for a in story.ANSWERS],
            counts=story.hands(address),
            words={"less": words("One hand less")},
        ),
    ]


def _try(address: Address, words: Words, jobs: Jobs) -> list[Any]:
    mix, size, host = story.place(address)
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
                                    stops=[design_name(r, words.engine) for r in story.MIXES],
                                ),
                                Slider(
                                    id="size", name="size", label=words("Size of the tables"),
                                    value=size, stops=[words(s) for s in story.SIZE_WORDS],
                                ),
                                Slider(
                                    id="host", name="host", label=words("Facilitation"),
                                    value=host, stops=[words(h) for h in story.HOST_WORDS],
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
    found = story.at_hand(jobs, *at)
    if found is not None:
        return story_view(found, words)
    quick = story.answer(jobs, *at, n=story.QUICK)
    full = story.ask(jobs, *at, n=story.FULL, lane="runs")
    return [
        *story_view(quick, words),
        Poll(id="refine", job=full, version=-1, state="waiting", words={}, quiet=True),
    ]


def _debrief(address: Address, words: Words, jobs: Jobs) -> list[Any]:
    mix, size, host = story.place(address)
    return debrief_view(
        story.answer(jobs, mix, size, host), words, story.hands(address), (mix, size, host)
    )
