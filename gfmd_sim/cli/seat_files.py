"""Seating plans in and out of files: what --out may be, and what a plan on disk holds."""

from __future__ import annotations

import csv
import io
import json
import os
import tempfile
from collections.abc import Sequence
from itertools import count
from pathlib import Path

from gfmd_sim.errors import Sentence, UserError, refusal
from gfmd_sim.experiments.files import why_not_written
from gfmd_sim.language import N_
from gfmd_sim.scenario.agenda import Language
from gfmd_sim.seating.document import PlannedRoom, SeatingDocument, from_json, to_json
from gfmd_sim.seating.judge import judged, plan_array, sizes_found
from gfmd_sim.seating.plan_file import PlanTables, read_json, read_plan, tables_of

SUFFIXES = (".xlsx", ".csv", ".json")


def check_outputs(
    paths: Sequence[Path], inputs: Sequence[Path | None], allowed: str, key: str = "--out"
) -> None:
    """Refuse what cannot be written, before any work.

    Raises
    ------
    UserError
        If an ending is unknown, the folder is not there, or a file would overwrite an input.
    """
    given = {p.resolve() for p in inputs if p is not None}
    seen: set[Path] = set()
    for path in paths:
        problem = None
        if path.suffix.lower() not in allowed.split(", "):
            problem = N_("this ending is not known")
        elif path.resolve() in given:
            problem = N_("this would overwrite what is read")
        elif path.resolve() in seen:
            problem = N_("the same file twice")
        elif path.is_dir():
            problem = N_("this is a folder, not a file")
        elif not path.parent.is_dir():
            problem = N_("the folder is not there")
        elif why_not_written(path.parent):
            problem = N_("the folder cannot be written")
        seen.add(path.resolve())
        if problem:
            raise UserError(
                problem, file=path, key=key, allowed=Sentence("a file ending in {endings}", endings=allowed),
                remedy="name another file",
            )  # fmt: skip


def contents(document: SeatingDocument, path: Path, language: Language, *, names: bool) -> bytes:
    """The plan in the format that the file's ending says."""
    suffix = path.suffix.lower()
    if suffix == ".json":
        text = json.dumps(to_json(document, names=names), ensure_ascii=False, indent=1)
        return (text + "\n").encode()
    if suffix == ".csv":
        from gfmd_sim.reports.seating_workbook import seat_rows

        out = io.StringIO(newline="")
        csv.writer(out, lineterminator="\n").writerows(seat_rows(document, names=names))
        return out.getvalue().encode("utf-8")
    from gfmd_sim.reports.seating_workbook import workbook

    return workbook(document, language, names=names)


def write_all(files: dict[Path, bytes]) -> dict[Path, Path]:
    """Write every file whole, or none; returns where plans are kept that stood there before.

    A plan is never lost: one that is not what is written now is kept as ``NAME.1.xlsx``. A page to
    print is made from a plan and is replaced.

    Raises
    ------
    UserError
        If one cannot be written.
    """
    staged: list[tuple[str, Path]] = []
    path = Path()
    try:
        for path, data in files.items():
            handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
            staged.append((name, path))
            with os.fdopen(handle, "wb") as out:
                out.write(data)
            os.chmod(name, 0o644)
        kept = _beside(files)
        for old, new in kept.items():
            os.replace(old, new)
        for name, path in staged:
            os.replace(name, path)
    except OSError as error:
        raise UserError(
            "the file cannot be written", file=path, given=refusal(error), key="--out",
            remedy="free some space or name another file",
        ) from None  # fmt: skip
    finally:
        for name, _path in staged:
            if os.path.exists(name):
                os.unlink(name)
    return kept


def _beside(files: dict[Path, bytes]) -> dict[Path, Path]:
    """Where each plan that is there and differs from the new one is to be kept."""
    found = {}
    for path, data in files.items():
        if path.suffix.lower() in SUFFIXES and path.is_file() and path.read_bytes() != data:
            numbered = (path.with_stem(f"{path.stem}.{k}") for k in count(1))
            found[path] = next(p for p in numbered if not p.exists())
    return found


def read_document(path: Path) -> tuple[SeatingDocument | None, PlanTables]:
    """What a plan on disk says: with all that was asked where it is ours, and its seats.

    In a workbook of ours that somebody edited, the seats of the sheet Plan hold.

    Raises
    ------
    SeatingError, RosterError
        If it is no plan.
    """
    if path.suffix.lower() == ".json":
        found = read_json(path)
        return from_json(found, path), tables_of(found, path)
    tables = read_plan(path)
    if path.suffix.lower() != ".xlsx":
        return None, tables
    from gfmd_sim.reports.seating_sheets import refuse_contradictions
    from gfmd_sim.reports.seating_workbook import read_data

    data = path.read_bytes()
    kept = read_data(data)
    if kept is None:
        return None, tables
    document = from_json(kept, path)
    names = dict(document.names) or {
        who: name for who, name in tables.columns.get("name", {}).items() if name
    }
    rooms = tuple(_as_seated(room, tables) for room in document.rooms)
    now = SeatingDocument(rooms, names)
    refuse_contradictions(data, document, now, path)
    return now, tables


def _as_seated(room: PlannedRoom, tables: PlanTables) -> PlannedRoom:
    """A room's request with the seats as they stand in the sheet now."""
    seats = tables.through(room.roundtable)
    plan = plan_array(room.problem, seats)
    if (plan == room.plan).all():
        return room
    return judged(
        room.problem, plan, room.roundtable, {c: list(v) for c, v in room.columns.items()}
    )


__all__ = [
    "SUFFIXES",
    "check_outputs",
    "contents",
    "read_document",
    "sizes_found",
    "write_all",
]
