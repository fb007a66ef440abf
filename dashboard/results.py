"""What the workers found, as parts of a page. Pure: answers and words in, parts out."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from dash import html

from dashboard import offer
from dashboard.address import Address
from dashboard.language import N_, Words
from dashboard.pages import compare as compare_page
from dashboard.pages import workshop
from dashboard.views import Shown, block, csv_link, notice, shown, table
from gfmd_sim.experiments.compare import CANNOT_TELL, MATTERS, Comparison
from gfmd_sim.reports.figures import by_group, digits_for, effects, effects_of, interval
from gfmd_sim.reports.findings import findings, measures_of
from gfmd_sim.reports.look import ACCENT, BAND, DOT, FAINT, INK, LINE, PAPER, SOFT, WARM, group_mark
from gfmd_sim.reports.run_figures import journey, partnerships, solutions, trajectory
from gfmd_sim.reports.svg import Canvas, Scale, decimals, scale_over, step_of
from gfmd_sim.reports.words import design_name, group_label, group_labels, measure_words, row_name
from gfmd_sim.scenario.schema import Scenario

Part = Any
WIDTH = 1080.0
HEADLINE = ("convergence", "solutions", "partnerships", "voice", "continuity")


# -- compare --------------------------------------------------------------------------------------


def comparison_of(answer: Mapping[str, Any], words: Words) -> Comparison:
    """A worker's answer as a comparison whose designs are named as people read them."""
    names = {
        str(d): compare_page.label_in_words(str(d), words)
        for d in dict.fromkeys(answer["frame"]["design"])
    }
    frame, runs = answer["frame"].copy(), answer["runs"].copy()
    frame["design"] = frame["design"].map(names)
    runs["design"] = runs["design"].map(names)
    return Comparison(
        frame=frame,
        runs=runs,
        baseline=names[answer["baseline"]],
        level=answer["level"],
        smallest_effects=answer["smallest_effects"],
        lower_is_better=frozenset(),
        seed=answer["seed"],
        n_failed=answer["n_failed"],
    )


def compare_view(
    comparison: Comparison, scenario: Scenario, words: Words, *, is_last: bool, report: str = ""
) -> list[Part]:
    """A comparison: the headline, the verdicts, every measure, the front, who gains and loses."""
    language = words.engine
    found = findings(comparison, language)
    runs = comparison.runs
    labels = [str(d) for d in dict.fromkeys(comparison.frame["design"])]
    parts: list[Part] = [
        html.P(
            words("{scenario}, seed {seed}", scenario=scenario.name, seed=comparison.seed)
            if is_last
            else words("So far; the intervals may be looked at at any time."),
            className="kicker",
        ),
        html.H1(found.headline),
        html.P(found.deck, className="deck"),
        _verdicts(found, words),
        html.P(_best(comparison, words)),
    ]
    if report:
        parts.append(_save(report, "comparison.html", words))
    parts += [block(pareto(comparison, words), words)]
    parts += [
        block(shown(effects(comparison.frame, runs, m, comparison.baseline, language)), words)
        for m in measures_of(comparison)
    ]
    groups = [str(c).removeprefix("voice_share.") for c in runs if "voice_share." in str(c)]
    named = group_labels(groups, scenario, language)
    for prefix in ("voice_share", "approval"):
        figure = by_group(runs, prefix, labels, named, language)
        if figure is not None:
            parts.append(block(shown(figure), words))
    return parts


def _save(report: str, name: str, words: Words) -> Part:
    """The link that saves what is seen as one page."""
    return html.Div(
        html.A(
            words("Save as one offline page"),
            href=report,
            download=name,
            className="button plain",
            **{"data-reload": ""},
        ),
        className="actions noprint",
    )


def _verdicts(found: Any, words: Words) -> Part:
    rows = []
    for label, lines in (
        (words("It matters"), found.matters),
        (words("It does not matter"), found.does_not),
        (words("Cannot tell yet"), found.cannot_tell),
        (words("How sure"), found.how_sure),
    ):
        if lines:
            shown_lines = lines if len(lines) <= 6 else lines[:6]
            items: list[Part] = [html.Li(line) for line in shown_lines]
            if len(lines) > len(shown_lines):
                rest = len(lines) - len(shown_lines)
                items.append(
                    html.Li(words.many("and {n} more: see below", "and {n} more: see below", rest))
                )
            rows += [html.Dt(label), html.Dd(html.Ul(items))]
    return html.Dl(rows, className="words")


