"""Parts of pages: plain values and words in, components out."""

from dashboard.figures import Shown, csv_text, shown, themed
from dashboard.views.block import block, csv_link, save_link, table
from dashboard.views.controls import choice, form
from dashboard.views.roster import gone, roster_choice
from dashboard.views.states import BUSY, JOB_WORDS, complaint, empty, first_start, notice

__all__ = [
    "BUSY", "JOB_WORDS", "Shown", "block", "choice", "complaint", "csv_link", "csv_text", "empty",
    "first_start", "form",
    "gone", "notice", "roster_choice", "save_link", "shown", "table", "themed",
]  # fmt: skip
