"""What is damaged in a result folder, whatever command wrote it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gfmd_sim.errors import ENGLISH, Sentence, StoreError, Wording
from gfmd_sim.experiments.archive import input_damages
from gfmd_sim.experiments.parts import Damage
from gfmd_sim.experiments.plan_file import plans_in
from gfmd_sim.experiments.store import Store
from gfmd_sim.results import MANIFEST, is_single_result, read_results

_OURS = ("shard-*.parquet", "runs.parquet", "runs.json", "shards-*.json")


@dataclass(frozen=True)
class Verified:
    """What was found: damages, runs that are good, runs that are missing."""

    damages: tuple[Sentence | StoreError, ...]
    n_runs: int
    n_missing: int | None

    def lines(self, wording: Wording = ENGLISH) -> list[str]:
        """What is damaged, a line each."""
        return [
            d.said(wording) if isinstance(d, Sentence) else _in_a_line(d, wording)
            for d in self.damages
        ]

    def as_dict(self) -> dict[str, object]:
        """For ``--json``."""
        return {
            "whole": not self.damages,
            "damages": self.lines(),
            "n_runs": self.n_runs,
            "n_missing": self.n_missing,
        }

    def verdict(self) -> Sentence:
        """In a line."""
        runs = Sentence.counted("{n} run is good", "{n} runs are good", self.n_runs)
        if self.n_missing:
            runs = Sentence.counted(
                "{runs}, {n} is missing: the sweep's command again does that one only",
                "{runs}, {n} are missing: the sweep's command again does those only",
                self.n_missing, runs=runs,
            )  # fmt: skip
        if self.damages:
            return Sentence.counted(
                "DAMAGED: {n} file; {runs}", "DAMAGED: {n} files; {runs}", len(self.damages),
                runs=runs,
            )  # fmt: skip
        if self.n_missing:
            return Sentence("nothing is damaged: {runs}", runs=runs)
        return Sentence("whole: {runs}", runs=runs)


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
            return Verified((error,), 0, None)
    try:
        store = Store.open(folder)
    except StoreError as error:
        # rows without a manifest are a damaged store; anything else was never one
        if folder.is_dir() and (plans_in(folder) or any(any(folder.glob(p)) for p in _OURS)):
            return Verified((Damage(folder / MANIFEST, error.problem).sentence(),), 0, None)
        raise
    damages = [d.sentence() for d in (*store.damages(), *input_damages(store))]
    in_parts = sum(part.n_rows for part in store.parts())
    n = in_parts + sum(map(len, store.journals()))
    try:
        missing = store.missing()
        planned = int(store.manifest["n_runs"])
        # What a journal keeps may be in a part as well.
        n = min(n, planned - missing if missing else max(planned, in_parts))
    except StoreError:  # the plan itself is damaged, and said so above
        missing = None
    return Verified(tuple(damages), n, missing)


def _in_a_line(error: StoreError, wording: Wording) -> str:
    first, *facts = error.describe(wording).splitlines()
    return Sentence.divided([first, *(fact.removeprefix(" ") for fact in facts)]).said(wording)