def _best(comparison: Comparison, words: Words) -> str:
    """How likely each design is the best in partnerships."""
    rows = comparison.frame[comparison.frame["measure"] == "partnerships"]
    if rows.empty or not rows["p_best"].notna().any():
        return ""
    best = rows.loc[rows["p_best"].idxmax()]
    return words(
        "Chance of being the best in partnerships: {design} {share}.",
        design=design_name(str(best["design"]), words.engine),
        share=words.percent(float(best["p_best"])),
    )


def front_of(points: Mapping[str, tuple[float, float]]) -> list[str]:
    """Designs that no other beats in one measure without losing in the other, left to right."""
    front = [
        d
        for d, (x, y) in points.items()
        if not any(
            (u >= x and v >= y and (u > x or v > y)) for e, (u, v) in points.items() if e != d
        )
    ]
    return sorted(front, key=lambda d: points[d])


def pareto(
    comparison: Comparison, words: Words, across: str = "convergence", up: str = "partnerships"
) -> Shown:
    """Two measures of every design, all runs behind, the front drawn through the means."""
    language, frame, runs = words.engine, comparison.frame, comparison.runs
    xs, ys = effects_of(frame, across), effects_of(frame, up)
    wx, wy = measure_words(across, language), measure_words(up, language)
    points = {
        d: (xs[d].mean, ys[d].mean)
        for d in xs
        if math.isfinite(xs[d].mean) and math.isfinite(ys[d].mean)
    }
    front = front_of(points)
    names = {d: row_name(d, language) for d in points}
    sure = not any(e.verdict == CANNOT_TELL for d in points for e in (xs[d], ys[d]))
    listed = ", ".join(design_name(d, language) for d in front)
    finding = (
        words("Best in both {one} and {other}: {designs}", one=wx.name.lower(),
              other=wy.name.lower(), designs=listed)
        if len(front) == 1
        else words("Not beaten in both {one} and {other}: {designs}", one=wx.name.lower(),
                   other=wy.name.lower(), designs=listed)
    )  # fmt: skip
    if not sure:
        finding = words("{finding} (by the means; not yet sure)", finding=finding)
    height = 470.0
    canvas = Canvas(WIDTH, height + 60, finding)
    good = runs[runs["failure"].isna()] if "failure" in runs else runs
    x = _scale_without_far(good, points, across, 90, 800)
    y = _scale_without_far(good, points, up, height, 40)
    for scale, is_x in ((x, True), (y, False)):
        digits = decimals(step_of(scale.low, scale.high, 5))
        for value in scale.ticks(5):
            text = words.number(value, digits)
            if is_x:
                canvas.line(scale(value), 40, scale(value), height, FAINT)
                canvas.text(
                    scale(value), height + 20, text, size=12.5, colour=SOFT, anchor="middle"
                )
            else:
                canvas.line(90, scale(value), 800, scale(value), FAINT)
                canvas.text(80, scale(value) + 4, text, size=12.5, colour=SOFT, anchor="end")
    canvas.text(800, height + 46, f"{wx.name} →", size=14, anchor="end", weight=600)
    canvas.text(40, 22, f"↑ {wy.name}, {wy.scale}", size=14, weight=600)
    for d in points:
        mine = good[good["design"] == d]
        canvas.dots([(x(a), y(b)) for a, b in zip(mine[across], mine[up], strict=True)], DOT, 3)
    if len(front) > 1:
        canvas.polyline([(x(points[d][0]), y(points[d][1])) for d in front], ACCENT, 2)
    rows = []
    label_y: list[float] = []
    for d in sorted(points, key=lambda d: -points[d][1]):
        px, py = x(points[d][0]), y(points[d][1])
        for low, high, is_x in _mean_limits(good, d, across, up):
            if is_x:
                canvas.line(x(low), py, x(high), py, INK, 2)
            else:
                canvas.line(px, y(low), px, y(high), INK, 2)
        on = d in front
        canvas.mark("diamond" if d == comparison.baseline else "circle", px, py, 7,
                    ACCENT if on else PAPER, tip=names[d])  # fmt: skip
        at = py
        while any(abs(at - other) < 21 for other in label_y):
            at += 3
        label_y.append(at)
        canvas.line(px + 8, py, 822, at, LINE, 1)
        canvas.text(828, at + 5, names[d][:34], size=14.5, weight=700 if on else 400,
                    colour=ACCENT if on else INK)  # fmt: skip
        limits = {is_x: (low, high) for low, high, is_x in _mean_limits(good, d, across, up)}
        rows.append(
            [names[d], words.number(points[d][0], 3), _span(limits.get(True), words),
             words.number(points[d][1], 3), _span(limits.get(False), words),
             words("yes") if on else words("no")]
        )  # fmt: skip
    return Shown(
        id="pareto",
        finding=finding,
        markup=str(canvas.markup()),
        header=[words("Design"), wx.name, words("95% of the mean"), wy.name,
                words("95% of the mean"), words("On the front")],
        rows=rows,
        caption=words(
            "Every dot is a run, far ones at the edge; crosses are the means with their 95% intervals, taken by "
            "themselves; the line joins the designs that none beats in both; the diamond is the "
            "baseline."
        ),
    )  # fmt: skip


