"""Parquet files are read here and nowhere else: in the caller's own thread.

Arrow's threads outlive a read by a moment. If that moment is Python's end and what such a thread
lets go of last is Python's (bytes, an open file), it waits for an interpreter that is no more and
the process aborts, its work done (seen with Python 3.11; https://github.com/apache/arrow/issues/34314).
"""

from __future__ import annotations

from collections.abc import Sequence
from io import RawIOBase
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq


def read_parquet(
    source: Path | bytes | RawIOBase,
    columns: Sequence[str] | None = None,
    *,
    encode: Sequence[str] = (),
    group: int | None = None,
) -> pa.Table:
    """A table from a file, its content, or what can be read like a file.

    Parameters
    ----------
    columns
        Names of those wanted; what the file does not have is left out. Default: all.
    encode
        Columns whose texts are held once each, however many rows have them.
    group
        One row group alone. Default: all.
    """
    # a path would be opened by Arrow itself, but the content may be what Python read
    place = pa.BufferReader(source) if isinstance(source, bytes) else source
    file = pq.ParquetFile(place, read_dictionary=list(encode))
    if columns is not None:
        there = set(file.schema_arrow.names)
        columns = [c for c in columns if c in there]
    groups = range(file.num_row_groups) if group is None else [group]
    return file.read_row_groups(list(groups), columns=columns, use_threads=False)
