"""Every parameter as data: what ``scenario show``, error messages and the dashboard say of it.

All of it is read off the schema; nothing about a parameter is written a second time.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gfmd_sim.errors import ScenarioError, Sentence, did_you_mean, nearest
from gfmd_sim.scenario.schema import GroupSpec, RegionSpec, Scenario
from gfmd_sim.scenario.yaml_text import JSON

# Mappings whose keys a scenario chooses itself, and what stands under each key.
_OPEN = {"population.groups": GroupSpec, "population.regions": RegionSpec}


@dataclass(frozen=True)
class Parameter:
    """One parameter.

    Attributes
    ----------
    path
        Address as in ``--set``; ``*`` stands for any group or region.
    meaning, unit, symbol, source
        As the schema states them; ``symbol`` is the one of the model's equations.
    holder
        ``lever``, ``uncertainty`` or ``frame``.
    default
        Value where nothing is said.
    kinds
        What a value looks like, in words; empty where only ``choices`` are allowed.
    may_be_empty
        Whether nothing may be given.
    low, high
        Hard limits, None where there is none; outside, a value is an error.
    low_is_out
        Whether ``low`` itself is outside.
    plausible
        Range that sweeps and uncertainty draws use.
    choices
        The words allowed.
    is_number, is_integer
        Whether a sweep can range over it, in whole steps.
    """

    path: str
    meaning: str
    unit: str
    symbol: str
    source: str
    holder: str
    default: JSON
    kinds: tuple[Sentence, ...]
    may_be_empty: bool
    low: float | None
    high: float | None
    low_is_out: bool
    plausible: tuple[float, float] | None
    choices: tuple[str, ...]
    is_number: bool
    is_integer: bool

    @property
    def allowed(self) -> Sentence:
        """What may be given, in words."""
        text = self.kinds[0] if self.kinds else None
        for kind in self.kinds[1:]:
            text = Sentence("{one} or {other}", one=text, other=kind)
        low, high = (None if x is None else _short(x) for x in (self.low, self.high))
        if low is not None and high is not None and not self.low_is_out:
            text = Sentence("{what} from {low} to {high}", what=text, low=low, high=high)
        else:
            if low is not None:
                text = (
                    Sentence("{what} above {low}", what=text, low=low)
                    if self.low_is_out
                    else Sentence("{what} from {low}", what=text, low=low)
                )
            if high is not None:
                text = Sentence("{what} up to {high}", what=text, high=high)
        words = ", ".join(map(str, self.choices))
        if text and words:
            text = Sentence("{what}, or {names}", what=text, names=words)
        text = text or Sentence.joined("", [words])
        if self.may_be_empty:
            text = Sentence("{what}, or empty", what=text)
        if self.plausible is not None:
            low, high = map(_short, self.plausible)
            text = Sentence("{what} (plausible: {low} to {high})", what=text, low=low, high=high)
        return text


def _short(number: float) -> float:
    return int(number) if float(number).is_integer() else float(f"{number:.6g}")


@functools.cache
def parameters() -> tuple[Parameter, ...]:
    """Every parameter, in the schema's order; groups and regions once, with ``*`` for their name."""
    schema = Scenario.model_json_schema()
    defaults = Scenario().model_dump(mode="json")
    return tuple(_walk(schema, schema["$defs"], defaults, ""))


def _walk(
    schema: Mapping[str, Any], defs: Mapping[str, Any], defaults: Mapping[str, Any], prefix: str
) -> Iterator[Parameter]:
    for name, field in schema["properties"].items():
        path = prefix + name
        ref = field.get("$ref")
        if ref is not None and "holder" not in field:
            block = defs[ref.rsplit("/", 1)[-1]]
            if name in defaults and isinstance(defaults[name], dict):
                yield from _walk(block, defs, defaults[name], f"{path}.")
                continue
        yield _parameter(path, field, defs, defaults.get(name))
        if path in _OPEN:
            model = _OPEN[path]
            entry = defs[model.__name__]
            yield from _walk(entry, defs, model().model_dump(mode="json"), f"{path}.*.")


def _parameter(
    path: str, field: Mapping[str, Any], defs: Mapping[str, Any], default: JSON
) -> Parameter:
    options = [_settled(o, defs) for o in field.get("anyOf", [field])]
    may_be_empty = any(o.get("type") == "null" for o in options)
    options = [o for o in options if o.get("type") != "null"]
    numbers = [o for o in options if o.get("type") in ("number", "integer")]
    choices = [c for o in options for c in o.get("enum", [o["const"]] if "const" in o else [])]
    number = numbers[0] if numbers else {}
    plausible = field.get("plausible")
    return Parameter(
        path=path,
        meaning=field.get("description", ""),
        unit=field.get("unit", ""),
        symbol=field.get("symbol", ""),
        source=field.get("source", ""),
        holder=field.get("holder", "frame"),
        default=default,
        kinds=tuple(_kind(o) for o in options if "const" not in o and "enum" not in o),
        may_be_empty=may_be_empty,
        low=number.get("exclusiveMinimum", number.get("minimum")),
        high=number.get("maximum", number.get("exclusiveMaximum")),
        low_is_out="exclusiveMinimum" in number,
        plausible=None if plausible is None else (plausible[0], plausible[1]),
        choices=tuple(choices),
        is_number=bool(numbers),
        is_integer=bool(numbers) and numbers[0]["type"] == "integer",
    )


def _settled(option: Mapping[str, Any], defs: Mapping[str, Any]) -> Mapping[str, Any]:
    ref = option.get("$ref")
    return option if ref is None else defs[ref.rsplit("/", 1)[-1]]


