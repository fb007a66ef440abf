"""The rows of a folder in the plan's order, each once, a batch at a time.

Memory does not grow with the number of runs: parts are read twice, first to see which stretch of the
plan each covers, then as the stretch that is written takes them. What grows is a few bytes for each
row that the plan does not ask for (of an earlier, larger plan).
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from gfmd_sim.errors import StoreError
from gfmd_sim.experiments import parts as parts_module
from gfmd_sim.experiments.execute import FIRST_COLUMNS
from gfmd_sim.experiments.parts import KEY_COLUMNS, LEVERS, Part, WithFooter
from gfmd_sim.experiments.runs import BoolArray, IntArray, Runs
from gfmd_sim.experiments.simulator import JSON, canonical_text, settled_text
from gfmd_sim.experiments.worlds import columns_of, samples_of

Levers: TypeAlias = Mapping[str, JSON]

_TEXTS = pa.dictionary(pa.int32(), pa.string())
_A_NUMBER, _A_LEVER = 8, 16  # bytes in memory; a lever has a column, and its part of a shared text


@dataclass(frozen=True)
class Keys:
    """What names the rows of a part.

    Attributes
    ----------
    words
        Distinct levers, as canonical text.
    code, replicate
        Of each row, shape (n_rows,).
    """

    words: list[str]
    code: IntArray
    replicate: IntArray

    @classmethod
    def of(cls, table: pa.Table) -> Keys:
        """The keys of a part's rows."""
        words, code = _levers_of(table)
        return cls(words, code, table["replicate"].to_numpy().astype(np.int64))

    @cached_property
    def levers(self) -> list[Levers]:
        """``words`` as mappings."""
        return [json.loads(w) for w in self.words]


