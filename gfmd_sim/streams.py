"""Named luck: the only maker of randomness in this project.

Every draw is named by what it decides (root seed, replicate, decision, consultation, roundtable,
sitting, event) and indexed by person. It never depends on a scenario, a design or a lever, nor on
what was drawn before. So the same replicate is the same luck under every design, and a person more
or less, or a draw more or less, changes nobody else's luck.

The generator is Philox4x32-10, counter based: Salmon, Moraes, Dror, Shaw 2011, "Parallel random
numbers: as easy as 1, 2, 3", SC'11. The root seed is the key; the counter's four words are (event
block, person, decision and stage, replicate), so that two draws with different names can never
share a counter. A draw takes one 32-bit lane of a block: a uniform has 32 random bits.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.compiled import compiled, filled, inlined, inner
from gfmd_sim.errors import UserError

UInt32Array = NDArray[np.uint32]
FloatArray = NDArray[np.float64]
Word = int | np.unsignedinteger[Any]  # a 32-bit word, in whatever type it comes

MAX_SEED = 2**64 - 1
MAX_REPLICATE = 2**32 - 1
MAX_SITTING = 2**12 - 1

_M0 = np.uint64(0xD2511F53)
_M1 = np.uint64(0xCD9E8D57)
_W0 = np.uint64(0x9E3779B9)
_W1 = np.uint64(0xBB67AE85)
_LOW = np.uint64(0xFFFFFFFF)
_S32 = np.uint64(32)
_ONE = np.uint64(1)
_TO_UNIT = 1.0 / 4294967296.0


class Decision(IntEnum):
    """What a draw decides. Numbers are part of the results: never renumber, only add."""

    # who is there
    SUPPORT = 1
    GROUP_LEAN = 2
    KNOWS = 3
    COMMON_KNOWLEDGE = 4
    PRIOR_TIE = 5
    RESOURCES = 6
    ROLE = 7
    REGION = 8
    LANGUAGE = 9
    AGENCY = 10
    GENDER = 11
    QUALITY = 12
    VALENCE = 13
    SUSCEPTIBILITY = 14
    ROUNDTABLES = 15
    STATUS = 16
    COUNTRY = 17
    # who comes
    TURNOVER = 20
    SUCCESSOR = 21
    NO_SHOW = 22
    # where they sit
    SEAT = 30
    SEAT_SEARCH = 31
    VALUE_ORDER = 32
    # what is said
    RANK = 40
    SPEAKER = 41
    ARGUMENT = 42
    LEARNING = 43
    PARTNER = 44
    TABLE_AGREES = 45
    # what is passed on
    PLENARY_LEARNING = 50
    NOTE_READ = 51
    NOTE_LEARNING = 52
    # what comes of it
    WILLING = 60
    # statistics and tools, apart from the simulated world
    UNCERTAINTY = 90
    BOOTSTRAP = 91
    PERMUTATION = 92
    SURVEY_NOISE = 93
    SAMPLING = 200
    CALIBRATION = 220


@inlined
def philox(
    c0: Word, c1: Word, c2: Word, c3: Word, k0: Word, k1: Word
) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64]:
    """Philox4x32-10: the four 32-bit words (as uint64) at one counter and key."""
    x0, x1, x2, x3 = np.uint64(c0), np.uint64(c1), np.uint64(c2), np.uint64(c3)
    a, b = np.uint64(k0), np.uint64(k1)
    for _ in range(10):
        p0 = _M0 * x0
        p1 = _M1 * x2
        x0, x1, x2, x3 = (
            (p1 >> _S32) ^ x1 ^ a,
            p1 & _LOW,
            (p0 >> _S32) ^ x3 ^ b,
            p0 & _LOW,
        )
        a = (a + _W0) & _LOW
        b = (b + _W1) & _LOW
    return x0, x1, x2, x3


@inlined
def unit(word: np.uint64) -> float:
    """A 32-bit word as a number strictly between 0 and 1."""
    return (float(np.int64(word)) + 0.5) * _TO_UNIT


@inner
def fill_blocks(
    key: UInt32Array, person: UInt32Array, stage: int, first: int | np.int64, out: FloatArray
) -> None:
    """Uniforms of events from 4 * ``first`` on for each person.

    ``key`` holds (seed low, seed high, replicate); ``stage`` is :func:`stage_word`; ``out`` is
    (n, 4 * blocks) or has more rows.
    """
    k0, k1, c3 = np.uint64(key[0]), np.uint64(key[1]), np.uint64(key[2])
    c2 = np.uint64(stage)
    for i in range(person.shape[0]):
        c1 = np.uint64(person[i])
        for b in range(out.shape[1] // 4):
            w0, w1, w2, w3 = philox(np.uint64(first + b), c1, c2, c3, k0, k1)
            out[i, 4 * b] = unit(w0)
            out[i, 4 * b + 1] = unit(w1)
            out[i, 4 * b + 2] = unit(w2)
            out[i, 4 * b + 3] = unit(w3)


@compiled
def fill_uniform(
    key: UInt32Array, person: UInt32Array, stage: int, n_events: int | np.int64
) -> FloatArray:
    """Uniforms of events 0 .. n_events-1 for each person, shape (n, n_events).

    Kernels that want one say ``np.int64(1)``: a bare 1 is compiled as a variant of its own.
    """
    out = np.empty((person.shape[0], (n_events + 3) // 4 * 4))
    fill_blocks(key, person, stage, np.int64(0), out)
    return out[:, :n_events]


@compiled
def fill_normal(
    key: UInt32Array, person: UInt32Array, stage: int, n_events: int | np.int64
) -> FloatArray:
    """Standard normals (Box, Muller 1958), shape (n, n_events): each of two uniforms, as
    :func:`fill_uniform` draws them."""
    luck = fill_uniform(key, person, stage, 2 * n_events)
    out = np.empty((person.shape[0], n_events))
    for i in range(out.shape[0]):
        for e in range(n_events):
            radius = np.sqrt(-2.0 * np.log(luck[i, 2 * e]))
            out[i, e] = radius * np.cos(2.0 * np.pi * luck[i, 2 * e + 1])
    return out


@inner
def pair_uniform(key: UInt32Array, one: int, other: int, stage: int) -> float:
    """The uniform of an unordered pair of persons (their 32-bit keys)."""
    lo, hi = (one, other) if one < other else (other, one)
    w0, _, _, _ = philox(
        np.uint64(lo),
        np.uint64(hi),
        np.uint64(stage),
        np.uint64(key[2]),
        np.uint64(key[0]),
        np.uint64(key[1]),
    )
    return unit(w0)


@compiled
def fill_pairs_of(
    key: UInt32Array, one: int, others: UInt32Array, stage: int, out: FloatArray
) -> None:
    """The uniforms of one person's pairs with ``others``; ``out`` has room for as many."""
    c2, c3 = np.uint64(stage), np.uint64(key[2])
    k0, k1 = np.uint64(key[0]), np.uint64(key[1])
    me = np.uint64(one)
    for j in range(others.shape[0]):
        other = np.uint64(others[j])
        w0, _, _, _ = philox(min(me, other), max(me, other), c2, c3, k0, k1)
        out[j] = unit(w0)


