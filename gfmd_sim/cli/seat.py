"""``seat plan``, ``check``, ``repair``, ``explain``, ``kit``: options in, answers out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from gfmd_sim.cli.commands import App
from gfmd_sim.cli.options import Json, Lang, Names, Quiet, Seed, Workers

app = App(help="Seat delegates: plan, check, repair, explain, print.")

PlanFile = Annotated[
    Path, typer.Argument(metavar="PLAN", help="A seating plan: XLSX, CSV or JSON, of any tool.")
]
RosterFile = Annotated[Path, typer.Argument(metavar="ROSTER", help="Delegate list: CSV or XLSX.")]
Outs = Annotated[
    list[Path] | None,
    typer.Option("--out", help="File to write: .xlsx, .csv or .json; may be repeated."),
]
Constraints = Annotated[
    Path | None,
    typer.Option("--constraints", help="YAML file of what is asked (docs/seating.md)."),
]
RosterOption = Annotated[
    Path | None, typer.Option("--roster", help="The delegate list, where the plan does not say.")
]
TableSize = Annotated[
    str | None,
    typer.Option(
        "--table-size", help="5-8, one size, or every table's size: 8,8,7,6 (default 5-8)."
    ),
]
Tables = Annotated[int | None, typer.Option("--tables", min=1, help="Number of tables.")]
Sittings = Annotated[
    int | None,
    typer.Option(
        "--sittings", min=1, max=30, help="Number of sittings (default: --consultations)."
    ),
]
Consultations = Annotated[
    str | None,
    typer.Option(
        "--consultations",
        help="Sittings of each consultation: 2,2,2 (default), or how many consultations: 3.",
    ),
]
Balance = Annotated[
    str | None,
    typer.Option(
        "--balance",
        help="Columns to balance, with weights if you like: group:2,region,gender (default: group "
        "and region, where the list has them).",
    ),
]
Words = list[str] | None
Apart = Annotated[
    Words, typer.Option("--apart", help="Never at one table: ID,ID,...; may be repeated.")
]
ApartBy = Annotated[
    Words, typer.Option("--apart-by", help="Never two of one value at a table: country.")
]
Together = Annotated[
    Words, typer.Option("--together", help="Always at one table: ID,ID,...; may be repeated.")
]
TogetherBy = Annotated[
    Words, typer.Option("--together-by", help="Those of one value always at one table.")
]
Fix = Annotated[
    Words,
    typer.Option("--fix", help="A seat that must be so: ID=TABLE or ID=TABLE@1-2; repeatable."),
]
Host = Annotated[Words, typer.Option("--host", help="A table's host: ID=TABLE or ID=TABLE@1-2.")]
Capacity = Annotated[Words, typer.Option("--capacity", help="Most seats: TABLE=SEATS.")]
Shared = Annotated[
    bool,
    typer.Option("--shared-language", help="Every table shares a language or has an interpreter."),
]
Attends = Annotated[
    Words,
    typer.Option("--attends", help="Who comes to some consultations only: ID=1,3; repeatable."),
]
Absences = Annotated[
    Words, typer.Option("--away", help="Who is away from some sittings: ID=3-4; repeatable.")
]
Across = Annotated[
    str | None, typer.Option("--across", help="Only encounters across this column count.")
]
Lock = Annotated[
    Path | None, typer.Option("--lock", help="Earlier plan whose seats stay as they are.")
]
LockSittings = Annotated[
    str | None, typer.Option("--lock-sittings", help="Only these sittings of it: 1-2.")
]
RoundtableNumbers = Annotated[
    str | None, typer.Option("--roundtables", help="Plan several roundtables: all, or 1,2,5.")
]
RoundtableNumber = Annotated[
    int | None, typer.Option("--roundtable", min=1, help="Which roundtable of the plan.")
]
Replicates = Annotated[
    int, typer.Option("--replicates", min=4, max=100_000, help="Lucks, where it is simulated.")
]


@app.callback(invoke_without_command=True)
def start(context: typer.Context, lang: Lang = "en") -> None:
    """Seat delegates: plan, check, repair, explain, print."""
    if context.invoked_subcommand is None:
        print(context.get_help())


@app.command()
def plan(
    context: typer.Context,
    roster: RosterFile,
    table_size: TableSize = None,
    sittings: Sittings = None,
    consultations: Consultations = None,
    balance: Balance = None,
    seconds: Annotated[
        float, typer.Option("--seconds", min=0.1, max=86_400, help="Search so long, a roundtable.")
    ] = 10.0,
    steps: Annotated[
        int | None,
        typer.Option("--steps", min=1, help="Search so many steps: same seed, same plan."),
    ] = None,
    seed: Seed = 0,
    out: Outs = None,
    kit: Annotated[
        Path | None, typer.Option("--kit", help="HTML to print: index, lists, cards, itineraries.")
    ] = None,
    names: Names = False,
    constraints: Constraints = None,
    tables: Tables = None,
    apart: Apart = None,
    apart_by: ApartBy = None,
    together: Together = None,
    together_by: TogetherBy = None,
    fix: Fix = None,
    host: Host = None,
    capacity: Capacity = None,
    shared_language: Shared = False,
    attends: Attends = None,
    away: Absences = None,
    across: Across = None,
    lock: Lock = None,
    lock_sittings: LockSittings = None,
    roundtables: RoundtableNumbers = None,
    front: Annotated[
        bool,
        typer.Option("--front", help="Show plans that trade balance for encounters, write all."),
    ] = False,
    simulate: Annotated[
        str | None,
        typer.Option(
            "--simulate", metavar="SCENARIO",
            help="What the plan changes against random and balanced tables, on the same luck.",
        ),
    ] = None,
    replicates: Replicates = 60,
    workers: Workers = None,
    lang: Lang = "en",
    json: Json = False,
    quiet: Quiet = False,
) -> None:  # fmt: skip
    """From a delegate list to a seating plan, with its distance from the proven bound."""
    from gfmd_sim.cli.resume import line_but, line_of
    from gfmd_sim.cli.seat_options import request_from
    from gfmd_sim.cli.seat_plan import PlanRun, run_plan

    # What is asked of the plan is read out of the context by name, here and in ``check``.
    run_plan(
        PlanRun(
            roster=roster,
            request=request_from(constraints, context.params),
            constraints=constraints,
            seconds=seconds,
            steps=steps,
            seed=seed,
            outs=tuple(out or ()),
            kit=kit,
            names=names,
            roundtables=roundtables,
            front=front,
            scenario=simulate,
            replicates=replicates,
            workers=workers,
            lang=lang,
            is_json=json,
            is_quiet=quiet,
            again=line_of(context),
            anew=lambda changes: line_but(context, changes),
        )  # fmt: skip
    )


@app.command()
def check(
    context: typer.Context,
    plan: PlanFile,
    roster: RosterOption = None,
    constraints: Constraints = None,
    table_size: TableSize = None,
    consultations: Consultations = None,
    balance: Balance = None,
    apart: Apart = None,
    apart_by: ApartBy = None,
    together: Together = None,
    together_by: TogetherBy = None,
    fix: Fix = None,
    host: Host = None,
    capacity: Capacity = None,
    shared_language: Shared = False,
    attends: Attends = None,
    away: Absences = None,
    across: Across = None,
    roundtable: RoundtableNumber = None,
    lang: Lang = "en",
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Score any plan from any tool, by an independent checker. Exit code 2: a constraint is broken."""
    from gfmd_sim.cli.seat_day import run_check
    from gfmd_sim.cli.seat_options import options_from

    options = options_from(context.params)
    is_kept = run_check(plan, roster, constraints, options, roundtable, lang, is_json=json)
    if not is_kept:
        raise typer.Exit(2)