def _levers_of(table: pa.Table) -> tuple[list[str], IntArray]:
    """Distinct levers as canonical text, and which each row has."""
    if "levers" in table.column_names:
        return _coded(table["levers"])
    (designs, design), (worlds, world) = (_coded(table[name]) for name in LEVERS[1:])
    pairs, code = np.unique(design * len(worlds) + world, return_inverse=True)
    own, drawn = ([json.loads(text) for text in texts] for texts in (designs, worlds))
    words = [
        settled_text({**own[pair // len(worlds)], **drawn[pair % len(worlds)]})
        for pair in pairs.tolist()
    ]
    return words, code.astype(np.int64)


def _coded(column: pa.ChunkedArray) -> tuple[list[str], IntArray]:
    """Distinct texts, and which each row has."""
    if pa.types.is_dictionary(column.type):
        whole = column.unify_dictionaries().combine_chunks()
    else:
        whole = column.combine_chunks().dictionary_encode()
    if isinstance(whole, pa.ChunkedArray):
        whole = whole.unify_dictionaries().combine_chunks()
    return whole.dictionary.to_pylist(), whole.indices.to_numpy().astype(np.int64)


_NAMED = ("design", "world", "replicate", "failure")
_BY_CONTENT = (*LEVERS, "replicate", "failure")


def _places(runs: Runs, part: Part, table: pa.Table | None = None) -> tuple[IntArray, BoolArray]:
    """Where a part's rows stand in the plan (-1: nowhere), and which failed.

    Rows written under the same designs and worlds are known by their names; others by their levers.
    """
    by_name = part.plan == runs.key
    if table is None:
        table = part.read(_NAMED if by_name else _BY_CONTENT, encode=["design", *LEVERS])
    failed = table["failure"].is_valid().to_numpy()
    if not by_name:
        keys = Keys.of(table)
        return runs.find(keys.levers, keys.code, keys.replicate), failed
    labels, code = _coded(table["design"])
    world, replicate = (table[c].to_numpy().astype(np.int64) for c in ("world", "replicate"))
    return runs.find_named(labels, code, world, replicate), failed


def done_mask(runs: Runs, parts: Iterable[Part], *, failed_too: bool = True) -> BoolArray:
    """Which of the runs are in the parts, shape (len(runs),); repeated ones at their first place."""
    done = np.zeros(len(runs), dtype=bool)
    for part in parts:
        found, failed = _places(runs, part)
        done[found[(found >= 0) & (failed_too | ~failed)]] = True
    return done


def found_in(runs: Runs, table: pa.Table) -> BoolArray:
    """Which of the runs are rows of a table that is no part yet, shape (len(runs),)."""
    keys = Keys.of(table)
    found = runs.find(keys.levers, keys.code, keys.replicate)
    done = np.zeros(len(runs), dtype=bool)
    done[found[found >= 0]] = True
    return done


@dataclass
class _Survey:
    """What a first look at all parts told."""

    low: list[int] = field(default_factory=list)
    high: list[int] = field(default_factory=list)
    """First and last place in the plan that a part covers; high < low: none."""
    kinds: dict[str, pa.DataType] = field(default_factory=dict)
    strangers: list[NDArray[Any]] = field(default_factory=list)


_STRANGER = np.dtype(
    [("hash", ">u8"), ("rest", ">u8"), ("replicate", "i8"), ("failed", "?"), ("part", "i4"),
     ("row", "i4")]
)  # fmt: skip


def _survey(runs: Runs, parts: Sequence[Part]) -> _Survey:
    told = _Survey(kinds=_kinds_of(runs))
    for p, part in enumerate(parts):
        at, failed = _places(runs, part)
        inside = at[at >= 0]
        told.low.append(int(inside.min(initial=len(runs))))
        told.high.append(int(inside.max(initial=-1)))
        if len(strange := np.flatnonzero(at < 0)):
            keys = Keys.of(part.read(_BY_CONTENT, encode=LEVERS))
            for code in np.unique(keys.code[strange]).tolist():
                for path, value in keys.levers[code].items():
                    told.kinds[path] = _kind(value, told.kinds.get(path))
            told.strangers.append(_strangers(keys, failed, strange, p))
    return told


def _kinds_of(runs: Runs) -> dict[str, pa.DataType]:
    """The types of the columns of all that the plan sets."""
    kinds: dict[str, pa.DataType] = {}
    settings = itertools.chain((d.levers for d in runs.plan.designs), samples_of(runs.plan.worlds))
    for levers in settings:
        for path, value in levers.items():
            kinds[path] = _kind(value, kinds.get(path))
    return kinds


def _strangers(keys: Keys, failed: BoolArray, rows: IntArray, part: int) -> NDArray[Any]:
    digests = [hashlib.blake2b(w.encode(), digest_size=16).digest() for w in keys.words]
    hashes = np.frombuffer(b"".join(digests), ">u8").reshape(-1, 2)
    out = np.empty(len(rows), _STRANGER)
    out["hash"], out["rest"] = hashes[keys.code[rows]].T
    out["replicate"], out["failed"] = keys.replicate[rows], failed[rows]
    out["part"], out["row"] = part, rows
    return out


class _Reader:
    """Parts as tables, with where their rows stand and which failed; the last few are at hand.

    Of their ``columns``, and ``levers`` in whole if these are among them.
    """

    def __init__(
        self, runs: Runs, parts: Sequence[Part], columns: Sequence[str], keep: int
    ) -> None:
        self._runs, self._parts, self._keep, self._columns = runs, parts, keep, columns
        self._cache: OrderedDict[int, tuple[pa.Table, IntArray, BoolArray]] = OrderedDict()

    def read(self, p: int) -> tuple[pa.Table, IntArray, BoolArray]:
        if p not in self._cache:
            part = self._parts[p]
            while self._cache and self._held() + part.n_rows > self._keep:
                self._cache.popitem(last=False)
            wanted = "levers" in self._columns
            keys = _NAMED if part.plan == self._runs.key and not wanted else (*LEVERS, *_NAMED)
            columns = list(dict.fromkeys([*keys, *self._columns]))
            table = part.read(columns, encode=["design", *LEVERS])
            at, failed = _places(self._runs, part, table)
            if wanted and "levers" not in table.column_names:
                words, code = _levers_of(table)
                levers = pa.array(words, pa.string())
                whole = pa.DictionaryArray.from_arrays(pa.array(code, pa.int32()), levers)
                table = table.append_column("levers", whole)
            there = set(table.column_names)
            table = table.select([c for c in self._columns if c in there])
            self._cache[p] = table, at, failed
        self._cache.move_to_end(p)
        return self._cache[p]

    def _held(self) -> int:
        return sum(len(table) for table, _, _ in self._cache.values())


def ordered(
    runs: Runs, parts: Sequence[Part], columns: Sequence[str] | None = None
) -> Iterator[tuple[pa.Table, IntArray]]:
    """Batches of rows, and where each row stands in the plan; texts are held once each.

    Rows that the plan does not ask for come last, by a hash of their levers and by replicate; their
    place is -1. Where a run failed once and went well once, the one that went well counts.
    """
    if not parts:
        return
    told = _survey(runs, parts)
    schema = _whole_schema(parts, told.kinds, columns)
    n_rows = batch_rows(len(schema), sum(f.name in told.kinds for f in schema))
    # design, world and levers come from the plan
    away = {"design", "world", "levers", *told.kinds}
    columns = list(dict.fromkeys(["replicate", *(n for n in schema.names if n not in away)]))
    reader = _Reader(runs, parts, columns, 2 * n_rows)  # a part may reach into the next batch
    low, high = np.array(told.low), np.array(told.high)
    start = 0
    while start < len(runs):
        stop = start + n_rows
        here = np.flatnonzero((low < stop) & (high >= start))
        if not len(here):  # nothing there is stored: on to what is
            later = low[low >= stop]
            if not len(later):
                break
            start = int(later.min()) // n_rows * n_rows
            continue
        pieces, places, fails = [], [], []
        for p in here.tolist():
            table, at, failed = reader.read(p)
            mine = np.flatnonzero((at >= start) & (at < stop))
            pieces.append(table.take(pa.array(mine)) if len(mine) < len(table) else table)
            places.append(at[mine])
            fails.append(failed[mine])
        at, failed = np.concatenate(places), np.concatenate(fails)
        order = np.lexsort((failed, at))
        order = order[np.diff(at[order], prepend=-1) > 0]
        if len(order):
            yield _batch(pieces, order, schema, runs, at[order]), at[order]
            pa.default_memory_pool().release_unused()  # it keeps what the last batch took
        start = stop
    if told.strangers:
        yield from _last(parts, told, schema, n_rows, runs)


def _last(
    parts: Sequence[Part],
    told: _Survey,
    schema: pa.Schema,
    n_rows: int,
    runs: Runs,
) -> Iterator[tuple[pa.Table, IntArray]]:
    rows = np.concatenate(told.strangers)
    rows = rows[np.argsort(rows, order=("hash", "rest", "replicate", "failed"), kind="stable")]
    new = np.ones(len(rows), bool)
    names = rows[["hash", "rest", "replicate"]]
    new[1:] = names[1:] != names[:-1]
    rows = rows[new]
    columns = [name for name in schema.names if name not in told.kinds]
    reader = _Reader(runs, parts, list(dict.fromkeys(["levers", *columns])), n_rows)
    for start in range(0, len(rows), n_rows):
        chosen = rows[start : start + n_rows]
        pieces, positions = [], []
        for p in np.unique(chosen["part"]).tolist():
            mine = np.flatnonzero(chosen["part"] == p)
            rows_of_part = reader.read(p)[0].take(pa.array(chosen["row"][mine]))
            pieces.append(told_out(rows_of_part))  # a few rows must not keep the texts of all
            positions.append(mine)
        back = np.argsort(np.concatenate(positions), kind="stable")
        nowhere = np.full(len(chosen), -1)
        yield _batch(pieces, back, schema, runs, nowhere), nowhere


def batch_rows(n_columns: int, n_levers: int) -> int:
    """Rows of a batch: as many as take a few ten megabytes."""
    each = _A_NUMBER * n_columns + _A_LEVER * n_levers
    return max(1, min(parts_module.GROUP_ROWS, parts_module.GROUP_BYTES // each))


def told_out(piece: pa.Table) -> pa.Table:
    """Its texts row by row."""
    for i, f in enumerate(piece.schema):
        if pa.types.is_dictionary(f.type):
            piece = piece.set_column(i, f.name, piece.column(i).cast(pa.string()))
    return piece


def _batch(
    pieces: list[pa.Table], order: IntArray, schema: pa.Schema, runs: Runs, at: IntArray
) -> pa.Table:
    whole = pa.concat_tables(pieces, promote_options="default")
    pieces.clear()
    if (np.diff(order) != 1).any() or len(order) < len(whole):
        whole = whole.take(pa.array(order))
    return _conform(whole, schema, runs, at)


def _kind(value: object, before: pa.DataType | None) -> pa.DataType:
    """The type of a lever's column, with one more value in it."""
    new = pa.string()
    if isinstance(value, bool):
        new = pa.bool_()
    elif isinstance(value, int):
        new = pa.int64()
    elif isinstance(value, float):
        new = pa.float64()
    if before is None or before == new:
        return new
    if {before, new} == {pa.int64(), pa.float64()}:
        return pa.float64()
    return pa.string()


def _whole_schema(
    parts: Sequence[Part], kinds: Mapping[str, pa.DataType], columns: Sequence[str] | None
) -> pa.Schema:
    """Key columns, levers by path, headline measures, the other measures."""
    lists: set[tuple[str, ...]] = set()
    seen, known = set(), {*KEY_COLUMNS, *LEVERS}
    for part in parts:
        if part.path in seen:
            continue
        seen.add(part.path)
        if part.footer is not None:
            names = pq.ParquetFile(WithFooter(part.path, part.footer)).schema_arrow.names
        else:
            names = pq.read_schema(part.path).names
        lists.add(tuple(n for n in names if n not in known and n not in kinds))
    # the longest list first, whatever shard it is in: equal runs make equal files
    ranked = sorted(lists, key=lambda names: (-len(names), names))
    measures = dict.fromkeys(name for names in ranked for name in names)
    first = [m for m in FIRST_COLUMNS if m in measures]
    fields = [
        pa.field("design", _TEXTS),
        pa.field("world", pa.int32()),
        pa.field("replicate", pa.int64()),
        pa.field("levers", _TEXTS),
        pa.field("failure", pa.string()),
        *(pa.field(p, kinds[p]) for p in sorted(kinds)),
        *(pa.field(m, pa.float64()) for m in (*first, *(m for m in measures if m not in first))),
    ]
    if columns is not None:
        unknown = [c for c in columns if c not in {f.name for f in fields}]
        if unknown:
            raise StoreError("no such column", given=unknown[0])
        fields = [f for c in columns for f in fields if f.name == c]
    return pa.schema(fields)


def _conform(table: pa.Table, schema: pa.Schema, runs: Runs, at: IntArray) -> pa.Table:
    """``table`` with the columns of ``schema``; levers as columns of their own.

    Design, world and levers are as the plan has them; rows that it does not know keep the names
    under which they were run.
    """
    told = _told_by_plan(runs, at, schema) if at[0] >= 0 else _told_by_rows(table, schema)
    columns, there = [], set(table.column_names)
    for f in schema:
        if f.name in told:
            columns.append(told[f.name])
        elif f.name in there:
            columns.append(table[f.name].cast(f.type))
        else:
            columns.append(pa.nulls(len(table), f.type))
    return pa.table(columns, schema=schema)


def _told_by_plan(runs: Runs, at: IntArray, schema: pa.Schema) -> dict[str, pa.Array]:
    """Design, world and levers of the runs ``at``."""
    plan = runs.plan
    design, world, _ = plan.order.at(at)
    out = {"world": pa.array(world.astype(np.int32))}
    if "design" in schema.names:
        labels = pa.array([d.label for d in plan.designs], pa.string())
        out["design"] = pa.DictionaryArray.from_arrays(pa.array(design, pa.int32()), labels)
    if "levers" in schema.names:
        texts, code = runs.texts(at)
        out["levers"] = pa.DictionaryArray.from_arrays(pa.array(code, pa.int32()), texts)
    in_designs = {p for d in plan.designs for p in d.levers}
    used, code = np.unique(world, return_inverse=True)
    drawn = columns_of(plan.worlds, used)
    twice = in_designs & set(drawn)  # levers in one of several plans put together, drawn in another
    if twice:
        texts, which = runs.texts(at)
        rows = [json.loads(text) for text in texts.to_pylist()]
        for path in twice & set(schema.names):
            kind = schema.field(path).type
            out[path] = _lever_column([row.get(path) for row in rows], kind).take(pa.array(which))
    for f in schema:
        if f.name in twice:
            continue
        if f.name in in_designs:
            values = [d.levers.get(f.name) for d in plan.designs]
            out[f.name] = _lever_column(values, f.type).take(pa.array(design))
        elif f.name in drawn:
            out[f.name] = _lever_column(drawn[f.name], f.type).take(pa.array(code))
    return out


def _told_by_rows(table: pa.Table, schema: pa.Schema) -> dict[str, pa.Array]:
    """The columns of levers, from the levers' text."""
    words, code = _levers_of(table)
    levers = [json.loads(word) for word in words]
    paths = {path for row in levers for path in row}
    return {
        f.name: _lever_column([row.get(f.name) for row in levers], f.type).take(pa.array(code))
        for f in schema
        if f.name in paths
    }


def _lever_column(values: Sequence[JSON], kind: pa.DataType) -> pa.Array:
    if kind == pa.string():
        values = [v if isinstance(v, str) or v is None else canonical_text(v) for v in values]
    return pa.array(values, kind)