def _scale_without_far(
    runs: pd.DataFrame, points: Mapping[str, tuple[float, float]], measure: str, start: float,
    end: float,
) -> Scale:  # fmt: skip
    """A scale for the middle nine tenths of the runs; those beyond are drawn at its edge."""
    values = runs[measure].to_numpy(float)
    values = values[np.isfinite(values)]
    ends = np.quantile(values, [0.05, 0.95]).tolist() if len(values) else []
    is_x = start < end
    means = [p[0 if is_x else 1] for p in points.values()]
    return scale_over([*ends, *means], start, end, pad=0.08, least=1e-3)


def _span(limits: tuple[float, float] | None, words: Words) -> str:
    return "" if limits is None else interval(limits[0], limits[1], words.engine, 3)


def _mean_limits(
    runs: pd.DataFrame, design: str, across: str, up: str
) -> list[tuple[float, float, bool]]:
    """95% limits of both means of a design; worlds are the units where they were drawn."""
    mine = runs[runs["design"] == design]
    if mine["world"].nunique() > 1:
        mine = mine.groupby("world")[[across, up]].mean()
    out = []
    for measure, is_x in ((across, True), (up, False)):
        values = mine[measure].to_numpy(float)
        values = values[np.isfinite(values)]
        if len(values) > 2:
            half = 1.96 * values.std(ddof=1) / math.sqrt(len(values))
            out.append((float(values.mean() - half), float(values.mean() + half), is_x))
    return out


def stored_view(address: Address, words: Words, own: str) -> list[Part]:
    """The comparison in the result folder that the dashboard was opened with."""
    from gfmd_sim.cli.stored import comparison_of as read_comparison
    from gfmd_sim.errors import GfmdError
    from gfmd_sim.results import read_results

    folder = _STORE.get("folder")
    try:
        comparison, scenario = read_comparison(read_results(folder or ""))
    except GfmdError as error:
        return [html.H1(words("This result folder cannot be shown")), notice(str(error))]
    return compare_view(comparison, scenario, words, is_last=True)


_STORE: dict[str, str] = {}


def open_store(folder: str | None) -> None:
    """Name the result folder that the page Compare can show."""
    if folder:
        _STORE["folder"] = folder


# -- one design -----------------------------------------------------------------------------------


