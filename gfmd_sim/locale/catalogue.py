"""Keeps the catalogues: ``python -m gfmd_sim.locale.catalogue`` after a sentence changed.

It collects every sentence marked with ``_()``, ``N_()`` or ``ngettext()`` in the package and its
templates, what the schema says of each parameter, what errors and what ``--help`` says; updates the
``.po`` files, in which new sentences stand empty until somebody translates them; and compiles the ``.mo`` files.
"""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir

from gfmd_sim.language import DOMAIN, LOCALE_DIR
from gfmd_sim.locale.complaints import complaints
from gfmd_sim.locale.helped import help_texts
from gfmd_sim.locale.kept import Catalogues
from gfmd_sim.scenario.describe import parameters

PACKAGE = LOCALE_DIR.parent
MEASUREMENTS = "tests/benchmarks/speed"  # what ``bench`` says; not installed with the package
CATALOGUES = Catalogues(DOMAIN, "gfmd-sim", LOCALE_DIR)

_METHODS = [("**.py", "python"), ("**.jinja", "jinja2.ext.babel_extract")]
_OPTIONS = {"**.jinja": {"newstyle_gettext": "false", "trimmed": "true"}}
_KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "N_": None,
    "ngettext": (1, 2),
    "n_": (1, 2),
    "Sentence": (1,),
    "counted": (1, 2),
    "did_you_mean": (2,),
}


def complaining_files() -> list[Path]:
    """The files whose errors are said in every language: all that there are."""
    return sorted(PACKAGE.rglob("*.py"))


def extracted() -> Catalog:
    """Every sentence there is to translate, with the place where it is said."""
    found = Catalog(domain=DOMAIN, fuzzy=False, charset="utf-8")
    rows = extract_from_dir(
        PACKAGE, _METHODS, _OPTIONS, keywords=_KEYWORDS, comment_tags=("Translators:",)
    )
    for file, _, message, comments, context in rows:
        found.add(message, locations=[(file, 0)], auto_comments=comments, context=context)
    folder = PACKAGE.parent / MEASUREMENTS
    if folder.is_dir():
        for file, _, message, comments, context in extract_from_dir(folder, keywords=_KEYWORDS):
            place = f"{MEASUREMENTS}/{file}"
            found.add(message, locations=[(place, 0)], auto_comments=comments, context=context)
    for path in complaining_files():
        for text in [*complaints(path), *help_texts(path)]:
            found.add(text, locations=[(path.relative_to(PACKAGE).as_posix(), 0)])
    for p in parameters():
        for text in (p.meaning, p.unit, p.source):
            if text:
                found.add(text, locations=[("scenario/schema.py", 0)])
    return found


if __name__ == "__main__":
    to_do = CATALOGUES.update(extracted())
    print("\n".join(to_do) or "all sentences are translated")
    sys.exit(1 if to_do else 0)
