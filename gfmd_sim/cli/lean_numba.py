"""What numba does that a process need not which only fills the cache, left out.

Of no use there: machine code of functions that others take in (each has theirs in its own), putting
machine code in place to be called, values that nobody reads taken out of every array whenever it is
counted, telling listeners of which there are none, and finding out again what was found before. The
functions compute the same.

These are numba's internals: of a version that has not been looked at, nothing is changed.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from gfmd_sim.compiled import is_looked_at


def spare() -> bool:
    """Leave it out in this process from now on; it cannot call what it compiles any more.

    Returns whether numba is of a version that has been looked at.
    """
    if not is_looked_at():
        return False
    _emit_what_is_kept()
    _count_what_is_counted()
    _remember_sizes()
    _compare_settings_by_what_is_set()
    _tell_nobody()
    _list_variables_by_type()
    _remember_calls()
    return True


def _emit_what_is_kept() -> None:
    """Machine code is made when a kernel goes to the cache, and of nothing else."""
    codegen: Any = import_module("numba.core.codegen")

    def nothing(*given: object) -> None:
        pass

    def compiled_object(library: Any) -> Any:
        if library._compiled_object is None:
            library._compiled_object = library._codegen._tm.emit_object(library._final_module)
        return library._compiled_object

    def no_pointer(library: Any, name: str) -> int:
        library._ensure_finalized()
        return 0

    codegen.JITCodeLibrary._finalize_specific = nothing
    codegen.JITCodeLibrary.get_pointer_to_function = no_pointer
    codegen.JITCodeLibrary._get_compiled_object = compiled_object
    codegen.JITCPUCodegen._add_module = nothing
    codegen.JITCPUCodegen.set_env = nothing
    codegen.JitEngine._load_defined_symbols = nothing


def _count_what_is_counted() -> None:
    """Of a value only those parts are looked up that somebody counts references to."""
    context: Any = import_module("numba.core.runtime.context")
    holds: dict[Any, bool] = {}  # whether a type is counted, or any part of it

    def get_meminfos(runtime: Any, builder: Any, kind: Any, value: Any) -> list[Any]:
        models = runtime._context.data_model_manager
        model = models[kind]
        found = [(kind, model.get_nrt_meminfo(builder, value))] if model.has_nrt_meminfo() else []
        for part, getter in model.traverse(builder):
            if part not in holds:
                holds[part] = models[part].contains_nrt_meminfo()
            if holds[part]:
                found += get_meminfos(runtime, builder, part, getter(value))
        return found

    context.NRTContext.get_meminfos = get_meminfos


def _remember_sizes() -> None:
    """LLVM is asked once for the size of a type."""
    base: Any = import_module("numba.core.base")
    known: dict[Any, int] = {}

    def get_abi_sizeof(context: Any, kind: Any) -> int:
        if kind not in known:
            known[kind] = kind.get_abi_size(context.target_data)
        return known[kind]

    base.BaseContext.get_abi_sizeof = get_abi_sizeof


def _compare_settings_by_what_is_set() -> None:
    """Settings are compared (whenever a function's type is looked up) by those that somebody set."""
    settings: Any = import_module("numba.core.targetconfig").TargetConfig

    def equal(one: Any, other: Any) -> bool:
        if type(one) is not type(other):
            return False
        known = {**one._values, **other._values}
        return one._values == other._values or all(
            getattr(one, name) == getattr(other, name) for name in known
        )

    def hashed(one: Any) -> int:
        return hash(type(one))  # numba's is that of the names alone

    settings.__eq__, settings.__hash__ = equal, hashed


def _tell_nobody() -> None:
    """Each call of LLVM is an event, and nobody asks how long it took."""
    event: Any = import_module("numba.core.event")

    def nothing(*given: object, **named: object) -> None:
        pass

    event.start_event = event.end_event = nothing


def _list_variables_by_type() -> None:
    """Of an instruction's parts those are passed over whose type holds no variables."""
    ir: Any = import_module("numba.core.ir")
    bare = set[type]()

    def gather(parts: Any, found: list[Any]) -> None:
        for part in parts:
            if type(part) in bare:
                continue
            if isinstance(part, ir.Var):
                found.append(part)
            elif isinstance(part, ir.Inst):
                found += part.list_vars()
            elif isinstance(part, (list, tuple, dict)):
                gather(part.values() if isinstance(part, dict) else part, found)
            else:
                bare.add(type(part))

    def list_variables(_: Any, part: Any) -> list[Any]:
        found: list[Any] = []
        gather((part,), found)
        return found

    ir.Inst._rec_list_vars = list_variables


def _remember_calls() -> None:
    """What a function of numba's own makes of such arguments is looked for once."""
    function: Any = import_module("numba.core.types.functions").BaseFunction
    settings: Any = import_module("numba.core.targetconfig").ConfigStack
    look = function.get_call_type
    known: dict[Any, Any] = {}

    def get_call_type(one: Any, context: Any, args: Any, named: Any) -> Any:
        key = (one, context, settings.top_or_none(), tuple(args), tuple(named.items()))
        if key not in known:
            known[key] = look(one, context, args, named)
        return known[key]

    function.get_call_type = get_call_type
