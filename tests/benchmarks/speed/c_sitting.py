"""The sitting in C: compiled when asked for, called through ctypes."""

from __future__ import annotations

import ctypes
import os
import shlex
import shutil
import subprocess
import sysconfig
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks.speed.sittings import Sitting

SOURCE = Path(__file__).with_name("sitting.c")
FLAGS = ("-O3", "-march=native", "-ffp-contract=off", "-fno-math-errno", "-std=gnu11")

_INTEGERS = ("n_tables", "n_accounts", "n_solutions", "n_delegates")
_FIRST = ("seat", "start", "support", "anchor", "knows", "learned", "voiced", "link_start",
          "link_solution", "link_sign", "status", "susceptibility", "language", "trust",
          "meetings", "key", "person")  # fmt: skip
_WORDS = ("rank", "speaker_word", "argument_word", "learning")
_FLAGS = ("n_turns", "repetitions", "self_in_mean", "repeats_add_less")
_NUMBERS = ("talk_ratio", "facilitation", "own_side", "learning_rate", "biased_processing",
            "p_understood", "table_pull", "argument_weight", "prior_weight", "talk_weight",
            "trust_weight", "gain", "decay", "attention")  # fmt: skip
_LOG = ("speaker", "argument", "n_learners", "learners")


class _Sitting(ctypes.Structure):
    """``struct sitting`` of the source, field by field."""

    _fields_ = [
        *((name, ctypes.c_int32) for name in _INTEGERS),
        *((name, ctypes.c_void_p) for name in _FIRST),
        *((name, ctypes.c_uint32) for name in _WORDS),
        *((name, ctypes.c_int32) for name in _FLAGS),
        *((name, ctypes.c_double) for name in _NUMBERS),
        *((name, ctypes.c_void_p) for name in _LOG),
    ]


class NoCompiler(RuntimeError):
    """There is no C compiler, or it cannot compile the source."""


def compiler() -> list[str]:
    """The command of the system's C compiler: ``CC``, else cc, gcc or clang, else Python's own.

    Raises
    ------
    NoCompiler
        If none of them is there.
    """
    asked = os.environ.get("CC")
    if asked:
        return shlex.split(asked)
    for name in ("cc", "gcc", "clang", *shlex.split(sysconfig.get_config_var("CC") or "")[:1]):
        if shutil.which(name):
            return [name]
    raise NoCompiler("there is no C compiler (looked for CC, cc, gcc, clang)")


def compiler_version() -> str:
    """What the compiler says it is, on one line."""
    said = subprocess.run([*compiler(), "--version"], capture_output=True, text=True, check=False)
    return (said.stdout or said.stderr).splitlines()[0]


def compile_c(folder: Path | None = None) -> Callable[[Sitting], Callable[[], None]]:
    """Compile the source; returns a function that makes a sitting ready to be held.

    What it returns for a sitting holds it when called: the sitting's arrays change in place.

    Raises
    ------
    NoCompiler
        If there is none, or it fails; with its words.
    """
    folder = Path(tempfile.mkdtemp(prefix="gfmd-sim-bench-")) if folder is None else folder
    library = folder / "sitting.so"
    command = [*compiler(), *FLAGS, "-shared", "-fPIC", "-o", str(library), str(SOURCE), "-lm"]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode != 0:
        raise NoCompiler(f"{' '.join(command)} failed: {made.stderr.strip()[-500:]}")
    hold = ctypes.CDLL(str(library)).hold_sitting
    hold.argtypes, hold.restype = [ctypes.c_void_p], ctypes.c_int

    def prepare(s: Sitting) -> Callable[[], None]:
        given, kept = _as_struct(s)
        address = ctypes.addressof(given)

        def call() -> None:
            if hold(address) != 0:
                raise MemoryError("the C sitting found no memory")

        call.kept = (given, kept)  # type: ignore[attr-defined] # arrays live as long as the call
        return call

    return prepare


def _as_struct(s: Sitting) -> tuple[_Sitting, list[Any]]:
    """The sitting as C takes it, and the arrays that it points to."""
    p, o, b = s.talk, s.opinion, s.building
    off = p.memory == 0 and p.homophily < 0 and p.opinions_every == 0 and not p.everybody_in_turn
    if not (off and o.confidence_bound < 0 and o.repetitions >= 0 and len(s.given) == 0):
        raise ValueError("the C sitting has only the mechanisms of the flagship scenario")
    if b.attention < 0 or any(not a.flags.c_contiguous for a in s.result()):
        raise ValueError("the C sitting needs contiguous arrays")
    arrays = [s.seat, s.start, s.support, s.anchor, s.knows, s.learned, s.voiced, s.links.start,
              s.links.solution, s.links.sign, s.status, s.susceptibility, s.language,
              s.pairs.trust, s.pairs.meetings, s.luck.key, s.luck.person]  # fmt: skip
    types = [
        "i4",
        "i4",
        "f8",
        "f8",
        "u1",
        "u1",
        "f8",
        "i4",
        "i4",
        "i1",
        "f8",
        "f8",
        "u4",
        "f8",
        "u2",
        "u4",
        "u4",
    ]
    log = [s.log.speaker, s.log.argument, s.log.n_learners, s.log.learners]
    for array, dtype in zip([*arrays, *log], [*types, "i4", "i4", "i4", "u8"], strict=True):
        if array.dtype != np.dtype(dtype) or not array.flags.c_contiguous:
            raise ValueError(f"the C sitting takes {dtype}, not {array.dtype}")
    values = [
        len(s.start) - 1, s.knows.shape[1], s.support.shape[1], s.support.shape[0],
        *(a.ctypes.data for a in arrays),
        s.luck.rank, s.luck.speaker, s.luck.argument, s.luck.learning,
        p.n_turns, o.repetitions, o.self_in_mean, b.repeats_add_less,
        p.talk_ratio, p.facilitation, p.own_side, p.learning, p.biased_processing, p.p_understood,
        o.table_pull, o.argument_weight, o.prior_weight, o.talk_weight, o.trust_weight,
        b.gain, b.decay, b.attention,
        *(a.ctypes.data for a in log),
    ]  # fmt: skip
    return _Sitting(*values), [*arrays, *log]