def solutions_view(
    answer: Mapping[str, Any], address: Address, words: Words, own: str, report: str = ""
) -> list[Part]:
    """What one design leads to: solutions, partnerships, the journey of the points."""
    name = offer.chosen(address.get("scenario"), own)
    scenario, agenda, language = offer.scenario(name), offer.agenda(name), words.engine
    runs, tables = answer["runs"], answer["tables"]
    roundtable = address.whole("roundtable", scenario.roundtables[0], 1, 99)
    if roundtable not in scenario.roundtables:
        roundtable = scenario.roundtables[0]
    n = len(runs)
    speeches = runs["speeches_only"].mean()
    delivered = runs["share_delivered"].mean()
    parts: list[Part] = [
        html.P(
            words.many("{scenario}, {n} run", "{scenario}, {n} runs", n, scenario=scenario.name),
            className="kicker",
        ),
        html.H1(
            words(
                "Of 100 solutions put to the vote {adopted} are adopted and {delivered} get "
                "somebody to deliver them",
                adopted=words.number(100 * float(runs["solutions"].mean()), 0),
                delivered=words.number(100 * float(delivered), 0),
            )
        ),
        html.P(
            words(
                "Of the adopted ones {share} remain speeches: nobody implements, funds and sponsors "
                "them together.",
                share=words.percent(float(speeches)) if math.isfinite(speeches) else "–",
            ),
            className="deck",
        ),
    ]
    if report:
        parts.append(_save(report, "run.html", words))
    figures = [
        solutions(_only(tables.get("solutions"), roundtable), scenario, agenda, language),
        None,
        partnerships(_first(tables.get("partnerships")), scenario, agenda, language),
    ]
    if figures[0] is not None:
        parts.append(block(shown(figures[0]), words))
    parts.append(block(support_by_group(tables["trajectory"], roundtable, scenario, words), words))
    if figures[2] is not None:
        parts.append(
            block(network(tables["partnerships"], tables["people"], scenario, words), words)
        )
        parts.append(block(shown(figures[2]), words))
    else:
        parts.append(html.P(words("No partnership forms in the first run."), className="empty"))
    flow = journey(tables["points"], language)
    if flow is not None:
        parts.append(block(shown(flow), words))
    parts.append(points_table(tables["points"], roundtable, agenda, words))
    parts.append(block(shown(trajectory(tables["trajectory"], language)), words))
    return parts


def _first(frame: pd.DataFrame | None) -> pd.DataFrame:
    if frame is None or frame.empty:
        return pd.DataFrame()
    return frame[frame["replicate"] == 0]


def _only(frame: pd.DataFrame | None, roundtable: int) -> pd.DataFrame:
    if frame is None or frame.empty:
        return pd.DataFrame()
    return frame[frame["roundtable"] == roundtable]


def support_by_group(
    frame: pd.DataFrame, roundtable: int, scenario: Scenario, words: Words
) -> Shown:
    """Mean support of every group through the stages of one roundtable."""
    mine = frame[frame["roundtable"] == roundtable]
    order = {"start": 0, "endorse": 1, "plenary": 2, "return to capitals": 3,
             "measure stability": 4}  # fmt: skip
    mine = mine[mine["stage"].isin(list(order))]
    mine = mine.assign(order=mine["stage"].map(order))
    keys = ["consultation", "order", "sitting"]
    groups = [c.removeprefix("support.") for c in mine.columns if c.startswith("support.")]
    columns = [f"support.{g}" for g in groups]
    means = mine.groupby(keys, as_index=False)[columns].mean().sort_values(keys)
    groups = [g for g in groups if means[f"support.{g}"].notna().any()]
    first = {g: float(means[f"support.{g}"].iloc[0]) for g in groups}
    last = {g: float(means[f"support.{g}"].iloc[-1]) for g in groups}
    gap_first = max(first.values()) - min(first.values())
    gap_last = max(last.values()) - min(last.values())
    finding = (
        words("Roundtable {n}: the gap between the groups' support shrinks from {a} to {b}",
              n=roundtable, a=words.number(gap_first, 2), b=words.number(gap_last, 2))
        if gap_last < gap_first
        else words("Roundtable {n}: the gap between the groups' support does not shrink: {a}, then "
                   "{b}", n=roundtable, a=words.number(gap_first, 2), b=words.number(gap_last, 2))
    )  # fmt: skip
    canvas = Canvas(WIDTH, 400, finding)
    x = Scale(0, max(len(means) - 1, 1), 60, 820)
    values = means[[f"support.{g}" for g in groups]].to_numpy().ravel()
    y = scale_over(values, 340, 20, least=0.1)
    digits = decimals(step_of(y.low, y.high, 5))
    for value in y.ticks(5):
        canvas.line(60, y(value), 820, y(value), FAINT)
        canvas.text(50, y(value) + 4, words.number(value, digits), size=12.5, colour=SOFT,
                    anchor="end")  # fmt: skip
    for c in sorted(set(means["consultation"]) - {0}):
        at = np.flatnonzero(means["consultation"] == c)
        canvas.line(x(at[0]) - 10, 352, x(at[-1]) + 10, 352, INK, 1.4)
        label = words("Summit") if c == 4 else words("Consultation {n}", n=int(c))
        canvas.text((x(at[0]) + x(at[-1])) / 2, 374, label, size=13.5, anchor="middle", weight=600)
    used: list[float] = []
    for g in sorted(groups, key=lambda g: -last[g]):
        mark = group_mark(g, groups)
        path = [(x(k), y(v)) for k, v in enumerate(means[f"support.{g}"])]
        canvas.polyline(path, mark.colour, 2.6)
        for px, py in path:
            canvas.mark(mark.shape, px, py, 4.2, mark.colour)
        at_y = path[-1][1]
        while any(abs(at_y - u) < 19 for u in used):
            at_y += 3
        used.append(at_y)
        canvas.text(836, at_y + 5, group_label(g, scenario, words.engine), size=14, weight=600)
    rows = [
        [group_label(g, scenario, words.engine), words.number(first[g], 3),
         words.number(last[g], 3), words.signed(last[g] - first[g], 3)]
        for g in groups
    ]  # fmt: skip
    return Shown(
        id="support",
        finding=finding,
        markup=str(canvas.markup()),
        header=[words("Group"), words("At the start"), words("At the Summit"), words("Change")],
        rows=rows,
        caption=words(
            "Mean support of all solutions of the roundtable, after every sitting, plenary and "
            "return to capitals; mean of all runs."
        ),
    )


