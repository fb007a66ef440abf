"""``compare --best MEASURE``: one of many designs, by elimination on the same luck."""

from __future__ import annotations

import json as json_
from collections.abc import Collection, Sequence
from pathlib import Path

import pandas as pd

from gfmd_sim.cli.as_json import print_json
from gfmd_sim.cli.progress import TOGETHER, Batches, checked, progress
from gfmd_sim.cli.searched import keep, prepare
from gfmd_sim.errors import Sentence, UserError, did_you_mean, nearest
from gfmd_sim.experiments.design import Design
from gfmd_sim.experiments.forum_simulator import ForumSimulator
from gfmd_sim.experiments.forum_sweep import worlds_beside_designs
from gfmd_sim.experiments.select import FIRST, Selection, select_best
from gfmd_sim.language import number, percent, plural, translator
from gfmd_sim.reports.words import design_name, measure_words, row_name
from gfmd_sim.scenario.agenda import Language
from gfmd_sim.scenario.schema import Scenario

LEVEL = 0.95


def choose(
    scenario: Scenario,
    designs: Sequence[Design],
    measure: str,
    *,
    budget: int,
    seed: int,
    workers: int | None,
    luck_only: bool,
    held: Collection[str],
    out: Path | None,
    lang: Language,
    is_json: bool,
    is_quiet: bool,
) -> None:
    """Run, eliminate, say which is left.

    ``budget`` is the most replicates of each design; what is ``held`` is not drawn.
    """
    effects = scenario.smallest_effects.model_dump()
    if measure not in effects:
        near = nearest(measure, effects)
        raise UserError(
            "no such headline measure", key="--best", given=measure, allowed=", ".join(effects),
            remedy=did_you_mean(near),
        )  # fmt: skip
    if len(designs) < 2:
        raise UserError(
            "nothing to choose from", key="--vary", given=", ".join(d.label for d in designs),
            allowed="2 designs or more", remedy="name two values, as in seating.rule=random,balanced",
        )  # fmt: skip
    if budget < FIRST:
        raise UserError(
            "too small a budget", key="--budget", given=budget,
            allowed=Sentence("{n} or more replicates of each design", n=FIRST),
        )  # fmt: skip
    simulator = ForumSimulator.of(scenario)
    for design in designs:
        simulator.setup(design.levers)
    if out is not None:
        prepare(out, simulator, seed)
    with progress(scenario.name, checked, is_quiet=is_quiet or is_json) as advance:
        found = select_best(
            simulator, designs, measure, effects[measure], level=LEVEL, seed=seed,
            budget=budget * len(designs), workers=workers,
            progress=Batches(budget * len(designs), advance).tell, store=out,
            worlds=None if luck_only else worlds_beside_designs(scenario, designs, seed, held),
        )  # fmt: skip
        table = pd.DataFrame(
            {
                "design": [d.label for d in designs],
                measure: found.means,
                "n_replicates": found.n_replicates,
                "is_best": [d.label == found.best for d in designs],
            }
        ).sort_values(["n_replicates", measure], ascending=False, kind="stable")
        sentence = _sentence(found, len(designs), measure, effects[measure], lang)
        if out is not None:
            keep(out, "choice", table, sentence, simulator, seed, advance.under(TOGETHER))
    if is_json:
        rows = json_.loads(table.to_json(orient="records"))
        answer = {"best": found.best, "sentence": sentence, "n_runs": found.n_runs,
                  "is_guaranteed": found.is_guaranteed, "designs": rows}  # fmt: skip
        print_json(answer)
        return
    _print(table, measure, lang)
    print(f"\n{sentence}")


def _sentence(
    found: Selection, n_designs: int, measure: str, effect: float, language: Language
) -> str:
    _ = translator(language)
    words = {
        "design": design_name(str(found.best), language),
        "measure": measure_words(measure, language).name.lower(),
        "n": number(n_designs, language, 0),
        "runs": number(found.n_runs, language, 0),
        "effect": number(effect, language, 3, trim=True),
        "level": percent(LEVEL, language),
    }
    if found.is_guaranteed:
        return _(
            "Best of {n} in {measure}: {design}. With a chance of {level} no other is better by "
            "{effect} or more ({runs} runs)."
        ).format(**words)
    return _(
        "Ahead of {n} in {measure} when the budget ended: {design}. That is no more than a lead "
        "({runs} runs); a larger --budget settles it."
    ).format(**words)


def _print(table: pd.DataFrame, measure: str, language: Language) -> None:
    from rich.console import Console
    from rich.table import Table

    _, n_ = translator(language), plural(language)
    shown = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    shown.add_column(_("Design"))
    shown.add_column(measure_words(measure, language).name, justify="right")
    shown.add_column("")
    for row in table.to_dict("records"):
        n = int(row["n_replicates"])
        told = n_("{n} replicate", "{n} replicates", n).format(n=number(n, language, 0))
        shown.add_row(
            row_name(str(row["design"]), language), number(float(row[measure]), language), told
        )
    console = Console(highlight=False, markup=False, emoji=False)
    console.print(shown)
