"""The Forum: one readable schedule, run headless.

``schedule`` lists the stages by name; :class:`Forum` knows how to carry each of them out. Rules
propose, stages write. The Mesa model steps through the very same stages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.accounts import Links, Topics, draw_links
from gfmd_sim.adoption import approvals
from gfmd_sim.adoption.ballot import count_ballot
from gfmd_sim.compiled import compiled
from gfmd_sim.note import write_note
from gfmd_sim.opinion.consensus import agree_at_tables
from gfmd_sim.opinion.two_channel import argued_support
from gfmd_sim.partnering.stability import stable
from gfmd_sim.partnering.willingness import Pool, as_bits
from gfmd_sim.plenary.tables import SittingRecord, count_mentions
from gfmd_sim.population import (
    draw_delegates,
    draw_knowledge,
    draw_support,
    draw_traits,
    draw_trust,
    support_from_knowledge,
)
from gfmd_sim.records import (
    Archive,
    Commitment,
    Partnership,
    PlenaryRecord,
    Reports,
    Seating,
    Solution,
    Stage,
    SummaryNote,
)
from gfmd_sim.scenario.agenda import RESOURCES
from gfmd_sim.scenario.schema import Scenario
from gfmd_sim.seating.room import Room, table_sizes
from gfmd_sim.setup import SUMMIT, Setup
from gfmd_sim.streams import Decision, Streams, philox, stage_word, unit
from gfmd_sim.talk.kernel import Luck, TalkLog, form_opinions, silence, talk_at_tables
from gfmd_sim.trust import meet_at_tables

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]
ByteArray = NDArray[np.uint8]
Mask = NDArray[np.bool_]

AUTHORITY, FINANCE, DELIVERY = (RESOURCES.index(r) for r in ("authority", "finance", "delivery"))


def schedule(scenario: Scenario) -> list[Stage]:
    """Every stage of the Forum in the order in which it happens."""
    stages = []
    for c in range(1, scenario.process.n_consultations + 1):
        if c > 1:
            stages.append(Stage("turnover", c))
        stages.append(Stage("arrive", c))
        for r in scenario.roundtables:
            stages.append(Stage("open with the notes", c, r))
            for s in range(1, scenario.process.n_sittings + 1):
                stages.append(Stage("seat", c, r, s))
                stages.append(Stage("talk", c, r, s))
                stages.append(Stage("form opinions", c, r, s))
                stages.append(Stage("build trust", c, r, s))
                stages.append(Stage("endorse", c, r, s))
            stages.append(Stage("plenary", c, r))
            stages.append(Stage("write the note", c, r))
        stages.append(Stage("return to capitals", c))
    if not scenario.experimental.skip_summit:
        stages.append(Stage("arrive", SUMMIT))
        for r in scenario.roundtables:
            stages.append(Stage("open with the notes", SUMMIT, r))
        stages.append(Stage("adopt solutions", SUMMIT))
        stages.append(Stage("form partnerships", SUMMIT))
        stages.append(Stage("measure stability", SUMMIT))
    return stages


@dataclass(slots=True)
class RoundtableState:
    """What the delegates think and know at one roundtable, and what has been said there."""

    topics: Topics
    links: Links
    support: FloatArray  # (n, n_solutions)
    anchor: FloatArray  # (n, n_solutions)
    start: FloatArray  # (n, n_solutions) support with which the present holder of a seat began
    knows: ByteArray  # (n, n_accounts)
    learned: ByteArray  # (n, n_accounts) since the last anchor
    age: IntArray  # (n, n_accounts) with a limited memory only
    known_at_start: FloatArray  # (n_accounts,) share of the delegates who knew each account
    voiced: IntArray  # (3, n_accounts) mentions by consultation
    n_raised: IntArray  # (3, n_accounts, n_groups) tables at which a group raised it first
    first_proposer: IntArray  # (n_solutions,) delegate who first voiced an account of it, or -1
    sittings: list[SittingRecord] = field(default_factory=list)  # of the present consultation
    first: Seating | None = None  # of the present consultation's first sitting
    opening: Seating | None = None  # of this roundtable's very first sitting
    present: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int32))


@compiled
def _learn(
    who: IntArray,
    accounts: IntArray,
    p_learn: float,
    key: NDArray[np.uint32],
    person: NDArray[np.uint32],
    stage: int,
    knows: ByteArray,
    learned: ByteArray,
) -> int:
    """Each of ``who`` takes up each of ``accounts`` he lacks with chance ``p_learn``; how many did."""
    n = 0
    for i in who:
        for a in accounts:
            if not knows[i, a]:
                w0, _, _, _ = philox(
                    np.uint64(a),
                    np.uint64(person[i]),
                    np.uint64(stage),
                    np.uint64(key[2]),
                    np.uint64(key[0]),
                    np.uint64(key[1]),
                )
                if unit(w0) < p_learn:
                    knows[i, a] = 1
                    learned[i, a] = 1
                    n += 1
    return n


@compiled
def _argue_alone(
    who: IntArray,
    support: FloatArray,
    anchor: FloatArray,
    learned: ByteArray,
    links: Links,
    susceptibility: FloatArray,
    prior_weight: float,
    argument_weight: float,
) -> None:
    """One step on the argument channel alone: x <- Lambda[(1-gamma) x + gamma f] + (I-Lambda) u."""
    f = np.empty(support.shape[1])
    total = np.empty_like(f)
    for i in who:
        argued_support(
            i, anchor, learned, links.start, links.solution, links.sign, prior_weight, total, f
        )
        lam = susceptibility[i]
        for m in range(support.shape[1]):
            if not np.isnan(f[m]):
                moved = (1.0 - argument_weight) * support[i, m] + argument_weight * f[m]
                support[i, m] = lam * moved + (1.0 - lam) * anchor[i, m]


@compiled
def _tally(
    log: TalkLog,
    mentions: IntArray,
    raised_by: IntArray,
    group: IntArray,
    turns: IntArray,
    uptake: NDArray[np.int64],
    taught: IntArray,
    seat: IntArray,
    start: IntArray,
    voiced: IntArray,
    n_raised: IntArray,
) -> None:
    """Add one sitting's turns, uptake (by group of speaker and learner) and voiced accounts."""
    n_tables, n_turns = log.speaker.shape
    for t in range(n_tables):
        for turn in range(n_turns):
            speaker = log.speaker[t, turn]
            if speaker < 0:
                continue
            turns[speaker] += 1
            taught[speaker] += log.n_learners[t, turn]
            bits = log.learners[t, turn]
            for k in range(min(start[t + 1] - start[t], 64)):
                if (bits >> np.uint64(k)) & np.uint64(1):
                    uptake[group[speaker], group[seat[start[t] + k]]] += 1
        for a in range(mentions.shape[1]):
            if mentions[t, a] > 0:
                voiced[a] += mentions[t, a]
                n_raised[a, group[raised_by[t, a]]] += 1


