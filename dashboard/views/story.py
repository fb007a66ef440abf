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
from gfmd_sim.reports.figures import interval
from gfmd_sim.reports.words import design_name

Part = Any

TURNED_OUT = {  # the best of several first
    story.RIGHT: N_("The simulation agrees."),
    story.DIRECTION: N_(
        "The simulation agrees about the direction; whether it is enough to matter its runs do not tell."
    ),
    story.OPEN: N_("Whether that is so the simulation's runs do not tell."),
    story.WRONG: N_("The simulation disagrees."),
}
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
    leading = [_within(words(story.ANSWERS[k])) for k in story.leading(counts)]
    if not leading:
        return words("No hand was counted: what do you expect?")
    if len(leading) > 1:
        return words("You are divided: {answers}", answers=divided(leading, words.code))
    if 2 * max(counts) > sum(counts):
        return words("Most of you expected: {answer}", answer=leading[0])
    return words("Expected more often than anything else: {answer}", answer=leading[0])


def judged(
    question: Mapping[str, Any] | None, counts: Sequence[int], words: Words, *, with_size: bool
) -> str:
    """Whether what most hands expected is what the simulation found; "" where nobody can say.

    ``question`` is the answer at ``story.START``; ``with_size`` says its numbers too.
    """
    leading = story.leading(counts)
    if question is None or question["n"] < story.FULL or not leading:
        return ""
    effect = next(e for e in question["effects"] if e["measure"] == "partnerships")
    became = {k: story.turned_out(effect, k) for k in leading}
    best = min(leading, key=lambda k: tuple(TURNED_OUT).index(became[k]))
    said = words(TURNED_OUT[became[best]])
    if len(leading) > 1 and became[best] in (story.RIGHT, story.DIRECTION):
        said = f"{words(story.ANSWERS[best])}. {said}"
    if not with_size:
        return said
    size = words(
        "Tables of one group against mixed ones: {difference} partnerships per 100 delegates ({span}).",
        difference=words.signed(effect["difference"], 1),
        span=interval(effect["low"], effect["high"], words.engine, 1),
    )
    return f"{said} {size}"


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
    question: Mapping[str, Any] | None = None,
) -> list[Part]:
    """A sheet to print: what came, whether that was expected, what to talk about.

    ``question`` is the answer to what was asked at first: tables of one group against mixed ones.
    """
    mix, size, host = place
    is_asked = place == story.START
    design = divided(
        [
            design_name(story.MIXES[mix], words.engine),
            words(story.SIZE_WORDS[size]),
            words(story.HOST_WORDS[host]),
        ],
        words.code,
    )
    title = words("What we saw, and what it does not say")
    came: Part = html.P(words("The answer is on its way."))
    if found is not None:
        figure = story_figure(found["effects"], words, found["n"])
        title, came = figure.finding, block(figure, words)
        came.children = came.children[1:]  # the finding stands above all
    judgement = judged(found if is_asked else question, counts, words, with_size=not is_asked)
    guess = [f"{expected_line(counts, words)}. ", html.B(judgement)] if sum(counts) else None
    return [
        html.H1(title, id="headline"),
        html.P(guess, className="guess") if guess else None,
        html.Div(
            [
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
                        came,
                    ],
                    className="came",
                ),
                html.Section([html.H2(words("What you expected")), _hands(counts, words)]),
                html.Section(
                    [
                        html.H2(words("To talk about")),
                        html.Ul([html.Li(words(q)) for q in QUESTIONS], className="points"),
                    ]
                ),
                html.P(
                    words(
                        "A simulation of 64 delegates and one roundtable under stated assumptions. "
                        "It ranks designs; it does not forecast."
                    ),
                    className="soft whole",
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
