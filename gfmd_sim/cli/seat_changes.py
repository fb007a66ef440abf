"""What a plan or a swap changes in the simulated Forum: on the screen, and the same as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from gfmd_sim.cli.console import console_for_tables
from gfmd_sim.language import N_, number, signed, translator
from gfmd_sim.reports.findings import rare_help
from gfmd_sim.reports.words import RULES, measure_words, upper_first
from gfmd_sim.scenario.agenda import Language

if TYPE_CHECKING:
    from gfmd_sim.cli.seat_outcomes import Stage
    from gfmd_sim.experiments.compare import Comparison

_VERDICTS = {
    "matters": N_("matters"),
    "does not matter": N_("does not matter"),
    "cannot tell yet": N_("cannot tell yet"),
    "too rare to tell": N_("too rare to tell"),
}
FIRST = ("convergence", "partnerships")


def print_changes(
    stage: Stage, compared: Sequence[Comparison], lang: Language, *, is_silent: bool
) -> dict[str, Any]:
    """What a plan changes, measure by measure, with intervals; returns the same for JSON."""
    _ = translator(lang)
    console = console_for_tables()
    if not is_silent:
        numbers = ", ".join(map(str, stage.scenario.roundtables))
        first = compared[0].runs
        words = _(
            "Simulated on the same luck: {name}, roundtables {numbers}, {n} replicates. "
            "Differences with intervals that hold together at 95%."
        ).format(name=stage.scenario.name, numbers=numbers, n=first["replicate"].nunique())
        console.print(Text(words, style="bold"))
    said = []
    for comparison in compared:
        rows = comparison.frame[comparison.frame["verdict"] != "baseline"]
        rank = {m: k for k, m in enumerate(FIRST)}
        rows = rows.assign(_rank=[rank.get(m, len(rank)) for m in rows["measure"]])
        rows = rows.sort_values("_rank", kind="stable")
        if not is_silent:
            rule = comparison.baseline
            base = _(RULES[rule]) if rule in RULES else None  # None: the plan as it stands
            title = (
                upper_first(str(rows["design"].iloc[0]))
                if base is None
                else _("The plan against {other}").format(other=base)
            )
            console.print(_change_table(rows, title, lang))
            for _k, row in rows[rows["measure"].isin(FIRST)].iterrows():
                console.print(Padding(Text(f"- {in_words(row, base, lang)}"), (0, 0, 0, 2)))
        for _k, row in rows.iterrows():
            keep = ("design", "measure", "baseline_mean", "mean", "difference", "low", "high",
                    "smallest_effect", "verdict", "more_replicates")  # fmt: skip
            one = {c: (v.item() if hasattr(v := row[c], "item") else v) for c in keep}
            said.append({"against": comparison.baseline, **one, "level": comparison.level})
    changed = {k: list(v) if isinstance(v, tuple) else v for k, v in stage.changed.items()}
    return {"scenario": stage.scenario.name, "changed": changed, "comparison": said}


def _change_table(rows: Any, title: str, lang: Language) -> Table:
    _ = translator(lang)
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), title=title, title_justify="left",
                  title_style="bold")  # fmt: skip
    table.add_column("")
    for words in (_("Mean before"), _("Mean with it"), _("Difference"), _("Interval")):
        table.add_column(words, justify="right")
    table.add_column(_("Verdict"))
    for _k, row in rows.iterrows():
        digits = 3
        table.add_row(
            measure_words(str(row["measure"]), lang).name,
            number(row["baseline_mean"], lang, digits),
            number(row["mean"], lang, digits),
            signed(row["difference"], lang, digits),
            f"{signed(row['low'], lang, digits)} \N{HORIZONTAL ELLIPSIS} "
            f"{signed(row['high'], lang, digits)}",
            _(_VERDICTS.get(str(row["verdict"]), str(row["verdict"]))),
        )
    return table


def in_words(row: Any, base: str | None, lang: Language) -> str:
    """One difference from the rule called ``base``, or from the plan as it stands, in words."""
    from gfmd_sim.experiments.compare import OUT_OF_REACH

    _ = translator(lang)
    name = measure_words(str(row["measure"]), lang).name
    verdict = str(row["verdict"])
    if verdict == "matters":
        rule = _("{measure}: the change against {base} matters ({low} to {high}).")
        plan = _("{measure}: the change against the plan as it stands matters ({low} to {high}).")
    elif verdict == "does not matter":
        rule = _("{measure}: no change that would matter against {base} ({low} to {high}).")
        plan = _("{measure}: no change that would matter against the plan as it stands "
                 "({low} to {high}).")  # fmt: skip
    elif verdict == "too rare to tell":
        rule = _(
            "{measure}: too rare here to tell what the plan changes against {base} ({low} to {high})."
        )
        plan = _(
            "{measure}: too rare here to tell what changes against the plan as it stands ({low} to {high})."
        )
    elif row["more_replicates"] > OUT_OF_REACH:
        rule = _("{measure}: cannot be told against {base} ({low} to {high}): "
                 "too near what would matter for more runs to settle.")  # fmt: skip
        plan = _("{measure}: cannot be told against the plan as it stands ({low} to {high}): "
                 "too near what would matter for more runs to settle.")  # fmt: skip
    else:
        rule = _("{measure}: cannot be told yet against {base} ({low} to {high}); "
                 "about {more} more replicates would tell.")  # fmt: skip
        plan = _("{measure}: cannot be told yet against the plan as it stands ({low} to {high}); "
                 "about {more} more replicates would tell.")  # fmt: skip
    told = plan if base is None else rule
    if verdict == "too rare to tell":
        told = f"{told} {rare_help(int(row['more_replicates']), lang)}"
    return told.format(
        measure=name, base=base, low=signed(row["low"], lang, 3), high=signed(row["high"], lang, 3),
        more=number(float(row["more_replicates"]), lang, 0),
    )  # fmt: skip
