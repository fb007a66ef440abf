"""Whether a request is well formed: shapes, numbers, names. Not whether a plan exists."""

from __future__ import annotations

from gfmd_sim.errors import SeatingError, Sentence
from gfmd_sim.seating.search.problem import MAX_SITTINGS, MAX_TABLE, SeatingProblem


def validate(problem: SeatingProblem) -> None:
    """Shapes, numbers and names; not whether a plan exists.

    Raises
    ------
    SeatingError
        With what was given, what is allowed and what to do.
    """
    n, sittings = problem.n, problem.n_sittings
    if n < 2:
        raise SeatingError("a seating plan needs delegates", given=n, allowed="two or more")
    if len(set(problem.ids)) != n:
        twice = sorted({i for i in problem.ids if problem.ids.count(i) > 1})
        raise SeatingError(
            "delegates' ids must be distinct", given=twice, remedy="rename one of them"
        )
    if not 1 <= sittings <= MAX_SITTINGS:
        raise SeatingError(
            "the number of sittings is out of range", given=sittings, allowed="1 to 30"
        )
    if problem.consultations and sum(problem.consultations) != sittings:
        raise SeatingError(
            "the consultations do not have as many sittings as there are",
            given=problem.consultations,
            allowed=str(sittings),
        )
    if problem.names is not None and len(problem.names) != n:
        raise SeatingError("there must be a name for each delegate", given=len(problem.names))
    if problem.languages and len(problem.languages) != n:
        raise SeatingError(
            "there must be languages for each delegate", given=len(problem.languages)
        )
    for attribute, values in problem.attributes.items():
        if len(values) != n:
            raise SeatingError(
                Sentence("attribute '{name}' must have a value for each delegate", name=attribute),
                given=len(values),
                allowed=str(n),
            )
        if not any(values):
            raise SeatingError(
                Sentence("attribute '{name}' is empty: no delegate has a value", name=attribute),
                key=attribute,
                remedy="fill in the column, or leave it out of the attributes to balance",
            )
    for attribute, weight in problem.weights.items():
        if attribute not in problem.attributes:
            raise SeatingError(
                "a weight is given for an attribute that is not there",
                given=attribute,
                allowed=", ".join(problem.attributes),
            )
        if not 0 <= weight <= 1000:
            raise SeatingError(
                Sentence("the weight of '{name}' is out of range", name=attribute),
                given=weight,
                allowed="0 to 1000",
            )
    across = problem.encounters.across
    if across is not None and across not in problem.attributes:
        raise SeatingError(
            "encounters are to count across an attribute that is not there",
            given=across,
            allowed=", ".join(problem.attributes),
        )
    there = problem.attendance()
    if there.shape != (sittings, n):
        raise SeatingError(
            "'present' has the wrong shape", given=there.shape, allowed=str((sittings, n))
        )
    for r, sizes in enumerate(problem.table_sizes):
        if not sizes or min(sizes) < 1 or max(sizes) > MAX_TABLE:
            raise SeatingError(
                Sentence("table sizes of sitting {sitting} are out of range", sitting=r + 1),
                given=sizes,
                allowed=Sentence("1 to {most}", most=MAX_TABLE),
            )
        if sum(sizes) != int(there[r].sum()):
            raise SeatingError(
                Sentence(
                    "the tables of sitting {sitting} do not hold the delegates present",
                    sitting=r + 1,
                ),
                given=Sentence(
                    "{seats} seats at {tables} tables", seats=sum(sizes), tables=len(sizes)
                ),
                allowed=Sentence("{n} seats", n=int(there[r].sum())),
                remedy="change table sizes or their number",
            )
    people = range(n)
    for group in problem.apart + problem.together:
        if any(i not in people for i in group):
            raise SeatingError("a group names a delegate who is not on the list", given=group)
    for seat in problem.seats():
        if (
            seat.delegate not in people
            or not 0 <= seat.table < problem.n_tables
            or not (seat.sitting is None or 0 <= seat.sitting < sittings)
        ):
            who = problem.name(seat.delegate) if seat.delegate in people else seat.delegate
            raise SeatingError(
                "a fixed seat is out of range",
                given=Sentence("{name} at table {table}", name=who, table=seat.table + 1),
                allowed=Sentence(
                    "tables 1 to {tables}, sittings 1 to {sittings}",
                    tables=problem.n_tables,
                    sittings=sittings,
                ),
            )
    for t in problem.capacity:
        if not 0 <= t < problem.n_tables:
            raise SeatingError("a capacity is given for a table that is not there", given=t)
