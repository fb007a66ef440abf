"""Text from strangers in a cell: a spreadsheet must not take it for a formula."""

from __future__ import annotations

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def neutral(text: str) -> str:
    """``text`` with an apostrophe in front where a spreadsheet would run it as a formula.

    Source: OWASP, "CSV injection". Numbers such as -3 are written as numbers, not through here.

    >>> neutral("=1+1")
    "'=1+1"
    >>> neutral("Ana")
    'Ana'
    """
    return "'" + text if text.startswith(_STARTS_A_FORMULA) else text
