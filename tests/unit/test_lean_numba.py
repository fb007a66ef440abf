"""A process that only fills the cache leaves out what it does not need; what it leaves is whole."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numba
import pytest

from gfmd_sim.cli import lean_numba

ROOT = Path(__file__).parents[2]
KERNELS = """
import numpy as np
from numba import typeof
from gfmd_sim.measures.ranks import kendall_w
from gfmd_sim.records import _distinct
ratings = np.array([[.1, .2, .3], [.1, .3, .2], [.5, .5, .1]])
accounts = np.array([3, 1, -1, 3], np.int32)
luck = np.arange(2, dtype=np.uint32), np.arange(5, dtype=np.uint32), 7, 2
"""
FILL = """
from gfmd_sim.cli.lean_numba import spare
print(spare())
sizes = []
from numba.core.codegen import CPUCodeLibrary
add = CPUCodeLibrary.add_ir_module
CPUCodeLibrary.add_ir_module = lambda self, module: (sizes.append(str(module).count(chr(10))), add(self, module))
kendall_w.compile((typeof(ratings),))
_distinct.compile((typeof(accounts),))
print(sum(sizes))
"""
BOTH = """
from numba.core.ir import Inst
from numba.core.targetconfig import TargetConfig
from numba.core.types.functions import BaseFunction
from gfmd_sim.cli.lean_numba import spare
ways = [(TargetConfig, "__eq__"), (Inst, "_rec_list_vars"), (BaseFunction, "get_call_type")]
usual = [getattr(*way) for way in ways]
spare()
counts = [0] * len(ways)
def compare(k, lean):
    def both(*given):
        one, other = lean(*given), usual[k](*given)
        assert one == other, (ways[k], given, one, other)
        counts[k] += 1
        return one
    return both
for k, way in enumerate(ways):
    setattr(*way, compare(k, getattr(*way)))
kendall_w.compile((typeof(ratings),))
_distinct.compile((typeof(accounts),))
print(min(counts))
"""
TAKEN_IN = """
from gfmd_sim.cli.lean_numba import spare
from gfmd_sim.streams import fill_normal, fill_uniform
spare()
for one in fill_normal, fill_uniform:
    one.compile(tuple(map(typeof, luck)))
"""
USE = """
print(kendall_w(ratings), _distinct(accounts).tolist())
print(len(kendall_w.stats.cache_hits), len(_distinct.stats.cache_hits), len(_distinct.stats.cache_misses))
print(kendall_w.py_func(ratings), _distinct.py_func(accounts).tolist())
"""


def _child(code: str, cache: Path) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", KERNELS + code],
        env={**os.environ, "NUMBA_CACHE_DIR": str(cache)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def test_what_it_compiles_is_used_and_gives_what_python_gives(tmp_path: Path) -> None:
    did, lean = _child(FILL, tmp_path / "lean")
    assert did == "True", (
        "numba's version has not been looked at: see LOOKED_AT in gfmd_sim/compiled.py"
    )
    compiled, counts, python = _child(USE, tmp_path / "lean")
    assert compiled == python
    assert counts == "1 1 0"  # both came from the cache
    _, usual = _child(FILL.replace("spare()", "None"), tmp_path / "usual")
    assert int(lean) < 0.85 * int(usual)  # lines of LLVM's code


def test_what_it_remembers_and_compares_is_what_numba_would_say(tmp_path: Path) -> None:
    (fewest,) = _child(BOTH, tmp_path)
    assert int(fewest) > 20  # each of the three was asked


DRAW = """
from gfmd_sim.streams import fill_normal, fill_uniform
for one in fill_normal, fill_uniform:
    print(one(*luck).tolist(), len(one.stats.cache_hits))
"""


def test_what_another_takes_in_is_compiled_for_python_too_where_asked(tmp_path: Path) -> None:
    _child(TAKEN_IN, tmp_path / "lean")
    lean, usual = (_child(DRAW, tmp_path / cache) for cache in ("lean", "usual"))
    assert [line[:-1] for line in lean] == [line[:-1] for line in usual]
    assert [line[-1] for line in lean] == ["1", "1"]  # from the cache


LIGHT = """
import sys
from gfmd_sim.compiled import start_light
start_light()
print(kendall_w(ratings), _distinct(accounts).tolist())
print(len(kendall_w.stats.cache_hits), "numba.typed.typeddict" in sys.modules)
from numba import njit
sums = njit(lambda x: np.sort(x)[::-1].sum())
print(sums(accounts))
agree = njit(lambda ratings: kendall_w(ratings))
print(agree(ratings) == kendall_w(ratings))
"""


def test_a_light_start_loads_from_the_cache_and_compiles_what_is_missing(tmp_path: Path) -> None:
    _child(FILL, tmp_path)
    found, loaded, compiled, taken_in = _child(LIGHT, tmp_path)
    assert found == _child(USE, tmp_path)[2]  # as in Python
    assert loaded == "1 False"  # from the cache, and what numba can compile was not looked for
    assert compiled == "6"
    assert taken_in == "True"  # a kernel that was loaded, by one that is compiled


def test_an_unknown_version_of_numba_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numba, "__version__", "0.99.0")
    assert not lean_numba.spare()
