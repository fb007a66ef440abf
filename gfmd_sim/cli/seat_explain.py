"""``seat explain``: why a table is as it is, and what a swap would do, on paper and on the same luck."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gfmd_sim.cli.as_json import print_json
from gfmd_sim.cli.seat_answers import print_swaps, print_table
from gfmd_sim.cli.seat_changes import print_changes
from gfmd_sim.cli.seat_day import find, open_plan
from gfmd_sim.cli.seat_options import ids_of
from gfmd_sim.cli.seat_outcomes import check_stage, outcomes_of_change
from gfmd_sim.errors import SeatingError, Sentence, UserError
from gfmd_sim.language import translator
from gfmd_sim.scenario.agenda import Language
from gfmd_sim.seating.document import PlannedRoom, SeatingDocument
from gfmd_sim.seating.swaps import Swap, ranked_swaps, swap, swapped, table_mix, why_here


@dataclass(frozen=True)
class Question:
    """All that the command line says."""

    plan: Path
    table: int
    sitting: int
    swap: str | None
    scenario: str
    replicates: int
    seed: int
    workers: int | None
    roster: Path | None
    constraints: Path | None
    roundtable: int | None
    lang: Language
    is_json: bool
    is_quiet: bool


def run_explain(asked: Question) -> None:
    """Answer.

    Raises
    ------
    UserError
        If the table, the sitting or a delegate is not in the plan.
    """
    document = open_plan(
        asked.plan, asked.roster, asked.constraints, roundtable=asked.roundtable
    ).document
    room = document.room(asked.roundtable)
    source = asked.roster or asked.plan
    is_tried = asked.scenario.lower() != "none"
    if is_tried:
        check_stage(document, asked.scenario, source)
    r, t = asked.sitting - 1, asked.table - 1
    if r >= room.problem.n_sittings:
        raise SeatingError(
            "there is no such sitting", key="--sitting", given=asked.sitting,
            allowed=Sentence("1 to {most}", most=room.problem.n_sittings),
        )  # fmt: skip
    if not room.at(r, t):
        there = sorted({int(k) + 1 for k in room.plan[r] if k >= 0})
        raise SeatingError(
            Sentence(
                "nobody sits at table {table} in sitting {sitting}", table=asked.table,
                sitting=asked.sitting,
            ), key="--table",
            given=asked.table, allowed=Sentence("{least} to {most}", least=there[0], most=there[-1]) if there else None,
            remedy="name a table of this sitting",
        )  # fmt: skip
    problem, plan = room.problem, room.plan
    mix, people = table_mix(problem, plan, r, t), why_here(problem, plan, r, t)
    if asked.swap is not None:
        pair = [find(room, document, w, "--swap") for w in ids_of(asked.swap)]
        if len(pair) != 2:
            raise UserError(
                "a swap is of two delegates", key="--swap", given=asked.swap, allowed="ID,ID"
            )
        if t not in (int(plan[r, pair[0]]), int(plan[r, pair[1]])):
            raise SeatingError(
                Sentence(
                    "neither of them sits at table {table} in sitting {sitting}",
                    table=asked.table, sitting=asked.sitting,
                ),
                key="--swap", given=asked.swap, remedy="name one who does",
            )  # fmt: skip
        translate = str if asked.is_json else translator(asked.lang)
        swaps = [swap(problem, plan, r, pair[0], pair[1], translate=translate)]
        looked_at = 1
    else:
        swaps, looked_at = ranked_swaps(problem, plan, r, t)
    said: dict[str, Any] = {
        "sitting": asked.sitting,
        "table": asked.table,
        "people": [
            {"id": problem.ids[p.delegate], "new_faces": p.new_faces, "bound_by": list(p.bound_by)}
            for p in people
        ],
        "mix": {
            a: [{"value": v, "here": k, "low": low, "high": high} for v, k, low, high in rows]
            for a, rows in mix.items()
        },
        "swaps": [_swap_json(room, s) for s in swaps],
        "swaps_looked_at": looked_at,
    }
    if not asked.is_json:
        print_table(room, r, t, mix, people, asked.lang)
        print_swaps(room, swaps, looked_at, asked.lang)
    if is_tried and swaps:
        said["outcomes"] = _try(asked, document, room, source, swaps[0])
    if asked.is_json:
        print_json(said)


def _try(
    asked: Question, document: SeatingDocument, room: PlannedRoom, source: Path, first: Swap
) -> Any:
    """The first swap in the simulator."""
    from gfmd_sim.cli.progress import checked, progress

    _ = translator(asked.lang)
    changed = dataclasses.replace(
        room, plan=swapped(room.plan, first.sitting, first.one, first.other)
    )
    label = _("{one} and {other} swapped").format(
        one=room.problem.name(first.one), other=room.problem.name(first.other)
    )
    quiet = asked.is_quiet or asked.is_json
    with progress(asked.scenario, checked, is_quiet=quiet) as advance:
        stage, compared = outcomes_of_change(
            document, changed, asked.scenario, source, label, replicates=asked.replicates,
            seed=asked.seed, workers=asked.workers, progress=advance,
        )  # fmt: skip
    return print_changes(stage, [compared], asked.lang, is_silent=asked.is_json)


def _swap_json(room: PlannedRoom, s: Swap) -> dict[str, Any]:
    p = room.problem
    return {
        "ids": [p.ids[s.one], p.ids[s.other]],
        "tables": [int(room.plan[s.sitting, i]) + 1 for i in (s.one, s.other)],
        "excess_change": s.excess,
        "encounters_change": s.distinct,
        "breaks": list(s.breaks),
    }
