"""What a worker process does: take a chunk, run it, send back numbers or reasons.

Kept light, since every worker imports it at its start.
"""

from __future__ import annotations

import pickle
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.errors import shorten
from gfmd_sim.experiments.simulator import JSON, Simulator


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
    seconds
        How long the chunk took.
    """

    index: NDArray[np.int64]
    names: tuple[str, ...]
    values: NDArray[np.float64]
    failures: Mapping[int, str] = field(default_factory=dict)
    seconds: float = 0.0


def run_chunk(simulator: Simulator, seed: int, chunk: Chunk, at: Any = None) -> Outcome:
    """Run a chunk; an exception is that run's failure and nobody else's.

    ``at`` (a shared integer) is told the place of the run at work, so that a supervisor knows
    which run a dead worker died of.
    """
    rows: list[Mapping[str, float]] = []
    failures: dict[int, str] = {}
    names: dict[str, None] = {}
    for i in range(len(chunk.index)):
        if at is not None:
            at.value = i
        try:
            levers = dict(chunk.settings[chunk.setting[i]])
            row = simulator.run(levers, seed, int(chunk.replicate[i]))
            row = {str(k): float(v) for k, v in row.items()}
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever it was, it is a row
            failures[i] = reason(error)
            row = {}
        rows.append(row)
        names.update(dict.fromkeys(row))
    nan = float("nan")
    # row by row in a list: a tenth of the time of writing cell by cell into an array
    table = [[row.get(name, nan) for name in names] for row in rows]
    values = np.array(table, dtype=np.float64).reshape(len(rows), len(names))
    return Outcome(chunk.index, tuple(names), values, failures)


def reason(error: BaseException) -> str:
    """An exception in one line."""
    return shorten(f"{type(error).__name__}: {error}", 500)


def serve(pipe: Connection, at: Any) -> None:
    """A worker's life: simulator and seed first, then chunks until None or the supervisor's end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the supervisor's to handle
    try:
        simulator, seed = pickle.loads(pipe.recv_bytes())
    except EOFError:
        return
    except BaseException as error:  # noqa: BLE001 - the supervisor tells the user
        pipe.send(reason(error))
        return
    pipe.send(None)
    try:
        while (chunk := pipe.recv()) is not None:
            pipe.send(run_chunk(simulator, seed, chunk, at))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return  # the supervisor is gone
