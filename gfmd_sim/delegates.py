"""The delegates, one array an attribute; row i is the same person everywhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int32]
FloatArray = NDArray[np.float64]


@dataclass(slots=True)
class Delegates:
    """Who takes part, and with what.

    A row is a seat in the delegation: after turnover its successor sits there, with the same id,
    group, region and country. Codes index the name lists in ``names``; -1 means unknown.
    """

    id: tuple[str, ...]
    key: NDArray[np.uint32]  # (n,) names each person's luck
    names: dict[str, list[str]]  # the values of each coded attribute, in the order of their codes
    code: dict[str, IntArray]  # (n,) each: group, region, role, agency, gender, country, ...
    language: NDArray[np.uint32]  # (n,) a bit for each of names["language"]
    status: FloatArray  # (n,)
    susceptibility: FloatArray  # (n,) Lambda
    anchor_shift: FloatArray  # (n,) rho
    resources: NDArray[np.bool_]  # (n, n_resources)
    attends: NDArray[np.bool_]  # (n, n_roundtables) at the consultations
    joined: IntArray  # (n,) consultation before which the present holder joined; 0: from the start

    def __len__(self) -> int:
        return len(self.id)

    @property
    def group(self) -> IntArray:
        """Code of each delegate's stakeholder group, shape (n,)."""
        return self.code["group"]

    @property
    def groups(self) -> list[str]:
        """The groups' ids, in the order of their codes."""
        return self.names["group"]

    def codes(self, attributes: Iterable[str]) -> IntArray:
        """A copy of several attributes' codes, those that there are, shape (n_attributes, n)."""
        rows = [self.code[a] for a in attributes if a in self.code]
        return np.array(rows, dtype=np.int32).reshape(len(rows), len(self))

    def label(self, attribute: str, i: int) -> str:
        """The value of a coded attribute for delegate ``i``; empty if unknown."""
        code = int(self.code[attribute][i])
        return self.names[attribute][code] if code >= 0 else ""

    def languages(self, i: int) -> list[str]:
        """The languages in which delegate ``i`` works."""
        return [
            name for b, name in enumerate(self.names["language"]) if int(self.language[i]) >> b & 1
        ]
