"""All that a Forum needs and that does not depend on luck, settled once per scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from gfmd_sim import adoption, note, partnering, plenary
from gfmd_sim.accounts import Topics, topics_of
from gfmd_sim.errors import ScenarioError, Sentence, did_you_mean, nearest
from gfmd_sim.opinion.two_channel import OpinionParameters, opinion_parameters
from gfmd_sim.partnering.willingness import PartnerParameters, partner_parameters
from gfmd_sim.population import People, settle_people
from gfmd_sim.scenario.agenda import KINDS, Roundtable
from gfmd_sim.scenario.roster import Roster
from gfmd_sim.scenario.schema import Scenario
from gfmd_sim.seating.plan_file import PlanTables
from gfmd_sim.seating.room import SeatingRule, table_sizes
from gfmd_sim.seating.rules import RULES as SEATING_RULES
from gfmd_sim.talk.kernel import TalkParameters, talk_parameters
from gfmd_sim.trust import TrustParameters, trust_parameters

T = TypeVar("T")

SUMMIT = 4  # the Summit's number where consultations are counted 1 to 3


def find_rule(rules: Mapping[str, T], name: str, key: str) -> T:
    """The rule of that name.

    Raises
    ------
    ScenarioError
        If there is none; the nearest name is suggested.
    """
    if name not in rules:
        near = nearest(name, rules)
        raise ScenarioError(
            Sentence("there is no rule '{name}'", name=name),
            key=key,
            given=name,
            allowed=", ".join(rules),
            remedy=did_you_mean(near, "choose one of these"),
        )
    return rules[name]


@dataclass(frozen=True)
class Setup:
    """A scenario made ready to run: people, topics, rules and parameters as the kernels take them."""

    scenario: Scenario
    people: People
    topics: tuple[Topics, ...]  # in the order of scenario.roundtables
    seating_rule: SeatingRule
    plenary_rule: plenary.PlenaryRule
    note_rule: note.NoteRule
    adoption_rule: adoption.AdoptionRule
    partnering_rule: partnering.PartneringRule
    plan: PlanTables | None
    talk: TalkParameters
    opinion: OpinionParameters
    trust: TrustParameters
    partner: PartnerParameters
    given: NDArray[np.float64]  # W itself, or no rows
    _voiced: dict[tuple[int, int, int], NDArray[np.float64]] = field(
        default_factory=dict, repr=False, compare=False
    )

    @classmethod
    def of(
        cls,
        scenario: Scenario,
        agenda: Mapping[int, Roundtable],
        roster: Roster | None = None,
        plan: PlanTables | None = None,
    ) -> Setup:
        """Settle a scenario.

        Raises
        ------
        ScenarioError, SeatingError
            If a rule is unknown, a roundtable has no agenda, or people and tables do not fit.
        """
        people = settle_people(scenario, roster)
        missing = [r for r in scenario.roundtables if r not in agenda]
        if missing:
            raise ScenarioError(
                Sentence("roundtable {number} has no agenda", number=missing[0]),
                key="roundtables",
                given=list(scenario.roundtables),
                allowed=", ".join(str(n) for n in sorted(agenda)),
                remedy="leave it out or add its agenda file",
            )
        topics = tuple(topics_of(agenda[r], scenario, people.groups) for r in scenario.roundtables)
        for expected in _expected_attendance(scenario, people):
            table_sizes(int(expected), *scenario.seating.table_size)
        people = replace(people, said_support=_said_support(people, topics))
        return cls(
            scenario=scenario,
            people=people,
            topics=topics,
            seating_rule=find_rule(SEATING_RULES, scenario.seating.rule, "seating.rule"),
            plenary_rule=find_rule(plenary.RULES, scenario.plenary.rule, "plenary.rule"),
            note_rule=find_rule(note.RULES, scenario.note.rule, "note.rule"),
            adoption_rule=find_rule(adoption.RULES, scenario.adoption.rule, "adoption.rule"),
            partnering_rule=find_rule(
                partnering.RULES, scenario.partnering.rule, "partnering.rule"
            ),
            plan=plan,
            talk=talk_parameters(scenario),
            opinion=opinion_parameters(scenario),
            trust=trust_parameters(scenario),
            partner=partner_parameters(scenario),
            given=_given_weights(scenario, len(people)),
        )

    def voiced(self, topics: Topics, consultation: int, sitting: int) -> NDArray[np.float64]:
        """How readily each account is voiced in a sitting, shape (n_accounts,).

        With one question a sitting, the first takes the consultation's first kind of item, the
        second its second, in turn; the other kind is then voiced as readily as out of season, by
        the least weight it has in any consultation. Remembered: not to be written into.
        """
        key = (topics.roundtable.number, consultation, sitting)
        if key not in self._voiced:
            self._voiced[key] = self._weigh_accounts(topics, consultation, sitting)
        return self._voiced[key]

    def _weigh_accounts(
        self, topics: Topics, consultation: int, sitting: int
    ) -> NDArray[np.float64]:
        process = self.scenario.process
        if not process.phases:
            return np.ones(topics.n_accounts)
        weights = np.array(self.scenario.discussion.phase_weights)
        by_kind = weights[consultation - 1].copy()
        questions = topics.roundtable.consultations[consultation - 1].questions
        if process.questions_per_sitting == "one" and len(questions) > 1:
            asked = [KINDS.index(q.kind) for q in questions]
            for place, kind in enumerate(asked):
                if place != (sitting - 1) % len(asked):
                    by_kind[kind] = weights[:, kind].min()
        weight: NDArray[np.float64] = by_kind[topics.kind]
        return weight

    def opens_with(self, topics: Topics, consultation: int) -> tuple[int, ...]:
        """The consultations whose notes open this one (the Summit counts as 4)."""
        carries = self.scenario.note.carries
        so_far = tuple(range(1, min(consultation, self.scenario.process.n_consultations + 1)))
        if carries == "none" or not so_far:
            return ()
        if carries == "all":
            return so_far
        if carries == "last" or consultation == SUMMIT:
            return so_far[-1:]
        plan = topics.roundtable.consultations[consultation - 1].opens_with
        return tuple(n for n in plan if n in so_far)


def _expected_attendance(scenario: Scenario, people: People) -> NDArray[np.float64]:
    """How many delegates each roundtable's consultations expect, shape (n_roundtables,)."""
    attends = people.open[people.group[: people.n_consulted]]
    n_open = np.maximum(attends.sum(axis=1, keepdims=True), 1)
    most = scenario.process.roundtables_per_delegate or attends.shape[1]
    chances = attends * np.minimum(1.0, most / n_open)
    listed = people.listed[: people.n_consulted]
    chances[listed] = people.at[: people.n_consulted][listed]
    expected: NDArray[np.float64] = chances.sum(axis=0)
    return expected + 1e-9  # a whole number stays one


