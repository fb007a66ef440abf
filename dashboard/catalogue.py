"""Keeps the dashboard's catalogues: ``python -m dashboard.catalogue`` after a sentence changed.

It collects what stands in ``N_()``, ``words()``, ``said()`` and their ``many()``, and what errors
say; updates the
``.po`` files, in which new sentences stand empty until somebody translates them, and compiles them.
"""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir

from dashboard.language import DOMAIN, LOCALE_DIR
from gfmd_sim.locale.complaints import complaints
from gfmd_sim.locale.kept import Catalogues

CATALOGUES = Catalogues(DOMAIN, "gfmd-sim dashboard", LOCALE_DIR)

_KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "N_": None, "words": None, "said": None, "many": (1, 2), "Sentence": (1,), "counted": (1, 2)
}  # fmt: skip


def extracted() -> Catalog:
    """Every sentence there is to translate."""
    found = Catalog(domain=DOMAIN, fuzzy=False, charset="utf-8")
    folder = Path(__file__).parent
    for file, _, message, _comments, context in extract_from_dir(
        folder, [("**.py", "python")], keywords=_KEYWORDS
    ):
        if file != Path(__file__).name:
            found.add(message, locations=[(file, 0)], context=context)
    for path in sorted(folder.rglob("*.py")):
        for text in complaints(path):
            found.add(text, locations=[(path.relative_to(folder).as_posix(), 0)])
    return found


if __name__ == "__main__":
    to_do = CATALOGUES.update(extracted())
    print("\n".join(to_do) or "all sentences are translated")
    sys.exit(1 if to_do else 0)
