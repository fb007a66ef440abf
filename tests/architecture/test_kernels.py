"""What is ``inner`` is called by kernels alone: from Python it would run, a hundred times slower."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from gfmd_sim.compiled import holds_kernels

ROOT = Path(__file__).parents[2]
KERNEL = {"compiled", "borrowing", "inlined", "inner", "njit"}
REFERENCE = "gfmd_sim/talk/reference.py"  # Python throughout: what kernels are held to


def marks(function: ast.FunctionDef) -> set[str]:
    """The names of its decorators."""
    called = (d.func if isinstance(d, ast.Call) else d for d in function.decorator_list)
    return {d.id for d in called if isinstance(d, ast.Name)}


def inner_ones(trees: dict[str, ast.Module]) -> set[str]:
    functions = [n for t in trees.values() for n in ast.walk(t) if isinstance(n, ast.FunctionDef)]
    return {f.name for f in functions if "inner" in marks(f)}


def names_in_python(node: ast.AST) -> Iterator[str]:
    """What code outside of kernels names, imports aside."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef) and marks(child) & KERNEL:
            continue
        if isinstance(child, ast.Name):
            yield child.id
        yield from names_in_python(child)


def called_from_python(trees: dict[str, ast.Module]) -> set[str]:
    """``file: name`` of each inner function that Python calls where its module defines or imports it."""
    inner, found = inner_ones(trees), set()
    for path, tree in trees.items():
        imported = {
            a.name for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) for a in n.names
        }
        known = inner & (imported | inner_ones({path: tree}))
        if known:
            found |= {f"{path}: {name}" for name in known & set(names_in_python(tree))}
    return found


def ours() -> dict[str, ast.Module]:
    paths = sorted((ROOT / "gfmd_sim").rglob("*.py"))
    return {p.relative_to(ROOT).as_posix(): ast.parse(p.read_text(encoding="utf-8")) for p in paths}


def test_only_kernels_call_what_is_inner() -> None:
    trees = ours()
    assert {"filled", "form_table"} <= inner_ones(trees)
    assert {c for c in called_from_python(trees) if not c.startswith(REFERENCE)} == set()


def test_every_source_of_kernels_counts_for_where_machine_code_is_kept() -> None:
    """Else the machine code of an earlier version would be found and used."""
    for path, tree in ours().items():
        functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]
        if any(marks(f) & KERNEL for f in functions):
            assert holds_kernels((ROOT / path).read_bytes()), path
    assert not holds_kernels((ROOT / "gfmd_sim/errors.py").read_bytes())


def test_a_call_from_python_is_found() -> None:
    """Negative control."""
    kernel = "@compiled\ndef k(n):\n    return draw(n)\n"
    tree = ast.parse("@inner\ndef draw(n):\n    return n\n\n" + kernel)
    assert called_from_python({"one.py": tree}) == set()
    other = ast.parse("from one import draw\n\ndef rule(n):\n    return draw(n)\n")
    assert called_from_python({"one.py": tree, "two.py": other}) == {"two.py: draw"}
