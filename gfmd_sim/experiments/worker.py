"""What a worker process does: take a chunk, run it, send back numbers or reasons.

Kept light, since every worker imports it at its start.
"""

from __future__ import annotations

import contextlib
import pickle
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.errors import shorten
from gfmd_sim.experiments.simulator import JSON, Simulator


@dataclass(frozen=True)
class Settings(Sequence[Mapping[str, JSON]]):
    """Designs' levers with worlds' on top, put together when asked for.

    Attributes
    ----------
    designs, worlds
        Levers, by number; each is sent once, however many settings it is in.
    pairs
        Design and world of each setting.
    """

    designs: Mapping[int, Mapping[str, JSON]]
    worlds: Mapping[int, Mapping[str, JSON]]
    pairs: Sequence[tuple[int, int]]

    def __len__(self) -> int:
        return len(self.pairs)

    @overload
    def __getitem__(self, i: int) -> dict[str, JSON]: ...
    @overload
    def __getitem__(self, i: slice) -> Sequence[dict[str, JSON]]: ...
    def __getitem__(self, i: int | slice) -> dict[str, JSON] | Sequence[dict[str, JSON]]:
        if isinstance(i, slice):
            return [self[k] for k in range(*i.indices(len(self)))]
        design, world = self.pairs[i]
        levers = dict(self.worlds[world])  # copied as a whole, which for fifty is quick
        for path, value in self.designs[design].items():
            levers.setdefault(path, value)
        return levers


@dataclass(frozen=True)
class Chunk:
    """Some runs, told completely: a worker needs nothing else.

    Attributes
    ----------
    index
        The runs' numbers in the supervisor's list, shape (n,).
    settings, setting
        Levers, and which of them each run uses, shape (n,).
    replicate
        Shape (n,).
    """

    index: NDArray[np.int64]
    settings: Sequence[Mapping[str, JSON]]
    setting: NDArray[np.int64]
    replicate: NDArray[np.int64]

    def __reduce__(self) -> tuple[Any, ...]:
        # as bytes: NumPy's own way takes longer than a chunk's other pickling
        numbers = np.concatenate([self.index, self.setting, self.replicate])
        return _chunk, (numbers.tobytes(), self.settings)


@dataclass(frozen=True)
class Outcome:
    """What came of a chunk.

    Attributes
    ----------
    index
        The runs' numbers, shape (n,).
    names, values
        Measures, and their values, shape (n, n_names); NaN where undefined or failed.
    failures
        Place in ``index`` -> reason.
    """

    index: NDArray[np.int64]
    names: tuple[str, ...]
    values: NDArray[np.float64]
    failures: Mapping[int, str] = field(default_factory=dict)

    def __reduce__(self) -> tuple[Any, ...]:
        values = self.values.tobytes()
        return _outcome, (self.index.tobytes(), self.names, values, dict(self.failures))


def _chunk(numbers: bytes, settings: Sequence[Mapping[str, JSON]]) -> Chunk:
    index, setting, replicate = np.frombuffer(numbers, np.int64).reshape(3, -1)
    return Chunk(index, settings, setting, replicate)


def _outcome(
    index: bytes, names: tuple[str, ...], values: bytes, failures: Mapping[int, str]
) -> Outcome:
    numbers = np.frombuffer(index, np.int64)
    table = np.frombuffer(values, np.float64).reshape(len(numbers), len(names))
    return Outcome(numbers, names, table, failures)


def run_chunk(simulator: Simulator, seed: int, chunk: Chunk, at: Any = None) -> Outcome:
    """Run a chunk; an exception is that run's failure and nobody else's.

    ``at`` (a shared integer) is told the place of the run at work, so that a supervisor knows
    which run a dead worker died of.
    """
    names: dict[str, int] = {}
    shapes: list[tuple[str, ...]] = []
    table: list[NDArray[np.float64]] = []
    failures: dict[int, str] = {}
    settings, replicates = chunk.setting.tolist(), chunk.replicate.tolist()
    for i in range(len(chunk.index)):
        if at is not None:
            at.value = i
        try:
            row = simulator.run(dict(chunk.settings[settings[i]]), seed, replicates[i])
            shape, numbers = tuple(row), np.fromiter(row.values(), np.float64, len(row))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever it was, it is a row
            failures[i] = reason(error)
            shape, numbers = (), np.empty(0)
        if not shapes or shape != shapes[-1]:
            for name in shape:
                names.setdefault(name, len(names))
        shapes.append(shape)
        table.append(numbers)
    whole = tuple(names)
    if all(shape == whole for shape in shapes):
        values = np.concatenate([np.empty(0), *table]).reshape(len(table), len(whole))
    else:
        values = np.full((len(table), len(whole)), np.nan)
        for i, (shape, numbers) in enumerate(zip(shapes, table, strict=True)):
            values[i, [names[name] for name in shape]] = numbers
    return Outcome(chunk.index, whole, values, failures)


def reason(error: BaseException) -> str:
    """An exception in one line."""
    return shorten(f"{type(error).__name__}: {error}", 500)


def send(pipe: Connection, thing: object) -> None:
    """As ``pipe.send``, but for its pickler, which takes most of its time to be made."""
    pipe.send_bytes(pickle.dumps(thing, pickle.HIGHEST_PROTOCOL))


def serve(pipe: Connection, at: Any) -> None:
    """A worker's life: simulator and seed first, then chunks until None or the supervisor's end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the supervisor's to handle
    try:
        simulator, seed = pickle.loads(pipe.recv_bytes())
    except EOFError:
        return
    except BaseException as error:  # noqa: BLE001 - the supervisor tells the user
        with contextlib.suppress(OSError):
            send(pipe, reason(error))
        return
    try:
        send(pipe, None)
        while (chunk := pickle.loads(pipe.recv_bytes())) is not None:
            send(pipe, run_chunk(simulator, seed, chunk, at))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return  # the supervisor is gone
