"""Keeps the catalogues: ``python -m gfmd_sim.locale.catalogue`` after a sentence changed.

It collects every sentence marked with ``_()``, ``N_()`` or ``ngettext()`` in the package and its
templates, and what the schema says of each parameter; updates the ``.po`` files, in which new
sentences stand empty or marked fuzzy until somebody translates them; and compiles the ``.mo`` files.
"""

from __future__ import annotations

import datetime as dt
import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from gfmd_sim.language import DOMAIN, LOCALE_DIR
from gfmd_sim.scenario.describe import parameters

PACKAGE = LOCALE_DIR.parent
TRANSLATED = ("fr", "es")

_METHODS = [("**.py", "python"), ("**.jinja", "jinja2.ext.babel_extract")]
_OPTIONS = {"**.jinja": {"newstyle_gettext": "false", "trimmed": "true"}}
_KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "N_": None,
    "ngettext": (1, 2),
    "n_": (1, 2),
}


def extracted() -> Catalog:
    """Every sentence there is to translate, with the place where it is said."""
    found = Catalog(domain=DOMAIN, fuzzy=False, charset="utf-8")
    rows = extract_from_dir(
        PACKAGE, _METHODS, _OPTIONS, keywords=_KEYWORDS, comment_tags=("Translators:",)
    )
    for file, _, message, comments, context in rows:
        found.add(message, locations=[(file, 0)], auto_comments=comments, context=context)
    for p in parameters():
        for text in (p.meaning, p.unit, p.source):
            if text:
                found.add(text, locations=[("scenario/schema.py", 0)])
    return found


def po_file(language: str) -> Path:
    """The sentences and their translations, for people."""
    return LOCALE_DIR / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def mo_file(language: str) -> Path:
    """The same for the machine."""
    return po_file(language).with_suffix(".mo")


def read(language: str) -> Catalog:
    """The catalogue of one language as it stands."""
    with po_file(language).open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN)


def compiled(catalogue: Catalog) -> bytes:
    """What the ``.mo`` file of a catalogue must hold."""
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def missing(catalogue: Catalog, wanted: Catalog) -> list[str]:
    """Sentences of ``wanted`` that the catalogue does not say, or says in doubt (fuzzy)."""
    out = []
    for message in wanted:
        if not message.id:
            continue
        known = catalogue.get(message.id, message.context)
        said = () if known is None or known.fuzzy else known.string
        parts = said if isinstance(said, tuple | list) else (said,)
        if not parts or not all(parts):
            out.append(message.id if isinstance(message.id, str) else message.id[0])
    return out


def update() -> list[str]:
    """Bring ``.po`` and ``.mo`` files up to date; returns what is still to be translated."""
    wanted = extracted()
    left = []
    for language in TRANSLATED:
        path = po_file(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        catalogue = read(language) if path.exists() else Catalog(locale=language, domain=DOMAIN)
        catalogue.update(wanted, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        _settle_header(catalogue)
        with path.open("wb") as file:
            write_po(file, catalogue, width=100, sort_output=True, include_lineno=False)
        mo_file(language).write_bytes(compiled(catalogue))
        left += [f"{language}: {text}" for text in missing(catalogue, wanted)]
    return left


def _settle_header(catalogue: Catalog) -> None:
    """The header says nothing that changes by itself, so equal catalogues are equal files."""
    catalogue.project, catalogue.version, catalogue.fuzzy = "gfmd-sim", "", False
    catalogue.copyright_holder = "The gfmd-sim developers"
    catalogue.header_comment = f"# gfmd-sim, {catalogue.locale}."
    catalogue.msgid_bugs_address = catalogue.last_translator = catalogue.language_team = ""
    catalogue.creation_date = catalogue.revision_date = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)


if __name__ == "__main__":
    to_do = update()
    print("\n".join(to_do) or "all sentences are translated")
    sys.exit(1 if to_do else 0)
