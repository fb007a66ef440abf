"""The frame around every page: who we are, where one can go, what is not claimed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from dashboard.address import THEMES, Address
from dashboard.components import Page, Save
from dashboard.language import LANGUAGES, N_, Words

Part = Any

SAVE_WORDS = {
    "save": N_("Save"),
    "hint": N_("Save what is seen as one page that needs no network"),
    "saved": N_("Saved on {day}. Numbers, designs and seed are those of this address:"),
    "failed": N_("The page could not be saved: is the server still running?"),
}
THEME_NAMES = {"light": N_("Light"), "dark": N_("Dark"), "projector": N_("Projector")}


def frame(
    address: Address,
    words: Words,
    title: str,
    parts: Sequence[Part],
    pages: Sequence[tuple[str, str]],
) -> Page:
    """A page; ``pages`` are the names and titles of all there are."""
    return Page(
        id="page",
        name=address.page,
        title=f"{title} · gfmd-sim",
        theme=address.theme,
        lang=address.engine_language,
        children=[
            html.A(words("Skip to the content"), href="#main", className="skip"),
            _top(address, words, pages),
            html.Main(list(parts), id="main"),
            html.Footer(
                words(
                    "A simulation: it ranks designs under stated assumptions and forecasts nothing."
                )
            ),
        ],
    )


def _top(address: Address, words: Words, pages: Sequence[tuple[str, str]]) -> Part:
    links = [
        html.Li(
            html.A(
                label,
                href=address.to_page(name),
                **({"aria-current": "page"} if name == address.page else {}),
            )
        )
        for name, label in pages
    ]
    languages = [
        html.A(
            code.upper(),
            href=str(address.in_language(code)),
            lang=code,
            title=name,
            **{"data-reload": "", "data-carry": "", "aria-label": f"{code.upper()}, {name}"},
            **({"aria-current": "true"} if code == address.language else {}),
        )
        for code, name in LANGUAGES.items()
    ]
    themes = [
        html.A(
            html.Span(className=f"icon-{theme}"),
            href=str(address.with_(theme=theme)),
            title=words(label),
            **{"data-carry": "", "aria-label": words(label)},
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
                    Save(id="save", name=address.page or "page", words=words.table(SAVE_WORDS)),
                ],
                className="tools",
            ),
        ],
        className="top",
    )
