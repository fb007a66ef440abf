"""What an experiment needs from a model: nothing but (levers, seed, replicate) -> measures.

Everything in this folder works on any object with these two members, so the statistics can be
tried on models whose truth is known, and used for models that have nothing to do with the Forum::

    @dataclass(frozen=True)
    class Coin:
        p: float = 0.5

        @property
        def identity(self) -> Mapping[str, JSON]:
            return {"model": "coin", "version": 1, "p": self.p}

        def run(self, levers, seed, replicate):
            u = Streams(seed, replicate).uniform(Decision.SUPPORT, np.zeros(1, np.uint32))[0, 0]
            return {"heads": float(u < levers.get("p", self.p))}
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from typing import Protocol, TypeAlias

import numpy as np

from gfmd_sim.errors import UserError

JSON: TypeAlias = "None | bool | int | float | str | Sequence[JSON] | Mapping[str, JSON]"


class Simulator(Protocol):
    """Maps (levers, seed, replicate) to measures.

    Pure: the same arguments give the same values, bit by bit, in any process. Picklable, since
    workers are spawned. An exception in ``run`` becomes a row with its reason, never an abort.
    """

    @property
    def identity(self) -> Mapping[str, JSON]:
        """What the values depend on besides the arguments of ``run``.

        The scenario's content and the model's version (a hash of the simulation's source). Two
        simulators with the same identity must return the same values; results are stored under it.
        """
        ...

    def run(self, levers: Mapping[str, JSON], seed: int, replicate: int) -> Mapping[str, float]:
        """The measures of one run: name -> number (NaN where undefined), the same names always.

        ``levers`` maps a parameter's path to its value (``{"seating.rule": "random"}``), and may
        be empty. The same ``replicate`` is the same luck under all levers.
        """
        ...


def canonical(value: object) -> JSON:
    """``value`` in the one form that is hashed, stored and handed to simulators.

    1.0 becomes 1 and -0.0 becomes 0, NumPy scalars become Python's, tuples become lists, keys
    are sorted: equal settings must not hash differently because of how they were typed.

    Raises
    ------
    UserError
        For NaN, infinities, and whatever JSON cannot hold.
    """
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise UserError("a setting must be a finite number", given=value)
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    if isinstance(value, Mapping):
        return {str(k): canonical(value[k]) for k in sorted(value, key=str)}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [canonical(v) for v in value]
    raise UserError(
        "a setting must be plain data",
        given=value,
        allowed="numbers, text, true, false, null, lists and mappings of these",
    )


def canonical_text(value: object) -> str:
    """``value`` as canonical JSON text: ASCII, keys sorted, no spaces."""
    return settled_text(canonical(value))


_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False)


def settled_text(value: JSON | Mapping[str, JSON]) -> str:
    """:func:`canonical_text` of what is in canonical form already."""
    return _ENCODER.encode(value)


def digest(value: object, n_hex: int = 16) -> str:
    """A short hash of ``value``'s canonical text."""
    return hashlib.sha256(canonical_text(value).encode()).hexdigest()[:n_hex]
