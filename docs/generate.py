"""Writes the generated parts of the documents: ``python docs/generate.py``.

A part stands between ``<!-- generated: name -->`` and ``<!-- end -->``. ``--check`` writes nothing and
ends with 1 if a part is out of date; a test does the same.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

if __name__ == "__main__":  # found also where the package is not installed
    sys.path.insert(0, str(Path(__file__).parents[1]))

from gfmd_sim import adoption, note, partnering, plenary
from gfmd_sim.forum import ACTIONS, schedule
from gfmd_sim.language import translator
from gfmd_sim.locale.kept import TRANSLATED
from gfmd_sim.records import Stage
from gfmd_sim.scenario.describe import Parameter, parameters
from gfmd_sim.scenario.files import load_scenario
from gfmd_sim.scenario.schema import Scenario
from gfmd_sim.seating.rules import RULES as SEATING
from gfmd_sim.setup import SUMMIT

DOCS = Path(__file__).parent
_PART = re.compile(r"(<!-- generated: (\w+) -->\n)(.*?)(<!-- end -->)", re.S)


def schedule_part() -> str:
    """The schedule as an indented list, and what each stage does."""
    stages = schedule(Scenario())
    lines = ["```"]
    for c in dict.fromkeys(s.consultation for s in stages):
        lines.append("Summit:" if c == SUMMIT else f"consultation {c}:")
        lines += _tree([s for s in stages if s.consultation == c])
    lines += ["```", "", "| stage | times in the Forum | what happens |", "|---|---:|---|"]
    for name in dict.fromkeys(s.name for s in stages):
        what = _first_line(ACTIONS[name])
        lines.append(f"| {name} | {sum(s.name == name for s in stages)} | {what} |")
    return "\n".join(lines)


def _tree(stages: list[Stage]) -> list[str]:
    """The stages of one consultation; what all roundtables have alike is said once."""
    lines, said = [], set()
    numbers = sorted({s.roundtable for s in stages if s.roundtable})
    for s in stages:
        if not s.roundtable:
            lines.append(f"    {s.name}")
            continue
        key = (s.sitting, s.name)
        if s.roundtable != numbers[0] and key in said:
            continue
        head = f"    for each roundtable {numbers[0]} to {numbers[-1]}:"
        if head not in lines or not _is_inside(lines):
            lines.append(head)
        sitting = f"        for sitting {s.sitting}:"
        if s.sitting and sitting not in lines:
            lines.append(sitting)
        lines.append(("            " if s.sitting else "        ") + s.name)
        said.add(key)
    return lines


def _is_inside(lines: list[str]) -> bool:
    return lines[-1].startswith("        ") or lines[-1].endswith(":")


def _first_line(what: object) -> str:
    return (inspect.getdoc(what) or "").split("\n\n")[0].replace("\n", " ").rstrip(".")


def parameters_part() -> str:
    """Every parameter of the schema, room by room."""
    rooms: dict[str, list[Parameter]] = {}
    for p in parameters():
        if p.meaning and p.path not in ("name", "question"):
            rooms.setdefault(p.path.partition(".")[0] if "." in p.path else "forum", []).append(p)
    n_assumed = sum("[A]" in p.source for rows in rooms.values() for p in rows)
    n = sum(map(len, rooms.values()))
    lines = [f"{n} parameters; {n_assumed} of them rest on an assumption, marked [A]."]
    for room, rows in rooms.items():
        lines += ["", f"**{room}**", "",
                  "| parameter | symbol | meaning | default | allowed | held by | source |",
                  "|---|---|---|---|---|---|---|"]  # fmt: skip
        for p in rows:
            cells = (p.symbol, p.meaning, _default(p), p.allowed, p.holder, p.source)
            lines.append(f"| `{p.path}` | " + " | ".join(_cell(c) for c in cells) + " |")
    return "\n".join(lines)


def _default(p: Parameter) -> str:
    if p.default is None or p.default in ({}, []):
        return "empty"
    if isinstance(p.default, dict):
        return "per entry" if any(isinstance(v, dict) for v in p.default.values()) else ", ".join(
            f"{k} {v}" for k, v in p.default.items())  # fmt: skip
    value = round(p.default, 4) if isinstance(p.default, float) else p.default
    return f"{value} {p.unit}".strip()


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("*", "\\*").replace("\n", " ")


def rules_part() -> str:
    """Every rule that a scenario can name, by question."""
    questions: Mapping[str, tuple[str, Mapping[str, Callable[..., object]]]] = {
        "seating.rule": ("who sits where", SEATING),
        "plenary.rule": ("what a table reports", plenary.RULES),
        "note.rule": ("what the note keeps", note.RULES),
        "adoption.rule": ("when a solution is adopted", adoption.RULES),
        "partnering.rule": ("who founds a partnership", partnering.RULES),
    }
    lines = ["| parameter | question | rule | what it does |", "|---|---|---|---|"]
    for path, (question, rules) in questions.items():
        for name, rule in rules.items():
            what = _first_line(getattr(rule, "py_func", rule))
            lines.append(f"| `{path}` | {question} | `{name}` | {_cell(what)} |")
    return "\n".join(lines)


def agenda_part() -> str:
    """How much there is on each roundtable's agenda."""
    from gfmd_sim.scenario.files import load_agenda

    agenda = load_agenda(load_scenario("gfmd-2024-25"))
    kinds = ("objectives", "challenges", "opportunities", "practices", "solutions")
    lines = ["| roundtable | " + " | ".join(kinds) + " |", "|---|" + "---:|" * len(kinds)]
    for number, roundtable in agenda.items():
        counts = " | ".join(str(len(getattr(roundtable, kind))) for kind in kinds)
        lines.append(f"| {number} {roundtable.short_title.en} | {counts} |")
    totals = (str(sum(len(getattr(r, kind)) for r in agenda.values())) for kind in kinds)
    lines.append("| all | " + " | ".join(totals) + " |")
    return "\n".join(lines)


def seating_words_part() -> str:
    """The seating rules' names in the three languages."""
    from gfmd_sim.reports.words import RULES

    lines = ["| rule | English | français | español |", "|---|---|---|---|"]
    for name, words in RULES.items():
        if name in SEATING:
            others = " | ".join(translator(language)(words) for language in TRANSLATED)
            lines.append(f"| `{name}` | {words} | {others} |")
    return "\n".join(lines)


PARTS: dict[str, Callable[[], str]] = {
    "schedule": schedule_part,
    "parameters": parameters_part,
    "rules": rules_part,
    "agenda": agenda_part,
    "seating_words": seating_words_part,
}
FILES = ("ODD.md", "glossary.md")


def generated(text: str) -> str:
    """``text`` with every generated part as it should be."""
    return _PART.sub(lambda m: f"{m[1]}{PARTS[m[2]]()}\n{m[4]}", text)


def main(check: bool) -> int:
    """Write, or check, all files; returns the exit code."""
    stale = []
    for name in FILES:
        path = DOCS / name
        before = path.read_text(encoding="utf-8")
        after = generated(before)
        if before != after:
            stale.append(name)
            if not check:
                path.write_text(after, encoding="utf-8", newline="\n")
    print(("out of date: " if check else "written: ") + ", ".join(stale) if stale else "up to date")
    return int(check and bool(stale))


if __name__ == "__main__":
    raise SystemExit(main("--check" in sys.argv))
