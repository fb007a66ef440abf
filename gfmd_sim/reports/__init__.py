"""What people read: summary notes in Markdown, reports in self-contained HTML, in three languages."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gfmd_sim.reports.comparison import comparison_report
    from gfmd_sim.reports.notes import forum_notes, note_file, note_markdown, write_notes
    from gfmd_sim.reports.run import run_report
    from gfmd_sim.reports.sensitivity import sensitivity_report

# Imported when first asked for: who prints a table need not wait for what analyses a sweep.
_HOME = {
    "comparison_report": "gfmd_sim.reports.comparison",
    "forum_notes": "gfmd_sim.reports.notes",
    "note_file": "gfmd_sim.reports.notes",
    "note_markdown": "gfmd_sim.reports.notes",
    "run_report": "gfmd_sim.reports.run",
    "sensitivity_report": "gfmd_sim.reports.sensitivity",
    "write_notes": "gfmd_sim.reports.notes",
}

__all__ = [
    "comparison_report",
    "forum_notes",
    "note_file",
    "note_markdown",
    "run_report",
    "sensitivity_report",
    "write_notes",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'gfmd_sim.reports' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
