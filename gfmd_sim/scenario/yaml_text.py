"""YAML 1.2 text -> plain data and the line of every key; what could harm or surprise is refused.

No tags, no anchors, no doubled keys, one document, words as keys, bounded size and depth. NO stays
a word. Saving with comments kept is ``files.edited_text``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.composer import MaxDepthExceededError
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from gfmd_sim.errors import ScenarioError, Sentence, refusal, shorten

JSON: TypeAlias = "None | bool | int | float | str | list[JSON] | dict[str, JSON]"
KeyPath: TypeAlias = tuple[str | int, ...]

MAX_BYTES = 1_000_000
MAX_DEPTH = 20
_CORE = "tag:yaml.org,2002:"


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a file says: plain data, and the line (from 1) on which each key or entry stands."""

    data: dict[str, JSON]
    lines: Mapping[KeyPath, int]


def read_text(path: Path) -> str:
    """The text of ``path``: UTF-8, at most ``MAX_BYTES``; the size is checked before reading.

    Raises
    ------
    ScenarioError
        If it is missing, a folder, too large, binary, not UTF-8, empty, or cannot be read.
    """
    if path.is_dir():
        raise ScenarioError(
            "this is a folder, not a file", file=path, remedy="name a .yaml file in it"
        )
    if not path.is_file():
        raise ScenarioError("there is no such file", file=path, remedy="check the name")
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise ScenarioError(
                "the file is too large to be a scenario or an agenda",
                file=path,
                given=Sentence("{n} bytes", n=size),
                allowed=Sentence("up to {n} bytes", n=MAX_BYTES),
                remedy="delegate lists go into a roster file (population.roster)",
            )
        raw = path.read_bytes()
    except OSError as error:
        raise ScenarioError(
            "the file cannot be read",
            file=path,
            given=refusal(error),
            remedy="check that you may read it",
        ) from error
    if b"\0" in raw[:4096] and not raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ScenarioError("this is not a text file", file=path, allowed="YAML text in UTF-8")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise ScenarioError(
            "the file is not in UTF-8",
            file=path,
            line=line,
            given=Sentence("the byte {byte}", byte=f"0x{raw[error.start]:02x}"),
            allowed="UTF-8",
            remedy="save it again as UTF-8 in your editor",
        ) from error
    if not text.strip():
        raise ScenarioError(
            "the file is empty",
            file=path,
            remedy="write at least one line, such as extends: gfmd-2024-25",
        )
    return text


def parse(text: str, file: Path | None = None) -> Parsed:
    """``text`` as plain data with the line of every key.

    Raises
    ------
    ScenarioError
        For text that is not YAML, and for everything this module refuses.
    """
    yaml = YAML(typ="safe", pure=True)
    yaml.max_depth = MAX_DEPTH + 1  # which counts the file itself
    try:
        root = yaml.compose(text)
    except MaxDepthExceededError as error:
        raise ScenarioError(
            "the file is nested too deeply",
            file=file,
            line=error.problem_mark.line + 1,
            allowed=Sentence("up to {n} levels", n=MAX_DEPTH),
        ) from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise ScenarioError(
            Sentence("this is not YAML: {why}", why=plain(error.problem or error.context)),
            file=file,
            line=None if mark is None else mark.line + 1,
            remedy="look at this line and the one above: indentation, a colon, or a quote",
        ) from error
    except (YAMLError, ValueError) as error:
        at = getattr(error, "position", None)  # of a character that no YAML holds
        raise ScenarioError(
            "this is not YAML",
            file=file,
            line=None if at is None else text.count("\n", 0, at) + 1,
            given=None if at is None else repr(text[at])[1:-1],
            remedy="look for control characters or a second document in the file",
        ) from error
    if root is None:
        raise ScenarioError(
            "the file says nothing: all its lines are comments",
            file=file,
            remedy="write at least one line, such as extends: gfmd-2024-25",
        )
    reader = _Reader(text, file)
    data = reader.plain(root, ())
    if not isinstance(data, dict):
        raise ScenarioError(
            "the file must be a list of keys and values",
            file=file,
            line=root.start_mark.line + 1,
            given=data,
            allowed="lines such as name: my scenario",
        )
    return Parsed(data, reader.lines)


