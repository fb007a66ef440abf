"""Compare: two to five designs on the same luck."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard import offer
from dashboard.address import Address
from dashboard.api import LEVERS, lever_value
from dashboard.components import Field, Form, Poll
from dashboard.jobs import Jobs, QueueFull
from dashboard.language import N_, Words
from dashboard.views import JOB_WORDS, choice, empty, notice
from gfmd_sim.reports.words import design_name

FIRST = ("balanced", "random", "caucus", "like_minded", "fixed")
MOST, LEAST = 5, 2
SIZES = ("4-5", "5-5", "5-8", "6-6", "8-8", "8-12")
MORE = {  # the rest of the levers: name in the URL -> label, values offered
    "size": (N_("Seats a table"), SIZES),
    "sittings": (N_("Sittings a consultation"), ("1", "2", "3", "4")),
    "host": (N_("Facilitation"), ("0", "0.3", "0.5", "0.8")),
    "note": (N_("Points a note keeps"), ("0", "5", "10", "20")),
    "interpretation": (N_("Interpretation"), ("0", "0.5", "1")),
    "turnover": (N_("Turnover"), ("0", "0.2", "0.5")),
}


def n_designs(address: Address) -> int:
    """How many designs are compared."""
    return address.whole("n", 3, LEAST, MOST)


def designs(address: Address) -> list[dict[str, Any]]:
    """The designs that the URL names: label and levers, the first the baseline.

    Raises
    ------
    ValueError
        If a value is no number where one is wanted.
    """
    out: list[dict[str, Any]] = []
    for k in range(1, n_designs(address) + 1):
        rule = address.get(f"rule{k}", FIRST[k - 1])
        if rule not in offer.rules():
            rule = FIRST[k - 1]
        parts, levers = [rule], {"seating.rule": rule}
        for key in MORE:
            text = address.get(f"{key}{k}")
            if text:
                levers[LEVERS[key]] = lever_value(key, text)
                parts.append(f"{key}={text}")
        label = ", ".join(parts)
        if any(d["levers"] == levers for d in out):
            label += f" ({k})"
        out.append({"label": label, "levers": levers})
    return out


def label_in_words(label: str, words: Words) -> str:
    """A design's label as people read it; a rule alone stays, the simulator has words for it."""
    parts = label.split(", ")
    if len(parts) == 1:
        return label
    out = [design_name(parts[0], words.engine)]
    for part in parts[1:]:
        key, _, value = part.partition("=")
        out.append(f"{words(MORE[key][0]).lower()} {value}" if key in MORE else part)
    return ", ".join(out)


def job_values(address: Address, own: str) -> dict[str, Any]:
    """What the workers are asked to do."""
    return {
        "scenario": offer.chosen(address.get("scenario"), own),
        "designs": designs(address),
        "replicates": address.whole("replicates", 100, 4, 5000),
        "seed": address.whole("seed", 0, 0, 2**31 - 1),
        "until_clear": address.get("until") == "1",
        "luck_only": address.get("luck") == "1",
    }


def draw(address: Address, words: Words, own: str, jobs: Jobs, has_store: bool) -> list[Any]:
    """The page."""
    parts: list[Any] = [_form(address, words, own)]
    if address.get("store") == "1" and has_store:
        from dashboard.results import stored_view

        return [html.Div(stored_view(address, words, own), id="results"), *parts]
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
