"""The network of partners of one run."""

from __future__ import annotations

import math

import pandas as pd

from dashboard.figures import WIDTH, Shown
from dashboard.language import N_, Words
from gfmd_sim.language import told
from gfmd_sim.reports.figures import wrapped
from gfmd_sim.reports.look import ACCENT, DOT, SOFT, group_mark
from gfmd_sim.reports.svg import Canvas
from gfmd_sim.reports.words import group_label, spoken_name
from gfmd_sim.scenario.schema import Scenario

CENTRE, RADIUS, LIST_X = (385.0, 310.0), 225.0, 840.0
ROLES = {"origin": N_("origin"), "transit": N_("transit"), "destination": N_("destination")}


def network(frame: pd.DataFrame, people: pd.DataFrame, scenario: Scenario, words: Words) -> Shown:
    """The partners of the first run on a circle, by group; a line for every pair who work together."""
    mine, folk = first_run(frame), first_run(people).set_index("id")
    ties: dict[tuple[str, str], int] = {}
    for members in mine["members"]:
        ids = sorted(str(members).split("|"))
        for k, a in enumerate(ids):
            for b in ids[k + 1 :]:
                ties[a, b] = ties.get((a, b), 0) + 1
    nodes = sorted({i for pair in ties for i in pair}, key=lambda i: (str(folk["group"][i]), i))
    group = {i: str(folk["group"][i]) for i in nodes}
    label = {g: group_label(g, scenario, words.engine) for g in group.values()}
    said = {i: spoken_name(i, group[i], label[group[i]]) for i in nodes}
    across = sum(group[a] != group[b] for a, b in ties)
    regions = sum(folk["region"][a] != folk["region"][b] for a, b in ties)
    finding = words.many(
        "{across} of {n} working tie joins different groups, {regions} different regions",
        "{across} of {n} working ties join different groups, {regions} different regions",
        len(ties),
        across=words.number(across, 0),
        regions=words.number(regions, 0),
    )
    canvas = Canvas(WIDTH, 620, finding)
    present = list(dict.fromkeys(group.values()))
    spot, middle = _around(nodes, group)
    for (a, b), times in sorted(ties.items(), key=lambda tie: group[tie[0][0]] != group[tie[0][1]]):
        colour = ACCENT if group[a] != group[b] else DOT
        canvas.polyline(_chord(spot[a], spot[b]), colour, 1.3 + 0.9 * times)
    for i in nodes:
        mark = group_mark(group[i], list(scenario.population.groups))
        role = _role(folk["role"][i], words)
        about = f"{said[i]}, {_region(folk['region'][i], scenario, words)}, {role}"
        canvas.mark(mark.shape, *spot[i], 8.5, mark.colour, tip=about)
        x, y = (c + (v - c) * 1.075 for v, c in zip(spot[i], CENTRE, strict=True))
        canvas.text(x, y + 4, role[:1].upper(), size=12, colour=SOFT, anchor="middle")
    for g in present:
        x, y = (c + (RADIUS + 40) * v for v, c in zip(middle[g], CENTRE, strict=True))
        side = "start" if middle[g][0] > 0.25 else "end" if middle[g][0] < -0.25 else "middle"
        n = sum(v == g for v in group.values())
        count = told(label[g], words.number(n, 0), words.engine)
        for k, line in enumerate(wrapped(count, 20, 2)):
            canvas.text(x, y + 5 + 19 * k, line, size=15, weight=600, anchor=side, halo=True)
    _by_region(canvas, [str(folk["region"][i]) for i in nodes], scenario, words)
    rows = [
        [said[i], label[group[i]],
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
            "The first run, all roundtables. A line joins two delegates who found a partnership "
            "together; letters say the role; rest on a mark for delegate and region."
        ),
    )


def _around(
    nodes: list[str], group: dict[str, str]
) -> tuple[dict[str, tuple[float, float]], dict[str, tuple[float, float]]]:
    """Everybody's place on a circle with a gap between groups, and each group's direction."""
    gap, at, last = 1.6, 0.0, ""
    turn: dict[str, float] = {}
    for i in nodes:
        at += gap if last and group[i] != last else 0.0
        turn[i], last = at, group[i]
        at += 1
    whole = at + (gap if len(set(group.values())) > 1 else 0.0)
    angle = {i: 2 * math.pi * k / max(whole, 1) - math.pi / 2 for i, k in turn.items()}
    spot = {
        i: (CENTRE[0] + RADIUS * math.cos(a), CENTRE[1] + RADIUS * math.sin(a))
        for i, a in angle.items()
    }
    middle = {}
    for g in set(group.values()):
        mine = [angle[i] for i in nodes if group[i] == g]
        a = (min(mine) + max(mine)) / 2
        middle[g] = (math.cos(a), math.sin(a))
    return spot, middle


def _chord(a: tuple[float, float], b: tuple[float, float]) -> list[tuple[float, float]]:
    """A line between two places that bends towards the middle of the circle."""
    mid = [0.35 * (p + q) / 2 + 0.65 * c for p, q, c in zip(a, b, CENTRE, strict=True)]
    out = []
    for k in range(17):
        s = k / 16
        x, y = (
            (1 - s) ** 2 * p + 2 * s * (1 - s) * m + s**2 * q
            for p, m, q in zip(a, mid, b, strict=True)
        )
        out.append((x, y))
    return out


def _by_region(canvas: Canvas, regions: list[str], scenario: Scenario, words: Words) -> None:
    """How many partners come from each region, and what the lines and letters mean."""
    canvas.text(LIST_X, 60, words("Where partners come from"), size=15, weight=600)
    count = {r: regions.count(r) for r in dict.fromkeys(regions)}
    order = sorted(count, key=lambda r: (-count[r], r))
    for k, r in enumerate(order):
        y = 92 + 34 * k
        canvas.text(LIST_X, y, _region(r, scenario, words), size=14)
        canvas.rect(LIST_X, y + 6, 190 * count[r] / max(count.values()), 9, ACCENT)
        canvas.text(LIST_X + 190 * count[r] / max(count.values()) + 8, y + 15,
                    words.number(count[r], 0), size=13, weight=600)  # fmt: skip
    y = 120 + 34 * len(order)
    for label, colour in ((words("across groups"), ACCENT), (words("within a group"), DOT)):
        canvas.line(LIST_X, y - 5, LIST_X + 24, y - 5, colour, 3)
        canvas.text(LIST_X + 32, y, label, size=14)
        y += 26
    for role in ROLES.values():
        canvas.text(LIST_X + 12, y + 4, words(role)[:1].upper(), size=12, colour=SOFT,
                    anchor="middle")  # fmt: skip
        canvas.text(LIST_X + 32, y + 4, words(role), size=14)
        y += 24


def first_run(frame: pd.DataFrame | None) -> pd.DataFrame:
    """The rows of replicate 0."""
    if frame is None or frame.empty:
        return pd.DataFrame()
    return frame[frame["replicate"] == 0]


def _role(role: object, words: Words) -> str:
    return words(ROLES[str(role)]) if role in ROLES else str(role)


def _region(region: object, scenario: Scenario, words: Words) -> str:
    spec = scenario.population.regions.get(str(region))
    return spec.label.in_(words.engine) if spec is not None and spec.label else str(region)
