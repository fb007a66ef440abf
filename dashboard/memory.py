"""Views of a job's news are drawn once and shown to all who ask."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

KEPT = 128


class Memory:
    """What was drawn from an answer, by key; one drawing at a time, the others find it done."""

    def __init__(self, kept: int = KEPT) -> None:
        self._lock = threading.Lock()
        self._kept = kept
        self._drawn: OrderedDict[Hashable, tuple[Any, Any]] = OrderedDict()

    def get(self, key: Hashable, answer: Any, draw: Callable[[], Any]) -> Any:
        """What ``draw`` made of this very ``answer`` before, or makes of it now."""
        with self._lock:
            known = self._drawn.get(key)
            if known is None or known[0] is not answer:
                known = (answer, draw())
                self._drawn[key] = known
            self._drawn.move_to_end(key)
            while len(self._drawn) > self._kept:
                self._drawn.popitem(last=False)
        return known[1]


MEMORY = Memory()
