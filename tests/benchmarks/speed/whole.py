"""The whole Forum, headless: against Mesa objects, ``mesa.batch_run`` and its own Mesa face."""

from __future__ import annotations

import gc
import mmap
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import mesa
import numpy as np

from gfmd_sim import pairs
from gfmd_sim.errors import Sentence
from gfmd_sim.experiments.forum_simulator import ForumSimulator
from gfmd_sim.forum import Forum
from gfmd_sim.measures.outcome import outcomes
from gfmd_sim.model import ConsultationModel
from gfmd_sim.scenario.files import load_agenda, load_scenario, with_levers
from tests.benchmarks.speed.clock import Spread, cpu, race
from tests.benchmarks.speed.figures import Figure
from tests.benchmarks.speed.mesa_forum import MesaForum

_STATUS = Path("/proc/self/status")


class Counter:
    """Gives numbers 0, 1, ...: each run another luck."""

    def __init__(self) -> None:
        self.next = 0

    def __call__(self) -> int:
        self.next += 1
        return self.next - 1


def against_mesa(scenario: str, rounds: int) -> Iterator[Figure]:
    """Population, seating, talk, plenaries, notes, Summit, measures: all of it."""
    settled = load_scenario(scenario)
    agenda = dict(load_agenda(settled))
    simulator = ForumSimulator.of(settled)
    luck = {name: Counter() for name in ("engine", "mesa", "batch")}

    def engine() -> None:
        for _ in range(10):
            simulator.run({}, 0, luck["engine"]())

    def objects() -> None:
        model = MesaForum(settled, seed=luck["mesa"](), agenda=agenda)
        while model.running:
            model.step()

    def batch() -> None:
        fixed = {"settings": settled, "agenda": agenda, "seed": luck["batch"]()}
        mesa.batch_run(
            _Unpacked, {"fixed": [fixed]}, number_processes=1, max_steps=10,
            data_collection_period=-1, display_progress=False,
        )  # fmt: skip

    ran = race(
        {
            "engine": lambda: cpu(engine) / 10,
            "mesa": lambda: cpu(objects),
            "batch": lambda: cpu(batch),
        },
        rounds,
    )
    yield Figure(
        "forum",
        Sentence("one run of {scenario}, all measures", scenario=scenario),
        ran.of("engine").times(1e3),
        "ms",
    )
    about = Sentence("idiomatic Mesa objects, the same Forum, five measures")
    yield Figure(
        "forum.mesa", about, ran.ratio("mesa", "engine"), Sentence("times the engine"), None, 100.0
    )
    about = Sentence("mesa.batch_run on it, one process")
    yield Figure(
        "forum.batch", about, ran.ratio("batch", "engine"), Sentence("times the engine"), None, 100
    )


class _Unpacked(MesaForum):
    """``batch_run`` takes lists apart, so what the runs share comes as one value."""

    def __init__(self, fixed: dict[str, Any], seed: int | None = None) -> None:
        super().__init__(**fixed)


def by_size(sizes: tuple[int, ...], rounds: int) -> Iterator[Figure]:
    """A whole run of one roundtable, and the memory it takes, in Forums of different sizes."""

    def runner(n: int) -> Callable[[], float]:
        simulator = _of_size(n)
        return lambda: cpu(lambda: simulator.run({}, 0, 0))

    ran = race({str(n): runner(n) for n in sizes}, rounds)
    for n in sizes:
        each = ran.of(str(n)).times(1e6 / n)
        about = Sentence("a whole run of one roundtable, a delegate, among {n}", n=n)
        yield Figure(f"size.{n}.run", about, each, "us")
    most, among = sizes[-1], 1_000 if 1_000 in sizes else sizes[0]
    about = Sentence(
        "a delegate's share of a whole run, {most} delegates against {few}", most=most, few=among
    )
    spread = ran.ratio(str(most), str(among)).times(among / most)
    yield Figure("size.run.flat", about, spread, Sentence("times"), at_most=1.5)
    kibibytes = {n: peak for n in sizes if (peak := _peak_of(n)) is not None}
    for n, (peak, table) in kibibytes.items():
        about = Sentence(
            "memory that a whole run of one roundtable takes at its peak, a delegate, among {n}",
            n=n,
        )
        yield Figure(f"size.{n}.memory", about, Spread.of([peak / n]), "KiB")
        about = Sentence("the table of pairs alone, a delegate, among {n}", n=n)
        yield Figure(f"size.{n}.pairs", about, Spread.of([table / n]), "KiB")
    if kibibytes:
        rest = {n: (peak - table) / n for n, (peak, table) in kibibytes.items()}
        about = Sentence(
            "a delegate's share of the rest of that peak, {most} delegates against {few}",
            most=most, few=among,
        )  # fmt: skip
        spread = Spread.of([rest[most] / rest[among]])
        yield Figure("size.memory.flat", about, spread, Sentence("times"), at_most=1.5)
        sparse = {n: table / n for n, (_, table) in kibibytes.items() if n > pairs.MOST_IN_FULL}
        if sparse:
            about = Sentence(
                "a delegate's share of the table of those who have met, {most} against {few}",
                most=most, few=min(sparse),
            )  # fmt: skip
            spread = Spread.of([sparse[most] / sparse[min(sparse)]])
            yield Figure("size.memory.pairs.flat", about, spread, Sentence("times"), at_most=1.5)


