"""Timing side by side: cases take turns, and what is reported are medians with their quartiles."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

Case = Callable[[], float]
"""Does the work once and says how many seconds it took."""


@dataclass(frozen=True)
class Spread:
    """A median and its quartiles."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: list[float]) -> Spread:
        if len(values) < 2:
            return cls(values[0], values[0], values[0])
        low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
        return cls(middle, low, high)

    def times(self, factor: float) -> Spread:
        """In another unit."""
        return Spread(self.median * factor, self.low * factor, self.high * factor)


class Race:
    """Seconds of several cases that took turns, by case and round."""

    def __init__(self, seconds: Mapping[str, list[float]]) -> None:
        self.seconds = seconds

    def of(self, case: str) -> Spread:
        """Seconds of one case."""
        return Spread.of(list(self.seconds[case]))

    def ratio(self, above: str, below: str) -> Spread:
        """How many times one case takes the other's time, round by round."""
        pairs = zip(self.seconds[above], self.seconds[below], strict=True)
        return Spread.of([a / b for a, b in pairs])


@contextmanager
def tidy() -> Iterator[None]:
    """Garbage collection passes over what lies about already: it is not for those timed to search."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def race(cases: Mapping[str, Case], rounds: int) -> Race:
    """Let the cases take turns: the order turns about, so that none is always the first."""
    seconds: dict[str, list[float]] = {name: [] for name in cases}
    for case in cases.values():
        case()  # warm
    names = list(cases)
    for k in range(rounds):
        for name in names if k % 2 == 0 else reversed(names):
            with tidy():
                seconds[name].append(cases[name]())
    return Race(seconds)


def cpu(work: Callable[[], object]) -> float:
    """Seconds of processor time of this process: what others do at the time matters least."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def wall(work: Callable[[], object]) -> float:
    """Seconds by the clock on the wall."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