_COMPLAINTS = {
    "mapping values are not allowed here": Sentence("a colon where none can stand"),
    "could not find expected ':'": Sentence("a key without a colon"),
    "unexpected end of stream": Sentence("a quote that is never closed"),
    "found undefined alias": Sentence(
        "a '*' before a word means a YAML alias, which is not used here"
    ),
    "found character '\\t' that cannot start any token": Sentence("a tab; indent with spaces"),
    "that cannot start any token": Sentence("a value that begins with a sign: put it in quotes"),
    "found unknown escape character": Sentence("a backslash within double quotes"),
    "expected <block end>": Sentence("a line that belongs to nothing above it"),
    "expected the node content": Sentence("a bracket that nothing has opened"),
    "expected ',' or ']'": Sentence("a list that no ] closes"),
    "expected ',' or '}'": Sentence("keys and values that no } closes"),
    "found another document": Sentence("a second document ('---')"),
}


_UNREADABLE = Sentence("unreadable")


def plain(problem: str | None) -> str:
    """The parser's complaint in words for people who do not write parsers."""
    if not problem:
        return _UNREADABLE
    for said, meant in _COMPLAINTS.items():
        if said in problem:
            return meant
    return problem


class _Reader:
    """Walks a YAML tree once; collects the lines."""

    def __init__(self, text: str, file: Path | None) -> None:
        self.text = text
        self.file = file
        self.lines: dict[KeyPath, int] = {}

    def refuse(self, problem: str, node: Node, path: KeyPath, **facts: str) -> ScenarioError:
        return ScenarioError(
            problem,
            file=self.file,
            line=node.start_mark.line + 1,
            key=".".join(map(str, path)) or None,
            given=facts.get("given"),
            allowed=facts.get("allowed"),
            remedy=facts.get("remedy"),
        )

    def plain(self, node: Node, path: KeyPath) -> JSON:
        """``node`` as plain data."""
        if node.anchor is not None:
            raise self.refuse(
                Sentence("YAML anchors and aliases (& and *) are not used here"),
                node,
                path,
                given=f"&{node.anchor}",
                remedy=Sentence("write the value out where it is needed, or quote the text"),
            )
        # A tag that says what the value is anyway (!!str) would pass a look at node.tag.
        tagged = self.text[node.start_mark.index : node.start_mark.index + 1] == "!"
        if tagged or not str(node.tag).startswith(_CORE):
            raise self.refuse(
                Sentence("YAML tags (!) are not used here"),
                node,
                path,
                given=shorten(str(node.tag), 60),
                remedy=Sentence("remove the tag, or quote the text"),
            )
        self.lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self.plain(entry, (*path, i)) for i, entry in enumerate(node.value)]
        assert isinstance(node, ScalarNode)
        return self._scalar(node, path)

    def _mapping(self, node: MappingNode, path: KeyPath) -> dict[str, JSON]:
        found: dict[str, JSON] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode) or key_node.tag == f"{_CORE}merge":
                raise self.refuse(
                    Sentence("a key must be a word"), key_node, path,
                    allowed=Sentence("name: value"),
                )  # fmt: skip
            if key_node.anchor is not None:
                self.plain(key_node, path)
            key = str(key_node.value)
            here = (*path, key)
            if key in found:
                raise self.refuse(
                    Sentence("the key '{key}' stands here twice", key=shorten(key, 60)),
                    key_node,
                    here,
                    given=Sentence("first on line {line}", line=str(self.lines[here])),
                    remedy=Sentence("keep one of the two"),
                )
            self.lines[here] = key_node.start_mark.line + 1
            found[key] = self.plain(value_node, here)
        return found

    def _scalar(self, node: ScalarNode, path: KeyPath) -> JSON:
        text = str(node.value)
        kind = str(node.tag).removeprefix(_CORE)
        try:
            if kind == "null":
                return None
            if kind == "bool":
                return text.lower() == "true"
            if kind == "int":
                digits = text.replace("_", "")
                prefixed = digits.lstrip("+-")[:2].lower() in ("0x", "0o", "0b")
                return int(digits, 0 if prefixed else 10)
            if kind == "float":
                return _number(text.replace("_", "").lower())
        except ValueError as error:
            raise self.refuse(
                Sentence("this is not a usable number"), node, path, given=text[:60]
            ) from error
        if kind not in ("str", "timestamp"):  # dates stay text; whoever wants a date reads one
            raise self.refuse(
                Sentence("this is not plain text or a number"), node, path, given=text[:60]
            )
        return text


def _number(text: str) -> float:
    named = {".inf": "inf", "+.inf": "inf", "-.inf": "-inf", ".nan": "nan"}
    value = float(named.get(text, text))
    if value - value != 0.0:
        raise ValueError("not finite")
    return value
