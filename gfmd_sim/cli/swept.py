"""What a sweep would take, and what it left in its folder: in words, or as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from gfmd_sim.cli.as_json import print_json
from gfmd_sim.experiments.forum_sweep import Drawn
from gfmd_sim.experiments.runs import Runs
from gfmd_sim.experiments.store import Store


class Swept(NamedTuple):
    """What a folder holds now: runs in all, failed ones, those missing, those of other plans."""

    n_runs: int
    n_missing: int
    n_others: int
    reasons: Mapping[str, int]
    drawn: Drawn

    @property
    def n_failed(self) -> int:
        return sum(self.reasons.values())


def swept_in(store: Store) -> Swept:
    """Count what a folder holds."""
    failure = store.table(["failure"])["failure"]
    reasons = failure.drop_null().value_counts().to_pylist()
    return Swept(
        len(failure),
        store.missing(),
        len(failure) - Runs(store.plan()).n_distinct,
        {r["values"]: r["counts"] for r in sorted(reasons, key=lambda r: -r["counts"])},
        Drawn(**store.manifest["drawn"]),
    )


def say_swept(
    found: Swept, out: Path, part: tuple[int, int], *, is_json: bool, is_quiet: bool
) -> None:
    """Say what is there, what failed and why, and what is missing."""
    if is_json:
        print_json({"out": str(out), "n_runs": found.n_runs, "n_failed": found.n_failed,
                    "n_missing": found.n_missing, "drawn": found.drawn.as_dict()})  # fmt: skip
        return
    if found.n_failed:
        print(f"{found.n_failed:,} of {found.n_runs:,} runs failed (column failure); most often:")
        for reason, n in list(found.reasons.items())[:3]:
            print(f"  {n:,}: {reason}")
    if is_quiet:
        return
    if part != (1, 1):
        if found.n_missing:
            print(f"part {part[0]} of {part[1]} is done; "
                  f"{found.n_missing:,} runs of the whole are missing")  # fmt: skip
    elif found.n_others > 0:  # put together: each run is one row
        print(f"besides, the folder keeps {found.n_others:,} runs of another plan "
              "(analyse leaves them out)")  # fmt: skip
    print(found.drawn.sentence())
    print(out)


def say_size(size: Mapping[str, Any], name: str, part: tuple[int, int], *, is_json: bool) -> None:
    """How many runs of the scenario ``name``, how long, how much disk."""
    if is_json:
        print_json(size)
        return
    print(f"{size['n_runs']:,} runs: {size['n_settings']:,} settings of {name}")
    if size["n_stored"]:
        print(f"{size['n_stored']:,} of them are stored already")
    if part != (1, 1):
        print(f"{size['n_todo']:,} in part {part[0]} of {part[1]}")
    print(Drawn(**size["drawn"]).sentence())
    print(
        f"about {duration(size['seconds'])} on {size['workers']} processes "
        f"({size['seconds_a_run'] * 1000:.0f} ms a run, {size['n_measures']} measures)"
    )
    print(f"about {room_on_disk(size['bytes'])} on disk, twice that while it is put together")
    if size["n_failed"]:
        print(f"{size['n_failed']} of the runs tried for this estimate failed")


def duration(seconds: float) -> str:
    """So long, in the largest unit of which there are two."""
    for unit, size in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.1f} {unit}"
    return f"{max(seconds, 2):.0f} seconds"


def room_on_disk(n: float) -> str:
    """So many bytes, in the largest unit that is filled."""
    for unit, size in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6)):
        if n >= size:
            return f"{n / size:.1f} {unit}"
    return f"{n / 1e3:.0f} kB"
