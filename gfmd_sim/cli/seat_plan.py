"""``seat plan``: search every roundtable, write, say how good it is, and what it changes."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gfmd_sim.cli.as_json import print_json
from gfmd_sim.cli.listed import say_namesakes
from gfmd_sim.cli.seat_answers import (
    document_json,
    print_document,
    print_front,
    print_kept,
)
from gfmd_sim.cli.seat_changes import print_changes
from gfmd_sim.cli.seat_files import check_outputs, contents, write_all
from gfmd_sim.cli.seat_search import load, search_progress
from gfmd_sim.cli.seat_values import print_values
from gfmd_sim.errors import Sentence, UserError
from gfmd_sim.language import translator
from gfmd_sim.scenario.agenda import Language
from gfmd_sim.scenario.files import find_scenario
from gfmd_sim.scenario.roster import Roster, read_roster
from gfmd_sim.seating.build import columns_of, earlier_seats, people_of, problem_of
from gfmd_sim.seating.document import PlannedRoom, Score, SeatingDocument
from gfmd_sim.seating.judge import judged
from gfmd_sim.seating.plan_file import read_plan
from gfmd_sim.seating.request import SeatingRequest
from gfmd_sim.seating.search import SeatingProblem, pareto, solve
from gfmd_sim.seating.search.clash_rules import plain_clash
from gfmd_sim.seating.search.validate import validate
from gfmd_sim.seating.values import ColumnValues, column_values

N_ROUNDTABLES = 6
SEED_STEP = 1_000_003
"""Between the seeds of two roundtables: alike ones get different plans."""


@dataclass(frozen=True)
class PlanRun:
    """All that the command line says; ``anew``: that line with other options in it."""

    roster: Path
    request: SeatingRequest
    constraints: Path | None
    seconds: float
    steps: int | None
    seed: int
    outs: tuple[Path, ...]
    kit: Path | None
    names: bool
    roundtables: str | None
    front: bool
    scenario: str | None
    replicates: int
    workers: int | None
    lang: Language
    is_json: bool
    is_quiet: bool
    again: str
    anew: Callable[[Mapping[str, object]], str]


def run_plan(run: PlanRun) -> None:
    """Plan, write and answer.

    Raises
    ------
    UserError
        If something asked for cannot be had; nothing is written then.
    KeyboardInterrupt
        Stopped by hand, after the best plan so far was written.
    """
    lock = None if run.request.lock is None else Path(run.request.lock.plan)
    if lock is not None and run.constraints is not None and not lock.is_absolute():
        lock = next((p for p in (run.constraints.parent / lock, lock) if p.exists()), lock)
    inputs = (run.roster, run.constraints, lock)
    check_outputs(run.outs, inputs, ".xlsx, .csv, .json")
    check_outputs(
        [] if run.kit is None else [run.kit], (*inputs, *run.outs), ".html, .htm", "--kit"
    )
    if run.scenario is not None:
        find_scenario(run.scenario)
    roster = read_roster(run.roster, for_seating=True)
    say_namesakes(roster)
    numbers = roundtables_of(run.roundtables, run.request)
    if run.front and len(numbers) > 1:
        raise UserError(
            "a front is of one roundtable", key="--front", given=run.roundtables,
            remedy="name one roundtable",
        )  # fmt: skip
    problems = [_asked(run, roster, k, lock) for k in numbers]
    names = {e.id: e.name for e in roster.entries if e.name}
    if run.scenario is not None:
        from gfmd_sim.cli.seat_outcomes import check_stage

        check_stage(_unplanned(problems), run.scenario, run.roster)
    columns = [
        column_values(people_of(roster, None).entries, roster, name)
        for name in dict.fromkeys(c for _, p, _ in problems for c in p.attributes)
    ]
    if not run.is_json:
        print_values(columns, run.lang, is_quiet=run.is_quiet)
    load(run.is_quiet or run.is_json)
    if run.front:
        documents, stopped = _front(run, problems[0], names)
    else:
        documents, stopped = _search(run, problems, names)
    files = _files(run, documents)
    kept = write_all(files)
    _answer(run, documents, list(files), columns, kept)
    if stopped:
        kept_so_far = Sentence("the best plan so far is kept")
        if files:
            kept_so_far = Sentence(
                "the best plan so far is kept: {files}", files=", ".join(map(str, files))
            )
        raise KeyboardInterrupt(
            Sentence("{what}; to search longer:\n{line}", what=kept_so_far, line=run.again)
        )


Task = tuple[int | None, SeatingProblem, dict[str, list[str]]]


def roundtables_of(text: str | None, request: SeatingRequest) -> Sequence[int | None]:
    """The roundtables to plan; (None,) where only one is meant.

    Raises
    ------
    UserError
        If it is no list of numbers.
    """
    from gfmd_sim.cli.seat_options import numbers_of

    if text is None:
        return (None,)
    if text.strip().lower() != "all":
        return numbers_of(text, "--roundtables")
    return range(1, max(N_ROUNDTABLES, *request.roundtables) + 1)


@contextmanager
def _speaking_of(roundtable: int | None) -> Iterator[None]:
    """What is wrong within is said of this roundtable."""
    try:
        yield
    except UserError as error:
        if roundtable is None:
            raise
        raise error.within(Sentence("roundtable {number}", number=roundtable)) from None


def _asked(run: PlanRun, roster: Roster, roundtable: int | None, lock: Path | None) -> Task:
    """What is asked of a roundtable, refused at once where a rule sees that it cannot be."""
    with _speaking_of(roundtable):
        request = run.request if roundtable is None else run.request.room(roundtable)
        people = people_of(roster, roundtable)
        earlier = None
        if lock is not None and request.lock is not None:
            earlier = earlier_seats(read_plan(lock), roundtable, request.lock.sittings)
        problem = problem_of(request, people, earlier)
        validate(problem)
        for sitting in range(problem.n_sittings):
            clash = plain_clash(problem, sitting)
            if clash is not None:
                raise clash.error(problem)
        return roundtable, problem, columns_of(people, problem.attributes)


def _unplanned(tasks: Sequence[Task]) -> SeatingDocument:
    """The roundtables with nobody seated yet."""
    rooms = []
    for roundtable, problem, columns in tasks:
        nobody = np.full((problem.n_sittings, problem.n), -1, dtype=np.int16)
        nothing = Score(0.0, 0, 0.0, 0, 0.0, False)
        rooms.append(PlannedRoom(problem, nobody, nothing, roundtable, columns))
    return SeatingDocument(tuple(rooms))


def _search(
    run: PlanRun, tasks: Sequence[Task], names: dict[str, str]
) -> tuple[list[SeatingDocument], bool]:
    rooms: list[PlannedRoom] = []
    stopped = False
    for k, (roundtable, problem, columns) in enumerate(tasks):
        what = Sentence("Seating plan")
        if roundtable is not None:
            what = Sentence("Roundtable {number}", number=f"{roundtable} ({k + 1}/{len(tasks)})")
        with search_progress(what, None if run.steps else run.seconds,
                             is_quiet=run.is_quiet or run.is_json) as tell, \
                _speaking_of(roundtable):  # fmt: skip
            found = solve(
                problem,
                # After a stop by hand the other roundtables still get a plan, a quick one.
                0.2 if stopped else run.seconds,
                steps=None if stopped else run.steps,
                seed=(run.seed + SEED_STEP * k) % 2**64,
                progress=tell,
            )
        stopped = stopped or found.stopped == "hand"
        rooms.append(PlannedRoom(problem, found.plan, Score.of(found), roundtable, columns))
    return [SeatingDocument(tuple(rooms), names)], stopped


def _front(run: PlanRun, task: Task, names: dict[str, str]) -> tuple[list[SeatingDocument], bool]:
    roundtable, problem, columns = task
    what = Sentence("Seating plan")
    with search_progress(what, None if run.steps else run.seconds / 2,
                         is_quiet=run.is_quiet or run.is_json) as tell:  # fmt: skip
        front = pareto(problem, run.seconds, steps=run.steps, seed=run.seed, progress=tell)
    documents = []
    for point in front.points:
        room = judged(problem, point.plan, roundtable, columns)
        score = dataclasses.replace(room.score, seed=run.seed, steps=run.steps)
        room = dataclasses.replace(room, score=score)
        documents.append(SeatingDocument((room,), names))
    return documents, front.is_stopped


def _files(run: PlanRun, documents: Sequence[SeatingDocument]) -> dict[Path, bytes]:
    """What is to be written; the further points of a front beside the first."""
    files: dict[Path, bytes] = {}
    for k, document in enumerate(documents):
        for path in run.outs:
            place = path if k == 0 else path.with_stem(f"{path.stem}-point-{k + 1}")
            files[place] = contents(document, place, run.lang, names=run.names)
    if run.kit is not None:
        from gfmd_sim.reports.seating_kit import seating_kit

        files[run.kit] = seating_kit(documents[0], run.lang, names=run.names).encode()
    return files


def _print_lines(run: PlanRun, documents: Sequence[SeatingDocument], *, is_written: bool) -> None:
    """The line that makes the plan again, and the one that writes it where nothing does."""
    _ = translator(run.lang)
    steps = run.steps
    if steps is None and len(documents) == len(documents[0].rooms) == 1:
        steps = documents[0].rooms[0].score.steps
    same = {"--seconds": None, "--steps": steps, "--seed": run.seed} if steps else {}
    if not is_written:
        print(_("No plan is written. To write it:"))
        print(run.anew({**same, "--out": "plan.xlsx"}))
    elif steps:
        print(_("To make it again:"))
        print(run.anew(same))


def _answer(
    run: PlanRun,
    documents: Sequence[SeatingDocument],
    files: Sequence[Path],
    columns: Sequence[ColumnValues],
    kept: Mapping[Path, Path],
) -> None:
    document = documents[0]
    said: dict[str, Any] = document_json(document, files, names=run.names)
    said["columns"] = [dataclasses.asdict(column) for column in columns]
    said["kept"] = {str(old): str(beside) for old, beside in kept.items()}
    if run.front:
        said["front"] = [dataclasses.asdict(d.rooms[0].score) for d in documents]
    if not run.is_json:
        print_document(document, run.lang, names=run.names, with_seats=not files)
        if run.front:
            print_front(documents, run.lang)
        if files and not run.names and document.names and not run.is_quiet:
            _ = translator(run.lang)
            print(_("Names are left out: they are personal data (--names writes them)."))
        for path in files if not run.is_quiet else ():
            print(path)
        print_kept(kept, run.lang)
        if not run.is_quiet:
            _print_lines(run, documents, is_written=bool(run.outs))
    if run.scenario is not None:
        from gfmd_sim.cli.progress import checked, progress
        from gfmd_sim.cli.seat_outcomes import outcomes_of_plan

        with progress(run.scenario, checked, is_quiet=run.is_quiet or run.is_json) as advance:
            stage, compared = outcomes_of_plan(
                document, run.scenario, run.roster, replicates=run.replicates, seed=run.seed,
                workers=run.workers, progress=advance,
            )  # fmt: skip
        said["outcomes"] = print_changes(stage, compared, run.lang, is_silent=run.is_json)
    if run.is_json:
        print_json(said)
