"""What a sweep varies: a parameter with listed values, or with limits."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.errors import UserError
from gfmd_sim.experiments.simulator import JSON, canonical, canonical_text

FloatArray: TypeAlias = NDArray[np.float64]

_PATH = re.compile(r"[A-Za-z_][\w-]*(\.[\w-]+)*\Z")


@dataclass(frozen=True)
class Choice:
    """A factor with listed values (``seating.rule=random,balanced``)."""

    path: str
    values: tuple[JSON, ...]

    def __post_init__(self) -> None:
        check_path(self.path)
        object.__setattr__(self, "values", tuple(canonical(v) for v in self.values))
        texts = [canonical_text(v) for v in self.values]
        twice = [t for t in texts if texts.count(t) > 1]
        if not texts or twice:
            raise UserError(
                "a value is given twice" if twice else "no value is given",
                key=self.path,
                given=twice[0] if twice else None,
                remedy="name each value once",
            )

    def at(self, u: float) -> JSON:
        """The value at ``u`` in [0, 1], each with the same share of the interval."""
        return self.values[min(int(u * len(self.values)), len(self.values) - 1)]

    def at_each(self, u: FloatArray) -> list[JSON]:
        """:meth:`at` of many."""
        return [self.at(x) for x in u.tolist()]


@dataclass(frozen=True)
class Range:
    """A factor with limits (``opinion.table_pull=0.07:0.28``), both included.

    ``integer`` draws whole numbers; ``log`` spreads the draws evenly over orders of magnitude.
    """

    path: str
    low: float
    high: float
    integer: bool = False
    log: bool = False

    def __post_init__(self) -> None:
        check_path(self.path)
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high):
            raise UserError(
                "not a range",
                key=self.path,
                given=f"{self.low:g}:{self.high:g}",
                allowed="lo:hi with lo less than hi",
            )
        if self.log and self.low <= 0:
            raise UserError(
                "a logarithmic range must be above 0", key=self.path, given=f"{self.low:g}"
            )
        if self.integer and not (float(self.low).is_integer() and float(self.high).is_integer()):
            raise UserError(
                "this parameter takes whole numbers",
                key=self.path,
                given=f"{self.low:g}:{self.high:g}",
            )

    def at(self, u: float) -> JSON:
        """The value at ``u`` in [0, 1]."""
        # a whole number owns the half unit on each side, so that the limits are drawn as often
        low, high = (self.low - 0.5, self.high + 0.5) if self.integer else (self.low, self.high)
        if self.log:
            value = math.exp(math.log(low) + u * (math.log(high) - math.log(low)))
        else:
            value = low + u * (high - low)
        if self.integer:
            value = math.floor(value + 0.5)
        return canonical(min(max(value, self.low), self.high))

    def at_each(self, u: FloatArray) -> list[JSON]:
        """:meth:`at` of many, to the same bits."""
        if self.log:  # NumPy's exp may differ in the last bit
            return [self.at(x) for x in u.tolist()]
        low, high = (self.low - 0.5, self.high + 0.5) if self.integer else (self.low, self.high)
        value = low + u * (high - low)
        if self.integer:
            value = np.floor(value + 0.5)
        value = np.minimum(np.maximum(value, self.low), self.high)
        values: list[JSON] = value.tolist()
        for i in np.flatnonzero((value == np.floor(value)) & (np.abs(value) < 2**53)).tolist():
            values[i] = int(value[i])
        return values

    def levels(self, n: int) -> tuple[JSON, ...]:
        """``n`` values from ``low`` to ``high``, evenly spaced, for a grid."""
        if n < 2:
            raise UserError("a grid needs at least 2 levels of a range", key=self.path, given=n)
        space = np.geomspace if self.log else np.linspace
        values = [float(v) for v in space(self.low, self.high, n)]
        if self.integer:
            values = [float(round(v)) for v in values]
        # 0.1 + 2 * 0.1 would make a label of 17 digits and another hash than 0.3
        return tuple(dict.fromkeys(canonical(float(f"{v:.12g}")) for v in values))


Factor: TypeAlias = Choice | Range


def factor_to_json(factor: Factor) -> dict[str, Any]:
    """A factor as plain data."""
    return {"kind": type(factor).__name__.lower(), **asdict(factor)}


def factor_from_json(content: Mapping[str, Any]) -> Factor:
    """What :func:`factor_to_json` wrote."""
    rest = {k: v for k, v in content.items() if k != "kind"}
    if content["kind"] == "choice":
        return Choice(rest["path"], tuple(rest["values"]))
    return Range(**rest)


def check_path(path: str) -> str:
    """``path`` itself if it can be a parameter's path.

    Raises
    ------
    UserError
        If it cannot.
    """
    if not _PATH.match(path):
        raise UserError(
            "not a parameter's path", given=path, allowed="room.parameter, as in seating.rule"
        )
    return path


def check_distinct(factors: Sequence[Factor]) -> None:
    """Raise a UserError if a parameter is varied twice."""
    paths = [f.path for f in factors]
    for path in paths:
        if paths.count(path) > 1:
            raise UserError(
                "a parameter is varied twice", key=path, remedy="name it in one --vary only"
            )
