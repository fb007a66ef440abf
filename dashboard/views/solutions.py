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
from dashboard.views import block
from gfmd_sim.reports.run_figures import journey, partnerships, solutions, trajectory

Part = Any


def solutions_view(
    answer: Mapping[str, Any], address: Address, words: Words, own: str
) -> list[Part]:
    """What one design leads to: solutions, partnerships, the journey of the points."""
    name = offer.chosen(address.get("scenario"), own)
    scenario, agenda, language = offer.scenario(name), offer.agenda(name), words.engine
    runs, tables = answer["runs"], answer["tables"]
    roundtable = address.whole("roundtable", scenario.roundtables[0], 1, 99)
    if roundtable not in scenario.roundtables:
        roundtable = scenario.roundtables[0]
    n, title = len(runs), offer.title(scenario.name, words)
    delivered = runs["share_delivered"].mean()
    parts: list[Part] = [
        html.P(
            words.many("{scenario}, {n} run", "{scenario}, {n} runs", n, scenario=title),
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
    parts.append(block(chain(runs, words), words))
    title = f"{roundtable} · {agenda[roundtable].short_title.in_(language)}"
    parts.append(html.H2(words("Roundtable {title}", title=title), className="part"))
    approved = solutions(_only(tables.get("solutions"), roundtable), scenario, agenda, language)
    if approved is not None:
        parts.append(block(shown(approved), words))
    for figure in (
        fates(tables.get("solutions"), roundtable, scenario, agenda, words),
        support_by_group(tables["trajectory"], roundtable, scenario, words),
        points_flow(tables["points"], roundtable, agenda, words),
    ):
        if figure is not None:
            parts.append(block(figure, words))
    parts.append(html.H2(words("All roundtables"), className="part"))
    founded = partnerships(first_run(tables.get("partnerships")), scenario, agenda, language)
    if founded is not None:
        ties = network(tables["partnerships"], tables["people"], scenario, words)
        parts += [block(ties, words), block(shown(founded), words)]
    else:
        parts.append(html.P(words("No partnership forms in the first run."), className="empty"))
    ways = journey(tables["points"], language)
    if ways is not None:
        parts.append(block(shown(ways), words))
    parts.append(block(shown(trajectory(tables["trajectory"], language)), words))
    return parts


def _only(frame: pd.DataFrame | None, roundtable: int) -> pd.DataFrame:
    if frame is None or frame.empty:
        return pd.DataFrame()
    return frame[frame["roundtable"] == roundtable]
