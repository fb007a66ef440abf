"""The workshop's story as parts of a page: the reveal and the debrief sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from dashboard import story
from dashboard.components import Press
from dashboard.figures.story import story_figure
from dashboard.language import N_, Words
from dashboard.views import block
from gfmd_sim.language import divided
from gfmd_sim.reports.words import design_name

Part = Any

QUESTIONS = (
    N_("Where did the simulation agree with you, where not, and why?"),
    N_("Whom does your design give a voice, and who speaks less?"),
    N_("What does a real Forum have that this one lacks?"),
    N_("What would you try at your next meeting, and what would tell you whether it worked?"),
)


def story_view(
    found: Mapping[str, Any] | None, words: Words, counts: Sequence[int] = ()
) -> list[Part]:
    """What the sliders' design does, on the same luck as the baseline, and what was expected."""
    if found is None:
        return [html.H1(words("The simulator is busy; move a slider to ask again."))]
    figure = story_figure(found["effects"], words, found["n"])
    parts = block(figure, words)
    parts.children[0] = html.Div(html.H1(figure.finding, id="headline"), role="status")
    return [
        html.P(expected_line(counts, words), className="was-expected") if sum(counts) else None,
        html.P(
            words.many(
                "{n} run of each design on the same luck", "{n} runs of each design on the same luck",
                found["n"],
            ),
            className="kicker",
        ),
        parts,
    ]  # fmt: skip


def expected_view(counts: Sequence[int], shown: str, words: Words) -> Part:
    """What the room expects, and the button that ends the wait."""
    return html.Div(
        [
            html.H1(expected_line(counts, words)),
            _hands(counts, words),
            html.A(words("Reveal"), href=shown, className="button big"),
        ],
        className="veil",
    )


def expected_line(counts: Sequence[int], words: Words) -> str:
    """The answer with most hands, in a sentence."""
    most = max(counts)
    if not most:
        return words("No hand was counted: what do you expect?")
    leading = [words(a) for a, c in zip(story.ANSWERS, counts, strict=True) if c == most]
    if len(leading) > 1:
        return words(
            "You are divided: {answers}", answers=divided(map(_within, leading), words.code)
        )
    return words("Most of you expected: {answer}", answer=_within(leading[0]))


def _within(answer: str) -> str:
    """An answer within a sentence."""
    return f"{answer[:1].lower()}{answer[1:]}"


def _hands(counts: Sequence[int], words: Words) -> Part:
    """The show of hands, as bars."""
    total = sum(counts)
    return html.Ul(
        [
            html.Li(
                [
                    html.Span(words(a)),
                    html.Meter(min=0, max=max(total, 1), value=c, **{"aria-label": words(a)}),
                    html.B(words.many("{n} hand", "{n} hands", c)),
                    html.Span(words.percent(c / total) if total else ""),
                ]
            )
            for a, c in zip(story.ANSWERS, counts, strict=True)
        ],
        className="raised",
    )


def debrief_view(
    found: Mapping[str, Any] | None,
    words: Words,
    counts: Sequence[int],
    place: tuple[int, int, int],
) -> list[Part]:
    """A sheet to print: what was expected, what came, what to talk about."""
    mix, size, host = place
    design = divided(
        [
            design_name(story.MIXES[mix], words.engine),
            words(story.SIZE_WORDS[size]),
            words(story.HOST_WORDS[host]),
        ],
        words.code,
    )
    came: list[Part] = [html.P(words("The answer is on its way."))]
    if found is not None:
        figure = story_figure(found["effects"], words, found["n"])
        came = [block(figure, words)]
    return [
        html.H1(expected_line(counts, words) if sum(counts) else
                words("What we saw, and what it does not say")),
        html.Div(
            [
                html.Section([html.H2(words("What you expected")), _hands(counts, words)]),
                html.Section(
                    [
                        html.H2(words("To talk about")),
                        html.Ul([html.Li(words(q)) for q in QUESTIONS], className="points"),
                    ]
                ),
                html.Section(
                    [
                        html.H2(words("What the simulation found")),
                        html.P(
                            words(
                                "{design}, against balanced tables of 5 to 8 with a host",
                                design=f"{design[:1].upper()}{design[1:]}",
                            ),
                            className="soft",
                        ),
                        *came,
                    ],
                    className="came",
                ),
                html.P(
                    words(
                        "A simulation of 64 delegates and one roundtable under stated assumptions. "
                        "It ranks designs; it does not forecast."
                    ),
                    className="soft came",
                ),
            ],
            className="sheet",
        ),
        html.Div(
            [
                Press(id="print", does="print", label=words("Print the sheet")),
                Press(id="keep", does="save", label=words("Save the sheet"), className="plain"),
            ],
            className="actions noprint live",
        ),
    ]  # fmt: skip
