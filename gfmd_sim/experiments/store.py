"""The result folder: runs that are verified before they are believed.

``manifest.json``      what was asked: simulator, seed, plan, software; with its own checksum
``designs-SHA.parquet, plan-SHA.json``   designs, and what they are crossed with (a Parquet list of
                       runs where they are not); ``worlds-SHA.json`` where uncertainties are drawn
``shard-SHA.parquet``  a few thousand runs each; the name is the SHA-256 of the content
``journal-*.bin``      finished chunks that are not enough for a shard yet
``runs.parquet``       all runs in the plan's order, once the sweep is complete; the shards go
``runs.json``          checksums of its row groups, and a copy beside it: a damaged row group
                       costs its own rows only

A row is named by its levers (canonical JSON) and its replicate. The same row may be in two places
after a crash; it counts once.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from gfmd_sim.errors import Sentence, StoreError
from gfmd_sim.experiments import journal
from gfmd_sim.experiments.design import Plan
from gfmd_sim.experiments.files import read_json
from gfmd_sim.experiments.ordered import done_mask, found_in, ordered, told_out
from gfmd_sim.experiments.parts import KEY_COLUMNS, Damage, Part, to_table, verified_parts
from gfmd_sim.experiments.plan_file import check_plan_file, read_plan
from gfmd_sim.experiments.runs import Runs
from gfmd_sim.experiments.simulator import JSON
from gfmd_sim.results import is_single_result

_ROWS_AT_ONCE = 4096  # row by row, the texts of levers are by far the most of a table
FORMAT = "gfmd-sim runs 2"


@dataclass(frozen=True)
class Store:
    """A result folder, for reading.

    Raises
    ------
    StoreError
        If the folder is not a result folder, or its manifest is damaged.
    """

    folder: Path
    manifest: Mapping[str, Any]

    @classmethod
    def open(cls, folder: str | Path) -> Store:
        """The store in ``folder``."""
        path = Path(folder)
        content = read_json(path / "manifest.json")
        if content is None and is_single_result(path):
            raise StoreError(
                "this folder holds the result of one simulation or comparison, not of a sweep",
                file=path,
                allowed="a folder that sweep wrote",
                remedy="run.py report reads this one; to sweep: run.py sweep SCENARIO --out FOLDER",
            )
        if content is None:
            there = (path / "manifest.json").exists()
            raise StoreError(
                "the manifest is damaged" if there else "not a result folder: no manifest.json",
                file=path,
                remedy="resume the sweep with the same command, which writes it anew"
                if there
                else "name the folder that --out named",
            )
        if content.get("format") != FORMAT:
            raise StoreError(
                "a result folder of another version", file=path, given=content.get("format"),
                allowed=FORMAT,
            )  # fmt: skip
        return cls(path, content)

    @property
    def identity(self) -> Mapping[str, JSON]:
        """The simulator's identity."""
        return dict(self.manifest["identity"])

    @property
    def seed(self) -> int:
        """The root seed."""
        return int(self.manifest["seed"])

    @property
    def identifier(self) -> str:
        """Hash of identity and seed: what rows must carry to be believed."""
        return str(self.manifest["store_id"])

    def plan(self) -> Plan:
        """The runs asked for, last time."""
        return read_plan(self.folder, self.manifest["plan"])

    def parts(self) -> list[Part]:
        """Rows that can be believed."""
        return verified_parts(self.folder, self.identifier)[0]

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
        """All runs, each once, in the plan's order, a few ten megabytes at a time."""
        for batch, _ in ordered(Runs(self.plan()), self.parts(), columns):
            for start in range(0, len(batch), _ROWS_AT_ONCE):
                yield told_out(batch.slice(start, _ROWS_AT_ONCE))

    def table(self, columns: Sequence[str] | None = None) -> pa.Table:
        """All runs as one table, each once, in the plan's order (``columns``: only these)."""
        return pa.concat_tables(list(self.batches(columns)), promote_options="default")

    def frame(self, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """All runs, each once, in the plan's order.

        Columns: design, world, replicate, levers (canonical JSON), failure (null where the run
        went well), a column for each lever by its path, then measures, the headline ones first.
        """
        frame: pd.DataFrame = self.table(columns).to_pandas(use_threads=False)
        return frame

    def plan_frame(self, measures: Sequence[str] | None = None) -> pd.DataFrame:
        """One row a run of the plan, designs with equal levers each under its own name.

        The same as ``execute`` returns in memory; ``measures``: only these.
        """
        plan = self.plan()
        runs = Runs(plan)
        columns = None if measures is None else ["failure", *measures]
        row = np.full(len(runs), -1)
        tables, n_rows = [], 0
        for batch, at in ordered(runs, self.parts(), columns):
            if at[0] >= 0:
                row[at] = np.arange(n_rows, n_rows + len(at))
                n_rows += len(at)
                tables.append(batch.drop_columns(_but_measures(batch, runs)))
        row = row[runs.first(np.arange(len(runs)))]
        if (row < 0).any():
            done = self.done(runs)[runs.first(np.arange(len(runs)))]
            missing = int((~done).sum())
            lacks = Sentence.counted(
                "{n} of {runs} runs is missing", "{n} of {runs} runs are missing",
                missing, runs=len(plan),
            )  # fmt: skip
            raise StoreError(
                "the sweep is not complete",
                file=self.folder,
                given=lacks if missing else Sentence("the last runs are not put away yet"),
                remedy="give the sweep's line again: it goes on where it was",
            )
        whole = pa.concat_tables(tables, promote_options="default").to_pandas(use_threads=False)
        out: pd.DataFrame = whole.iloc[row].reset_index(drop=True)
        out.insert(0, "design", [plan.designs[d].label for d in plan.design.tolist()])
        out.insert(1, "world", plan.world)
        out.insert(2, "replicate", plan.replicate)
        return out

    def damages(self) -> list[Damage]:
        """What cannot be believed, or is missing; empty for a store that is whole."""
        out = verified_parts(self.folder, self.identifier)[1]
        listed = set()
        for path in sorted(self.folder.glob("shards-*.json")):
            content = read_json(path)
            if content is None:
                out.append(Damage(path, Sentence("the list of shards is damaged")))
            else:
                listed |= {(name, int(n)) for name, n in content["shards"]}
        for name, n in sorted(listed):
            if not (self.folder / name).exists():
                out.append(Damage(self.folder / name, Sentence("it is missing"), n))
        for name in self.manifest["plan"]:
            try:
                check_plan_file(self.folder / name)
            except StoreError as error:
                out.append(Damage(self.folder / name, error.problem))
        return out

    def missing(self) -> int:
        """Runs of the plan that the store does not hold."""
        runs = Runs(self.plan())
        return runs.n_distinct - int(self.done(runs).sum())

    def done(self, runs: Runs) -> NDArray[np.bool_]:
        """Which of the runs are finished, shape (len(runs),): those too that a journal keeps."""
        done = done_mask(runs, self.parts())
        for table in self.journals():
            done |= found_in(runs, table)
        return done

    def journals(self) -> list[pa.Table]:
        """What killed (or working) sweeps left in their journals."""
        tables = []
        for path in sorted(self.folder.glob("journal-*.bin")):
            with contextlib.suppress(FileNotFoundError):  # its sweep has just put it into a shard
                if rows := list(journal.read(path)):
                    tables.append(to_table(rows))
        return tables


def _but_measures(batch: pa.Table, runs: Runs) -> list[str]:
    """The columns of a batch that are neither measures nor say why a run failed."""
    away = runs.paths | set(KEY_COLUMNS) - {"failure"}
    return [name for name in batch.column_names if name in away]
