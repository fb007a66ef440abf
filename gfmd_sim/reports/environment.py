"""Jinja2, once for Markdown and once for HTML: whatever comes from data is escaped in both."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from gfmd_sim.language import dates, listed, number, percent, plural, signed, translator
from gfmd_sim.reports.markdown import markdown_text
from gfmd_sim.reports.words import upper_first
from gfmd_sim.scenario.agenda import Language

TEMPLATES = Path(__file__).parent / "templates"
ASSETS = Path(__file__).parent / "assets"


def _environment(language: Language, **options: Any) -> Environment:
    env = Environment(
        loader=FileSystemLoader(TEMPLATES, encoding="utf-8"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        **options,
    )
    bound: dict[str, Callable[..., str]] = {
        "number": lambda value, digits=0, **k: number(value, language, digits, **k),
        "signed": lambda value, digits=2: signed(value, language, digits),
        "percent": lambda value, digits=0: percent(value, language, digits),
        "dates": lambda days: dates(days, language),
        "listed": lambda words: listed(words, language),
    }
    env.filters.update(bound)
    env.filters.update(runs=number_runs, capfirst=upper_first)
    env.globals.update(_=translator(language), ngettext=plural(language), language=language)
    return env


def number_runs(numbers: Sequence[int]) -> str:
    """Ascending whole numbers in short: ``1-3, 5, 8-9`` with en dashes."""
    runs: list[list[int]] = []
    for n in numbers:
        if runs and n == runs[-1][-1] + 1:
            runs[-1].append(n)
        else:
            runs.append([n])
    return ", ".join(str(r[0]) if len(r) == 1 else f"{r[0]}\N{EN DASH}{r[-1]}" for r in runs)


@functools.cache
def markdown_environment(language: Language) -> Environment:
    """For Markdown: values lose whatever Markdown or HTML would act on."""
    return _environment(language, autoescape=False, finalize=markdown_text)


@functools.cache
def html_environment(language: Language) -> Environment:
    """For HTML: values are escaped unless they are ``Markup`` of our own making."""
    return _environment(language, autoescape=True)
