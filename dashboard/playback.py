"""A run of the Forum as something to look at: one roundtable's scenes, turn by turn.

A pure function of a Forum that has not begun; what comes back is plain data for JSON.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from gfmd_sim.forum import Forum, RoundtableState
from gfmd_sim.language import dates, translator
from gfmd_sim.measures.outcome import HEADLINES, outcomes
from gfmd_sim.measures.spread import convergence
from gfmd_sim.partnering.willingness import p_willing
from gfmd_sim.records import Stage
from gfmd_sim.reports.look import group_mark
from gfmd_sim.reports.run_figures import reason_words
from gfmd_sim.reports.words import KINDS as KIND_WORDS
from gfmd_sim.reports.words import group_labels, said, spoken_name
from gfmd_sim.scenario.agenda import KINDS, Language
from gfmd_sim.setup import SUMMIT

FloatArray = NDArray[np.float64]
MAX_PAIRED = 240  # delegates whose pairs are looked at for the curve of willingness
MAX_SHOWN = 30  # learners are one bit a seat


class _Camera:
    """Watches a Forum at one roundtable."""

    def __init__(self, forum: Forum, roundtable: int) -> None:
        self.number = roundtable
        self.state: RoundtableState = forum.roundtables[roundtable]
        self.scenes: list[dict[str, Any]] = []
        self.support: list[list[int]] = []
        self.curve: list[dict[str, float]] = []
        self._knew = self.state.knows.sum(axis=1)
        self._joined = forum.delegates.joined.copy()
        self._snap(forum)

    def _snap(self, forum: Forum) -> int:
        x = self.state.support
        who = slice(0, forum.n_consulted)
        split = convergence(self.state.start[who], x[who], forum.delegates.group[who])
        self.support.append(np.rint(100 * x[who]).astype(int).ravel().tolist())
        self.curve.append(
            {
                "convergence": round(float(np.nan_to_num(split.total)), 4),
                "willing": round(willing_pairs(forum, self.number), 4),
            }
        )
        return len(self.support) - 1

    def _learners(self) -> list[list[int]]:
        """Who learned how many accounts since the last look: [delegate, accounts]."""
        now = self.state.knows.sum(axis=1)
        more = now.astype(int) - self._knew.astype(int)
        self._knew = now
        return [[int(i), int(more[i])] for i in np.flatnonzero(more > 0)]

    def observe(self, forum: Forum, stage: Stage) -> None:
        if stage.roundtable not in (0, self.number):
            return
        watch = getattr(self, "_" + stage.name.replace(" ", "_"), None)
        if watch is not None:
            watch(forum, stage)

    def _turnover(self, forum: Forum, stage: Stage) -> None:
        new = np.flatnonzero(forum.delegates.joined != self._joined)
        self._joined = forum.delegates.joined.copy()
        self._knew = self.state.knows.sum(axis=1)
        self._add("turnover", stage, who=new.tolist(), after=self._snap(forum))

    def _open_with_the_notes(self, forum: Forum, stage: Stage) -> None:
        present = self.state.present
        self._add(
            "open",
            stage,
            present=present[present < forum.n_consulted].tolist(),
            notes=list(forum.setup.opens_with(self.state.topics, stage.consultation)),
            learners=self._learners(),
            after=self._snap(forum) if stage.consultation == SUMMIT else len(self.support) - 1,
        )

    def _endorse(self, forum: Forum, stage: Stage) -> None:
        sitting = self.state.sittings[-1]
        seating, log = sitting.seating, sitting.log
        before = len(self.support) - 1
        tables = [t.tolist() for t in seating.tables()]
        seat_of = {i: k for members in tables for k, i in enumerate(members)}
        mask = (1 << MAX_SHOWN) - 1
        turns = [
            [
                value
                for turn in range(log.speaker.shape[1])
                for value in (
                    seat_of.get(int(log.speaker[t, turn]), -1),
                    int(log.argument[t, turn]),
                    int(log.learners[t, turn]) & mask,
                )
            ]
            for t in range(len(tables))
        ]
        self._learners()
        self._add(
            "sitting",
            stage,
            sitting=stage.sitting,
            tables=tables,
            turns=turns,
            n_turns=int(log.speaker.shape[1]),
            endorsed=[np.flatnonzero(e).tolist() for e in sitting.endorsed],
            before=before,
            after=self._snap(forum),
        )

    def _plenary(self, forum: Forum, stage: Stage) -> None:
        record = forum.archive.plenaries[self.number, stage.consultation]
        self._add(
            "plenary",
            stage,
            reports=[
                [r.sitting, r.table, r.account, r.item, r.group, int(r.is_endorsed)]
                for r in record.reports.rows()
            ],
            learners=self._learners(),
            after=self._snap(forum),
        )

    def _write_the_note(self, forum: Forum, stage: Stage) -> None:
        note = forum.note(self.number, stage.consultation)
        points = note.points() if note is not None else []
        self._add(
            "note",
            stage,
            points=[[p.item, p.n_tables, len(p.accounts)] for p in points],
            after=len(self.support) - 1,
        )

    def _return_to_capitals(self, forum: Forum, stage: Stage) -> None:
        self._add("home", stage, after=self._snap(forum))

    def _adopt_solutions(self, forum: Forum, stage: Stage) -> None:
        self._add("ballot", stage, after=len(self.support) - 1)

    def _measure_stability(self, forum: Forum, stage: Stage) -> None:
        n = forum.n_consulted
        mine = [p for p in forum.archive.partnerships if p.roundtable == self.number]
        self._add(
            "partners",
            stage,
            partnerships=[
                {
                    "solution": p.solution,
                    "members": [int(i) for i in p.members if i < n],
                    "n_groups": p.n_groups,
                    "is_stable": p.is_stable,
                    "is_deliverable": p.is_deliverable,
                }
                for p in mine
            ],
            after=self._snap(forum),
        )

    def _add(self, kind: str, stage: Stage, **what: Any) -> None:
        self.scenes.append({"kind": kind, "consultation": stage.consultation, **what})


@njit(cache=True, nogil=True)
def _willing(who: NDArray[np.int64], pool: Any, p: Any) -> float:
    total, n = 0.0, 0
    for a in range(len(who)):
        for b in range(a + 1, len(who)):
            if pool.group[who[a]] != pool.group[who[b]]:
                total += p_willing(who[a], who[b], 0, pool, p)
                n += 1
    return total / n if n else 0.0


def willing_pairs(forum: Forum, roundtable: int) -> float:
    """Chance that two delegates of different groups would found a partnership now, mean of pairs.

    What they would bring that the other lacks is left out. In a large room every k-th delegate
    stands for the rest.
    """
    every = max(1, -(-forum.n_consulted // MAX_PAIRED))
    who = np.arange(0, forum.n_consulted, every)
    return float(_willing(who, forum.pool(roundtable), forum.setup.partner))


def playback(
    forum: Forum, roundtable: int, language: Language, with_names: bool = True
) -> dict[str, Any]:
    """Run ``forum`` to its end and tell what happened at one of its roundtables.

    Without names, people from a delegate list are called by their ids.

    Returns
    -------
    ``groups, people, solutions, items, accounts`` (item of each account), ``scenes`` in their order,
    ``support`` (snapshots of all delegates x solutions in percent; scenes name theirs in ``after``
    and ``before``), ``curve`` (convergence and willingness at each snapshot), ``outcomes``.
    """
    _ = translator(language)
    camera = _Camera(forum, roundtable)
    forum.observe = camera.observe
    forum.run()
    state, people, n = camera.state, forum.delegates, forum.n_consulted
    topics, groups = state.topics, people.groups
    labels = group_labels(groups, forum.scenario, language)
    regions = forum.scenario.population.regions
    plans = topics.roundtable.consultations
    return {
        "scenario": forum.scenario.name,
        "roundtable": {
            "number": roundtable,
            "title": topics.roundtable.title.in_(language),
            "dates": [dates(c.dates, language) for c in plans],
            "purpose": [c.purpose.in_(language) for c in plans],
        },
        "groups": [
            {
                "id": g,
                "label": labels[g],
                "colour": (mark := group_mark(g, groups)).colour,
                "shape": mark.shape,
                "letter": mark.letter,
            }
            for g in groups
        ],
        "people": {
            "id": list(people.id[:n]),
            "name": [
                (entry.name if with_names and (entry := forum.setup.people.entries[i]) else None)
                or spoken_name(
                    people.id[i], groups[people.group[i]], labels[groups[people.group[i]]]
                )
                for i in range(n)
            ],
            "group": people.group[:n].tolist(),
            "region": [
                spec.label.in_(language) if (spec := regions.get(name)) and spec.label else name
                for name in (people.label("region", i) for i in range(n))
            ],
            "turns": forum.turns[:n].tolist(),
        },
        "kinds": [said(KIND_WORDS, k, language) for k in KINDS],
        "items": [
            [int(topics.item_kind[i]), e.label.in_(language), e.text.in_(language)]
            for i, e in enumerate(topics.entries)
        ],
        "accounts": topics.item.tolist(),
        "per_item": forum.scenario.population.accounts_per_item,
        "solutions": [
            {
                "label": topics.roundtable.solutions[s.index].label.in_(language),
                "is_balloted": s.is_balloted,
                "is_adopted": s.is_adopted,
                "approval": round(s.approval, 4),
                "reason": reason_words(s.reason, forum.scenario, language),
            }
            for s in forum.archive.solutions
            if s.roundtable == roundtable
        ],
        "n_solutions": topics.n_solutions,
        "approval": forum.scenario.adoption.approval,
        "need": forum.scenario.adoption.share_overall,
        "scenes": camera.scenes,
        "support": camera.support,
        "curve": camera.curve,
        "outcomes": {name: round(v, 4) for name, v in outcomes(forum).items() if name in HEADLINES},
    }
