"""Compare: two to five designs on the same luck."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard import designs, offer
from dashboard.address import Address
from dashboard.components import Field, Form, Picture, Poll, Results
from dashboard.designs import LEAST, MORE, MOST
from dashboard.figures import themed
from dashboard.figures.sketch import sketch
from dashboard.jobs import QueueFull
from dashboard.language import Words
from dashboard.memory import MEMORY
from dashboard.settings import Visit
from dashboard.views import BUSY, JOB_WORDS, choice, complaint, empty, gone, notice, roster_choice
from dashboard.views.compare import compare_view, comparison_of, early_view
from dashboard.views.roster import delegates
from gfmd_sim.errors import GfmdError
from gfmd_sim.reports.words import design_meaning, design_name
from gfmd_sim.scenario.schema import Scenario


def draw(visit: Visit) -> list[Any]:
    """The page."""
    address, words = visit.address, visit.words
    store = visit.settings.store
    if address.get("store") == "1" and store is not None:
        again = html.A(
            words("Compare other designs"),
            href=address.to_page("compare"),
            className="button plain",
        )
        return [Results(children=stored_view(store, words), id="results"), html.P(again)]
    if address.get("go") != "1":
        return _setup(visit)
    roster = visit.uploads.get(address.get("roster"))
    if address.get("roster") and roster is None:
        return [gone(words), *_setup(visit)]
    try:
        values = designs.job_values(
            address,
            visit.own,
            "" if roster is None else str(roster.path),
        )
        job = visit.jobs.start("compare", values, "long")
    except QueueFull:
        return [notice(words(BUSY)), *_setup(visit)]
    except GfmdError as error:
        return [complaint(words.told(error, visit.uploads.named)), *_setup(visit)]
    return [
        _strip(visit, values),
        Poll(id="poll", job=job, version=-1, state="waiting", words=words.table(JOB_WORDS)),
        Results(
            children=[
                html.H1(words("The designs are running on the same luck")),
                empty(words("The first runs are on their way.")),
            ],
            id="results",
        ),
    ]


def results(visit: Visit, job: str, answer: Any) -> list[Any]:
    """What a comparison has found so far."""
    said = visit.words
    if "early" in answer:
        return early_view(answer["early"], said)
    scenario = scenario_of(visit)
    keys = visit.address.only("scenario", "roster").with_(job=job, language=said.code)

    def drawn() -> list[Any]:
        comparison = comparison_of(answer, said)
        return compare_view(
            comparison, scenario, said, is_last=answer["is_last"],
            report=f"/api/comparison?{keys.parameters}",
        )  # fmt: skip

    parts: list[Any] = MEMORY.get(("compare", said.code, job), answer, drawn)
    return parts


def scenario_of(visit: Visit) -> Scenario:
    """What is compared, an uploaded list included, by the name its owner gave it."""
    roster = visit.uploads.get(visit.address.get("roster"))
    name = offer.chosen(visit.address.get("scenario"), visit.own)
    return offer.scenario_with(name, "" if roster is None else roster.name)


def stored_view(folder: str, words: Words) -> list[Any]:
    """The comparison in the result folder that the dashboard was opened with."""
    from gfmd_sim.cli.stored import comparison_of as read_comparison
    from gfmd_sim.results import read_results

    try:
        comparison, scenario = read_comparison(read_results(folder))
    except GfmdError as error:
        return [html.H1(words("This result folder cannot be shown")), complaint(words.told(error))]
    return compare_view(comparison, scenario, words, is_last=True)


# -- what is running ------------------------------------------------------------------------------


def _strip(visit: Visit, values: dict[str, Any]) -> Any:
    """The designs in a line, who meets, and the way back to them."""
    address, words = visit.address, visit.words
    roster = visit.uploads.get(address.get("roster"))
    items = [
        html.Li(
            [
                designs_name(d["label"], words),
                html.Small([" ", words("baseline")]) if d["label"] == values["baseline"] else None,
            ]
        )
        for d in values["designs"]
    ]
    if roster is not None:
        items.append(html.Li(delegates(words, roster), className="who-meets"))
    change = html.A(
        words("Change the designs"),
        href=str(address.with_(go=None)),
        className="button plain small",
    )
    return html.Div([html.Ul(items, className="chips"), change], className="strip noprint")


def designs_name(label: str, words: Words) -> str:
    """A design's label as a sentence's part."""
    return design_name(designs.label_in_words(label, words), words.engine)


# -- choosing -------------------------------------------------------------------------------------


def _setup(visit: Visit) -> list[Any]:
    address, words = visit.address, visit.words
    lead = words(
        "Choose two to five designs. All of them meet the same delegates and the same luck, so that "
        "what differs is their doing."
    )
    return [
        html.H1(words("Which design brings the Forum further, and how sure is that?")),
        html.P(lead, className="lead"),
        _form(visit, address, words),
    ]


def _form(visit: Visit, address: Address, words: Words) -> Any:
    n = designs.n_designs(address)
    name = offer.chosen(address.get("scenario"), visit.own)
    cards = [_card(address, words, visit.own, k) for k in range(1, n + 1)]
    if n < MOST:
        more = html.A(
            [html.Span("+", **{"aria-hidden": "true"}), words("One design more")],
            href=str(address.with_(n=n + 1)),
            className="more-designs",
        )
        cards.append(more)
    fewer = html.A(
        words("One design less"), href=str(address.with_(n=n - 1)), className="button plain"
    )
    return Form(
        id="form",
        action=f"/{address.language}/compare",
        keep=address.only("theme", "roster").with_(n=n).parameters,
        live=True,
        className="setup",
        children=[
            html.Div(cards, className="designs"),
            html.Div(
                [
                    choice("scenario", words("Forum"), name,
                           [(s, offer.title(s, words)) for s in offer.names(visit.own)]),
                    Field(
                        id="field-replicates", name="replicates",
                        label=words("Replicates, at most"), kind="number", min=4, max=5000, step=2,
                        value=address.whole("replicates", 100, 4, 5000),
                    ),
                    Field(
                        id="field-until", name="until", value="1", kind="checkbox",
                        label=words("Stop when the answer is clear"),
                        checked=address.get("until") == "1",
                    ),
                    html.Div(
                        [
                            fewer if n > LEAST else None,
                            html.Button(words("Start"), type="submit", name="go", value="1",
                                        className="big"),
                        ],
                        className="start",
                    ),
                ],
                className="bar",
            ),
            html.Details(
                [
                    html.Summary(words("Your own delegates, seed, luck")),
                    html.Div(
                        [
                            roster_choice(address, words, visit.uploads),
                            Field(
                                id="field-seed", name="seed", label=words("Seed"), kind="number",
                                min=0, max=2**31 - 1, step=1,
                                value=address.whole("seed", 0, 0, 2**31 - 1),
                            ),
                            Field(
                                id="field-luck", name="luck", value="1", kind="checkbox",
                                label=words("Keep the world as the scenario has it"),
                                checked=address.get("luck") == "1",
                            ),
                        ],
                        className="bar",
                    ),
                ],
                open=any(address.get(key) for key in ("roster", "luck", "seed")),
            ),
        ],
    )  # fmt: skip


def _card(address: Address, words: Words, own: str, k: int) -> Any:
    file, rule = designs.file_of(address, k), designs.rule_of(address, k)
    rules = [(r, design_name(r, words.engine)) for r in offer.rules()]
    if file:
        rules = [("", words("as its file says")), *rules]
    unset = ("", words("as the scenario says"))
    more = [
        choice(f"{key}{k}", words(label), address.get(f"{key}{k}"),
               [unset, *((v, v) for v in values)])
        for key, (label, values) in MORE.items()
    ]  # fmt: skip
    shipped = [n for n in offer.names(own) if n in offer.shipped()]
    files = [("", words("the Forum below")), *((n, offer.title(n, words)) for n in shipped)]
    more.insert(0, choice(f"file{k}", words("Scenario file"), file, files))
    return html.Fieldset(
        [
            html.Legend(words("Design {n}", n=k)),
            choice(f"rule{k}", words("Who sits with whom"), rule, rules),
            html.P(design_meaning(rule, words.engine) if rule else "", className="soft meaning"),
            Picture(
                id=f"sketch{k}", className="sketch", still=True,
                source=sketch_source(address, k),
            ),
            Field(
                id=f"field-base{k}", name="base", kind="radio", value=str(k),
                label=words("Baseline: the others are held against it"),
                checked=designs.baseline(address) == k,
            ),
            html.Details(
                [html.Summary(words("More levers")), html.Div(more)],
                open=bool(file) or any(address.get(f"{key}{k}") for key in MORE),
            ),
        ],
        className="design",
    )  # fmt: skip


def sketch_source(address: Address, k: int) -> str:
    """Where the picture of a design's tables is fetched from."""
    keys = {f"{key}{k}" for key in ("rule", "file", *MORE)}
    query = address.only("scenario", "seed", "roster", *keys).with_(
        k=k, language=address.language, **{f"rule{k}": designs.rule_of(address, k) or None}
    )
    return f"/api/sketch?{query.parameters}"


def sketch_of(visit: Visit, k: int, asker: str = "") -> str | None:
    """The picture of a design's tables, "" if there is none, None if it is still being made.

    Raises as :func:`designs.one_design`, or QueueFull.
    """
    address, words, jobs = visit.address, visit.words, visit.jobs
    one = designs.one_design(address, visit.own, k)
    roster = visit.uploads.get(address.get("roster"))
    who = {} if roster is None else {"population.roster": str(roster.path)}
    values = {
        "scenario": offer.chosen(address.get("scenario"), visit.own),
        "levers": {**one["levers"], **who},
        "seed": address.whole("seed", 0, 0, 2**31 - 1),
    }
    news = jobs.news(jobs.start("sketch", values, "quick", asker))
    if news.state != "done":
        return "" if news.is_over else None
    label = words("Design {n}: who sits with whom in the first sitting", n=k)
    return themed(sketch(news.answer["tables"], news.answer["groups"], label))
