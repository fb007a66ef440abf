"""``sweep``, ``verify``, ``rerun``, ``merge``, ``analyse``: runs by the thousand, in a folder."""

from __future__ import annotations

import json as json_
import re
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from gfmd_sim.cli.as_json import print_json
from gfmd_sim.cli.asked import spoken, wording_asked
from gfmd_sim.cli.listed import say_who_comes
from gfmd_sim.cli.options import Json, Lang, Quiet, Roster, Seed, Sets, Workers
from gfmd_sim.cli.progress import ANALYSING, TOGETHER, bar, checked, compile_first, progress
from gfmd_sim.cli.resume import going_on
from gfmd_sim.errors import Sentence, UserError

COUNTING = Sentence("counting")

StoreFolder = Annotated[Path, typer.Argument(metavar="STORE", help="A sweep's result folder.")]


def sweep(
    context: typer.Context,
    scenario: Annotated[
        str,
        typer.Argument(
            metavar="SCENARIO", help="A scenario, or a sweep file (YAML; see the docs)."
        ),
    ],
    vary: Annotated[
        list[str] | None,
        typer.Option(
            "--vary",
            metavar="PARAMETER=LOW:HIGH",
            help="A range, or values a,b,...; a parameter alone means its plausible range, "
            "'uncertainties' all of them. May be repeated.",
        ),
    ] = None,
    set_: Sets = None,
    sampler: Annotated[
        Literal["grid", "lhs", "sobol", "morris", "list", "zip"] | None,
        typer.Option("--sampler", help="How settings are chosen (grid)."),
    ] = None,
    samples: Annotated[
        int | None,
        typer.Option(
            "--samples",
            min=1,
            help="lhs: settings; sobol: blocks (a power of 2); morris: trajectories; grid: levels "
            "of each range (5).",
        ),
    ] = None,
    replicates: Annotated[
        int | None,
        typer.Option("--replicates", min=1, max=1_000_000, help="Lucks for each setting (1)."),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option("--seed", min=0, max=2**64 - 1, help="The same seed is the same luck (0)."),
    ] = None,
    uncertainties: Annotated[
        Literal["fixed", "ranges", "posterior"],
        typer.Option(
            "--uncertainties",
            help="Of what is neither varied nor set: drawn from the fit to data (and from plausible "
            "ranges where there is none), all from ranges, or fixed as the scenario has it.",
        ),
    ] = "posterior",
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Result folder; run again with the same one and it resumes."),
    ] = None,
    executor: Annotated[
        Literal["local", "dask"], typer.Option("--executor", help="What does the runs.")
    ] = "local",
    workers: Workers = None,
    scheduler: Annotated[
        str | None,
        typer.Option("--scheduler", metavar="ADDRESS", help="Of a Dask cluster that is there."),
    ] = None,
    chunk_range: Annotated[
        str | None,
        typer.Option(
            "--chunk-range", metavar="K/N", help="Only the K-th of N parts, into a shared folder."
        ),
    ] = None,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Run again what failed before.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say how many runs, how long, how much disk.")
    ] = False,
    lang: Lang = "en",
    roster: Roster = None,
    json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Many settings of a scenario, into a folder that survives anything; run again, it resumes."""
    from gfmd_sim.cli.sweep_request import Given, check, request_of, size_of
    from gfmd_sim.cli.swept import say_size, say_swept, swept_in

    given = Given(scenario, vary, set_, sampler, samples, replicates, seed, roster)
    part = _part(chunk_range)
    if out is None and not dry_run:
        raise UserError(
            "a sweep needs a folder to keep its runs in", key="--out",
            remedy="add --out FOLDER (or --dry-run to see what it would take)",
        )  # fmt: skip
    if workers == 0 and executor == "dask":
        raise UserError("Dask needs a worker", key="--workers", given=0, allowed="1 or more")
    if scheduler is not None and executor != "dask":
        raise UserError(
            "a scheduler's address is for Dask", key="--scheduler", given=scheduler,
            remedy="add --executor dask",
        )  # fmt: skip
    request = request_of(given)
    say_who_comes(request.scenario)
    if dry_run:
        compile_first(lambda: check(request, out), is_quiet=quiet or json)
        with bar(Sentence("trying a few runs"), is_quiet=quiet or json):
            size = size_of(request, uncertainties, out, part, workers)
        say_size(size, request.scenario.name, part, is_json=json)
        return 0
    assert out is not None
    from gfmd_sim.experiments.forum_sweep import sweep as run_sweep

    def check_all() -> None:
        check(request, out)
        if scheduler is not None:
            from gfmd_sim.experiments.dask_crew import client_of

            client_of(scheduler).close()

    n_delegates = request.scenario.population.n_delegates
    with (
        going_on(context),
        progress(
            request.scenario.name,
            check_all,
            is_quiet=quiet or json,
            n_delegates=n_delegates,
        ) as advance,
    ):
        store = run_sweep(
            request.scenario, request.vary, levers=request.levers, out=out, sampler=request.sampler,
            samples=request.samples, replicates=request.replicates, seed=request.seed,
            uncertainties=uncertainties, executor=executor, workers=workers, scheduler=scheduler,
            part=part, retry_failed=retry_failed, progress=advance,
            compacting=advance.under(TOGETHER), on_pause=_on_pause(quiet),
        )  # fmt: skip
        advance.under(COUNTING)(0, 0, 0.0)
        swept = swept_in(store)
    say_swept(swept, out, part, is_json=json, is_quiet=quiet)
    return 0


def verify(store: StoreFolder, lang: Lang = "en", json: Json = False, quiet: Quiet = False) -> int:
    """Is everything in a result folder as it was written? Exit 1 and what is damaged, if not."""
    from gfmd_sim.cli.verified import verified

    with bar(Sentence("verifying"), is_quiet=quiet or json):
        found = verified(store)
    if json:
        print_json({"store": str(store), **found.as_dict()})
    else:
        for line in found.lines(wording_asked()):
            print(line)
        if found.damages or not quiet:
            print(spoken(found.verdict()))
    return 1 if found.damages else 0


def rerun(
    store: StoreFolder,
    run: Annotated[
        str, typer.Argument(metavar="RUN", help="A row's number from 0, or DESIGN/REPLICATE.")
    ],
    lang: Lang = "en",
    json: Json = False,
    quiet: Quiet = False,
) -> int:
    """One stored run again, from the folder alone: its measures, and are they the same bits?"""
    from gfmd_sim.experiments.archive import simulator_of
    from gfmd_sim.experiments.rerun import again, find
    from gfmd_sim.experiments.store import Store

    opened = Store.open(store)
    simulator = simulator_of(opened)
    with bar(Sentence("looking for the run"), is_quiet=quiet or json):
        row = find(opened, run, simulator)
    compile_first(checked, is_quiet=quiet or json)
    found = again(opened, row, simulator)
    if json:
        print_json(
            {
                "run": run,
                "levers": dict(found.levers),
                "replicate": found.replicate,
                "measures": {k: _finite(v) for k, v in found.found.items()},
                "failure": found.found_failure,
                "same": found.is_same,
                "differences": {
                    k: [_finite(a), _finite(b)] for k, (a, b) in found.differences.items()
                },
            }
        )
        return 0 if found.is_same else 1
    if not quiet:
        for path, value in found.levers.items():
            print(f"{path} = {value}")
        print(f"replicate = {found.replicate}\n")
        for name, value in found.found.items():
            print(f"{name:32} {value!r}")
        print()
    if found.found_failure:
        print(spoken(Sentence("the run fails: {why}", why=found.found_failure)))
    for name, (a, b) in found.differences.items():
        both = Sentence(
            "{name}: stored {stored}, found {found}", name=name, stored=repr(a), found=repr(b)
        )
        print(spoken(both))
    same = Sentence("the same as stored, bit by bit")
    print(spoken(same if found.is_same else Sentence("NOT the same as stored")))
    return 0 if found.is_same else 1


def merge(
    stores: Annotated[
        list[Path],
        typer.Argument(metavar="STORE...", help="Folders of the same scenario and seed."),
    ],
    out: Annotated[Path, typer.Option("--out", help="The folder for all of them.")],
    lang: Lang = "en",
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Several sweeps of one scenario and seed as one folder; each run counts once."""
    from gfmd_sim.experiments.archive import copy_inputs
    from gfmd_sim.experiments.merge import merge as put_together

    with bar(Sentence("reading"), is_quiet=quiet or json) as advance:
        whole = put_together(stores, out, progress=advance, compacting=advance.under(TOGETHER))
        copy_inputs(stores, out)
        advance.under(COUNTING)(0, 0, 0.0)
        n = sum(batch.num_rows for batch in whole.batches(["replicate"]))
    if json:
        print_json({"out": str(out), "n_runs": n})
    elif not quiet:
        told = Sentence.counted("{n} run in {folder}", "{n} runs in {folder}", n, folder=out)
        print(spoken(told))


