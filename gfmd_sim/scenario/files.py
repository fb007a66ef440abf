"""Scenario files: find, read, inherit, set levers, check, save.

A file says only what differs from the one it ``extends``. A :class:`Scenario` itself carries no
path: names of further files in it (agenda, roster, plan) are made absolute here, or left relative
to the shipped ``scenarios/``, so that the same file read from anywhere is the same scenario.
"""

from __future__ import annotations

import contextlib
import copy
import functools
import json
import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedSeq

from gfmd_sim import __version__
from gfmd_sim.cache import remember, remembered
from gfmd_sim.errors import (
    ScenarioError,
    Sentence,
    UserError,
    did_you_mean,
    nearest,
    refusal,
)
from gfmd_sim.scenario.abstract import abstract_roundtable
from gfmd_sim.scenario.agenda import Roundtable
from gfmd_sim.scenario.describe import parameter_at, suggestion
from gfmd_sim.scenario.problems import Origins, dotted, place, translate
from gfmd_sim.scenario.schema import AbstractAgenda, Scenario
from gfmd_sim.scenario.yaml_text import JSON, KeyPath, Parsed, parse, read_text

_REPOSITORY = Path(__file__).resolve().parents[2] / "scenarios"
_PACKAGED = Path(__file__).resolve().parents[1] / "_scenarios"
SHIPPED = _REPOSITORY if (_REPOSITORY / "agenda").is_dir() else _PACKAGED
"""Folder of the scenarios that come with the package."""

MAX_CHAIN = 10
_SUFFIXES = (".yaml", ".yml")
_FILES: tuple[KeyPath, ...] = (("agenda",), ("population", "roster"), ("seating", "plan"))
_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class LoadedScenario:
    """A scenario and where it came from.

    ``path``: its file; ``text``: what the file says; ``parents``: the files it extends, nearest
    first; ``parent``: the scenario that the nearest of them describes (None: it extends nothing);
    ``origins``: file and line of each key.
    """

    scenario: Scenario
    path: Path
    text: str
    parents: tuple[Path, ...]
    parent: Scenario | None
    origins: Origins = field(repr=False)

    def locate(self, error: UserError) -> UserError:
        """``error`` with the file and line of its key, if it has a key and no file yet."""
        if error.file is not None or error.key is None:
            return error
        file, line = place(tuple(error.key.split(".")), self.origins)
        return error.at(file, line)


def load_scenario(path_or_name: str | Path, sets: Mapping[str, Any] = _NOTHING) -> Scenario:
    """The scenario in a file, or the shipped one of that name, with parameters set by path.

    Raises
    ------
    ScenarioError
        If it cannot be found, read or used; the message says where and what to do.

    Examples
    --------
    >>> load_scenario("four-groups", {"seating.rule": "caucus"}).seating.rule
    'caucus'
    """
    return load(path_or_name, sets).scenario


def load(path_or_name: str | Path, sets: Mapping[str, Any] = _NOTHING) -> LoadedScenario:
    """As :func:`load_scenario`, with the file's text and its parents."""
    path = find_scenario(path_or_name)
    text = read_text(path)
    return _load_text(text, path, sets)


def check_text(text: str, path: str | Path) -> LoadedScenario:
    """The scenario that ``text`` would be as the content of ``path`` (which need not exist)."""
    return _load_text(text, Path(path), _NOTHING)


def _load_text(text: str, path: Path, sets: Mapping[str, Any]) -> LoadedScenario:
    layers = _chain(text, path)
    data, origins = _merge(layers)
    parent = None
    if len(layers) > 1:
        parent = _validate(*_merge(layers[1:]))
    if sets:
        apply_levers(data, sets)
        keys = [tuple(s.split(".")) for s in sets]
        kept = {p: o for p, o in origins.items() if not any(p[: len(k)] == k for k in keys)}
        origins = kept | dict.fromkeys(keys, (None, None))
    return LoadedScenario(
        scenario=_validate(data, origins),
        path=path,
        text=text,
        parents=tuple(p for p, _ in layers[1:]),
        parent=parent,
        origins=origins,
    )


def with_levers(scenario: Scenario, levers: Mapping[str, Any]) -> Scenario:
    """``scenario`` with parameters set by path; checked like a file.

    Raises
    ------
    ScenarioError
        If a path or a value is wrong.
    """
    if not levers:
        return scenario
    data = scenario.model_dump(mode="json")
    apply_levers(data, levers)
    return _validate(data, {})


