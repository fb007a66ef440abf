"""Compiled functions: the decorator all kernels share, and where the machine code is kept.

Machine code is kept in the user's cache folder, for each version of the kernels' sources apart:
numba alone would not notice that a function which another file inlines has changed. Several
processes can share it, and the package itself may be read-only. A variable ``NUMBA_CACHE_DIR`` of
the user's own goes first.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numba
import numpy as np
from numba.extending import register_jitable
from numpy.typing import NDArray

from gfmd_sim.cache import cache_home

LOOKED_AT = ("0.68",)
"""Versions of numba whose internals have been looked at; of others nothing is changed."""
_MARK = "complete"  # lies in a folder once all kernels of a Forum are in it
_DECORATORS = (b"compiled", b"borrowing", b"inlined", b"inner", b"njit")
_DAYS_KEPT = 60  # machine code of other versions, since it was last complete


def holds_kernels(source: bytes) -> bool:
    """Whether a source has code that becomes machine code, its own or taken in by others."""
    return any(b"@" + mark in source for mark in _DECORATORS)


def _version() -> str:
    """A hash of all sources that hold kernels, and of what compiles them."""
    root = Path(__file__).parent
    whole = hashlib.sha256(f"{numba.__version__} {sys.version_info[:2]} {root}".encode())
    for path in sorted(root.rglob("*.py")):
        text = path.read_bytes()
        if holds_kernels(text):
            whole.update(path.relative_to(root).as_posix().encode() + b"\0" + text + b"\0")
    return whole.hexdigest()[:12]


def _settle() -> Path:
    """Tell numba where to keep machine code; returns the folder."""
    settings: Any = numba.config
    if settings.CACHE_DIR:
        return Path(settings.CACHE_DIR)
    try:
        folder = cache_home() / "gfmd-sim" / _version()
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()  # may we write there?
    except (OSError, RuntimeError):  # no home, or a read-only one: compile anew in every run
        folder = Path(tempfile.mkdtemp(prefix="gfmd-sim-"))
        os.environ["NUMBA_CACHE_DIR"] = str(folder)  # for the workers that this process starts
    settings.CACHE_DIR = str(folder)
    return folder


FOLDER = _settle()

Function = TypeVar("Function", bound=Callable[..., Any])
_HOW: dict[str, Any] = {"nogil": True, "error_model": "numpy"}
if TYPE_CHECKING:  # what numba says of its options lacks the one below
    compiled = numba.njit(cache=True, nogil=True, error_model="numpy")
    borrowing = numba.njit(cache=True, nogil=True, error_model="numpy")
    inlined = numba.njit(cache=True, nogil=True, error_model="numpy", inline="always")
else:  # no wrapper for callers in C, of whom there are none: a twentieth of the compiling
    _HOW["no_cfunc_wrapper"] = True
    compiled = numba.njit(cache=True, **_HOW)
    borrowing = numba.njit(cache=True, _nrt=False, **_HOW)
    inlined = numba.njit(cache=True, inline="always", **_HOW)
"""``borrowing`` is for kernels that make no array: nobody counts who holds those that they are given.
The count is kept by locked instructions, which is felt where an innermost loop takes rows of arrays.

``inlined`` is for what an inner loop calls and LLVM would not inline by itself, and for what one kernel alone
calls: it then costs no machine code of its own. Not where a run spends its time: loops within a large
kernel may lose their lanes."""


def inner(function: Function) -> Function:
    """For what kernels alone call: it needs no wrapper that unpacks what Python hands on.

    To Python it is an ordinary function. One that a kernel calls and another of these too is better
    ``compiled``: numba would make its machine code twice.
    """
    register_jitable(**_HOW)(function)
    return function


@inner
def filled(shape: int | tuple[int, ...], value: float, dtype: Any) -> NDArray[Any]:
    """A new array that holds one value everywhere; for kernels.

    One function of machine code for each number of axes and type of number, where ``np.zeros``,
    ``np.ones`` and ``np.full`` are three each.
    """
    out = np.empty(shape, dtype)
    out[:] = value
    return out


def is_looked_at() -> bool:
    """Whether this numba is of a version whose internals have been looked at."""
    return ".".join(numba.__version__.split(".")[:2]) in LOOKED_AT


def start_light() -> None:
    """Let numba start without what none of our kernels needs.

    SciPy, which it loads to see whether kernels may multiply matrices. And, where kernels come from the
    cache, what is of use to compile others: all the functions that it can compile, and the kernels as
    LLVM had them. It is looked up when there is something to compile. For programs of our own only (the
    command line): others' kernels, in the same process, may need SciPy.
    """
    home = "scipy.linalg.cython_blas"
    if home not in sys.modules:
        sys.modules[home] = None  # type: ignore[assignment] # "not there", to whoever imports it
        try:
            import numba.np.arraymath  # noqa: F401 - it looks once, when it is loaded
        finally:
            del sys.modules[home]
    if is_looked_at():
        cache: Any = import_module("numba.core.caching").Cache
        cache.load_overload = _load_alone
        library: Any = import_module("numba.core.codegen").JITCodeLibrary
        library._unserialize = classmethod(_library_of)


def _load_alone(cache: Any, types: Any, context: Any) -> Any:
    """Load machine code and make ready what allocates arrays, no more."""
    import_module("numba.core.runtime").rtsys.initialize(context)
    with cache._guard_against_spurious_io_errors():
        return cache._load_overload(types, context)


def _library_of(kind: Any, codegen: Any, kept: tuple[str, str, Any]) -> Any:
    """Put machine code in place; what LLVM knew of it is read when another kernel is to take it in."""
    name, _, (machine_code, bitcode) = kept
    library = codegen.create_library(name)
    library.enable_object_caching()
    library._set_compiled_object(machine_code)
    library._finalize_final_module()

    def module() -> Any:
        if library._shared_module is None:
            binding: Any = import_module("llvmlite.binding")
            library._shared_module = binding.parse_bitcode(bitcode)
            codegen._engine._load_defined_symbols(library._shared_module)
        return library._shared_module

    library._get_module_for_linking = module
    library.get_pointer_to_function = codegen._engine.get_function_address
    return library


def is_complete(part: str = "") -> bool:
    """Whether the kernels of a Forum (or of another ``part``) have been compiled here before."""
    return (FOLDER / f"{_MARK}{part}").is_file()


def mark_complete(part: str = "") -> None:
    """Remember that they have; machine code of versions long out of use is thrown away."""
    (FOLDER / f"{_MARK}{part}").touch()
    if FOLDER.parent.name == "gfmd-sim":
        for other in FOLDER.parent.iterdir():
            mark = other / _MARK
            if mark.is_file() and time.time() - mark.stat().st_mtime > _DAYS_KEPT * 86400:
                shutil.rmtree(other, ignore_errors=True)