def network(frame: pd.DataFrame, people: pd.DataFrame, scenario: Scenario, words: Words) -> Shown:
    """The partners of the first run on a circle, by group; a line for every pair who work together."""
    mine, folk = _first(frame), _first(people).set_index("id")
    ties: dict[tuple[str, str], int] = {}
    for members in mine["members"]:
        ids = sorted(str(members).split("|"))
        for k, a in enumerate(ids):
            for b in ids[k + 1 :]:
                ties[a, b] = ties.get((a, b), 0) + 1
    nodes = sorted({i for pair in ties for i in pair}, key=lambda i: (str(folk["group"][i]), i))
    group = {i: str(folk["group"][i]) for i in nodes}
    across = sum(group[a] != group[b] for a, b in ties)
    regions = sum(folk["region"][a] != folk["region"][b] for a, b in ties)
    finding = words.many(
        "{across} of {n} working tie joins different groups, {regions} different regions",
        "{across} of {n} working ties join different groups, {regions} different regions",
        len(ties),
        across=words.number(across, 0),
        regions=words.number(regions, 0),
    )
    canvas = Canvas(WIDTH, 560, finding)
    spot = {
        i: (430 + 240 * math.cos(a), 282 + 240 * math.sin(a))
        for k, i in enumerate(nodes)
        for a in [2 * math.pi * k / max(len(nodes), 1) - math.pi / 2]
    }
    for (a, b), times in ties.items():
        (x1, y1), (x2, y2) = spot[a], spot[b]
        colour = ACCENT if group[a] != group[b] else DOT
        canvas.line(x1, y1, x2, y2, colour, 1.2 + 0.8 * times)
    for i in nodes:
        mark = group_mark(group[i], list(scenario.population.groups))
        about = (
            f"{i}, {_region(folk['region'][i], scenario, words)}, {_role(folk['role'][i], words)}"
        )
        canvas.mark(mark.shape, *spot[i], 9, mark.colour, tip=about)
    present = list(dict.fromkeys(group.values()))
    for k, g in enumerate(present):
        mark = group_mark(g, list(scenario.population.groups))
        n = sum(v == g for v in group.values())
        canvas.mark(mark.shape, 772, 60 + 30 * k, 8, mark.colour)
        label = f"{group_label(g, scenario, words.engine)}: {words.number(n, 0)}"
        canvas.text(790, 65 + 30 * k, label, size=14.5)
    canvas.line(764, 76 + 30 * len(present), 782, 76 + 30 * len(present), ACCENT, 2.5)
    canvas.text(790, 81 + 30 * len(present), words("across groups"), size=14.5)
    canvas.line(764, 104 + 30 * len(present), 782, 104 + 30 * len(present), DOT, 2.5)
    canvas.text(790, 109 + 30 * len(present), words("within a group"), size=14.5)
    rows = [
        [i, group_label(group[i], scenario, words.engine),
         _region(folk["region"][i], scenario, words), _role(folk["role"][i], words),
         words.number(sum(i in pair for pair in ties), 0)]
        for i in nodes
    ]  # fmt: skip
    return Shown(
        id="network",
        finding=finding,
        markup=str(canvas.markup()),
        header=[
            words("Delegate"),
            words("Group"),
            words("Region"),
            words("Role"),
            words("Partners"),
        ],
        rows=rows,
        first_number=4,
        caption=words(
            "The first run. A line joins two delegates who found a partnership together; rest on a "
            "mark for region and role."
        ),
    )


