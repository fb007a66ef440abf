"""What ``--help`` says, found where options and commands are made.

A command is what ``.command(...)`` is called with or stands over; its docstring is its help.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

MAKERS = ("Option", "Argument", "App")
SAID = ("help", "metavar")  # the arguments that are shown


def help_texts(path: Path) -> list[str]:
    """Texts of help in a file, a paragraph each, a line each."""
    return [" ".join(part.split()) for text in _texts(path) for part in text.split("\n\n")]


def _texts(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = {n.name: n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and any(map(_registers, node.decorator_list)):
            yield ast.get_docstring(node) or ""
        elif isinstance(node, ast.Call) and _registers(node.func):
            for argument in node.args:
                if isinstance(argument, ast.Name) and argument.id in functions:
                    yield ast.get_docstring(functions[argument.id]) or ""
        elif isinstance(node, ast.Call) and _name(node.func) in MAKERS:
            for k in node.keywords:
                if k.arg in SAID and isinstance(k.value, ast.Constant):
                    yield str(k.value.value)


def _registers(node: ast.expr) -> bool:
    """Whether it is ``app.command(...)``."""
    return isinstance(node, ast.Call) and _name(node.func) == "command"


def _name(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
