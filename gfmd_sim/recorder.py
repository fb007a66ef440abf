"""Tidy rows of a run: what happened, table by table, for files, plots and the dashboard.

A :class:`Recorder` watches a Forum stage by stage; the functions below it turn a finished Forum's
archive into frames. Column names are stable; numbers of consultations, roundtables and sittings
count from 1, tables and seats too. Personal names are never written: ids and groups are.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gfmd_sim.cells import neutral
from gfmd_sim.forum import Forum, RoundtableState
from gfmd_sim.measures.encounters import count_encounters
from gfmd_sim.measures.spread import icc1, split_variance
from gfmd_sim.pairs import AllPairs, total_first_trust, total_trust
from gfmd_sim.records import Seating, Stage
from gfmd_sim.scenario.agenda import RESOURCES
from gfmd_sim.setup import SUMMIT
from gfmd_sim.talk.kernel import MAX_LOGGED_SEATS

Frame = pd.DataFrame
_WATCHED = frozenset({"endorse", "plenary", "return to capitals", "measure stability"})


class Recorder:
    """Watches a Forum: pass :meth:`observe` as its ``observe``.

    Parameters
    ----------
    trace
        Also keep every delegate's support at the start and after every sitting, and every turn.
    """

    def __init__(self, trace: bool = False) -> None:
        self.trace = trace
        self._trajectory: list[dict[str, object]] = []
        self._delegates: list[Frame] = []
        self._turns: list[Frame] = []
        self._joined = b""
        self._at_first = 0.0

    def start(self, forum: Forum) -> None:
        """Record the state before the first stage."""
        for number, state in forum.roundtables.items():
            self._note(forum, Stage("start", 0, number), number, state)

    def observe(self, forum: Forum, stage: Stage) -> None:
        """Record the state after a stage."""
        if stage.name not in _WATCHED:
            return
        if stage.roundtable:
            self._note(forum, stage, stage.roundtable, forum.roundtables[stage.roundtable])
            if self.trace and stage.name == "endorse":
                self._turns.append(turns_of_sitting(forum, stage))
        else:
            for number, state in forum.roundtables.items():
                self._note(forum, stage, number, state)

    def _note(self, forum: Forum, stage: Stage, number: int, state: RoundtableState) -> None:
        n = forum.n_consulted
        x, group = state.support[:n], forum.delegates.group[:n]
        size = np.bincount(group, minlength=len(forum.delegates.groups)).astype(float)
        sums = np.zeros((len(size), x.shape[1]))
        np.add.at(sums, group, x)
        means = sums / np.maximum(size, 1.0)[:, None]
        centre = x.mean(axis=0)
        row: dict[str, object] = {
            "consultation": stage.consultation,
            "roundtable": number,
            "sitting": stage.sitting,
            "stage": stage.name,
            "variance": float(x.var(axis=0).mean()),
            "variance_between_groups": float(
                ((size / n)[:, None] * (means - centre) ** 2).sum(axis=0).mean()
            ),
            "mean_support": float(x.mean()),
            "knowledge": float(state.knows[:n].mean()) if state.knows.size else float("nan"),
            "mean_trust": self._total_trust(forum) / max(n * (n - 1), 1),
            "pairs_met": count_encounters(forum.pairs, group, n).distinct,
            "endorsements": int(state.sittings[-1].endorsed.sum()) if state.sittings else 0,
        }
        if stage.name == "endorse":
            row |= _by_table(state, state.sittings[-1].seating)
        for g, name in enumerate(forum.delegates.groups):
            row[f"support.{name}"] = float(means[g].mean()) if size[g] else float("nan")
        self._trajectory.append(row)
        if self.trace and stage.name != "plenary":
            self._delegates.append(support_frame(forum, stage, number, state))

    def _total_trust(self, forum: Forum) -> float:
        """Trust over all ordered pairs of the consulted; all pairs' luck is drawn once a turnover."""
        if isinstance(forum.pairs, AllPairs):
            at_first = 0.0
        else:
            joined = forum.delegates.joined.tobytes()
            if joined != self._joined:
                self._joined = joined
                self._at_first = total_first_trust(forum.first_trust, forum.n_consulted)
            at_first = self._at_first
        return total_trust(forum.pairs, forum.n_consulted, at_first)

    @property
    def trajectory(self) -> Frame:
        """Measures by stage: consultation, roundtable, sitting, stage, variance, ..."""
        return pd.DataFrame(self._trajectory)

    @property
    def delegates(self) -> Frame:
        """Support of every delegate for every solution, at the start and after every sitting."""
        return pd.concat(self._delegates, ignore_index=True) if self._delegates else Frame()

    @property
    def turns(self) -> Frame:
        """Every turn: who spoke, which account of which item, how many took it up, and who."""
        return pd.concat(self._turns, ignore_index=True) if self._turns else Frame()


