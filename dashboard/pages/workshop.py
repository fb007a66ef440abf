"""The Workshop: one story. Predict, try and reveal, debrief."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

from dash import Dash, Input, Output, State, html

from dashboard import story
from dashboard.address import Address
from dashboard.components import Hands, Poll, Presenter, Results, Slider
from dashboard.jobs import QueueFull
from dashboard.language import N_, Words
from dashboard.settings import Visit
from dashboard.views import JOB_WORDS, first_start
from dashboard.views.story import debrief_view, expected_view, story_view
from gfmd_sim.reports.words import design_name

STEPS = (N_("Predict"), N_("Try and reveal"), N_("Debrief"))
KEPT = ("theme", "hands", "mix", "size", "host", "shown")
PATIENCE = 0.3  # seconds in which a first estimate is worth waiting for before anything is drawn
KEYS = N_(
    "Keys: space or → go on, ← goes back, 1 to 3 count a hand (with shift one less), f fills the screen"
)
PRESENTER_WORDS = {
    "enter": N_("Full screen"),
    "leave": N_("Leave full screen"),
}  # fmt: skip


def draw(visit: Visit) -> list[Any]:
    """The page."""
    address, words = visit.address, visit.words
    step = address.whole("step", 1, 1, len(STEPS))
    with contextlib.suppress(QueueFull):
        story.rehearsal(visit.jobs)
    body = {1: _predict, 2: _try, 3: _debrief}[step](visit)
    return [html.Div([_steps(address, words, step), *body], className=f"story step-{step}")]


def _steps(address: Address, words: Words, step: int) -> Any:
    """Where one is, the way on and back, and the whole screen."""
    kept = address.only(*KEPT)
    back = {"data-back": ""}
    steps = [
        html.Li(
            html.A(
                f"{k}. {words(label)}",
                href=str(kept.with_(step=k)),
                **{"data-carry": ""},
                **(back if k == step - 1 else {}),
                **({"aria-current": "step"} if k == step else {}),
            )
        )
        for k, label in enumerate(STEPS, start=1)
    ]
    onwards = html.A(
        words("Go on"),
        href=str(revealed(address) if is_veiled(address) else kept.with_(step=step + 1)),
        className="button",
        **{"data-carry": "", "data-next": ""},
        **({"data-tried": str(step + 1)} if step == 2 else {}),  # there, once a slider was moved
    )
    return html.Div(
        [
            html.Ol(steps, className="steps"),
            html.P(words(KEYS), className="soft keys"),
            Presenter(id="presenter", words=words.table(PRESENTER_WORDS)),
            onwards if step < len(STEPS) else None,
        ],
        className="lead-through noprint",
    )


def is_veiled(address: Address) -> bool:
    """At the reveal nothing was revealed or tried yet: the room shall first remember what it expects."""
    tried = any(address.get(key) for key in ("mix", "size", "host", "shown"))
    return address.whole("step", 1, 1, len(STEPS)) == 2 and not tried


def revealed(address: Address) -> Address:
    """Where the answer is shown."""
    return address.only(*KEPT).with_(step=2, shown=1)


def register(app: Dash, visit: Callable[[str, str | None], Visit]) -> None:
    """The sliders, and the answer that follows an estimate.

    One callback for both, so that of two calls under way the browser takes the later one.
    """

    @app.callback(
        Output("reveal", "children"),
        Output("refine", "job"),
        Input("mix", "value"),
        Input("size", "value"),
        Input("host", "value"),
        Input("refine", "version"),
        State("location", "href"),
        State("location", "asker"),
        prevent_initial_call=True,
    )
    def _reveal(mix: int, size: int, host: int, _: int, href: str, asker: str | None) -> Any:
        return reveal((mix, size, host), visit(href, asker))


def results(visit: Visit, job: str, answer: Any) -> list[Any]:
    """The debrief sheet, once the answer is there."""
    return _sheet(visit, answer)


def _predict(visit: Visit) -> list[Any]:
    address, words = visit.address, visit.words
    return [
        html.H1(words("Does it matter who sits with whom?")),
        html.P(
            words(
                "64 delegates of four groups meet three times at tables of five to eight. Then the "
                "Summit votes, and people who trust each other form partnerships. Before the "
                "simulation answers: what do you expect? Click once for every raised hand."
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


def _try(visit: Visit) -> list[Any]:
    address, words = visit.address, visit.words
    mix, size, host = story.place(address)
    if is_veiled(address):
        answer = [expected_view(story.hands(address), str(revealed(address)), words)]
        job = ""
    else:
        answer, job = reveal((mix, size, host), visit)
    sliders = [
        Slider(
            id="mix", name="mix", label=words("Who sits with whom"), value=mix,
            stops=[design_name(r, words.engine) for r in story.MIXES],
        ),
        Slider(
            id="size", name="size", label=words("Size of the tables"), value=size,
            stops=[words(s) for s in story.SIZE_WORDS],
        ),
        Slider(
            id="host", name="host", label=words("Facilitation"), value=host,
            stops=[words(h) for h in story.HOST_WORDS],
        ),
    ]  # fmt: skip
    against = words("Against: balanced tables of 5 to 8 with a host, on the same luck.")
    return [
        html.Div(
            [
                html.Div(
                    [
                        html.H2(words("Your design")),
                        html.Div(sliders, className="sliders"),
                        html.P(against, className="soft"),
                    ]
                ),
                html.Div(
                    [
                        html.Div(answer, id="reveal"),
                        first_start(visit.jobs, words),
                        Poll(id="refine", job=job, version=0, state="waiting"),
                    ],
                    className="reveal",
                ),
            ],
            className="two",
        )
    ]


def reveal(at: tuple[int, int, int], visit: Visit) -> tuple[list[Any], str]:
    """What the simulator says of the sliders' place, and the job that knows more; "" if none does."""
    words, jobs, counts = visit.words, visit.jobs, story.hands(visit.address)
    found = story.at_hand(jobs, *at)
    if found is not None and found["n"] == story.FULL:
        return story_view(found, words, counts), ""
    try:
        job = story.ask(jobs, *at, visit.asker)
    except QueueFull:
        return story_view(found, words, counts), ""
    news = jobs.wait(job, 0.0 if found else PATIENCE, first=True)
    found = news.answer or found
    if news.is_over:
        return story_view(found, words, counts), ""
    if found is None:
        return [html.H1(words("The designs are running on the same luck"), id="headline")], job
    return story_view(found, words, counts), job


def _debrief(visit: Visit) -> list[Any]:
    address, words, jobs = visit.address, visit.words, visit.jobs
    place = story.place(address)
    found = story.at_hand(jobs, *place)
    if found is not None and found["n"] == story.FULL:
        return _sheet(visit, found)
    try:
        job = story.ask(jobs, *place)
    except QueueFull:
        return _sheet(visit, None)
    return [
        Poll(id="poll", job=job, version=-1, state="waiting", words=words.table(JOB_WORDS)),
        Results(children=_sheet(visit, None), id="results"),
    ]


def _sheet(visit: Visit, found: Any) -> list[Any]:
    """The debrief sheet; what the room was asked at first is answered too, where the sliders moved on."""
    address, jobs = visit.address, visit.jobs
    place, question = story.place(address), story.at_hand(jobs, *story.START)
    if place != story.START and (question is None or question["n"] < story.FULL):
        with contextlib.suppress(QueueFull):
            question = jobs.news(story.ask(jobs, *story.START)).answer
    return debrief_view(found, visit.words, story.hands(address), place, question)
