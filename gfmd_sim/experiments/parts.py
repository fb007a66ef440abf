"""Finished runs as parquet, and which of them can be believed."""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from gfmd_sim.errors import Sentence
from gfmd_sim.experiments.files import (
    read_json,
    sha256,
)
from gfmd_sim.experiments.journal import Rows
from gfmd_sim.experiments.simulator import JSON, canonical_text
from gfmd_sim.parquet import read_parquet

GROUP_ROWS = 100_000
GROUP_BYTES = 24_000_000
"""Of a row group in memory, about; the disk takes a fraction of it."""
_TEXTS_BYTES = 1 << 28  # distinct texts of a column are written once, however many they are
KEY_COLUMNS = ("design", "world", "replicate", "levers", "failure")
LEVERS = ("levers", "design_levers", "world_levers")
"""Of a run in whole; or, as shards have them, of its design and its world, which is a third of it."""
STORE_ID_KEY = b"gfmd_sim.store"
PLAN_KEY = b"gfmd_sim.plan"


def store_id(identity: Mapping[str, JSON], seed: int) -> str:
    """What must be equal for two runs to belong to the same store."""
    return sha256(canonical_text({"identity": identity, "seed": seed}).encode())


def to_table(rows: Sequence[Rows]) -> pa.Table:
    """Finished runs as the table of a shard."""
    names = list(
        dict.fromkeys(name for names in dict.fromkeys(r.names for r in rows) for name in names)
    )
    place = {name: i for i, name in enumerate(names)}
    n = sum(map(len, rows))
    values = np.full((len(names), n), np.nan)
    settings: dict[tuple[str, int, str, str], int] = {}
    code = np.empty(n, np.int64)
    failure: list[str | None] = [None] * n
    at = 0
    for r in rows:
        here = slice(None) if r.names == tuple(names) else [place[name] for name in r.names]
        values[here, at : at + len(r)] = r.values.T
        which = [settings.setdefault(s, len(settings)) for s in r.settings]
        code[at : at + len(r)] = np.array(which, np.int64)[r.setting]
        for i, text in r.failures.items():
            failure[at + i] = text
        at += len(r)
    worlds = np.array([world for _, world, _, _ in settings], np.int32)
    replicate = np.concatenate([r.replicate for r in rows]) if rows else np.empty(0, np.int64)
    columns = {
        "design": _coded([label for label, _, _, _ in settings], code),
        "world": pa.array(worlds[code]),
        "replicate": pa.array(replicate),
        "design_levers": _coded([own for _, _, own, _ in settings], code),
        "world_levers": _coded([drawn for *_, drawn in settings], code),
        "failure": pa.array(failure, pa.string()),
    }
    columns |= {name: pa.array(values[i]) for i, name in enumerate(names)}
    return pa.table(columns)


def _coded(texts: Sequence[str], code: NDArray[np.int64]) -> pa.Array:
    """``texts[code]``, each text held once."""
    place: dict[str, int] = {}
    each = np.array([place.setdefault(text, len(place)) for text in texts], np.int32)
    return pa.DictionaryArray.from_arrays(pa.array(each[code]), pa.array(list(place), pa.string()))


def write_options(schema: pa.Schema) -> dict[str, Any]:
    """Text as dictionaries; numbers byte by byte, which takes a seventh less than dictionaries.

    Least and greatest values of each column but the levers' text, which would be a quarter of a table
    of contents.
    """
    text = [f.name for f in schema if pa.types.is_string(f.type) or pa.types.is_dictionary(f.type)]
    number = [f.name for f in schema if pa.types.is_floating(f.type)]
    told = [name for name in schema.names if name not in LEVERS]
    return {
        "compression": "zstd",
        "use_dictionary": text,
        "use_byte_stream_split": number,
        "write_statistics": told,
        "dictionary_pagesize_limit": _TEXTS_BYTES,
    }