def _by_table(state: RoundtableState, seating: Seating) -> dict[str, float]:
    """How far tables differ after a sitting: variance between them, and ICC(1), mean over solutions."""
    seated = np.sort(seating.seat)
    table = seating.table_of(len(state.support))[seated]
    if len(seated) < 2:
        return {"variance_between_tables": float("nan"), "icc_tables": float("nan")}
    x = state.support[seated]
    icc = np.atleast_1d(icc1(x, table))
    return {
        "variance_between_tables": float(np.mean(split_variance(x, table).between)),
        "icc_tables": float(np.nanmean(icc)) if np.isfinite(icc).any() else float("nan"),
    }


def support_frame(forum: Forum, stage: Stage, number: int, state: RoundtableState) -> Frame:
    """Support, anchor and knowledge of every delegate at one roundtable, one row a solution."""
    n, m = state.support.shape
    return Frame(
        {
            "consultation": stage.consultation,
            "roundtable": number,
            "sitting": stage.sitting,
            "stage": stage.name,
            "id": np.repeat(np.array(forum.delegates.id, dtype=object), m),
            "group": np.repeat(_labels(forum, "group"), m),
            "solution": np.tile([s.id for s in state.topics.roundtable.solutions], n),
            "support": state.support.ravel(),
            "anchor": state.anchor.ravel(),
            "n_known": np.repeat(state.knows.sum(axis=1), m),
        }
    )


def _labels(forum: Forum, attribute: str) -> NDArray[np.object_]:
    codes = forum.delegates.code[attribute]
    names = np.array([*forum.delegates.names[attribute], ""], dtype=object)
    return names[codes]  # -1, unknown, is the empty name at the end


def turns_of_sitting(forum: Forum, stage: Stage) -> Frame:
    """The turns of the sitting just held at ``stage``'s roundtable."""
    state = forum.roundtables[stage.roundtable]
    sitting = state.sittings[-1]
    log, seating, ids = sitting.log, sitting.seating, forum.delegates.id
    n_tables, n_turns = log.speaker.shape
    learners = []
    for t in range(n_tables):
        members = seating.seat[seating.start[t] : seating.start[t + 1]][:MAX_LOGGED_SEATS]
        for turn in range(n_turns):
            bits = int(log.learners[t, turn])
            learners.append("|".join(ids[i] for k, i in enumerate(members) if bits >> k & 1))
    argument = log.argument.ravel()
    spoke = argument >= 0
    item = np.where(spoke, state.topics.item[np.maximum(argument, 0)], -1)
    names = np.array([*(e.id for e in state.topics.entries), ""], dtype=object)
    copies = forum.scenario.population.accounts_per_item
    return Frame(
        {
            "consultation": stage.consultation,
            "roundtable": stage.roundtable,
            "sitting": stage.sitting,
            "table": np.repeat(np.arange(1, n_tables + 1), n_turns),
            "turn": np.tile(np.arange(1, n_turns + 1), n_tables),
            "speaker": [ids[i] for i in log.speaker.ravel()],
            "item": names[item],
            "account": np.where(spoke, argument % copies + 1, 0),
            "n_learners": log.n_learners.ravel(),
            "learners": learners,
        }
    )


def seating_frame(forum: Forum) -> Frame:
    """Every seat of every sitting: consultation, roundtable, sitting, table, seat, id, group."""
    groups = _labels(forum, "group")
    ids = np.array(forum.delegates.id, dtype=object)
    parts = []
    for (c, r, s), seating in forum.archive.seatings.items():
        sizes = seating.sizes
        table = np.repeat(np.arange(1, len(sizes) + 1), sizes)
        place = np.arange(len(seating.seat)) - np.repeat(seating.start[:-1], sizes) + 1
        parts.append(
            Frame(
                {
                    "consultation": c,
                    "roundtable": r,
                    "sitting": s,
                    "table": table,
                    "seat": place,
                    "id": ids[seating.seat],
                    "group": groups[seating.seat],
                }
            )
        )
    return pd.concat(parts, ignore_index=True) if parts else Frame()


def seating_csv(forum: Forum, names: Mapping[str, str]) -> str:
    """The seating of the run as a plan in CSV, with a name beside the ids given in ``names``.

    Text is neutralised: no cell starts a formula. ``read_plan`` reads it back.
    """
    frame = seating_frame(forum)
    if names:
        frame["name"] = frame["id"].map(lambda i: names.get(i, ""))
    for column in frame.columns.difference(
        ["consultation", "roundtable", "sitting", "table", "seat"]
    ):
        frame[column] = frame[column].map(neutral)
    return str(frame.to_csv(index=False, lineterminator="\n"))


