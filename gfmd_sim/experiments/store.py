"""The result folder: runs that are verified before they are believed.

``manifest.json``      what was asked: simulator, seed, plan, software; with its own checksum
``designs-SHA.parquet, plan-SHA.parquet``   designs, and the list of runs; ``worlds-SHA.parquet``
                       where uncertainties are drawn
``shard-SHA.parquet``  a few thousand runs each; the name is the SHA-256 of the content
``journal-*.bin``      finished chunks that are not enough for a shard yet
``runs.parquet``       all runs in the plan's order, once the sweep is complete; the shards go
``runs.json``          checksums of its row groups, and a copy beside it: a damaged row group
                       costs its own rows only

A row is named by its levers (canonical JSON) and its replicate. The same row may be in two places
after a crash; it counts once.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from gfmd_sim.errors import StoreError
from gfmd_sim.experiments import parts as parts_module
from gfmd_sim.experiments.design import Plan
from gfmd_sim.experiments.execute import FIRST_COLUMNS
from gfmd_sim.experiments.files import (
    read_json,
)
from gfmd_sim.experiments.parts import (
    KEY_COLUMNS,
    Damage,
    Part,
    WithFooter,
    verified_parts,
)
from gfmd_sim.experiments.plan_file import check_plan_file, read_plan
from gfmd_sim.experiments.runs import Runs, distinct_runs, key_of
from gfmd_sim.experiments.simulator import JSON, canonical_text

IntArray: TypeAlias = NDArray[np.int64]

FORMAT = "gfmd-sim runs 1"


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

    def table(self, columns: Sequence[str] | None = None) -> pa.Table:
        """All runs as one table, each once, in the plan's order (``columns``: only these)."""
        return pa.concat_tables(list(ordered_batches(self, columns)), promote_options="default")

    def frame(self, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """All runs, each once, in the plan's order.

        Columns: design, world, replicate, levers (canonical JSON), failure (null where the run
        went well), a column for each lever by its path, then measures, the headline ones first.
        """
        frame: pd.DataFrame = self.table(columns).to_pandas()
        return frame

    def plan_frame(self) -> pd.DataFrame:
        """One row a run of the plan, designs with equal levers each under its own name.

        The same as ``execute`` returns in memory.
        """
        plan = self.plan()
        runs = distinct_runs(plan)
        frame = self.frame()
        found = _Keys(runs).find(frame["levers"].tolist(), frame["replicate"].to_numpy())
        row = np.full(len(runs), -1)
        row[found[found >= 0]] = np.flatnonzero(found >= 0)
        at = row[runs.of_plan]
        missing = int((at < 0).sum())
        if missing:
            raise StoreError(
                "the sweep is not complete",
                file=self.folder,
                given=f"{missing:,} of {len(plan):,} runs are missing",
                remedy="resume the sweep",
            )
        levers = {p for s in runs.settings for p in s.levers}
        out = frame.iloc[at].drop(columns=["levers", *levers], errors="ignore")
        out = out.reset_index(drop=True)
        out["design"] = [plan.designs[d].label for d in plan.design.tolist()]
        out["world"] = plan.world
        return out[["design", "world", "replicate", "failure", *out.columns.drop(
            ["design", "world", "replicate", "failure"])]]  # fmt: skip

    def damages(self) -> list[Damage]:
        """What cannot be believed, or is missing; empty for a store that is whole."""
        out = verified_parts(self.folder, self.identifier)[1]
        listed = set()
        for path in sorted(self.folder.glob("shards-*.json")):
            content = read_json(path)
            if content is None:
                out.append(Damage(path, "the list of shards is damaged"))
            else:
                listed |= {(name, int(n)) for name, n in content["shards"]}
        for name, n in sorted(listed):
            if not (self.folder / name).exists():
                out.append(Damage(self.folder / name, "it is missing", n))
        for name in self.manifest["plan"]:
            try:
                check_plan_file(self.folder / name)
            except StoreError as error:
                out.append(Damage(self.folder / name, error.problem))
        return out

    def missing(self) -> int:
        """Runs of the plan that the store does not hold."""
        runs = distinct_runs(self.plan())
        return int((~done_mask(runs, self.parts())).sum())


class _Keys:
    """Finds rows (levers text, replicate) among the runs of a plan."""

    def __init__(self, runs: Runs) -> None:
        self._code = {s.key: i for i, s in enumerate(runs.settings)}
        key = (runs.setting << 32) | runs.replicate
        self._order = np.argsort(key)
        self._sorted = key[self._order]

    def find(self, levers: Sequence[str], replicate: IntArray) -> IntArray:
        """The run of each row, -1 for none."""
        code = np.array([self._code.get(key_of(t), -1) for t in levers], dtype=np.int64)
        key = (code << 32) | replicate
        at = np.searchsorted(self._sorted, key)
        at = np.minimum(at, max(len(self._sorted) - 1, 0))
        hit = (code >= 0) & (self._sorted[at] == key)
        return np.where(hit, self._order[at], -1)


def _key_columns(part: Part) -> tuple[list[str], IntArray, NDArray[np.bool_]]:
    """Levers, replicates, and whether the run failed."""
    table = part.read(["levers", "replicate", "failure"])
    levers = table["levers"].combine_chunks().dictionary_encode()
    if isinstance(levers, pa.ChunkedArray):
        levers = levers.combine_chunks()
    words = levers.dictionary.to_pylist()
    texts = [words[i] for i in levers.indices.to_pylist()]
    failed = table["failure"].is_valid().to_numpy()
    return texts, table["replicate"].to_numpy().astype(np.int64), failed


def done_mask(runs: Runs, parts: Sequence[Part], *, failed_too: bool = True) -> NDArray[np.bool_]:
    """Which of the runs are in the parts, shape (n_runs,)."""
    keys = _Keys(runs)
    done = np.zeros(len(runs), dtype=bool)
    for part in parts:
        levers, replicate, failed = _key_columns(part)
        found = keys.find(levers, replicate)
        done[found[(found >= 0) & (failed_too | ~failed)]] = True
    return done


def ordered_batches(store: Store, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
    """All believed rows, each once, in the plan's order, a row group at a time, in constant memory.

    Rows that the plan does not ask for (of an earlier plan) come last, by levers and replicate.
    Where a run failed once and went well once, the one that went well counts.
    """
    parts, size = store.parts(), parts_module.GROUP_ROWS
    keys = _Keys(runs := distinct_runs(store.plan()))
    place, row, rank, text, luck, bad = [], [], [], [], [], []
    words: dict[str, int] = {}
    for p, part in enumerate(parts):
        levers, replicate, failed = _key_columns(part)
        found = keys.find(levers, replicate)
        place.append(np.full(len(found), p, np.int32))
        row.append(np.arange(len(found), dtype=np.int32))
        rank.append(np.where(found >= 0, found, len(runs)))
        text.append(np.array([words.setdefault(t, len(words)) for t in levers], np.int32))
        luck.append(replicate)
        bad.append(failed)
    if not parts:
        return
    alphabetic = np.empty(len(words), np.int32)
    alphabetic[[words[w] for w in sorted(words)]] = np.arange(len(words))
    where, which = np.concatenate(place), np.concatenate(row)
    order_text = alphabetic[np.concatenate(text)]
    replicates = np.concatenate(luck)
    order = np.lexsort((np.concatenate(bad), replicates, order_text, np.concatenate(rank)))
    del place, row, rank, text, luck, bad
    new = np.ones(len(order), dtype=bool)
    new[1:] = np.diff(order_text[order]).astype(bool) | np.diff(replicates[order]).astype(bool)
    order = order[new]
    del new, order_text, replicates, keys
    schema = _whole_schema(parts, words, columns)
    paths = {path for w in words for path in json.loads(w)}
    names = {s.key: (s.label, s.world) for s in runs.settings}
    cache: OrderedDict[int, pa.Table] = OrderedDict()
    for start in range(0, len(order), size):
        chosen = order[start : start + size]
        pieces, positions = [], []
        for p in np.unique(where[chosen]).tolist():
            if p not in cache:
                cache[p] = parts[p].read(None if columns is None else _needed(columns))
                while sum(t.num_rows for t in cache.values()) > size and len(cache) > 1:
                    cache.popitem(last=False)
            cache.move_to_end(p)
            mine = np.flatnonzero(where[chosen] == p)
            pieces.append(cache[p].take(pa.array(which[chosen[mine]])))
            positions.append(mine)
        whole = pa.concat_tables(pieces, promote_options="default")
        back = np.argsort(np.concatenate(positions), kind="stable")
        batch = _conform(whole.take(pa.array(back)), schema, paths, names)
        del pieces, whole  # while the batch is being written, nothing else is held
        yield batch


def _needed(columns: Sequence[str]) -> list[str]:
    return [*dict.fromkeys([*columns, "levers"])]


def _whole_schema(
    parts: Sequence[Part], words: Mapping[str, int], columns: Sequence[str] | None
) -> pa.Schema:
    """Key columns, levers by path, headline measures, the other measures."""
    levers = [json.loads(w) for w in words]
    paths = sorted({path for row in levers for path in row})
    kinds = {p: _lever_type([row[p] for row in levers if p in row]) for p in paths}
    lists: set[tuple[str, ...]] = set()
    seen = set()
    for part in parts:
        if part.path in seen:
            continue
        seen.add(part.path)
        if part.footer is not None:
            names = pq.ParquetFile(WithFooter(part.path, part.footer)).schema_arrow.names
        else:
            names = pq.read_schema(part.path).names
        lists.add(tuple(n for n in names if n not in KEY_COLUMNS and n not in kinds))
    # the longest list first, whatever shard it is in: equal runs make equal files
    ranked = sorted(lists, key=lambda names: (-len(names), names))
    measures = dict.fromkeys(name for names in ranked for name in names)
    first = [m for m in FIRST_COLUMNS if m in measures]
    fields = [
        pa.field("design", pa.string()),
        pa.field("world", pa.int32()),
        pa.field("replicate", pa.int64()),
        pa.field("levers", pa.string()),
        pa.field("failure", pa.string()),
        *(pa.field(p, kinds[p]) for p in paths),
        *(pa.field(m, pa.float64()) for m in (*first, *(m for m in measures if m not in first))),
    ]
    if columns is not None:
        unknown = [c for c in columns if c not in {f.name for f in fields}]
        if unknown:
            raise StoreError("no such column", given=unknown[0])
        fields = [f for c in columns for f in fields if f.name == c]
    return pa.schema(fields)


def _lever_type(values: Sequence[Any]) -> pa.DataType:
    if all(isinstance(v, bool) for v in values):
        return pa.bool_()
    if all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in values):
        return pa.int64() if all(isinstance(v, int) for v in values) else pa.float64()
    return pa.string()


def _conform(
    table: pa.Table,
    schema: pa.Schema,
    paths: Container[str],
    names: Mapping[bytes, tuple[str, int]],
) -> pa.Table:
    """``table`` with the columns of ``schema``; levers (``paths``) filled in from their text.

    ``names`` says what the plan calls a setting (design, world); what it does not know keeps the
    name under which it was run.
    """
    code = table["levers"].combine_chunks().dictionary_encode()
    if isinstance(code, pa.ChunkedArray):
        code = code.combine_chunks()
    words = code.dictionary.to_pylist()
    rows = [json.loads(w) for w in words]
    columns = []
    for f in schema:
        if f.name in paths:
            values = [row.get(f.name) for row in rows]
            if f.type == pa.string():
                values = [
                    v if isinstance(v, str) or v is None else canonical_text(v) for v in values
                ]
            columns.append(pa.array(values, f.type).take(code.indices))
        elif f.name in ("design", "world"):
            known = [names.get(key_of(w), (None, None))[f.name == "world"] for w in words]
            named = pa.array(known, f.type).take(code.indices)
            columns.append(pc.coalesce(named, table[f.name].combine_chunks()))
        elif f.name in table.column_names:
            columns.append(table[f.name])
        else:
            columns.append(pa.nulls(len(table), f.type))
    return pa.table(columns, schema=schema)
