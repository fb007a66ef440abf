"""Work that only waits: for the tests of the queue."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from typing import Any

from dashboard.tasks.progress import Progress, Values


def wait_task(values: Values, progress: Progress) -> Iterator[dict[str, Any]]:
    """Waits; for the tests of the queue."""
    for k in range(int(values["steps"])):
        time.sleep(values.get("pause", 0.1))
        if values.get("die_at") == k:
            os._exit(9)
        progress(k + 1, values["steps"], 0.0)
        yield {"step": k + 1, "name": values.get("name", "")}
