"""Between question and answer: empty, waiting, failed, stopped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import html

from dashboard.components import Poll
from dashboard.jobs import Jobs, QueueFull
from dashboard.language import N_, Words

Part = Any

BUSY = N_("Too many jobs are waiting; try again in a minute.")
JOB_WORDS = {
    "waiting": N_("Waiting for a free worker"),
    "running": N_("Running"),
    "adding": N_("All runs are there; working out what they say…"),
    "done": N_("Finished"),
    "cancelled": N_("Stopped. What was found so far stays below."),
    "failed": N_("This cannot be run"),
    "died": N_("The worker died; start again, with fewer replicates if memory is short."),
    "unknown": N_("This job is no longer known: start it again."),
    "unreachable": N_("The server does not answer."),
    "cancel": N_("Stop"),
    "compiling": N_("Compiling the model, once on this machine"),
    "compiled": N_("step {done} of {total}, about {left} s left"),
    "count": N_("{done} of {total} runs, about {left} s left"),
}


def first_start(jobs: Jobs, words: Words) -> Part:
    """How far the compiling is on a machine where nothing has run yet; nothing where it has."""
    from gfmd_sim.compiled import is_complete

    try:
        job = jobs.start("compile", {}, "idle")
    except QueueFull:
        return None
    said = words.table(JOB_WORDS)
    return Poll(
        id="first-start", job=job, version=-1, state="waiting", words=said, passing=True,
        compiles=not is_complete(),
    )  # fmt: skip


def notice(text: str) -> Part:
    """Something went wrong, said where people look."""
    return html.Div(text, className="notice", role="alert")


def complaint(told: Mapping[str, Any]) -> Part:
    """What somebody can mend, as :meth:`Words.told` has it: the problem, then fact by fact."""
    facts = [part for label, text in told["facts"] for part in (html.Dt(label), html.Dd(text))]
    return html.Div(
        [html.P(told["problem"]), *([html.Dl(facts)] if facts else [])],
        className="notice complaint", role="alert",
    )  # fmt: skip


def empty(*parts: Part) -> Part:
    """Nothing to show yet, and what to do about it."""
    return html.Div([html.P(p) if isinstance(p, str) else p for p in parts], className="empty")