def apply_levers(data: dict[str, Any], levers: Mapping[str, Any]) -> None:
    """Set parameters by path in a scenario's plain data; names of files are looked up."""
    for path, value in levers.items():
        parameter_at(path)
        keys: KeyPath = tuple(path.split("."))
        if keys in _FILES and isinstance(value, str):
            value = _resolved(value, Path.cwd(), keys, None, None)
        _set(data, keys, copy.deepcopy(value))


def _set(data: dict[str, Any], keys: KeyPath, value: JSON) -> None:
    inner: Any = data
    for depth, key in enumerate(keys[:-1]):
        if isinstance(inner, list):
            inner = inner[_index(inner, keys, depth)]
            continue
        if key not in inner:
            if keys[:depth] in (("population", "groups"), ("population", "regions")):
                close = nearest(str(key), inner)
                raise ScenarioError(
                    Sentence(
                        "the scenario has no '{key}' in {place}",
                        key=key,
                        place=dotted(keys[:depth]),
                    ),
                    key=dotted(keys),
                    allowed=", ".join(inner),
                    remedy=did_you_mean(close),
                )
            default = _default(keys[: depth + 1])
            inner[key] = default if isinstance(default, dict | list) else {}
        inner = inner[key]
        if not isinstance(inner, dict | list):
            raise ScenarioError(
                "there is no such parameter",
                key=dotted(keys),
                remedy=suggestion(dotted(keys) or ""),
            )
    if isinstance(inner, list):
        inner[_index(inner, keys, len(keys) - 1)] = value
    else:
        inner[keys[-1]] = value


def _default(keys: KeyPath) -> JSON:
    """A copy of the default of the parameter at ``keys``; None where there is none."""
    try:
        return copy.deepcopy(parameter_at(".".join(map(str, keys))).default)
    except ScenarioError:  # a block, not a parameter
        return None


def _index(entries: list[Any], keys: KeyPath, depth: int) -> int:
    key = str(keys[depth])
    if not key.isdecimal() or int(key) >= len(entries):
        raise ScenarioError(
            Sentence("there is no entry '{key}' in {place}", key=key, place=dotted(keys[:depth])),
            key=dotted(keys),
            allowed=Sentence("{low} to {high}", low=0, high=len(entries) - 1),
        )
    return int(key)


# --- finding and inheriting


def shipped_names() -> list[str]:
    """Names of the shipped scenarios."""
    return sorted(p.stem for p in SHIPPED.glob("*.yaml"))


def find_scenario(path_or_name: str | Path, base: Path | None = None) -> Path:
    """The file meant: relative to ``base`` (default: here), with or without ``.yaml``; else shipped.

    Raises
    ------
    ScenarioError
        If there is none; the nearest shipped name is named.
    """
    given = str(path_or_name)
    for folder in (base or Path.cwd(), SHIPPED):
        for suffix in ("", *_SUFFIXES):
            candidate = folder / f"{given}{suffix}"
            try:
                if candidate.is_file():
                    return (
                        candidate.resolve() if base or folder is SHIPPED else Path(given + suffix)
                    )
            except (OSError, ValueError):  # a name too long, or with a zero byte
                break
    if Path(given).is_dir():
        raise ScenarioError(
            "this is a folder, not a scenario file", file=given, remedy="name a .yaml file in it"
        )
    close = nearest(Path(given).stem, shipped_names())
    raise ScenarioError(
        "there is no such scenario",
        given=given,
        allowed=_a_scenario(),
        remedy=did_you_mean(close, "check the name"),
    )


def _a_scenario() -> Sentence:
    return Sentence("a file, or one of: {names}", names=", ".join(shipped_names()))


def _chain(text: str, path: Path) -> list[tuple[Path, Parsed]]:
    """The file and those it extends, nearest first."""
    layers = [(path, parse(text, path))]
    while True:
        here, parsed = layers[-1]
        parent = parsed.data.get("extends")
        if "extends" not in parsed.data:
            return layers
        line = parsed.lines.get(("extends",))
        if not isinstance(parent, str) or not parent.strip():
            raise ScenarioError(
                "extends must name another scenario",
                file=here,
                line=line,
                key="extends",
                given=parent,
                allowed=_a_scenario(),
            )
        try:
            found = find_scenario(parent, here.resolve().parent)
        except ScenarioError as error:
            raise ScenarioError(
                "the scenario it extends cannot be found",
                file=here,
                line=line,
                key="extends",
                given=parent,
                allowed=error.allowed,
                remedy=error.remedy,
            ) from None
        names = [p.resolve() for p, _ in layers]
        if found.resolve() in names:
            circle = [p.name for p in names[names.index(found.resolve()) :]] + [found.name]
            raise ScenarioError(
                "the scenarios extend each other in a circle",
                file=here,
                line=line,
                key="extends",
                given=" -> ".join(circle),
                remedy="let one of them extend none of the others",
            )
        if len(layers) > MAX_CHAIN:
            raise ScenarioError(
                "too long a chain of scenarios", file=here, line=line, key="extends",
                allowed=Sentence("up to {n} parents", n=MAX_CHAIN),
            )  # fmt: skip
        layers.append((found, parse(read_text(found), found)))


