"""Text from files in Markdown is shown as it is and never obeyed."""

from __future__ import annotations

import html
import re

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from gfmd_sim.reports.markdown import markdown_text

_PAGE = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
_NASTY = st.lists(
    st.sampled_from(
        ["<script>", "</b>", "*", "_", "`", "[x](http://a.b)", "![i](j)", "# ", "- ", "1. ", "> ",
         "|", "~~", "\\", "&lt;", "\n", "\n\n", "\t", "---", "+ ", "=", "a", "é", " ", "www.a.org",
         "<!--", "```"]
    ),
    max_size=12,
).map("".join)  # fmt: skip


@given(st.one_of(_NASTY, st.text(max_size=80)))
def test_text_comes_out_as_it_went_in(text: str) -> None:
    shown = _PAGE.render(markdown_text(text))
    tags = set(re.findall(r"</?\w+", shown))
    assert tags <= {"<p", "</p"}
    visible = html.unescape(re.sub(r"</?p>", "", shown)).split()
    plain = "".join(c if c.isprintable() else " " for c in text)
    assert visible == plain.split()


def test_without_escaping_it_would_be_obeyed() -> None:
    """Negative control."""
    assert "<script>" in _PAGE.render("<script>")
    assert "<em>" in _PAGE.render("*a*")
