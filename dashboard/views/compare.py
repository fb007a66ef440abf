"""A comparison as parts of a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
from dash import html

from dashboard import designs, offer
from dashboard.figures import shown
from dashboard.figures.gains import gains
from dashboard.figures.glance import first_runs, glance
from dashboard.figures.pareto import pareto
from dashboard.language import Words
from dashboard.views import block, csv_link, save_link, table
from gfmd_sim.experiments.compare import Comparison
from gfmd_sim.reports.figures import effects
from gfmd_sim.reports.findings import findings, measures_of
from gfmd_sim.reports.words import design_name, group_labels, row_name
from gfmd_sim.scenario.schema import Scenario

Part = Any


HEADLINES = ("convergence", "solutions", "partnerships", "voice", "continuity")


def comparison_of(answer: Mapping[str, Any], words: Words) -> Comparison:
    """A worker's answer as a comparison whose designs are named as people read them."""
    names = _names(answer["frame"]["design"], words)
    frame, runs = answer["frame"].copy(), answer["runs"].copy()
    frame["design"] = frame["design"].map(names)
    runs["design"] = runs["design"].map(names)
    return Comparison(
        frame=frame,
        runs=runs,
        baseline=names[answer["baseline"]],
        level=answer["level"],
        smallest_effects=answer["smallest_effects"],
        lower_is_better=frozenset(),
        seed=answer["seed"],
        n_failed=answer["n_failed"],
    )


def _names(labels: Iterable[object], words: Words) -> dict[str, str]:
    return {str(d): designs.label_in_words(str(d), words) for d in dict.fromkeys(labels)}


def early_view(runs: pd.DataFrame, words: Words) -> list[Part]:
    """The first runs, before there are enough of them to say anything."""
    measures = [m for m in HEADLINES if m in runs]
    names = {d: row_name(n, words.engine) for d, n in _names(runs["design"], words).items()}
    return [
        html.H1(words("The designs are running on the same luck")),
        block(first_runs(runs, measures, names, words), words),
        html.P(
            words("The first intervals come after 20 worlds or more: sooner they would mislead."),
            className="soft",
        ),
    ]


def compare_view(
    comparison: Comparison, scenario: Scenario, words: Words, *, is_last: bool, report: str = ""
) -> list[Part]:
    """A comparison: the headline, the verdicts, every measure, the front, who gains and loses."""
    language = words.engine
    found = findings(comparison, language)
    runs = comparison.runs
    kicker = (
        words(
            "{scenario}, seed {seed}",
            scenario=offer.title(scenario.name, words),
            seed=comparison.seed,
        )
        if is_last
        else words("So far; the intervals may be looked at at any time.")
    )
    parts: list[Part] = [
        html.Div(
            [
                html.P(kicker, className="kicker"),
                html.H1(found.headline),
                html.P(found.deck, className="deck"),
                html.P([html.B(words("What to do")), " ", found.decision], className="decision")
                if is_last
                else None,
            ],
            className="verdict",
        ),
        block(glance(comparison, words), words),
        html.Div(
            [
                block(pareto(comparison, words), words),
                html.Section(
                    [
                        html.H2(words("What can be said, and what cannot")),
                        _verdicts(found, words),
                        html.P(_best(comparison, words)),
                    ],
                    className="said",
                ),
            ],
            className="pair",
        ),
        *([save_link(report, "comparison.html", words)] if report else []),
        html.H2(words("Every run, measure by measure"), className="part"),
    ]
    parts += [
        block(shown(effects(comparison.frame, runs, m, comparison.baseline, language)), words)
        for m in measures_of(comparison)
    ]
    groups = [str(c).removeprefix("approval.") for c in runs if "approval." in str(c)]
    named = group_labels(groups, scenario, language)
    parts.append(html.H2(words("Who gains and who loses"), className="part"))
    for prefix in ("approval", "voice_share"):
        figure = gains(comparison, prefix, named, words)
        if figure is not None:
            parts.append(block(figure, words))
    return [*parts, *_every_number(comparison, words)]


def _every_number(comparison: Comparison, words: Words) -> list[Part]:
    """The report's table of all effects, to which the sentences above refer."""
    from gfmd_sim.reports.comparison import all_effects

    found, title = all_effects(comparison, words.engine), words("All effects")
    return [
        html.H2(title, className="part"),
        table(found.header, found.rows, found.first_number, title),
        csv_link("effects", found.header, found.rows, words),
    ]


def _verdicts(found: Any, words: Words) -> Part:
    rows = []
    for label, lines in (
        (words("It matters"), found.matters),
        (words("It does not matter"), found.does_not),
        (words("Cannot tell yet"), found.cannot_tell),
        (words("How sure"), found.how_sure),
    ):
        if lines:
            shown_lines = lines if len(lines) <= 6 else lines[:6]
            items: list[Part] = [html.Li(line) for line in shown_lines]
            if len(lines) > len(shown_lines):
                rest = len(lines) - len(shown_lines)
                items.append(
                    html.Li(words.many("and {n} more: see below", "and {n} more: see below", rest))
                )
            rows += [html.Dt(label), html.Dd(html.Ul(items))]
    return html.Dl(rows, className="words")


def _best(comparison: Comparison, words: Words) -> str:
    """How likely each design is the best in partnerships."""
    rows = comparison.frame[comparison.frame["measure"] == "partnerships"]
    if rows.empty or not rows["p_best"].notna().any():
        return ""
    best = rows.loc[rows["p_best"].idxmax()]
    return words(
        "Chance of being the best in partnerships: {design} {share}.",
        design=design_name(str(best["design"]), words.engine),
        share=words.percent(float(best["p_best"])),
    )


def offline_comparison(answer: Mapping[str, Any], scenario: Scenario, words: Words) -> str:
    """The comparison as one page that needs nothing but itself."""
    from gfmd_sim.reports import comparison_report

    comparison = comparison_of(answer, words)
    return comparison_report(comparison, comparison.runs, scenario, words.engine)
