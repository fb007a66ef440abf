"""The Mesa face of the Forum: an ordinary ``mesa.Model`` whose agents are windows on the arrays.

The model steps through the same stages as the headless :class:`~gfmd_sim.forum.Forum`, with the
same luck, so both give the same results bit by bit. A :class:`Delegate` holds no state of its own:
it shows, and lets you change, one row of the Forum's arrays.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import mesa
import numpy as np
from numpy.typing import NDArray

from gfmd_sim.errors import SeatingError, Sentence
from gfmd_sim.forum import Forum, RoundtableState
from gfmd_sim.pairs import trust_of
from gfmd_sim.records import Seating, Stage
from gfmd_sim.scenario.agenda import RESOURCES, Roundtable
from gfmd_sim.scenario.files import file_of, load_agenda, load_scenario
from gfmd_sim.scenario.roster import Roster, read_roster
from gfmd_sim.scenario.schema import Scenario
from gfmd_sim.seating.plan_file import read_plan
from gfmd_sim.setup import Setup
from gfmd_sim.streams import Streams


class Delegate(mesa.Agent):  # type: ignore[misc]
    """A window on one delegate's row.

    Override :meth:`after_stage` to give delegates a behaviour of your own, and hand the subclass to
    ``ConsultationModel(..., delegate_class=...)``.
    """

    model: ConsultationModel

    def __init__(self, model: ConsultationModel, row: int) -> None:
        super().__init__(model)
        self.row = row

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.delegate_id}>"

    @property
    def delegate_id(self) -> str:
        """The id in the roster, or the made-up one (``states-0001``)."""
        return self.model.forum.delegates.id[self.row]

    @property
    def group(self) -> str:
        """Stakeholder group."""
        return self.model.forum.delegates.label("group", self.row)

    @property
    def region(self) -> str:
        """Region, empty if unknown."""
        return self.model.forum.delegates.label("region", self.row)

    @property
    def role(self) -> str:
        """Part in migration (origin, transit, destination), empty if unknown."""
        return self.model.forum.delegates.label("role", self.row)

    @property
    def agency(self) -> str:
        """Kind of agency of a state's delegate, else empty."""
        return self.model.forum.delegates.label("agency", self.row)

    @property
    def languages(self) -> list[str]:
        """Working languages, two-letter codes."""
        return self.model.forum.delegates.languages(self.row)

    @property
    def resources(self) -> list[str]:
        """What the delegate can pledge."""
        held = self.model.forum.delegates.resources[self.row]
        return [r for r, has in zip(RESOURCES, held, strict=True) if has]

    @property
    def is_present(self) -> bool:
        """Whether the delegate came to the present consultation."""
        return bool(self.model.forum.attendance[self.row])

    @property
    def n_turns(self) -> int:
        """Turns taken so far, over all sittings."""
        return int(self.model.forum.turns[self.row])

    @property
    def status(self) -> float:
        """Standing at the table; may be set."""
        return float(self.model.forum.delegates.status[self.row])

    @status.setter
    def status(self, value: float) -> None:
        self.model.forum.delegates.status[self.row] = value

    @property
    def susceptibility(self) -> float:
        """How open to movement, 0 to 1; may be set."""
        return float(self.model.forum.delegates.susceptibility[self.row])

    @susceptibility.setter
    def susceptibility(self, value: float) -> None:
        self.model.forum.delegates.susceptibility[self.row] = value

    @property
    def table(self) -> int | None:
        """The table at the present (or last) sitting, from 0; None if not seated."""
        seating = self.model.seating
        if seating is None:
            return None
        table = int(seating.table_of(len(self.model.forum.delegates))[self.row])
        return table if table >= 0 else None

    def support(self, roundtable: int) -> NDArray[np.float64]:
        """Support of each solution of a roundtable, 0 to 1: a view, writing to it changes it."""
        row: NDArray[np.float64] = self.model.forum.roundtables[roundtable].support[self.row]
        return row

    def knows(self, roundtable: int) -> NDArray[np.uint8]:
        """Which accounts the delegate knows at a roundtable: a view, shape (n_accounts,)."""
        row: NDArray[np.uint8] = self.model.forum.roundtables[roundtable].knows[self.row]
        return row

    def trust(self, other: Delegate) -> float:
        """Trust between the two, 0 to 1."""
        return trust_of(self.model.forum.pairs, self.row, other.row)

    def after_stage(self, stage: Stage) -> None:
        """Called after every stage, if a subclass overrides it. Does nothing here."""


