"""The design that a search recommends, in one sentence that a minister can be told."""

from __future__ import annotations

from collections.abc import Mapping

from gfmd_sim.experiments.front import Front
from gfmd_sim.experiments.simulator import JSON
from gfmd_sim.language import N_, listed, number, percent, plural, signed, translator
from gfmd_sim.reports.words import RULES, measure_words, said
from gfmd_sim.scenario.agenda import Language
from gfmd_sim.scenario.describe import parameter_at

_NOTES = {
    "most_reported": N_("notes that keep what most tables report"),
    "fair_share": N_("notes that keep a fair share for every group"),
    "every_point": N_("notes that keep every point"),
    "blank": N_("blank notes"),
}


def recommendation(front: Front, language: Language) -> str:
    """What is recommended, what it brings and takes, and how sure that is.

    ``front`` must have been judged against the Forum as planned, with the Forum's costs.
    """
    _ = translator(language)
    row = {str(k): v for k, v in front.frame.iloc[0].items()}
    if row["is_baseline"]:
        return _(
            "Keep the Forum as planned: of {n} designs tried none has a better balance of {measures}."
        ).format(
            n=number(front.n_searched, language, 0),
            measures=listed([_name(m, language) for m in front.measures], language),
        )
    form = _(
        "Choose {design}: on average it brings {brings} against the Forum as planned; it takes {price}, "
        "and the chance that no other design tried beats it in every respect is {p}."
    )
    return form.format(
        design=listed(in_words(front.levers[0], language), language),
        brings=listed([_brings(m, row, language) for m in front.measures], language),
        price=listed(_price(row, language), language),
        p=_chance(float(row["p_undominated"]), language),
    )


def in_words(levers: Mapping[str, JSON], language: Language) -> list[str]:
    """What a design sets, a few words a lever."""
    _, n_ = translator(language), plural(language)
    out = []
    for path, value in levers.items():
        if path == "seating.rule":
            words = said(RULES, str(value), language)
        elif path == "seating.table_size" and isinstance(value, list):
            low, high = value
            form = _("tables of {low}") if low == high else _("tables of {low} to {high}")
            words = form.format(low=low, high=high)
        elif path == "process.n_sittings" and isinstance(value, int):
            words = n_(
                "{n} sitting a consultation", "{n} sittings a consultation", value
            ).format(n=value)  # fmt: skip
        elif path == "discussion.facilitation" and isinstance(value, int | float):
            form = (
                _("hosts who hand out {share} of the floor")
                if value
                else _("tables without a host")
            )
            words = form.format(share=percent(float(value), language))
        elif path == "note.capacity" and isinstance(value, int):
            words = n_("notes of {n} point", "notes of {n} points", value).format(n=value)
        elif path == "note.rule" and value in _NOTES:
            words = _(_NOTES[str(value)])
        else:
            words = f"{_(parameter_at(path).meaning)}: {_plain(value, language)}"
        out.append(words)
    return out


def _plain(value: JSON, language: Language) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return number(float(value), language, 3, trim=True)
    return str(value)


def _name(measure: str, language: Language) -> str:
    return measure_words(measure, language).name.lower()


def _brings(measure: str, row: Mapping[str, float], language: Language) -> str:
    """A measure's mean, and what is gained over the Forum as planned."""
    digits = 1 if measure == "partnerships" else 2
    words = measure_words(measure, language)
    value = f"{_name(measure, language)} {number(float(row[measure]), language, digits)}"
    if measure == "partnerships":
        value += f" {words.scale}"
    gain, low, high = (
        signed(float(row[f"gain_{measure}{end}"]), language, digits)
        for end in ("", "_low", "_high")
    )
    _ = translator(language)
    return _("{value} ({gain}: {low} to {high})").format(value=value, gain=gain, low=low, high=high)


def _price(row: Mapping[str, float], language: Language) -> list[str]:
    """Tables, hosts, interpreters, minutes."""
    n_ = plural(language)
    n = {k: round(float(v)) for k, v in row.items() if str(k).startswith("cost_")}
    forms = {
        "cost_tables": n_("{n} table", "{n} tables", n.get("cost_tables", 0)),
        "cost_hosts": n_("{n} host", "{n} hosts", n.get("cost_hosts", 0)),
        "cost_interpreters": n_(
            "{n} interpreter", "{n} interpreters", n.get("cost_interpreters", 0)
        ),
        "cost_minutes": n_(
            "{n} minute of talk for each delegate",
            "{n} minutes of talk for each delegate",
            n.get("cost_minutes", 0),
        ),
    }
    return [form.format(n=number(n[k], language, 0)) for k, form in forms.items() if k in n]


def _chance(p: float, language: Language) -> str:
    """Simulated: never quite 0 or 100%."""
    return percent(min(max(p, 0.01), 0.99), language)