def to_bytes(table: pa.Table) -> bytes:
    """``table`` as the content of a parquet file."""
    sink = io.BytesIO()
    pq.write_table(table, sink, **write_options(table.schema))
    return sink.getvalue()


@dataclass(frozen=True)
class Part:
    """Rows whose bytes were verified: a shard, or a row group of ``runs.parquet``.

    ``plan`` is the key (``Runs.key``) under which their designs and worlds were named; "" where they
    were not all named under one.
    """

    path: Path
    group: int | None
    n_rows: int
    plan: str = ""
    footer: Footer | None = field(default=None, repr=False, compare=False)

    def read(self, columns: Sequence[str] | None = None, encode: Sequence[str] = ()) -> pa.Table:
        """The rows; columns that the part does not have are left out.

        Texts of the columns ``encode`` are held once each, however many rows have them; as ``columns``.
        """
        if self.group is None:
            data = self.path.read_bytes()
            there = pq.read_schema(pa.BufferReader(data)).names
            return read_parquet(data, columns, encode=[c for c in encode if c in there])
        assert self.footer is not None
        encode = [c for c in encode if c in KEY_COLUMNS]
        return read_parquet(
            WithFooter(self.path, self.footer), columns, encode=encode, group=self.group
        )


@dataclass(frozen=True)
class Footer:
    """The end of a parquet file (its table of contents) and where it begins."""

    start: int
    data: bytes


class WithFooter(io.RawIOBase):
    """A parquet file read with a verified footer, whatever its own has become."""

    def __init__(self, path: Path, footer: Footer) -> None:
        self._file = open(path, "rb")  # noqa: SIM115 - closed with this object
        self._footer, self._at = footer, 0
        self._size = footer.start + len(footer.data)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = offset + (0, self._at, self._size)[whence]
        return self._at

    def readinto(self, buffer: Any) -> int:
        n = max(min(len(buffer), self._size - self._at), 0)
        start = self._footer.start
        data = b""
        if self._at < start:
            self._file.seek(self._at)
            data = self._file.read(min(n, start - self._at))
            data += bytes(min(n, start - self._at) - len(data))  # cut off: nobody reads it
        at = self._at + len(data) - start
        data += self._footer.data[at : at + n - len(data)] if n > len(data) else b""
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def close(self) -> None:
        self._file.close()
        super().close()


@dataclass(frozen=True)
class Damage:
    """Something in a store that cannot be believed."""

    path: Path
    problem: Sentence
    n_rows: int | None = None

    def sentence(self) -> Sentence:
        """Which file, what is wrong with it, and how many runs that costs."""
        about = Sentence("{where}: {problem}", where=self.path.name, problem=self.problem)
        if self.n_rows is None:
            return about
        return Sentence.counted(
            "{about} ({n} runs)", "{about} ({n} runs)", self.n_rows, about=about
        )


def verified_parts(folder: Path, identifier: str) -> tuple[list[Part], list[Damage]]:
    """All rows that can be believed, and what cannot; shards in the order of their names."""
    parts, damages = compact_parts(folder, identifier)
    for path in sorted(folder.glob("shard-*.parquet")):
        problem = None
        try:
            data = path.read_bytes()
            if sha256(data) != path.stem.removeprefix("shard-"):
                problem = Sentence("its content is not what its name promises")
            else:
                info = pq.read_metadata(pa.BufferReader(data))
                about = info.metadata or {}
                if about.get(STORE_ID_KEY, b"").decode() != identifier:
                    problem = Sentence("it belongs to another sweep")
                else:
                    plan = about.get(PLAN_KEY, b"").decode()
                    parts.append(Part(path, None, info.num_rows, plan))
        except FileNotFoundError:
            continue  # another process has just compacted it
        except (OSError, pa.ArrowException) as error:
            problem = Sentence("it cannot be read ({why})", why=str(error))
        if problem:
            damages.append(Damage(path, problem))
    return parts, damages