ROLES = {"origin": N_("origin"), "transit": N_("transit"), "destination": N_("destination")}


def _role(role: object, words: Words) -> str:
    return words(ROLES[str(role)]) if role in ROLES else str(role)


def _region(region: object, scenario: Scenario, words: Words) -> str:
    spec = scenario.population.regions.get(str(region))
    return spec.label.in_(words.engine) if spec is not None and spec.label else str(region)


def lost_at(row: Mapping[str, Any], words: Words) -> str:
    """Where a point's journey ended."""
    early = [c for c in (1, 2) if f"voiced_{c}" in row]
    if not any(row[f"voiced_{c}"] for c in early):
        return words("never voiced early")
    if not any(row[f"reported_{c}"] for c in early):
        return words("at the table: not reported")
    if not any(row[f"noted_{c}"] for c in early):
        return words("in the plenary: not noted")
    if not row.get("voiced_3"):
        return words("in the note: not voiced again")
    if row["known_at_end"] < 0.5:
        return words("on the last stretch: known by too few")
    return words("arrived: known by half at the Summit")


def points_table(
    frame: pd.DataFrame, roundtable: int, agenda: Mapping[int, Any], words: Words
) -> Part:
    """Every point of one roundtable in the first run, and where it was lost."""
    mine = _first(frame)
    mine = mine[mine["roundtable"] == roundtable]
    labels = {e.id: e.label.in_(words.engine) for _, e in agenda[roundtable].items()}
    rows = [
        [labels.get(str(r["item"]), str(r["item"])), str(r["account"]),
         *(str(r.get(f"voiced_{c}", "")) for c in (1, 2, 3)),
         words.percent(float(r["known_at_start"])), words.percent(float(r["known_at_end"])),
         lost_at(r, words)]
        for r in mine.to_dict("records")
    ]  # fmt: skip
    header = [words("Point"), words("Account"), words("Voiced in 1"), words("in 2"), words("in 3"),
              words("Known at the start"), words("at the Summit"),
              words("Where its journey ended")]  # fmt: skip
    title = words("Roundtable {n}: the journey of every point in the first run", n=roundtable)
    return html.Details(
        [
            html.Summary(title),
            table(header, rows, 99, title),
            csv_link("points", header, rows, words),
        ]
    )


# -- the workshop ---------------------------------------------------------------------------------


def story_headline(effects_: Sequence[Mapping[str, Any]], words: Words, n: int) -> str:
    """What the audience's design does to partnerships, in a sentence."""
    by = {e["measure"]: e for e in effects_}
    e = by["partnerships"]
    if e["low"] == e["high"] == 0:
        return words("Your design is the one it is held against: no difference at all.")
    values = {
        "size": words.number(abs(e["difference"]), 1),
        "span": interval(e["low"], e["high"], words.engine, 1),
    }
    if n < workshop.FULL:
        return words("A first estimate from {n} runs; the answer follows.", n=n)
    if e["verdict"] == MATTERS and e["difference"] < 0:
        return words("Your design costs {size} partnerships per 100 delegates ({span}).", **values)
    if e["verdict"] == MATTERS:
        return words("Your design wins {size} partnerships per 100 delegates ({span}).", **values)
    if e["verdict"] == CANNOT_TELL and (e["high"] < 0 or e["low"] > 0):
        said = (
            words("Your design costs some partnerships, {span} per 100 delegates; whether that is "
                  "enough to matter, {n} runs do not tell.", span=values["span"], n=n)
            if e["high"] < 0
            else words("Your design wins some partnerships, {span} per 100 delegates; whether that "
                       "is enough to matter, {n} runs do not tell.", span=values["span"], n=n)
        )  # fmt: skip
        return said
    if e["verdict"] == CANNOT_TELL:
        return words(
            "Whether your design changes the number of partnerships cannot be told from {n} runs "
            "({span} per 100 delegates).",
            n=n, span=values["span"],
        )  # fmt: skip
    return words(
        "For partnerships it makes no difference worth having ({span} per 100 delegates).",
        span=values["span"],
    )