def _given_weights(scenario: Scenario, n: int) -> NDArray[np.float64]:
    given = scenario.experimental.given_weights
    if given is None:
        return np.zeros((0, 0))
    matrix = np.array(given)
    if matrix.shape != (n, n):
        raise ScenarioError(
            "the matrix of influence does not fit the delegates",
            key="experimental.given_weights",
            given=Sentence("{n} rows", n=len(given)),
            allowed=Sentence("{n} rows of {n} numbers", n=n),
        )
    if not np.allclose(matrix.sum(axis=1), 1.0):
        raise ScenarioError(
            "every row of the matrix of influence must add up to 1",
            key="experimental.given_weights",
        )
    return matrix


def _said_support(people: People, topics: tuple[Topics, ...]) -> dict[int, NDArray[np.float64]]:
    """Support that the roster states, by roundtable.

    Raises
    ------
    ScenarioError
        If the roster names a solution that the roundtable's agenda does not have.
    """
    said: dict[int, NDArray[np.float64]] = {}
    by_number = {t.roundtable.number: t for t in topics}
    for i, entry in enumerate(people.entries):
        for (number, solution), value in (entry.support if entry else {}).items():
            if number not in by_number:
                continue  # a roundtable that does not take place in this scenario
            t = by_number[number]
            ids = [s.id for s in t.roundtable.solutions]
            if solution not in ids:
                raise ScenarioError(
                    Sentence(
                        "roundtable {number} has no solution '{solution}'",
                        number=number,
                        solution=solution,
                    ),
                    key=f"support:{number}/{solution}",
                    allowed=", ".join(ids),
                    remedy="mend the column's name",
                )
            table = said.setdefault(number, np.full((len(people), t.n_solutions), np.nan))
            table[i, ids.index(solution)] = value
    return said
