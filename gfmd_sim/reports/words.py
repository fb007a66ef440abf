"""What things are called in a report: measures, rules, groups, kinds of item, resources.

A name from a file (a group's label, a solution's) is shown as the file says it; escaping it is the
templates' work.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gfmd_sim.language import N_, locale_of, translator
from gfmd_sim.scenario.agenda import Language
from gfmd_sim.scenario.schema import Scenario


@dataclass(frozen=True)
class MeasureWords:
    """What a measure is called, what it says, and what its scale is."""

    name: str
    meaning: str
    scale: str


MEASURES: dict[str, MeasureWords] = {
    "convergence": MeasureWords(
        N_("Convergence"),
        N_("How far support drew together from the first day to the Summit."),
        N_("0: not at all, 1: completely"),
    ),
    "solutions": MeasureWords(
        N_("Solutions"),
        N_("Share of the solutions put to the vote at the Summit that were adopted."),
        N_("share of the solutions balloted"),
    ),
    "partnerships": MeasureWords(
        N_("Partnerships"),
        N_("Partnerships that bring three groups or more together around an adopted solution."),
        N_("per 100 delegates"),
    ),
    "voice": MeasureWords(
        N_("Voice"),
        N_("How evenly the floor was shared: 1 minus the Gini index of turns."),
        N_("0: one person speaks, 1: all alike"),
    ),
    "continuity": MeasureWords(
        N_("Continuity"),
        N_(
            "Share of the points voiced in consultations 1 and 2 that were noted, voiced again "
            "in consultation 3 and known by half of the delegates at the Summit."
        ),
        N_("share of the points voiced"),
    ),
}

RULES: dict[str, str] = {
    "random": N_("random tables"),
    "balanced": N_("balanced tables"),
    "balanced_fresh": N_("balanced tables, new faces"),
    "caucus": N_("one group a table"),
    "caucus_first": N_("one group a table, then mixed"),
    "like_minded": N_("like-minded tables"),
    "opinion_diverse": N_("tables of diverse opinions"),
    "fixed": N_("fixed tables"),
    "regional": N_("regional tables"),
    "optimised": N_("optimised tables"),
    "plan": N_("the organiser's plan"),
}

RULES_MEANING: dict[str, str] = {
    "random": N_("everybody draws a seat"),
    "balanced": N_("every table mirrors the room"),
    "balanced_fresh": N_("every table mirrors the room, and the same people rarely meet twice"),
    "caucus": N_("every group sits by itself"),
    "caucus_first": N_("groups first sit by themselves, and are mixed in the second sitting"),
    "like_minded": N_("people who think alike sit together"),
    "opinion_diverse": N_("people who think differently sit together"),
    "fixed": N_("everybody keeps the same table to the end"),
    "regional": N_("people of one region sit together"),
    "optimised": N_("a search for the best balance and the most new faces"),
    "plan": N_("the seating plan from a file"),
}

KINDS: dict[str, str] = {
    "challenge": N_("Challenge"),
    "opportunity": N_("Opportunity"),
    "practice": N_("Practice"),
    "proposal": N_("Solution"),
}

RESOURCES: dict[str, str] = {
    "authority": N_("authority"),
    "finance": N_("finance"),
    "delivery": N_("delivery"),
    "jobs_skills": N_("jobs and skills"),
    "knowledge": N_("knowledge and lived experience"),
}

GROUPS: dict[str, str] = {
    "states": N_("States"),
    "civil_society": N_("Civil society"),
    "private_sector": N_("Private sector"),
    "youth": N_("Youth"),
    "local_governments": N_("Local governments"),
    "international_organisations": N_("International organisations"),
    "diaspora": N_("Diaspora"),
    "media": N_("Media"),
    "employers_workers": N_("Employers and workers"),
    "academia": N_("Academia"),
}

COLUMNS: dict[str, str] = {
    "group": N_("group"),
    "region": N_("region"),
    "country": N_("country"),
    "organisation": N_("organisation"),
    "role": N_("role"),
    "gender": N_("gender"),
    "languages": N_("languages"),
    "resources": N_("resources"),
}
"""Columns of a delegate list; further ones keep the name that the list gives them."""

VALUES: dict[str, dict[str, str]] = {
    "group": GROUPS,
    "region": {
        "africa": N_("Africa"),
        "asia_pacific": N_("Asia and the Pacific"),
        "eastern_europe": N_("Eastern Europe"),
        "latin_america_caribbean": N_("Latin America and the Caribbean"),
        "western_europe_other": N_("Western Europe and others"),
    },
    "role": {
        "origin": N_("Origin"),
        "transit": N_("Transit"),
        "destination": N_("Destination"),
    },
    "gender": {"woman": N_("Woman"), "man": N_("Man")},
    "resources": RESOURCES,
}
"""What we have words for in a column; other values are shown as the list has them."""

VERDICTS: dict[str, str] = {
    "matters": N_("matters"),
    "does not matter": N_("does not matter"),
    "cannot tell yet": N_("cannot tell yet"),
    "too rare to tell": N_("too rare to tell"),
    "baseline": N_("baseline"),
}

HOLDERS: dict[str, str] = {
    "lever": N_("the organiser decides"),
    "uncertainty": N_("the world decides"),
    "frame": N_("what is simulated"),
}

ROOMS: dict[str, str] = {
    "": N_("The Forum"),
    "population": N_("Who takes part"),
    "process": N_("How the Forum is laid out"),
    "seating": N_("Who sits where"),
    "discussion": N_("Who says what, who learns it"),
    "opinion": N_("How talk moves support"),
    "trust": N_("How trust grows"),
    "plenary": N_("What the room hears"),
    "note": N_("What the summary note carries"),
    "adoption": N_("When a solution is adopted"),
    "partnering": N_("Who founds partnerships"),
    "smallest_effects": N_("Smallest effects of interest"),
    "experimental": N_("For the limits of theory only"),
}


def column_name(column: str, language: Language) -> str:
    """What a column of a delegate list is called; a further one as the list calls it."""
    known = COLUMNS.get(column)
    return translator(language)(known) if known else column.replace("_", " ")


def value_name(column: str, value: str, language: Language) -> str:
    """A value of a column in words: ours translated, languages by their names, others as the list has them."""
    parts = [_part_name(column, part, language) for part in _parts(column, value)]
    if parts and None not in parts:
        return upper_first(" + ".join(map(str, parts)))
    # an underscore is a program's space: such a value is an id, and no code to be kept letter by letter
    return upper_first(value.replace("_", " ")) if "_" in value else value


def _parts(column: str, value: str) -> list[str]:
    """What a cell lists, where its column holds lists; else the value alone."""
    if column in ("languages", "resources"):
        return [part for part in re.split(r"[\s|;,/]+", value) if part]
    return [value]


def _part_name(column: str, part: str, language: Language) -> str | None:
    if column == "languages":
        return locale_of(language).languages.get(part.casefold())
    known = VALUES.get(column, {}).get(part)
    return None if known is None else translator(language)(known)


_RULE = re.compile(r"(?:(?:seating\.)?rule=)?([a-z_]+)\Z")


def one_world(language: Language) -> str:
    """What runs of ``simulate`` hold still and a comparison does not, so that means are not set
    beside each other."""
    _ = translator(language)
    return _(
        "Every parameter stands at its value in the scenario. demo and compare also draw what nobody "
        "knows about people, so their means are others."
    )


def measure_words(measure: str, language: Language) -> MeasureWords:
    """The words for a measure; one that is not a headline measure keeps its column's name."""
    _ = translator(language)
    known = MEASURES.get(measure)
    if known is None:
        return MeasureWords(measure.replace("_", " "), "", "")
    return MeasureWords(_(known.name), _(known.meaning), _(known.scale))


