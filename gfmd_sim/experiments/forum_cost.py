"""What a design takes: tables, hosts, interpreters, minutes. Bookkeeping, not a budget."""

from __future__ import annotations

from collections.abc import Mapping

from gfmd_sim.experiments.forum_simulator import ForumSimulator
from gfmd_sim.experiments.simulator import JSON
from gfmd_sim.seating.room import table_sizes


def cost(simulator: ForumSimulator, levers: Mapping[str, JSON]) -> dict[str, float]:
    """What the room and a delegate give for it.

    ``tables``: at once, at a roundtable's consultation; ``hosts``: one a table where part of the
    floor is handed out [A]; ``interpreters``: one a table, times the share interpreted [A];
    ``minutes``: talk at tables for one delegate, over all consultations, a turn being a minute [A].
    """
    setup = simulator.setup(levers)
    s = setup.scenario
    n_roundtables = len(setup.topics)
    attended = min(s.process.roundtables_per_delegate or n_roundtables, n_roundtables)
    there = int(setup.people.n_consulted * attended / n_roundtables)
    tables = len(table_sizes(there, *s.seating.table_size))
    sittings = s.process.n_sittings * s.process.n_consultations * attended
    return {
        "tables": float(tables),
        "hosts": float(tables if s.discussion.facilitation > 0 else 0),
        "interpreters": round(tables * s.discussion.interpretation, 1),
        "minutes": float(s.discussion.n_turns * sittings),
    }