def _merge(
    layers: list[tuple[Path, Parsed]],
) -> tuple[dict[str, Any], dict[KeyPath, tuple[Path | None, int | None]]]:
    """One mapping out of a chain, nearest first, and where each key was given."""
    data: dict[str, Any] = {}
    origins: dict[KeyPath, tuple[Path | None, int | None]] = {}
    for path, parsed in reversed(layers):
        own = copy.deepcopy(parsed.data)
        own.pop("extends", None)
        for keys in _FILES:
            _settle_file(own, keys, path, parsed)
        # A name and a question are one file's own.
        data = {k: v for k, v in data.items() if k not in ("name", "question")}
        data = _over(data, own)
        origins.update({p: (path, line) for p, line in parsed.lines.items()})
    nearest_path = layers[0][0]
    data.setdefault("name", nearest_path.stem[:120] or "unnamed")
    return data, origins


def _over(below: dict[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """``above`` laid over ``below``, mappings key by key."""
    out = dict(below)
    for key, value in above.items():
        old = out.get(key)
        both = isinstance(old, dict) and isinstance(value, dict)
        out[key] = _over(old, value) if both else value  # type: ignore[arg-type]
    return out


def _settle_file(data: dict[str, Any], keys: KeyPath, path: Path, parsed: Parsed) -> None:
    inner: Any = data
    for key in keys[:-1]:
        inner = inner.get(key) if isinstance(inner, dict) else None
    if isinstance(inner, dict) and isinstance(inner.get(keys[-1]), str):
        given = inner[keys[-1]]
        inner[keys[-1]] = _resolved(
            given, path.resolve().parent, keys, path, parsed.lines.get(keys)
        )


def _resolved(given: str, folder: Path, keys: KeyPath, file: Path | None, line: int | None) -> str:
    """The file ``given`` as a name that means the same anywhere."""
    for base in (folder, SHIPPED):
        candidate = base / Path(given).expanduser()
        try:
            there = candidate.exists()
        except (OSError, ValueError):
            there = False
        if there:
            found = candidate.resolve()
            shipped = SHIPPED.resolve()
            if found.is_relative_to(shipped):
                return found.relative_to(shipped).as_posix()
            return str(found)
    raise ScenarioError(
        Sentence("the file of '{key}' cannot be found", key=keys[-1]),
        file=file,
        line=line,
        key=dotted(keys),
        given=given,
        allowed="a path, relative to the scenario file",
        remedy="check the name, or put the file there",
    )


def file_of(name: str) -> Path:
    """The file that a loaded scenario names (``population.roster``, ``seating.plan``, ``agenda``)."""
    path = Path(name)
    return path if path.is_absolute() else SHIPPED / path


def _validate(data: Mapping[str, Any], origins: Origins) -> Scenario:
    # Strict, but by JSON's rules: lists are tuples and 1 is a number; "1" and true are not.
    try:
        return Scenario.model_validate_json(json.dumps(_whole(data)), strict=True)
    except ValidationError as error:
        raise translate(error, data, origins) from None


def _whole(value: Any) -> Any:
    """Floats without a fraction as whole numbers: samplers make 6.0 where 6 is meant."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if isinstance(value, Mapping):
        return {k: _whole(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_whole(v) for v in value]
    return value


# --- the agenda


def load_agenda(scenario: Scenario) -> dict[int, Roundtable]:
    """The roundtables that take place, by number; each file is read once per process.

    Raises
    ------
    ScenarioError
        If a roundtable has no file (``NUMBER-name.yaml``), or one that cannot be used.
    """
    if isinstance(scenario.agenda, AbstractAgenda):
        numbers = range(1, scenario.agenda.n_roundtables + 1)
        return {n: abstract_roundtable(scenario.agenda, n) for n in numbers}
    folder = file_of(scenario.agenda)
    files: dict[int, Path] = {}
    for path in sorted(folder.glob("*.y*ml")):
        match = re.match(r"(\d{1,2})-", path.name)
        if match and path.suffix in _SUFFIXES:
            number = int(match[1])
            if number in files and number in scenario.roundtables:
                raise ScenarioError(
                    Sentence("two agenda files for roundtable {number}", number=number),
                    file=path,
                    given=Sentence("{one} and {other}", one=files[number].name, other=path.name),
                    remedy="keep one",
                )
            files[number] = path
    missing = [n for n in scenario.roundtables if n not in files]
    if missing:
        raise ScenarioError(
            Sentence("there is no agenda file for roundtable {number}", number=missing[0]),
            key="roundtables",
            given=list(scenario.roundtables),
            allowed=", ".join(map(str, sorted(files)))
            or Sentence("none: {folder} has no agenda file", folder=folder),
            remedy=Sentence(
                "leave it out, or write {file} in {folder}",
                file=f"{missing[0]}-name.yaml",
                folder=folder,
            ),
        )
    agenda = {}
    for number in scenario.roundtables:
        path = files[number]
        stat = path.stat()
        agenda[number] = _roundtable(path, stat.st_mtime_ns, stat.st_size)
        if agenda[number].number != number:
            raise ScenarioError(
                "the agenda file's name and its number differ",
                file=path,
                key="number",
                given=agenda[number].number,
                allowed=str(number),
            )
    return agenda


@functools.lru_cache(maxsize=64)
def _roundtable(path: Path, _modified: int, _size: int) -> Roundtable:
    text = read_text(path)
    kept = remembered("agenda", f"{__version__}\n{text}")
    if kept is not None:  # parsing takes twenty times as long as checking what was parsed
        with contextlib.suppress(ValidationError):
            return Roundtable.model_validate_json(kept, strict=True)
    parsed = parse(text, path)
    try:
        data = json.dumps(parsed.data)
        roundtable = Roundtable.model_validate_json(data, strict=True)
        remember("agenda", f"{__version__}\n{text}", data)
        return roundtable
    except ValidationError as error:
        origins: Origins = {p: (path, line) for p, line in parsed.lines.items()}
        raise translate(error, parsed.data, origins, is_scenario=False) from None


# --- saving


def edited_text(text: str, changes: Mapping[str, Any]) -> str:
    """A scenario file's text with parameters set by path; comments and order stay.

    A value of None removes nothing: it is written as empty.

    Examples
    --------
    >>> print(edited_text("name: x  # mine\\n", {"seating.rule": "caucus"}), end="")
    name: x  # mine
    seating:
      rule: caucus
    """
    parse(text)
    yaml = YAML(typ="rt", pure=True)
    yaml.preserve_quotes = True
    yaml.width = 100
    yaml.indent(mapping=2, sequence=4, offset=2)
    document = yaml.load(text)
    for path, value in changes.items():
        parameter_at(path)
        keys = path.split(".")
        if isinstance(value, list) and not any(isinstance(v, list | dict) for v in value):
            flow = CommentedSeq(value)
            flow.fa.set_flow_style()
            value = flow
        inner = document
        for key in keys[:-1]:
            if not isinstance(inner.get(key), dict):
                inner[key] = {}
            inner = inner[key]
        inner[keys[-1]] = value
    out = StringIO()
    yaml.dump(document, out)
    return out.getvalue()


def save_text(text: str, path: str | Path, *, replace: bool = False) -> LoadedScenario:
    """Write a scenario file whole or not at all, after checking that it can be read back.

    Raises
    ------
    ScenarioError
        If ``text`` is not a scenario, ``path`` exists and ``replace`` is off, or cannot be written.
    """
    path = Path(path)
    if path.suffix not in _SUFFIXES:
        raise ScenarioError("a scenario file ends in .yaml", file=path, given=path.name)
    if path.exists() and not replace:
        raise ScenarioError("the file exists already", file=path, remedy="choose another name")
    loaded = check_text(text, path)
    temporary = None
    try:
        with tempfile.NamedTemporaryFile(
            "w",
            encoding="utf-8",
            newline="\n",
            dir=path.parent,
            prefix=".",
            suffix=".tmp",
            delete=False,
        ) as out:
            temporary = out.name
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        os.replace(temporary, path)
    except OSError as error:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
        raise ScenarioError(
            "the file cannot be written",
            file=path,
            given=refusal(error),
            remedy="choose a folder you may write to",
        ) from error
    return loaded
