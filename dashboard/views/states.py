"""Between question and answer: empty, waiting, failed, stopped."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.language import N_

Part = Any

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


def notice(text: str) -> Part:
    """Something went wrong, said where people look."""
    return html.Div(text, className="notice", role="alert")


def empty(*parts: Part) -> Part:
    """Nothing to show yet, and what to do about it."""
    return html.Div([html.P(p) if isinstance(p, str) else p for p in parts], className="empty")
