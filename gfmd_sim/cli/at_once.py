"""What is answered before any package is there: nothing said, and ``--help``; in three languages."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from gfmd_sim.cli.outlet import to_whoever_reads
from gfmd_sim.errors import UserError

LANGUAGES = ("en", "fr", "es")  # as the agenda has them, which needs packages


def is_answered(arguments: Sequence[str]) -> bool:
    """Answer a line that names no command, but perhaps a language; False: there is more to it."""
    words = [w for a in arguments for w in (a.split("=", 1) if a.startswith("--lang=") else [a])]
    language = "en"
    while "--lang" in words:
        at = words.index("--lang")
        language = words[at + 1] if words[at + 1 :] else ""
        del words[at : at + 2]
    if language not in LANGUAGES or words not in ([], ["--help"]):
        return False
    try:
        with to_whoever_reads():
            print(_answer(language, is_help=bool(words)), flush=True)
    except UserError as error:
        print(error, file=sys.stderr)
        raise SystemExit(2) from None
    return True


def _answer(language: str, *, is_help: bool) -> str:
    if is_help:
        from gfmd_sim.cli.overview import overview

        return overview(language)
    from gfmd_sim.cli.start import start_text

    return start_text(language)
