"""What numba does that a process need not which only fills the cache, left out.

Of no use there: machine code of functions that others take in (each has theirs in its own), and
unpacking arguments for them; putting machine code in place to be called; code for callers in C;
values that nobody reads taken out of every array whenever it is counted; how long variables live,
where nobody asks; telling listeners of which there are none; and finding out again what was found
before. The functions compute the same.

These are numba's internals: of a version that has not been looked at, nothing is changed.
"""

from __future__ import annotations

import functools
from importlib import import_module
from typing import Any
from weakref import WeakSet

from gfmd_sim.compiled import is_looked_at


def spare() -> bool:
    """Leave it out in this process from now on; it cannot call what it compiles any more.

    Returns whether numba is of a version that has been looked at.
    """
    if not is_looked_at():
        return False
    _emit_what_is_kept()
    _unpack_for_who_is_asked_for()
    _optimise_functions_that_are_there()
    _find_lifetimes_when_asked()
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


def _unpack_for_who_is_asked_for() -> None:
    """What compiles because another calls it is called by nobody else.

    It needs no wrapper that unpacks Python's arguments, no place in the cache, and if it never has a
    wrapper (``inner``, numba's own) no more than a cheap optimisation: all others come where it is taken
    in. Nobody calls from C.
    """
    codegen: Any = import_module("numba.core.codegen")
    dispatcher: Any = import_module("numba.core.dispatcher").Dispatcher
    cache: Any = import_module("numba.core.caching").Cache
    lower: Any = import_module("numba.core.lowering").BaseLower
    compile_usually, wrap, save = (
        dispatcher.compile,
        lower.create_cpython_wrapper,
        cache.save_overload,
    )
    depth = 0
    whole = WeakSet[Any]()  # the libraries of those that may be called from Python

    def compile_one(one: Any, types: Any) -> Any:
        nonlocal depth
        if depth == 0:
            one.overloads.clear()  # made for others, without a wrapper
        depth += 1
        try:
            return compile_usually(one, types)
        finally:
            depth -= 1

    def wrap_what_is_asked_for(lowered: Any, *given: Any) -> None:
        whole.add(lowered.library)
        if depth == 1:
            wrap(lowered, *given)

    def save_what_is_asked_for(kept: Any, *given: Any) -> None:
        if depth == 1:
            save(kept, *given)

    def optimise(library: Any) -> None:
        made = library._codegen
        vector, level = made._loopvect, made._opt_level
        ways = [{"loop_vectorize": vector, "slp_vectorize": False, "opt": level, "cost": "cheap"}]
        if library in whole:
            ways.append({})
        for way in ways:
            passes, builder = made._module_pass_manager(**way)
            passes.run(library._final_module, builder)

    dispatcher.compile = compile_one
    lower.create_cpython_wrapper = wrap_what_is_asked_for
    lower.create_cfunc_wrapper = lambda lowered: None
    cache.save_overload = save_what_is_asked_for
    codegen.CPUCodeLibrary._optimize_final_module = optimise


def _optimise_functions_that_are_there() -> None:
    """Passes for functions are built once a module, and not run on those that are only named.

    A wrapper passes on what it unpacks and computes nothing: its variables become registers, no more.
    """
    codegen: Any = import_module("numba.core.codegen")
    managers: Any = import_module("llvmlite.binding.newpassmanagers")

    def optimise(library: Any, module: Any) -> None:
        made = library._codegen
        module.data_layout = made._data_layout
        is_wrapper = module.name == "wrapper"
        if is_wrapper:
            builder, passes = made._pass_builder(), managers.create_new_function_pass_manager()
            passes.add_sroa_pass()
            passes.add_simplify_cfg_pass()
        else:
            passes, builder = made._function_pass_manager()
        for function in module.functions:
            if not function.is_declaration:
                passes.run(function, builder)
                if is_wrapper:
                    function.add_function_attribute("noinline")
                    function.add_function_attribute("optnone")

    codegen.CPUCodeLibrary._optimize_functions = optimise


def _find_lifetimes_when_asked() -> None:
    """Where a variable's life ends is needed once, when its end is put in; not after every pass.

    A generator would need it earlier: of these nothing is changed.
    """
    processor: Any = import_module("numba.core.postproc")
    transforms: Any = import_module("numba.core.transforms")
    run_usually = processor.PostProcessor.run

    def run(one: Any, emit_dels: bool = False, extend_lifetimes: bool = False) -> None:
        code = one.func_ir
        if code.is_generator:
            run_usually(one, emit_dels, extend_lifetimes)
            return
        code.blocks = transforms.canonicalize_cfg(code.blocks)
        code.variable_lifetime = processor.VariableLifetime(code.blocks)
        code.generator_info = None
        if emit_dels:
            one._insert_var_dels(extend_lifetimes=extend_lifetimes)

    processor.PostProcessor.run = run


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
    """Nobody asks how long LLVM took, what becomes of each variable, or what types were found."""
    event: Any = import_module("numba.core.event")
    ssa: Any = import_module("numba.core.ssa")
    annotations: Any = import_module("numba.core.annotations.type_annotations")

    def nothing(*given: object, **named: object) -> None:
        pass

    event.start_event = event.end_event = ssa._logger.debug = nothing
    annotations.TypeAnnotation.__str__ = lambda annotation: ""


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
    """What a function of numba's own makes of such arguments is looked for once, and what it takes."""
    base: Any = import_module("numba.core.base")
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
    base._has_loc = functools.cache(base._has_loc)
