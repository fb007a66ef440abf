"""Compiling is on nobody's clock: after ``warm_up`` a search asks for no kernel that is not there."""

from __future__ import annotations

import subprocess
import sys

SEARCH = """
import sys
from numba.core.dispatcher import Dispatcher
from gfmd_sim.seating.search import (
    SeatingProblem, anneal, columns, cover, exchange, mixes, moves, plan, redeal, schedule,
    solve, state, turning
)

def there():
    return {
        (module.__name__, name): len(f.signatures)
        for module in (
            anneal, columns, cover, exchange, mixes, moves, plan, redeal, schedule, state, turning
        )
        for name, f in vars(module).items()
        if isinstance(f, Dispatcher)
    }

def ask(n, tables, size, steps=20_000, **more):
    ids = tuple(f"d{i}" for i in range(n))
    sides = {"side": [str(i % 3) for i in range(n)], "part": [str(i % 5) for i in range(n)]}
    solve(SeatingProblem(ids, sides, ((size,) * tables,) * 3, **more), None, seed=0, steps=steps)

if "cold" not in sys.argv:
    plan.warm_up()
before = there()
if "cold" in sys.argv:
    plan.warm_up = lambda: None
ask(20, 4, 5)                                 # mixes, exchanges
ask(25, 5, 5)                                 # a template without repeats
ask(40, 8, 5, together=((0, 1), (2, 3, 4)))   # groups that move as blocks
ask(90, 15, 6, together=((0, 3, 6), (1, 2)), steps=500_000)   # ... and are dealt anew
pairs = tuple((i, i + 1) for i in range(0, 48, 2))
ask(48, 6, 8, together=pairs, steps=500_000)  # ... several tables at once
ids = tuple(f"d{i}" for i in range(30))
solve(SeatingProblem(ids, {}, ((5,) * 6,) * 6), None, steps=1_600_000)   # a plan that turns
ask(420, 60, 7)                               # swaps alone
print(sorted(name for name, n in there().items() if n > before[name]))
"""


def late(*how: str) -> str:
    """The kernels that are compiled, or loaded, only when a search is under way."""
    ran = subprocess.run(
        [sys.executable, "-c", SEARCH, *how], capture_output=True, text=True, check=True
    )
    return ran.stdout.strip()


def test_a_search_waits_for_no_kernel() -> None:
    assert late() == "[]"


def test_the_look_at_kernels_sees_a_late_one() -> None:
    """Negative control: without warming up, the kernels are late."""
    assert "anneal" in late("cold")