@compiled
def fill_each_pair(
    key: UInt32Array, one: UInt32Array, other: UInt32Array, stage: int, out: FloatArray
) -> None:
    """The uniforms of pairs, two persons each; ``out`` has room for as many.

    With the key at hand the processor draws several at once, as it does not by :func:`pair_uniform`.
    """
    c2, c3 = np.uint64(stage), np.uint64(key[2])
    k0, k1 = np.uint64(key[0]), np.uint64(key[1])
    for k in range(one.shape[0]):
        me, you = np.uint64(one[k]), np.uint64(other[k])
        w0, _, _, _ = philox(min(me, you), max(me, you), c2, c3, k0, k1)
        out[k] = unit(w0)


@compiled
def fill_pair_uniform(key: UInt32Array, person: UInt32Array, stage: int) -> FloatArray:
    """Uniforms of all unordered pairs, symmetric, shape (n, n); the diagonal is 1."""
    n = person.shape[0]
    out = filled((n, n), 1.0, np.float64)
    for i in range(n):
        for j in range(i + 1, n):
            u = pair_uniform(key, person[i], person[j], stage)
            out[i, j] = u
            out[j, i] = u
    return out


@functools.lru_cache(maxsize=4096)
def stage_word(decision: int, consultation: int = 0, roundtable: int = 0, sitting: int = 0) -> int:
    """The counter word that names decision and stage: 8 bits, 4 bits, 8 bits, 12 bits.

    Raises
    ------
    ValueError
        If a number does not fit its bits.
    """
    if not (
        0 <= decision < 256
        and 0 <= consultation < 16
        and 0 <= roundtable < 256
        and 0 <= sitting <= MAX_SITTING
    ):
        raise ValueError(
            f"no name for decision {decision}, consultation {consultation}, "
            f"roundtable {roundtable}, sitting {sitting}"
        )
    return (decision << 24) | (consultation << 20) | (roundtable << 12) | sitting


