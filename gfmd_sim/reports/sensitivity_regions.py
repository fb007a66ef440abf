"""Where a lever matters, in words and as a table."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd

from gfmd_sim.language import listed, number, percent, translator
from gfmd_sim.reports.figures import DataTable
from gfmd_sim.reports.sensitivity_figures import factor_words
from gfmd_sim.reports.words import design_name, measure_words
from gfmd_sim.scenario.agenda import Language

NOT_BY_CHANCE = 0.05


def region_lines(regions: pd.DataFrame | None, language: Language) -> list[str]:
    """The regions that are not chance, a line each; nothing where none was looked for."""
    _ = translator(language)
    if regions is None or not len(regions):
        return []
    sure = regions[regions["p_adjusted"] < NOT_BY_CHANCE]
    form = _("{change}: {measure} moves by what would matter mostly with {where}.")
    lines = [
        form.format(
            change=_change(row, language),
            measure=measure_words(str(row["measure"]), language).name.lower(),
            where=_where(row, language),
        )
        for row in sure.to_dict("records")
    ]
    return lines or [_("No region stands out in which a lever matters more than elsewhere.")]


def region_table(regions: pd.DataFrame, language: Language) -> DataTable:
    """Every region looked for, chance findings included."""
    _ = translator(language)
    header = [
        _("Change"), _("Measure"), _("Region"), _("There"), _("Everywhere"), _("Worlds inside"),
        _("Chance finding (p)"),
    ]  # fmt: skip
    rows = [
        [
            _change(row, language),
            measure_words(str(row["measure"]), language).name,
            _box(row, language),
            percent(row["density"], language),
            percent(row["everywhere"], language),
            percent(row["mass"], language),
            number(row["p_adjusted"], language, 3),
        ]
        for row in regions.to_dict("records")
    ]
    return DataTable(header, rows, first_number=3)


def _change(row: dict[Any, Any], language: Language) -> str:
    _ = translator(language)
    if row["lever"]:
        return _("{factor} changed").format(factor=factor_words(str(row["lever"]), language))
    return _("{design} instead of {baseline}").format(
        design=design_name(str(row["design"]), language),
        baseline=design_name(str(row["baseline"]), language),
    )


def _where(row: dict[Any, Any], language: Language) -> str:
    _ = translator(language)
    return _("{box} ({there} there, {everywhere} everywhere)").format(
        box=_box(row, language),
        there=percent(row["density"], language),
        everywhere=percent(row["everywhere"], language),
    )


def _box(row: dict[Any, Any], language: Language) -> str:
    """A region's limits in words."""
    _ = translator(language)
    parts = []
    for path, limit in json.loads(row["limits"]).items():
        name = factor_words(path, language)
        if limit["is_range"]:
            low, high = (number(v, language, 3, trim=True) for v in limit["values"])
            parts.append(_("{factor} from {low} to {high}").format(factor=name, low=low, high=high))
        else:
            values = listed(
                [design_name(str(v), language) for v in limit["values"]], language, "or"
            )
            parts.append(f"{name}: {values}")
    return listed(parts, language) if parts else _("nowhere in particular")