@compiled
def _endorse(seat: IntArray, start: IntArray, approves: Mask, share: float) -> Mask:
    """Which tables endorse which solutions, shape (n_tables, n_solutions)."""
    out = np.zeros((start.shape[0] - 1, approves.shape[1]), np.bool_)
    for t in range(start.shape[0] - 1):
        n = start[t + 1] - start[t]
        for m in range(approves.shape[1]):
            yes = 0
            for s in range(start[t], start[t + 1]):
                yes += approves[seat[s], m]
            out[t, m] = yes >= share * n - 1e-9
    return out


@compiled
def _note_proposers(
    first: IntArray,
    log: TalkLog,
    person: NDArray[np.uint32],
    item: IntArray,
    first_solution: int,
) -> None:
    """Remember who was the first to voice an account of each solution itself.

    The earliest turn of all tables counts; of two in the same turn, the person with the lower key.
    """
    n_tables, n_turns = log.argument.shape
    is_settled = first >= 0
    for turn in range(n_turns):
        for t in range(n_tables):
            a = log.argument[t, turn]
            if a >= 0 and item[a] >= first_solution:
                m = item[a] - first_solution
                who = log.speaker[t, turn]
                if not is_settled[m] and (first[m] < 0 or person[who] < person[first[m]]):
                    first[m] = who
        is_settled = first >= 0


