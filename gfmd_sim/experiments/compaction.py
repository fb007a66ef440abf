"""All runs of a folder in one file, in the plan's order, with checksums of its row groups."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence

import pyarrow as pa
import pyarrow.parquet as pq

from gfmd_sim.advance import Advance
from gfmd_sim.experiments import parts
from gfmd_sim.experiments.files import sync_folder, write_json
from gfmd_sim.experiments.ordered import ordered
from gfmd_sim.experiments.parts import BOOKS, STORE_ID_KEY, checksums, write_options
from gfmd_sim.experiments.queue import Meter
from gfmd_sim.experiments.runs import IntArray, Runs
from gfmd_sim.experiments.store import Store

GROUP = 10_000
"""Rows from which a row group is large enough: whoever groups a file reads where each one lies."""


def compact(store: Store, progress: Advance | None = None) -> None:
    """All believed rows as ``runs.parquet``, with checksums of its row groups."""
    path = store.folder / "runs.parquet"
    temp = store.folder / f".runs.parquet.{os.getpid()}.tmp"
    writer: pq.ParquetWriter | None = None
    n_rows, plans = [], []
    try:
        with open(temp, "wb") as f:
            runs, found = Runs(store.plan()), store.parts()
            n_found = sum(part.n_rows for part in found)
            if progress is not None:
                progress(0, n_found, 0.0)  # a first look at all of them comes before the first row
            meter = Meter(n_found, progress)
            for group, is_planned in _groups(ordered(runs, found)):
                if writer is None:
                    about = {STORE_ID_KEY: store.identifier.encode()}
                    schema = group.schema.with_metadata(about)
                    # whoever reads the file finds text there, not how it was held here
                    options = write_options(schema)
                    writer = pq.ParquetWriter(f, schema, store_schema=False, **options)
                writer.write_table(group, row_group_size=group.num_rows)
                n_rows.append(group.num_rows)
                plans.append(runs.key if is_planned else "")
                meter.add(group.num_rows)
            meter.add(n_found - sum(n_rows))  # those that were there twice
            if writer is None:
                temp.unlink()
                return
            writer.close()
            f.flush()
            os.fsync(f.fileno())
        book = checksums(store.identifier, temp, n_rows, plans)
        write_json(store.folder / BOOKS[2], book)
        os.replace(temp, path)
    except BaseException:
        temp.unlink(missing_ok=True)
        raise
    sync_folder(store.folder)
    for name in BOOKS[:2]:
        write_json(store.folder / name, book)
    (store.folder / BOOKS[2]).unlink()


def _groups(batches: Iterable[tuple[pa.Table, IntArray]]) -> Iterator[tuple[pa.Table, bool]]:
    """Batches put together to row groups, and whether the plan asks for their rows."""
    held: list[pa.Table] = []
    n_held, was_planned = 0, True
    for batch, at in batches:
        is_planned = bool(at[0] >= 0)
        if held and is_planned != was_planned:
            yield _together(held), was_planned
            held, n_held = [], 0
        was_planned = is_planned
        held.append(batch)
        n_held += batch.num_rows
        del batch
        if n_held >= min(GROUP, parts.GROUP_ROWS):
            yield _together(held), was_planned
            held, n_held = [], 0
    if held:
        yield _together(held), was_planned


def _together(batches: Sequence[pa.Table]) -> pa.Table:
    if len(batches) == 1:
        return batches[0]
    return pa.concat_tables(batches).unify_dictionaries()
