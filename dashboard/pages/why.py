"""Why believe it: where each number comes from, and what is not claimed."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

from dash import html

from dashboard import offer
from dashboard.components import Poll, Results
from dashboard.jobs import Jobs, QueueFull
from dashboard.language import Engine, Words
from dashboard.memory import MEMORY
from dashboard.settings import Visit
from dashboard.views import BUSY, JOB_WORDS, choice, csv_link, form, notice, table
from dashboard.views.evidence import evidence_view
from gfmd_sim.reports.assumptions import AssumptionRow, Room, assumptions
from gfmd_sim.reports.page import caveats


def draw(visit: Visit) -> list[Any]:
    """The page."""
    address, words, own, jobs = visit.address, visit.words, visit.own, visit.jobs
    name = offer.chosen(address.get("scenario"), own)
    rooms = _rooms(name, words.engine)
    n = sum(len(room.rows) for room in rooms)
    assumed = sum(room.n_assumed for room in rooms)
    parts: list[Any] = [
        form(
            address,
            [
                choice("scenario", words("Forum"), name,
                       [(s, offer.title(s, words)) for s in offer.names(own)])
            ],
            live=True,
        ),
        html.H1(
            words.many(
                "{assumed} of the {n} parameter rests on an assumption, and says so",
                "{assumed} of the {n} parameters rest on an assumption, and say so",
                n,
                assumed=words.number(assumed, 0),
            )
        ),
        html.P(
            words(
                "What no data support is drawn from its plausible range in a comparison, the same "
                "for all designs, and the intervals say so."
            ),
            className="lead",
        ),
        html.H2(words("What is not claimed")),
        html.Ul([html.Li(c) for c in caveats(words.engine)], className="points"),
    ]  # fmt: skip
    parts += _checks(words, jobs)
    parts.append(html.H2(words("Every parameter, with its source")))
    key = ("parameters", name, words.code)
    parts += MEMORY.get(key, rooms, lambda: _parameters(rooms, words))
    return parts


def _parameters(rooms: Sequence[Room], words: Words) -> list[Any]:
    """Room by room, one click away."""
    header = [words("Parameter"), words("Value"), words("Unit"), words("Plausible"),
              words("Who decides"), words("Source")]  # fmt: skip
    parts = []
    for k, room in enumerate(rooms):
        rows = [_cells(r, words) for r in room.rows]
        plain = [[r.path, r.value, r.unit, r.plausible, r.holder, r.source] for r in room.rows]
        about = words.many(
            "{room}: {parameters} parameters, {n} assumption",
            "{room}: {parameters} parameters, {n} assumptions",
            room.n_assumed,
            room=room.name,
            parameters=words.number(len(room.rows), 0),
        )
        file = csv_link(f"parameters-{k + 1}", header, plain, words)
        parts.append(html.Details([html.Summary(about), table(header, rows, 99, room.name), file]))
    return parts


@functools.lru_cache(maxsize=32)
def _rooms(name: str, language: Engine) -> list[Room]:
    return assumptions(offer.scenario(name), language)


def results(visit: Visit, job: str, answer: Any) -> list[Any]:
    """The checks, once they are there."""
    return evidence_view(answer, visit.words)


def _checks(words: Words, jobs: Jobs) -> list[Any]:
    """The oracles and patterns, run on this very machine."""
    head: list[Any] = [
        html.H2(words("Held against theory and data")),
        html.P(
            words(
                "Where theory knows the answer, the model must give it; where people were observed, "
                "it must show the same; variants that should fail must fail. All of it was run on "
                "this machine."
            )
        ),
    ]
    try:
        job = jobs.start("evidence", {}, "idle")
    except QueueFull:
        return [*head, notice(words(BUSY))]
    news = jobs.news(job)
    if news.state == "done":
        return [*head, *evidence_view(news.answer, words)]
    said = {**words.table(JOB_WORDS), "count": words("part {done} of {total}, about {left} s left")}
    return [
        *head,
        Poll(id="poll", job=job, version=-1, state="waiting", words=said),
        Results(id="results"),
    ]


def _cells(row: AssumptionRow, words: Words) -> list[Any]:
    source = {"text": row.source, "badge": words("assumption") if row.is_assumed else ""}
    meaning = {"text": row.meaning, "small": row.path}
    return [meaning, row.value, row.unit, row.plausible, row.holder, source]
