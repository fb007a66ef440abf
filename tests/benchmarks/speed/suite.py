"""All measurements in order, and what to say of the machine."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from gfmd_sim.errors import Sentence
from tests.benchmarks.speed import kernels, published, share, starting, sweeps, whole
from tests.benchmarks.speed.c_sitting import FLAGS, NoCompiler, compiler_version
from tests.benchmarks.speed.clock import Spread
from tests.benchmarks.speed.figures import Figure, Missing

FLAGSHIP = "gfmd-2024-25"


@dataclass
class Bench:
    """What was measured, where, and how long it took."""

    machine: dict[str, str]
    is_quick: bool
    figures: list[Figure] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    profile: list[tuple[str, float]] = field(default_factory=list)  # (where, ms a run)
    seconds: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "machine": self.machine,
            "is_quick": self.is_quick,
            "seconds": round(self.seconds, 1),
            "figures": [f.as_dict() for f in self.figures],
            "missing": [vars(m) for m in self.missing],
            "profile_ms_a_run": dict(self.profile),
        }


def measure(is_quick: bool, tell: Callable[[int, int, float], None]) -> Bench:
    """Measure everything; ``is_quick``: on small cases, to see that it runs, not to quote."""
    bench = Bench(_machine(), is_quick)
    begun = time.monotonic()
    parts = list(_parts(bench))
    for k, part in enumerate(parts):
        for found in part():
            (bench.figures if isinstance(found, Figure) else bench.missing).append(found)  # type: ignore[arg-type]
        done = time.monotonic() - begun
        tell(k + 1, len(parts), done / (k + 1) * (len(parts) - k - 1))
    bench.machine["load after"] = _load()
    bench.seconds = time.monotonic() - begun
    return bench


def _parts(bench: Bench) -> Iterator[Callable[[], Iterator[Figure | Missing]]]:
    quick = bench.is_quick
    scenario = "four-groups" if quick else FLAGSHIP
    sizes = (100, 300) if quick else (100, 300, 1_000, 3_000, 3_100, 6_000, 10_000)

    def profiled() -> Iterator[Figure]:
        found, bench.profile = share.compiled_share(scenario, 3 if quick else 100)
        yield from found

    yield lambda: kernels.against_c_and_numpy(scenario, 3 if quick else 40)
    yield lambda: whole.against_mesa(scenario, 2 if quick else 7)
    yield profiled
    yield lambda: _one_roundtable(5 if quick else 40)
    yield lambda: kernels.by_size(sizes, 2 if quick else 21)
    yield lambda: whole.by_size(sizes, 2 if quick else 3)
    yield lambda: whole.mesa_face(scenario, 3 if quick else 15)
    yield lambda: whole.leak(20 if quick else 1_000)
    yield lambda: published.against_ndlib(
        60 if quick else 300, 5 if quick else 20, 2 if quick else 5
    )
    yield lambda: sweeps.sweeping(scenario, 4 if quick else 100, 1 if quick else 2)
    yield lambda: sweeps.comparing(scenario, 4 if quick else 200)
    yield lambda: starting.starting(2 if quick else 9, with_first=not quick)


def _one_roundtable(rounds: int) -> Iterator[Figure]:
    """What a trainer waits for: one replicate of the teaching scenario."""
    from gfmd_sim.experiments.forum_simulator import ForumSimulator
    from gfmd_sim.scenario.files import load_scenario
    from tests.benchmarks.speed.clock import race, wall

    simulator = ForumSimulator.of(load_scenario("four-groups"))
    ran = race({"run": lambda: wall(lambda: simulator.run({}, 0, 1))}, rounds)
    about = Sentence("one run of four-groups (one roundtable), all measures, wall")
    each: Spread = ran.of("run").times(1e3)
    yield Figure("forum.four-groups", about, each, "ms", at_most=5.0)


def _machine() -> dict[str, str]:
    """What the figures depend on. Nothing in it names the machine."""
    import mesa
    import numba
    import numpy as np

    try:
        c = f"{compiler_version()} {' '.join(FLAGS)}"
    except NoCompiler as error:
        c = str(error)
    return {
        "processor": _processor(),
        "cores": str(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()),
        "system": platform.system(),
        "python": platform.python_version(),
        "numba": numba.__version__,
        "numpy": np.__version__,
        "mesa": mesa.__version__,
        "c": c,
        "load before": _load(),
    }  # fmt: skip


def _load() -> str:
    """How busy the machine was: wall times mean little where it was."""
    try:
        return f"{os.getloadavg()[0]:.1f} processes at work, mean of a minute"
    except (AttributeError, OSError):
        return "unknown"


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            for line in lines:
                if line.startswith("model name"):
                    return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