@functools.lru_cache(maxsize=4096)
def stage_words(
    decisions: tuple[int, ...], consultation: int = 0, roundtable: int = 0, sitting: int = 0
) -> tuple[int, ...]:
    """:func:`stage_word` of several decisions in one stage."""
    return tuple(stage_word(d, consultation, roundtable, sitting) for d in decisions)


def person_key(name: str) -> int:
    """The 32-bit key of a person's id: luck follows the id, not the place in the list."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=4).digest(), "little")


def person_keys(ids: Iterable[str]) -> UInt32Array:
    """Keys of several ids, shape (n,); two ids that collide get neighbouring free keys.

    Collisions (2 in 10,000 lists of 1,500 people) are resolved in the order of the ids' names, so
    that the order of the list does not matter.
    """
    names = list(ids)
    if len(set(names)) != len(names):
        raise ValueError("ids must be distinct")
    taken: dict[int, str] = {}
    for name in sorted(names):
        key = person_key(name)
        while key in taken:
            key = (key + 1) % 2**32
        taken[key] = name
    by_name = {name: key for key, name in taken.items()}
    return np.array([by_name[name] for name in names], dtype=np.uint32)


@dataclass(frozen=True, slots=True)
class Streams:
    """The luck of one replicate under one root seed.

    Parameters
    ----------
    seed
        Root seed, 0 to 2**64 - 1.
    replicate
        Index of the replicate, 0 to 2**32 - 1: the same index is the same luck in every design.
    """

    seed: int
    replicate: int = 0
    key: UInt32Array = field(init=False, repr=False, compare=False)
    """(seed low, seed high, replicate) as the kernels take it, shape (3,)."""

    def __post_init__(self) -> None:
        if not 0 <= self.seed <= MAX_SEED:
            raise UserError("the seed is out of range", given=self.seed, allowed="0 to 2**64 - 1")
        if not 0 <= self.replicate <= MAX_REPLICATE:
            raise UserError(
                "the replicate is out of range", given=self.replicate, allowed="0 to 2**32 - 1"
            )
        words = [self.seed & 0xFFFFFFFF, self.seed >> 32, self.replicate]
        object.__setattr__(self, "key", np.array(words, dtype=np.uint32))

    def uniform(
        self,
        decision: Decision,
        person: UInt32Array,
        n_events: int = 1,
        *,
        consultation: int = 0,
        roundtable: int = 0,
        sitting: int = 0,
    ) -> FloatArray:
        """Uniforms in (0, 1), shape (n_persons, n_events)."""
        stage = stage_word(decision, consultation, roundtable, sitting)
        return fill_uniform(self.key, np.ascontiguousarray(person, np.uint32), stage, n_events)

    def uniform_by_numpy(
        self, decision: Decision, person: UInt32Array, n_events: int = 1, **stage: int
    ) -> FloatArray:
        """:meth:`uniform` to the same bits, for whoever draws a few and would not load a kernel."""
        c2 = np.uint64(stage_word(decision, **stage))
        c1 = np.asarray(person).astype(np.uint32).astype(np.uint64)[:, None]
        block = np.arange((n_events + 3) // 4, dtype=np.uint64)[None, :]
        seed_low, seed_high, c3 = self.key.astype(np.uint64)
        on_arrays: Any = philox.py_func
        words = on_arrays(block, c1, c2, c3, seed_low, seed_high)
        whole = np.stack(words, axis=-1).reshape(len(c1), 4 * block.size)
        out: FloatArray = (whole[:, :n_events].astype(np.float64) + 0.5) * _TO_UNIT
        return out

    def exponential(
        self, decision: Decision, person: UInt32Array, n_events: int = 1, **stage: int
    ) -> FloatArray:
        """Exponentials of mean 1, shape (n_persons, n_events): divide by a rate, the least wins."""
        return -np.log(self.uniform(decision, person, n_events, **stage))

    def normal(
        self, decision: Decision, person: UInt32Array, n_events: int = 1, **stage: int
    ) -> FloatArray:
        """Standard normals, shape (n_persons, n_events)."""
        word = stage_word(decision, **stage)
        return fill_normal(self.key, np.ascontiguousarray(person, np.uint32), word, n_events)

    def pairs(
        self,
        decision: Decision,
        person: UInt32Array,
        *,
        consultation: int = 0,
        roundtable: int = 0,
    ) -> FloatArray:
        """Uniforms of all unordered pairs, symmetric, shape (n, n); the diagonal is 1."""
        stage = stage_word(decision, consultation, roundtable)
        return fill_pair_uniform(self.key, np.ascontiguousarray(person, np.uint32), stage)
