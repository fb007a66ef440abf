"""Keeps the dashboard's catalogues: ``python -m dashboard.catalogue`` after a sentence changed.

It collects what stands in ``N_()``, ``words()``, ``said()`` and their ``many()``, updates the
``.po`` files, in which new sentences stand empty until somebody translates them, and compiles them.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from dashboard.language import DOMAIN, LOCALE_DIR

TRANSLATED = ("fr", "es")
_KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "N_": None, "words": None, "said": None, "many": (1, 2)
}  # fmt: skip


def extracted() -> Catalog:
    """Every sentence there is to translate."""
    found = Catalog(
        domain=DOMAIN, project="gfmd-sim dashboard", version="", fuzzy=False, charset="utf-8",
        msgid_bugs_address="", copyright_holder="The gfmd-sim developers",
    )  # fmt: skip
    folder = Path(__file__).parent
    for file, _, message, _comments, context in extract_from_dir(
        folder, [("**.py", "python")], keywords=_KEYWORDS
    ):
        if file != Path(__file__).name:
            found.add(message, locations=[(file, 0)], context=context)
    return found


def po_file(language: str) -> Path:
    """The sentences and their translations."""
    return LOCALE_DIR / language / "LC_MESSAGES" / f"{DOMAIN}.po"


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
    """Sentences of ``wanted`` that the catalogue does not say."""
    out = []
    for message in wanted:
        if not message.id:
            continue
        known = catalogue.get(message.id, message.context)
        parts = () if known is None or known.fuzzy else known.string
        if not all(parts if isinstance(parts, tuple | list) else (parts,)) or not parts:
            out.append(message.id if isinstance(message.id, str) else message.id[0])
    return out


def update() -> list[str]:
    """Bring ``.po`` and ``.mo`` files up to date; returns what is still to be translated."""
    wanted, left = extracted(), []
    for language in TRANSLATED:
        path = po_file(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        known = read(language) if path.exists() else Catalog(locale=language, domain=DOMAIN)
        known.update(wanted, no_fuzzy_matching=True)
        known.obsolete.clear()
        known.fuzzy = False
        with path.open("wb") as file:
            write_po(file, known, width=100, sort_output=True, include_lineno=False)
        path.with_suffix(".mo").write_bytes(compiled(known))
        left += [f"{language}: {text}" for text in missing(known, wanted)]
    return left


if __name__ == "__main__":
    to_do = update()
    print("\n".join(to_do) or "all sentences are translated")
    sys.exit(1 if to_do else 0)
