"""From a delegate list to a seating plan close to its proven bound.

>>> from gfmd_sim.seating.search import SeatingProblem, default_table_sizes, solve
>>> ids = tuple(f"d{i}" for i in range(12))
>>> group = ["states", "civil_society", "youth"] * 4
>>> p = SeatingProblem(ids, {"group": group}, (default_table_sizes(12, 3, 4),) * 2)
>>> solve(p, steps=20_000).excess
0.0
"""

from gfmd_sim.seating.search.check import CheckReport, check
from gfmd_sim.seating.search.clash import Clash
from gfmd_sim.seating.search.feasibility import explain_infeasible
from gfmd_sim.seating.search.front import Front, FrontPoint, pareto
from gfmd_sim.seating.search.plan import small_search, solve, warm_up
from gfmd_sim.seating.search.problem import (
    Encounters,
    FixedSeat,
    PlanResult,
    SeatingProblem,
    default_table_sizes,
)
from gfmd_sim.seating.search.repair import Move, RepairResult, repair

__all__ = [
    "CheckReport",
    "Clash",
    "Encounters",
    "FixedSeat",
    "Front",
    "FrontPoint",
    "Move",
    "PlanResult",
    "RepairResult",
    "SeatingProblem",
    "check",
    "default_table_sizes",
    "explain_infeasible",
    "pareto",
    "repair",
    "small_search",
    "solve",
    "warm_up",
]
