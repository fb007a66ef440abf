"""Kernels are compiled ahead of their use, by a process a core.

Which ones, and for what types, is seen by doing some work once in Python itself: that is slow, but
nothing has to be compiled for it. What is compiled lies in the cache of :mod:`gfmd_sim.compiled`.
"""

from __future__ import annotations

import gc
import multiprocessing as mp
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from types import FunctionType
from typing import Any, NamedTuple

import numpy as np

from gfmd_sim.advance import Advance

LOOK = 0.5  # seconds between looks whether the others are alive


class Kernel(NamedTuple):
    """A compiled function and the numba types of the arguments that it is called with."""

    module: str
    name: str
    types: tuple[Any, ...]

    @property
    def dispatcher(self) -> Any:
        """The function itself, importing its module if need be."""
        return vars(import_module(self.module))[self.name]

    @property
    def size(self) -> int:
        """The length of its code, and of all that it calls: compiling takes about as long."""
        return sum(len(f.__code__.co_code) for f in _with_called(self.dispatcher))


Begin = Callable[[Kernel], None]
"""Hears of a kernel as soon as it is found."""


def kernels_called(work: Callable[[], object], begin: Begin = lambda kernel: None) -> list[Kernel]:
    """The kernels that ``work`` calls when Python does what they would do; largest first.

    ``begin`` hears of each when it is first called.

    Raises
    ------
    RuntimeError
        If ``work`` imports modules of ours: their kernels would not be seen.
    """
    found: dict[Kernel, None] = {}
    before = _ours()

    def called(kernel: Kernel) -> None:
        if kernel not in found:
            found[kernel] = None
            begin(kernel)

    with _all_in_python(called), np.errstate(all="ignore"):  # kernels do not warn
        work()
    if late := _ours() - before:
        raise RuntimeError(f"to be imported before the work begins: {', '.join(sorted(late))}")
    return sorted(found, key=lambda kernel: -kernel.size)


def compile_all(find: Callable[[Begin], list[Kernel]], advance: Advance) -> None:
    """Compile kernels, a process a core; ``advance`` is told how many are done.

    ``find`` says which, while the processes start, and may say of each as soon as it is found. What
    they do not manage, because they fail or are killed, is not done: it will be compiled where it
    is called.
    """
    from gfmd_sim.experiments.queue import cores

    # a copy of this process has all modules loaded, and numba ready; elsewhere each does that itself
    is_copied = sys.platform == "linux"
    context: Any = mp.get_context("fork" if is_copied else "spawn")
    if is_copied:
        _get_ready()
    tasks, done = context.Queue(), context.Queue()
    workers = [
        context.Process(target=_compile_from, args=(tasks, done), daemon=True)
        for _ in range(cores())
    ]
    for worker in workers:
        worker.start()
    try:
        size = dict[Kernel, int]()

        def begin(kernel: Kernel) -> None:
            """Who waits need not wait until all are found."""
            if tasks.empty():
                size[kernel] = kernel.size
                tasks.put(kernel)

        later = [kernel for kernel in find(begin) if kernel not in size]
        size |= {kernel: kernel.size for kernel in later}
        for kernel in [*later, *[None] * len(workers)]:
            tasks.put(kernel)
        n_done, size_done = 0, 0
        begun = end = time.monotonic()
        sizes, whole = list(size.values()), sum(size.values())
        advance(0, len(size), 0.0)
        while n_done < len(size):
            with suppress(queue.Empty):
                size_done += size[done.get(timeout=LOOK)]
                n_done += 1
                half_done = sum(sizes[n_done : n_done + len(workers)]) / 2  # what they work on
                took = time.monotonic() - begun
                end = begun + took * max(whole / (size_done + half_done), 1.0)
            advance(n_done, len(size), max(end - time.monotonic(), 0.0))
            if not any(worker.is_alive() for worker in workers) and done.empty():
                break
    finally:
        tasks.cancel_join_thread()  # what nobody takes any more is not waited for
        for worker in workers:
            worker.kill()
            worker.join()


def _compile_from(tasks: Any, done: Any) -> None:
    """In a process of its own: compile what there is to compile, until there is no more."""
    from gfmd_sim.cli.lean_numba import spare

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends it
    threading.Thread(target=_end_with_parent, daemon=True).start()
    sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115 - the parent speaks for all
    gc.disable()  # the search for garbage would take a sixth of the time
    spare()
    _get_ready()
    while (kernel := tasks.get()) is not None:
        with suppress(Exception):  # whoever calls it will hear of it
            kernel.dispatcher.compile(kernel.types)
            done.put(kernel)
    done.close()
    done.join_thread()


def _get_ready() -> None:
    """Let numba look for all that it can compile, which it does at its first function."""
    import numba

    nothing: Any = numba.njit(lambda: None)
    nothing.compile(())


def _end_with_parent() -> None:
    """A process that is killed cannot end its helpers: they look themselves."""
    parent = mp.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _ours() -> set[str]:
    """The modules of this package that are loaded."""
    return {name for name in sys.modules if name.startswith("gfmd_sim.")}


def _with_called(dispatcher: Any) -> list[FunctionType]:
    """What a kernel is made of, and all of ours that it calls, directly or not, by the names in the code."""
    found, new, ours = dict[FunctionType, None](), [dispatcher], _ours()
    while new:
        one = new.pop()
        function = getattr(one, "py_func", one)
        is_ours = isinstance(function, FunctionType) and function.__module__ in ours
        if is_ours and function not in found:
            found[function] = None
            new += map(function.__globals__.get, function.__code__.co_names)
    return list(found)


@contextmanager
def _all_in_python(called: Callable[[Kernel], object]) -> Iterator[None]:
    """Meanwhile every kernel is the Python function that it was made of.

    ``called`` hears of each call that is not made by a kernel.
    """
    from numba import typeof
    from numba.core.dispatcher import Dispatcher

    depth = 0

    def in_python(function: Any) -> Callable[..., Any]:
        def call(*given: Any) -> Any:
            nonlocal depth
            if depth == 0:
                called(Kernel(function.__module__, function.__name__, tuple(map(typeof, given))))
            depth += 1
            try:
                return function(*given)
            finally:
                depth -= 1

        return call

    places = [vars(sys.modules[name]) for name in _ours()]
    places += [v for names in places for v in list(names.values()) if type(v) is dict]
    kept = [
        (names, key, value)
        for names in places
        for key, value in list(names.items())
        if isinstance(value, Dispatcher)
    ]
    for names, key, value in kept:
        names[key] = in_python(value.py_func)
    try:
        yield
    finally:
        for names, key, value in kept:
            names[key] = value