def _of_size(n: int) -> ForumSimulator:
    levers = {"population.n_delegates": n, "roundtables": [1]}
    return ForumSimulator.of(with_levers(load_scenario("gfmd-2024-25"), levers))


def _peak_of(n: int) -> tuple[float, float] | None:
    """KiB of resident memory that a run adds in a process of its own, and those of them that the
    table of pairs takes; None where nobody says."""
    if not _STATUS.exists():
        return None
    command = [sys.executable, "-m", "tests.benchmarks.speed.whole", str(n)]
    root = Path(__file__).resolve().parents[3]
    said = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    peak, table = said.stdout.split()
    return float(peak), float(table)


def _print_peak(n: int) -> None:
    """In that process: code is loaded by a small run first, with the same table of pairs."""
    limit = pairs.MOST_IN_FULL
    pairs.MOST_IN_FULL = limit if n <= limit else 0
    _of_size(60).run({}, 0, 0)
    pairs.MOST_IN_FULL = limit
    simulator = _of_size(n)
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak begins anew
    before = _status("VmHWM")
    forum = simulator.forum({}, 0, 0).run()
    outcomes(forum)
    table = sum(column.nbytes for column in forum.pairs if isinstance(column, np.ndarray))
    print(_status("VmHWM") - before, table / 1024)


def _status(name: str) -> int:
    """A number of the system's on this process, in KiB."""
    for line in _STATUS.read_text(encoding="ascii").splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1])
    raise LookupError(name)


def mesa_face(scenario: str, rounds: int) -> Iterator[Figure]:
    """``ConsultationModel`` against the headless Forum."""
    settled = load_scenario(scenario)
    simulator = ForumSimulator.of(settled)
    setup = simulator.setup({})
    agenda = simulator.agenda

    def headless(k: int) -> None:
        forum = Forum(type(setup).of(settled, agenda), simulator.forum({}, 0, k).streams)
        outcomes(forum.run())

    def face(k: int) -> None:
        model = ConsultationModel(settled, 0, k, agenda=agenda)
        model.run_model()
        model.outcomes()

    def several(run: Callable[[int], None]) -> Callable[[], float]:
        return lambda: cpu(lambda: [run(k) for k in range(5)])

    ran = race({"headless": several(headless), "face": several(face)}, rounds)
    about = Sentence("the Mesa model (an agent for each delegate) against the headless run")
    yield Figure("face", about, ran.ratio("face", "headless"), Sentence("times"), at_most=1.05)


def leak(runs: int) -> Iterator[Figure]:
    """Bytes that stay after a run of the Mesa model, over many runs."""
    settled = with_levers(
        load_scenario("four-groups"),
        {"population.n_delegates": 24, "process.n_consultations": 1, "discussion.n_turns": 5},
    )
    agenda = load_agenda(settled)

    def run(k: int) -> None:
        ConsultationModel(settled, 0, k, agenda=agenda).run_model()

    blocks, resident = leaked(run, runs)
    about = Sentence("blocks of memory that stay a run, over {n} runs of the Mesa model", n=runs)
    yield Figure("face.leak", about, Spread.of([blocks]), at_most=0.0)
    if resident is not None:
        about = Sentence("resident memory that stays a run, at a page's grain")
        yield Figure("face.leak.resident", about, Spread.of([resident]), Sentence("bytes"))


def leaked(run: Callable[[int], None], runs: int) -> tuple[float, float | None]:
    """What stays a run, beyond what the first runs left (caches fill up): whole blocks, bytes.

    Blocks are Python's own count of them, resident memory the system's (None where it does not say).
    Not tracemalloc: of what numba frees behind its back it believes that it stays.
    """
    warm = max(runs // 3, 10)
    for k in range(warm):
        run(k)
    gc.collect()
    blocks, resident = sys.getallocatedblocks(), _resident()
    for k in range(runs):
        run(warm + k)
    gc.collect()
    more = sys.getallocatedblocks() - blocks
    bytes_more = None if resident is None else ((_resident() or 0) - resident) / runs
    return float(max(more, 0) // runs), bytes_more


def _resident() -> int | None:
    try:
        with open("/proc/self/statm", encoding="ascii") as numbers:
            return int(numbers.read().split()[1]) * mmap.PAGESIZE
    except OSError:
        return None


if __name__ == "__main__":
    _print_peak(int(sys.argv[1]))
