"""A chart as pages show it: its finding in words, the picture, the numbers one click away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from dash import html

from dashboard.components import Picture, Table
from dashboard.figures import Shown, csv_text, themed
from dashboard.language import Words

Part = Any


def block(figure: Shown, words: Words) -> Part:
    """A chart: the finding above, the picture, the table and its CSV one click away."""
    parts: list[Part] = [html.H2(figure.finding)]
    if figure.lead:
        parts.append(html.P(figure.lead))
    parts.append(
        Picture(
            id=f"picture-{figure.id}",
            markup=themed(figure.markup),
            **{"aria-label": figure.finding},
        )
    )
    if figure.caption:
        parts.append(html.Figcaption(figure.caption))
    parts.append(
        html.Details(
            [
                html.Summary(words("Data as a table")),
                table(figure.header, figure.rows, figure.first_number, figure.finding),
                csv_link(figure.id, figure.header, figure.rows, words),
            ],
            className="data",
        )
    )
    return html.Figure(parts, className="block", id=f"figure-{figure.id}")


def table(
    header: Sequence[str], rows: Sequence[Sequence[Any]], first_number: int, label: str
) -> Part:
    """A table; its columns from ``first_number`` on are numbers. Cells as in ``Table``."""
    return Table(
        header=list(header), rows=[list(row) for row in rows], first=first_number, label=label
    )


def csv_link(name: str, header: Sequence[str], rows: Sequence[Sequence[Any]], words: Words) -> Part:
    """The table as a file."""
    return html.A(
        words("Download as CSV"),
        href="data:text/csv;charset=utf-8," + quote("\ufeff" + csv_text(header, rows)),
        download=f"{name}.csv",
        className="csv",
        **{"data-reload": ""},
    )


def save_link(report: str, name: str, words: Words) -> Part:
    """The link that saves what is seen as one page."""
    return html.Div(
        html.A(
            words("Save as one offline page"),
            href=report,
            download=name,
            className="button plain",
            **{"data-reload": ""},
        ),
        className="actions noprint",
    )
