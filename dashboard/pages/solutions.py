"""Solutions and partnerships: what one design leads to, and where each point was lost."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard import offer
from dashboard.address import Address
from dashboard.components import Field, Poll, Results
from dashboard.jobs import QueueFull
from dashboard.settings import Visit
from dashboard.views import BUSY, JOB_WORDS, choice, empty, form, gone, notice, roster_choice
from gfmd_sim.reports.words import design_name


def job_values(address: Address, own: str, roster: str = "") -> dict[str, Any]:
    """What the workers are asked to do; ``roster`` is the file of an uploaded list."""
    values: dict[str, Any] = {
        "scenario": offer.chosen(address.get("scenario"), own),
        "levers": {},
        "seed": address.whole("seed", 1, 0, 2**31 - 1),
        "replicates": address.whole("replicates", 20, 1, 500),
    }
    if address.get("rule") in offer.rules():
        values["levers"]["seating.rule"] = address.get("rule")
    if roster:
        values["levers"]["population.roster"] = roster
    return values


def draw(visit: Visit) -> list[Any]:
    """The page."""
    address, words, own = visit.address, visit.words, visit.own
    name = offer.chosen(address.get("scenario"), own)
    settled, agenda = offer.scenario(name), offer.agenda(name)
    rule = address.get("rule") if address.get("rule") in offer.rules() else settled.seating.rule
    numbers = settled.roundtables
    roundtable = address.whole("roundtable", numbers[0], 1, 99)
    controls = form(
        address,
        [
            choice("scenario", words("Forum"), name,
                   [(n, offer.title(n, words)) for n in offer.names(own)]),
            choice("roundtable", words("Roundtable"),
                   str(roundtable if roundtable in numbers else numbers[0]),
                   [(str(n), f"{n} · {agenda[n].short_title.in_(words.engine)}")
                    for n in numbers]),
            choice("rule", words("Who sits with whom"), rule,
                   [(r, design_name(r, words.engine)) for r in offer.rules()]),
            Field(id="field-seed", name="seed", label=words("Luck"), kind="number", min=0,
                  max=2**31 - 1, value=address.whole("seed", 1, 0, 2**31 - 1), step=1),
            Field(id="field-replicates", name="replicates", label=words("Runs"), kind="number",
                  min=1, max=500, value=address.whole("replicates", 20, 1, 500), step=1),
        ],
        live=True,
    )  # fmt: skip
    own_list = html.Details(
        [html.Summary(words("Your own delegates")), roster_choice(address, words, visit.uploads)],
        className="noprint",
        open=bool(address.get("roster")),
    )
    title = html.H1(words("What comes of the Forum"))
    roster = visit.uploads.get(address.get("roster"))
    if address.get("roster") and roster is None:
        return [controls, title, gone(words), own_list]
    try:
        values = job_values(address, own, "" if roster is None else str(roster.path))
        job = visit.jobs.start("simulate", values, "runs")
    except QueueFull:
        return [
            controls,
            title,
            notice(words(BUSY)),
            own_list,
        ]
    return [
        controls,
        Poll(id="poll", job=job, version=-1, state="waiting", words=words.table(JOB_WORDS)),
        Results(
            children=[
                title,
                empty(words("The first run is on its way.")),
            ],
            id="results",
        ),
        own_list,
    ]