@app.command()
def repair(
    plan: PlanFile,
    absent: Annotated[
        Words, typer.Option("--absent", help="Who does not come any more: ID,ID,...")
    ] = None,
    late: Annotated[
        Words, typer.Option("--late", help="Who misses this sitting only: ID,ID,...")
    ] = None,
    misses: Annotated[
        Words, typer.Option("--misses", help="Who misses this consultation only: ID,ID,...")
    ] = None,
    sitting: Annotated[
        int | None,
        typer.Option("--sitting", min=1, help="The sitting about to begin; earlier ones stay."),
    ] = None,
    consultation: Annotated[
        int | None,
        typer.Option("--consultation", min=1, help="The same by the consultation about to begin."),
    ] = None,
    smallest: Annotated[
        int | None, typer.Option("--smallest", min=1, help="Fewest people a table may have.")
    ] = None,
    out: Outs = None,
    kit: Annotated[Path | None, typer.Option("--kit", help="HTML to print.")] = None,
    names: Names = False,
    roster: RosterOption = None,
    constraints: Constraints = None,
    roundtable: RoundtableNumber = None,
    lang: Lang = "en",
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """On the day: some are missing. Fewest moves, locks kept, and what is lost."""
    from gfmd_sim.cli.seat_repair import Day, run_repair

    day = Day(absent or [], late or [], misses or [], sitting, consultation)
    run_repair(
        plan, day, smallest, tuple(out or ()), kit, roster, constraints, roundtable, lang,
        names=names, is_json=json, is_quiet=quiet,
    )  # fmt: skip


@app.command()
def explain(
    plan: PlanFile,
    table: Annotated[int, typer.Option("--table", min=1, help="The table to explain.")],
    sitting: Annotated[int, typer.Option("--sitting", min=1, help="In which sitting.")] = 1,
    swap: Annotated[
        str | None, typer.Option("--swap", help="Two delegates who change places: ID,ID.")
    ] = None,
    simulate: Annotated[
        str, typer.Option("--simulate", metavar="SCENARIO", help="Where to try the swap; or none.")
    ] = "gfmd-2024-25",
    replicates: Replicates = 40,
    seed: Seed = 0,
    workers: Workers = None,
    roster: RosterOption = None,
    constraints: Constraints = None,
    roundtable: RoundtableNumber = None,
    lang: Lang = "en",
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Why a table is as it is, and what a swap would do: on paper, and on the same luck."""
    from gfmd_sim.cli.seat_explain import Question, run_explain

    run_explain(
        Question(
            plan=plan,
            table=table,
            sitting=sitting,
            swap=swap,
            scenario=simulate,
            replicates=replicates,
            seed=seed,
            workers=workers,
            roster=roster,
            constraints=constraints,
            roundtable=roundtable,
            lang=lang,
            is_json=json,
            is_quiet=quiet,
        )  # fmt: skip
    )


@app.command()
def kit(
    plan: PlanFile,
    out: Annotated[Path, typer.Option("--out", help="HTML file to write.")],
    only: Annotated[
        str | None,
        typer.Option("--only", help="Parts: index,lists,cards,itineraries (default: all)."),
    ] = None,
    title: Annotated[str, typer.Option("--title", help="Name of the meeting, on every card.")] = "",
    names: Names = False,
    roster: RosterOption = None,
    constraints: Constraints = None,
    lang: Lang = "en",
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Table lists, table cards and personal itineraries to print, from a plan."""
    from gfmd_sim.cli.seat_day import run_kit

    run_kit(plan, out, only, title, roster, constraints, lang, names=names, is_json=json,
            is_quiet=quiet)  # fmt: skip


def add_to(parent: Any) -> None:
    """Register the commands."""
    parent.add_typer(app, name="seat")
