"""Text from files in Markdown: shown as it is, never obeyed."""

from __future__ import annotations

import re

from markupsafe import Markup

_SPECIAL = re.compile(r"([\\`*_\[\]|~#<>&$])")
_STARTS = re.compile(r"\A(\s*)([-+=]|\d+[.)])")
_URL = re.compile(r"(?i)\b(https?|ftp|mailto|www)([:.])")
_ENTITIES = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}


class Trusted(str):
    """Markdown of our own making."""


def markdown_text(text: object) -> str:
    """``text`` on one line, with nothing in it that Markdown or HTML would act on.

    >>> markdown_text("- a *bold* <script>")
    '\\\\- a \\\\*bold\\\\* &lt;script&gt;'
    """
    if isinstance(text, Trusted | Markup):
        return str(text)
    line = " ".join("".join(c if c.isprintable() else " " for c in str(text)).split())
    line = _SPECIAL.sub(lambda m: _ENTITIES.get(m[1], "\\" + m[1]), line)
    line = _STARTS.sub(_escape_start, line)
    return _URL.sub(lambda m: f"{m[1]}\\{m[2]}", line)  # no address becomes a link by itself


def _escape_start(match: re.Match[str]) -> str:
    mark = match[2]
    return match[1] + (f"{mark[:-1]}\\{mark[-1]}" if len(mark) > 1 else f"\\{mark}")
