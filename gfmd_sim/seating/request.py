"""What an organiser asks of a seating plan, before it meets a delegate list.

The same keys in a YAML file and, where sensible, as options; a file looks like this::

    consultations: [2, 2, 2]      # sittings of each; or their number; sittings: 6 names none
    table_size: [5, 8]            # or one number; sizes: [8, 8, 7] lists every table
    balance: {group: 2, region: 1}
    keep_apart: [[D001, D002], [D007, D010, D015]]
    keep_apart_by: [country]      # no two of a country at a table
    keep_together: [[D003, D004]]
    fixed:
      - {delegate: D005, table: 1, host: true}
      - {delegate: D006, table: 2, sittings: [1, 2]}
    capacity: {3: 6}
    features: {1: [step-free]}
    needs: {D008: [step-free]}
    shared_language: true
    interpreters: {2: [[fr, en], [es, en]]}
    attends: {D009: [1, 3]}       # consultations a delegate comes to; all others come to all
    absent: {D010: [3, 4]}        # sittings he is away from
    lock: {plan: earlier.csv, sittings: [1]}
    encounters: {across: group, repeats: square}
    roundtables:
      2: {table_size: [6, 6]}     # what differs in one roundtable

Delegates are named by id, or by name where only one has it. Tables, consultations and sittings
count from 1, sittings through all consultations.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from gfmd_sim.errors import SeatingError, UserError, did_you_mean, nearest
from gfmd_sim.language import N_
from gfmd_sim.scenario.problems import translate
from gfmd_sim.scenario.yaml_text import Parsed, parse, read_text
from gfmd_sim.seating.consultations import Consultations, refuse_contradiction, sittings_of_each
from gfmd_sim.seating.search.problem import MAX_SITTINGS

Number = Annotated[int, Field(ge=1, le=10_000)]
Sitting = Annotated[int, Field(ge=1, le=MAX_SITTINGS)]
Word = Annotated[str, Field(min_length=1, max_length=200)]
Weight = Annotated[float, Field(ge=0, le=1000)]
DEFAULT_BALANCE = ("group", "region")
"""What is balanced where nothing is said, as far as the list fills it in."""


class _Block(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)


class FixedAt(_Block):
    """A delegate who sits at ``table`` in these ``sittings`` (empty: in all); host or not."""

    delegate: Word
    table: Number
    sittings: tuple[Sitting, ...] = ()
    host: bool = False


class Lock(_Block):
    """Seats taken over from an earlier plan, in these sittings (empty: in all it has)."""

    plan: Word
    sittings: tuple[Sitting, ...] = ()


class Counting(_Block):
    """Which encounters count: across an attribute only, and what meeting again costs."""

    across: Word | None = None
    repeats: Literal["linear", "geometric", "square"] = "linear"


class RoomRequest(_Block):
    """What may differ from one roundtable to another; None: as for all."""

    table_size: tuple[Number, Number] | None = None
    tables: Number | None = None
    sizes: tuple[Number, ...] | None = None
    sittings: Sitting | None = None
    consultations: Consultations | None = None
    capacity: dict[Number, Number] | None = None
    features: dict[Number, tuple[Word, ...]] | None = None
    interpreters: dict[Number, tuple[tuple[Word, ...], ...]] | None = None
    fixed: tuple[FixedAt, ...] | None = None

    @field_validator("table_size", mode="before")
    @classmethod
    def _one_size(cls, value: Any) -> Any:
        return span(value) if isinstance(value, int | str) else value


class SeatingRequest(_Block):
    """All that is asked. See the module for the keys."""

    sittings: Sitting | None = None
    consultations: Consultations | None = None  # neither: FORUM
    table_size: tuple[Number, Number] = (5, 8)
    tables: Number | None = None
    sizes: tuple[Number, ...] | None = None
    balance: dict[Word, Weight] | None = None  # None: DEFAULT_BALANCE
    keep_apart: tuple[tuple[Word, ...], ...] = ()
    keep_apart_by: tuple[Word, ...] = ()
    keep_together: tuple[tuple[Word, ...], ...] = ()
    keep_together_by: tuple[Word, ...] = ()
    fixed: tuple[FixedAt, ...] = ()
    capacity: dict[Number, Number] = {}
    features: dict[Number, tuple[Word, ...]] = {}
    needs: dict[Word, tuple[Word, ...]] = {}
    shared_language: bool = False
    interpreters: dict[Number, tuple[tuple[Word, ...], ...]] = {}
    attends: dict[Word, tuple[Sitting, ...]] = {}
    absent: dict[Word, tuple[Sitting, ...]] = {}
    lock: Lock | None = None
    encounters: Counting = Counting()
    roundtables: dict[Number, RoomRequest] = {}

    @field_validator("table_size", mode="before")
    @classmethod
    def _one_size(cls, value: Any) -> Any:
        return span(value) if isinstance(value, int | str) else value

    @field_validator("balance", mode="before")
    @classmethod
    def _listed(cls, value: Any) -> Any:
        return dict.fromkeys(value, 1.0) if isinstance(value, list | tuple) else value

    @model_validator(mode="after")
    def _agree(self) -> Self:
        low, high = self.table_size
        if low > high:
            raise ValueError(N_("table_size goes from the smaller to the larger number"))
        if self.sizes is not None and self.tables is not None and len(self.sizes) != self.tables:
            raise ValueError(N_("tables and sizes speak of different numbers of tables"))
        refuse_contradiction(self.consultations, self.sittings)
        return self

    @property
    def by_consultation(self) -> tuple[int, ...]:
        """Sittings of each consultation; empty where only sittings are spoken of."""
        return sittings_of_each(self.consultations, self.sittings)

    @property
    def n_sittings(self) -> int:
        """Sittings of all consultations."""
        return sum(self.by_consultation) or self.sittings or 0

    def room(self, roundtable: int) -> SeatingRequest:
        """The request of one roundtable: what is asked for all, and what differs there."""
        own = self.roundtables.get(roundtable)
        if own is None:
            return self
        changed = own.model_dump(exclude_none=True)
        if "table_size" in changed or "tables" in changed:
            changed.setdefault("sizes", None)
        if "sittings" in changed or "consultations" in changed:
            changed = {"sittings": None, "consultations": None} | changed
        if "fixed" in changed:
            changed["fixed"] = (*self.model_dump()["fixed"], *changed["fixed"])
        return SeatingRequest.model_validate(self.model_dump() | changed)

    def of_plan(self, sittings: int, each: tuple[int, ...]) -> SeatingRequest:
        """The same for a plan that is there already and has so many sittings.

        ``each``: those of each consultation as the plan has them; used where none are asked for.

        Raises
        ------
        SeatingError
            If the plan has not the sittings of the consultations asked for.
        """
        if self.consultations is None:
            return self.model_copy(update={"sittings": sittings, "consultations": each or None})
        try:
            refuse_contradiction(self.consultations, sittings)
        except ValueError as error:
            raise SeatingError(
                error.args[0], key="consultations", given=sittings,
                remedy="give the consultations that the plan was made for",
            ) from None  # fmt: skip
        return self.model_copy(update={"sittings": sittings})


def span(value: int | str) -> tuple[int, int]:
    """``"5-8"`` or ``8`` as smallest and largest.

    >>> span("5-8"), span(8), span("5\N{EN DASH}8")
    ((5, 8), (8, 8), (5, 8))

    Raises
    ------
    ValueError
        If it is neither.
    """
    parts = str(value).replace("\N{EN DASH}", "-").split("-")
    if len(parts) > 2 or not all(p.strip().isdecimal() for p in parts):
        raise ValueError(N_("a table size is a number or a range such as 5-8"))
    return int(parts[0]), int(parts[-1])


_LISTS = ("keep_apart", "keep_apart_by", "keep_together", "keep_together_by", "fixed")
_BY_NAME = ("capacity", "attends", "absent", "encounters")


def read_request(path: Path, options: Mapping[str, Any]) -> SeatingRequest:
    """The request in a YAML file, options set on top: lists add up, and what is said of a person,
    table or encounter alone is replaced.

    Raises
    ------
    UserError
        With file, line and key of what cannot be used.
    """
    found = parse(read_text(path), path)
    return _settled(found, path, options)


def request_of(options: Mapping[str, Any]) -> SeatingRequest:
    """The request that options alone make."""
    return _settled(Parsed({}, {}), None, options)


def _settled(found: Parsed, path: Path | None, options: Mapping[str, Any]) -> SeatingRequest:
    empty = {key for key in _LISTS if found.data.get(key) is None}
    data: dict[str, Any] = {k: v for k, v in found.data.items() if k not in empty}
    if ("table_size" in options or "tables" in options) and "sizes" not in options:
        data.pop("sizes", None)
    for key, value in options.items():
        said = data.get(key)
        if key in _LISTS and isinstance(said, list):
            data[key] = [*said, *value]
        elif key in _BY_NAME and isinstance(said, dict):
            data[key] = {**said, **value}
        else:
            data[key] = value
    origins = {k: (path, line) for k, line in found.lines.items() if k and k[0] not in options}
    try:
        asked = SeatingRequest.model_validate(data)
    except ValidationError as error:
        raise _with_allowed(translate(error, data, origins, is_scenario=False)) from None
    for number in asked.roundtables:
        try:
            asked.room(number)
        except ValidationError as error:
            raise SeatingError(
                error.errors()[0]["ctx"]["error"].args[0], file=path,
                line=found.lines.get(("roundtables", number)), key=f"roundtables.{number}",
                remedy="change the value",
            ) from None  # fmt: skip
    return asked


def _with_allowed(error: UserError) -> SeatingError:
    """An unknown key gets the keys there are, and the nearest."""
    allowed: str | None = error.allowed
    remedy: str | None = error.remedy
    if error.problem.startswith("unknown key"):
        known = list(SeatingRequest.model_fields)
        inner = str(error.key or "").split(".")
        if inner[0] in ("fixed", "lock", "encounters", "roundtables") and len(inner) > 1:
            blocks: dict[str, type[BaseModel]] = {
                "fixed": FixedAt, "lock": Lock, "encounters": Counting, "roundtables": RoomRequest,
            }  # fmt: skip
            known = list(blocks[inner[0]].model_fields)
        near = nearest(inner[-1], known)
        allowed = ", ".join(known)
        remedy = did_you_mean(near, "remove it")
    return SeatingError(
        error.problem,
        given=error.given,
        allowed=allowed,
        remedy=remedy,
        file=error.file,
        line=error.line,
        key=error.key,
        also=error.also,
    )