def story_figure(effects_: Sequence[Mapping[str, Any]], words: Words, n: int) -> Shown:
    """All measures' differences on one scale: 1 is the smallest that matters."""
    finding = story_headline(effects_, words, n)
    canvas = Canvas(760, 60 + 62 * len(effects_), finding)

    def unit(e: Mapping[str, Any], key: str) -> float:
        return float(e[key]) / float(e["smallest_effect"] or 1)

    limits = [v for e in effects_ for v in (unit(e, "low"), unit(e, "high"))]
    bound = min(max([2.0, *(abs(v) for v in limits if math.isfinite(v))]) * 1.05, 40.0)
    x = Scale(-bound, bound, 190, 520)
    bottom = 24 + 62 * len(effects_)
    canvas.rect(x(-1), 14, x(1) - x(-1), bottom - 14, BAND)
    canvas.line(x(0), 14, x(0), bottom, INK, 1.2)
    rows = []
    for k, e in enumerate(effects_):
        y = 24 + 62 * (k + 0.5)
        name = measure_words(str(e["measure"]), words.engine).name
        digits = digits_for(float(e["smallest_effect"]))
        known = math.isfinite(e["low"]) and math.isfinite(e["high"]) and n >= workshop.FULL
        clear = e["verdict"] == MATTERS and known
        colour = (ACCENT if e["difference"] > 0 else WARM) if clear else SOFT
        canvas.text(0, y + 6, name, size=18, weight=600)
        if known:
            low, high = (max(-bound, min(bound, unit(e, k_))) for k_ in ("low", "high"))
            canvas.line(x(low), y, x(high), y, colour, 4, cap="round")
        shape = ("triangle" if e["difference"] > 0 else "triangle_down") if clear else "circle"
        at = max(-bound, min(bound, unit(e, "difference")))
        canvas.mark(shape, x(at), y, 8, colour if known else PAPER, stroke=INK)
        size = words.signed(float(e["difference"]), digits)
        span = interval(float(e["low"]), float(e["high"]), words.engine, digits) if known else ""
        canvas.text(540, y, size, size=17, weight=700 if clear else 400)
        canvas.text(540, y + 18, f"({span})" if span else "", size=13.5, colour=SOFT)
        rows.append([name, words.number(float(e["baseline_mean"]), digits),
                     words.number(float(e["mean"]), digits), size, span])  # fmt: skip
    canvas.text(x(0), bottom + 24, words("shaded: too small to matter"), size=14, colour=SOFT,
                anchor="middle")  # fmt: skip
    return Shown(
        id="story",
        finding=finding,
        markup=str(canvas.markup()),
        header=[words("Measure"), words("Baseline"), words("Your design"), words("Difference"),
                words("95% interval")],
        rows=rows,
    )  # fmt: skip


def story_view(found: Mapping[str, Any] | None, words: Words) -> list[Part]:
    """What the sliders' design does, on the same luck as the baseline."""
    if found is None:
        return [html.H1(words("The simulator is busy; move a slider to ask again."))]
    figure = story_figure(found["effects"], words, found["n"])
    parts = block(figure, words)
    parts.children[0] = html.Div(html.H1(figure.finding, id="headline"), role="status")
    return [
        html.P(
            words.many(
                "{n} run of each design on the same luck", "{n} runs of each design on the same luck",
                found["n"],
            ),
            className="kicker",
        ),
        parts,
    ]  # fmt: skip


