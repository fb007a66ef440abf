"""A seating plan from Python: a delegate list, what is asked, the search, and the independent checker."""

from pathlib import Path

from gfmd_sim.scenario.roster import read_roster
from gfmd_sim.seating.build import people_of, problem_of
from gfmd_sim.seating.request import request_of
from gfmd_sim.seating.search import check, solve

roster = read_roster(Path(__file__).parents[2] / "scenarios" / "rosters" / "sample.csv")
asked = request_of({"sittings": 3, "table_size": "5-8", "keep_apart": [["D001", "D002"]]})
problem = problem_of(asked, people_of(roster, None))
found = solve(problem, steps=500_000, seed=1)  # seconds=10 in place of steps: until the time is up
judged = check(problem, found.plan)

print(f"{problem.n} delegates, {problem.n_sittings} sittings, {problem.n_tables} tables")
print(f"pairs who meet: {found.distinct} of at most {found.bound_distinct}")
print(f"seats out of balance: {found.excess:g}, at least {found.bound_excess:g} in any plan")
print("proven optimal" if found.is_proven_optimal else f"{100 * found.gap:.1f}% below the bound")
print("constraints broken:", len(judged.violations))
