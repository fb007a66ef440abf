"""Compare: two to five designs on the same luck."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard import offer
from dashboard.address import Address
from dashboard.components import Field, Form, Poll
from dashboard.designs import FIRST, LEAST, MORE, MOST, job_values, n_designs
from dashboard.jobs import QueueFull
from dashboard.language import Words
from dashboard.memory import MEMORY
from dashboard.settings import Visit
from dashboard.views import JOB_WORDS, choice, empty, notice
from dashboard.views.compare import compare_view, comparison_of
from gfmd_sim.reports.words import design_name


def draw(visit: Visit) -> list[Any]:
    """The page."""
    address, words, own, jobs = visit.address, visit.words, visit.own, visit.jobs
    parts: list[Any] = [_form(address, words, own)]
    store = visit.settings.store
    if address.get("store") == "1" and store is not None:
        return [html.Div(stored_view(store, words), id="results"), *parts]
    if address.get("go") != "1":
        return [
            html.H1(words("Which design brings the Forum further, and how sure is that?")),
            html.P(
                words(
                    "Choose two to five designs. All of them meet the same delegates and the same "
                    "luck, so that what differs is their doing."
                ),
                className="lead",
            ),
            *parts,
        ]
    try:
        job = jobs.start("compare", job_values(address, own), "long")
    except (ValueError, QueueFull) as error:
        said = words("Too many jobs are waiting; try again in a minute.")
        return [notice(str(error) or said), *parts]
    return [
        Poll(id="poll", job=job, version=-1, state="waiting", words=words.table(JOB_WORDS)),
        html.Div(
            [
                html.H1(words("The designs are running on the same luck")),
                empty(words("The first look comes after 20 worlds: sooner it would mislead.")),
            ],
            id="results",
        ),
        html.Details(
            [html.Summary(words("Change the designs")), *parts], className="noprint", open=False
        ),
    ]


def results(visit: Visit, job: str, answer: Any) -> list[Any]:
    """What a comparison has found so far."""
    said = visit.words
    scenario = offer.scenario(offer.chosen(visit.address.get("scenario"), visit.own))
    report = f"/api/comparison?job={job}&language={said.code}&scenario={scenario.name}"

    def drawn() -> list[Any]:
        comparison = comparison_of(answer, said)
        return compare_view(comparison, scenario, said, is_last=answer["is_last"], report=report)

    parts: list[Any] = MEMORY.get(("compare", said.code, job), answer, drawn)
    return parts


def stored_view(folder: str, words: Words) -> list[Any]:
    """The comparison in the result folder that the dashboard was opened with."""
    from gfmd_sim.cli.stored import comparison_of as read_comparison
    from gfmd_sim.errors import GfmdError
    from gfmd_sim.results import read_results

    try:
        comparison, scenario = read_comparison(read_results(folder))
    except GfmdError as error:
        return [html.H1(words("This result folder cannot be shown")), notice(str(error))]
    return compare_view(comparison, scenario, words, is_last=True)


def _form(address: Address, words: Words, own: str) -> Any:
    n = n_designs(address)
    name = offer.chosen(address.get("scenario"), own)
    rules = [(r, design_name(r, words.engine)) for r in offer.rules()]
    sets = []
    for k in range(1, n + 1):
        rule = address.get(f"rule{k}", FIRST[k - 1])
        more = [
            choice(
                f"{key}{k}",
                words(label),
                address.get(f"{key}{k}"),
                [("", words("as the scenario says")), *((v, v) for v in values)],
            )
            for key, (label, values) in MORE.items()
        ]
        head = words("Design {n}: the baseline", n=k) if k == 1 else words("Design {n}", n=k)
        sets.append(
            html.Fieldset(
                [
                    html.Legend(head),
                    choice(f"rule{k}", words("Who sits with whom"), rule, rules),
                    html.Details(
                        [html.Summary(words("More levers")), html.Div(more)],
                        open=any(address.get(f"{key}{k}") for key in MORE),
                    ),
                ]
            )
        )
    number = [
        html.A(
            words("One design more"), href=str(address.with_(n=n + 1, go=None)),
            className="button plain",
        )
        if n < MOST
        else None,
        html.A(
            words("One design less"), href=str(address.with_(n=n - 1, go=None)),
            className="button plain",
        )
        if n > LEAST
        else None,
    ]  # fmt: skip
    return Form(
        id="form",
        action=f"/{address.language}/compare",
        keep=str(address.only("theme").with_(n=n, go=1)).partition("?")[2],
        live=False,
        className="bar",
        children=[
            choice(
                "scenario",
                words("Forum"),
                name,
                [(s, offer.title(s)) for s in offer.names(own)],
            ),
            Field(
                id="field-replicates", name="replicates", label=words("Replicates, at most"),
                value=address.whole("replicates", 100, 4, 5000), kind="number", min=4, max=5000,
                step=2,
            ),
            Field(
                id="field-seed", name="seed", label=words("Seed"), kind="number", min=0,
                max=2**31 - 1, value=address.whole("seed", 0, 0, 2**31 - 1), step=1,
            ),
            Field(
                id="field-until", name="until", label=words("Stop when the answer is clear"),
                value="1", kind="checkbox", checked=address.get("until") == "1",
            ),
            Field(
                id="field-luck", name="luck", label=words("Keep the world as the scenario has it"),
                value="1", kind="checkbox", checked=address.get("luck") == "1",
            ),
            html.Div(sets, className="designs"),
            html.Button(words("Start"), type="submit"),
            *[a for a in number if a is not None],
        ],
    )  # fmt: skip
