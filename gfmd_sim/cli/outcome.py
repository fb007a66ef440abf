"""From what happened to an exit code and one message: never a traceback on the screen."""

from __future__ import annotations

import errno
import json
import platform
import sys
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path

from gfmd_sim.cli.asked import asked, speaking, spoken, wording_asked
from gfmd_sim.cli.outlet import to_whoever_reads
from gfmd_sim.errors import Sentence, UserError, refusal

_NO_FAULT_OF_OURS = ("ENAMETOOLONG", "EACCES", "EPERM", "EROFS", "ENOSPC", "EDQUOT")
"""What the system says of a file that somebody named, or of a disk."""
DONE, OUR_FAULT, USERS_TO_MEND, STOPPED = 0, 1, 2, 130


def run_app(arguments: Sequence[str]) -> int:
    """Carry out a command line; returns the exit code."""
    with speaking(arguments), to_whoever_reads():
        return _run(arguments)


def _carried_out(arguments: Sequence[str]) -> int:
    from typer import Exit
    from typer.main import get_command

    from gfmd_sim.cli.app import app_for

    try:
        # Not app(...): that swallows what an interrupt says.
        command = get_command(app_for(arguments))
        with command.make_context("run.py", list(arguments), obj=list(arguments)) as context:
            return int(command.invoke(context) or DONE)
    except Exit as leaving:
        return leaving.exit_code
    except OSError as error:
        known = errno.errorcode.get(error.errno or 0)
        if known not in _NO_FAULT_OF_OURS or error.filename is None:
            raise
        raise UserError(
            "the system refuses this file or folder",
            file=error.filename,
            given=refusal(error),
            remedy="name another, or see to this one",
        ) from error


def _run(arguments: Sequence[str]) -> int:
    from typer import Abort
    from typer.exceptions import TyperException

    try:
        code = _carried_out(arguments)
        sys.stdout.flush()
        return code
    except UserError as error:
        _tell(error.describe(wording_asked()), _as_dict(error), arguments)
        return USERS_TO_MEND
    except TyperException as error:
        from gfmd_sim.cli.mistyped import as_sentence

        text = as_sentence(error.format_message())
        do = Sentence("see {line}", line=_help_line(error))
        told = UserError(text, remedy=do).describe(wording_asked())
        _tell(told, {"problem": text, "remedy": do}, arguments)
        return USERS_TO_MEND
    except (KeyboardInterrupt, Abort) as stop:
        # Whoever can resume raises KeyboardInterrupt with the line that does it.
        text = Sentence("stopped by hand")
        if str(stop):
            text = Sentence("stopped by hand: {what}", what=stop.args[0])
        print(f"\n{spoken(text)}", file=sys.stderr)
        return STOPPED
    except Exception as error:  # noqa: BLE001 - the last resort, with a report
        report = write_report(error, arguments)
        where = Sentence("and the report could not be written")
        if report:
            where = Sentence("the report is in {file}", file=report)
        text = Sentence(
            "this is a fault of gfmd-sim, not yours ({kind}); {where}",
            kind=type(error).__name__, where=where,
        )  # fmt: skip
        fault = UserError(text, remedy="please send it to the developers")
        _tell(fault.describe(wording_asked()), {"problem": text, "report": str(report)}, arguments)
        return OUR_FAULT


def write_report(error: BaseException, arguments: Sequence[str]) -> Path | None:
    """A file in the temp folder with all that is needed to find the fault; None if it cannot be."""
    from importlib.metadata import distributions

    versions = sorted({f"{d.name}=={d.version}" for d in distributions()})
    text = "\n".join(
        [
            "gfmd-sim fault report",
            f"command: {json.dumps(list(arguments), ensure_ascii=False)}",
            f"python: {sys.version}",
            f"platform: {platform.platform()}",
            "",
            "".join(traceback.format_exception(error)),
            "packages: " + ", ".join(versions),
            "",
        ]
    )
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", prefix="gfmd-sim-report-", suffix=".txt", delete=False
        ) as out:
            out.write(text)
        return Path(out.name)
    except OSError:
        return None


def _as_dict(error: UserError) -> dict[str, object]:
    facts: dict[str, object] = {
        "problem": error.problem,
        "file": None if error.file is None else str(error.file),
        "line": error.line,
        "key": error.key,
        "given": error.given if isinstance(error.given, str | int | float | bool) else None,
        "allowed": error.allowed,
        "remedy": error.remedy,
        "also": list(error.also),
    }
    if error.given is not None and facts["given"] is None:
        facts["given"] = repr(error.given)
    return facts


def _tell(text: str, facts: dict[str, object], arguments: Sequence[str]) -> None:
    """The message for people; for a program that asked for JSON, the same as JSON."""
    print(text, file=sys.stderr)
    if "--json" in arguments:
        print(json.dumps({"error": facts}, ensure_ascii=False))


def _help_line(error: Exception) -> str:
    context = getattr(error, "ctx", None)
    command = "run.py" if context is None else context.command_path
    if asked() != "en":
        command = command.replace("run.py", f"run.py --lang {asked()}", 1)
    return f"python3 {command} --help"
