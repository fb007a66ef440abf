"""How long it takes to start: help, the first run ever, a single run afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from gfmd_sim.errors import Sentence
from tests.benchmarks.speed.clock import Spread, race, wall
from tests.benchmarks.speed.figures import Figure

ROOT = Path(__file__).resolve().parents[3]
RUN = str(ROOT / "run.py")

FIRSTS = 5
"""Cold starts that are measured: one alone says little."""


def _python(*arguments: str, cache: str | None = None) -> float:
    """Wall seconds of a Python process; raises if it fails."""
    environment = dict(os.environ)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # users have Python keep what it has read
    if cache is not None:
        environment.pop("NUMBA_CACHE_DIR", None)
        environment |= {"XDG_CACHE_HOME": cache, "LOCALAPPDATA": cache}
        if sys.platform == "darwin":
            environment["NUMBA_CACHE_DIR"] = cache
    return wall(
        lambda: subprocess.run(
            [sys.executable, *arguments], env=environment, cwd=ROOT, check=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
    )  # fmt: skip


def starting(rounds: int, *, with_first: bool) -> Iterator[Figure]:
    """``with_first``: also compile everything anew, in a cache folder of its own."""
    once = ("simulate", "gfmd-2024-25", "--quiet")
    ran = race(
        {
            "bare": lambda: _python("-c", "pass"),
            "help": lambda: _python(RUN, "--help"),
            "simulate": lambda: _python(RUN, *once),
        },
        rounds,
    )
    about = Sentence("{one} against {other}", one="run.py --help", other="python -c pass")
    yield Figure("start.help", about, ran.ratio("help", "bare"), Sentence("times"), at_most=6.0)
    yield Figure(
        "start.bare", Sentence.joined("", ["python -c pass"]), ran.of("bare").times(1e3), "ms"
    )
    about = Sentence("run.py simulate gfmd-2024-25, one run, imports included, wall")
    yield Figure("start.simulate", about, ran.of("simulate"), "s", at_most=1.5)
    if with_first:
        longer = []
        for _ in range(FIRSTS):
            with tempfile.TemporaryDirectory(prefix="gfmd-sim-bench-") as cache:
                first = _python(RUN, *once, cache=cache)
                longer.append(first - _python(RUN, *once, cache=cache))
        about = Sentence("what the first run ever takes longer, to compile")
        yield Figure("start.first", about, Spread.of(longer), "s", at_most=10.0)
