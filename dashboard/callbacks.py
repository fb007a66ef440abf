"""Callbacks translate; they do not think. What they call can be called without a browser."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from dash import Dash, Input, Output, State, html, no_update

from dashboard import offer, views
from dashboard.address import Address
from dashboard.language import PSEUDO, words
from dashboard.pages import compare, room, solutions, why, workshop

if TYPE_CHECKING:
    from dashboard.app import Settings
    from dashboard.jobs import Jobs

_DRAWING = threading.Lock()  # one drawing at a time: the others find it done


def page(href: str, settings: Settings, jobs: Jobs) -> Any:
    """The page at an address."""
    from gfmd_sim.errors import GfmdError

    address = Address.of(href, settings.language)
    if address.language == PSEUDO and not settings.is_pseudo:
        address = address.in_language(settings.language)
    said, own = words(address.language), settings.scenario
    draw = {
        "room": lambda: room.draw(address, said, own),
        "compare": lambda: compare.draw(address, said, own, jobs, settings.store is not None),
        "solutions": lambda: solutions.draw(address, said, own, jobs),
        "why": lambda: why.draw(address, said, own, jobs),
        "workshop": lambda: workshop.draw(address, said, jobs),
    }.get(address.page)
    if draw is None:
        parts: list[Any] = [
            html.H1(said("There is no such page")),
            html.P(html.A(said("To the Room"), href=f"/{address.language}/room")),
        ]
        return views.frame(address, said, said("There is no such page"), parts)
    try:
        parts = draw()
    except GfmdError as error:
        parts = [html.H1(said("This cannot be shown")), views.notice(str(error))]
    return views.frame(address, said, said(views.PAGES[address.page]), parts)


def results(job: str, href: str, settings: Settings, jobs: Jobs) -> Any:
    """What a job has found so far, or nothing new."""
    from dashboard.results import compare_view, comparison_of, remembered, solutions_view

    address = Address.of(href, settings.language)
    said = words(address.language)
    news = jobs.news(job)
    if news.answer is None:
        if news.is_over:
            return [
                html.H1(said("Nothing was found")),
                views.empty(said("The job ended before its first result.")),
            ]
        return no_update
    answer = news.answer
    if address.page == "why":
        from dashboard.results import evidence_view

        return evidence_view(answer, said)
    scenario = offer.scenario(offer.chosen(address.get("scenario"), settings.scenario))
    if address.page == "compare":
        key = ("compare", id(answer), said.code)
        report = f"/api/comparison?job={job}&language={said.code}&scenario={scenario.name}"
        with _DRAWING:
            made = remembered(
                key,
                lambda: (
                    answer,
                    compare_view(
                        comparison_of(answer, said), scenario, said, is_last=answer["is_last"],
                        report=report,
                    ),
                ),
            )  # fmt: skip
        return made[1]
    with _DRAWING:
        key = ("solutions", id(answer), said.code, address.get("roundtable"), job)
        report = f"/api/run?{address.only('scenario', 'rule', 'seed').with_(job=job, language=said.code).parameters}"
        made = remembered(
            key,
            lambda: (answer, solutions_view(answer, address, said, settings.scenario, report)),
        )
    return made[1]


def refined(job: str, href: str, settings: Settings, jobs: Jobs) -> Any:
    """The full answer to a place of the sliders, once it is there."""
    from dashboard.results import story_view

    news = jobs.news(job)
    if news.answer is None:
        return no_update
    return story_view(news.answer, words(Address.of(href, settings.language).language))


def register(app: Dash, settings: Settings, jobs: Jobs) -> None:
    """Wire the pages."""
    from dashboard.results import open_store

    open_store(settings.store)

    @app.callback(Output("root", "children"), Input("location", "href"), prevent_initial_call=True)
    def _page(href: str) -> Any:
        return page(href, settings, jobs)

    @app.callback(
        Output("results", "children"),
        Input("poll", "version"),
        Input("poll", "state"),
        State("poll", "job"),
        State("location", "href"),
        prevent_initial_call=True,
    )
    def _results(version: int, state: str, job: str, href: str) -> Any:
        return results(job, href, settings, jobs)

    @app.callback(
        Output("reveal", "children"),
        Input("mix", "value"),
        Input("size", "value"),
        Input("host", "value"),
        State("location", "href"),
        prevent_initial_call=True,
    )
    def _reveal(mix: int, size: int, host: int, href: str) -> Any:
        said = words(Address.of(href, settings.language).language)
        return workshop.reveal((mix, size, host), said, jobs)

    @app.callback(
        Output("reveal", "children", allow_duplicate=True),
        Input("refine", "version"),
        State("refine", "job"),
        State("location", "href"),
        prevent_initial_call=True,
    )
    def _refined(version: int, job: str, href: str) -> Any:
        return refined(job, href, settings, jobs)
