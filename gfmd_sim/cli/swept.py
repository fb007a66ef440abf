"""What a sweep would take, and what it left in its folder: in the language asked for, or as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from gfmd_sim.cli.as_json import print_json
from gfmd_sim.cli.asked import asked, spoken, wording_asked
from gfmd_sim.cli.resume import typed
from gfmd_sim.errors import Sentence
from gfmd_sim.experiments.forum_sweep import Drawn
from gfmd_sim.experiments.runs import Runs
from gfmd_sim.experiments.store import Store
from gfmd_sim.language import number, told


class Swept(NamedTuple):
    """What a folder holds now: runs in all, failed ones, those missing, those of other plans."""

    n_runs: int
    n_missing: int
    n_others: int
    reasons: Mapping[str, int]
    drawn: Drawn

    @property
    def n_failed(self) -> int:
        return sum(self.reasons.values())


def swept_in(store: Store) -> Swept:
    """Count what a folder holds."""
    failure = store.table(["failure"])["failure"]
    reasons = failure.drop_null().value_counts().to_pylist()
    return Swept(
        len(failure),
        store.missing(),
        len(failure) - Runs(store.plan()).n_distinct,
        {r["values"]: r["counts"] for r in sorted(reasons, key=lambda r: -r["counts"])},
        Drawn(**store.manifest["drawn"]),
    )


def say_swept(
    found: Swept, out: Path, part: tuple[int, int], *, is_json: bool, is_quiet: bool
) -> None:
    """Say what is there, what failed and why, and what is missing."""
    if is_json:
        print_json({"out": str(out), "n_runs": found.n_runs, "n_failed": found.n_failed,
                    "n_missing": found.n_missing, "drawn": found.drawn.as_dict()})  # fmt: skip
        return
    if found.n_failed:
        _say(Sentence.counted(
            "{n} of {runs} runs failed (column failure); most often:",
            "{n} of {runs} runs failed (column failure); most often:",
            found.n_failed, runs=found.n_runs,
        ))  # fmt: skip
        for reason, n in list(found.reasons.items())[:3]:
            print(f"  {told(wording_asked().number(n), reason, asked())}")
    if is_quiet:
        return
    if part != (1, 1):
        if found.n_missing:
            _say(Sentence.counted(
                "part {part} of {parts} is done; {n} runs of the whole are missing",
                "part {part} of {parts} is done; {n} runs of the whole are missing",
                found.n_missing, part=_number(part[0]), parts=_number(part[1]),
            ))  # fmt: skip
    elif found.n_others > 0:  # put together: each run is one row
        _say(Sentence.counted(
            "besides, the folder keeps {n} runs of another plan (analyse leaves them out)",
            "besides, the folder keeps {n} runs of another plan (analyse leaves them out)",
            found.n_others,
        ))  # fmt: skip
    _say(found.drawn.sentence())
    print(out)
    if not found.n_missing:
        checks, says = (_line_of(name, out) for name in ("verify", "analyse"))
        _say(Sentence("is it whole: {line}", line=checks))
        _say(Sentence("what it says: {line}", line=says))


def say_size(size: Mapping[str, Any], name: str, part: tuple[int, int], *, is_json: bool) -> None:
    """How many runs of the scenario ``name``, how long, how much disk."""
    if is_json:
        print_json(size)
        return
    _say(Sentence(
        "{runs} runs: {settings} settings of {name}",
        runs=size["n_runs"], settings=size["n_settings"], name=name,
    ))  # fmt: skip
    if size["n_stored"]:
        _say(Sentence.counted(
            "{n} of them are stored already", "{n} of them are stored already", size["n_stored"]
        ))  # fmt: skip
        if part == (1, 1):
            _say(Sentence.counted("{n} is left", "{n} are left", size["n_todo"]))
    if part != (1, 1):
        _say(Sentence(
            "{n} in part {part} of {parts}",
            n=size["n_todo"], part=_number(part[0]), parts=_number(part[1]),
        ))  # fmt: skip
    drawn = Drawn(**size["drawn"])
    _say(drawn.sentence())
    _say(Sentence.counted(
        "about {time} on {workers} processes ({each} ms a run, {measures} measures)",
        "about {time} on {workers} processes ({each} ms a run, {measures} measures)",
        size["workers"], workers=_number(size["workers"]), time=duration(size["seconds"]),
        each=_number(size["seconds_a_run"] * 1000), measures=_number(size["n_measures"]),
    ))  # fmt: skip
    _say(Sentence(
        "about {room} on disk, twice that while it is put together",
        room=room_on_disk(size["bytes"]),
    ))  # fmt: skip
    if size["n_failed"]:
        _say(Sentence.counted(
            "{tried} of the runs tried for this estimate failed",
            "{tried} of the runs tried for this estimate failed",
            size["n_failed"], tried=_number(size["n_failed"]),
        ))  # fmt: skip


def _line_of(command: str, folder: Path) -> str:
    """What to type next, in the language asked for."""
    language = [] if asked() == "en" else ["--lang", asked()]
    return typed([command, str(folder), *language])


def duration(seconds: float) -> Sentence:
    """So long, in the largest unit of which there are two."""
    if seconds >= 2 * 86_400:
        return Sentence("{time} days", time=_number(seconds / 86_400, 1))
    if seconds >= 2 * 3_600:
        return Sentence("{time} hours", time=_number(seconds / 3_600, 1))
    if seconds >= 2 * 60:
        return Sentence("{time} minutes", time=_number(seconds / 60, 1))
    return Sentence("{time} seconds", time=_number(max(seconds, 2)))


def room_on_disk(n: float) -> Sentence:
    """So many bytes, in the largest unit that is filled."""
    if n >= 1e12:
        return Sentence("{size} TB", size=_number(n / 1e12, 1))
    if n >= 1e9:
        return Sentence("{size} GB", size=_number(n / 1e9, 1))
    if n >= 1e6:
        return Sentence("{size} MB", size=_number(n / 1e6, 1))
    return Sentence("{size} kB", size=_number(n / 1e3))


def _say(sentence: Sentence) -> None:
    print(spoken(sentence))


def _number(value: float, digits: int = 0) -> str:
    """With so many decimals, as the language asked for writes it."""
    return f"{value:.{digits}f}" if asked() == "en" else number(value, asked(), digits)
