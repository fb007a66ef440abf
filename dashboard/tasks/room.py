"""A run to look at, move by move."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from dashboard.futures import changed_seating, differences
from dashboard.language import Words, words
from dashboard.playback import playback
from dashboard.tasks.progress import Progress, Values
from dashboard.tasks.simulators import simulator_of
from gfmd_sim.errors import Sentence, UserError
from gfmd_sim.forum import Forum


def playback_task(values: Values, progress: Progress) -> Iterator[bytes]:
    """A run as JSON; with ``change`` both futures and what differs; names from a list unless unwanted."""
    simulator = simulator_of(values)
    seed, replicate, roundtable = values["seed"], values["replicate"], values["roundtable"]
    if roundtable not in simulator.scenario.roundtables:
        raise UserError(
            "this scenario has no such roundtable",
            given=roundtable,
            allowed=", ".join(map(str, simulator.scenario.roundtables)),
        )

    def make() -> Forum:
        return simulator.forum({}, seed, replicate)

    said = words(values.get("says", values["language"]))
    with_names = values.get("with_names", True)
    told = playback(make(), roundtable, values["language"], with_names)
    told["finding"] = finding(told, said)
    change = values.get("change")
    if change:
        key = (change["consultation"], roundtable, change["sitting"])
        try:
            seating = changed_seating(
                make, key, change["one"], change.get("other"), change.get("table")
            )
        except ValueError as error:
            why = Sentence(str(error))
            raise UserError(Sentence("This move cannot be made: {why}.", why=why)) from None
        forum = make()
        forum.seat_plan[key] = seating
        other = playback(forum, roundtable, values["language"], with_names)
        other["finding"] = finding(other, said)
        told = {"future": other, "differences": differences(told, other)}
    yield json.dumps(told, separators=(",", ":"), ensure_ascii=False).encode()


def finding(told: Mapping[str, Any], said: Words) -> str:
    """What happened at the roundtable shown, in a sentence."""
    adopted = sum(s["is_adopted"] for s in told["solutions"])
    made = [s for s in told["scenes"] if s["kind"] == "partners"]
    n = len(made[-1]["partnerships"]) if made else 0
    end = told["curve"][-1]["convergence"]
    if end > 0.02:
        drew = said("Support draws together by {share}", share=said.percent(end))
    else:
        drew = said("Support does not draw together")
    votes = said.many(
        "{adopted} of {n} solution is adopted",
        "{adopted} of {n} solutions are adopted",
        len(told["solutions"]),
        adopted=said.number(adopted, 0),
    )
    founded = said.many("{n} partnership forms", "{n} partnerships form", n)
    return said("{drew}; {votes}; {founded}", drew=drew, votes=votes, founded=founded)