_KINDS = {
    "array": Sentence("a list"),
    "number": Sentence("a number"),
    "integer": Sentence("a whole number"),
    "string": Sentence("text"),
    "boolean": Sentence("true or false"),
    "object": Sentence("keys and values"),
}
_ANY = Sentence("a value")


def _kind(option: Mapping[str, Any]) -> Sentence:
    """What a value looks like, in words."""
    kind = str(option.get("type"))
    if kind == "array" and (fixed := option.get("prefixItems")):
        entries = Sentence.joined(", ", map(_kind, fixed))
        return Sentence("a list of {n}: {entries}", n=len(fixed), entries=entries)
    return _KINDS.get(kind, _ANY)


@functools.cache
def _by_path() -> dict[str, Parameter]:
    return {p.path: p for p in parameters()}


def parameter_at(path: str) -> Parameter:
    """The parameter that ``path`` addresses, or the one of which it addresses a part.

    Raises
    ------
    ScenarioError
        If there is none; the nearest is named, by name or by the model's symbol.
    """
    known = _by_path()
    parts = path.split(".")
    for length in range(len(parts), 0, -1):
        head = parts[:length]
        if len(head) > 2 and ".".join(head[:2]) in _OPEN:
            head = [*head[:2], "*", *head[3:]]
        found = known.get(".".join(head))
        if found is None:
            continue
        # A part can only be addressed where the value is a mapping (roles.origin) or a list.
        is_part = isinstance(found.default, dict | list) and found.path not in _OPEN
        if length == len(parts) or is_part:
            return found
        break
    raise ScenarioError(
        "there is no such parameter",
        key=path,
        allowed="room.parameter, as `scenario show` lists them",
        remedy=suggestion(path),
    )


def suggestion(path: str) -> Sentence:
    """What to write instead of the unknown ``path``."""
    known = [p.path for p in parameters()]
    above, _, last = path.rpartition(".")
    for p in parameters():
        if p.symbol and p.symbol.lower() == last.lower():
            return Sentence(
                "did you mean {name} ({symbol} in the equations)?", name=p.path, symbol=p.symbol
            )
    beside = nearest(last, keys_of(above))
    if beside is not None:
        return did_you_mean(f"{above}{'.' if above else ''}{beside}")
    elsewhere = [k for k in known if k.rsplit(".", 1)[-1] == last]
    close = elsewhere[:1] or [w for w in [nearest(path, known)] if w]
    if not close:
        leaf = nearest(last, {k.rsplit(".", 1)[-1] for k in known})
        close = [k for k in known if leaf and k.rsplit(".", 1)[-1] == leaf][:1]
    if not close:
        return Sentence("see `scenario show` for all parameters")
    return did_you_mean(close[0])


def keys_of(block: str) -> list[str]:
    """The keys that can stand under ``block`` (empty: at the top of a scenario)."""
    parts = block.split(".") if block else []
    if len(parts) > 2 and ".".join(parts[:2]) in _OPEN:
        parts[2] = "*"
    depth = len(parts)
    paths = [p.path.split(".") for p in parameters()]
    keys = [p[depth] for p in paths if len(p) > depth and p[:depth] == parts]
    return [k for k in dict.fromkeys(keys) if k != "*"]


def value_at(data: Mapping[str, Any], path: str) -> JSON:
    """The value at ``path`` in a scenario's plain data (``scenario.model_dump(mode='json')``)."""
    value: Any = data
    for part in path.split("."):
        value = value[int(part)] if isinstance(value, list) else value[part]
    return value  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Row:
    """One line of ``scenario show``: a parameter, its value here, and whether this file set it."""

    path: str
    value: JSON
    parent_value: JSON
    parameter: Parameter

    @property
    def is_changed(self) -> bool:
        """Whether the value differs from the parent's (the default, where there is no parent)."""
        return self.value != self.parent_value

    def as_dict(self) -> dict[str, JSON]:
        """The row for ``--json``."""
        p = self.parameter
        return {
            "path": self.path,
            "value": self.value,
            "parent_value": self.parent_value,
            "changed": self.is_changed,
            "holder": p.holder,
            "unit": p.unit,
            "symbol": p.symbol,
            "low": p.low,
            "high": p.high,
            "plausible": None if p.plausible is None else list(p.plausible),
            "choices": list(p.choices),
            "allowed": p.allowed,
            "source": p.source,
            "meaning": p.meaning,
        }


def describe(scenario: Scenario, parent: Scenario | None = None) -> list[Row]:
    """Every parameter of ``scenario`` with its value, compared with ``parent`` (or the defaults)."""
    here = scenario.model_dump(mode="json")
    before = (parent or Scenario()).model_dump(mode="json")
    rows = []
    for p in parameters():
        if p.path in _OPEN:
            continue
        if "*" not in p.path:
            rows.append(Row(p.path, value_at(here, p.path), value_at(before, p.path), p))
            continue
        room, leaf = p.path.split(".*.")
        for name in value_at(here, room) or ():  # type: ignore[union-attr]
            path = f"{room}.{name}.{leaf}"
            try:
                old = value_at(before, path)
            except KeyError:
                old = None
            rows.append(Row(path, value_at(here, path), old, p))
    return rows


def file_schema() -> dict[str, Any]:
    """JSON Schema of a scenario file: the scenario's own, and ``extends``."""
    schema = Scenario.model_json_schema()
    properties = {
        "extends": {
            "type": "string",
            "description": "the scenario (a file, or the name of a shipped one) from which this "
            "one differs only in what it says",
        },
        **schema["properties"],
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "gfmd-sim scenario",
        "properties": properties,
    }