def analyse(
    store: StoreFolder,
    measures: Annotated[
        list[str] | None,
        typer.Option("--measure", help="Besides the headline ones; may be repeated."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for the tables (STORE/analysis).")
    ] = None,
    lang: Lang = "en",
    seed: Seed = 0,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """What moves a measure, how much is luck, and where composition matters."""
    from gfmd_sim.cli.analysed import analysed, check_place, lines_of, write_analysis
    from gfmd_sim.experiments.store import Store

    Store.open(store)
    folder = store / "analysis" if out is None else out
    check_place(folder)
    with bar(ANALYSING, is_quiet=quiet or json):
        scenario, found = analysed(store, measures, seed)
        files = write_analysis(folder, found, scenario, lang, seed)
    lines = lines_of(found, lang)
    if json:
        tables = {n: json_.loads(t.to_json(orient="records")) for n, t in found.tables.items()}
        points = found.too_few
        few = {} if points is None else {"n_points": points.n, "n_points_needed": points.needed}
        print_json({"out": str(folder), "sentences": lines, **few, **tables})
        return
    print("\n".join(lines))
    if not quiet:
        print()
        for file in files:
            print(file)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(sweep)
    app.command()(verify)
    app.command()(rerun)
    app.command()(merge)
    app.command()(analyse)


def _part(text: str | None) -> tuple[int, int]:
    if text is None:
        return (1, 1)
    match = re.fullmatch(r"(\d{1,9})/(\d{1,9})", text.strip())
    if match is None or not 1 <= int(match[1]) <= int(match[2]):
        raise UserError(
            "not a part of a sweep", key="--chunk-range", given=text,
            allowed="K/N with K from 1 to N, as in 3/16",
        )  # fmt: skip
    return int(match[1]), int(match[2])


def _on_pause(is_quiet: bool) -> Any:
    """Say once a minute why nothing moves."""
    told = -60.0

    def tell(problem: str, waited: float) -> None:
        nonlocal told
        if waited - told >= 60 or waited < told:
            told = waited
            why = Sentence("waiting ({seconds} s): {why}", seconds=f"{waited:.0f}", why=problem)
            typer.echo(spoken(why), err=True)

    return tell


def _finite(value: float | None) -> float | None:
    return value if value is not None and value == value else None
