"""The checks of ``run.py evidence``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dashboard.tasks.progress import Progress, Values


def evidence_task(values: Values, progress: Progress) -> Iterator[list[dict[str, Any]]]:
    """The checks of ``run.py evidence``."""
    from gfmd_sim.evidence.suite import run_evidence

    yield [c.as_dict() for c in run_evidence(progress)]
