"""``test``: the project's own tests, with pytest's options passed on."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from gfmd_sim.errors import Sentence, UserError

ROOT = Path(__file__).resolve().parents[2]


def run_tests(
    arguments: Annotated[
        list[str] | None, typer.Argument(metavar="[PYTEST OPTIONS]", help="Passed to pytest.")
    ] = None,
) -> int:
    """Run the tests (all but slow and browser ones; -m slow and -m browser run those)."""
    if not (ROOT / "tests").is_dir():
        raise UserError(
            "the tests are not installed with the package",
            remedy="run this in a clone of the project",
        )
    missing = [name for name in ("pytest", "hypothesis", "xdist") if find_spec(name) is None]
    if missing:
        raise UserError(
            Sentence("the tests need {packages}", packages=", ".join(missing)),
            remedy=" ".join(
                [
                    sys.executable,
                    "-m pip install --require-hashes -r",
                    str(ROOT / "requirements.lock"),
                ]
            ),
        )
    command = [sys.executable, "-m", "pytest", *(arguments or [])]
    code = subprocess.run(command, cwd=ROOT, check=False).returncode
    return {0: 0, 2: 130, 4: 2, 5: 2}.get(code, 1)


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(
        name="test", context_settings={"ignore_unknown_options": True, "help_option_names": []}
    )(run_tests)
