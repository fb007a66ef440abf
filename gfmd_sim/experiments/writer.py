"""Writes a result folder: one process at a time, through kills and full disks."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from gfmd_sim.advance import Advance
from gfmd_sim.errors import StoreError, refusal
from gfmd_sim.experiments import journal
from gfmd_sim.experiments.compaction import compact
from gfmd_sim.experiments.files import (
    FolderLock,
    Pause,
    patiently,
    read_json,
    sha256,
    why_not_written,
    write_json,
    write_whole,
)
from gfmd_sim.experiments.journal import Journal, Rows
from gfmd_sim.experiments.ordered import done_mask
from gfmd_sim.experiments.parts import (
    PLAN_KEY,
    STORE_ID_KEY,
    Damage,
    Part,
    compact_parts,
    store_id,
    to_bytes,
    to_table,
    verified_parts,
)
from gfmd_sim.experiments.plan_file import plan_files, plans_in
from gfmd_sim.experiments.runs import Runs
from gfmd_sim.experiments.simulator import JSON, canonical
from gfmd_sim.experiments.store import FORMAT, Store
from gfmd_sim.experiments.worker import Outcome

SHARD_ROWS = 4096
_PACKAGES = ("gfmd-sim", "numpy", "numba", "pandas", "pyarrow", "scipy", "mesa")


def software() -> dict[str, str]:
    """Versions that can move a last digit, and the platform."""
    out = {"python": platform.python_version(), "platform": platform.platform()}
    for name in _PACKAGES:
        try:
            out[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return out


class StoreWriter:
    """Keeps finished runs, under a lock, through kills and full disks.

    Use as a context manager; ``add`` takes outcomes, ``done`` says what is there already.

    Parameters
    ----------
    owner
        Which part of the plan is this writer's: "all", or "K-of-N" where several write to one
        folder at once.
    patience, on_pause
        How long to wait for a disk that refuses (seconds), and whom to tell meanwhile.
    """

    def __init__(
        self,
        folder: str | Path,
        identity: Mapping[str, JSON],
        seed: int,
        runs: Runs,
        *,
        owner: str = "all",
        patience: float = 600.0,
        on_pause: Pause | None = None,
        about: Mapping[str, JSON] | None = None,
        shard_rows: int = SHARD_ROWS,
    ) -> None:
        self.folder = Path(folder)
        self.identifier = store_id(identity, seed)
        self._identity, self._seed, self._runs = identity, seed, runs
        self._owner, self._patience, self._on_pause = owner, patience, on_pause
        self._about, self._shard_rows = about or {}, shard_rows
        self._lock = FolderLock(self.folder / f".lock-{owner}")
        self._buffer: list[Rows] = []
        self._n_buffered = 0
        self._shards: list[tuple[str, int]] = []
        self._journal: Journal | None = None
        self.parts: list[Part] = []
        self.repaired: list[Damage] = []
        """What was set aside as damaged when the store was opened."""

    def __enter__(self) -> Self:
        check_folder(self.folder, self.identifier)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            locked = self._lock.acquire_patiently(self._on_pause)
        except OSError as error:
            raise StoreError(
                "the folder cannot be written to", file=self.folder, given=refusal(error)
            ) from error
        if not locked:
            raise StoreError(
                "another sweep is at work in this folder",
                file=self.folder,
                given=self._lock.holder(),
                remedy="wait for it, stop it, or name another --out",
            )
        try:
            self._exclude_others()
            self._patiently(self._open)
        except BaseException:
            self._lock.release()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        try:
            if self._journal is not None:
                if error[0] is None:
                    self.flush()
                # after an error the journal keeps what no shard has
                self._journal.close(remove=not self._buffer)
        finally:
            self._lock.release()

    def _exclude_others(self) -> None:
        """Whoever writes "all" must be alone; parts may write beside each other."""
        for path in sorted(self.folder.glob(".lock-*")):
            if path.name == self._lock.path.name:
                continue
            if self._owner != "all" and path.name != ".lock-all":
                continue
            other = FolderLock(path)
            if other.acquire_patiently(self._on_pause):
                other.release()  # its process is dead
            else:
                raise StoreError(
                    "another sweep is at work in this folder",
                    file=self.folder,
                    given=other.holder(),
                    remedy="wait for it, stop it, or name another --out",
                )

    def _patiently(self, action: Any) -> None:
        patiently(action, self.folder, self._patience, self._on_pause)

    def _open(self) -> None:
        for temp in self.folder.glob(f".*.{os.getpid()}.tmp"):
            temp.unlink()
        if self._owner == "all":
            for temp in self.folder.glob(".*.tmp"):
                temp.unlink()
        files = plan_files(self._runs.plan)
        for name, data in files.items():
            path = self.folder / name
            if not path.exists() or sha256(path.read_bytes()) != sha256(data):
                write_whole(path, data)
        manifest = {
            "format": FORMAT,
            "store_id": self.identifier,
            "identity": canonical(self._identity),
            "seed": self._seed,
            "plan": list(files),
            "n_runs": self._runs.n_distinct,
            "sampler": self._runs.plan.sampler,
            "software": software(),
            "command": [Path(sys.argv[0]).name, *sys.argv[1:]],
            **self._about,
        }
        before = read_json(self.folder / "manifest.json")
        if before is None or {**before, "software": 0, "command": 0} != {
            **manifest, "software": 0, "command": 0,
        }:  # fmt: skip
            write_json(self.folder / "manifest.json", manifest)
        if self._owner == "all":
            self._forget_earlier_plans(set(files))
        self.parts, damages = verified_parts(self.folder, self.identifier)
        for damage in damages:
            self._set_aside(damage)
        self._shards = [(p.path.name, p.n_rows) for p in self.parts if p.group is None]
        self._recover()
        self._journal = Journal(self.folder / f"journal-{self._owner}.bin")
        self._list_shards()

    def _forget_earlier_plans(self, current: set[str]) -> None:
        """A plan that grew leaves its smaller selves behind; the runs themselves stay."""
        for path in plans_in(self.folder):
            if path.name not in current:
                path.unlink()

    def _set_aside(self, damage: Damage) -> None:
        """Damaged shards go to a folder of their own; runs.parquet is mended by compaction."""
        self.repaired.append(damage)
        whole_file = damage.path.name.startswith("shard-") or not any(
            p.path == damage.path for p in self.parts
        )
        if whole_file and damage.path.exists() and damage.path.suffix == ".parquet":
            (self.folder / "damaged").mkdir(exist_ok=True)
            os.replace(damage.path, self.folder / "damaged" / damage.path.name)

    def _recover(self) -> None:
        """Shards from the journals that killed processes left."""
        journals = sorted(self.folder.glob("journal-*.bin"))
        if self._owner != "all":
            journals = [j for j in journals if j.name == f"journal-{self._owner}.bin"]
        for path in journals:
            rows = list(journal.read(path))
            if rows:
                self._write_shard(rows)
            path.unlink()

    def done(self, *, failed_too: bool = True) -> NDArray[np.bool_]:
        """Which of the plan's runs are stored, shape (len(runs),)."""
        return done_mask(self._runs, self.parts, failed_too=failed_too)

    def add(self, outcome: Outcome) -> None:
        """Keep a chunk's outcome; when it returns, a kill cannot lose it."""
        rows = self._rows(outcome)
        assert self._journal is not None
        keep = self._journal
        self._patiently(lambda: keep.append(rows))
        self._buffer.append(rows)
        self._lock.touch()
        self._n_buffered += len(rows)
        if self._n_buffered >= self._shard_rows:
            self.flush()

    def _rows(self, outcome: Outcome) -> Rows:
        settings, setting, replicate = self._runs.settings(outcome.index)
        return Rows(
            settings,
            setting,
            replicate,
            outcome.names,
            outcome.values,
            dict(outcome.failures),
        )

    def flush(self) -> None:
        """Write what the journal holds as a shard."""
        if self._buffer:
            self._patiently(lambda: self._write_shard(self._buffer, self._runs.key))
            self._buffer, self._n_buffered = [], 0
            assert self._journal is not None
            self._patiently(self._journal.clear)

    def take(self, part: Part) -> None:
        """Keep the rows of another store of the same simulator and seed."""
        table = part.read()
        # compact files repeat the levers as columns; they come back by themselves
        words = table["levers"].unique().to_pylist() if "levers" in table.column_names else []
        levers = {path for word in words for path in json.loads(word)}
        shard = table.drop_columns([c for c in table.column_names if c in levers])
        self._patiently(lambda: self._write_table(shard))

    def take_journals(self, folder: Path) -> None:
        """Keep what the journals of another store hold, whose sweep was killed."""
        for path in sorted(folder.glob("journal-*.bin")):
            if rows := list(journal.read(path)):
                self._patiently(lambda rows=rows: self._write_shard(rows))

    def _write_shard(self, rows: Sequence[Rows], plan: str = "") -> None:
        # what a journal is found to hold may have been run under another plan: no key
        self._write_table(to_table(rows), plan)

    def _write_table(self, table: pa.Table, plan: str = "") -> None:
        about = {STORE_ID_KEY: self.identifier.encode(), PLAN_KEY: plan.encode()}
        table = table.replace_schema_metadata(about)
        data = to_bytes(table)
        path = self.folder / f"shard-{sha256(data)}.parquet"
        write_whole(path, data)
        part = Part(path, None, table.num_rows, plan)
        if part not in self.parts:
            self.parts.append(part)
            self._shards.append((path.name, table.num_rows))
        self._list_shards()

    def _list_shards(self) -> None:
        """The list by which a missing shard is missed."""
        for path in self.folder.glob("shards-*.json"):
            if self._owner == "all" and path.name != "shards-all.json":
                path.unlink()
        write_json(self.folder / f"shards-{self._owner}.json", {"shards": sorted(self._shards)})

    def compact(self, progress: Advance | None = None) -> None:
        """Write ``runs.parquet`` and remove the shards; only whoever writes "all" may."""
        assert self._owner == "all"
        self.flush()
        shards = [p for p in self.parts if p.group is None]
        _, damages = compact_parts(self.folder, self.identifier)
        if shards or damages:
            self._patiently(lambda: compact(Store.open(self.folder), progress))
        for part in shards:
            part.path.unlink(missing_ok=True)
        self.parts = verified_parts(self.folder, self.identifier)[0]
        self._shards = []
        self._list_shards()