class ConsultationModel(mesa.Model):  # type: ignore[misc]
    """The Forum as a Mesa model: one ``step()`` is one stage of the schedule.

    Parameters
    ----------
    scenario
        A scenario, or the name or file of one.
    seed, replicate
        The luck; the same pair is the same run as in every other interface.
    delegate_class
        A subclass of :class:`Delegate` with a behaviour of your own.
    datacollector
        A ``mesa.DataCollector``; it collects after every step.
    agenda, roster
        What the scenario would read from its files, if given here.

    Examples
    --------
    >>> model = ConsultationModel("four-groups", seed=1)
    >>> model.run_until("talk")
    Stage(name='talk', consultation=1, roundtable=1, sitting=1)
    >>> youth = model.agents.select(lambda d: d.group == "youth")
    >>> model.run_model()
    >>> model.running
    False
    """

    def __init__(
        self,
        scenario: Scenario | str = "gfmd-2024-25",
        seed: int = 0,
        replicate: int = 0,
        *,
        delegate_class: type[Delegate] = Delegate,
        datacollector: mesa.DataCollector | None = None,
        agenda: Mapping[int, Roundtable] | None = None,
        roster: Roster | None = None,
    ) -> None:
        # Mesa's own generator is seeded for whoever uses it; the Forum's luck is in its streams.
        super().__init__(rng=[seed, replicate])
        if isinstance(scenario, str):
            scenario = load_scenario(scenario)
        if roster is None and scenario.population.roster is not None:
            roster = read_roster(
                file_of(scenario.population.roster), groups=list(scenario.population.groups)
            )
        plan = scenario.seating.plan
        self.settings = scenario
        self.forum = Forum(
            Setup.of(
                scenario,
                load_agenda(scenario) if agenda is None else agenda,
                roster,
                None if plan is None else read_plan(file_of(plan)),
            ),
            Streams(seed, replicate),
        )
        for row in range(len(self.forum.delegates)):
            delegate_class(self, row)
        _forget_counter(self)
        self._has_behaviour = delegate_class.after_stage is not Delegate.after_stage
        self.datacollector = datacollector
        self.stage: Stage | None = None

    # -- stepping --------------------------------------------------------------------------------

    def step(self) -> None:
        """Carry out the next stage; the model stops running after the last one."""
        if self.forum.is_over:
            self.running = False
            return
        self.stage = self.forum.step()
        if self._has_behaviour:
            self.agents.do("after_stage", self.stage)
        if self.datacollector is not None:
            self.datacollector.collect(self)
        self.running = not self.forum.is_over

    def run_model(self) -> None:
        """Carry out all remaining stages."""
        while self.running:
            self.step()

    @property
    def next_stage(self) -> Stage | None:
        """The stage that the next step carries out; None if the Forum is over."""
        forum = self.forum
        return None if forum.is_over else forum.stages[forum.next_stage]

    def run_until(
        self,
        name: str,
        consultation: int | None = None,
        roundtable: int | None = None,
        sitting: int | None = None,
    ) -> Stage | None:
        """Run up to, and not including, the next stage of that name; returns it, None if none."""
        while self.running and (stage := self.next_stage) is not None:
            asked = (consultation, roundtable, sitting)
            here = (stage.consultation, stage.roundtable, stage.sitting)
            if stage.name == name and all(
                a is None or a == h for a, h in zip(asked, here, strict=True)
            ):
                return stage
            self.step()
        return None

    # -- looking ---------------------------------------------------------------------------------

    def state(self, roundtable: int) -> RoundtableState:
        """Support, anchors, knowledge and links at one roundtable."""
        return self.forum.roundtables[roundtable]

    @property
    def seating(self) -> Seating | None:
        """Who sits where in the present (or last) sitting; None before the first."""
        seatings = self.forum.archive.seatings
        return next(reversed(seatings.values())) if seatings else None

    def outcomes(self) -> dict[str, float]:
        """All measures of the Forum so far (see :mod:`gfmd_sim.measures.outcome`)."""
        from gfmd_sim.measures.outcome import outcomes

        return outcomes(self.forum)

    # -- moving people ---------------------------------------------------------------------------

    def swap(self, one: Delegate, other: Delegate) -> None:
        """Let two delegates change seats, after a sitting is seated and before it talks.

        Raises
        ------
        SeatingError
            If no sitting waits to talk, or one of them is not seated.
        """
        key, table_of = self._waiting()
        a, b = table_of[one.row], table_of[other.row]
        if min(a, b) < 0:
            raise SeatingError(
                "only delegates who are seated can swap",
                given=f"{one.delegate_id}, {other.delegate_id}",
            )
        table_of[one.row], table_of[other.row] = b, a
        self.forum.archive.seatings[key] = Seating.from_table_of(table_of)

    def move(self, delegate: Delegate, table: int) -> None:
        """Seat a delegate at another table, after a sitting is seated and before it talks.

        Raises
        ------
        SeatingError
            If no sitting waits to talk, there is no such table, or it would leave one empty.
        """
        key, table_of = self._waiting()
        if not 0 <= table <= table_of.max():
            raise SeatingError(
                "there is no such table",
                given=table,
                allowed=Sentence("{low} to {high}", low=0, high=int(table_of.max())),
            )
        here = table_of[delegate.row]
        if here >= 0 and (table_of == here).sum() == 1 and here != table:
            raise SeatingError("nobody would be left at the table", given=delegate.delegate_id)
        table_of[delegate.row] = table
        self.forum.archive.seatings[key] = Seating.from_table_of(table_of)

    def _waiting(self) -> tuple[tuple[int, int, int], NDArray[np.int32]]:
        stage = self.next_stage
        if stage is None or stage.name != "talk":
            raise SeatingError(
                "delegates can be moved between seating and talk only",
                given="the Forum is over" if stage is None else f"next: {stage}",
                remedy='run the model up to there: model.run_until("talk")',
            )
        key = (stage.consultation, stage.roundtable, stage.sitting)
        return key, self.forum.archive.seatings[key].table_of(len(self.forum.delegates))


def _forget_counter(model: mesa.Model) -> None:
    """Mesa 3.3 keeps every model for ever in ``Agent._ids`` (mesa #3179); all ids are given out."""
    counters: Any = getattr(mesa.Agent, "_ids", None)
    if counters is not None:
        counters.pop(model, None)
