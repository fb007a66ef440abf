"""What a comparison found, in plain words: said by the data, also where they say nothing."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from gfmd_sim.experiments.compare import (
    BASELINE,
    CANNOT_TELL,
    DOES_NOT_MATTER,
    OUT_OF_REACH,
    TOO_RARE,
    Comparison,
)
from gfmd_sim.language import N_, listed, number, percent, plural, signed, translator
from gfmd_sim.reports.decision import decision
from gfmd_sim.reports.figures import Effect, digits_for, effects_of, interval
from gfmd_sim.reports.words import design_name, is_seating, measure_words, row_name, upper_first
from gfmd_sim.scenario.agenda import Language

IN_A_SENTENCE = {
    "convergence": N_("how far views converge"),
    "solutions": N_("how many solutions are adopted"),
    "partnerships": N_("how many partnerships form"),
    "voice": N_("how evenly the floor is shared"),
    "continuity": N_("how much is carried through to the Summit"),
}

SHOWN = 6  # undecided differences named one by one

Cells = dict[str, dict[str, Effect]]  # measure -> design -> effect


@dataclass(frozen=True)
class Findings:
    """The words at the top of a report."""

    headline: str
    deck: str
    matters: list[str]
    does_not: list[str]
    cannot_tell: list[str]
    how_sure: list[str]
    decision: str


def has_worlds(comparison: Comparison, column: str = "better_in_worlds") -> bool:
    """Whether its units are worlds; by ``worse_in_worlds``: whether these are counted (not in older results)."""
    frame = comparison.frame
    return column in frame and bool(frame[column].notna().any())


def measures_of(comparison: Comparison) -> list[str]:
    """The measures compared, in their order."""
    return [str(m) for m in dict.fromkeys(comparison.frame["measure"])]


def cells_of(comparison: Comparison) -> Cells:
    """All effects of a comparison."""
    return {m: effects_of(comparison.frame, m) for m in measures_of(comparison)}


def with_lever_named(comparison: Comparison, path: str) -> Comparison:
    """The comparison with designs that are called by a bare value called ``lever=value``.

    Labels leave out what is varied where that is one lever alone; in a report ``0.3`` says nothing.
    Rules of seating have names of their own and stay as they are.
    """
    if path == "seating.rule":
        return comparison
    leaf = path.rsplit(".", 1)[-1]

    def named(label: str) -> str:
        return label if "=" in label or label == "as it stands" else f"{leaf}={label}"

    frame, runs = (
        table.assign(design=table["design"].map(named))
        for table in (comparison.frame, comparison.runs)
    )
    return replace(comparison, frame=frame, runs=runs, baseline=named(comparison.baseline))


def findings(comparison: Comparison, language: Language) -> Findings:
    """The verdicts in words."""
    cells = cells_of(comparison)
    head, deck = headline(cells, comparison.runs["replicate"].nunique(), language)
    return Findings(
        headline=head,
        deck=deck,
        matters=_matters(cells, language),
        does_not=_does_not(cells, comparison.baseline, language),
        cannot_tell=[*_too_rare(cells, language), *_cannot_tell(cells, language)],
        how_sure=_how_sure(comparison, cells, language),
        decision=decision(comparison, language),
    )


def _phrase(measure: str, language: Language) -> str:
    if measure in IN_A_SENTENCE:
        return translator(language)(IN_A_SENTENCE[measure])
    return measure_words(measure, language).name


def headline(cells: Cells, n_replicates: int, language: Language) -> tuple[str, str]:
    """What the designs change, and what they do not: a headline, and the line below it."""
    _ = translator(language)
    others = {m: [e for e in row.values() if e.verdict != BASELINE] for m, row in cells.items()}
    changed = [_phrase(m, language) for m, row in others.items() if any(e.sign for e in row)]
    same = [
        _phrase(m, language)
        for m, row in others.items()
        if all(e.verdict == DOES_NOT_MATTER for e in row)
    ]
    seating = is_seating([d for row in cells.values() for d in row])
    if changed:
        head = _("Who sits with whom changes {changed}") if seating else _("It changes {changed}")
    elif same and len(same) == len(others):
        head = (
            _("Who sits with whom makes no difference worth having")
            if seating
            else _("No design makes a difference worth having")
        )
    elif same and all(
        e.verdict in (DOES_NOT_MATTER, TOO_RARE) for row in others.values() for e in row
    ):
        head = (
            _("Who sits with whom makes no difference worth having in what can be told")
            if seating
            else _("No design makes a difference worth having in what can be told")
        )
    else:
        head = (
            _("Whether it matters who sits with whom cannot be told yet")
            if seating
            else _("Whether the designs differ cannot be told yet")
        )
    sure = _("{n} replicates, intervals at 95%").format(n=number(n_replicates, language, 0))
    deck = _("It does not change {same} ({sure}).") if same else _("{sure}.")
    return (
        head.format(changed=listed(changed, language)),
        upper_first(deck.format(same=listed(same, language, "nor"), sure=sure)),
    )


def _matters(cells: Cells, language: Language) -> list[str]:
    """A line a design that makes a difference, the strongest first."""
    _ = translator(language)
    designs: dict[str, list[tuple[str, Effect]]] = {}
    for measure, row in cells.items():
        for d, e in row.items():
            if e.sign:
                designs.setdefault(d, []).append((measure, e))

    def strength(d: str) -> float:
        return -max(abs(e.difference) / e.smallest for _m, e in designs[d])

    out = []
    for d in sorted(designs, key=strength):
        parts = [
            f"{measure_words(m, language).name.lower()} "
            f"{signed(e.difference, language, digits_for(e.smallest))} "
            f"({interval(e.low, e.high, language, digits_for(e.smallest))})"
            for m, e in designs[d]
        ]
        out.append(
            _("{design}: {effects}").format(
                design=row_name(d, language), effects=listed(parts, language)
            )
        )
    return out


def _does_not(cells: Cells, baseline: str, language: Language) -> list[str]:
    _ = translator(language)
    designs = [d for d in next(iter(cells.values())) if d != baseline]
    alike = [
        design_name(d, language)
        for d in designs
        if all(row[d].verdict == DOES_NOT_MATTER for row in cells.values())
    ]
    out = []
    if alike:
        out.append(
            _("In all measures the same as {baseline}, for all that matters: {designs}.").format(
                baseline=design_name(baseline, language), designs=listed(alike, language)
            )
        )
    for m, row in cells.items():
        others = [e for e in row.values() if e.verdict != BASELINE]
        if all(e.verdict == DOES_NOT_MATTER for e in others):
            largest = max(others, key=lambda e: max(abs(e.low), abs(e.high)))
            digits = digits_for(largest.smallest)
            out.append(
                _("{measure}: no design moves it by as much as {smallest}.").format(
                    measure=measure_words(m, language).name,
                    smallest=number(largest.smallest, language, digits, trim=True),
                )
            )
    return out


def rare_help(more: int, language: Language) -> str:
    """What would tell more of an outcome that hardly ever occurs."""
    _, n_ = translator(language), plural(language)
    if more > OUT_OF_REACH:
        return _("It does not occur in most runs: all roundtables together would tell more.")
    return n_(
        "It does not occur in most runs: all roundtables together, or about {more} more replicate, would tell more.",
        "It does not occur in most runs: all roundtables together, or about {more} more replicates, would tell more.",
        more,
    ).format(more=number(more, language, 0))


def _too_rare(cells: Cells, language: Language) -> list[str]:
    """The outcomes that hardly ever occur, a line each, and what would help."""
    _ = translator(language)
    out = []
    for m, row in cells.items():
        more = [e.more_replicates for e in row.values() if e.verdict == TOO_RARE]
        if more:
            told = _("{measure}: too rare here to tell the designs apart.").format(
                measure=measure_words(m, language).name
            )
            out.append(f"{told} {rare_help(max(more), language)}")
    return out


def _cannot_tell(cells: Cells, language: Language) -> list[str]:
    """What is open, what is closest to being settled first; at most a handful."""
    _, n_ = translator(language), plural(language)
    undecided = [
        (m, e) for m, row in cells.items() for e in row.values() if e.verdict == CANNOT_TELL
    ]
    undecided.sort(key=lambda pair: pair[1].more_replicates)
    out = []
    for m, e in undecided[:SHOWN]:
        digits = digits_for(e.smallest)
        if not math.isfinite(e.low + e.high):
            told = n_(
                "{design}, {measure}: too few replicates to know the spread; about {n} more would tell it",
                "{design}, {measure}: too few replicates to know the spread; about {n} more would tell it",
                e.more_replicates,
            )
        elif e.more_replicates > OUT_OF_REACH:
            told = _(
                "{design}, {measure}: {low} to {high}; too near what would matter for more runs to settle"
            )
        else:
            told = n_(
                "{design}, {measure}: {low} to {high}; about {n} more replicate would settle it",
                "{design}, {measure}: {low} to {high}; about {n} more replicates would settle it",
                e.more_replicates,
            )
        out.append(
            told.format(
                design=row_name(e.design, language),
                measure=measure_words(m, language).name.lower(),
                low=signed(e.low, language, digits),
                high=signed(e.high, language, digits),
                n=number(e.more_replicates, language, 0),
            )
        )
    if (rest := len(undecided) - SHOWN) > 0:
        out.append(
            n_(
                "and {n} more, further from being settled.",
                "and {n} more, further from being settled.",
                rest,
            ).format(n=rest)
        )
    return out


def _how_sure(comparison: Comparison, cells: Cells, language: Language) -> list[str]:
    _, n_ = translator(language), plural(language)
    frame = comparison.frame
    compared: Sequence[Effect] = [
        e for row in cells.values() for e in row.values() if e.verdict != BASELINE
    ]
    n = comparison.runs["replicate"].nunique()
    out = [
        n_(
            "{n} replicate of the whole Forum for every design, each on the same luck.",
            "{n} replicates of the whole Forum for every design, each on the same luck.",
            n,
        ).format(n=number(n, language, 0)),
        _(
            "The {cells} intervals hold all at once with a chance of {level}: no more than one "
            "report in {odds} has any of them wrong because of luck."
        ).format(
            cells=number(len(compared), language, 0),
            level=percent(comparison.level, language),
            odds=number(1 / max(1 - comparison.level, 1e-9), language, 0),
        ),
    ]
    if has_worlds(comparison):
        out.append(
            _(
                "The replicates live in {worlds} plausible worlds, the same for all designs: what we "
                "do not know about people was drawn from its plausible range."
            ).format(worlds=number(comparison.runs["world"].nunique(), language, 0))
        )
        if has_worlds(comparison, "worse_in_worlds"):
            out.append(
                _(
                    "The table of all effects counts in what share of these worlds a design did better than the baseline, and "
                    "in what share worse, on average over its replicates there, luck included; in the rest "
                    "they were equal."
                )
            )
    else:
        out.append(
            _(
                "The parameters stood still: the intervals hold luck only, not what we do not know "
                "about people. The assumptions below say what that is."
            )
        )
    gains: Iterable[float] = frame.get("pairing_gain", [])
    known = [float(g) for g in gains if math.isfinite(g)]
    if known:
        median = sorted(known)[len(known) // 2]
        out.append(
            _(
                "Comparing on the same luck was worth {gain} times as many replicates (median)."
            ).format(gain=number(median, language, 1 if median < 10 else 0))
        )
    if comparison.n_failed:
        out.append(
            n_(
                "{n} run failed; its replicate counts for no design.",
                "{n} runs failed; their replicates count for no design.",
                comparison.n_failed,
            ).format(n=number(comparison.n_failed, language, 0))
        )
    return out
