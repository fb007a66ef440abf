"""All runs of a folder in one file, in the plan's order, with checksums of its row groups."""

from __future__ import annotations

import os

import pyarrow.parquet as pq

from gfmd_sim.experiments.files import sync_folder, write_json
from gfmd_sim.experiments.ordered import ordered
from gfmd_sim.experiments.parts import BOOKS, STORE_ID_KEY, checksums, write_options
from gfmd_sim.experiments.runs import Runs
from gfmd_sim.experiments.store import Store


def compact(store: Store) -> None:
    """All believed rows as ``runs.parquet``, with checksums of its row groups."""
    path = store.folder / "runs.parquet"
    temp = store.folder / f".runs.parquet.{os.getpid()}.tmp"
    writer: pq.ParquetWriter | None = None
    n_rows, plans = [], []
    try:
        with open(temp, "wb") as f:
            runs = Runs(store.plan())
            for batch, at in ordered(runs, store.parts()):
                batch = batch.replace_schema_metadata({STORE_ID_KEY: store.identifier.encode()})
                if writer is None:
                    writer = pq.ParquetWriter(f, batch.schema, **write_options(batch.schema))
                writer.write_table(batch, row_group_size=batch.num_rows)
                n_rows.append(batch.num_rows)
                plans.append(runs.key if at[0] >= 0 else "")
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
