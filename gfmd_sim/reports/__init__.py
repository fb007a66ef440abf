"""What people read: summary notes in Markdown, reports in self-contained HTML, in three languages."""

from __future__ import annotations

from gfmd_sim.reports.comparison import comparison_report
from gfmd_sim.reports.notes import forum_notes, note_file, note_markdown, write_notes
from gfmd_sim.reports.run import run_report
from gfmd_sim.reports.sensitivity import sensitivity_report

__all__ = [
    "comparison_report",
    "forum_notes",
    "note_file",
    "note_markdown",
    "run_report",
    "sensitivity_report",
    "write_notes",
]
