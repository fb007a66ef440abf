"""The ``.po`` files that people translate in and the ``.mo`` files the program reads, kept in step."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

TRANSLATED = ("fr", "es")


@dataclass(frozen=True)
class Catalogues:
    """One domain of gettext: its name, the title of its files, and the folder of its languages."""

    domain: str
    title: str
    folder: Path

    def po_file(self, language: str) -> Path:
        """The sentences and their translations, for people."""
        return self.folder / language / "LC_MESSAGES" / f"{self.domain}.po"

    def mo_file(self, language: str) -> Path:
        """The same for the machine."""
        return self.po_file(language).with_suffix(".mo")

    def read(self, language: str) -> Catalog:
        """The catalogue of one language as it stands."""
        with self.po_file(language).open("rb") as file:
            return read_po(file, locale=language, domain=self.domain)

    def update(self, wanted: Catalog) -> list[str]:
        """Bring ``.po`` and ``.mo`` files up to date; returns what is still to be translated."""
        left = []
        for language in TRANSLATED:
            path = self.po_file(language)
            path.parent.mkdir(parents=True, exist_ok=True)
            known = Catalog(locale=language, domain=self.domain)
            if path.exists():
                known = self.read(language)
            known.update(wanted, no_fuzzy_matching=True)
            known.obsolete.clear()
            self._settle_header(known)
            with path.open("wb") as file:
                write_po(file, known, width=100, sort_output=True, include_lineno=False)
            self.mo_file(language).write_bytes(compiled(known))
            left += [f"{language}: {text}" for text in missing(known, wanted)]
        return left

    def _settle_header(self, catalogue: Catalog) -> None:
        """The header says nothing that changes by itself, so equal catalogues are equal files."""
        catalogue.project, catalogue.version, catalogue.fuzzy = self.title, "", False
        catalogue.copyright_holder = "The gfmd-sim developers"
        catalogue.header_comment = f"# {self.title}, {catalogue.locale}."
        catalogue.msgid_bugs_address = catalogue.last_translator = catalogue.language_team = ""
        catalogue.creation_date = catalogue.revision_date = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)


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