def people_frame(forum: Forum) -> Frame:
    """The delegates at the end of the run: id, group, region, role, languages, resources."""
    d = forum.delegates
    return Frame(
        {
            "id": list(d.id),
            "group": _labels(forum, "group"),
            "region": _labels(forum, "region"),
            "role": _labels(forum, "role"),
            "agency": _labels(forum, "agency"),
            "gender": _labels(forum, "gender"),
            "languages": ["|".join(d.languages(i)) for i in range(len(d))],
            "resources": [
                "|".join(r for r, has in zip(RESOURCES, held, strict=True) if has)
                for held in d.resources
            ],
            "status": d.status,
            "susceptibility": d.susceptibility,
            "joined": d.joined,
            "turns": forum.turns,
            "sittings": forum.seated,
        }
    )


def solutions_frame(forum: Forum) -> Frame:
    """What became of every solution: balloted, adopted or why not, approval by group."""
    rows = []
    for s in forum.archive.solutions:
        row: dict[str, object] = {
            "roundtable": s.roundtable,
            "solution": s.id,
            "is_balloted": s.is_balloted,
            "is_adopted": s.is_adopted,
            "reason": s.reason,
            "approval": s.approval,
            "mean_support": s.mean_support,
        }
        for g, name in enumerate(forum.delegates.groups):
            row[f"approval.{name}"] = float(s.approval_by_group[g])
        rows.append(row)
    return Frame(rows)


def partnerships_frame(forum: Forum) -> Frame:
    """Every partnership: solution, members, who commits what, delivery chain, stability."""
    ids = forum.delegates.id

    def name(i: int) -> str:
        return ids[i] if i >= 0 else ""

    return Frame(
        [
            {
                "roundtable": p.roundtable,
                "solution": forum.roundtables[p.roundtable]
                .topics.roundtable.solutions[p.solution]
                .id,
                "members": "|".join(ids[i] for i in p.members),
                "groups": "|".join(forum.delegates.label("group", i) for i in p.members),
                "size": len(p.members),
                "n_groups": p.n_groups,
                "commitments": "|".join(
                    f"{ids[c.delegate]}:{RESOURCES[c.resource]}" for c in p.commitments
                ),
                "champion": name(p.champion),
                "proposer": name(p.proposer),
                "implementer": name(p.implementer),
                "funder": name(p.funder),
                "sponsor": name(p.sponsor),
                "is_multistakeholder": p.is_multistakeholder,
                "is_deliverable": p.is_deliverable,
                "is_stable": p.is_stable,
            }
            for p in forum.archive.partnerships
        ],
        columns=[
            "roundtable", "solution", "members", "groups", "size", "n_groups", "commitments", "champion",
            "proposer", "implementer", "funder", "sponsor", "is_multistakeholder",
            "is_deliverable", "is_stable",
        ],
    )  # fmt: skip


def points_frame(forum: Forum) -> Frame:
    """The journey of every account from table to Summit, one row each.

    ``voiced_1`` to ``voiced_3``: mentions by consultation; ``noted_1`` to ``noted_3``: whether that
    consultation's note carries it; ``known_at_start``, ``known_at_end``: share of the delegates.
    """
    parts = []
    copies = forum.scenario.population.accounts_per_item
    for k, (number, state) in enumerate(forum.roundtables.items()):
        t = state.topics
        who = np.flatnonzero(forum.delegates.attends[:, k])
        data: dict[str, object] = {
            "roundtable": number,
            "item": [t.entries[i].id for i in t.item],
            "kind": [t.kind_of(int(i)) for i in t.item],
            "account": np.arange(t.n_accounts) % copies + 1,
            "known_at_start": state.known_at_start,
        }
        for c in range(1, SUMMIT):
            note = forum.note(number, c)
            noted = np.zeros(t.n_accounts, dtype=bool)
            plenary = forum.archive.plenaries.get((number, c))
            reported = np.zeros(t.n_accounts, dtype=bool)
            if plenary is not None:
                reported[plenary.accounts] = True
            if note is not None:
                noted[note.accounts] = True
            data[f"voiced_{c}"] = state.voiced[c - 1]
            data[f"reported_{c}"] = reported
            data[f"noted_{c}"] = noted
        data["known_at_end"] = state.knows[who].mean(axis=0)
        raised = state.n_raised.sum(axis=0)
        groups = np.array([*forum.delegates.groups, ""], dtype=object)
        data["raised_most_by"] = groups[np.where(raised.sum(axis=1) > 0, raised.argmax(axis=1), -1)]
        parts.append(Frame(data))
    return pd.concat(parts, ignore_index=True)


def frames_of(forum: Forum, recorder: Recorder | None = None) -> Mapping[str, Frame]:
    """All frames of a finished run, by file name without ending."""
    frames = {
        "seating": seating_frame(forum),
        "solutions": solutions_frame(forum),
        "partnerships": partnerships_frame(forum),
        "points": points_frame(forum),
        "people": people_frame(forum),
    }
    if recorder is not None:
        frames["trajectory"] = recorder.trajectory
        if recorder.trace:
            frames["delegates"] = recorder.delegates
            frames["turns"] = recorder.turns
    return frames
