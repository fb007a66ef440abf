"""Who would sit with whom: the first sitting of a design, table by table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dashboard.tasks.progress import Progress, Values
from dashboard.tasks.simulators import simulator_of


def sketch_task(values: Values, progress: Progress) -> Iterator[dict[str, Any]]:
    """The groups at every table of the first roundtable's first sitting."""
    simulator = simulator_of(values)
    forum = simulator.forum({}, values["seed"], 0)
    groups = list(simulator.scenario.population.groups)
    first = min(simulator.scenario.roundtables)
    key = (1, first, 1)
    while key not in forum.archive.seatings and not forum.is_over:
        forum.step()
    seating = forum.archive.seatings[key]
    yield {
        "groups": groups,
        "tables": [[groups[forum.delegates.group[i]] for i in t] for t in seating.tables()],
    }
