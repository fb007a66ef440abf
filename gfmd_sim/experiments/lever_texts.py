"""Levers as canonical JSON text, many at once: one by one it would be most of what a run's storing takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gfmd_sim.experiments.simulator import JSON, settled_text
from gfmd_sim.experiments.worlds import DrawnWorlds, IntArray, World, take

Levers = Mapping[str, JSON]


def texts_of(values: Sequence[JSON]) -> pa.Array:
    """:func:`settled_text` of each value."""
    number = np.array([v if type(v) is float else 0.0 for v in values])
    # Arrow writes the digits that repr writes, but of numbers without a fraction, small and large ones
    size = np.abs(number)
    other = (size < 1e-3) | (size >= 1e9) | (number == np.floor(number))
    texts = pa.array(number).cast(pa.string())
    if other.any():
        some = [settled_text(values[i]) for i in np.flatnonzero(other).tolist()]
        texts = pc.replace_with_mask(texts, pa.array(other), pa.array(some, pa.string()))
    return texts


def row_texts(columns: Mapping[str, Sequence[JSON]]) -> list[str]:
    """Of the rows of a table of levers, by path, sorted; at least one."""
    texts: list[str] = _braced([_words(columns, list(columns))]).to_pylist()
    return texts


def whole_texts(
    designs: Sequence[Levers], worlds: Sequence[World], design: IntArray, world: IntArray
) -> pa.Array:
    """Of designs' levers with worlds' on top, by their numbers, each of shape (n,)."""
    used, code = np.unique(world, return_inverse=True)
    own = {path for levers in designs for path in levers}
    if not isinstance(worlds, DrawnWorlds) or not worlds.paths or own & set(worlds.paths):
        drawn = take(worlds, used)
        pairs = zip(design.tolist(), code.tolist(), strict=True)
        return pa.array([settled_text({**designs[d], **drawn[w]}) for d, w in pairs], pa.string())
    columns = worlds.columns(used)
    parts: list[pa.Array] = []
    together: list[str] = []  # paths of worlds, between two of designs
    for path in [*sorted({*own, *columns}), None]:
        if path in columns:
            together.append(path)
            continue
        if together:
            parts.append(_words(columns, together).take(pa.array(code)))
            together = []
        if path is not None:
            words = [_word(path, d[path]) if path in d else None for d in designs]
            parts.append(pa.array(words, pa.string()).take(pa.array(design)))
    return _braced(parts)


def _word(path: str, value: JSON) -> str:
    return f"{settled_text(path)}:{settled_text(value)}"


def _words(columns: Mapping[str, Sequence[JSON]], paths: Sequence[str]) -> pa.Array:
    """Row by row what is between the braces."""
    n = len(columns[paths[0]])
    texts = texts_of([value for path in paths for value in columns[path]])
    parts: list[pa.Array | str] = []
    for i, path in enumerate(paths):
        parts += [f"{',' if i else ''}{settled_text(path)}:", texts.slice(i * n, n)]
    return pc.binary_join_element_wise(*parts, "")


def _braced(parts: Sequence[pa.Array]) -> pa.Array:
    """The parts with commas between them; a row is without those that are null there."""
    if any(part.null_count for part in parts):
        within = pc.binary_join_element_wise(*parts, ",", null_handling="skip")
        return pc.binary_join_element_wise("{", within, "}", "")
    # at once: texts of a row are long, and each copy takes its time
    between = [piece for part in parts for piece in (",", part)][1:]
    return pc.binary_join_element_wise("{", *between, "}", "")
