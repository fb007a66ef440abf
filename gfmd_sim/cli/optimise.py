"""``optimise``: the designs that no other beats, and one to recommend."""

from __future__ import annotations

import json as json_
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gfmd_sim.cli.as_json import print_json
from gfmd_sim.cli.listed import say_who_comes
from gfmd_sim.cli.options import Json, Lang, Out, Quiet, Roster, ScenarioName, Seed, Sets, Workers
from gfmd_sim.cli.progress import TOGETHER, Batches, checked, progress
from gfmd_sim.cli.resume import beginning_again, going_on
from gfmd_sim.cli.searched import keep, prepare
from gfmd_sim.scenario.agenda import Language

if TYPE_CHECKING:
    from gfmd_sim.experiments.front import Front
    from gfmd_sim.scenario.schema import Scenario

LEVERS = (
    "seating.rule=balanced,balanced_fresh,random,caucus_first,like_minded",
    "seating.table_size=[5,5],[5,8],[8,8]",
    "process.n_sittings",
    "discussion.facilitation=0:0.8:0.1",
    "note.rule=fair_share,most_reported",
    "note.capacity",
)


_WIDE = 160  # characters that designs' names and all columns take


def optimise(
    context: typer.Context,
    scenario: ScenarioName,
    wanted: Annotated[
        str,
        typer.Option("--for", metavar="MEASURE,MEASURE", help="What to have much of, at once."),
    ],
    budget: Annotated[int, typer.Option("--budget", min=1, help="Runs in all.")] = 2000,
    vary: Annotated[
        list[str] | None,
        typer.Option(
            "--vary",
            metavar="LEVER=A,B,... or LOW:HIGH",
            help="Levers to search over; default: composition, table size, sittings, hosts, note.",
        ),
    ] = None,
    set_: Sets = None,
    replicates: Annotated[
        int, typer.Option("--replicates", min=2, max=10_000, help="Lucks in the search.")
    ] = 10,
    population: Annotated[
        int, typer.Option("--population", min=4, max=10_000, help="Designs in a generation.")
    ] = 20,
    seed: Seed = 0,
    luck_only: Annotated[
        bool,
        typer.Option(
            "--luck-only",
            help="Keep the world as the scenario has it; else uncertainties are drawn too.",
        ),
    ] = False,
    workers: Workers = None,
    out: Out = None,
    lang: Lang = "en",
    roster: Roster = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Designs that no other beats, each with its chance of being so and its price; one to take."""
    from gfmd_sim.experiments.forum_cost import cost
    from gfmd_sim.experiments.forum_simulator import ForumSimulator
    from gfmd_sim.experiments.forum_sweep import check_factors, factors_of, worlds_beside
    from gfmd_sim.experiments.optimise import check_budget
    from gfmd_sim.experiments.optimise import optimise as search
    from gfmd_sim.experiments.typed import parse_setting
    from gfmd_sim.reports.recommendation import recommendation
    from gfmd_sim.scenario.files import load_scenario

    sets: dict[str, Any] = dict(parse_setting(text) for text in set_ or [])
    if roster is not None:
        sets["population.roster"] = str(roster)
    settled = load_scenario(scenario, sets)
    factors = factors_of(vary or [t for t in LEVERS if t.partition("=")[0] not in sets], settled)
    simulator = ForumSimulator.of(settled)
    say_who_comes(settled)
    check_factors(simulator, factors)
    measures = _measures(wanted, settled)
    check_budget(budget, population, replicates)
    if out is not None:
        prepare(out, simulator, seed)
    kept = beginning_again(context) if out is None else going_on(context)
    with kept, progress(settled.name, checked, is_quiet=quiet or json) as advance:
        front = search(
            simulator, factors, measures, budget=budget, replicates=replicates,
            population=population, cost=lambda levers: cost(simulator, levers), baseline={},
            worlds=None if luck_only else worlds_beside(settled, factors, seed, sets), seed=seed,
            workers=workers, store=out, progress=Batches(budget, advance).tell,
        )  # fmt: skip
        sentence = recommendation(front, lang)
        if out is not None:
            keep(out, "front", front.frame, sentence, simulator, seed, advance.under(TOGETHER))
    if json:
        rows = json_.loads(front.frame.to_json(orient="records"))
        answer = {"recommended": front.recommended, "sentence": sentence, "front": rows,
                  "n_designs": front.n_searched, "n_runs": front.n_runs}  # fmt: skip
        print_json(answer)
        return
    _print(front, sentence, lang)
    if out is not None and not quiet:
        print(out / "front.csv")


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(optimise)


def _measures(wanted: str, scenario: Scenario) -> list[str]:
    """The measures named, each of which a run can give."""
    from gfmd_sim.errors import UserError, did_you_mean, nearest
    from gfmd_sim.measures.names import measure_names

    names = list(dict.fromkeys(n.strip() for n in wanted.split(",") if n.strip()))
    if not names:
        raise UserError("nothing to optimise for", key="--for", given=wanted)
    known = measure_names(scenario.population.groups)
    for name in names:
        if name not in known:
            near = nearest(name, known)
            raise UserError(
                "no such measure", key="--for", given=name, allowed=", ".join([*known[:5], "..."]),
                remedy=did_you_mean(near, "see runs.parquet for all of them"),
            )  # fmt: skip
    return names


def _print(front: Front, sentence: str, language: Language) -> None:
    from rich.table import Table

    from gfmd_sim.cli.console import console_for_tables
    from gfmd_sim.language import number, percent, plural, signed, translator
    from gfmd_sim.reports.words import measure_words, row_name

    _, n_ = translator(language), plural(language)
    console = console_for_tables(_WIDE)
    is_narrow = console.width < _WIDE  # a design's name is long: it then stands above the table
    table = Table(box=None, pad_edge=False, padding=(0, 1 if is_narrow else 2, 0, 0))
    table.add_column("" if is_narrow else _("Design"))
    prices = {
        "cost_tables": _("Tables"),
        "cost_hosts": _("Hosts"),
        "cost_interpreters": _("Interpreters"),
        "cost_minutes": _("Minutes"),
    }
    what = _("mean (limits of the gain)")
    for name in front.measures:
        words = measure_words(name, language).name
        table.add_column(f"{words}\n{what}", justify="right", min_width=len(words))
    for name in (_("Undominated"), *prices.values()):
        table.add_column(name, justify="right", min_width=len(name))
    names = [row_name(str(name), language) for name in front.frame["design"]]
    for k, row in enumerate(front.frame.to_dict("records")):
        cells = []
        for m in front.measures:
            low, high = (signed(row[f"gain_{m}_{end}"], language) for end in ("low", "high"))
            value = number(row[m], language)
            cells.append(value if row["is_baseline"] else f"{value} ({low} … {high})")
        table.add_row(
            f"{k + 1}" if is_narrow else names[k],
            *cells,
            percent(row["p_undominated"], language),
            *(number(row[name], language, 0) for name in prices),
        )
    if is_narrow:
        for k, name in enumerate(names):
            console.print(f"{k + 1}  {name}", soft_wrap=True)
        console.print()
    console.print(table)
    console.print(
        _(
            "In brackets, beside a design's mean, 95% limits of another quantity: of its gain over the "
            "Forum as planned, each by itself."
        ),
        style="dim",
    )
    console.print()
    console.print(sentence, soft_wrap=True)
    drawn = (
        _("each replicate in a plausible world of its own")
        if front.is_world_drawn
        else _("luck only: the world is as the scenario has it")
    )
    told = n_(
        "{n} design tried, {runs} runs, the best of them on {fresh} fresh replicates; {drawn}.",
        "{n} designs tried, {runs} runs, the best of them on {fresh} fresh replicates; {drawn}.",
        front.n_searched,
    )
    console.print(
        told.format(n=front.n_searched, runs=number(front.n_runs, language, 0),
                    fresh=number(front.n_fresh, language, 0), drawn=drawn), soft_wrap=True,
    )  # fmt: skip
