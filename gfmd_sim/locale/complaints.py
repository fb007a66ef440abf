"""The sentences of error messages, found where errors are made.

A text stands as it is in the call, ``UserError("there is no such file", remedy="check the name")``,
or is a :class:`~gfmd_sim.errors.Sentence` if something is to be filled in.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ERRORS = ("UserError", "ScenarioError", "RosterError", "SeatingError", "StoreError")
SAID = ("allowed", "remedy")  # besides the first, the arguments that are sentences


def complaints(path: Path) -> list[str]:
    """Texts that stand as they are in the errors that a file makes."""
    return [str(node.value) for node in _texts(path) if isinstance(node, ast.Constant)]


def unsayable(path: Path) -> list[str]:
    """Sentences of errors in a file that no catalogue could know: put together on the spot."""
    return [
        f"{path.name}:{node.lineno}: {ast.unparse(node)}"
        for node in _texts(path)
        if isinstance(node, ast.JoinedStr | ast.BinOp)
    ]


def _texts(path: Path) -> Iterator[ast.expr]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and _name(node) in ERRORS:
            for argument in [
                *node.args[:1],
                *(k.value for k in node.keywords if k.arg in SAID),
            ]:
                yield from _within(argument)


def _within(node: ast.AST) -> Iterator[ast.expr]:
    """Texts of an argument; what is handed on to a call is that call's business."""
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str) and node.value:
            yield node
    elif isinstance(node, ast.JoinedStr | ast.BinOp):
        yield node
    elif isinstance(node, ast.IfExp | ast.BoolOp):
        for part in ast.iter_child_nodes(node):
            if part is not getattr(node, "test", None):
                yield from _within(part)


def _name(call: ast.Call) -> str:
    function = call.func
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
