"""Figures of one design's runs: what happened on the way, and what came of it.

Each is a pure function: frames (as ``simulate`` writes them) -> picture, finding, table. Where there
are several replicates, means are shown with the range that nine in ten runs fall into.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from gfmd_sim.language import N_, number, percent, plural, told, translator
from gfmd_sim.reports.figures import WIDTH, DataTable, Figure, tick_labels, wrapped
from gfmd_sim.reports.look import ACCENT, FAINT, INK, LINE, PAPER, SOFT, group_mark
from gfmd_sim.reports.svg import Canvas, Scale, scale_over
from gfmd_sim.reports.words import group_label, spoken_name, upper_first
from gfmd_sim.scenario.agenda import Language, Roundtable
from gfmd_sim.scenario.schema import Scenario
from gfmd_sim.setup import SUMMIT

Agenda = Mapping[int, Roundtable]
HALF = 0.5
RARE = 0.25

STAGES = {
    "start": N_("start"),
    "endorse": N_("sitting {sitting}"),
    "plenary": N_("plenary"),
    "return to capitals": N_("capitals"),
    "measure stability": N_("Summit"),
}

REASONS = {
    "": N_("adopted"),
    "not_balloted": N_("not in the last note: no ballot"),
    "overall": N_("too few approve overall"),
    "rule": N_("the rule adopts nothing"),
}


def _range(values: Sequence[float]) -> tuple[float, float, float]:
    """Mean, and the limits of the middle nine tenths."""
    known = np.array([v for v in values if math.isfinite(v)])
    if len(known) == 0:
        return float("nan"), float("nan"), float("nan")
    low, high = np.quantile(known, [0.05, 0.95])
    return float(known.mean()), float(low), float(high)


def _replicates(frame: pd.DataFrame) -> pd.DataFrame:
    return frame if "replicate" in frame else frame.assign(replicate=0)


# -- how support draws together -------------------------------------------------------------------


def trajectory(frame: pd.DataFrame, language: Language) -> Figure:
    """Spread of support after every stage: all of it, and the part between groups."""
    _ = translator(language)
    frame = _replicates(frame)
    order = {name: k for k, name in enumerate(STAGES)}
    frame = frame.assign(order=frame["stage"].map(order))
    keys = ["consultation", "sitting_at", "order"]
    frame = frame.assign(sitting_at=np.where(frame["stage"] == "endorse", frame["sitting"], 99))
    frame.loc[frame["stage"] == "start", "sitting_at"] = 0
    columns = ["variance", "variance_between_groups"]
    runs = frame.groupby([*keys, "stage", "replicate"], as_index=False)[columns].mean()
    moments = runs[[*keys, "stage"]].drop_duplicates().sort_values(keys).reset_index(drop=True)
    stats = {
        c: [
            _range(runs.loc[(runs[keys] == m[keys]).all(axis=1), c].tolist())
            for _i, m in moments.iterrows()
        ]
        for c in columns
    }
    total = [s[0] for s in stats["variance"]]
    title = _trajectory_title(moments, total, language)
    height = 360.0
    canvas = Canvas(WIDTH, height + 66, title)
    x = Scale(0, max(len(moments) - 1, 1), 70, 860)
    y = scale_over([0, *(s[2] for c in columns for s in stats[c])], height, 20, pad=0.02)
    for value, label in tick_labels(y, language, 5):
        canvas.line(70, y(value), 860, y(value), FAINT, 1)
        canvas.text(58, y(value) + 4, label, size=12.5, colour=SOFT, anchor="end")
    _consultation_bands(canvas, moments, x, height, language)
    for column, colour, words in (
        ("variance", INK, _("all of the spread of support")),
        ("variance_between_groups", ACCENT, _("the part between groups")),
    ):
        rows = stats[column]
        edge = [(x(k), y(r[2])) for k, r in enumerate(rows)]
        edge += [(x(k), y(r[1])) for k, r in reversed(list(enumerate(rows)))]
        canvas.area(edge, "#dfe5eb" if colour == INK else "#cfe3f1")
        canvas.polyline([(x(k), y(r[0])) for k, r in enumerate(rows)], colour, 2.6)
        for k, r in enumerate(rows):
            canvas.mark("circle", x(k), y(r[0]), 3.4, colour, stroke=PAPER, width=1)
        for k, line in enumerate(wrapped(words, 26)):
            canvas.text(874, y(rows[-1][0]) + 5 + 17 * k, line, size=14, colour=colour, weight=600)
    labels = [_moment(m, language) for _k, m in moments.iterrows()]
    rows_out = [
        [label, number(a[0], language, 4), number(a[1], language, 4), number(a[2], language, 4),
         number(b[0], language, 4)]
        for label, a, b in zip(labels, stats["variance"], stats["variance_between_groups"],
                               strict=True)
    ]  # fmt: skip
    header = [_("After"), _("Variance"), _("Low"), _("High"), _("Between groups")]
    return Figure(
        id="trajectory",
        title=title,
        picture=canvas.markup(),
        table=DataTable(header, rows_out),
        caption=_(
            "Variance of support over delegates, mean of all solutions and roundtables, after every "
            "sitting, plenary and return to capitals. Bands hold nine in ten runs."
        ),
    )


def _consultation_bands(
    canvas: Canvas, moments: pd.DataFrame, x: Scale, bottom: float, language: Language
) -> None:
    _ = translator(language)
    for c in sorted(set(moments["consultation"])):
        at = moments.index[moments["consultation"] == c].tolist()
        if c == 0:
            continue
        first, last = x(at[0]) - 16, x(at[-1]) + 16
        canvas.line(first, bottom + 10, last, bottom + 10, INK, 1.4)
        name = _("Summit") if c == SUMMIT else _("Consultation {number}").format(number=int(c))
        canvas.text((first + last) / 2, bottom + 30, name, size=13.5, anchor="middle", weight=600)


def _moment(row: pd.Series, language: Language) -> str:
    _ = translator(language)
    words = _(STAGES[str(row["stage"])]).format(sitting=int(row["sitting_at"]))
    if row["consultation"] in (0, SUMMIT):
        return upper_first(words)
    where = _("Consultation {number}").format(number=int(row["consultation"]))
    return f"{where}, {words}"


def _trajectory_title(moments: pd.DataFrame, total: Sequence[float], language: Language) -> str:
    _ = translator(language)
    if len(total) < 2 or total[0] <= 0:
        return _("The spread of support")
    change = 1 - total[-1] / total[0]
    falls = {}
    before = total[0]
    for c in sorted(set(moments["consultation"]) - {0, SUMMIT}):
        last = moments.index[moments["consultation"] == c][-1]
        falls[int(c)] = before - total[last]
        before = total[last]
    if change <= 0.02 or not falls:
        return _("Support hardly draws together: its spread changes by {change}").format(
            change=percent(-change, language)
        )
    most = max(falls, key=lambda c: falls[c])
    return _("Support draws together by {change}, most of it in consultation {number}").format(
        change=percent(change, language), number=most
    )


# -- what became of the solutions -----------------------------------------------------------------


def solutions(
    frame: pd.DataFrame, scenario: Scenario, agenda: Agenda, language: Language
) -> Figure | None:
    """Approval of every solution at the Summit, overall and by group, and what became of it."""
    if frame.empty:
        return None
    _, n_ = translator(language), plural(language)
    frame = _replicates(frame)
    n_runs = frame["replicate"].nunique()
    groups = [c.removeprefix("approval.") for c in frame.columns if c.startswith("approval.")]
    rows = []
    for key, part in frame.groupby(["roundtable", "solution"], sort=False):
        number_, solution = key
        rows.append((int(str(number_)), str(solution), part))
    usually = sum(bool(part["is_adopted"].mean() > HALF) for _n, _s, part in rows)
    if n_runs == 1:
        balloted = int(frame["is_balloted"].sum())
        title = n_(
            "{n} of {balloted} solutions put to the vote is adopted; {rest} never reach the vote",
            "{n} of {balloted} solutions put to the vote are adopted; {rest} never reach the vote",
            usually,
        ).format(n=usually, balloted=balloted, rest=len(rows) - balloted)
    else:
        never = sum(not part["is_adopted"].any() for _n, _s, part in rows)
        if usually == never == 0:
            title = _("No solution is sure, and none is hopeless: which are adopted changes by run")
        elif usually == len(rows):
            title = _("Every solution is adopted in most runs")
        elif never == 0:
            title = n_(
                "{n} of {all} solutions is adopted in most runs, every other one in some",
                "{n} of {all} solutions are adopted in most runs, every other one in some",
                usually,
            ).format(n=usually, all=len(rows))
        else:
            title = n_(
                "{n} of {all} solutions is adopted in most runs, {never} in none",
                "{n} of {all} solutions are adopted in most runs, {never} in none",
                usually,
            ).format(n=usually, all=len(rows), never=never)
    row_height, head = 26.0, 42.0
    numbers = list(dict.fromkeys(n for n, _s, _p in rows))
    height = 56 + head * len(numbers) + row_height * len(rows)
    canvas = Canvas(WIDTH, height + 30, title)
    x = Scale(0, 1, 330, 760)
    cursor = 0.0
    for g in groups:
        mark = group_mark(g, groups)
        words = group_label(g, scenario, language)
        canvas.mark(mark.shape, cursor + 8, 12, 5.5, mark.colour)
        canvas.text(cursor + 20, 17, words, size=13)
        cursor += 44 + 6.6 * len(words)
    canvas.line(cursor + 8, 4, cursor + 8, 20, INK, 3)
    canvas.text(cursor + 18, 17, _("everybody"), size=13)
    y = 46.0
    need = scenario.adoption.share_overall
    canvas.line(x(need), y - 8, x(need), height - 8, INK, 1, dash="3 3")
    table = []
    for k in numbers:
        title_ = agenda[k].short_title.in_(language) if k in agenda else str(k)
        canvas.text(0, y + 28, f"{k}  {title_}", size=14.5, weight=600)
        y += head
        for n, s, part in rows:
            if n != k:
                continue
            middle = y + row_height / 2
            label = _solution_label(agenda, n, s, language)
            is_adopted = part["is_adopted"].mean() > HALF
            canvas.text(14, middle + 5, wrapped(label, 44, 1)[0], size=13.5,
                        weight=600 if is_adopted else 400)  # fmt: skip
            canvas.line(x(0), middle, x(1), middle, FAINT, 1)
            by = {g: float(part[f"approval.{g}"].mean()) for g in groups}
            known = [v for v in by.values() if math.isfinite(v)]
            if known:
                canvas.line(x(min(known)), middle, x(max(known)), middle, LINE, 3)
            for g, v in by.items():
                if math.isfinite(v):
                    mark = group_mark(g, groups)
                    tip = told(group_label(g, scenario, language), percent(v, language), language)
                    canvas.mark(mark.shape, x(v), middle, 4.6, mark.colour, tip=tip)
            overall, low, high = _range(part["approval"].tolist())
            if math.isfinite(overall):
                canvas.line(x(low), middle, x(high), middle, INK, 1.4)
                canvas.line(x(overall), middle - 10, x(overall), middle + 10, INK, 3)
            fate = _fate(part, n_runs, scenario, language)
            canvas.text(782, middle + 5, fate, size=13, weight=600 if is_adopted else 400,
                        colour=ACCENT if is_adopted else SOFT)  # fmt: skip
            table.append([str(n), label, percent(overall, language), fate,
                          *(percent(by[g], language) for g in groups)])  # fmt: skip
            y += row_height
    for v in (0, 0.25, 0.5, 0.75, 1):
        canvas.text(x(v), height + 18, percent(v, language), size=12.5, colour=SOFT,
                    anchor="middle")  # fmt: skip
    header = [_("Roundtable"), _("Solution"), _("Approval"), _("What became of it"),
              *(group_label(g, scenario, language) for g in groups)]  # fmt: skip
    return Figure(
        id="solutions",
        title=title,
        picture=canvas.markup(),
        table=DataTable(header, table, first_number=4),
        caption=_(
            "Share of the delegates at the Summit who approve. The dashed line is what adoption "
            "takes overall; every group has to carry its share too. The thin lines hold nine in "
            "ten runs."
        ),
    )


def _solution_label(agenda: Agenda, number_: int, solution: str, language: Language) -> str:
    if number_ in agenda:
        for s in agenda[number_].solutions:
            if s.id == solution:
                return s.label.in_(language)
    return solution


def _fate(part: pd.DataFrame, n_runs: int, scenario: Scenario, language: Language) -> str:
    _ = translator(language)
    if n_runs > 1:
        return _("adopted in {share} of runs").format(
            share=percent(float(part["is_adopted"].mean()), language)
        )
    return reason_words(str(part["reason"].iloc[0] or ""), scenario, language)


def reason_words(reason: str, scenario: Scenario, language: Language) -> str:
    """Why a solution was not adopted, in words."""
    _ = translator(language)
    if reason.startswith("group:"):
        group = reason.removeprefix("group:")
        if "+" in group:
            return _("too few approve among the small groups")
        name = group_label(group, scenario, language)
        return _("too few approve among: {group}").format(group=name.lower())
    return _(REASONS[reason]) if reason in REASONS else reason


# -- the journey of the points --------------------------------------------------------------------


def journey(frame: pd.DataFrame, language: Language) -> Figure | None:
    """How many of the points voiced at the first tables get through to the Summit."""
    if frame.empty:
        return None
    _ = translator(language)
    frame = _replicates(frame)
    early = [c for c in (1, 2) if f"voiced_{c}" in frame]
    voiced = frame[[f"voiced_{c}" for c in early]].sum(axis=1) > 0
    reported = voiced & frame[[f"reported_{c}" for c in early]].any(axis=1)
    noted = reported & frame[[f"noted_{c}" for c in early]].any(axis=1)
    again = noted & (frame["voiced_3"] > 0)
    arrived = again & (frame["known_at_end"] >= HALF)
    steps = [
        (_("voiced at a table in consultations 1 and 2"), voiced),
        (_("reported in the plenary"), reported),
        (_("kept in the summary note"), noted),
        (_("voiced again in consultation 3"), again),
        (_("known by half at the Summit"), arrived),
    ]
    rare = frame["known_at_start"] < RARE
    shares = [_range(_shares(mask, voiced, frame["replicate"])) for _w, mask in steps]
    rare_shares = [
        _range(_shares(mask & rare, voiced & rare, frame["replicate"])) for _w, mask in steps
    ]
    losses = [shares[k][0] - shares[k + 1][0] for k in range(len(steps) - 1)]
    worst = int(np.argmax(losses))
    lost_at = [
        _("between table and plenary"), _("between plenary and note"),
        _("between note and consultation 3"), _("between consultation 3 and Summit"),
    ][worst]  # fmt: skip
    title = _("Of 100 points voiced, {n} are known by half at the Summit; most are lost {where}")
    title = title.format(n=number(100 * shares[-1][0], language, 0), where=lost_at)
    row_height, top = 50.0, 26.0
    bottom = top + row_height * len(steps)
    canvas = Canvas(WIDTH, bottom + 34, title)
    x = Scale(0, 1, 330, 900)
    canvas.axis(x, bottom, [(v, percent(v, language)) for v in (0, 0.25, 0.5, 0.75, 1)], top)
    rows = []
    for k, (words, _mask) in enumerate(steps):
        y = top + row_height * (k + 0.5)
        mean, low, high = shares[k]
        canvas.text(0, y + 5, upper_first(words), size=14.5)
        canvas.rect(x(0), y - 13, x(mean) - x(0), 17, ACCENT)
        if math.isfinite(rare_shares[k][0]):
            canvas.rect(x(0), y + 6, x(rare_shares[k][0]) - x(0), 7, "#8fb9d6")
        canvas.line(x(low), y - 4.5, x(high), y - 4.5, INK, 2)
        canvas.text(x(max(mean, high)) + 10, y + 1, percent(mean, language), size=14.5, weight=600)
        rows.append([upper_first(words), percent(mean, language, 1), percent(low, language, 1),
                     percent(high, language, 1), percent(rare_shares[k][0], language, 1)])  # fmt: skip
    header = [_("Step"), _("Share"), _("Low"), _("High"), _("Of rare points")]
    return Figure(
        id="journey",
        title=title,
        picture=canvas.markup(),
        table=DataTable(header, rows),
        caption=_(
            "A point is one account of an item. Thin bars: points that fewer than a quarter of the "
            "delegates held at the start. The thin lines hold nine in ten runs."
        ),
    )


def _shares(part: pd.Series, whole: pd.Series, replicate: pd.Series) -> list[float]:
    """Share of ``whole`` that is also in ``part``, a replicate each; NaN where there is none."""
    parts, wholes = (m.astype(float).groupby(replicate).sum() for m in (part, whole))
    return (parts / wholes.where(wholes > 0)).to_list()


# -- partnerships ---------------------------------------------------------------------------------


def partnerships(
    frame: pd.DataFrame, scenario: Scenario, agenda: Agenda, language: Language
) -> Figure | None:
    """Every partnership of the first replicate: who is in it, and who would deliver."""
    if frame.empty:
        return None
    _, n_ = translator(language), plural(language)
    frame = _replicates(frame)
    mine = frame[frame["replicate"] == frame["replicate"].min()]
    mine = mine.sort_values(["roundtable", "solution"], kind="stable")
    multi, deliver = int(mine["is_multistakeholder"].sum()), int(mine["is_deliverable"].sum())
    title = n_(
        "{n} partnership: {multi} of three groups or more, {deliver} with a chain to deliver",
        "{n} partnerships: {multi} of three groups or more, {deliver} with a chain to deliver",
        len(mine),
    ).format(n=len(mine), multi=multi, deliver=deliver)
    there = {g for groups in mine["groups"] for g in str(groups).split("|")}
    names = [g for g in scenario.population.groups if g in there]
    names += sorted(there - set(names))
    row_height = 34.0
    canvas = Canvas(WIDTH, 62 + row_height * len(mine), title)
    cursor = 0.0
    for g in names:
        mark, words = group_mark(g, names), group_label(g, scenario, language)
        canvas.mark(mark.shape, cursor + 8, 12, 5.5, mark.colour)
        canvas.text(cursor + 20, 17, words, size=13)
        cursor += 44 + 6.6 * len(words)
    first = 336 + 24 * max(str(m).count("|") + 1 for m in mine["members"])
    apart = (WIDTH - first) / 3
    roles = {"implementer": _("implements"), "funder": _("funds"), "sponsor": _("sponsors")}
    columns = [(role, first + k * apart, said) for k, (role, said) in enumerate(roles.items())]
    for at, words in ((312, _("Members")), *((x, w) for _k, x, w in columns)):
        canvas.text(at, 46, upper_first(words), size=13, colour=SOFT)
    table = []
    for k, row in enumerate(mine.to_dict("records")):
        y = 74 + row_height * k
        label = _solution_label(agenda, int(row["roundtable"]), str(row["solution"]), language)
        canvas.line(0, y - row_height / 2, WIDTH, y - row_height / 2, FAINT, 1)
        canvas.text(0, y + 5, f"{row['roundtable']}  {wrapped(label, 42, 1)[0]}", size=13.5)
        ids, groups = str(row["members"]).split("|"), str(row["groups"]).split("|")
        group_of = dict(zip(ids, groups, strict=True))
        said = {
            i: spoken_name(i, g, group_label(g, scenario, language)) for i, g in group_of.items()
        }
        for j, who in enumerate(ids):
            mark = group_mark(group_of[who], names)
            canvas.mark(mark.shape, 320 + 24 * j, y, 7.5, mark.colour, tip=said[who])
        chain = []
        for key, at, words in columns:
            who = str(row.get(key) or "")
            chain.append(f"{words}: {said.get(who, who) or _('nobody')}")
            if who in group_of:
                mark = group_mark(group_of[who], names)
                canvas.mark(mark.shape, at + 8, y, 6, mark.colour, tip=said[who])
                canvas.text(
                    at + 22, y + 5, wrapped(said[who], int((apart - 26) / 6), 1)[0], size=13
                )
            else:
                canvas.text(at, y + 5, who or _("nobody"), size=13, colour=SOFT)
        table.append(
            [
                label,
                ", ".join(said[i] for i in ids),
                ", ".join(group_label(g, scenario, language) for g in groups),
                ", ".join(chain),
                _("stable") if row["is_stable"] else _("not stable"),
            ]
        )
    header = [_("Solution"), _("Members"), _("Groups"), _("Delivery chain"), _("Stability")]
    return Figure(
        id="partnerships",
        title=title,
        picture=canvas.markup(),
        table=DataTable(header, table, first_number=9),
        caption=_(
            "The partnerships of the first replicate; another replicate founds others. Delivery "
            "takes somebody who implements, somebody who funds and a state that sponsors."
        ),
    )
