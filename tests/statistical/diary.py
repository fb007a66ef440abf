"""Everything that happens in a Forum, told by people's ids and not by their places in a list."""

from __future__ import annotations

from typing import Any

import numpy as np

from gfmd_sim.forum import Forum
from gfmd_sim.records import Stage
from gfmd_sim.talk.kernel import TalkLog

TableTalk = tuple[frozenset[str], tuple[tuple[str, int, frozenset[str]], ...]]


def talk_of(ids: tuple[str, ...], members: np.ndarray, log: TalkLog, t: int) -> TableTalk:
    """Who sat at table ``t``; turn by turn who said what, and who took it up."""
    names = [ids[i] for i in members]
    turns = []
    for speaker, account, bits in zip(
        log.speaker[t], log.argument[t], log.learners[t], strict=True
    ):
        learners = frozenset(n for k, n in enumerate(names) if int(bits) >> k & 1)
        turns.append((ids[speaker] if speaker >= 0 else "", int(account), learners))
    return frozenset(names), tuple(turns)


class Diary:
    """Watches a Forum: every table's talk, by (consultation, roundtable, sitting)."""

    def __init__(self, forum: Forum) -> None:
        self.forum = forum
        self.talk: dict[tuple[int, int, int], list[TableTalk]] = {}
        forum.observe = self.observe

    def observe(self, forum: Forum, stage: Stage) -> None:
        if stage.name == "talk":
            record = forum.roundtables[stage.roundtable].sittings[-1]
            ids = forum.delegates.id
            self.talk[stage.consultation, stage.roundtable, stage.sitting] = [
                talk_of(ids, members, record.log, t)
                for t, members in enumerate(record.seating.tables())
            ]

    def numbers(self, without: frozenset[str] = frozenset()) -> dict[str, np.ndarray]:
        """Support, trust and the like, rows in the order of the ids."""
        ids = np.array(self.forum.delegates.id)
        order = np.argsort(ids)
        order = order[~np.isin(ids[order], sorted(without))]
        square = np.ix_(order, order)
        out = {"trust": self.forum.trust[square]}
        for number, s in self.forum.roundtables.items():
            out[f"support.{number}"] = s.support[order]
            out[f"anchor.{number}"] = s.anchor[order]
            out[f"start.{number}"] = s.start[order]
        return out

    def counts(self, without: frozenset[str] = frozenset()) -> dict[str, Any]:
        """All that is whole or by name: knowledge, meetings, talk, notes, votes, partnerships."""
        forum = self.forum
        ids = np.array(forum.delegates.id)
        order = np.argsort(ids)
        order = order[~np.isin(ids[order], sorted(without))]
        out: dict[str, Any] = {
            "meetings": forum.meetings[np.ix_(order, order)],
            "turns": forum.turns[order],
            "joined": forum.delegates.joined[order],
            "resources": forum.delegates.resources[order],
            "status": forum.delegates.status[order],
            "languages": forum.delegates.language[order],
            "talk": {key: set(tables) for key, tables in self.talk.items()},
            "notes": {
                key: (note.items.tolist(), note.accounts.tolist())
                for key, note in forum.archive.notes.items()
            },
            "learned in plenary": {k: p.n_learned for k, p in forum.archive.plenaries.items()},
            "pledges": {k: p.pledges.tolist() for k, p in forum.archive.plenaries.items()},
            "solutions": [
                (s.id, s.is_balloted, s.is_adopted, s.reason, s.approval)
                for s in forum.archive.solutions
            ],
            "partnerships": [
                (
                    p.roundtable,
                    p.solution,
                    p.is_stable,
                    frozenset(ids[list(p.members)].tolist()),
                    *(
                        str(ids[i]) if i >= 0 else ""
                        for i in (p.champion, p.proposer, p.implementer, p.funder, p.sponsor)
                    ),
                )
                for p in forum.archive.partnerships
            ],
        }
        for number, s in forum.roundtables.items():
            out[f"knows.{number}"] = s.knows[order]
            out[f"voiced.{number}"] = s.voiced
            out[f"raised.{number}"] = s.n_raised
            out[f"proposers.{number}"] = [str(ids[i]) if i >= 0 else "" for i in s.first_proposer]
        return out


def assert_same(one: Diary, other: Diary, *, without: frozenset[str] = frozenset()) -> None:
    """Bit for bit the same, whoever is left out."""
    np.testing.assert_equal(one.counts(without), other.counts(without))
    np.testing.assert_equal(one.numbers(without), other.numbers(without))


def assert_same_up_to_rounding(one: Diary, other: Diary) -> None:
    """All that is counted or named is the same; sums were taken in another order."""
    np.testing.assert_equal(one.counts(), other.counts())
    a, b = one.numbers(), other.numbers()
    for name in a:
        np.testing.assert_allclose(a[name], b[name], rtol=0, atol=1e-12, err_msg=name)


def differ(one: Diary, other: Diary) -> bool:
    """Whether anything at all is different."""
    try:
        assert_same(one, other)
    except AssertionError:
        return True
    return False
