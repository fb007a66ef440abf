"""Figures to turn and zoom, for notebooks: what ``.plot()`` of a comparison and of runs draws.

Made with Plotly; nothing is fetched and nothing leaves the machine. Names from a file are escaped,
since Plotly reads markup in its texts.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import pandas as pd

from gfmd_sim.errors import UserError
from gfmd_sim.reports.findings import cells_of, headline, measures_of
from gfmd_sim.reports.look import ACCENT, BAND, DOT, INK, LINE, SOFT, WARM
from gfmd_sim.reports.words import measure_words, row_name

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from gfmd_sim.experiments.compare import Comparison
    from gfmd_sim.results import Results
    from gfmd_sim.scenario.agenda import Language

# How a verdict is drawn; shape and filling say what colour says.
VERDICTS = {
    ("matters", "higher"): ("triangle-up", ACCENT),
    ("matters", "lower"): ("triangle-down", WARM),
    ("does not matter", ""): ("circle", SOFT),
    ("cannot tell yet", ""): ("circle-open", INK),
    ("too rare to tell", ""): ("circle-open", INK),
}


def comparison_figure(comparison: Comparison, language: Language = "en") -> go.Figure:
    """Paired differences from the baseline, a panel a measure, with their simultaneous intervals.

    The shaded band holds differences too small to matter. The title is the finding.
    """
    from plotly.subplots import make_subplots

    measures = measures_of(comparison)
    title, deck = headline(cells_of(comparison), comparison.runs["replicate"].nunique(), language)
    figure = make_subplots(
        cols=len(measures),
        shared_yaxes=True,
        horizontal_spacing=0.03,
        subplot_titles=[escape(measure_words(m, language).name) for m in measures],
    )
    for column, measure in enumerate(measures, start=1):
        rows = comparison.frame[
            (comparison.frame["measure"] == measure)
            & (comparison.frame["design"] != comparison.baseline)
        ]
        least = float(comparison.smallest_effects[measure])
        for _, row in rows.iterrows():
            clear = row["verdict"] == "matters"
            symbol, colour = VERDICTS[(row["verdict"], row["direction"] if clear else "")]
            figure.add_scatter(
                x=[row["difference"]],
                y=[escape(row_name(row["design"], language))],
                error_x={
                    "type": "data",
                    "symmetric": False,
                    "array": [row["high"] - row["difference"]],
                    "arrayminus": [row["difference"] - row["low"]],
                    "color": colour,
                    "thickness": 2,
                },
                mode="markers",
                marker={"symbol": symbol, "color": colour, "size": 11},
                hovertemplate=f"%{{y}}<br>{row['low']:+.3g} … {row['high']:+.3g}<br>"
                f"{row['verdict']}<extra></extra>",
                showlegend=False,
                col=column,
                row=1,
            )
        figure.add_vrect(
            x0=-least,
            x1=least,
            fillcolor=BAND,
            opacity=1,
            line_width=0,
            layer="below",
            row=1,
            col=column,
        )
        figure.add_vline(x=0, line_color=SOFT, line_width=1, layer="below", row=1, col=column)
    figure.update_yaxes(autorange="reversed", showgrid=False)
    n_designs = comparison.frame["design"].nunique() - 1
    return _styled(figure, title, deck, height=190 + 46 * n_designs)


def course_figure(results: Results) -> go.Figure:
    """What is left of the variance of support after each stage, its part between groups beside it.

    Means over solutions, roundtables and runs, as shares of the variance at the start; every run is
    a faint line behind.

    Raises
    ------
    UserError
        If the results hold no trajectory (those of a comparison do not).
    """
    import plotly.graph_objects as go

    if "trajectory" not in results.tables:
        raise UserError(
            "these results hold no trajectory",
            given=results.kind,
            allowed="results of simulate",
            remedy="plot a Comparison instead, or simulate one of its designs",
        )
    left = _variance_left(results.tables["trajectory"])
    course = left.groupby("step").mean()
    figure = go.Figure()
    for _, run in left.groupby("replicate"):
        figure.add_scatter(
            x=run.index.get_level_values("step"),
            y=run["variance"],
            mode="lines",
            line={"color": DOT, "width": 1},
            hoverinfo="skip",
            showlegend=False,
        )
    for name, colour, label in (
        ("variance", ACCENT, "all of it"),
        ("variance_between_groups", WARM, "between groups"),
    ):
        figure.add_scatter(
            x=course.index,
            y=course[name],
            mode="lines+markers+text",
            line={"color": colour, "width": 3},
            text=[""] * (len(course) - 1) + [f" {label}"],
            textposition="middle right",
            textfont={"color": colour},
            cliponaxis=False,
            showlegend=False,
            hovertemplate=f"{label}: %{{y:.2f}}<extra></extra>",
        )
    figure.update_xaxes(tickvals=list(course.index), ticktext=_stages(results.tables["trajectory"]))
    figure.update_yaxes(rangemode="tozero", title_text="of the variance at the start")
    n = int(results.runs["replicate"].nunique())
    title = f"Support draws together by {1 - course['variance'].iloc[-1]:.0%}"
    figure = _styled(figure, title, f"mean over solutions, roundtables and {n} runs", height=440)
    return figure.update_layout(margin_r=130)


def _variance_left(trajectory: pd.DataFrame) -> pd.DataFrame:
    """Share of the starting variance, and of it between groups, by replicate and step."""
    steps = {key: step for step, key in enumerate(_when(trajectory).drop_duplicates())}
    whole = (
        trajectory.assign(step=_when(trajectory).map(steps))
        .groupby(["replicate", "step"])[["variance", "variance_between_groups"]]
        .mean()
    )
    start = whole["variance"].groupby("replicate").transform("first")
    return whole.div(start, axis=0)


def _when(trajectory: pd.DataFrame) -> pd.Series:
    keys = trajectory[["consultation", "sitting", "stage"]]
    return pd.Series(list(keys.itertuples(index=False, name=None)), index=trajectory.index)


def _stages(trajectory: pd.DataFrame) -> list[str]:
    """What each step is called on the axis."""
    last = trajectory["consultation"].max()
    names = []
    for consultation, sitting, stage in _when(trajectory).drop_duplicates():
        if consultation == 0:
            names.append("start")
        elif consultation == last:
            names.append("Summit")
        elif sitting:
            names.append(f"{consultation}: sitting {sitting}")
        else:
            names.append(f"{consultation}: {stage}")
    return names


def _styled(figure: go.Figure, title: str, deck: str, height: int) -> go.Figure:
    figure.update_layout(
        template="simple_white",
        title={"text": f"<b>{escape(title)}</b><br><sup>{escape(deck)}</sup>", "x": 0.0},
        font={"family": "Source Sans 3, Source Sans Pro, sans-serif", "size": 14, "color": INK},
        margin={"l": 20, "r": 20, "t": 110, "b": 50},
        height=height,
    )
    figure.update_xaxes(gridcolor=LINE)
    return figure
