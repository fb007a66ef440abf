"""The workshop's story as parts of a page: the reveal and the debrief sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from dashboard import story
from dashboard.figures.story import story_figure, story_headline
from dashboard.language import N_, Words
from dashboard.views import block, table
from gfmd_sim.reports.words import design_name

Part = Any


def story_view(found: Mapping[str, Any] | None, words: Words) -> list[Part]:
    """What the sliders' design does, on the same luck as the baseline."""
    if found is None:
        return [html.H1(words("The simulator is busy; move a slider to ask again."))]
    figure = story_figure(found["effects"], words, found["n"])
    parts = block(figure, words)
    parts.children[0] = html.Div(html.H1(figure.finding, id="headline"), role="status")
    return [
        html.P(
            words.many(
                "{n} run of each design on the same luck", "{n} runs of each design on the same luck",
                found["n"],
            ),
            className="kicker",
        ),
        parts,
    ]  # fmt: skip


def debrief_view(
    found: Mapping[str, Any] | None,
    words: Words,
    counts: Sequence[int],
    place: tuple[int, int, int],
) -> list[Part]:
    """A sheet to print: what was expected, what came, what to talk about."""
    mix, size, host = place
    total = sum(counts)
    answers = [
        html.Li(
            [
                f"{words(a)}: ",
                html.B(words.many("{n} hand", "{n} hands", c)),
                f" ({words.percent(c / total)})" if total else "",
            ]
        )
        for a, c in zip(story.ANSWERS, counts, strict=True)
    ]
    if total:
        most = max(range(len(counts)), key=lambda k: counts[k])
        headline = words("Most of you expected: {answer}", answer=words(story.ANSWERS[most]))
    else:
        headline = words("What we saw, and what it does not say")
    came: list[Part] = []
    if found is not None:
        came = [html.P(story_headline(found["effects"], words, found["n"]))]
        figure = story_figure(found["effects"], words, found["n"])
        came.append(table(figure.header, figure.rows, 1, figure.finding))
    return [
        html.H1(headline),
        html.Div(
            [
                html.H2(words("What you expected")),
                html.Ul(answers, className="points"),
                html.H2(words("Your design, against balanced tables of 5 to 8 with a host")),
                html.P(
                    "; ".join(
                        [
                            design_name(story.MIXES[mix], words.engine),
                            words(story.SIZE_WORDS[size]),
                            words(story.HOST_WORDS[host]),
                        ]
                    )
                ),
                *came,
                html.H2(words("To talk about")),
                html.Ul(
                    [
                        html.Li(words(q))
                        for q in (
                            N_("Which of your expectations did the simulation share, and why?"),
                            N_("Whom does your design give a voice, and who speaks less?"),
                            N_("What does a real Forum have that this one lacks?"),
                            N_("What would you try at your next meeting, and what would tell you "
                               "whether it worked?"),
                        )
                    ],
                    className="points",
                ),
                html.P(
                    words(
                        "A simulation of 64 delegates and one roundtable under stated assumptions. "
                        "It ranks designs; it does not forecast."
                    ),
                    className="soft",
                ),
            ],
            className="sheet",
        ),
    ]  # fmt: skip