def debrief_view(
    found: Mapping[str, Any] | None,
    words: Words,
    counts: Sequence[int],
    place: tuple[int, int, int],
) -> list[Part]:
    """A sheet to print: what was expected, what came, what to talk about."""
    mix, size, host = place
    total = sum(counts)
    answers = [
        html.Li(
            [
                f"{words(a)}: ",
                html.B(words.many("{n} hand", "{n} hands", c)),
                f" ({words.percent(c / total)})" if total else "",
            ]
        )
        for a, c in zip(workshop.ANSWERS, counts, strict=True)
    ]
    if total:
        most = max(range(len(counts)), key=lambda k: counts[k])
        headline = words("Most of you expected: {answer}", answer=words(workshop.ANSWERS[most]))
    else:
        headline = words("What we saw, and what it does not say")
    came: list[Part] = []
    if found is not None:
        came = [html.P(story_headline(found["effects"], words, found["n"]))]
        figure = story_figure(found["effects"], words, found["n"])
        came.append(table(figure.header, figure.rows, 1, figure.finding))
    return [
        html.H1(headline),
        html.Div(
            [
                html.H2(words("What you expected")),
                html.Ul(answers, className="points"),
                html.H2(words("Your design, against balanced tables of 5 to 8 with a host")),
                html.P(
                    "; ".join(
                        [
                            design_name(workshop.MIXES[mix], words.engine),
                            words(workshop.SIZE_WORDS[size]),
                            words(workshop.HOST_WORDS[host]),
                        ]
                    )
                ),
                *came,
                html.H2(words("To talk about")),
                html.Ul(
                    [
                        html.Li(words(q))
                        for q in (
                            N_("Which of your expectations did the simulation share, and why?"),
                            N_("Whom does your design give a voice, and who speaks less?"),
                            N_("What does a real Forum have that this one lacks?"),
                            N_("What would you try at your next meeting, and what would tell you "
                               "whether it worked?"),
                        )
                    ],
                    className="points",
                ),
                html.P(
                    words(
                        "A simulation of 64 delegates and one roundtable under stated assumptions. "
                        "It ranks designs; it does not forecast."
                    ),
                    className="soft",
                ),
            ],
            className="sheet",
        ),
    ]  # fmt: skip


# -- the whole page offline -----------------------------------------------------------------------


def offline_comparison(answer: Mapping[str, Any], scenario: Scenario, words: Words) -> str:
    """The comparison as one page that needs nothing but itself."""
    from gfmd_sim.reports import comparison_report

    comparison = comparison_of(answer, words)
    return comparison_report(comparison, comparison.runs, scenario, words.engine)


def offline_run(answer: Mapping[str, Any], name: str, rule: str, seed: int, words: Words) -> str:
    """The runs of one design as one page that needs nothing but itself."""
    from gfmd_sim.reports.run import run_report

    scenario = offer.scenario(name)
    runs = answer["runs"].assign(design=rule or scenario.seating.rule)
    return run_report(runs, answer["tables"], scenario, offer.agenda(name), words.engine, seed=seed)


def evidence_view(checks: Sequence[Mapping[str, Any]], words: Words) -> list[Part]:
    """The oracles and patterns: expected, found, verdict, source."""
    passed = sum(bool(c["passed"]) for c in checks)
    head = words.many(
        "{passed} of {n} check passes", "{passed} of {n} checks pass", len(checks),
        passed=words.number(passed, 0),
    )  # fmt: skip
    header = [words("Check"), words("Expected"), words("Low"), words("High"), words("Found"),
              words("Verdict"), words("Source")]  # fmt: skip

    def cell(value: object) -> str:
        return "" if value is None else f"{float(str(value)):.4g}"

    rows = [
        [f"{c['about']} ({c['id']})", cell(c["expected"]), cell(c["low"]), cell(c["high"]),
         cell(c["found"]), words("passes") if c["passed"] else words("fails"), str(c["source"])]
        for c in checks
    ]  # fmt: skip
    return [html.H2(head), table(header, rows, 99, head), csv_link("checks", header, rows, words)]


@lru_cache(maxsize=128)
def _remembered(key: tuple[Any, ...]) -> dict[str, Any]:
    return {}


def remembered(key: tuple[Any, ...], make: Any) -> Any:
    """What was drawn for one look of a job in one language, drawn once for all who ask."""
    box = _remembered(key)
    if "parts" not in box:
        box["parts"] = make()
    return box["parts"]
