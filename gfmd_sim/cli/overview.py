"""All commands, where each lives, and what ``--help`` says of it; nothing is imported to say it.

A test holds the lines against what the commands say of themselves.
"""

from __future__ import annotations

ABOUT = (
    "gfmd-sim: how table composition changes what the Forum on Migration and\n"
    "Development agrees on, and who partners up."
)

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

_WIDTH = 66


def module_of(command: str) -> str | None:
    """The module of ``gfmd_sim.cli`` that has this command; None: there is no such command."""
    return next((m for m, lines in COMMANDS.items() if command in lines), None)


def overview(run: str = "run.py") -> str:
    """What ``--help`` prints."""
    parts = [f"Usage: {run} [OPTIONS] COMMAND [ARGS]...", "", ABOUT, "", "Options:"]
    parts += [
        "  --lang <en|fr|es>  Language of what is shown and written. [default: en]",
        "  --version          Print the version.",
        "  --help             Show this message and exit.",
        "",
        "Commands:",
    ]
    for lines in COMMANDS.values():
        for name, line in lines.items():
            first, *rest = _wrapped(line)
            parts.append(f"  {name:10} {first}")
            parts += [" " * 13 + more for more in rest]
    parts += ["", f"More of one: {run} COMMAND --help"]
    return "\n".join(parts)


def _wrapped(text: str) -> list[str]:
    """Lines of at most ``_WIDTH``; textwrap would have to be imported."""
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > _WIDTH:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
