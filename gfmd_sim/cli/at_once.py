"""What is answered before any package is there: nothing said, and ``--help``; in three languages."""

from __future__ import annotations

import sys
from collections.abc import Sequence

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
    write_whatever_comes()
    if words:
        from gfmd_sim.cli.overview import overview

        print(overview(language))
    else:
        from gfmd_sim.cli.start import start_text

        print(start_text(language))
    return True


def write_whatever_comes() -> None:
    """A terminal of another encoding shows '?', not an error."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
