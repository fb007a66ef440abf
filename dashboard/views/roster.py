"""The organiser's own delegates: a list to choose, and what to say when it is gone."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.address import Address
from dashboard.components import Upload
from dashboard.language import N_, Words
from dashboard.uploads import GONE, MAX_UPLOAD, Uploads
from dashboard.uploads import Upload as Uploaded
from dashboard.views.states import notice

Part = Any

UPLOAD_WORDS = {
    "choose": N_("Choose a delegate list (CSV or XLSX)"),
    "busy": N_("Reading the list…"),
    "large": N_("This file is too large: at most {most} MB. Leave out columns nobody needs."),
    "failed": N_("The list could not be sent: is the server still running?"),
}


def delegates(words: Words, roster: Uploaded) -> str:
    """How many they are, and which list they come from."""
    return words.many(
        "{n} delegate from your list {name}", "{n} delegates from your list {name}",
        roster.n_delegates, name=roster.name,
    )  # fmt: skip


def roster_choice(address: Address, words: Words, uploads: Uploads) -> Part:
    """Where a list is chosen; the URL then names it."""
    known = uploads.get(address.get("roster"))
    said = words.table(UPLOAD_WORDS)
    said["large"] = said["large"].format(most=words.number(MAX_UPLOAD / 1e6, 1))
    about = (
        delegates(words, known)
        if known
        else words("Optional: your own delegates. The list stays on this machine.")
    )
    forget = html.A(words("Forget the list"), href=str(address.with_(roster=None)))
    return html.Div(
        [
            Upload(id="upload", words=said, most=MAX_UPLOAD, language=words.code),
            html.Small([about, " ", forget if known else None]),
            *[notice(words.sentence(doubt)) for doubt in (known.doubts if known else ())],
        ],
        className="upload",
    )


def gone(words: Words) -> Part:
    """The URL names a list that the server no longer has."""
    return notice(words(GONE))