def check_folder(folder: Path, identifier: str) -> None:
    """Refuse a folder that holds something else; nothing is written."""
    if folder.exists() and not folder.is_dir():
        raise StoreError("not a folder", file=folder, remedy="name another --out")
    if refusal := why_not_written(folder):
        raise StoreError(
            "the folder cannot be written to", file=folder, given=refusal,
            remedy="name another --out, or make it writable",
        )  # fmt: skip
    if not folder.exists():
        return
    manifest = folder / "manifest.json"
    content = read_json(manifest)
    if content is not None:
        if content.get("format") != FORMAT or "store_id" not in content:
            raise StoreError("the folder holds something else", file=folder)
        if content["store_id"] != identifier:
            raise StoreError(
                "the folder holds results of another scenario, model version or seed",
                file=folder,
                remedy="name another --out, or give the scenario and seed that its "
                "manifest.json names",
            )
        return
    # no manifest to go by: the rows themselves say whose they are
    foreign = any("another sweep" in d.problem for d in verified_parts(folder, identifier)[1])
    ours = plans_in(folder) or any(any(folder.glob(p)) for p in ("shard-*.parquet", ".lock-*"))
    if foreign or (any(folder.iterdir()) and not ours and not manifest.exists()):
        raise StoreError(
            "the folder holds something else",
            file=folder,
            given=", ".join(sorted(p.name for p in folder.iterdir())[:3]),
            remedy="name an empty folder or a new one",
        )
