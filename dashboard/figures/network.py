"""The network of partners of one run."""

from __future__ import annotations

import math

import pandas as pd

from dashboard.figures import WIDTH, Shown
from dashboard.language import N_, Words
from gfmd_sim.reports.look import ACCENT, DOT, group_mark
from gfmd_sim.reports.svg import Canvas
from gfmd_sim.reports.words import group_label
from gfmd_sim.scenario.schema import Scenario

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