def is_seating(labels: Sequence[str]) -> bool:
    """Whether designs differ in nothing but the rule of seating."""
    return all((m := _RULE.match(label)) is not None and m[1] in RULES for label in labels)


def design_name(label: str, language: Language) -> str:
    """A design's label in words where it is a rule of seating, else as it stands."""
    _ = translator(language)
    parts = []
    for part in label.split(", "):
        match = _RULE.match(part)
        parts.append(_(RULES[match[1]]) if match and match[1] in RULES else part)
    return _("as the scenario stands") if label == "as it stands" else ", ".join(parts)


def row_name(label: str, language: Language) -> str:
    """:func:`design_name` as the head of a row: a capital in front, unless that is a name as it stands."""
    name, first = design_name(label, language), label.split(", ")[0]
    return name if design_name(first, language) == first else upper_first(name)


def design_meaning(label: str, language: Language) -> str:
    """What a rule of seating does, in a few words; empty for other designs."""
    match = _RULE.match(label)
    return translator(language)(RULES_MEANING.get(match[1], "")) if match else ""


def group_label(group: str, scenario: Scenario, language: Language) -> str:
    """What a group is called: the scenario's label, else ours, else its id."""
    spec = scenario.population.groups.get(group)
    if spec is not None and spec.label is not None:
        return spec.label.in_(language)
    if group in GROUPS:
        return translator(language)(GROUPS[group])
    return group.replace("_", " ").capitalize()


def group_labels(groups: Sequence[str], scenario: Scenario, language: Language) -> dict[str, str]:
    """:func:`group_label` of each."""
    return {g: group_label(g, scenario, language) for g in groups}


def upper_first(text: str) -> str:
    """``text`` with a capital in front; acronyms stay as they are."""
    return text[:1].upper() + text[1:]


def said(words: Mapping[str, str], key: str, language: Language) -> str:
    """``words[key]`` in ``language``; the key itself where there is no word for it."""
    return translator(language)(words[key]) if key in words else key


def spoken_name(delegate: str, group: str, label: str) -> str:
    """A delegate as people say it: a made-up identifier becomes group and number."""
    number = delegate.removeprefix(f"{group}-")
    return f"{label} {int(number)}" if number != delegate and number.isdecimal() else delegate
