"""Whether a request is well formed: shapes, numbers, names. Not whether a plan exists."""

from __future__ import annotations

from gfmd_sim.seating.search.problem import MAX_SITTINGS, MAX_TABLE, SeatingProblem, refuse


def validate(problem: SeatingProblem) -> None:
    """Shapes, numbers and names; not whether a plan exists.

    Raises
    ------
    SeatingError
        With what was given, what is allowed and what to do.
    """
    n, sittings = problem.n, problem.n_sittings
    if n < 2:
        raise refuse("a seating plan needs delegates", given=n, allowed="two or more")
    if len(set(problem.ids)) != n:
        twice = sorted({i for i in problem.ids if problem.ids.count(i) > 1})
        raise refuse("delegates' ids must be distinct", given=twice, remedy="rename one of them")
    if not 1 <= sittings <= MAX_SITTINGS:
        raise refuse("the number of sittings is out of range", given=sittings, allowed="1 to 30")
    if problem.names is not None and len(problem.names) != n:
        raise refuse("there must be a name for each delegate", given=len(problem.names))
    if problem.languages and len(problem.languages) != n:
        raise refuse("there must be languages for each delegate", given=len(problem.languages))
    for attribute, values in problem.attributes.items():
        if len(values) != n:
            raise refuse(
                f"attribute '{attribute}' must have a value for each delegate",
                given=len(values),
                allowed=str(n),
            )
        if not any(values):
            raise refuse(
                f"attribute '{attribute}' is empty: no delegate has a value",
                key=attribute,
                remedy="fill in the column, or leave it out of the attributes to balance",
            )
    for attribute, weight in problem.weights.items():
        if attribute not in problem.attributes:
            raise refuse(
                "a weight is given for an attribute that is not there",
                given=attribute,
                allowed=", ".join(problem.attributes),
            )
        if not 0 <= weight <= 1000:
            raise refuse(
                f"the weight of '{attribute}' is out of range", given=weight, allowed="0 to 1000"
            )
    across = problem.encounters.across
    if across is not None and across not in problem.attributes:
        raise refuse(
            "encounters are to count across an attribute that is not there",
            given=across,
            allowed=", ".join(problem.attributes),
        )
    there = problem.attendance()
    if there.shape != (sittings, n):
        raise refuse("'present' has the wrong shape", given=there.shape, allowed=f"{(sittings, n)}")
    for r, sizes in enumerate(problem.table_sizes):
        if not sizes or min(sizes) < 1 or max(sizes) > MAX_TABLE:
            raise refuse(
                f"table sizes of sitting {r + 1} are out of range",
                given=sizes,
                allowed=f"1 to {MAX_TABLE}",
            )
        if sum(sizes) != int(there[r].sum()):
            raise refuse(
                f"the tables of sitting {r + 1} do not hold the delegates present",
                given=f"{sum(sizes)} seats in {len(sizes)} tables",
                allowed=f"{int(there[r].sum())} seats",
                remedy="change table sizes or their number",
            )
    people = range(n)
    for group in problem.apart + problem.together:
        if any(i not in people for i in group):
            raise refuse("a group names a delegate who is not on the list", given=group)
    for seat in problem.seats():
        if (
            seat.delegate not in people
            or not 0 <= seat.table < problem.n_tables
            or not (seat.sitting is None or 0 <= seat.sitting < sittings)
        ):
            who = problem.name(seat.delegate) if seat.delegate in people else seat.delegate
            when = "" if seat.sitting is None else f", sitting {seat.sitting + 1}"
            raise refuse(
                "a fixed seat is out of range",
                given=f"{who} at table {seat.table + 1}{when}",
                allowed=f"tables 1 to {problem.n_tables}, sittings 1 to {sittings}",
            )
    for t in problem.capacity:
        if not 0 <= t < problem.n_tables:
            raise refuse("a capacity is given for a table that is not there", given=t)
