"""What one design leads to, as parts of a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from dash import html

from dashboard import offer
from dashboard.address import Address
from dashboard.figures import shown
from dashboard.figures.fates import chain, fates
from dashboard.figures.flow import points_flow
from dashboard.figures.network import first_run, network
from dashboard.figures.support import support_by_group
from dashboard.language import Words
from dashboard.views import block, save_link
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
    ]
    if report:
        parts.append(save_link(report, "run.html", words))
    parts.append(block(chain(runs, words), words))
    figures = [
        solutions(_only(tables.get("solutions"), roundtable), scenario, agenda, language),
        None,
        partnerships(first_run(tables.get("partnerships")), scenario, agenda, language),
    ]
    if figures[0] is not None:
        parts.append(block(shown(figures[0]), words))
    why = fates(tables.get("solutions"), roundtable, scenario, agenda, words)
    if why is not None:
        parts.append(block(why, words))
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
    strands = points_flow(tables["points"], roundtable, agenda, words)
    if strands is not None:
        parts.append(block(strands, words))
    parts.append(block(shown(trajectory(tables["trajectory"], language)), words))
    return parts


def _only(frame: pd.DataFrame | None, roundtable: int) -> pd.DataFrame:
    if frame is None or frame.empty:
        return pd.DataFrame()
    return frame[frame["roundtable"] == roundtable]


def offline_run(answer: Mapping[str, Any], name: str, rule: str, seed: int, words: Words) -> str:
    """The runs of one design as one page that needs nothing but itself."""
    from gfmd_sim.reports.run import run_report

    scenario = offer.scenario(name)
    runs = answer["runs"].assign(design=rule or scenario.seating.rule)
    return run_report(runs, answer["tables"], scenario, offer.agenda(name), words.engine, seed=seed)
