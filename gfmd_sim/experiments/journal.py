"""The journal: finished chunks, safe before they are enough for a shard.

A record is a length, a SHA-256 and a payload. What a kill tore off at the end is not read.
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.experiments.files import sha256

_HEAD = struct.Struct("<4sQ64s")
_MAGIC = b"GFJ2"
_ENCODER = json.JSONEncoder(separators=(",", ":"))


@dataclass(frozen=True)
class Rows:
    """Finished runs as they are stored.

    Attributes
    ----------
    settings
        (label, world, the design's levers as canonical text, the world's) of each setting used; a
        run has both, the world's on top.
    setting
        Which of them each row has, shape (n,).
    replicate
        Shape (n,).
    names, values
        Measures, and values of shape (n, n_names).
    failures
        Row -> reason.
    """

    settings: tuple[tuple[str, int, str, str], ...]
    setting: NDArray[np.int64]
    replicate: NDArray[np.int64]
    names: tuple[str, ...]
    values: NDArray[np.float64]
    failures: dict[int, str]

    def __len__(self) -> int:
        return len(self.setting)


def encode(rows: Rows) -> bytes:
    """A record."""
    place: dict[str, int] = {}  # each text once
    settings = [
        (label, world, place.setdefault(own, len(place)), place.setdefault(drawn, len(place)))
        for label, world, own, drawn in rows.settings
    ]
    texts = [text.encode() for text in place]
    lengths = list(map(len, texts))
    head = _ENCODER.encode([settings, lengths, len(rows), sorted(rows.failures.items())])
    start = f"{_names(rows.names)}\n{head}".encode()
    payload = b"".join(
        (
            struct.pack("<Q", len(start)),
            start,
            *texts,
            rows.setting.astype("<i8").tobytes(),
            rows.replicate.astype("<i8").tobytes(),
            rows.values.astype("<f8").tobytes(),
        )
    )
    return _HEAD.pack(_MAGIC, len(payload), sha256(payload).encode()) + payload


@lru_cache(maxsize=8)
def _names(names: tuple[str, ...]) -> str:
    return _ENCODER.encode(names)


def decode(payload: bytes) -> Rows:
    """What :func:`encode` put into a record's payload."""
    (n_head,) = struct.unpack_from("<Q", payload)
    at = 8 + n_head
    names, (told, lengths, n, failures) = map(json.loads, payload[8:at].split(b"\n"))
    texts = []
    for length in lengths:
        texts.append(payload[at : at + length].decode())
        at += length
    settings = ((str(label), int(w), texts[own], texts[drawn]) for label, w, own, drawn in told)

    def take(count: int, kind: str) -> NDArray[Any]:
        nonlocal at
        out = np.frombuffer(payload, dtype=kind, count=count, offset=at)
        at += 8 * count
        return out

    setting, replicate = take(n, "<i8"), take(n, "<i8")
    values = take(n * len(names), "<f8").reshape(n, len(names))
    return Rows(
        tuple(settings),
        setting.astype(np.int64),
        replicate.astype(np.int64),
        tuple(names),
        values.astype(np.float64),
        {int(i): str(text) for i, text in failures},
    )


def read(path: Path) -> Iterator[Rows]:
    """All whole records, up to the first that is not."""
    with open(path, "rb") as f:
        while True:
            head = f.read(_HEAD.size)
            if len(head) < _HEAD.size:
                return
            magic, length, claimed = _HEAD.unpack(head)
            if magic != _MAGIC or length > 2**32:
                return
            payload = f.read(length)
            if len(payload) < length or sha256(payload).encode() != claimed:
                return
            yield decode(payload)


class Journal:
    """An open journal; one process writes it, under the folder's lock."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[bytes] = open(path, "wb", buffering=0)  # noqa: SIM115 - until close
        self._good = 0

    def append(self, rows: Rows) -> None:
        """Write a record; a torn one is cut off before the error goes on."""
        record = encode(rows)
        try:
            view = memoryview(record)
            while view:
                view = view[self._file.write(view) :]
        except BaseException:
            self._file.seek(self._good)
            self._file.truncate(self._good)
            raise
        self._good += len(record)

    def clear(self) -> None:
        """Forget all records: a shard holds them now."""
        self._file.seek(0)
        self._file.truncate(0)
        self._good = 0

    def close(self, *, remove: bool) -> None:
        """Close, and remove the file if all it held is in shards."""
        self._file.close()
        if remove:
            os.unlink(self.path)
