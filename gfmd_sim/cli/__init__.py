"""The command line: translates, does not think. Nothing heavy is imported before it is needed."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code.

    0 done, 1 our fault, 2 the user can mend it, 130 stopped by hand.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given:
        from gfmd_sim.cli.start import start_text

        print(start_text())
        return 0
    if given == ["--help"]:
        from gfmd_sim.cli.overview import overview

        print(overview())
        return 0
    from gfmd_sim.cli.outcome import run_app

    return run_app(given)
