"""Parts of pages: plain values and words in, components out."""

from dashboard.figures import Shown, csv_text, shown, themed
from dashboard.views.block import block, csv_link, save_link, table
from dashboard.views.controls import choice, form
from dashboard.views.states import JOB_WORDS, empty, first_start, notice

__all__ = [
    "JOB_WORDS", "Shown", "block", "choice", "csv_link", "csv_text", "empty", "first_start", "form",
    "notice",
    "save_link", "shown", "table", "themed",
]  # fmt: skip
