"""What an organiser takes from a comparison, in a sentence or two: the last word of every report."""

from __future__ import annotations

from collections.abc import Sequence

from gfmd_sim.errors import ScenarioError
from gfmd_sim.experiments.compare import Comparison
from gfmd_sim.experiments.decide import Decision, Kind, decide
from gfmd_sim.language import divided, listed, number, plural, translator
from gfmd_sim.reports.words import design_name, is_seating, measure_words
from gfmd_sim.scenario.agenda import Language
from gfmd_sim.scenario.describe import parameter_at


def decision(comparison: Comparison, language: Language) -> str:
    """What to do, in words."""
    found = decide(comparison)
    seating = is_seating([str(d) for d in dict.fromkeys(comparison.frame["design"])])
    of_world = [path for path in comparison.varied if is_of_world(path)]
    if not of_world:
        return in_words(found, seating, language)
    _ = translator(language)
    parameters = listed(of_world, language)
    if len(of_world) < len(comparison.varied):
        told = _("No organiser decides on {parameters}: on that, this is no advice.")
        return f"{in_words(found, seating, language)} {told.format(parameters=parameters)}"
    if found.kind is Kind.SAME and not found.rare:
        told = _(
            "No organiser decides on {parameters}, and nothing here rests on it by as much as matters."
        )
    elif found.kind is Kind.SAME:
        told = _(
            "No organiser decides on {parameters}, and nothing that can be told rests on it by as much as matters."
        )
    else:
        told = _(
            "No organiser decides on {parameters}: what differs shows how much rests on it, and is no advice."
        )
    return told.format(parameters=parameters)


def is_of_world(path: str) -> bool:
    """Whether the world decides on a parameter; of one unknown (an older folder's) it is not said."""
    try:
        return parameter_at(path).holder == "uncertainty"
    except ScenarioError:
        return False


def in_words(found: Decision, seating: bool, language: Language) -> str:
    """A decision as people read it; ``seating``: the designs differ in who sits with whom alone."""
    say = {Kind.SAME: _same, Kind.TAKE: _take, Kind.TRADE: _trade, Kind.OPEN: _open}[found.kind]
    text = say(found, seating, language)
    return f"{text} {_rare(found, language)}" if found.rare else text


def _rare(found: Decision, language: Language) -> str:
    """What is left out of the decision."""
    _ = translator(language)
    names = [measure_words(m, language).name.lower() for m in found.rare]
    return _("What is too rare here to tell has no say in this: {measures}.").format(
        measures=listed(names, language)
    )


def _same(found: Decision, seating: bool, language: Language) -> str:
    _ = translator(language)
    if found.rare:
        return (
            _(
                "In what can be told, it does not matter here who sits with whom: seat people as it is easiest for you."
            )
            if seating
            else _(
                "In what can be told, the choice does not matter here: take the design that is easiest for you."
            )
        )
    if seating:
        return _("Who sits with whom does not matter here: seat people as it is easiest for you.")
    return _("The choice does not matter here: take the design that is easiest for you.")


def _take(found: Decision, seating: bool, language: Language) -> str:
    _ = translator(language)
    take, avoid = _names(found.take, language), _names(found.avoid, language)
    if len(found.take) > 1:
        if avoid:
            text = _("Take {take}, whichever is easier, but not {avoid}.")
        elif found.unsettled:
            text = _("Take {take}, whichever is easier.")
        else:
            text = _(
                "Take {take}, whichever is easier: in no measure are they apart by as much as matters."
            )
    elif found.unsettled:
        text = _("Take {take}, not {avoid}.") if avoid else _("Take {take}.")
    elif avoid:
        text = _(
            "Take {take}, not {avoid}: nothing compared is better in any measure by as much as matters."
        )
    else:
        text = _("Take {take}: nothing compared is better in any measure by as much as matters.")
    text = text.format(take=take, avoid=avoid)
    return f"{text} {_still_open(found, language)}" if found.unsettled else text


def _still_open(found: Decision, language: Language) -> str:
    _, n_ = translator(language), plural(language)
    names = [measure_words(m, language).name.lower() for m in found.unsettled]
    if found.more_replicates and found.is_partly_out_of_reach:
        text = n_(
            "In {measures}, {others} may still prove better by as much as matters: about {n} more replicate would settle a part of this, and the rest is too near what would matter for more runs to settle.",
            "In {measures}, {others} may still prove better by as much as matters: about {n} more replicates would settle a part of this, and the rest is too near what would matter for more runs to settle.",
            found.more_replicates,
        )
    elif found.more_replicates:
        text = n_(
            "In {measures}, {others} may still prove better by as much as matters: about {n} more replicate would settle it.",
            "In {measures}, {others} may still prove better by as much as matters: about {n} more replicates would settle it.",
            found.more_replicates,
        )
    else:
        text = _(
            "In {measures}, {others} may still prove better by as much as matters; more runs would hardly settle it."
        )
    return text.format(
        others=_names(found.rivals, language),
        measures=listed(names, language),
        n=number(found.more_replicates, language, 0),
    )


def _trade(found: Decision, seating: bool, language: Language) -> str:
    _ = translator(language)
    form = _("{design} for {measures}")
    parts = [
        form.format(
            design=_names(designs, language),
            measures=listed([measure_words(m, language).name.lower() for m in measures], language),
        )
        for designs, measures in found.best_for
    ]
    return _("No design is best in everything; decide what counts most: {parts}.").format(
        parts=divided(parts, language)
    )


def _open(found: Decision, seating: bool, language: Language) -> str:
    _, n_ = translator(language), plural(language)
    if found.more_replicates and found.is_partly_out_of_reach:
        told = n_(
            "It cannot be told yet which design to take: about {n} more replicate would settle a part of what is open, and the rest is too near what would matter for more runs to settle.",
            "It cannot be told yet which design to take: about {n} more replicates would settle a part of what is open, and the rest is too near what would matter for more runs to settle.",
            found.more_replicates,
        ).format(n=number(found.more_replicates, language, 0))
    elif found.more_replicates:
        told = n_(
            "It cannot be told yet which design to take: about {n} more replicate would settle it.",
            "It cannot be told yet which design to take: about {n} more replicates would settle it.",
            found.more_replicates,
        ).format(n=number(found.more_replicates, language, 0))
    else:
        told = _("It cannot be told which design to take: more runs would hardly settle it.")
    if found.take:
        take, avoid = _names(found.take, language), _names(found.avoid, language)
        today = (
            _("If you must choose today, take {take}, but not {avoid}.")
            if avoid
            else _("If you must choose today, take {take}.")
        )
        told += " " + today.format(take=take, avoid=avoid)
    return told


def _names(designs: Sequence[str], language: Language) -> str:
    """``balanced tables or random tables``."""
    return listed([design_name(d, language) for d in designs], language, "or")
