"""The command line: translates, does not think. Nothing heavy is imported before it is needed."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code.

    0 done, 1 our fault, 2 the user can mend it, 130 stopped by hand.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    from gfmd_sim.cli.at_once import is_answered

    if is_answered(given):
        return 0
    from gfmd_sim.cli.outcome import run_app

    return run_app(given)