@compiled
def _gather_pledges(
    seat: IntArray,
    start: IntArray,
    endorsed: Mask,
    approves: Mask,
    resources: Mask,
    needs: Mask,
    group: IntArray,
    n_groups: int,
    endorsements: IntArray,
    pledges: IntArray,
) -> tuple[IntArray, IntArray, IntArray]:
    """Count endorsements and pledges in place; (table, solution, its largest group) of each."""
    most = endorsed.size
    table = np.empty(most, np.int32)
    solution = np.empty(most, np.int32)
    largest = np.empty(most, np.int32)
    n = 0
    for t in range(start.shape[0] - 1):
        size = np.zeros(n_groups, np.int32)
        for s in range(start[t], start[t + 1]):
            size[group[seat[s]]] += 1
        for m in range(endorsed.shape[1]):
            if endorsed[t, m]:
                table[n], solution[n], largest[n] = t, m, np.argmax(size)
                n += 1
                endorsements[m] += 1
                for s in range(start[t], start[t + 1]):
                    if approves[seat[s], m]:
                        for r in range(needs.shape[1]):
                            if needs[m, r] and resources[seat[s], r]:
                                pledges[m, r] += 1
    return table[:n], solution[:n], largest[:n]


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
        self.delegates = draw_delegates(scenario, people, len(self.setup.topics), streams)
        self.trust = draw_trust(scenario, people, streams)
        self.meetings = np.zeros((n, n), dtype=np.uint16)
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
            support = draw_support(scenario, people, topics, everybody, streams)
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
                support=support,
                anchor=support.copy(),
                start=support.copy(),
                knows=knows,
                learned=knows.copy() if limited else np.zeros_like(knows),
                age=age,
                known_at_start=knows[: self.n_consulted].mean(axis=0),
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
        _ACTIONS[stage.name](self, stage)
        self.next_stage += 1
        if self.observe is not None:
            self.observe(self, stage)
        return stage

    def run(self) -> Forum:
        """Carry out all remaining stages; returns itself."""
        while not self.is_over:
            self.step()
        return self

    def steps(self) -> Iterator[Stage]:
        """Carry out the remaining stages one by one."""
        while not self.is_over:
            yield self.step()

    # -- before a consultation -------------------------------------------------------------------

    def _turnover(self, stage: Stage) -> None:
        """Some seats pass to successors, who inherit half of the predecessor's move."""
        share = self.scenario.population.turnover
        people, c = self.setup.people, stage.consultation
        luck = self.streams.uniform(Decision.TURNOVER, people.key, consultation=c)[:, 0]
        leaves = luck < share
        leaves[self.n_consulted :] = False
        who = np.flatnonzero(leaves)
        if len(who) == 0:
            return
        draw_traits(self.scenario, people, self.delegates, who, self.streams, joined=c)
        self._renew_trust(who)
        for number, state in self.roundtables.items():
            moved = state.anchor[who] - state.start[who]
            fresh = draw_support(self.scenario, people, state.topics, who, self.streams, c)
            state.start[who] = fresh
            state.anchor[who] = np.clip(fresh + 0.5 * moved, 0.0, 1.0)
            state.support[who] = state.anchor[who]
            state.knows[who] = draw_knowledge(
                self.scenario, people, state.topics, who, self.streams, c
            )
            state.learned[who] = 0
            readers = who.astype(np.int32)
            for written in range(1, c):
                self._take_up_note(state, number, written, c, readers)

    def _renew_trust(self, who: NDArray[np.intp]) -> None:
        """Successors trust, and are trusted, as anybody of their group is at the start."""
        t, group = self.scenario.trust, self.delegates.group
        for i in who:
            fresh = np.where(group == group[i], t.within_group, t.across_groups)
            self.trust[i, :] = fresh
            self.trust[:, i] = fresh
            self.trust[i, i] = 1.0
            self.meetings[i, :] = 0
            self.meetings[:, i] = 0

    def _arrive(self, stage: Stage) -> None:
        """Who comes to this consultation, or to the Summit."""
        p = self.scenario.population
        luck = self.streams.uniform(
            Decision.NO_SHOW, self.setup.people.key, consultation=stage.consultation
        )[:, 0]
        self.attendance = luck >= p.no_shows
        self.attendance[self._stays_away(stage.consultation)] = False
        if stage.consultation != SUMMIT:
            self.attendance[self.n_consulted :] = False
        for k, state in enumerate(self.roundtables.values()):
            attends = self.delegates.attends[:, k].copy()
            if stage.consultation == SUMMIT:
                attends[self.n_consulted :] = True
            state.present = np.flatnonzero(self.attendance & attends).astype(np.int32)
            state.sittings = []
            state.first = None

    def _stays_away(self, consultation: int) -> IntArray:
        """Those whose roster names no sitting of this consultation; for the Summit, none at all."""
        absent = self.setup.people.absent
        n, last = self.scenario.process.n_sittings, self.scenario.process.n_consultations
        begin, end = (0, last) if consultation == SUMMIT else (consultation - 1, consultation)
        nobody = np.zeros(0, dtype=np.int32)
        sittings = [absent.get(s, nobody) for s in range(begin * n + 1, end * n + 1)]
        return reduce(np.intersect1d, sittings)

    def _open(self, stage: Stage) -> None:
        """The notes so far open the meeting: readers take up what they lack."""
        number, c = stage.roundtable, stage.consultation
        state = self.roundtables[number]
        for written in self.setup.opens_with(state.topics, c):
            luck = self.streams.uniform(
                Decision.NOTE_READ,
                self.setup.people.key,
                consultation=written,
                roundtable=number,
            )[state.present, 0]
            is_new = self.delegates.joined[state.present] > written
            has_read = (luck < self.scenario.note.p_read) | is_new
            self._take_up_note(state, number, written, c, state.present[has_read])
        if c == SUMMIT:
            self._argue(state)

    def _take_up_note(
        self, state: RoundtableState, number: int, written: int, now: int, readers: IntArray
    ) -> None:
        note = self.archive.notes.get((number, written))
        if note is None or len(note.accounts) == 0 or len(readers) == 0:
            return
        _learn(
            readers,
            note.accounts,
            self.scenario.note.p_learn,
            self.streams.key,
            self.setup.people.key,
            stage_word(Decision.NOTE_LEARNING, now, number, written),
            state.knows,
            state.learned,
        )

    def _argue(self, state: RoundtableState) -> None:
        o = self.scenario.opinion
        _argue_alone(
            state.present,
            state.support,
            state.anchor,
            state.learned,
            state.links,
            self.delegates.susceptibility,
            o.prior_weight,
            o.argument_weight,
        )

    # -- a sitting -------------------------------------------------------------------------------

    def _seat(self, stage: Stage) -> None:
        """The seating rule proposes, unless the tables of the first sitting are kept."""
        state = self.roundtables[stage.roundtable]
        key = (stage.consultation, stage.roundtable, stage.sitting)
        present = self._present_at(state, stage)
        if key in self.seat_plan:
            seating = self.seat_plan[key]
        elif self.scenario.process.same_tables and state.first is not None:
            seating = state.first
        elif len(present) == 0:
            seating = Seating.from_tables([])
        else:
            seating = self.setup.seating_rule(self.room(stage, present))
        state.first = state.first or seating
        state.opening = state.opening or seating
        self.archive.seatings[key] = seating

    def _present_at(self, state: RoundtableState, stage: Stage) -> IntArray:
        """Those present in one sitting: a roster may say that somebody comes to some only."""
        through = (stage.consultation - 1) * self.scenario.process.n_sittings + stage.sitting
        absent = self.setup.people.absent.get(through)
        return state.present if absent is None else np.setdiff1d(state.present, absent)

    def room(self, stage: Stage, present: IntArray | None = None) -> Room:
        """What a seating rule may look at before a sitting."""
        state = self.roundtables[stage.roundtable]
        present = self._present_at(state, stage) if present is None else present
        s = self.scenario.seating
        smallest = min(s.table_size[0], len(present))
        plan = self.setup.plan
        return Room(
            present=present,
            sizes=table_sizes(len(present), smallest, s.table_size[1]),
            delegates=self.delegates,
            support=state.support,
            meetings=self.meetings,
            balance=tuple(self.delegates.code[a] for a in s.balance if a in self.delegates.code),
            smallest=smallest,
            largest=s.table_size[1],
            consultation=stage.consultation,
            roundtable=stage.roundtable,
            sitting=stage.sitting,
            first=state.first,
            opening=state.opening,
            plan=plan.at(
                stage.roundtable,
                stage.consultation,
                stage.sitting,
                self.scenario.process.n_sittings,
            )
            if plan is not None
            else None,
            streams=self.streams,
        )

    def _talk(self, stage: Stage) -> None:
        """Every table talks, turn by turn."""
        state = self.roundtables[stage.roundtable]
        c, r, s = stage.consultation, stage.roundtable, stage.sitting
        seating = self.archive.seatings[c, r, s]
        people = self.setup.people
        if self.setup.talk.memory > 0:
            state.age -= self.setup.talk.n_turns  # ages count turns from the sitting's start

        def word(decision: Decision) -> int:
            return stage_word(decision, c, r, s)

        luck = Luck(
            self.streams.key,
            people.key,
            word(Decision.RANK),
            word(Decision.SPEAKER),
            word(Decision.ARGUMENT),
            word(Decision.LEARNING),
            word(Decision.PARTNER),
        )
        log = silence(seating.n_tables, self.setup.talk.n_turns)
        talk_at_tables(
            seating.seat,
            seating.start,
            state.support,
            state.anchor,
            state.knows,
            state.learned,
            state.age,
            self.setup.voiced(state.topics, c, s),
            state.links,
            self.delegates.status,
            self.delegates.language,
            self.trust,
            self.delegates.susceptibility,
            self.setup.given,
            luck,
            self.setup.talk,
            self.setup.opinion,
            log,
        )
        mentions, raised_by = count_mentions(log, state.topics.n_accounts)
        _tally(
            log,
            mentions,
            raised_by,
            self.delegates.group,
            self.turns,
            self.uptake,
            self.taught,
            seating.seat,
            seating.start,
            state.voiced[c - 1],
            state.n_raised[c - 1],
        )
        self.seated[seating.seat] += 1
        self.floor_due[seating.seat] += np.repeat(
            self.setup.talk.n_turns / np.maximum(seating.sizes, 1), seating.sizes
        )
        _note_proposers(
            state.first_proposer,
            log,
            people.key,
            state.topics.item,
            state.topics.first_solution,
        )
        state.sittings.append(
            SittingRecord(
                s,
                seating,
                log,
                mentions,
                raised_by,
                np.zeros((seating.n_tables, state.topics.n_solutions), dtype=bool),
            )
        )

    def _form_opinions(self, stage: Stage) -> None:
        """What was heard moves support, at every table."""
        state = self.roundtables[stage.roundtable]
        sitting = state.sittings[-1]
        seating = sitting.seating
        if self.setup.talk.opinions_every > 0:
            return  # formed turn by turn already
        if self.scenario.opinion.mode == "consensus":
            self._argue_at_tables(state, seating)
            if len(seating.seat) == 0:
                return
            agree_at_tables(
                seating.seat,
                seating.start,
                state.support,
                # of the anchors, so that no table's talk changes how divided another one seems
                state.anchor[np.sort(seating.seat)].std(axis=0),
                self.delegates.susceptibility,
                self.streams.key,
                self.setup.people.key,
                stage_word(
                    Decision.TABLE_AGREES, stage.consultation, stage.roundtable, stage.sitting
                ),
                self.scenario.experimental.consensus_pull,
            )
            return
        form_opinions(
            seating.seat,
            seating.start,
            state.support,
            state.anchor,
            state.learned,
            state.links,
            self.trust,
            self.delegates.susceptibility,
            self.setup.given,
            sitting.log,
            self.setup.opinion,
        )

    def _argue_at_tables(self, state: RoundtableState, seating: Seating) -> None:
        o = self.scenario.opinion
        _argue_alone(
            seating.seat,
            state.support,
            state.anchor,
            state.learned,
            state.links,
            self.delegates.susceptibility,
            o.prior_weight,
            o.argument_weight,
        )

    def _build_trust(self, stage: Stage) -> None:
        """Those who sat together come to know each other."""
        seating = self.roundtables[stage.roundtable].sittings[-1].seating
        meet_at_tables(seating.seat, seating.start, self.trust, self.meetings, self.setup.trust)

    def _endorse(self, stage: Stage) -> None:
        """Tables endorse what enough of their seats approve."""
        state = self.roundtables[stage.roundtable]
        sitting = state.sittings[-1]
        adoption = self.scenario.adoption
        approves = approvals(state.support, state.knows, state.topics, adoption)
        sitting.endorsed[:] = _endorse(
            sitting.seating.seat, sitting.seating.start, approves, adoption.endorsement
        )

    # -- after the sittings ----------------------------------------------------------------------

    def _plenary(self, stage: Stage) -> None:
        """Tables report, the room takes some of it up, and support moves on the arguments alone."""
        number, c = stage.roundtable, stage.consultation
        state = self.roundtables[number]
        p = self.scenario.plenary
        reports = self.setup.plenary_rule(
            state.sittings, state.topics, self.delegates.group, p.points_reported
        )
        endorsements = np.zeros(state.topics.n_solutions, dtype=np.int32)
        pledges = np.zeros((state.topics.n_solutions, len(RESOURCES)), dtype=np.int32)
        is_silent = len(reports.account) == 0
        if c == 3 and not is_silent:
            endorsements, pledges, endorsed = self._report_endorsements(state)
            reports = Reports.join([reports, endorsed])
        n_learned = 0
        if not is_silent:
            n_learned = _learn(
                state.present,
                np.unique(reports.account[reports.account >= 0]),
                p.p_learn,
                self.streams.key,
                self.setup.people.key,
                stage_word(Decision.PLENARY_LEARNING, c, number),
                state.knows,
                state.learned,
            )
            self._argue(state)
        self.archive.plenaries[number, c] = PlenaryRecord(
            number, c, reports, endorsements, pledges, n_learned
        )

    def _report_endorsements(self, state: RoundtableState) -> tuple[IntArray, IntArray, Reports]:
        """What tables endorsed, and what the members who approve would pledge to it."""
        topics = state.topics
        approves = approvals(state.support, state.knows, topics, self.scenario.adoption)
        endorsements = np.zeros(topics.n_solutions, dtype=np.int32)
        pledges = np.zeros((topics.n_solutions, len(RESOURCES)), dtype=np.int32)
        parts = []
        for sitting in state.sittings:
            table, solution, group = _gather_pledges(
                sitting.seating.seat,
                sitting.seating.start,
                sitting.endorsed,
                approves,
                self.delegates.resources,
                topics.needs,
                self.delegates.group,
                len(self.delegates.groups),
                endorsements,
                pledges,
            )
            parts.append(
                Reports(
                    account=np.full(len(table), -1, dtype=np.int32),
                    item=topics.first_solution + solution,
                    sitting=np.full(len(table), sitting.sitting, dtype=np.int32),
                    table=table,
                    group=group,
                    n_voiced=np.zeros(len(table), dtype=np.int32),
                    is_endorsed=np.ones(len(table), dtype=bool),
                )
            )
        return endorsements, pledges, Reports.join(parts)

    def _write_note(self, stage: Stage) -> None:
        """The summary note keeps what its rule chooses of the reports."""
        number, c = stage.roundtable, stage.consultation
        self.archive.notes[number, c] = write_note(
            self.archive.plenaries[number, c].reports,
            self.setup.note_rule,
            self.scenario.note.capacity,
            number,
            c,
        )

    def _return_to_capitals(self, stage: Stage) -> None:
        """Anchors move part of the way; support falls back to them; a new count of learning."""
        rho = self.delegates.anchor_shift[:, None]
        for state in self.roundtables.values():
            state.anchor[:] = (1.0 - rho) * state.anchor + rho * state.support
            state.support[:] = state.anchor
            if self.scenario.experimental.memory is None:
                state.learned[:] = 0

    # -- the Summit ------------------------------------------------------------------------------

    def _adopt(self, stage: Stage) -> None:
        """The solutions that the last note carried are put to the vote."""
        scenario, delegates = self.scenario, self.delegates
        for number, state in self.roundtables.items():
            topics = state.topics
            approves = approvals(state.support, state.knows, topics, scenario.adoption)
            voters = np.zeros(len(delegates), dtype=bool)
            voters[state.present] = True
            ballot = count_ballot(
                approves, voters, delegates.group, delegates.groups, scenario.adoption.small_group
            )
            reasons = self.setup.adoption_rule(ballot, scenario.adoption)
            note = self.archive.notes.get((number, scenario.process.n_consultations))
            carried = set(note.items.tolist()) if note is not None else set()
            for m, solution in enumerate(topics.roundtable.solutions):
                balloted = topics.first_solution + m in carried
                reason = reasons[m] if balloted else "not_balloted"
                self.archive.solutions.append(
                    Solution(
                        roundtable=number,
                        index=m,
                        id=solution.id,
                        is_balloted=balloted,
                        is_adopted=balloted and not reason,
                        approval=float(ballot.overall[m]),
                        approval_by_group=ballot.by_group[:, m],
                        mean_support=float(state.support[state.present, m].mean())
                        if len(state.present)
                        else float("nan"),
                        reason=reason,
                    )
                )

    def pool(self, number: int) -> Pool:
        """Everybody who may found partnerships at a roundtable, and their luck."""
        return Pool(
            self.roundtables[number].support,
            self.trust,
            self.delegates.group,
            as_bits(self.delegates.resources),
            self.streams.key,
            self.setup.people.key,
            stage_word(Decision.WILLING, SUMMIT, number),
        )

    def _form_partnerships(self, stage: Stage) -> None:
        """Adopted solutions find partners, the most approved ones first."""
        spare = np.full(len(self.delegates), self.scenario.partnering.capacity, dtype=np.int32)
        adopted = [s for s in self.archive.solutions if s.is_adopted]
        for s in sorted(adopted, key=lambda s: (-s.approval, s.roundtable, s.index)):
            state = self.roundtables[s.roundtable]
            approves = approvals(state.support, state.knows, state.topics, self.scenario.adoption)
            supporters = state.present[approves[state.present, s.index]]
            rows = self.setup.partnering_rule(
                s.index,
                supporters,
                spare,
                int(state.topics.needs_bits[s.index]),
                self.pool(s.roundtable),
                self.setup.partner,
            )
            for row in rows:
                self.archive.partnerships.append(self._partnership(s, row[row >= 0], state))

    def _partnership(self, s: Solution, members: IntArray, state: RoundtableState) -> Partnership:
        delegates, needs = self.delegates, state.topics.needs[s.index]
        by_support = members[np.argsort(-state.support[members, s.index], kind="stable")]
        is_state = np.array([delegates.label("group", i) == "states" for i in by_support])

        def first(holds: Mask) -> int:
            return int(by_support[holds][0]) if holds.any() else -1

        resources = delegates.resources[by_support]
        sponsor = first(is_state & resources[:, AUTHORITY])
        return Partnership(
            roundtable=s.roundtable,
            solution=s.index,
            champion=int(members[0]),
            members=tuple(members.tolist()),
            covered=needs & delegates.resources[members].any(axis=0),
            commitments=tuple(
                Commitment(i, int(r))
                for i in members.tolist()
                for r in np.flatnonzero(needs & delegates.resources[i])
            ),
            n_groups=len(set(delegates.group[members].tolist())),
            is_stable=True,
            proposer=int(state.first_proposer[s.index]),
            implementer=first(resources[:, DELIVERY]),
            funder=first(resources[:, FINANCE]),
            sponsor=sponsor if sponsor >= 0 else first(is_state),
        )

    def _measure_stability(self, stage: Stage) -> None:
        """Which partnerships nobody would leave for another."""
        settled = []
        for number, state in self.roundtables.items():
            mine = [p for p in self.archive.partnerships if p.roundtable == number]
            if not mine:
                continue
            width = max(len(p.members) for p in mine)
            members = np.full((len(mine), width), -1, dtype=np.int32)
            for k, p in enumerate(mine):
                members[k, : len(p.members)] = p.members
            solution = np.array([p.solution for p in mine], dtype=np.int32)
            holds = stable(
                members, solution, state.topics.needs_bits, self.pool(number), self.setup.partner
            )
            settled += [replace(p, is_stable=bool(s)) for p, s in zip(mine, holds, strict=True)]
        self.archive.partnerships[:] = settled

    def note(self, roundtable: int, consultation: int) -> SummaryNote | None:
        """A summary note, once it is written."""
        return self.archive.notes.get((roundtable, consultation))


_ACTIONS: dict[str, Callable[[Forum, Stage], None]] = {
    "turnover": Forum._turnover,
    "arrive": Forum._arrive,
    "open with the notes": Forum._open,
    "seat": Forum._seat,
    "talk": Forum._talk,
    "form opinions": Forum._form_opinions,
    "build trust": Forum._build_trust,
    "endorse": Forum._endorse,
    "plenary": Forum._plenary,
    "write the note": Forum._write_note,
    "return to capitals": Forum._return_to_capitals,
    "adopt solutions": Forum._adopt,
    "form partnerships": Forum._form_partnerships,
    "measure stability": Forum._measure_stability,
}
