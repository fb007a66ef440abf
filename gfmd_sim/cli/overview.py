"""All commands, where each lives, and what ``--help`` says of it; nothing is imported to say it.

A test holds the lines against what the commands say of themselves.
"""

from __future__ import annotations

from collections.abc import Callable

# module -> its commands, in the order in which --help lists them
COMMANDS: dict[str, dict[str, str]] = {
    "forum": {
        "demo": "The Forum of 2024-2025 under several table compositions: effects, verdict, report.",
        "simulate": "One design: run a scenario, with parameters set as you like.",
        "compare": "Designs on the same luck: differences, intervals, chance of being best, verdict.",
        "report": "From a result folder: a report that opens offline, in the language you like.",
    },
    "sweep": {
        "sweep": "Many settings of a scenario, into a folder that survives anything; run again, it resumes.",
        "verify": "Is everything in a result folder as it was written? Exit 1 and what is damaged, if not.",
        "rerun": "One stored run again, from the folder alone: its measures, and are they the same bits?",
        "merge": "Several sweeps of one scenario and seed as one folder; each run counts once.",
        "analyse": "What moves a measure, how much is luck, and where composition matters.",
    },
    "optimise": {
        "optimise": "Designs that no other beats, each with its chance of being so and its price; one to take.",
    },
    "seat": {"seat": "Seat delegates: plan, check, repair, explain, print."},
    "scenario": {"scenario": "Write, check and read scenario files."},
    "evidence": {
        "evidence": "Is the model right where theory says what right is, and does it look like people?",
    },
    "dashboard": {
        "dashboard": "The Forum in a browser: the room, designs compared, solutions, reasons. Works offline.",
    },
    "bundle": {
        "bundle": "A folder, packages included, that starts on a machine without network.",
    },
    "bench": {
        "bench": "Ratios measured side by side, medians with quartiles; about eight minutes."
    },
    "suite": {
        "test": "Run the tests (all but slow and browser ones; -m slow and -m browser run those)."
    },
}


def about(_: Callable[[str], str] = str) -> str:
    """What all of it is for, in the language of a translator."""
    return _(
        "gfmd-sim: how table composition changes what the Forum on Migration and Development agrees "
        "on, and who partners up."
    )


def module_of(command: str) -> str | None:
    """The module of ``gfmd_sim.cli`` that has this command; None: there is no such command."""
    return next((m for m, lines in COMMANDS.items() if command in lines), None)


def overview(language: str = "en", run: str = "run.py") -> str:
    """What ``--help`` prints."""
    _ = _words(language)
    usage = [_("Usage:"), run, _("[OPTIONS]"), _("COMMAND [ARGS]...")]
    parts = [" ".join(usage), "", *_wrapped(about(_), 79), "", _("Options:")]
    options = {
        "--lang <en|fr|es>": " ".join(
            [_("Language of what is shown and written."), _("[default: {}]").format("en")]
        ),
        "--version": _("Print the version."),
        "--help": _("Show this message and exit."),
    }
    parts += [f"  {name:17}  {what}" for name, what in options.items()]
    parts += ["", _("Commands:")]
    for lines in COMMANDS.values():
        for name, line in lines.items():
            first, *rest = _wrapped(_(line), 66)
            parts.append(f"  {name:10} {first}")
            parts += [" " * 13 + more for more in rest]
    line = run if language == "en" else f"{run} --lang {language}"
    parts += ["", _("More of one: {run} COMMAND --help").format(run=line)]
    return "\n".join(parts)


def _words(language: str) -> Callable[[str], str]:
    """As :func:`gfmd_sim.language.translator`, which needs packages."""
    if language == "en":
        return str
    import gettext
    from pathlib import Path

    folder = Path(__file__).parents[1] / "locale"
    return gettext.translation("gfmd_sim", str(folder), [language]).gettext


def _wrapped(text: str, width: int) -> list[str]:
    """Lines of at most ``width``; textwrap would have to be imported, and knows no French colon."""
    lines = [""]
    for word in text.split(" "):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip(" ")
    return lines
