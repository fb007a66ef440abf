"""What is damaged in a result folder, whatever command wrote it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gfmd_sim.errors import StoreError
from gfmd_sim.experiments.archive import input_damages
from gfmd_sim.experiments.plan_file import plans_in
from gfmd_sim.experiments.store import Store
from gfmd_sim.results import is_single_result, read_results

_OURS = ("shard-*.parquet", "runs.parquet", "runs.json", "shards-*.json")


@dataclass(frozen=True)
class Verified:
    """What was found: damages a line each, runs that are good, runs that are missing."""

    damages: tuple[str, ...]
    n_runs: int
    n_missing: int | None

    def as_dict(self) -> dict[str, object]:
        """For ``--json``."""
        return {
            "whole": not self.damages,
            "damages": list(self.damages),
            "n_runs": self.n_runs,
            "n_missing": self.n_missing,
        }

    def verdict(self) -> str:
        """In a line."""
        runs = f"{self.n_runs:,} runs are good"
        if self.n_missing:
            runs += f", {self.n_missing:,} are missing: the sweep's command again does those only"
        if self.damages:
            return f"DAMAGED: {len(self.damages)} files; {runs}"
        return f"{'nothing is damaged' if self.n_missing else 'whole'}: {runs}"


def verified(folder: Path) -> Verified:
    """Check every file of a result folder against its checksums.

    Raises
    ------
    StoreError
        If the folder is none of ours.
    """
    if is_single_result(folder):
        try:
            return Verified((), len(read_results(folder).runs), 0)
        except StoreError as error:
            return Verified((error.describe().replace("\n", ";"),), 0, None)
    try:
        store = Store.open(folder)
    except StoreError as error:
        # rows without a manifest are a damaged store; anything else was never one
        if folder.is_dir() and (plans_in(folder) or any(any(folder.glob(p)) for p in _OURS)):
            return Verified((f"manifest.json: {error.problem}",), 0, None)
        raise
    damages = [*map(str, store.damages()), *input_damages(store)]
    n = sum(part.n_rows for part in store.parts())
    try:
        missing = store.missing()
        n = min(n, int(store.manifest["n_runs"]) - missing) if missing else n
    except StoreError:  # the plan itself is damaged, and said so above
        missing = None
    return Verified(tuple(damages), n, missing)
