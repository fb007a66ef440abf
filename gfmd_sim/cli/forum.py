"""``demo``, ``simulate``, ``compare``, ``report``: read the line, hand over, show the answer."""

from __future__ import annotations

import json as json_
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gfmd_sim.advance import Advance
from gfmd_sim.cli.as_json import print_json
from gfmd_sim.cli.listed import say_who_comes
from gfmd_sim.cli.options import (
    REPORT,
    Json,
    Lang,
    Names,
    Out,
    Quiet,
    Replicates,
    Roster,
    ScenarioName,
    Seed,
    Sets,
    Varies,
    Workers,
)
from gfmd_sim.cli.progress import ANALYSING, bar, progress
from gfmd_sim.cli.resume import beginning_again, going_on, line_of
from gfmd_sim.errors import Sentence, UserError
from gfmd_sim.scenario.agenda import Language
from gfmd_sim.scenario.files import load_scenario
from gfmd_sim.scenario.schema import Scenario

if TYPE_CHECKING:
    from gfmd_sim.experiments.compare import Comparison

BUDGET = 2000


def demo(
    context: typer.Context,
    out: Annotated[Path, typer.Option("--out", help="Result folder.")] = Path("results/demo"),
    seed: Seed = 0,
    replicates: Replicates = 200,
    workers: Workers = None,
    lang: Lang = "en",
    roster: Roster = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """The Forum of 2024-2025 under several table compositions: effects, verdict, report."""
    settled = _settled("gfmd-2024-25", None, roster, out)
    with beginning_again(context):
        _compare(settled, None, "demo", replicates=replicates, seed=seed, workers=workers,
                 luck_only=False, out=out, lang=lang, is_json=json, is_quiet=quiet)  # fmt: skip


def simulate(
    context: typer.Context,
    scenario: ScenarioName,
    set_: Sets = None,
    replicates: Replicates = 1,
    seed: Seed = 0,
    out: Out = None,
    trace: Annotated[
        bool, typer.Option("--trace", help="Also write every turn and every delegate's state.")
    ] = False,
    names: Names = False,
    lang: Lang = "en",
    roster: Roster = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """One design: run a scenario, with parameters set as you like."""
    settled = _settled(scenario, set_, roster, out)
    with (
        beginning_again(context),
        progress(
            settled.name,
            lambda: _can_be_run(settled),
            is_quiet=quiet or json,
            n_delegates=settled.population.n_delegates,
        ) as advance,
    ):
        if out is None:  # nothing is kept: nothing is recorded
            rows = _measures(settled, replicates, seed, advance)
        else:
            from gfmd_sim import api

            results = api.simulate(
                settled, replicates=replicates, seed=seed, trace=trace, language=lang,
                with_names=names, progress=advance,
            )  # fmt: skip
            rows = results.runs.to_dict("records")
    if out is not None:
        from gfmd_sim.cli.stored import report_of
        from gfmd_sim.results import write_results

        page = report_of(results, lang)
        write_results(out, replace(results, texts={**results.texts, REPORT: page}))
    if json:
        told = [{k: None if v != v else v for k, v in row.items()} for row in rows]
        print_json({"runs": told, **_place(out)})
    else:
        from gfmd_sim.cli.means import print_means

        print_means(rows, lang)
        _say_where(out, quiet, REPORT)


def _measures(scenario: Scenario, replicates: int, seed: int, advance: Advance) -> list[Any]:
    """What each run measured, as in the table ``runs`` of a result folder."""
    from gfmd_sim.experiments.forum_simulator import ForumSimulator
    from gfmd_sim.experiments.queue import Meter

    simulator = ForumSimulator.of(scenario)
    meter = Meter(replicates, advance)
    rows = []
    for replicate in range(replicates):
        measures = simulator.run({}, seed, replicate)
        rows.append({"design": scenario.name, "replicate": replicate, **measures})
        meter.add(1)
    return rows


def compare(
    context: typer.Context,
    scenario: ScenarioName,
    vary: Varies,
    set_: Sets = None,
    replicates: Replicates = 200,
    until_clear: Annotated[
        bool,
        typer.Option(
            "--until-clear",
            help="Add replicates until every answer is clear, or the budget ends.",
        ),
    ] = False,
    budget: Annotated[
        int | None,
        typer.Option(
            "--budget", min=2, max=1_000_000, help="Most replicates, with --until-clear (2000)."
        ),
    ] = None,
    best: Annotated[
        str | None,
        typer.Option(
            "--best",
            metavar="MEASURE",
            help="Of many designs, only which is best by this measure: the others are dropped on "
            "the way.",
        ),
    ] = None,
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
    """Designs on the same luck: differences, intervals, chance of being best, verdict."""
    if budget is not None and not until_clear and best is None:
        raise UserError(
            "a budget is for comparing until it is clear", key="--budget", given=budget,
            remedy="add --until-clear, or give --replicates",
        )  # fmt: skip
    if best is not None:
        from gfmd_sim.cli.choose import choose

        with beginning_again(context) if out is None else going_on(context):
            choose(_settled(scenario, set_, roster, None), _designs(vary), best,
                   budget=budget or BUDGET, seed=seed, workers=workers, luck_only=luck_only,
                   held=_levers(set_, roster),
                   out=out, lang=lang, is_json=json, is_quiet=quiet)  # fmt: skip
        return
    settled = _settled(scenario, set_, roster, out)
    with beginning_again(context):
        _compare(settled, _designs(vary), "compare", replicates=replicates, seed=seed,
                 workers=workers, luck_only=luck_only, held=_levers(set_, roster), out=out,
                 lang=lang, is_json=json, is_quiet=quiet, budget=(budget or BUDGET) if until_clear else None,
                 again=line_of(context))  # fmt: skip


def _compare(
    scenario: Scenario,
    designs: Any,
    kind: str,
    *,
    replicates: int,
    seed: int,
    workers: int | None,
    luck_only: bool,
    out: Path | None,
    lang: Language,
    is_json: bool,
    is_quiet: bool,
    held: Collection[str] = (),
    budget: int | None = None,
    again: str = "",
) -> None:
    """``budget``: compare until it is clear, with at most so many replicates; ``held`` stays put."""
    from gfmd_sim import api
    from gfmd_sim.cli.answers import print_comparison
    from gfmd_sim.cli.stored import report_of
    from gfmd_sim.reports.decision import decision
    from gfmd_sim.results import write_results

    latest: list[Comparison] = []
    stopped = False

    def check() -> None:
        n = budget or replicates
        api.checked(scenario, api.designs_of(designs), n, until_clear=budget is not None)

    n_delegates = scenario.population.n_delegates
    with progress(
        scenario.name, check, is_quiet=is_quiet or is_json, n_delegates=n_delegates
    ) as advance:
        try:
            comparison = api.compare(
                scenario, designs, replicates=replicates, seed=seed, workers=workers,
                draw_uncertainties=not luck_only, held=held, progress=advance,
                until_clear=budget is not None, budget=budget or BUDGET, look=latest.append,
            )  # fmt: skip
        except KeyboardInterrupt:
            if not latest:
                raise
            comparison, stopped = latest[-1], True  # sequential: it holds whenever one stops
    if out is not None:
        results = api.comparison_results(comparison, scenario, kind=kind)
        page = report_of(results, lang)
        write_results(out, replace(results, texts={REPORT: page}))
    if is_json:
        rows = json_.loads(comparison.frame.to_json(orient="records"))
        print_json({"baseline": comparison.baseline, "comparison": rows,
                     "decision": decision(comparison, lang), **_place(out)})  # fmt: skip
    else:
        print_comparison(comparison, lang)
        _say_where(out, is_quiet, REPORT)
    if stopped:
        raise KeyboardInterrupt(
            Sentence("what is said above holds; to go on until it is clear:\n{line}", line=again)
        )


def report(
    store: Annotated[Path, typer.Argument(metavar="STORE", help="A result folder.")],
    lang: Lang = "en",
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """From a result folder: a report that opens offline, in the language you like.

    A report in another language stays: the new one is then called after its own, report.fr.html.
    """
    from gfmd_sim.cli.stored import is_sweep, report_name, report_of, report_sweep
    from gfmd_sim.results import read_results, write_results

    if is_sweep(store):
        with bar(ANALYSING, is_quiet=quiet or json):
            place = report_sweep(store, lang)
        if json:
            print_json(_place(place))
        else:
            _say_where(place, quiet)
        return
    results = read_results(store)
    page = report_of(results, lang)
    name = report_name(lang, results.texts.get(REPORT))
    write_results(store, replace(results, texts={**results.texts, name: page}))
    if json:
        print_json(_place(store / name))
    else:
        _say_where(store, quiet, name)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(demo)
    app.command()(simulate)
    app.command()(compare)
    app.command()(report)


def _settled(
    scenario: str, sets: list[str] | None, roster: Path | None, out: Path | None
) -> Scenario:
    """The scenario asked for; what is wrong with it or with the folder is said before anything."""
    loaded = load_scenario(scenario, _levers(sets, roster))
    if out is not None:
        from gfmd_sim.results import prepare_output

        prepare_output(out)
    say_who_comes(loaded)
    return loaded


def _can_be_run(scenario: Scenario) -> None:
    """Raise what is wrong with a scenario's files."""
    from gfmd_sim.experiments.forum_simulator import ForumSimulator

    ForumSimulator.of(scenario).setup({})


def _levers(sets: list[str] | None, roster: Path | None) -> dict[str, Any]:
    """What ``--set`` and ``--roster`` set."""
    from gfmd_sim.experiments.typed import parse_setting

    levers: dict[str, Any] = dict(parse_setting(text) for text in sets or [])
    if roster is not None:
        levers["population.roster"] = str(roster)
    return levers


def _designs(vary: list[str]) -> Any:
    """All combinations of the values to compare."""
    from gfmd_sim.experiments.design import cross
    from gfmd_sim.experiments.factors import Choice
    from gfmd_sim.experiments.typed import parse_vary

    factors = []
    for text in vary:
        factor = parse_vary(text)
        if not isinstance(factor, Choice):
            raise UserError(
                "compare holds values against each other, not a range",
                key="--vary",
                given=text,
                allowed="parameter=value,value,... or parameter=low:high:step",
            )
        factors.append(factor)
    return cross(factors)


def _place(out: Path | None) -> dict[str, str]:
    return {} if out is None else {"out": str(out)}


def _say_where(out: Path | None, is_quiet: bool, file: str = "") -> None:
    if out is not None and not is_quiet:
        print(out / file)
