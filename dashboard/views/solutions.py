"""What one design leads to, as parts of a page."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd
from dash import html

from dashboard import offer
from dashboard.address import Address
from dashboard.figures import shown
from dashboard.figures.network import first_run, network
from dashboard.figures.support import support_by_group
from dashboard.language import Words
from dashboard.views import block, csv_link, save_link, table
from gfmd_sim.reports.run_figures import journey, partnerships, solutions, trajectory

Part = Any


def solutions_view(
    answer: Mapping[str, Any], address: Address, words: Words, own: str, report: str = ""
) -> list[Part]:
    """What one design leads to: solutions, partnerships, the journey of the points."""
    name = offer.chosen(address.get("scenario"), own)
    scenario, agenda, language = offer.scenario(name), offer.agenda(name), words.engine
    runs, tables = answer["runs"], answer["tables"]
    roundtable = address.whole("roundtable", scenario.roundtables[0], 1, 99)
    if roundtable not in scenario.roundtables:
        roundtable = scenario.roundtables[0]
    n = len(runs)
    speeches = runs["speeches_only"].mean()
    delivered = runs["share_delivered"].mean()
    parts: list[Part] = [
        html.P(
            words.many("{scenario}, {n} run", "{scenario}, {n} runs", n, scenario=scenario.name),
            className="kicker",
        ),
        html.H1(
            words(
                "Of 100 solutions put to the vote {adopted} are adopted and {delivered} get "
                "somebody to deliver them",
                adopted=words.number(100 * float(runs["solutions"].mean()), 0),
                delivered=words.number(100 * float(delivered), 0),
            )
        ),
        html.P(
            words(
                "Of the adopted ones {share} remain speeches: nobody implements, funds and sponsors "
                "them together.",
                share=words.percent(float(speeches)) if math.isfinite(speeches) else "–",
            ),
            className="deck",
        ),
    ]
    if report:
        parts.append(save_link(report, "run.html", words))
    figures = [
        solutions(_only(tables.get("solutions"), roundtable), scenario, agenda, language),
        None,
        partnerships(first_run(tables.get("partnerships")), scenario, agenda, language),
    ]
    if figures[0] is not None:
        parts.append(block(shown(figures[0]), words))
    parts.append(block(support_by_group(tables["trajectory"], roundtable, scenario, words), words))
    if figures[2] is not None:
        parts.append(
            block(network(tables["partnerships"], tables["people"], scenario, words), words)
        )
        parts.append(block(shown(figures[2]), words))
    else:
        parts.append(html.P(words("No partnership forms in the first run."), className="empty"))
    flow = journey(tables["points"], language)
    if flow is not None:
        parts.append(block(shown(flow), words))
    parts.append(points_table(tables["points"], roundtable, agenda, words))
    parts.append(block(shown(trajectory(tables["trajectory"], language)), words))
    return parts


def _only(frame: pd.DataFrame | None, roundtable: int) -> pd.DataFrame:
    if frame is None or frame.empty:
        return pd.DataFrame()
    return frame[frame["roundtable"] == roundtable]


def lost_at(row: Mapping[str, Any], words: Words) -> str:
    """Where a point's journey ended."""
    early = [c for c in (1, 2) if f"voiced_{c}" in row]
    if not any(row[f"voiced_{c}"] for c in early):
        return words("never voiced early")
    if not any(row[f"reported_{c}"] for c in early):
        return words("at the table: not reported")
    if not any(row[f"noted_{c}"] for c in early):
        return words("in the plenary: not noted")
    if not row.get("voiced_3"):
        return words("in the note: not voiced again")
    if row["known_at_end"] < 0.5:
        return words("on the last stretch: known by too few")
    return words("arrived: known by half at the Summit")


def points_table(
    frame: pd.DataFrame, roundtable: int, agenda: Mapping[int, Any], words: Words
) -> Part:
    """Every point of one roundtable in the first run, and where it was lost."""
    mine = first_run(frame)
    mine = mine[mine["roundtable"] == roundtable]
    labels = {e.id: e.label.in_(words.engine) for _, e in agenda[roundtable].items()}
    rows = [
        [labels.get(str(r["item"]), str(r["item"])), str(r["account"]),
         *(str(r.get(f"voiced_{c}", "")) for c in (1, 2, 3)),
         words.percent(float(r["known_at_start"])), words.percent(float(r["known_at_end"])),
         lost_at(r, words)]
        for r in mine.to_dict("records")
    ]  # fmt: skip
    header = [words("Point"), words("Account"), words("Voiced in 1"), words("in 2"), words("in 3"),
              words("Known at the start"), words("at the Summit"),
              words("Where its journey ended")]  # fmt: skip
    title = words("Roundtable {n}: the journey of every point in the first run", n=roundtable)
    return html.Details(
        [
            html.Summary(title),
            table(header, rows, 99, title),
            csv_link("points", header, rows, words),
        ]
    )


def offline_run(answer: Mapping[str, Any], name: str, rule: str, seed: int, words: Words) -> str:
    """The runs of one design as one page that needs nothing but itself."""
    from gfmd_sim.reports.run import run_report

    scenario = offer.scenario(name)
    runs = answer["runs"].assign(design=rule or scenario.seating.rule)
    return run_report(runs, answer["tables"], scenario, offer.agenda(name), words.engine, seed=seed)
