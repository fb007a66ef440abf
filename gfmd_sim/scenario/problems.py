"""What pydantic found wrong, in plain words: file, line, key, given, allowed, what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from gfmd_sim.errors import ScenarioError, Sentence, cut_short, did_you_mean, nearest
from gfmd_sim.scenario.describe import keys_of, parameter_at, suggestion
from gfmd_sim.scenario.yaml_text import JSON, KeyPath

Origins = Mapping[KeyPath, tuple[Path | None, int | None]]

_WRONG_TYPE = ("_type", "_parsing", "_from_float", "_attributes_type")
_MEANINGS = {
    "missing": Sentence("this key is missing"),
    "finite_number": Sentence("not a finite number"),
    "literal_error": Sentence("not one of the values allowed"),
    "enum": Sentence("not one of the values allowed"),
    "string_pattern_mismatch": Sentence("not a name that can be used here"),
    "string_too_long": Sentence("this text is too long"),
    "string_too_short": Sentence("this text is empty"),
    "too_long": Sentence("the wrong number of entries"),
    "too_short": Sentence("the wrong number of entries"),
}
_OUT_OF_RANGE = ("greater_than", "greater_than_equal", "less_than", "less_than_equal")


@dataclass(frozen=True)
class _Problem:
    path: KeyPath
    problem: str
    given: object
    allowed: str | None
    remedy: str | None


def translate(
    error: ValidationError, data: Mapping[str, Any], origins: Origins, *, is_scenario: bool = True
) -> ScenarioError:
    """One error for all that is wrong: the first problem in full, the others in a line each.

    ``origins`` says in which file and line each key of ``data`` was given.
    """
    found: dict[KeyPath, _Problem] = {}
    for entry in error.errors(include_url=False):
        problem = _problem(entry, data, is_scenario)
        # A value that may be of several types has an error for each: the most specific one stays.
        rivals = [p for p in found if p[: len(problem.path)] == problem.path]
        if not rivals:
            for p in [p for p in found if problem.path[: len(p)] == p]:
                del found[p]
            found[problem.path] = problem
    problems = sorted(found.values(), key=lambda p: place(p.path, origins)[1] or 0)
    first = problems[0]
    file, line = place(first.path, origins)
    remedy = first.remedy
    also = cut_short([_in_a_line(p, origins) for p in problems[1:]], 5)
    if also:
        remedy = remedy or Sentence("mend the value")
    return ScenarioError(
        first.problem,
        given=first.given,
        allowed=first.allowed,
        remedy=remedy,
        file=file,
        line=line,
        key=dotted(first.path),
        also=also,
    )


def place(path: KeyPath, origins: Origins) -> tuple[Path | None, int | None]:
    """File and line of ``path``, or of the nearest key above it that was given."""
    for length in range(len(path), 0, -1):
        if path[:length] in origins:
            return origins[path[:length]]
    return origins.get((), (None, None))


def dotted(path: KeyPath) -> str | None:
    """``("seating", "rule")`` as ``seating.rule``."""
    return ".".join(map(str, path)) or None


def _in_a_line(p: _Problem, origins: Origins) -> Sentence:
    file, line = place(p.path, origins)
    where = f"{'' if file is None else file.name}{'' if line is None else f':{line}'}"
    where = " ".join(part for part in (where, dotted(p.path)) if part)
    return Sentence("{where}: {problem}", where=where, problem=p.problem)


def _problem(entry: Any, data: Mapping[str, Any], is_scenario: bool) -> _Problem:
    kind: str = entry["type"]
    context: Mapping[str, Any] = entry.get("ctx", {})
    path, value = _settle(entry["loc"], data, keep_last=kind == "missing")
    name = dotted(path) or ""
    about = _about(name) if is_scenario else None
    given: object = None if isinstance(value, dict) else value
    if kind == "extra_forbidden":
        return _unknown_key(path, value, is_scenario)
    if kind == "missing":
        return _Problem(
            path, _MEANINGS[kind], None, about, Sentence("add a line {key}: ...", key=path[-1])
        )
    if kind == "value_error":
        error = context.get("error")
        message = error.args[0] if error is not None and error.args else str(entry["msg"])
        first = message.split(" ", 1)[0]
        if isinstance(value, dict) and first in value:
            path, given = (*path, first), value[first]
        return _Problem(path, message, given, None, Sentence("change the value"))
    if kind == "string_pattern_mismatch":
        pattern = Sentence(
            "lower-case letters, digits and _, starting with a letter, up to 32 characters"
        )
        if "{2}" in str(context.get("pattern")):
            pattern = Sentence("a language code of two lower-case letters, such as en")
        return _Problem(path, _MEANINGS[kind], path[-1] if given is None else given, pattern, None)
    if kind in _OUT_OF_RANGE:
        limit = _limit(kind, context)
        return _Problem(
            path, Sentence("out of range"), given, about or limit,
            Sentence("give a value in this range"),
        )  # fmt: skip
    if kind in ("literal_error", "enum"):
        allowed = about or str(context.get("expected"))
        return _Problem(path, _MEANINGS[kind], given, allowed, _closest(value, allowed))
    if kind.endswith(_WRONG_TYPE) or kind in ("int_from_float", "tuple_type"):
        allowed = about or _expected(kind)
        problem = Sentence("the wrong type of value")
        return _Problem(path, problem, _shown(value), allowed, _hint(value, kind))
    limits = []
    if "min_length" in context:
        limits.append(Sentence("at least {n}", n=context["min_length"]))
    if "max_length" in context:
        limits.append(Sentence("at most {n}", n=context["max_length"]))
    return _Problem(
        path, _MEANINGS.get(kind, entry["msg"]), given,
        Sentence.joined(", ", limits) if limits else about,
        Sentence("give a value of this length") if limits else None,
    )  # fmt: skip


def _settle(loc: tuple[Any, ...], data: Any, *, keep_last: bool) -> tuple[KeyPath, Any]:
    """The part of pydantic's location that is a path in the data (it also names types), its value."""
    path: list[str | int] = []
    value: Any = data
    for i, part in enumerate(loc):
        if (isinstance(value, dict) and part in value) or (
            isinstance(value, list) and isinstance(part, int) and part < len(value)
        ):
            value = value[part]
        else:
            if keep_last and i == len(loc) - 1:
                path.append(part)
            continue
        path.append(part)
    return tuple(path), value


