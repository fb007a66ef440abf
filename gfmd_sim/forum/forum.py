"""One run of the Forum, headless: state in arrays, stages that change it.

Rules propose, stages write. The Mesa model steps through the very same stages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.accounts import draw_links
from gfmd_sim.forum import comings, reporting, sitting, summit
from gfmd_sim.forum.schedule import schedule
from gfmd_sim.forum.state import RoundtableState
from gfmd_sim.pairs import CountArray, FloatArray, all_meetings, all_trust, strangers
from gfmd_sim.partnering.willingness import Pool
from gfmd_sim.population import (
    draw_delegates,
    draw_knowledge,
    draw_support,
    first_trust,
    group_lean,
    share_who_know,
    support_from_knowledge,
)
from gfmd_sim.records import Archive, Seating, Stage, SummaryNote
from gfmd_sim.seating.room import Room
from gfmd_sim.setup import Setup
from gfmd_sim.streams import Decision, Streams

Mask = NDArray[np.bool_]


class Forum:
    """One run of the process: state in arrays, stages that change it, an archive of what came of it.

    Parameters
    ----------
    setup
        The scenario made ready.
    streams
        The luck of this replicate.
    observe
        Called after every stage with the forum and the stage; for recorders.
    """

    def __init__(
        self,
        setup: Setup,
        streams: Streams,
        observe: Callable[[Forum, Stage], None] | None = None,
    ) -> None:
        self.setup = setup
        self.scenario = setup.scenario
        self.streams = streams
        self.observe = observe
        self.stages = schedule(setup.scenario)
        self.next_stage = 0
        self.archive = Archive()
        self.seat_plan: dict[tuple[int, int, int], Seating] = {}
        self._draw_start()

    def _draw_start(self) -> None:
        scenario, people, streams = self.scenario, self.setup.people, self.streams
        n, n_groups = len(people), len(people.groups)
        self.n_consulted = people.n_consulted
        self.delegates = draw_delegates(scenario, people, streams)
        self.balance = self.delegates.codes(scenario.seating.balance)  # as people are now
        self.first_trust = first_trust(scenario, people, self.delegates, streams)
        self.pairs = strangers(self.first_trust)
        self.turns = np.zeros(n, dtype=np.int32)
        self.taught = np.zeros(n, dtype=np.int32)
        self.seated = np.zeros(n, dtype=np.int32)  # sittings attended
        self.floor_due = np.zeros(n)  # turns each would have had, were the floor shared evenly
        self.uptake = np.zeros((n_groups, n_groups), dtype=np.int64)
        self.attendance: Mask = np.ones(n, dtype=bool)
        self.attendance[self.n_consulted :] = False
        self.roundtables: dict[int, RoundtableState] = {}
        everybody = np.arange(n)
        for topics in self.setup.topics:
            links = draw_links(topics, scenario, streams)
            knows = draw_knowledge(scenario, people, topics, everybody, streams)
            lean = group_lean(scenario, people, topics, streams)
            support = draw_support(scenario, people, topics, everybody, lean, streams)
            if scenario.experimental.support_from_knowledge:
                support = support_from_knowledge(support, knows, topics, links)
            limited = scenario.experimental.memory is not None
            age = np.zeros((1, 1), dtype=np.int32)
            if limited:  # what is known at the start was taken up in an order drawn by lot
                luck = streams.uniform(
                    Decision.KNOWS,
                    people.key,
                    topics.n_accounts,
                    roundtable=topics.roundtable.number,
                )
                age = -np.argsort(np.argsort(luck, axis=1), axis=1).astype(np.int32)
            self.roundtables[topics.roundtable.number] = RoundtableState(
                topics=topics,
                links=links,
                lean=lean,
                support=support,
                anchor=support.copy(),
                start=support.copy(),
                knows=knows,
                learned=knows.copy() if limited else np.zeros(knows.shape, dtype=np.uint8),
                age=age,
                known_at_start=share_who_know(knows[: self.n_consulted]),
                voiced=np.zeros((3, topics.n_accounts), dtype=np.int32),
                n_raised=np.zeros((3, topics.n_accounts, n_groups), dtype=np.int32),
                first_proposer=np.full(topics.n_solutions, -1, dtype=np.int32),
            )

    # -- running ---------------------------------------------------------------------------------

    @property
    def is_over(self) -> bool:
        """Whether every stage has been carried out."""
        return self.next_stage >= len(self.stages)

    def step(self) -> Stage:
        """Carry out the next stage and return its name.

        Raises
        ------
        IndexError
            If the Forum is over.
        """
        stage = self.stages[self.next_stage]
        ACTIONS[stage.name](self, stage)
        self.next_stage += 1
        if self.observe is not None:
            self.observe(self, stage)
        return stage

    def run(self) -> Forum:
        """Carry out all remaining stages; returns itself."""
        for _ in range(self.next_stage, len(self.stages)):
            self.step()
        return self

    def steps(self) -> Iterator[Stage]:
        """Carry out the remaining stages one by one."""
        while not self.is_over:
            yield self.step()

    def note(self, roundtable: int, consultation: int) -> SummaryNote | None:
        """A summary note, once it is written."""
        return self.archive.notes.get((roundtable, consultation))

    @property
    def trust(self) -> FloatArray:
        """Trust between all, (n, n): the table itself, or in a large Forum a copy to read."""
        return all_trust(self.pairs)

    @property
    def meetings(self) -> CountArray:
        """How often each two have sat together, (n, n): the table itself, or a copy to read."""
        return all_meetings(self.pairs)

    def room(self, stage: Stage, present: NDArray[np.int32] | None = None) -> Room:
        """What a seating rule may look at before a sitting."""
        return sitting.room(self, stage, present)

    def pool(self, roundtable: int) -> Pool:
        """Everybody who may found partnerships at a roundtable, and their luck."""
        return summit.pool(self, roundtable)


ACTIONS: dict[str, Callable[[Forum, Stage], None]] = {
    "turnover": comings.turnover,
    "arrive": comings.arrive,
    "open with the notes": comings.open_with_notes,
    "seat": sitting.seat,
    "talk": sitting.talk,
    "form opinions": sitting.form_opinions,
    "build trust": sitting.build_trust,
    "endorse": sitting.endorse,
    "plenary": reporting.report_to_plenary,
    "write the note": reporting.write_summary_note,
    "return to capitals": comings.return_to_capitals,
    "adopt solutions": summit.adopt_solutions,
    "form partnerships": summit.form_partnerships,
    "measure stability": summit.measure_stability,
}
