"""docs/performance.md, from what was measured."""

from __future__ import annotations

from tests.benchmarks.speed.figures import Figure, number
from tests.benchmarks.speed.suite import Bench

_HEAD = """\
# Performance

Written by `python3 run.py bench --out DIR --page docs/performance.md`; do not edit. Medians, and in
brackets the quartiles, of cases that took turns on one machine. Ratios carry over to other machines
better than times do. What is compared, and how, is in `tests/benchmarks/speed`; nothing of it is a
timed test.

"""

_NOTES = """\
## What is compared

- **C**: `tests/benchmarks/speed/sitting.c`, one sitting (talk, opinions, trust) with all mechanisms of
  the flagship scenario, written by hand for speed. Every array that a sitting changes is compared
  after each of the Forum's sittings, bit by bit, before anything is timed.
- **Mesa objects**: `tests/benchmarks/speed/mesa_forum.py`, the whole Forum as one usually writes it
  with Mesa. It computes the five headline measures, the engine all of them. A test holds that both
  agree in distribution.
- **NumPy**: `gfmd_sim/talk/reference.py`, the plain reference that the tests hold the kernels to.
- **Inside compiled code**: from the call of a compiled function in Python to its return, over the same
  run without the clocks that this takes. Time in NumPy's own compiled loops counts as Python. The
  profile is of runs with clocks.
- **Processor time** is compared where one process does the work, wall time where several do and where
  somebody waits.
"""


def page(bench: Bench) -> str:
    """The page as Markdown."""
    parts = [_HEAD]
    if bench.is_quick:
        parts.append("**Measured with `--quick`: to see that it runs, not to quote.**\n\n")
    parts.append("| what | median | quartiles | has to be | |\n|---|---:|---:|---:|---|\n")
    parts += [_row(f) for f in bench.figures]
    if bench.missing:
        parts.append("\nNot measured here:\n\n")
        parts += [f"- {m.about}: {m.reason}\n" for m in bench.missing]
    parts.append("\n## Where the time of one run goes\n\n| | ms a run | share |\n|---|---:|---:|\n")
    whole = dict(bench.profile).get("the whole run", 1.0)
    parts += [
        f"| {name} | {ms:.2f} | {ms / whole:.1%} |\n"
        for name, ms in bench.profile
        if ms >= 0.005 * whole
    ]
    parts.append("\n## Where it was measured\n\n")
    parts += [f"- {name}: {value}\n" for name, value in bench.machine.items()]
    parts.append("\n" + _NOTES)
    return "".join(parts)


def _row(f: Figure) -> str:
    s = f.spread
    unit = f" {f.unit}" if f.unit else ""
    quartiles = "" if s.low == s.high else f"{number(s.low)} to {number(s.high)}"
    kept = {True: "yes", False: "**no**", None: ""}[f.is_kept]
    return f"| {f.about} | {number(s.median)}{unit} | {quartiles} | {f.limit()} | {kept} |\n"