BOOKS = ("runs.json", "runs.copy.json", "runs.next.json")


def compact_parts(folder: Path, identifier: str) -> tuple[list[Part], list[Damage]]:
    """The row groups of ``runs.parquet`` that are as their checksums say.

    While a new file takes the old one's place there are checksums of both: those count that fit.
    """
    path = folder / "runs.parquet"
    contents = [read_json(folder / name) for name in BOOKS]
    books = {canonical_text(c): c for c in contents if c is not None}
    if not books:
        damages = []
        if path.exists():
            damages.append(
                Damage(path, Sentence("its checksums (runs.json) are missing or damaged"))
            )
        else:
            damages += [
                Damage(folder / b, Sentence("it is damaged"))
                for b in BOOKS
                if (folder / b).exists()
            ]
        return [], damages
    found = [_check_groups(path, book, identifier) for book in books.values()]
    parts, damages = max(found, key=lambda f: sum(p.n_rows for p in f[0]))
    damages += [
        Damage(folder / name, Sentence("it is missing or damaged (its copy is whole)"))
        for name, c in zip(BOOKS[:2], contents, strict=False)
        if c is None
    ]
    return parts, damages


def _check_groups(
    path: Path, book: Mapping[str, Any], identifier: str
) -> tuple[list[Part], list[Damage]]:
    if book["store_id"] != identifier:
        return [], [Damage(path, Sentence("it belongs to another sweep"))]
    if not path.exists():
        return [], [Damage(path, Sentence("it is missing"), book["n_rows"])]
    footer = Footer(book["footer_start"], base64.b64decode(book["footer"]))
    parts, damages = [], []
    with open(path, "rb") as f:
        for i, group in enumerate(book["groups"]):
            if _digest(f, group["start"], group["length"]) == group["sha256"]:
                parts.append(Part(path, i, group["n_rows"], group["plan"], footer))
            else:
                problem = Sentence("row group {number} is damaged", number=str(i))
                damages.append(Damage(path, problem, group["n_rows"]))
        f.seek(0)
        head = f.read(4)
        f.seek(footer.start)
        if f.read() != footer.data or head != b"PAR1":
            damages.append(Damage(path, Sentence("its table of contents is damaged")))
    return parts, damages


def _digest(file: IO[bytes], start: int, length: int) -> str:
    """The hex SHA-256 of a stretch of a file."""
    file.seek(start)
    whole = hashlib.sha256()
    while length and (piece := file.read(min(length, 1 << 20))):
        whole.update(piece)
        length -= len(piece)
    return whole.hexdigest()


def checksums(
    identifier: str, path: Path, n_rows: Sequence[int], plans: Sequence[str]
) -> dict[str, Any]:
    """Checksums of the row groups of the file at ``path``, and its footer.

    ``plans``: see ``Part.plan``, of each row group.
    """
    info = pq.read_metadata(path)
    starts = []
    for i in range(info.num_row_groups):
        group = info.row_group(i)
        columns = [group.column(j) for j in range(group.num_columns)]
        starts.append(
            min(
                c.data_page_offset
                if c.dictionary_page_offset is None
                else min(c.data_page_offset, c.dictionary_page_offset)
                for c in columns
            )
        )
    size = path.stat().st_size
    with open(path, "rb") as f:
        f.seek(size - 8)
        footer_start = size - 8 - int.from_bytes(f.read(4), "little")
        ends = [*starts[1:], footer_start]
        groups = []
        for start, end, n, plan in zip(starts, ends, n_rows, plans, strict=True):
            groups.append(
                {"start": start, "length": end - start, "n_rows": n, "plan": plan,
                 "sha256": _digest(f, start, end - start)}
            )  # fmt: skip
        f.seek(footer_start)
        footer = f.read()
    return {
        "store_id": identifier,
        "n_rows": sum(n_rows),
        "groups": groups,
        "footer_start": footer_start,
        "footer": base64.b64encode(footer).decode(),
    }