def _about(name: str) -> Sentence | None:
    try:
        return parameter_at(name).allowed
    except ScenarioError:
        return None


def _unknown_key(path: KeyPath, value: Any, is_scenario: bool) -> _Problem:
    name = dotted(path) or ""
    remedy = suggestion(name) if is_scenario else Sentence("remove it")
    known = [*(["extends"] if len(path) == 1 else []), *keys_of(name.rpartition(".")[0])]
    allowed = ", ".join(known) if is_scenario else None
    given = None if isinstance(value, dict) else value
    problem = Sentence("unknown key '{key}'", key=path[-1])
    return _Problem(path, problem, given, allowed, remedy)


def _closest(value: JSON, allowed: str) -> str | None:
    close = nearest(str(value), allowed.replace("'", "").split(", "))
    return None if close is None else did_you_mean(close)


def _limit(kind: str, context: Mapping[str, Any]) -> str:
    values = [v for k, v in context.items() if k in ("gt", "ge", "lt", "le")]
    if not values:
        return ""
    return {
        "greater_than": Sentence("above {n}", n=values[0]),
        "greater_than_equal": Sentence("at least {n}", n=values[0]),
        "less_than": Sentence("below {n}", n=values[0]),
        "less_than_equal": Sentence("at most {n}", n=values[0]),
    }[kind]


_EXPECTED = {
    "int": Sentence("a whole number"),
    "float": Sentence("a number"),
    "bool": Sentence("true or false"),
    "string": Sentence("text"),
    "dict": Sentence("keys and values"),
    "model": Sentence("keys and values"),
    "tuple": Sentence("a list"),
    "list": Sentence("a list"),
    "date": Sentence("a date such as {day}", day="2025-02-12"),
}


def _expected(kind: str) -> str:
    return _EXPECTED.get(kind.split("_", 1)[0], Sentence("another type of value"))


def _shown(value: Any) -> str:
    """A value of the wrong type, so that its type shows."""
    if value is None:
        return Sentence("nothing")
    if isinstance(value, str):
        return Sentence('the text "{text}"', text=value)
    if isinstance(value, dict):
        return Sentence("keys and values")
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def _hint(value: Any, kind: str) -> str:
    if kind.startswith("tuple") and isinstance(value, int):
        return Sentence("write a list, such as {example}", example=f"[{value}, {value}]")
    if isinstance(value, str):
        if value.lower() in ("yes", "no", "on", "off"):
            return Sentence("write true or false")
        if value.replace(",", "").replace(".", "").strip("+-").isdigit():
            return Sentence("write the number without quotes and with a point")
    return Sentence("give a value of this type")
