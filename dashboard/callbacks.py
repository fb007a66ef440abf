"""Callbacks translate; they do not think. What they call can be called without a browser."""

from __future__ import annotations

import traceback
from typing import Any

from dash import Dash, Input, Output, State, html, no_update

from dashboard import site
from dashboard.address import Address
from dashboard.jobs import Jobs
from dashboard.language import PSEUDO, words
from dashboard.pages import workshop
from dashboard.settings import Settings, Visit
from dashboard.uploads import Uploads
from dashboard.views import complaint, empty, notice
from dashboard.views.frame import frame


def visit_of(
    href: str, settings: Settings, jobs: Jobs, uploads: Uploads, asker: str | None = None
) -> Visit:
    """Who asks for what, from an address."""
    address = Address.of(href, settings.language)
    if address.language == PSEUDO and not settings.is_pseudo:
        address = address.in_language(settings.language)
    said = words(address.language)
    return Visit(address, said, settings, jobs, uploads, (asker or "")[:40])


def page(visit: Visit) -> Any:
    """The page at an address."""
    from gfmd_sim.errors import GfmdError

    said = visit.words
    titles = [(p.name, said(p.title)) for p in site.PAGES]
    found = site.BY_NAME.get(visit.address.page)
    if found is None:
        title = said("There is no such page")
        way = html.A(said("To the Room"), href=visit.address.to_page("room"), className="button")
        return frame(visit.address, said, title, [html.H1(title), empty(way)], titles)
    try:
        parts = found.draw(visit)
    except GfmdError as error:
        parts = [
            html.H1(said("This cannot be shown")),
            complaint(said.told(error, visit.uploads.named)),
        ]
    except Exception:  # ours: said where people look, told in full where the server was started
        traceback.print_exc()
        parts = [
            html.H1(said("This cannot be shown")),
            notice(said("Our mistake, not yours. What went wrong stands where the server runs.")),
        ]
    return frame(visit.address, said, said(found.title), parts, titles)


def results(job: str, visit: Visit) -> Any:
    """What a job has found so far, or nothing new."""
    said, news = visit.words, visit.jobs.news(job)
    found = site.BY_NAME.get(visit.address.page)
    if found is None or found.results is None:
        return no_update
    if news.answer is None:
        if not news.is_over:
            return no_update
        if news.error is not None:  # which stands above
            return [html.H1(said("This cannot be shown"))]
        return [
            html.H1(said("Nothing was found")),
            empty(said("The job ended before its first result.")),
        ]
    return found.results(visit, job, news.answer)


def register(app: Dash, settings: Settings, jobs: Jobs, uploads: Uploads) -> None:
    """Wire the pages."""

    def visit(href: str, asker: str | None = None) -> Visit:
        return visit_of(href, settings, jobs, uploads, asker)

    @app.callback(
        Output("root", "children"),
        Input("location", "href"),
        State("location", "asker"),
        prevent_initial_call=True,
    )
    def _page(href: str, asker: str | None) -> Any:
        return page(visit(href, asker))

    @app.callback(
        Output("results", "children"),
        Output("results", "data-state"),
        Input("poll", "version"),
        Input("poll", "state"),
        State("poll", "job"),
        State("location", "href"),
        prevent_initial_call=True,
    )
    def _results(version: int, state: str, job: str, href: str) -> Any:
        # asked for first: what is drawn under "done" is the last answer
        reached = jobs.news(job).state
        return results(job, visit(href)), reached

    workshop.register(app, visit)
