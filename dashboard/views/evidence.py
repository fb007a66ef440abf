"""The checks against theory and data as parts of a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from dashboard.language import Words
from dashboard.views import csv_link, table

Part = Any


def evidence_view(checks: Sequence[Mapping[str, Any]], words: Words) -> list[Part]:
    """The oracles and patterns: expected, found, verdict, source."""
    passed = sum(bool(c["passed"]) for c in checks)
    head = words.many(
        "{passed} of {n} check passes", "{passed} of {n} checks pass", len(checks),
        passed=words.number(passed, 0),
    )  # fmt: skip
    header = [words("Check"), words("Expected"), words("Low"), words("High"), words("Found"),
              words("Verdict"), words("Source")]  # fmt: skip

    def cell(value: object) -> str:
        return "" if value is None else f"{float(str(value)):.4g}"

    rows = [
        [f"{c['about']} ({c['id']})", cell(c["expected"]), cell(c["low"]), cell(c["high"]),
         cell(c["found"]), words("passes") if c["passed"] else words("fails"), str(c["source"])]
        for c in checks
    ]  # fmt: skip
    return [html.H2(head), table(header, rows, 99, head), csv_link("checks", header, rows, words)]
