"""A simulator that costs next to nothing and returns as many measures as the Forum."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sixty:
    """Sixty measures: counts, ratios of small numbers, and numbers with all their digits."""

    @property
    def identity(self):
        return {"model": "sixty"}

    def run(self, levers, seed, replicate):
        x = (
            replicate * 2654435761
            + seed
            + int(levers.get("d", len(str(levers.get("seating.rule", "")))))
        ) % 2**32
        y = (x * 1103515245 + 12345) % 2**31
        out = {f"m{i}": float((x >> (i % 24)) % 17) for i in range(20)}
        out |= {f"m{i}": ((y >> (i % 20)) % 120) / 120 for i in range(20, 40)}
        out |= {f"m{i}": (y * (i + 1) % 1000003) / 1000003 for i in range(40, 60)}
        return out
