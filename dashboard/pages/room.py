"""The Room: one Forum, alive."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from dash import html

from dashboard import offer
from dashboard.address import Address
from dashboard.components import Field, Room
from dashboard.language import Words
from dashboard.settings import Visit
from dashboard.views import choice, form, roster_choice
from dashboard.views.kept import ASSETS, inlined_style
from dashboard.views.room import WORDS
from gfmd_sim.reports.words import design_name

KEPT = (
    "t",
    "table",
    "who",
    "change",
    "speed",
    "still",
    "wide",
)  # what the script keeps in the URL itself


def source(address: Address, own: str) -> str:
    """Where the room's script fetches its playback."""
    name = offer.chosen(address.get("scenario"), own)
    numbers = list(offer.scenario(name).roundtables)
    roundtable = address.whole("roundtable", numbers[0], 1, 99)
    query = {
        "scenario": name,
        "roundtable": roundtable if roundtable in numbers else numbers[0],
        "seed": address.whole("seed", 1, 0, 2**31 - 1),
        "language": address.language,
    }
    if address.get("rule") in offer.rules():
        query["rule"] = address.get("rule")
    if address.get("roster").isalnum():
        query["roster"] = address.get("roster")
    return "/api/playback?" + urlencode(query)


def draw(visit: Visit) -> list[Any]:
    """The page."""
    address, words, own = visit.address, visit.words, visit.own
    name = offer.chosen(address.get("scenario"), own)
    settled = offer.scenario(name)
    agenda = offer.agenda(name)
    rule = address.get("rule") if address.get("rule") in offer.rules() else settled.seating.rule
    roundtable = address.whole("roundtable", settled.roundtables[0], 1, 99)
    if roundtable not in settled.roundtables:
        roundtable = settled.roundtables[0]
    seed = address.whole("seed", 1, 0, 2**31 - 1)
    at = {key: address.get(key) for key in KEPT if address.get(key)}
    controls = form(
        address,
        [
            choice(
                "scenario",
                words("Forum"),
                name,
                [(n, offer.title(n, words)) for n in offer.names(own)],
            ),
            choice(
                "roundtable",
                words("Roundtable"),
                str(roundtable),
                [
                    (str(n), f"{n} · {agenda[n].short_title.in_(words.engine)}")
                    for n in settled.roundtables
                ],
            ),
            choice(
                "rule",
                words("Who sits with whom"),
                rule,
                [(r, design_name(r, words.engine)) for r in offer.rules()],
            ),
            Field(
                id="field-seed", name="seed", label=words("Luck"), value=seed, kind="number",
                min=0, max=2**31 - 1, step=1,
            ),
        ],
        live=True,
    )  # fmt: skip
    keep = source(address, own).replace("/api/playback?", "/api/room?")
    return [
        controls,
        Room(
            id="room",
            source=source(address, own),
            words=words.table(WORDS),
            at=at,
            language=words.engine,
        ),
        html.Div(
            [
                html.A(
                    words("Save as one offline page"),
                    href=keep,
                    download="room.html",
                    className="button plain",
                    **{"data-reload": "", "data-save": "", "data-moment": ""},
                ),
                html.A(
                    words("Save it with the delegates' names (personal data)"),
                    href=keep + "&names=1",
                    download="room.html",
                    **{"data-reload": "", "data-moment": ""},
                )
                if visit.uploads.get(address.get("roster"))
                else None,
            ],
            className="actions noprint",
        ),
        html.Details(
            [
                html.Summary(words("Your own delegates")),
                roster_choice(address, words, visit.uploads),
            ],
            className="noprint",
            open=bool(address.get("roster")),
        ),
    ]


def offline(
    playback: bytes,
    words: Words,
    at: Mapping[str, str] | None = None,
    other: bytes = b"",
    theme: str = "light",
) -> str:
    """The room as one page that needs nothing but itself: script, style, type and run inside.

    Parameters
    ----------
    playback, other
        A run, and the other future with what differs, as the workers tell them.
    at
        The moment and what is looked at, as the URL has them.
    """
    style = inlined_style("style.css", "room/room.css")
    scripts = [p.read_text(encoding="utf-8") for p in sorted((ASSETS / "room").glob("*.js"))]
    script = "\n".join(scripts).replace("</script", "<\\/script")
    inside = {
        "data": playback.decode(),
        "other": other.decode() or "null",
        "words": json.dumps(words.table(WORDS), ensure_ascii=False),
        "at": json.dumps(dict(at or {}), ensure_ascii=False),
    }
    data = "".join(
        f'<script type="application/json" id="{key}">{_harmless(text)}</script>'
        for key, text in inside.items()
    )
    return (
        f'<!doctype html><html lang="{words.engine}" data-theme="{theme}"><head>'
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{words('Room')} · gfmd-sim</title><style>{style}</style></head><body><main>"
        f'<div class="room" id="room"></div></main>{data}'
        f"<script>{script}\n"
        "const read = (id) => JSON.parse(document.getElementById(id).textContent);\n"
        'gfmd_room(document.getElementById("room"), read("data"), read("words"), read("at"), '
        f'"{words.engine}", read("other"));</script></body></html>'
    )


def _harmless(text: str) -> str:
    """JSON that ends no script, whatever names it holds."""
    return text.replace("<", "\\u003c")
