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
from dashboard.language import N_, Words
from dashboard.settings import Visit
from dashboard.views import choice, form, roster_choice
from dashboard.views.kept import ASSETS, inlined_style
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

KEYS = N_(
    "Keys: space plays and pauses, left and right step, up and down change the table, + and − change the "
    "speed, Home and End jump, f fills the screen, b changes the future, Escape lets a delegate go."
)
WORDS = {
    "loading": N_("The delegates are arriving…"),
    "failed": N_("This Forum cannot be shown"),
    "unreachable": N_("The server does not answer."),
    "ours": N_("Our mistake, not yours."),
    "afresh": N_("Back to the first Forum"),
    "closeup": N_("Close-up"),
    "play": N_("Play"),
    "pause": N_("Pause"),
    "back": N_("One step back"),
    "step": N_("One step on"),
    "time": N_("Time in the Forum"),
    "speed": N_("Speed"),
    "wider": N_("Fill the screen"),
    "narrower": N_("Show the whole page"),
    "table": N_("Table"),
    "delegate": N_("Delegate"),
    "nobody": N_("nobody in particular"),
    "summit": N_("Summit"),
    "consultation": N_("Consultation {n}, {dates}"),
    "consultation_n": N_("Consultation {n}"),
    "consultation_short": N_("Cons. {n}"),
    "now_open": N_("Consultation {n} opens"),
    "now_sitting": N_("Consultation {n}, sitting {s}"),
    "now_plenary": N_("Consultation {n}, plenary"),
    "now_note": N_("Consultation {n}, summary note"),
    "now_home": N_("After consultation {n}"),
    "now_turnover": N_("Before consultation {n}"),
    "now_summit": N_("The Summit opens"),
    "now_ballot": N_("The Summit votes"),
    "now_partners": N_("Partnerships form"),
    "so_far": N_("{where}: support has drawn together by {share} so far"),
    "so_far_apart": N_("{where}: support has drifted apart by {share} so far"),
    "so_far_none": N_("{where}: support has not moved yet"),
    "opening": N_("delegates gather"),
    "reading": N_("opens with the summary notes: {n} delegates learn from them"),
    "reading_one": N_("opens with the summary notes: {n} delegate learns from them"),
    "sitting": N_("sitting {n} at {tables} tables"),
    "plenary": N_("plenary: {n} reports, {learners} delegates learn something"),
    "note": N_("the summary note keeps {n} points"),
    "note_one": N_("the summary note keeps {n} point"),
    "home": N_("back to the capitals"),
    "turnover": N_("{n} delegates are replaced"),
    "turnover_one": N_("{n} delegate is replaced"),
    "ballot": N_("{n} solutions are put to the vote"),
    "ballot_one": N_("{n} solution is put to the vote"),
    "partners": N_("{n} partnerships form"),
    "partners_one": N_("{n} partnership forms"),
    "home_why": N_("Each capital and organisation accepts part of its delegate's move."),
    "turnover_why": N_("Successors inherit half of the move and start trust anew."),
    "away": N_("not in this sitting"),
    "note_title": N_("Summary note"),
    "plenary_title": N_("Most reported, by number of tables"),
    "reports": N_("Table {n} of sitting {s} reports"),
    "arrows": N_("Arrows: whose support has moved, up or down."),
    "sitting_col": N_("Sitting"),
    "seating_col": N_("Who sits where"),
    "delegates_col": N_("Delegates"),
    "different": N_("{n} delegates think differently by now (ringed)"),
    "different_one": N_("{n} delegate thinks differently by now (ringed)"),
    "no_ballot": N_("no ballot"),
    "vote_title": N_("Who approves of the solutions"),
    "needed": N_("needed: {share}"),
    "key_three": N_("of three groups or more"),
    "key_two": N_("of one or two groups"),
    "key_speech": N_("no full chain to deliver"),
    "table_n": N_("Table {n}, {seats} seats"),
    "sit_down": N_("The delegates are taking their seats."),
    "turn": N_("Turn {n} of {of}"),
    "account": N_("{kind}, account {n} of {of}"),
    "silent": N_("has nothing to say"),
    "learn": N_("{n} at the table learn it"),
    "learn_one": N_("{n} at the table learns it"),
    "known": N_("nobody here learns anything new"),
    "endorses": N_("This table endorses: {list}"),
    "endorses_none": N_("This table endorses no solution."),
    "bars": N_("Bars: support, mean of all solutions. Numbers: accounts learned in this sitting."),
    "bars_after": N_("Bars: support after the talk. Numbers: how it moved, in points of 100."),
    "point": N_("{kind}, reported by {n} tables"),
    "point_one": N_("{kind}, reported by {n} table"),
    "delivers": N_("somebody implements, funds and sponsors it"),
    "speech": N_("the chain to deliver is broken"),
    "let_go": N_("Back to the table"),
    "met": N_("Has met {n} others so far, of {groups} groups"),
    "at_sitting": N_("Consultation {c}, sitting {s}"),
    "at_table": N_("at table {n}"),
    "absent": N_("absent"),
    "partner_of": N_("Founds partnerships on: {list}"),
    "partner_none": N_("Founds no partnership at this roundtable."),
    "spark": N_("Support through the Forum: mean (thick) and each solution; dashed: approval"),
    "what_if": N_("What if the seat were another?"),
    "other_seat": N_("In this sitting"),
    "move_to": N_("move to table {n}"),
    "swap_with": N_("swap with {id}"),
    "both": N_("Show both futures"),
    "drag": N_("Or drag a delegate in the hall: to another table, or onto somebody to swap."),
    "futures": N_("Futures"),
    "future_a": N_("As it was"),
    "future_b": N_("The other future"),
    "moved": N_("{one} moved to table {n} in consultation {c}, sitting {s}"),
    "swapped": N_("{one} and {other} swapped in consultation {c}, sitting {s}"),
    "changed": N_("{what}: by the Summit {n} delegates think differently"),
    "changed_one": N_("{what}: by the Summit {n} delegate thinks differently"),
    "forum_whole": N_("The whole Forum, all roundtables"),
    "measure": N_("Measure"),
    "difference": N_("Difference"),
    "most_changed": N_("Who thinks most differently, in points of 100"),
    "what_came": N_("What came of it"),
    "same_came": N_("The same solutions and partnerships."),
    "now_adopted": N_("Now adopted: {label}"),
    "now_rejected": N_("No longer adopted: {label}"),
    "won": N_("New partnership on {label}: {list}"),
    "lost": N_("Gone: partnership on {label}: {list}"),
    "one_run": N_(
        "The same luck in both futures. One run shows how a seat can matter, not whether seating "
        "matters: for that, compare designs over many runs."
    ),
    "forget": N_("Close the other future"),
    "curves": N_(
        "Convergence of support, 0 to 1 (the line with the round mark), and the chance that two "
        "delegates of different groups would found a partnership (the diamond, on a scale of its "
        "own); dashed: the other future"
    ),
    "curve_convergence": N_("convergence"),
    "curve_willing": N_("willing to partner"),
    "data": N_("Data as a table"),
    "csv": N_("Download as CSV"),
    "meeting": N_("Meeting"),
    "stage": N_("Stage"),
    "willing": N_("Willing to partner"),
    "measure_convergence": N_("Convergence"),
    "measure_solutions": N_("Solutions"),
    "measure_partnerships": N_("Partnerships"),
    "measure_voice": N_("Voice"),
    "measure_continuity": N_("Continuity"),
}


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
                [(n, offer.title(n)) for n in offer.names(own)],
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
        html.P(words(KEYS), className="soft keys"),
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
        f'<div class="room" id="room"></div><p class="soft keys">{words(KEYS)}</p></main>{data}'
        f"<script>{script}\n"
        "const read = (id) => JSON.parse(document.getElementById(id).textContent);\n"
        'gfmd_room(document.getElementById("room"), read("data"), read("words"), read("at"), '
        f'"{words.engine}", read("other"));</script></body></html>'
    )


def _harmless(text: str) -> str:
    """JSON that ends no script, whatever names it holds."""
    return text.replace("<", "\\u003c")
