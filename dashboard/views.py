"""Parts that pages share: the frame around them, figures with their table, states in between."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from dash import html

from dashboard.address import THEMES, Address
from dashboard.components import Choice, Form, Page, Picture
from dashboard.language import LANGUAGES, N_, Words

Part = Any

PAGES: dict[str, str] = {
    "room": N_("Room"),
    "compare": N_("Compare"),
    "solutions": N_("Solutions and partnerships"),
    "workshop": N_("Workshop"),
    "why": N_("Why believe it"),
}
THEME_NAMES = {"light": N_("Light"), "dark": N_("Dark"), "projector": N_("Projector")}

# Colours of the simulator's pictures -> our themes' names for them.
_COLOURS = {
    "#1d2733": "ink", "#5b6673": "soft", "#d9dde2": "line", "#e9eef3": "band", "#f0f2f4": "faint",
    "#aab4c0": "dot", "#ffffff": "paper", "#00619b": "accent", "#b34700": "warm",
    "#dfe5eb": "blue-1", "#cfe3f1": "blue-2", "#8fb9d6": "blue-3",
}  # fmt: skip


def themed(markup: str) -> str:
    """An SVG whose greys and accents follow the theme; the groups' own colours stay."""
    for colour, name in _COLOURS.items():
        markup = markup.replace(f'"{colour}"', f'"var(--{name})"')
    return markup


def frame(address: Address, words: Words, title: str, parts: Sequence[Part]) -> Page:
    """A page: who we are, where one can go, what it shows, what it does not claim."""
    return Page(
        id="page",
        name=address.page,
        title=f"{title} · gfmd-sim",
        theme=address.theme,
        lang=address.engine_language,
        children=[
            html.A(words("Skip to the content"), href="#main", className="skip"),
            _top(address, words),
            html.Main(list(parts), id="main"),
            html.Footer(
                words(
                    "A simulation: it ranks designs under stated assumptions and forecasts nothing."
                )
            ),
        ],
    )


def _top(address: Address, words: Words) -> Part:
    links = [
        html.Li(
            html.A(
                words(label),
                href=address.to_page(name),
                **({"aria-current": "page"} if name == address.page else {}),
            )
        )
        for name, label in PAGES.items()
    ]
    languages = [
        html.A(
            name,
            href=str(address.in_language(code)),
            lang=code,
            **{"data-reload": ""},
            **({"aria-current": "true"} if code == address.language else {}),
        )
        for code, name in LANGUAGES.items()
    ]
    themes = [
        html.A(
            words(label),
            href=str(address.with_(theme=theme)),
            **({"aria-current": "true"} if theme == address.theme else {}),
        )
        for theme, label in ((t, THEME_NAMES[t]) for t in THEMES)
    ]
    return html.Header(
        [
            html.A("gfmd-sim", href=address.to_page("room"), className="brand"),
            html.Nav(html.Ul(links), **{"aria-label": words("Pages")}),
            html.Div(
                [
                    html.Div(themes, role="group", **{"aria-label": words("Theme")}),
                    html.Div(languages, role="group", **{"aria-label": words("Language")}),
                ],
                className="tools",
            ),
        ],
        className="top",
    )


def choice(name: str, label: str, value: str, options: Sequence[tuple[str, str]]) -> Choice:
    """A list to choose one from."""
    return Choice(
        id=f"choice-{name}",
        name=name,
        label=label,
        value=value,
        options=[{"value": v, "label": t} for v, t in options],
    )


def form(address: Address, parts: Sequence[Part], *, live: bool = False, name: str = "") -> Form:
    """A form whose values become the page's URL; the theme is kept."""
    return Form(
        id=name or "form",
        action=f"/{address.language}/{address.page}",
        keep=str(address.only("theme")).partition("?")[2],
        live=live,
        className="bar",
        children=list(parts),
    )


@dataclass(frozen=True)
class Shown:
    """A picture, its finding, its numbers: what every chart is made of."""

    id: str
    finding: str
    markup: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    first_number: int = 1
    lead: str = ""
    caption: str = ""


def shown(figure: Any) -> Shown:
    """A figure of :mod:`gfmd_sim.reports` as the pages show it."""
    return Shown(
        id=figure.id,
        finding=figure.title,
        markup=str(figure.picture),
        header=figure.table.header,
        rows=figure.table.rows,
        first_number=figure.table.first_number,
        lead=figure.subtitle,
        caption=figure.caption,
    )


def block(figure: Shown, words: Words) -> Part:
    """A chart: the finding above, the picture, the table and its CSV one click away."""
    parts: list[Part] = [html.H2(figure.finding)]
    if figure.lead:
        parts.append(html.P(figure.lead))
    parts.append(
        Picture(
            id=f"picture-{figure.id}",
            markup=themed(figure.markup),
            **{"aria-label": figure.finding},
        )
    )
    if figure.caption:
        parts.append(html.Figcaption(figure.caption))
    parts.append(
        html.Details(
            [
                html.Summary(words("Data as a table")),
                table(figure.header, figure.rows, figure.first_number, figure.finding),
                csv_link(figure.id, figure.header, figure.rows, words),
            ],
            className="data",
        )
    )
    return html.Figure(parts, className="block", id=f"figure-{figure.id}")


def table(
    header: Sequence[str], rows: Sequence[Sequence[Any]], first_number: int, label: str
) -> Part:
    """A table; its columns from ``first_number`` on are numbers."""

    def side(k: int) -> str:
        return "n" if k >= first_number else ""

    return html.Div(
        html.Table(
            [
                html.Thead(
                    html.Tr(
                        [html.Th(h, scope="col", className=side(k)) for k, h in enumerate(header)]
                    )
                ),
                html.Tbody(
                    [
                        html.Tr([html.Td(c, className=side(k)) for k, c in enumerate(row)])
                        for row in rows
                    ]
                ),
            ]
        ),
        className="scroll",
        tabIndex=0,
        role="region",
        **{"aria-label": label},
    )


def csv_text(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """A table as CSV in which no cell starts a formula."""
    from gfmd_sim.cells import neutral

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for row in (header, *rows):
        writer.writerow([neutral(str(c)) for c in row])
    return out.getvalue()


def csv_link(name: str, header: Sequence[str], rows: Sequence[Sequence[Any]], words: Words) -> Part:
    """The table as a file."""
    return html.A(
        words("Download as CSV"),
        href="data:text/csv;charset=utf-8," + quote("\ufeff" + csv_text(header, rows)),
        download=f"{name}.csv",
        className="csv",
        **{"data-reload": ""},
    )


def notice(text: str) -> Part:
    """Something went wrong, said where people look."""
    return html.Div(text, className="notice", role="alert")


def empty(*parts: Part) -> Part:
    """Nothing to show yet, and what to do about it."""
    return html.Div([html.P(p) if isinstance(p, str) else p for p in parts], className="empty")


JOB_WORDS = {
    "waiting": N_("Waiting for a free worker"),
    "running": N_("Running"),
    "done": N_("Finished"),
    "cancelled": N_("Stopped. What was found so far stays below."),
    "failed": N_("This cannot be run"),
    "died": N_("The worker died; start again, with fewer replicates if memory is short."),
    "unknown": N_("This job is no longer known: start it again."),
    "unreachable": N_("The server does not answer."),
    "cancel": N_("Stop"),
    "count": N_("{done} of {total} runs, about {left} s left"),
}
