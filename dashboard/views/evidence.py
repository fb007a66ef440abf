"""The checks against theory and data as parts of a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from dashboard.language import Words
from dashboard.views.block import csv_link, table
from dashboard.views.checks import KINDS, about, source
from gfmd_sim.language import significant

Part = Any
Checks = Sequence[Mapping[str, Any]]


def evidence_view(checks: Checks, words: Words) -> list[Part]:
    """How many of the checks pass, and kind by kind, one click away, all of them."""
    passed = sum(bool(c["passed"]) for c in checks)
    head = words.many(
        "{passed} of {n} check passes", "{passed} of {n} checks pass", len(checks),
        passed=words.number(passed, 0),
    )  # fmt: skip
    kinds = dict.fromkeys(str(c["id"]).partition(".")[0] for c in checks)
    parts: list[Part] = [html.H3(head)]
    for kind in kinds:
        mine = [c for c in checks if str(c["id"]).startswith(f"{kind}.")]
        parts.append(_kind(kind, mine, words))
    return parts


def _kind(kind: str, checks: Checks, words: Words) -> Part:
    """The checks of a kind: expected, found, verdict, source. What fails is open."""
    passed = sum(bool(c["passed"]) for c in checks)
    said = words(
        "{kind}: {passed} of {n} pass",
        kind=words(KINDS[kind]) if kind in KINDS else kind,
        passed=words.number(passed, 0),
        n=words.number(len(checks), 0),
    )
    header = [words("Check"), words("Expected"), words("Low"), words("High"), words("Found"),
              words("Verdict"), words("Source")]  # fmt: skip
    rows = [
        [
            about(str(c["id"]), str(c["about"]), words),
            *(
                "" if c[key] is None else significant(float(c[key]), words.engine)
                for key in ("expected", "low", "high", "found")
            ),
            words("passes") if c["passed"] else words("fails"),
            source(str(c["source"]), words),
        ]
        for c in checks
    ]
    cells = [
        [{"text": row[0], "small": str(c["id"])}, *row[1:]]
        for row, c in zip(rows, checks, strict=True)
    ]
    return html.Details(
        [
            html.Summary(said),
            table(header, cells, 99, said),
            csv_link(f"checks-{kind}", header, rows, words),
        ],
        open=passed < len(checks),
    )
